//! What the optimiser makes of typical graphs.

mod support;

use bramble_graph::{
    Annotations, Axis, Graph, Grid, Kind, LayerId, Origin, Pick, Plan, Project, optimise::optimise,
};
use support::Graphs;

fn square(length: u64, chunk: u64) -> Grid {
    Grid::new([Axis::regular(length, chunk), Axis::regular(length, chunk)])
}

/// What the layers do, in order.
fn kinds(graph: &Graph) -> Vec<&'static str> {
    let kind = |layer: &bramble_graph::Layer| match layer.kind {
        Kind::Source(_) => "source",
        Kind::Create(_) => "create",
        Kind::Map(_) => "map",
        Kind::Reduce(_) => "reduce",
        Kind::Select(_) => "select",
        Kind::Gather(_) => "gather",
        Kind::Compress(_) => "compress",
        Kind::Take(_) => "take",
        Kind::Assign(_) => "assign",
        Kind::Call(_) => "call",
        Kind::Tasks(_) => "tasks",
        Kind::Write(_) => "write",
        Kind::Permute(_) => "permute",
        Kind::Reshape(_) => "reshape",
        Kind::Concatenate(_) => "concatenate",
        Kind::Diagonal(_) => "diagonal",
        Kind::Pair(_) => "pair",
        Kind::Paired(_) => "paired",
        Kind::Scan(_) => "scan",
        Kind::Along(_) => "along",
        Kind::Linear(_) => "linear",
        Kind::Overlap(_) => "overlap",
        Kind::Trim(_) => "trim",
        Kind::Partial(_) => "partial",
        Kind::Combine(_) => "combine",
        Kind::Carry(_) => "carry",
        Kind::Scanned(_) => "scanned",
        Kind::Lent(_) => "lent",
    };
    graph.layers.iter().map(kind).collect()
}

fn optimised(graphs: Graphs, outputs: &[LayerId]) -> Graph {
    optimise(&graphs.graph(outputs), u64::MAX)
}

#[test]
fn a_chain_and_its_reduction_become_one_program_over_the_source() {
    let mut graphs = Graphs::default();
    let x = graphs.source(square(100, 10), false);
    let y = graphs.map(square(100, 10), &[x]);
    let z = graphs.map(square(100, 10), &[y, x]);
    let sum = graphs.sum(z, &[0, 1], 4);
    let graph = optimised(graphs, &[sum]);
    // 10 by 10 blocks, 3 by 3 nodes of 4 by 4, and the last one.
    assert_eq!(kinds(&graph), ["partial", "combine", "combine"]);
    let Kind::Partial(partial) = &graph.layers[0].kind else { panic!("{:?}", graph.layers[0]) };
    assert_eq!((partial.map.program.steps.len(), partial.map.operands.len()), (2, 1));
    assert!(matches!(partial.map.operands[0].origin, Origin::Source(_)));
}

#[test]
fn what_is_asked_of_a_layer_alone_is_asked_of_nothing_else() {
    let mut graphs = Graphs::default();
    let x = graphs.source(square(4, 2), false);
    let y = graphs.map(square(4, 2), &[x]);
    let z = graphs.map(square(4, 2), &[y]);
    graphs.annotate(x, Annotations { workers: vec!["one".into()], ..Annotations::default() });
    let graph = optimised(graphs, &[z]);
    assert_eq!(kinds(&graph), ["source", "map"]);
    assert_eq!((graph.layers[0].annotations, graph.layers[1].annotations), (Some(0), None));
    let plan = Plan::new(&graph);
    assert_eq!(plan.annotations(0, &[1, 1]).map(|asked| asked.workers.len()), Some(1));
    assert_eq!(plan.annotations(1, &[0, 0]), None);
}

#[test]
fn slices_vanish_into_sources() {
    let mut graphs = Graphs::default();
    let x = graphs.source(square(100, 10), false);
    let y = graphs.map(square(100, 10), &[x]);
    let rows = graphs.rows(y, 95, -3);
    let graph = optimised(graphs, &[rows]);
    assert_eq!(kinds(&graph), ["map"]);
    let Kind::Map(map) = &graph.layers[0].kind else { panic!("{:?}", graph.layers[0]) };
    let Origin::Source(source) = &map.operands[0].origin else { panic!("{map:?}") };
    assert_eq!(source.selection, [Pick::Slice { start: 95, step: -3 }, Pick::ALL]);
}

#[test]
fn slices_pass_a_change_of_chunks() {
    let mut graphs = Graphs::default();
    let x = graphs.source(square(100, 10), false);
    let gathered = graphs.gather(square(100, 30), x);
    let rows = graphs.rows(gathered, 50, 1);
    let graph = optimised(graphs, &[rows]);
    assert_eq!(kinds(&graph), ["source", "gather"]);
    let rows: Vec<u64> = graph.layers[0].grid.axes[0].runs.iter().map(|run| run.count).collect();
    assert_eq!(rows, [5], "only the chunks behind row 50 are read");
}

#[test]
fn a_layer_that_others_read_is_sliced_where_it_is() {
    let mut graphs = Graphs::default();
    let x = graphs.source(square(100, 10), false);
    let y = graphs.map(square(100, 10), &[x]);
    let rows = graphs.rows(y, 0, 1);
    let graph = optimised(graphs, &[y, rows]);
    assert_eq!(kinds(&graph), ["map", "select"]);
}

#[test]
fn compressed_chunks_are_read_as_they_are_stored() {
    // The store's chunks are 3 by 3.
    for (chunk, expected) in [(6, vec!["map"]), (4, vec!["source", "gather", "map"])] {
        let mut graphs = Graphs::default();
        let x = graphs.source(square(12, chunk), true);
        let y = graphs.map(square(12, chunk), &[x]);
        assert_eq!(kinds(&optimised(graphs, &[y])), expected, "in chunks of {chunk}");
    }
}

#[test]
fn the_same_expression_is_computed_once() {
    let mut graphs = Graphs::default();
    let x = graphs.source(square(12, 4), false);
    let [a, b] = [graphs.map(square(12, 4), &[x]), graphs.map(square(12, 4), &[x])];
    let graph = optimised(graphs, &[a, b]);
    assert_eq!((kinds(&graph), graph.outputs), (vec!["map"], vec![0, 0]));
}

#[test]
fn calls_stay_what_they_are() {
    let mut graphs = Graphs::default();
    let x = graphs.source(square(100, 10), false);
    let reads = vec![Project::Axis(0), Project::Axis(1)];
    let [a, b] = [0, 0].map(|_| graphs.call(square(100, 10), vec![(x, reads.clone())]));
    let tasks = graphs.tasks(&[a, b], &[vec![2], vec![0, 3]], &[false, true]);
    let unread = graphs.map(square(100, 10), &[x]);
    let graph = optimised(graphs, &[tasks]);
    assert_eq!(kinds(&graph), ["source", "call", "tasks"], "equal calls are one, {unread} is left out");
}

#[test]
fn a_new_axis_of_which_nothing_is_taken_stays_a_slice_of_its_own() {
    let mut graphs = Graphs::default();
    let x = graphs.source(Grid::new([Axis::regular(4, 2)]), false);
    let widened =
        graphs.select(Grid::new([Axis::regular(1, 1), Axis::regular(4, 2)]), x, &[Pick::NewAxis, Pick::ALL]);
    let emptied = graphs.select(
        Grid::new([Axis::regular(0, 0), Axis::regular(4, 2)]),
        widened,
        &[Pick::ALL, Pick::ALL],
    );
    assert_eq!(kinds(&optimised(graphs, &[emptied])), ["source", "select"]);
}

#[test]
fn slices_of_transposed_axes_reach_the_source() {
    let mut graphs = Graphs::default();
    let x = graphs.source(square(100, 10), false);
    let y = graphs.map(square(100, 10), &[x]);
    let turned = graphs.permute(y, &[1, 0]);
    let grid = Grid::new([Axis::regular(1, 1), Axis::regular(10, 10)]);
    let picks = [Pick::Index { at: 7 }, Pick::NewAxis, Pick::Slice { start: 20, step: 1 }];
    let row = graphs.select(grid, turned, &picks);
    let graph = optimised(graphs, &[row]);
    assert_eq!(kinds(&graph), ["map", "permute"]);
    let Kind::Map(map) = &graph.layers[0].kind else { panic!("{:?}", graph.layers[0]) };
    let Origin::Source(source) = &map.operands[0].origin else { panic!("{map:?}") };
    let expected = [Pick::Slice { start: 20, step: 1 }, Pick::Index { at: 7 }, Pick::NewAxis];
    assert_eq!(source.selection, expected);
}

#[test]
fn axes_turned_back_are_left_alone() {
    let mut graphs = Graphs::default();
    let x = graphs.source(square(100, 10), false);
    let turned = graphs.permute(x, &[1, 0]);
    let back = graphs.permute(turned, &[1, 0]);
    assert_eq!(kinds(&optimised(graphs, &[back])), ["source"]);
}

#[test]
fn slices_take_only_inputs_that_they_touch() {
    let mut graphs = Graphs::default();
    let parts = [0, 1, 2].map(|_| graphs.source(square(20, 10), false));
    let whole = graphs.concatenate(&parts, 0);
    let rows = graphs.rows(whole, 29, -1);
    let graph = optimised(graphs, &[rows]);
    assert_eq!(kinds(&graph), ["source", "source", "concatenate"]);
    let starts = [0, 1].map(|layer| match &graph.layers[layer].kind {
        Kind::Source(source) => source.selection[0],
        other => panic!("{other:?}"),
    });
    // Backwards: first the second input from its row 9 on, then the first one.
    assert_eq!(graph.layers[2].inputs, [0, 1]);
    assert_eq!(starts, [Pick::Slice { start: 9, step: -1 }, Pick::Slice { start: 19, step: -1 }]);
}

#[test]
fn slices_pass_another_shape_along_axes_that_stay() {
    let mut graphs = Graphs::default();
    let x = graphs.source(Grid::new([Axis::regular(40, 10), Axis::regular(6, 6)]), false);
    let split = Grid::new([Axis::regular(40, 10), Axis::regular(2, 2), Axis::regular(3, 3)]);
    let reshaped = graphs.reshape(split, x);
    let rows = graphs.rows(reshaped, 35, 1);
    let graph = optimised(graphs, &[rows]);
    assert_eq!(kinds(&graph), ["source", "reshape"]);
    assert_eq!(graph.layers[0].grid.shape()[..], [5, 6]);
}

#[test]
fn both_parts_of_complex_numbers_are_one_program_over_their_sources() {
    let mut graphs = Graphs::default();
    let x = graphs.source(square(100, 10), false);
    let y = graphs.map(square(100, 10), &[x]);
    let pairs = graphs.pair(x, y);
    let graph = optimised(graphs, &[pairs]);
    assert_eq!(kinds(&graph), ["paired"]);
    assert!(graph.layers[0].inputs.is_empty());

    let mut graphs = Graphs::default();
    let x = graphs.source(square(100, 10), false);
    let y = graphs.map(square(100, 10), &[x]);
    let pairs = graphs.pair(x, y);
    let greatest = graphs.reduce("complex_max", pairs, &[1], 4);
    let sliced = graphs.select(
        Grid::new([Axis::regular(1, 1)]),
        greatest,
        &[Pick::Slice { start: 7, step: 1 }, Pick::Index { at: 1 }],
    );
    let graph = optimised(graphs, &[sliced]);
    assert_eq!(kinds(&graph), ["partial", "combine", "combine", "select"]);
    let Kind::Partial(partial) = &graph.layers[0].kind else { panic!("{graph:?}") };
    assert_eq!(partial.element_grid.shape()[..], [1, 100], "one row is read");
    assert!(graph.layers[0].inputs.is_empty());
}

#[test]
fn what_is_read_or_made_is_read_in_other_chunks() {
    let columns = Grid::new([Axis::regular(100, 100), Axis::regular(100, 10)]);
    let rows = Grid::new([Axis::regular(100, 10), Axis::regular(100, 100)]);
    let mut graphs = Graphs::default();
    let x = graphs.source(columns.clone(), false);
    let row = graphs.source(Grid::new([Axis::regular(100, 10)]), false);
    let y = graphs.map(columns, &[x, row]);
    let z = graphs.gather(rows.clone(), y);
    let graph = optimised(graphs, &[z]);
    // The row is another axis short, so it is fed as a block.
    assert_eq!(kinds(&graph), ["source", "map"]);
    assert_eq!(graph.layers[1].grid, rows);
}

#[test]
fn what_others_read_or_few_blocks_would_hold_is_gathered() {
    let mut graphs = Graphs::default();
    let x = graphs.source(square(100, 10), false);
    let y = graphs.map(square(100, 10), &[x]);
    let z = graphs.gather(square(100, 20), y);
    assert_eq!(kinds(&optimised(graphs, &[y, z])), ["map", "gather"]);
    let mut graphs = Graphs::default();
    let x = graphs.source(square(100, 10), false);
    let y = graphs.map(square(100, 10), &[x]);
    let z = graphs.gather(square(100, 100), y);
    assert_eq!(kinds(&optimised(graphs, &[z])), ["map", "gather"]);
}

#[test]
fn chunks_changed_twice_are_gathered_once() {
    let mut graphs = Graphs::default();
    let x = graphs.source(square(100, 10), false);
    let sums = graphs.sum(x, &[1], 4);
    let once = graphs.gather(Grid::new([Axis::regular(100, 30)]), sums);
    let twice = graphs.gather(Grid::new([Axis::regular(100, 50)]), once);
    let back = graphs.gather(Grid::new([Axis::regular(100, 10)]), twice);
    let graph = optimised(graphs, &[twice, back]);
    assert_eq!(kinds(&graph), ["partial", "combine", "combine", "gather"]);
    assert_eq!(graph.outputs, [3, 2]);
}

#[test]
fn chunks_between_that_spare_pieces_stay() {
    let mut graphs = Graphs::default();
    let columns = Grid::new([Axis::regular(1000, 1000), Axis::regular(1000, 1)]);
    let rows = Grid::new([Axis::regular(1000, 1), Axis::regular(1000, 1000)]);
    let x = graphs.source(columns.clone(), false);
    let row = graphs.sum(x, &[0], 4);
    let y = graphs.map(columns, &[x, row]);
    let squares = graphs.gather(square(1000, 32), y);
    let z = graphs.gather(rows, squares);
    assert_eq!(kinds(&optimised(graphs, &[z]))[1..], ["map", "gather", "gather"]);
}

#[test]
fn a_flat_view_of_a_diagonal_is_no_copy_of_it() {
    let mut graphs = Graphs::default();
    let x = graphs.source(square(100, 10), false);
    let diagonal = graphs.diagonal(x);
    let flat = graphs.flatten(diagonal);
    assert_eq!(kinds(&optimised(graphs, &[flat])), ["source", "diagonal"]);
}

#[test]
fn what_is_too_large_to_keep_is_read_and_computed_again() {
    let mut graphs = Graphs::default();
    let grid = square(100, 10);
    let x = graphs.source(grid.clone(), false);
    let y = graphs.map(grid.clone(), &[x]);
    let sum = graphs.sum(y, &[0, 1], 100);
    let centred = graphs.map(grid, &[y, sum]);
    let result = graphs.sum(centred, &[0, 1], 100);
    let graph = graphs.graph(&[result]);
    // 100 by 100 elements of 8 bytes.
    assert_eq!(kinds(&optimise(&graph, 80_000)), ["map", "partial", "combine", "partial", "combine"]);
    assert_eq!(kinds(&optimise(&graph, 79_999)), ["partial", "combine", "partial", "combine"]);
}

//! The frontier against every order in which tasks can finish: each block is made once, from blocks that are in
//! memory, and nothing is kept at the end.

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use bramble_graph::{Axis, BlockId, Frontier, Grid, Plan, Project, ReadyTask};
use proptest::prelude::*;
use support::Graphs;

/// Runs a plan with tasks finishing in an order drawn from `order`; gives the largest number of blocks in memory
/// and how many tasks ran.
fn run(plan: &Arc<Plan>, workers: usize, order: &[usize]) -> (usize, usize) {
    run_together(plan, workers, order, 1)
}

/// As [`run`]; so many blocks of layers that read nothing and are no outputs are handed out together.
fn run_together(plan: &Arc<Plan>, workers: usize, order: &[usize], neighbours: u64) -> (usize, usize) {
    let sizes = (0..).zip(plan.layers()).map(|(id, planned)| {
        if planned.layer.inputs.is_empty() && !plan.is_output(id) { neighbours } else { 1 }
    });
    let mut frontier = Frontier::with_neighbours(Arc::clone(plan), sizes.collect());
    let mut running: Vec<ReadyTask> = Vec::new();
    let mut memory: BTreeSet<BlockId> = BTreeSet::new();
    let mut made: BTreeSet<BlockId> = BTreeSet::new();
    let (mut most, mut turn) = (0, 0);
    loop {
        while running.len() < workers {
            let Some(task) = frontier.next_task() else { break };
            assert!(
                task.inputs.iter().all(|input| memory.contains(input)),
                "{task:?} reads what is not there"
            );
            while let Some(beside) = frontier.next_beside(&task) {
                let place = |task: &ReadyTask| {
                    task.block.split_last().map(|(last, rest)| (last / neighbours, rest.to_vec()))
                };
                assert_eq!((beside.layer, place(&beside)), (task.layer, place(&task)));
                running.push(beside);
            }
            running.push(task);
        }
        if running.is_empty() {
            break;
        }
        let task = running.swap_remove(order[turn % order.len()] % running.len());
        turn += 1;
        assert!(made.insert(task.id), "{task:?} ran twice");
        memory.insert(task.id);
        most = most.max(memory.len());
        let free = |memory: &mut BTreeSet<BlockId>, id| assert!(memory.remove(&id), "{id:?} freed twice");
        frontier.finish(task.id, |id| free(&mut memory, id));
        if plan.outputs().contains(&task.layer) {
            frontier.release(task.id, |id| free(&mut memory, id));
        }
    }
    assert!(frontier.is_complete());
    assert!(memory.is_empty(), "left in memory: {memory:?}");
    assert!(frontier.is_empty());
    for &output in plan.outputs() {
        let count = plan.layer(output).layer.grid.block_count();
        let done = made.iter().filter(|&&id| plan.locate(id).0 == output).count();
        assert_eq!(done as u64, count);
    }
    (most, made.len())
}

fn axis() -> impl Strategy<Value = Axis> {
    prop::collection::vec(0_u64..5, 1..5).prop_map(Axis::from_lengths)
}

/// Chunks with elements, or one without.
fn filled_axis() -> impl Strategy<Value = Axis> {
    let lengths = prop::collection::vec(1_u64..5, 1..5).prop_map(Axis::from_lengths);
    prop_oneof![9 => lengths, 1 => Just(Axis::regular(0, 0))]
}

proptest! {
    #[test]
    fn of_tasks_that_could_run_the_highest_priority_does(
        priorities in prop::collection::vec(-3_i32..4, 1..60), chained: bool,
    ) {
        let mut graphs = Graphs::default();
        let edges: Vec<Vec<u32>> = (0..).zip(&priorities)
            .map(|(task, _)| if chained && task % 3 > 0 { vec![task - 1] } else { vec![] })
            .collect();
        let tasks = graphs.tasks(&[], &edges, &vec![true; edges.len()]);
        graphs.prioritise(&priorities);
        let plan = Arc::new(Plan::new(&graphs.graph(&[tasks])));
        let mut frontier = Frontier::new(Arc::clone(&plan));
        let mut left: BTreeSet<usize> = (0..edges.len()).collect();
        while let Some(task) = frontier.next_task() {
            let number = usize::try_from(task.block[0]).unwrap();
            let could_run = |&&other: &&usize| edges[other].iter().all(|&input| !left.contains(&(input as usize)));
            let highest = left.iter().filter(could_run).map(|&other| priorities[other]).max();
            prop_assert_eq!(Some(priorities[number]), highest);
            left.remove(&number);
            frontier.finish(task.id, |_| {});
            frontier.release(task.id, |_| {});
        }
        prop_assert!(left.is_empty());
        prop_assert!(frontier.is_complete() && frontier.is_empty());
    }

    #[test]
    fn every_order_of_finishing_makes_each_block_once_and_frees_it(
        rows in axis(), columns in axis(), other in axis(), compressed: bool, optimised: bool,
        fan_in in 2_u32..4, step in prop_oneof![-2_i64..0, 1_i64..3], workers in 1_usize..5, neighbours in 1_u64..5,
        order in prop::collection::vec(0_usize..8, 1..40),
    ) {
        let mut graphs = Graphs::default();
        let grid = Grid::new([rows.clone(), columns.clone()]);
        let x = graphs.source(grid.clone(), compressed);
        let row = graphs.source(Grid::new([columns.clone()]), false);
        let y = graphs.map(grid.clone(), &[x, row]);
        let z = graphs.map(grid.clone(), &[y, x]);
        let means = graphs.sum(z, &[0], fan_in);
        let centred = graphs.map(grid, &[y, means]);
        let mut outputs = vec![graphs.sum(centred, &[0, 1], fan_in), means];
        let masked_rows = graphs.compress(z, 1);
        outputs.push(graphs.sum(masked_rows, &[1], fan_in));
        let masked = graphs.compress(centred, 2);
        outputs.push(graphs.sum(masked, &[0], fan_in));
        if rows.total() > 0 {
            let start = if step > 0 { 0 } else { rows.total() - 1 };
            let sliced = graphs.rows(centred, start, step);
            outputs.extend([sliced, sliced]);
        }
        if other.total() == rows.total() {
            outputs.push(graphs.gather(Grid::new([other, columns]), centred));
        }
        outputs.push(graphs.write(means));
        let written = graphs.write(z);
        outputs.push(graphs.sum(written, &[0, 1], fan_in));
        let graph = graphs.graph(&outputs);
        let plan = if optimised { Plan::new(&graph) } else { Plan::unoptimised(&graph) };
        let (_, made) = run_together(&Arc::new(plan), workers, &order, neighbours);
        let tasks = graph.outline(optimised, made).tasks;
        prop_assert_eq!(tasks.map(|tasks| tasks.len()), Some(made));
        prop_assert_eq!(graph.outline(optimised, made - 1).tasks, None);
    }

    #[test]
    fn what_only_moves_elements_makes_each_block_once_and_frees_it(
        rows in filled_axis(), columns in filled_axis(), optimised: bool, workers in 1_usize..5,
        step in prop_oneof![-2_i64..0, 1_i64..3], order in prop::collection::vec(0_usize..8, 1..40),
    ) {
        let mut graphs = Graphs::default();
        let grid = Grid::new([rows.clone(), columns.clone()]);
        let x = graphs.source(grid.clone(), false);
        let row = graphs.source(Grid::new([columns.clone()]), false);
        let y = graphs.map(grid.clone(), &[x, row]);
        let turned = graphs.permute(y, &[1, 0]);
        let again = graphs.permute(turned, &[1, 0]);
        let doubled = graphs.concatenate(&[y, x, again], 0);
        let wide = graphs.concatenate(&[doubled, doubled], 1);
        let mut outputs = vec![graphs.sum(wide, &[0], 2), turned];
        let pairs = graphs.pair(y, again);
        outputs.extend([pairs, graphs.reduce("complex_max", pairs, &[0], 2)]);
        let others = graphs.pair(x, x);
        let greatest = graphs.reduce("complex_max", others, &[1], 2);
        outputs.push(graphs.reduce("complex_min", others, &[0, 1], 2));
        let whole = Grid::new([rows.clone(), Axis::regular(columns.total(), columns.total())]);
        let gathered = graphs.gather(whole, y);
        if rows.total() > 0 {
            outputs.push(graphs.rows(wide, if step > 0 { 0 } else { 3 * rows.total() - 1 }, step));
            outputs.push(graphs.rows(again, rows.total() - 1, -1));
            outputs.extend([graphs.rows(pairs, rows.total() - 1, -1), graphs.rows(greatest, 0, 1)]);
        }
        if rows.total() > 0 && columns.total() > 0 {
            let flat = graphs.flatten(gathered);
            outputs.push(graphs.rows(flat, rows.total() * columns.total() - 1, -1));
            let split = Grid::new([
                Axis::regular(1, 1), rows.clone(), Axis::regular(1, 1), Axis::regular(columns.total(), columns.total()),
            ]);
            outputs.push(graphs.reshape(split, flat));
        }
        let cube = Grid::new([rows.clone(), rows, columns]);
        let stored = graphs.source(cube.clone(), false);
        let computed = graphs.map(cube, &[stored]);
        outputs.push(graphs.diagonal(computed));
        let graph = graphs.graph(&outputs);
        let plan = if optimised { Plan::new(&graph) } else { Plan::unoptimised(&graph) };
        run(&Arc::new(plan), workers, &order);
    }

    #[test]
    fn scans_and_functions_along_axes_free_what_they_have_read(
        rows in 1_u64..60, columns in 1_u64..8, axis in 0_u32..2, chained: bool, optimised: bool,
        workers in 1_usize..5, order in prop::collection::vec(0_usize..8, 1..40),
    ) {
        let mut graphs = Graphs::default();
        let grid = Grid::new([Axis::regular(rows, 1), Axis::regular(columns, 2)]);
        let x = graphs.source(grid.clone(), false);
        let y = if chained { graphs.map(grid.clone(), &[x]) } else { x };
        let sums = graphs.scan(y, axis);
        let edges = graphs.source(Grid::new([Axis::regular(4, 4)]), false);
        let top = graphs.along(&[sums, y, edges], &[axis]);
        let total = graphs.sum(top, &[0, 2], 3);
        let graph = graphs.graph(&[total, sums]);
        let plan = if optimised { Plan::new(&graph) } else { Plan::unoptimised(&graph) };
        run(&Arc::new(plan), workers, &order);
    }

    #[test]
    fn blocks_with_borders_free_what_they_have_read(
        rows in prop::collection::vec(3_u64..6, 1..6).prop_map(Axis::from_lengths), columns in filled_axis(),
        before in 0_u64..4, after in 0_u64..4, sliced: bool, workers in 1_usize..5,
        order in prop::collection::vec(0_usize..8, 1..40),
    ) {
        let mut graphs = Graphs::default();
        let grid = Grid::new([rows.clone(), columns]);
        let x = graphs.source(grid.clone(), false);
        let y = graphs.map(grid.clone(), &[x]);
        let around = graphs.overlap(y, before, after);
        let trimmed = graphs.trim(around, grid, before, after);
        let mut outputs = vec![graphs.sum(trimmed, &[0], 2)];
        if sliced {
            outputs = vec![graphs.rows(trimmed, rows.total() - 1, -2)];
        }
        run(&Arc::new(Plan::new(&graphs.graph(&outputs))), workers, &order);
    }

    #[test]
    fn products_of_matrices_free_what_they_have_read(
        rows in filled_axis(), shared in filled_axis(), columns in filled_axis(), size in 1_u64..4, squared: bool,
        workers in 1_usize..5, order in prop::collection::vec(0_usize..8, 1..40),
    ) {
        let mut graphs = Graphs::default();
        let a = graphs.source(Grid::new([rows.clone(), shared.clone()]), false);
        let b = graphs.source(Grid::new([shared, columns]), false);
        let product = graphs.contract(a, b, size);
        let sum = graphs.sum(product, &[2], 2);
        let mut outputs = vec![sum];
        if squared {
            let square = graphs.source(Grid::new([rows.clone(), rows]), false);
            let twice = graphs.contract(square, square, size);
            outputs.extend([twice, square]);
        }
        run(&Arc::new(Plan::new(&graphs.graph(&outputs))), workers, &order);
    }

    #[test]
    fn rechunking_frees_what_it_has_read(
        total in 1_u64..40, from in 1_u64..12, to in 1_u64..12, order in prop::collection::vec(0_usize..8, 1..10),
    ) {
        let mut graphs = Graphs::default();
        let x = graphs.source(Grid::new([Axis::regular(total, from)]), false);
        let y = graphs.map(Grid::new([Axis::regular(total, from)]), &[x]);
        let z = graphs.gather(Grid::new([Axis::regular(total, to)]), y);
        run(&Arc::new(Plan::new(&graphs.graph(&[z]))), 2, &order);
    }
}

/// Tasks in layers that read each other: for each task the draws that choose what it depends on.
fn task_edges(draws: &[Vec<u32>], outside: u32) -> (Vec<Vec<u32>>, Vec<bool>) {
    let count = u32::try_from(draws.len()).expect("as many as a test draws");
    let edges: Vec<Vec<u32>> = (0..)
        .zip(draws)
        .map(|(task, draws)| {
            let there: Vec<u32> = (0..task).chain((0..outside).map(|n| count + n)).collect();
            let pick = |draw: &u32| there[*draw as usize % there.len()];
            if there.is_empty() { Vec::new() } else { draws.iter().map(pick).collect() }
        })
        .collect();
    let calls = edges.iter().zip(draws).map(|(edges, draws)| edges.len() != 1 || draws[0] % 2 == 0).collect();
    (edges, calls)
}

proptest! {
    #[test]
    fn explicit_tasks_are_freed_when_their_last_reader_has_run(
        blocks in 1_u64..6, inner in prop::collection::vec(prop::collection::vec(0_u32..100, 0..4), 1..12),
        outer in prop::collection::vec(prop::collection::vec(0_u32..100, 0..4), 1..5), one: bool,
        workers in 1_usize..5, order in prop::collection::vec(0_usize..8, 1..40),
    ) {
        let mut graphs = Graphs::default();
        let x = graphs.source(Grid::new([Axis::regular(blocks, 1)]), false);
        let doubled = graphs.map(Grid::new([Axis::regular(blocks, 1)]), &[x]);
        let (edges, calls) = task_edges(&inner, u32::try_from(blocks).unwrap());
        let a = graphs.tasks(&[doubled], &edges, &calls);
        let (edges, calls) = task_edges(&outer, u32::try_from(inner.len() + edges.len().min(1)).unwrap() - 1);
        let b = graphs.tasks(&[a], &edges, &calls);
        let at = vec![(a, vec![Project::At(inner.len() as u64 - 1)]), (b, vec![Project::Axis(0)])];
        let c = graphs.call(Grid::new([Axis::regular(outer.len() as u64, 1)]), at);
        let outputs = if one { vec![c] } else { vec![c, a] };
        run(&Arc::new(Plan::new(&graphs.graph(&outputs))), workers, &order);
    }

    #[test]
    fn calls_free_what_they_have_read(
        rows in 1_u64..6, columns in 1_u64..6, size in 1_u64..4, at in 0_u64..6, few: bool, workers in 1_usize..4,
        order in prop::collection::vec(0_usize..8, 1..40),
    ) {
        let mut graphs = Graphs::default();
        let [by_row, by_column] = [Axis::regular(rows, 1), Axis::regular(columns, 1)];
        let x = graphs.source(Grid::new([by_row.clone(), by_column.clone()]), false);
        let groups = Axis::regular(columns.div_ceil(size), 1);
        let reads = vec![
            (x, vec![Project::Axis(1), Project::Group { axis: 0, size }]),
            (x, vec![Project::At(at % rows), Project::All]),
        ];
        let y = graphs.call(Grid::new([groups.clone(), by_row.clone()]), reads);
        let single = graphs.source(Grid::new([Axis::regular(1, 1)]), false);
        let picked = vec![(y, vec![Project::At(0), Project::Axis(0)]), (single, vec![Project::Axis(0)])];
        let z = graphs.call(Grid::new([by_row]), picked);
        let outputs = if few { vec![z] } else { vec![z, y] };
        run(&Arc::new(Plan::new(&graphs.graph(&outputs))), workers, &order);
    }
}

#[test]
fn a_deep_task_is_made_before_its_shallow_sister() {
    let mut graphs = Graphs::default();
    // 0 stands alone; 3 lies on top of a chain.
    let edges = [vec![], vec![], vec![1], vec![2], vec![0, 3]];
    let tasks = graphs.tasks(&[], &edges, &[true; 5]);
    let last = graphs.tasks(&[tasks], &[vec![5]], &[false]);
    let mut frontier = Frontier::new(Arc::new(Plan::new(&graphs.graph(&[last]))));
    let mut order = Vec::new();
    while let Some(task) = frontier.next_task() {
        order.push(task.block[0]);
        frontier.finish(task.id, |_| {});
    }
    assert_eq!(order, [1, 2, 3, 0, 4, 0]);
}

#[test]
fn tasks_that_lead_nowhere_are_not_made() {
    let mut graphs = Graphs::default();
    let edges = [vec![], vec![0], vec![], vec![2]];
    let tasks = graphs.tasks(&[], &edges, &[true; 4]);
    let last = graphs.tasks(&[tasks], &[vec![2]], &[false]);
    let plan = Arc::new(Plan::new(&graphs.graph(&[last])));
    assert_eq!((plan.wanted_count(0), plan.wanted_count(1)), (2, 1));
    assert_eq!(run(&plan, 2, &[0]).1, 3);
}

#[test]
fn a_tree_of_any_size_is_started_without_expanding_it() {
    let mut graphs = Graphs::default();
    let x = graphs.source(Grid::new([Axis::regular(1_000_000_000_000, 1000)]), false);
    let sum = graphs.sum(x, &[0], 16);
    let plan = Arc::new(Plan::new(&graphs.graph(&[sum])));
    let mut frontier = Frontier::new(Arc::clone(&plan));
    let task = frontier.next_task().unwrap();
    assert!(task.inputs.is_empty());
    assert!(frontier.len() < 20, "{} tasks for a path through the tree", frontier.len());
}

#[test]
fn depth_first_order_keeps_few_blocks() {
    let mut graphs = Graphs::default();
    let x = graphs.source(Grid::new([Axis::regular(100_000, 10)]), false);
    let sum = graphs.sum(x, &[0], 4);
    let (most, tasks) = run(&Arc::new(Plan::new(&graphs.graph(&[sum]))), 2, &[0, 1]);
    // 10,000 leaves and their tree; at each of its 7 levels at most a handful wait for their siblings.
    assert!(tasks > 13_000, "{tasks} tasks");
    assert!(most <= 7 * 5, "{most} blocks at once");
}

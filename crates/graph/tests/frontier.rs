//! The frontier against every order in which tasks can finish: each block is made once, from blocks that are in
//! memory, and nothing is kept at the end.

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use bramble_graph::{Axis, BlockId, Frontier, Grid, Plan, ReadyTask};
use proptest::prelude::*;
use support::Graphs;

/// Runs a plan with tasks finishing in an order drawn from `order`; gives the largest number of blocks in memory
/// and how many tasks ran.
fn run(plan: &Arc<Plan>, workers: usize, order: &[usize]) -> (usize, usize) {
    let mut frontier = Frontier::new(Arc::clone(plan));
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

proptest! {
    #[test]
    fn every_order_of_finishing_makes_each_block_once_and_frees_it(
        rows in axis(), columns in axis(), other in axis(), compressed: bool, optimised: bool,
        fan_in in 2_u32..4, step in prop_oneof![-2_i64..0, 1_i64..3], workers in 1_usize..5,
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
        if rows.total() > 0 {
            let start = if step > 0 { 0 } else { rows.total() - 1 };
            let sliced = graphs.rows(centred, start, step);
            outputs.extend([sliced, sliced]);
        }
        if other.total() == rows.total() {
            outputs.push(graphs.gather(Grid::new([other, columns]), centred));
        }
        let graph = graphs.graph(&outputs);
        let plan = if optimised { Plan::new(&graph) } else { Plan::unoptimised(&graph) };
        run(&Arc::new(plan), workers, &order);
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

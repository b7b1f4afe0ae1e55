//! What a worker asks of others when the tasks that it was for are given back.

use bramble_graph::{Axis, Column, DType, Graph, Grid, Kind, Layer, Tasks};

use super::*;
use crate::protocol::ClientId;

const RUN: RunId = RunId(ClientId(0), 0);
const PEER: WorkerId = WorkerId(1);

/// Tasks of one layer with what each of them reads, and a worker that is to do them.
fn worker(reads: &[&[u32]]) -> WorkerCore<u64> {
    let mut starts = vec![0];
    for task in reads {
        starts.push(starts.last().unwrap() + u32::try_from(task.len()).unwrap());
    }
    let zeros = vec![0; reads.len()];
    let kind = Kind::Tasks(Tasks {
        functions: zeros.clone().into(),
        arguments: zeros.into(),
        starts: starts.into(),
        edges: reads.concat().into(),
        annotations: Column::default(),
    });
    let grid = Grid::new([Axis::regular(reads.len() as u64, 1)]);
    let layer =
        Layer { name: "tasks".into(), dtype: DType::Float64, grid, inputs: vec![], kind, annotations: None };
    let graph = Graph { layers: vec![layer], outputs: vec![0], annotations: Vec::new() };
    let mut worker = WorkerCore::new(WorkerId(0), 1);
    worker.begin(RUN);
    worker.prepared(RUN, Arc::new(Plan::new(&graph)));
    worker
}

/// A task that reads blocks which the peer has.
fn task(block: u64, inputs: &[u64]) -> Assignment {
    let places = inputs.iter().map(|&input| (input, vec![PEER])).collect();
    Assignment { block, attempt: 0, places }
}

/// The blocks that are asked for now.
fn asked(worker: &mut WorkerCore<u64>) -> Vec<u64> {
    let actions = worker.take_actions();
    worker.sanity_check();
    actions
        .into_iter()
        .flat_map(|action| match action {
            Action::Fetch { from: PEER, run: RUN, blocks } => blocks,
            _ => Vec::new(),
        })
        .collect()
}

/// What the peer answers.
fn answer(blocks: &[u64]) -> Vec<(u64, Option<(u64, u64)>)> {
    blocks.iter().map(|&block| (block, Some((block, 8)))).collect()
}

#[test]
fn what_was_to_be_fetched_for_a_task_alone_is_not_when_the_task_is_given_back() {
    let mut worker = worker(&[&[], &[], &[], &[], &[0], &[1, 2], &[2, 3]]);
    worker.compute(RUN, vec![task(4, &[0])]);
    assert_eq!(asked(&mut worker), [0]);
    worker.compute(RUN, vec![task(5, &[1, 2]), task(6, &[2, 3])]);
    worker.give_back(RUN, 5, 0);
    assert_eq!(asked(&mut worker), [0; 0], "the peer is being asked");
    worker.fetched(PEER, RUN, answer(&[0]));
    assert_eq!(asked(&mut worker), [2, 3]);
}

#[test]
fn what_is_to_be_had_anyway_is_fetched_also_when_the_task_is_given_back() {
    let mut worker = worker(&[&[], &[], &[0], &[1]]);
    worker.compute(RUN, vec![task(2, &[0])]);
    assert_eq!(asked(&mut worker), [0]);
    worker.compute(RUN, vec![task(3, &[1])]);
    worker.take(RUN, vec![(1, vec![PEER])]);
    worker.give_back(RUN, 3, 0);
    worker.fetched(PEER, RUN, answer(&[0]));
    assert_eq!(asked(&mut worker), [1]);
}

#[test]
fn who_has_only_what_is_wanted_no_more_keeps_nobody_from_being_asked() {
    let mut worker = worker(&[&[], &[], &[0], &[1]]);
    worker.compute(RUN, vec![task(2, &[0])]);
    assert_eq!(asked(&mut worker), [0]);
    worker.compute(RUN, vec![task(3, &[1])]);
    worker.give_back(RUN, 3, 0);
    worker.fetched(PEER, RUN, answer(&[0]));
    assert_eq!(asked(&mut worker), [0; 0]);
    worker.compute(RUN, vec![task(3, &[1])]);
    assert_eq!(asked(&mut worker), [1]);
}

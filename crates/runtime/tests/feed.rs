//! Calls that somebody else decides on.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use bramble_array::{Block, Encoded, Value};
use bramble_graph::{Axis, BlockId, Column, DType, Graph, Grid, Kind, Layer, NONE, Plan, ReadyTask, Tasks};
use bramble_runtime::{CallFeed, CallQueue, ExecutorId, Outcome};

/// Calls of function 0 that read nothing.
fn calls(count: u32) -> Graph {
    let tasks = Tasks {
        functions: vec![0; count as usize].into(),
        arguments: vec![NONE; count as usize].into(),
        starts: vec![0; count as usize + 1].into(),
        edges: Column::default(),
        annotations: Column::default(),
    };
    let layer = Layer {
        name: "tasks".into(),
        dtype: DType::UInt8,
        grid: Grid::new([Axis::regular(count.into(), 1)]),
        inputs: Vec::new(),
        kind: Kind::Tasks(tasks),
        annotations: None,
    };
    Graph { layers: vec![layer], outputs: vec![0], annotations: Vec::new() }
}

fn value() -> Block {
    Block::Value(Value::Encoded(Arc::new(Encoded::default())))
}

#[test]
fn what_a_call_waits_for_its_turn_does_not_count_and_those_made_together_share_the_time() {
    let queue = Arc::new(CallQueue::default());
    let plan = Arc::new(Plan::new(&calls(3)));
    let (tell, told) = mpsc::channel();
    let done = move |block: BlockId, made: Result<Block, _>, took: Duration| {
        tell.send((block, made.is_ok(), took)).unwrap();
    };
    let (queued, planned) = (Arc::clone(&queue), Arc::clone(&plan));
    let feed = CallFeed::start(planned, Arc::default(), queued, Box::new(done), Box::new(|_, _| {}));
    let executor = ExecutorId(0);
    queue.join(executor, false, Box::new(|| {}));
    for id in (0..3).map(BlockId) {
        let (layer, block) = plan.locate(id);
        let inputs = plan.inputs_of(layer, &block);
        feed.call(ReadyTask { id, layer, block, inputs }, Vec::new());
    }
    thread::sleep(Duration::from_millis(2));
    let taken = Instant::now();
    let batch = queue.take(executor, 3).unwrap();
    let [first, second, third] = &batch.calls[..] else { panic!("all three wait") };
    thread::sleep(Duration::from_millis(2));
    let ended = vec![
        (first.ticket, Outcome::Made(value())),
        (second.ticket, Outcome::Made(value())),
        (third.ticket, Outcome::Returned),
    ];
    queue.hand_in(executor, ended);
    let held = taken.elapsed();
    let heard: Vec<_> = told.try_iter().collect();
    assert_eq!(
        heard.iter().map(|&(block, well, _)| (block.0, well)).collect::<Vec<_>>(),
        [(0, true), (1, true)]
    );
    let sum: Duration = heard.iter().map(|&(.., took)| took).sum();
    assert!(sum <= held && sum >= Duration::from_micros(1900), "{sum:?} of {held:?}");
}

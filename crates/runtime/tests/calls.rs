//! Calls of functions: executors that pull, that die, and that are stopped.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread;

use bramble_array::{Block, Chunk, Encoded, Value};
use bramble_graph::{
    Axis, Call, Column, Create, DType, Graph, Grid, Kind, Layer, LayerId, NONE, Project, Reduce, ReduceAxis,
    Scalar, Tasks,
};
use bramble_runtime::{
    Answer, CallQueue, Calls, ExecutorId, Given, Memory, Outcome, Run, RunError, RunOptions, TaskError,
};

static JOINED: AtomicU64 = AtomicU64::new(0);

fn layer(dtype: DType, grid: Grid, inputs: &[LayerId], kind: Kind) -> Layer {
    Layer { name: "layer".into(), dtype, grid, inputs: inputs.to_vec(), kind, annotations: None }
}

/// A binary tree of additions over `leaves` tasks that call function 0, and an output that passes its root on.
fn tree(leaves: u32) -> Graph {
    let (mut functions, mut starts, mut edges) =
        (vec![0; leaves as usize], vec![0; leaves as usize + 1], vec![]);
    let mut level: Vec<u32> = (0..leaves).collect();
    while level.len() > 1 {
        let mut next = Vec::new();
        for pair in level.chunks(2) {
            edges.extend(pair);
            next.push(u32::try_from(functions.len()).unwrap());
            functions.push(1);
            starts.push(u32::try_from(edges.len()).unwrap());
        }
        level = next;
    }
    let count = functions.len();
    let tasks = Tasks {
        functions: functions.into(),
        arguments: vec![NONE; count].into(),
        starts: starts.into(),
        edges: edges.into(),
        annotations: Column::default(),
    };
    let root = Tasks {
        functions: vec![NONE].into(),
        arguments: vec![NONE].into(),
        starts: vec![0, 1].into(),
        edges: vec![u32::try_from(count).unwrap()].into(),
        annotations: Column::default(),
    };
    let grid = |count: usize| Grid::new([Axis::regular(count as u64, 1)]);
    let tasks = layer(DType::UInt8, grid(count), &[], Kind::Tasks(tasks));
    // The root is the last of all tasks, as edges number the blocks of inputs behind their own.
    let root = Tasks { edges: vec![u32::try_from(count).unwrap()].into(), ..root };
    let graph = Graph {
        layers: vec![tasks, layer(DType::UInt8, grid(1), &[0], Kind::Tasks(root))],
        outputs: vec![1],
        annotations: Vec::new(),
    };
    graph.validate().unwrap();
    graph
}

/// `arange`, a call on each block that gives a block of the same type, and the sum of that.
fn mapped(length: u64, chunk: u64) -> Graph {
    let grid = Grid::new([Axis::regular(length, chunk)]);
    let range = Create::Arange { start: Scalar::Float(0.0), step: Scalar::Float(1.0), first: 0, stride: 1 };
    let call = Call {
        function: 0,
        arguments: NONE,
        reads: vec![vec![Project::Axis(0)]],
        values: false,
        info: false,
    };
    let sum = Reduce {
        op: "sum".into(),
        axes: vec![ReduceAxis { axis: 0, fan_in: 2 }],
        keepdims: false,
        ddof: 0.0,
    };
    let layers = vec![
        layer(DType::Float64, grid.clone(), &[], Kind::Create(range)),
        layer(DType::Float64, grid, &[0], Kind::Call(call)),
        layer(DType::Float64, Grid::new([]), &[1], Kind::Reduce(sum)),
    ];
    let graph = Graph { layers, outputs: vec![2], annotations: Vec::new() };
    graph.validate().unwrap();
    graph
}

fn encoded(number: u64) -> Block {
    let bytes = number.to_le_bytes().to_vec();
    Block::Value(Value::Encoded(Arc::new(Encoded { bytes, buffers: Vec::new() })))
}

fn number(block: &Block) -> u64 {
    match block {
        Block::Value(Value::Encoded(encoded)) => u64::from_le_bytes(encoded.bytes[..].try_into().unwrap()),
        other => panic!("{other:?}"),
    }
}

/// Function 0 gives 1 and function 1 adds; of blocks of elements the function doubles them.
fn work(call: &Given) -> Outcome {
    let made = match call.inputs.first().map(|input| &input.block) {
        Some(Block::Chunk(chunk)) => {
            let doubled: Vec<f64> =
                chunk.as_slice::<f64>().unwrap().iter().map(|value| value * 2.0).collect();
            Block::Chunk(Chunk::from_slice(chunk.shape(), &doubled).unwrap())
        }
        Some(_) => encoded(call.inputs.iter().map(|input| number(&input.block)).sum()),
        None => encoded(1),
    };
    Outcome::Made(made)
}

/// An executor in a thread that sleeps until it is woken.
struct Executor {
    queue: Arc<CallQueue>,
    id: ExecutorId,
    bell: Arc<(Mutex<bool>, Condvar)>,
}

impl Executor {
    fn join(queue: &Arc<CallQueue>) -> Executor {
        let bell = Arc::new((Mutex::new(false), Condvar::new()));
        let ring = Arc::clone(&bell);
        let id = ExecutorId(JOINED.fetch_add(1, Ordering::SeqCst));
        let wake = Box::new(move || {
            *ring.0.lock().unwrap() = true;
            ring.1.notify_all();
        });
        queue.join(id, false, wake);
        Executor { queue: Arc::clone(queue), id, bell }
    }

    fn sleep(&self) {
        let mut rung = self.bell.0.lock().unwrap();
        while !*rung {
            rung = self.bell.1.wait(rung).unwrap();
        }
        *rung = false;
    }

    /// Works until `done`, which is told at the end of a run by a wake.
    fn run(&self, limit: usize, done: &AtomicUsize, work: impl Fn(&Given) -> Outcome) {
        while done.load(Ordering::SeqCst) == 0 {
            match self.queue.take(self.id, limit) {
                Some(batch) => {
                    let results = batch.calls.iter().map(|call| (call.ticket, work(call))).collect();
                    self.queue.hand_in(self.id, results);
                }
                None if done.load(Ordering::SeqCst) == 0 => self.sleep(),
                None => {}
            }
        }
    }
}

fn start(
    graph: Graph,
    queue: &Arc<CallQueue>,
    workers: usize,
    in_turn: bool,
    ended: mpsc::Sender<Result<Vec<Answer>, RunError>>,
) -> Run {
    let options = RunOptions {
        memory: Memory::default(),
        workers,
        in_turn,
        calls: Some(Calls { queue: Arc::clone(queue), program: Arc::default() }),
        on_progress: Box::new(|_| {}),
        on_end: Box::new(move |result| ended.send(result).unwrap()),
    };
    Run::start(graph, Vec::new(), options)
}

/// Runs a graph with some executors.
fn run(graph: Graph, executors: usize, limit: usize, in_turn: bool) -> Vec<Answer> {
    let queue = Arc::new(CallQueue::default());
    let done = AtomicUsize::new(0);
    let (ended, end) = mpsc::channel();
    thread::scope(|scope| {
        let joined: Vec<Executor> = (0..executors).map(|_| Executor::join(&queue)).collect();
        let bells: Vec<_> = joined.iter().map(|executor| Arc::clone(&executor.bell)).collect();
        for executor in joined {
            let done = &done;
            scope.spawn(move || executor.run(limit, done, work));
        }
        start(graph, &queue, executors, in_turn, ended);
        let result = end.recv().unwrap();
        done.store(1, Ordering::SeqCst);
        for bell in bells {
            *bell.0.lock().unwrap() = true;
            bell.1.notify_all();
        }
        result.unwrap()
    })
}

#[test]
fn a_tree_of_tasks_is_worked_off_by_any_number_of_executors() {
    for (executors, limit, in_turn) in
        [(1, 1, true), (1, 1, false), (3, 1, false), (4, 64, false), (2, 7, true)]
    {
        let answers = run(tree(1000), executors, limit, in_turn);
        let [Answer::Values(blocks)] = &answers[..] else { panic!("{answers:?}") };
        assert_eq!(blocks.iter().map(number).collect::<Vec<_>>(), [1000]);
    }
}

#[test]
fn calls_and_kernels_read_each_other() {
    for (executors, limit, in_turn) in [(1, 1, true), (3, 4, false), (2, 64, false)] {
        let answers = run(mapped(10_000, 10), executors, limit, in_turn);
        let [Answer::Array(sum)] = &answers[..] else { panic!("{answers:?}") };
        assert_eq!(sum.chunk.as_slice::<f64>().unwrap(), [99_990_000.0]);
    }
}

#[test]
fn what_a_dead_executor_held_is_done_by_others() {
    let queue = Arc::new(CallQueue::default());
    let (ended, end) = mpsc::channel();
    start(tree(8), &queue, 2, false, ended);
    let (dying, living) = (Executor::join(&queue), Executor::join(&queue));
    let batch = loop {
        if let Some(batch) = queue.take(dying.id, 5) {
            break batch;
        }
        dying.sleep();
    };
    assert_eq!(batch.calls.len(), 5);
    queue.leave(dying.id, "it died");
    // Too late: it was given up.
    queue.hand_in(dying.id, vec![(batch.calls[0].ticket, work(&batch.calls[0]))]);
    let answers = loop {
        if let Ok(result) = end.try_recv() {
            break result.unwrap();
        }
        let Some(batch) = queue.take(living.id, 64) else { continue };
        queue.hand_in(living.id, batch.calls.iter().map(|call| (call.ticket, work(call))).collect());
    };
    let [Answer::Values(blocks)] = &answers[..] else { panic!("{answers:?}") };
    assert_eq!(number(&blocks[0]), 8);
}

#[test]
fn a_task_that_kills_again_fails() {
    let queue = Arc::new(CallQueue::default());
    let (ended, end) = mpsc::channel();
    start(tree(8), &queue, 2, false, ended);
    let mut batches = Vec::new();
    for _ in 0..2 {
        let executor = Executor::join(&queue);
        loop {
            if let Some(batch) = queue.take(executor.id, 64) {
                batches.push(batch.calls.len());
                break;
            }
            executor.sleep();
        }
        queue.leave(executor.id, "the worker ended (exit code 3)");
    }
    assert_eq!(batches, [8, 1], "who killed is handed out alone");
    let error = end.recv().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "the worker ended (exit code 3) while it ran this task, 2 times");
}

#[test]
fn failures_after_the_first_are_counted() {
    let queue = Arc::new(CallQueue::default());
    let (ended, end) = mpsc::channel();
    start(tree(8), &queue, 1, false, ended);
    let executor = Executor::join(&queue);
    let batch = loop {
        if let Some(batch) = queue.take(executor.id, 64) {
            break batch;
        }
        executor.sleep();
    };
    let thrown = |call: &Given| {
        let Block::Value(value) = encoded(u64::from(call.ticket)) else { unreachable!() };
        (call.ticket, Outcome::Thrown(value))
    };
    queue.hand_in(executor.id, batch.calls.iter().map(thrown).collect());
    let RunError::Task { block, source, others, .. } = end.recv().unwrap().unwrap_err() else { panic!() };
    assert!(matches!(*source, TaskError::Thrown(_)));
    assert_eq!((block, others), (vec![0], 7));
}

#[test]
fn a_wrong_block_is_refused() {
    let queue = Arc::new(CallQueue::default());
    let (ended, end) = mpsc::channel();
    start(mapped(4, 2), &queue, 1, false, ended);
    let executor = Executor::join(&queue);
    let batch = loop {
        if let Some(batch) = queue.take(executor.id, 1) {
            break batch;
        }
        executor.sleep();
    };
    let wrong = Block::Chunk(Chunk::from_slice(&[3], &[1_i32, 2, 3]).unwrap());
    queue.hand_in(executor.id, vec![(batch.calls[0].ticket, Outcome::Made(wrong))]);
    let error = end.recv().unwrap().unwrap_err();
    let expected = "the function gave int32 of shape [3], its block should be float64 of shape [2]";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn stopping_tells_executors_and_waits_for_what_they_hold() {
    let queue = Arc::new(CallQueue::default());
    let (ended, end) = mpsc::channel();
    let stopping = start(tree(8), &queue, 1, false, ended);
    let executor = Executor::join(&queue);
    let batch = loop {
        if let Some(batch) = queue.take(executor.id, 2) {
            break batch;
        }
        executor.sleep();
    };
    assert!(queue.stopped(executor.id).is_empty());
    stopping.cancel();
    executor.sleep();
    let mut stopped = queue.stopped(executor.id);
    stopped.sort_unstable();
    assert_eq!(stopped, batch.calls.iter().map(|call| call.ticket).collect::<Vec<_>>());
    assert!(end.try_recv().is_err(), "calls are still under way");
    queue.hand_in(executor.id, batch.calls.iter().map(|call| (call.ticket, Outcome::Returned)).collect());
    assert!(matches!(end.recv().unwrap(), Err(RunError::Cancelled)));

    // Nobody has taken a call yet: there is nothing to wait for.
    let (ended, end) = mpsc::channel();
    start(tree(8), &queue, 1, false, ended).cancel();
    assert!(matches!(end.recv().unwrap(), Err(RunError::Cancelled)));
}

#[test]
fn calls_without_executors_are_refused() {
    let (ended, end) = mpsc::channel();
    let options = RunOptions {
        memory: Memory::default(),
        workers: 1,
        in_turn: false,
        calls: None,
        on_progress: Box::new(|_| {}),
        on_end: Box::new(move |result| ended.send(result.map(drop)).unwrap()),
    };
    Run::start(tree(2), Vec::new(), options);
    let Err(RunError::Prepare { source, .. }) = end.recv().unwrap() else { panic!() };
    assert!(matches!(*source, TaskError::NoExecutor));
}

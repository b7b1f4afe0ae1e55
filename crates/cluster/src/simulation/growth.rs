//! What a task costs the scheduler as graphs and clusters grow. Workers do at once what they are handed, so that nothing
//! else takes time.
//!
//! `BRAMBLE_WORKERS=10000 BRAMBLE_TASKS=10000000 cargo test --release -p bramble-cluster growth -- --nocapture
//! --test-threads 1` goes up to that size and prints what it took.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bramble_graph::{Axis, Create, DType, Graph, Grid, Kind, Layer, Reduce, ReduceAxis, Scalar};
use bramble_storage::SharedBytes;

use crate::protocol::{
    Assignment, ClientId, FromClient, FromWorker, Made, RunId, ToClient, ToWorker, WorkerHello, WorkerId,
};
use crate::scheduler::{Outbox, Scheduler};

/// What was said and not yet done.
#[derive(Default)]
struct Post {
    tasks: BTreeMap<WorkerId, Vec<Assignment>>,
    outputs: Vec<u64>,
}

impl Outbox for Post {
    fn make_call(&mut self, _: ClientId, _: u32, _: SharedBytes) {}

    fn tell_worker(&mut self, worker: WorkerId, message: ToWorker, _: Vec<SharedBytes>) {
        if let ToWorker::Compute { tasks, .. } = message {
            self.tasks.entry(worker).or_default().extend(tasks);
        }
    }

    fn tell_client(&mut self, _: ClientId, message: ToClient, _: Vec<SharedBytes>) {
        if let ToClient::Made { blocks, .. } = message {
            self.outputs.extend(blocks.iter().map(|made| made.block));
        }
    }
}

/// A scheduler with workers and a client that has handed in one graph.
struct Growth {
    scheduler: Scheduler,
    client: ClientId,
    post: Post,
    /// Tasks that were done.
    done: u64,
}

const RUN: u32 = 1;

impl Growth {
    fn new(workers: u64) -> Growth {
        let mut scheduler = Scheduler::default();
        for number in 0..workers {
            let address = format!("inproc://{number}");
            let hello = WorkerHello {
                name: number.to_string(),
                address: address.clone(),
                threads: 4,
                memory: 1 << 40,
                calls: false,
                surroundings: None,
                pid: 1,
                resources: BTreeMap::new(),
                watch: 0,
            };
            scheduler.add_worker(Duration::ZERO, hello, address);
        }
        let client = scheduler.add_client();
        Growth { scheduler, client, post: Post::default(), done: 0 }
    }

    fn say(&mut self, message: FromClient, buffers: Vec<SharedBytes>) {
        self.scheduler.hear_client(Duration::ZERO, self.client, message, buffers, &mut self.post);
    }

    /// Has all tasks done, and takes the outputs unless they are kept.
    fn run(&mut self, graph: &Graph, is_kept: bool) {
        let bytes: SharedBytes = Arc::new(rmp_serde::to_vec_named(graph).unwrap());
        let (run, calls, retries) = (RUN, false, 0);
        let submit = if is_kept {
            FromClient::Keep { run, calls, retries, loans: Vec::new() }
        } else {
            FromClient::Submit { run, calls, retries }
        };
        self.say(submit, vec![bytes]);
        self.scheduler.flush(&mut self.post);
        while !self.post.tasks.is_empty() {
            for (worker, tasks) in std::mem::take(&mut self.post.tasks) {
                self.done += tasks.len() as u64;
                let made = tasks.iter().map(|&Assignment { block, attempt, .. }| Made {
                    block,
                    attempt,
                    bytes: 8000,
                    micros: 2000,
                });
                let made = FromWorker::Made { run: RunId(self.client, RUN), made: made.collect() };
                self.scheduler.hear_worker(Duration::ZERO, worker, made, Vec::new(), &mut self.post);
            }
            let blocks = std::mem::take(&mut self.post.outputs);
            if !is_kept && !blocks.is_empty() {
                self.say(FromClient::Fetched { run: RUN, blocks }, Vec::new());
            }
            self.scheduler.flush(&mut self.post);
        }
    }

    fn end(&mut self) {
        self.say(FromClient::End { run: RUN }, Vec::new());
        self.scheduler.flush(&mut self.post);
        assert!(self.scheduler.is_empty());
    }
}

fn layer(name: &str, blocks: u64, inputs: Vec<u32>, kind: Kind) -> Layer {
    let grid = if blocks == 1 { Grid::new([]) } else { Grid::new([Axis::regular(blocks * 1000, 1000)]) };
    Layer { name: name.into(), dtype: DType::Float64, grid, inputs, kind, annotations: None }
}

/// Blocks of ones.
fn ones(blocks: u64) -> Layer {
    layer("ones", blocks, Vec::new(), Kind::Create(Create::Full { value: Scalar::Float(1.0) }))
}

/// Blocks of ones, of which each is read once, and their sum.
fn sum(blocks: u64) -> Graph {
    let axes = vec![ReduceAxis { axis: 0, fan_in: 4 }];
    let reduce = Kind::Reduce(Reduce { op: "sum".into(), axes, keepdims: false, ddof: 0.0 });
    let layers = vec![ones(blocks), layer("sum", 1, vec![0], reduce)];
    Graph { layers, outputs: vec![1], annotations: Vec::new() }
}

fn asked(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

/// Sizes up to the one that is asked for, each ten times the one before.
fn sizes(most: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(most.min(1000)), move |&size| (size < most).then(|| (10 * size).min(most)))
}

/// Bytes of memory that this process has.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    4096 * statm.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
}

#[test]
fn every_task_is_done_once_however_large_the_graph() {
    let workers = asked("BRAMBLE_WORKERS", 50);
    for tasks in sizes(asked("BRAMBLE_TASKS", 10_000)) {
        let mut growth = Growth::new(workers);
        let (before, start) = (resident(), Instant::now());
        growth.run(&sum(tasks * 3 / 4), false);
        let micros = 1e6 * start.elapsed().as_secs_f64() / growth.done as f64;
        println!(
            "{workers} workers, a sum of {} tasks: {micros:.2} µs a task, {} kB more",
            growth.done,
            resident().saturating_sub(before) / 1000
        );
        assert!(growth.done >= tasks * 3 / 4);
        growth.end();
    }
}

#[test]
fn blocks_that_are_kept_take_memory_by_their_number() {
    let workers = asked("BRAMBLE_WORKERS", 50);
    for tasks in sizes(asked("BRAMBLE_TASKS", 10_000)) {
        let mut growth = Growth::new(workers);
        let before = resident();
        let graph = Graph { layers: vec![ones(tasks)], outputs: vec![0], annotations: Vec::new() };
        growth.run(&graph, true);
        let bytes = resident().saturating_sub(before) / tasks;
        println!("{workers} workers, {tasks} blocks kept: {bytes} bytes each");
        assert_eq!(growth.done, tasks);
        growth.end();
    }
}

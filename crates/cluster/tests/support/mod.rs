//! A cluster in one process, and a graph for it.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]
#![allow(dead_code, reason = "not every test needs all of it")]

use std::time::Duration;

use bramble_array::Chunk;
use bramble_cluster::client::{Client, RunFailure, Submission};
use bramble_cluster::scheduler::{SchedulerHandle, SchedulerOptions, SchedulerServer};
use bramble_cluster::security::Security;
use bramble_cluster::transport::Address;
use bramble_cluster::worker::{WorkerOptions, serve};
use bramble_graph::{Axis, Create, DType, Gather, Graph, Grid, Kind, Layer, Reduce, ReduceAxis};
use bramble_runtime::{Answer, Run, RunOptions};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

/// Longer than anything takes here on a machine with a lot to do.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

pub(crate) struct Cluster {
    pub(crate) address: Address,
    pub(crate) handle: SchedulerHandle,
    _stop: oneshot::Sender<()>,
}

/// A worker that dies without a word when it is dropped.
pub(crate) struct Worker {
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Cluster {
    pub(crate) async fn start() -> Cluster {
        let server = SchedulerServer::bind(SchedulerOptions::default()).await.unwrap();
        let address = server.addresses()[0].clone();
        let handle = server.handle();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(server.serve(async move { drop(stopped.await) }));
        Cluster { address, handle, _stop: stop }
    }

    pub(crate) fn worker(&self, name: &str) -> Worker {
        Cluster::worker_with(WorkerOptions { name: name.to_owned(), ..self.options() })
    }

    pub(crate) fn options(&self) -> WorkerOptions {
        WorkerOptions { threads: 1, ..WorkerOptions::new(self.address.clone()) }
    }

    pub(crate) fn worker_with(options: WorkerOptions) -> Worker {
        let task = tokio::spawn(async move { serve(options, std::future::pending()).await.unwrap() });
        Worker { task }
    }

    pub(crate) async fn wait_for_workers(&self, count: usize) {
        let wait = async {
            while self.handle.status().await.unwrap().workers.len() != count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.unwrap();
    }

    pub(crate) async fn client(&self) -> Client {
        Client::connect(&self.address, Security::insecure(), PATIENCE).await.unwrap()
    }
}

pub(crate) fn layer(name: &str, grid: Grid, inputs: Vec<u32>, kind: Kind) -> Layer {
    Layer { name: name.into(), dtype: DType::Float64, grid, inputs, kind, annotations: None }
}

/// Random numbers, cut anew, and the sum over each column and over all.
pub(crate) fn graph(blocks: u64) -> Graph {
    let axis = |length| Axis::regular(24 * blocks, length);
    let grid = Grid::new([axis(24), Axis::regular(30, 10)]);
    let random = Create::Random { key: [1, 2, 3, 4], first: 0, strides: vec![30, 1] };
    let reduced = |axes: &[u32]| {
        let axes = axes.iter().map(|&axis| ReduceAxis { axis, fan_in: 4 }).collect();
        Kind::Reduce(Reduce { op: "sum".into(), axes, keepdims: false, ddof: 0.0 })
    };
    let other = Grid::new([axis(17), Axis::regular(30, 15)]);
    let layers = vec![
        layer("random", grid, vec![], Kind::Create(random)),
        layer("rechunk", other, vec![0], Kind::Gather(Gather {})),
        layer("columns", Grid::new([Axis::regular(30, 15)]), vec![1], reduced(&[0])),
        layer("all", Grid::new([]), vec![1], reduced(&[0, 1])),
    ];
    Graph { layers, outputs: vec![2, 3, 1], annotations: Vec::new() }
}

pub(crate) type Outcome = Result<Vec<Answer>, RunFailure>;

pub(crate) async fn compute(client: &Client, graph: Graph) -> Outcome {
    let (end, ended) = oneshot::channel();
    client.submit(Submission {
        graph,
        program: None,
        buffers: Vec::new(),
        retries: 0,
        on_progress: Box::new(|_| {}),
        on_tasks: None,
        on_end: Box::new(move |outcome| drop(end.send(outcome))),
    });
    tokio::time::timeout(PATIENCE, ended).await.unwrap().unwrap()
}

pub(crate) fn chunks(answers: &[Answer]) -> Vec<Chunk> {
    let chunk = |answer: &Answer| match answer {
        Answer::Array(array) => array.chunk.clone(),
        Answer::Values(_) => panic!("no array"),
    };
    answers.iter().map(chunk).collect()
}

pub(crate) fn computed_here(graph: Graph) -> Vec<Chunk> {
    let (end, ended) = std::sync::mpsc::channel();
    let options = RunOptions {
        workers: 2,
        in_turn: false,
        calls: None,
        memory: bramble_runtime::Memory::default(),
        on_progress: Box::new(|_| {}),
        on_end: Box::new(move |outcome| drop(end.send(outcome))),
    };
    Run::start(graph, Vec::new(), options);
    chunks(&ended.recv_timeout(PATIENCE).unwrap().unwrap())
}

pub(crate) fn assert_same_bits(ours: &[Chunk], theirs: &[Chunk]) {
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!((ours.dtype(), ours.shape()), (theirs.dtype(), theirs.shape()));
        assert!(ours.bytes() == theirs.bytes(), "other bits");
    }
}

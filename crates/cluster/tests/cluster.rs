//! Scheduler, workers and a client over TCP in one process: the same bits as the executor of this machine gives,
//! whoever dies on the way.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Mutex;
use std::time::Duration;

use bramble_array::Chunk;
use bramble_cluster::client::{Client, RunFailure, Submission};
use bramble_cluster::scheduler::{SchedulerHandle, SchedulerOptions, SchedulerServer};
use bramble_cluster::security::Security;
use bramble_cluster::transport::Address;
use bramble_cluster::worker::{WorkerOptions, serve};
use bramble_graph::{
    Axis, Create, DType, Gather, Graph, Grid, Kind, Layer, Raw, Reduce, ReduceAxis, Scalar, Selection,
    Source, Store,
};
use bramble_runtime::{Answer, Run, RunOptions};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

/// Longer than anything takes here on a machine with a lot to do.
const PATIENCE: Duration = Duration::from_mins(2);

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

struct Cluster {
    address: Address,
    handle: SchedulerHandle,
    _stop: oneshot::Sender<()>,
}

/// A worker that dies without a word when it is dropped.
struct Worker {
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Cluster {
    async fn start() -> Cluster {
        let server = SchedulerServer::bind(SchedulerOptions::default()).await.unwrap();
        let address = server.addresses()[0].clone();
        let handle = server.handle();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(server.serve(async move { drop(stopped.await) }));
        Cluster { address, handle, _stop: stop }
    }

    fn worker(&self, name: &str) -> Worker {
        Cluster::worker_with(WorkerOptions { name: name.to_owned(), ..self.options() })
    }

    fn options(&self) -> WorkerOptions {
        WorkerOptions { threads: 1, ..WorkerOptions::new(self.address.clone()) }
    }

    fn worker_with(options: WorkerOptions) -> Worker {
        let task = tokio::spawn(async move { serve(options, std::future::pending()).await.unwrap() });
        Worker { task }
    }

    async fn wait_for_workers(&self, count: usize) {
        let wait = async {
            while self.handle.status().await.unwrap().workers.len() != count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.unwrap();
    }

    async fn client(&self) -> Client {
        Client::connect(&self.address, Security::insecure(), PATIENCE).await.unwrap()
    }
}

fn layer(name: &str, grid: Grid, inputs: Vec<u32>, kind: Kind) -> Layer {
    Layer { name: name.into(), dtype: DType::Float64, grid, inputs, kind, annotations: None }
}

/// Random numbers, cut anew, and the sum over each column and over all.
fn graph(blocks: u64) -> Graph {
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

type Outcome = Result<Vec<Answer>, RunFailure>;

async fn compute(client: &Client, graph: Graph) -> Outcome {
    let (end, ended) = oneshot::channel();
    client.submit(Submission {
        graph,
        program: None,
        buffers: Vec::new(),
        retries: 0,
        on_progress: Box::new(|_| {}),
        on_end: Box::new(move |outcome| drop(end.send(outcome))),
    });
    tokio::time::timeout(PATIENCE, ended).await.unwrap().unwrap()
}

fn chunks(answers: &[Answer]) -> Vec<Chunk> {
    let chunk = |answer: &Answer| match answer {
        Answer::Array(array) => array.chunk.clone(),
        Answer::Values(_) => panic!("no array"),
    };
    answers.iter().map(chunk).collect()
}

fn computed_here(graph: Graph) -> Vec<Chunk> {
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

fn assert_same_bits(ours: &[Chunk], theirs: &[Chunk]) {
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!((ours.dtype(), ours.shape()), (theirs.dtype(), theirs.shape()));
        assert!(ours.bytes() == theirs.bytes(), "other bits");
    }
}

#[test]
fn gives_the_same_bits_as_this_machine() {
    let expected = computed_here(graph(20));
    runtime().block_on(async {
        let cluster = Cluster::start().await;
        let workers = ["one", "two", "three"].map(|name| cluster.worker(name));
        let client = cluster.client().await;
        // Also before any worker is there.
        let (first, second) = tokio::join!(compute(&client, graph(20)), compute(&client, graph(20)));
        assert_same_bits(&chunks(&first.unwrap()), &expected);
        assert_same_bits(&chunks(&second.unwrap()), &expected);
        let status = client.status().await.unwrap();
        assert_eq!((status.workers.len(), status.runs.len()), (3, 0));
        drop(workers);
    });
}

#[test]
fn gives_the_same_bits_though_workers_die() {
    let expected = computed_here(graph(200));
    runtime().block_on(async {
        let cluster = Cluster::start().await;
        let mut workers: Vec<Worker> = ["one", "two"].map(|name| cluster.worker(name)).into();
        cluster.wait_for_workers(2).await;
        let client = cluster.client().await;
        let running = tokio::spawn(async move { compute(&client, graph(200)).await });
        for turn in 0..6 {
            if running.is_finished() {
                break;
            }
            workers.remove(0);
            workers.push(cluster.worker(&format!("next-{turn}")));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_same_bits(&chunks(&running.await.unwrap().unwrap()), &expected);
    });
}

#[test]
fn gives_the_same_bits_though_no_block_stays_in_memory() {
    let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let expected = computed_here(graph(20));
    runtime().block_on(async {
        let cluster = Cluster::start().await;
        let spill_folder = folder.path().to_owned();
        let options = WorkerOptions { memory: 0, spill_folder, ..cluster.options() };
        let workers = [(); 2].map(|()| Cluster::worker_with(options.clone()));
        cluster.wait_for_workers(2).await;
        let client = cluster.client().await;
        assert_same_bits(&chunks(&compute(&client, graph(20)).await.unwrap()), &expected);
        drop(workers);
    });
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn goes_on_in_memory_where_a_disk_takes_nothing() {
    static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());
    fn tell(words: &str) {
        TOLD.lock().unwrap().push(words.to_owned());
    }
    let expected = computed_here(graph(20));
    runtime().block_on(async {
        let cluster = Cluster::start().await;
        let spill_folder = "/proc/no/such/folder".into();
        let _worker =
            Cluster::worker_with(WorkerOptions { memory: 0, spill_folder, tell, ..cluster.options() });
        let client = cluster.client().await;
        assert_same_bits(&chunks(&compute(&client, graph(20)).await.unwrap()), &expected);
    });
    let told = TOLD.lock().unwrap();
    assert!(told.iter().any(|words| words.contains("/proc/no/such/folder")), "{told:?}");
}

#[test]
fn says_what_fails_and_where() {
    let raw = Raw {
        path: "/nowhere/x".into(),
        offset: 0,
        big_endian: false,
        fortran: false,
        deflated: None,
        size: 80,
    };
    let selection = Selection::from(vec![bramble_graph::Pick::Slice { start: 0, step: 1 }]);
    let source = Source { store: Store::Raw(raw), shape: vec![10], selection, decoded_chunks: None };
    let layers = vec![layer("read", Grid::new([Axis::regular(10, 5)]), vec![], Kind::Source(source))];
    let failing = Graph { layers, outputs: vec![0], annotations: Vec::new() };
    let full = Create::Full { value: Scalar::Float(1.0) };
    let invalid = Graph {
        layers: vec![layer("full", Grid::new([Axis::regular(10, 5)]), vec![7], Kind::Create(full))],
        outputs: vec![0],
        annotations: Vec::new(),
    };
    runtime().block_on(async {
        let cluster = Cluster::start().await;
        let _worker = cluster.worker("one");
        let client = cluster.client().await;
        let failure = compute(&client, failing).await.unwrap_err();
        assert_eq!(failure.layer.as_deref(), Some("read"));
        assert!(failure.message.contains("/nowhere/x"), "{failure:?}");
        let failure = compute(&client, invalid).await.unwrap_err();
        assert_eq!(failure.code, "INVALID_GRAPH");
        // The cluster goes on.
        compute(&client, graph(2)).await.unwrap();
    });
}

#[test]
fn a_run_ends_when_it_is_cancelled_and_when_the_scheduler_goes() {
    runtime().block_on(async {
        let cluster = Cluster::start().await;
        let client = cluster.client().await;
        let submit = |end: oneshot::Sender<Outcome>| {
            client.submit(Submission {
                graph: graph(2),
                program: None,
                buffers: Vec::new(),
                retries: 0,
                on_progress: Box::new(|_| {}),
                on_end: Box::new(move |outcome| drop(end.send(outcome))),
            })
        };
        // There is no worker: it would wait for ever.
        let (end, ended) = oneshot::channel();
        submit(end).cancel();
        assert_eq!(ended.await.unwrap().unwrap_err().code, "CANCELLED");
        let (end, ended) = oneshot::channel();
        submit(end);
        drop(cluster);
        assert_eq!(ended.await.unwrap().unwrap_err().code, "SCHEDULER_LOST");
    });
}

#[test]
fn says_who_does_not_answer() {
    runtime().block_on(async {
        // Nobody listens at a port that was just given back.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address: Address = listener.local_addr().unwrap().to_string().parse().unwrap();
        drop(listener);
        let refused = Client::connect(&address, Security::insecure(), Duration::from_millis(100)).await;
        let error = refused.err().unwrap().to_string();
        assert!(error.contains(&address.to_string()) && error.contains("0.1 s"), "{error}");
    });
}

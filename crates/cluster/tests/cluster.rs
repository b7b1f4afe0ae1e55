//! Scheduler, workers and a client over TCP in one process: the same bits as the executor of this machine gives,
//! whoever dies on the way.

mod support;

use std::sync::Mutex;
use std::time::Duration;

use bramble_cluster::client::{Client, Submission};
use bramble_cluster::security::Security;
use bramble_cluster::transport::Address;
use bramble_cluster::worker::WorkerOptions;
use bramble_graph::{Axis, Create, Graph, Grid, Kind, Raw, Scalar, Selection, Source, Store};
use bramble_runtime::Pantry;
use support::{
    Cluster, Outcome, Worker, assert_same_bits, chunks, compute, computed_here, graph, layer, runtime,
};
use tokio::sync::oneshot;

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
        let pantry = Pantry { folder: folder.path().to_owned(), most: None };
        let options = WorkerOptions { memory: 0, pantry, ..cluster.options() };
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
        let pantry = Pantry { folder: "/proc/no/such/folder".into(), most: None };
        let _worker = Cluster::worker_with(WorkerOptions { memory: 0, pantry, tell, ..cluster.options() });
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
        tag: None,
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
                on_tasks: None,
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

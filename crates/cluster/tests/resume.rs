//! Connections that are cut and a scheduler that is killed, while a graph is under way: nobody notices, and nothing is
//! made twice.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use bramble_cluster::client::Client;
use bramble_cluster::protocol::WorkerId;
use bramble_cluster::scheduler::{SchedulerHandle, SchedulerOptions, SchedulerServer};
use bramble_cluster::security::Security;
use bramble_cluster::transport::Address;
use bramble_cluster::worker::WorkerOptions;
use bramble_graph::{Annotations, Graph};
use support::{Cluster, PATIENCE, assert_same_bits, chunks, compute, computed_here, graph, runtime};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Passes on what comes to a port, until the connections are cut: then to others.
struct Wire {
    address: SocketAddr,
    /// Connections of an earlier number are cut.
    cuts: watch::Sender<u32>,
}

impl Wire {
    async fn to(target: &Address) -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let target = target.to_string().replace("tcp://", "");
        let (cuts, cut) = watch::channel(0);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(pass_on(near, target.clone(), cut.clone()));
            }
        });
        Wire { address, cuts }
    }

    fn address(&self) -> Address {
        self.address.to_string().parse().unwrap()
    }

    fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

async fn pass_on(mut near: TcpStream, target: String, mut cut: watch::Receiver<u32>) {
    cut.mark_unchanged();
    let Ok(mut far) = TcpStream::connect(target).await else { return };
    tokio::select! {
        _ = cut.changed() => {}
        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
    }
}

/// The workers by number: one that has come anew has another.
async fn workers(handle: &SchedulerHandle) -> Vec<WorkerId> {
    handle.status().await.unwrap().workers.iter().map(|worker| worker.id).collect()
}

/// Waits until so many workers have told what they measure. One that has not may not know yet that it was welcome, and
/// comes as a new one if it is cut off now.
async fn at_home(handle: &SchedulerHandle, count: usize) {
    until(async || {
        let workers = handle.status().await.unwrap().workers;
        workers.iter().filter(|worker| worker.beat.resident > 0).count() == count
    })
    .await;
}

/// How many tasks of all runs were done, those that were done again included.
async fn done(handle: &SchedulerHandle) -> u64 {
    handle.status().await.unwrap().done
}

async fn until(is_so: impl AsyncFn() -> bool) {
    let wait = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap();
}

#[test]
fn nothing_is_lost_though_all_connections_are_cut_again_and_again() {
    let expected = computed_here(graph(100));
    runtime().block_on(async {
        let cluster = Cluster::start().await;
        let wire = Wire::to(&cluster.address).await;
        let options = |name: &str| WorkerOptions {
            name: name.to_owned(),
            scheduler: wire.address(),
            ..cluster.options()
        };
        let _workers = ["one", "two"].map(|name| Cluster::worker_with(options(name)));
        at_home(&cluster.handle, 2).await;
        let client = Client::connect(&wire.address(), Security::insecure(), PATIENCE).await.unwrap();
        assert_same_bits(&chunks(&compute(&client, graph(100)).await.unwrap()), &expected);
        let once = done(&cluster.handle).await;
        for cuts in 1..=3 {
            let running = tokio::spawn({
                let client = client.clone();
                async move { compute(&client, graph(100)).await }
            });
            until(async || done(&cluster.handle).await > once * cuts + 10).await;
            wire.cut();
            assert_same_bits(&chunks(&running.await.unwrap().unwrap()), &expected);
            assert_eq!(done(&cluster.handle).await, once * (cuts + 1), "something was made twice");
        }
        assert_eq!(workers(&cluster.handle).await, [WorkerId(0), WorkerId(1)]);
    });
}

/// A scheduler that is killed without a word when it is told to.
struct Mortal {
    address: Address,
    handle: SchedulerHandle,
    task: JoinHandle<()>,
}

impl Mortal {
    /// Listens, as soon as nobody else does there.
    /// The journal begins anew when it is larger than this.
    async fn start(address: Address, journal: &Path, limit: u64) -> Mortal {
        let began = std::time::Instant::now();
        let server = loop {
            let options = SchedulerOptions {
                listen: vec![address.clone()],
                journal: Some(journal.to_owned()),
                journal_limit: limit,
                ..SchedulerOptions::default()
            };
            match SchedulerServer::bind(options).await {
                Ok(server) => break server,
                Err(error) => assert!(began.elapsed() < PATIENCE, "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        let (address, handle) = (server.addresses()[0].clone(), server.handle());
        let task = tokio::spawn(server.serve(std::future::pending()));
        Mortal { address, handle, task }
    }

    async fn kill_and_start(self, journal: &Path, limit: u64) -> Mortal {
        self.task.abort();
        let _ = self.task.await;
        Mortal::start(self.address, journal, limit).await
    }
}

/// A graph that ends when a worker of a name is there, and not before.
fn waiting_for(name: &str) -> Graph {
    let mut graph = graph(100);
    let annotations = Annotations { workers: vec![name.to_owned()], ..Annotations::default() };
    graph.annotations.push(annotations);
    graph.layers.last_mut().unwrap().annotations = Some(0);
    graph
}

#[test]
fn a_scheduler_that_is_killed_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let expected = computed_here(graph(100));
    runtime().block_on(async {
        let anywhere: Address = "tcp://127.0.0.1:0".parse().unwrap();
        let mut scheduler = Mortal::start(anywhere, folder.path(), u64::MAX).await;
        let client = Client::connect(&scheduler.address, Security::insecure(), PATIENCE).await.unwrap();
        let running = tokio::spawn({
            let client = client.clone();
            async move { compute(&client, waiting_for("three")).await }
        });
        // Before there is any worker, with one, with two, and when the last one may have ended it.
        let mut started = Vec::new();
        until(async || scheduler.handle.status().await.unwrap().runs.len() == 1).await;
        for (name, tasks) in [("one", 20), ("two", 60), ("three", 60)] {
            scheduler = scheduler.kill_and_start(folder.path(), u64::MAX).await;
            assert_eq!(scheduler.handle.status().await.unwrap().runs.len(), 1);
            let options = WorkerOptions {
                name: name.to_owned(),
                threads: 1,
                ..WorkerOptions::new(scheduler.address.clone())
            };
            started.push(Cluster::worker_with(options));
            until(async || done(&scheduler.handle).await >= tasks).await;
            at_home(&scheduler.handle, started.len()).await;
        }
        scheduler = scheduler.kill_and_start(folder.path(), u64::MAX).await;
        assert_same_bits(&chunks(&running.await.unwrap().unwrap()), &expected);
        let once = done(&scheduler.handle).await;
        assert_eq!(workers(&scheduler.handle).await, [WorkerId(0), WorkerId(1), WorkerId(2)]);
        // The same without any death takes as many tasks: nothing was made twice.
        assert_same_bits(&chunks(&compute(&client, waiting_for("three")).await.unwrap()), &expected);
        assert_eq!(done(&scheduler.handle).await, 2 * once);
    });
}

/// Bytes of a journal, and its number on the disk: another one when it has begun anew.
fn journal(folder: &Path) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;

    let file = std::fs::metadata(folder.join("journal")).unwrap();
    (file.len(), file.ino())
}

#[test]
fn a_scheduler_goes_on_from_a_journal_that_has_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let expected = computed_here(graph(100));
    runtime().block_on(async {
        let anywhere: Address = "tcp://127.0.0.1:0".parse().unwrap();
        let mut scheduler = Mortal::start(anywhere, folder.path(), 100_000).await;
        let client = Client::connect(&scheduler.address, Security::insecure(), PATIENCE).await.unwrap();
        let options = WorkerOptions { name: "one".into(), ..WorkerOptions::new(scheduler.address.clone()) };
        let _one = Cluster::worker_with(options);
        at_home(&scheduler.handle, 1).await;
        // One graph is over, and one is under way all the time.
        let running = tokio::spawn({
            let client = client.clone();
            async move { compute(&client, waiting_for("two")).await }
        });
        until(async || done(&scheduler.handle).await > 0).await;
        let mut first = journal(folder.path()).1;
        for _ in 0..2 {
            // Graphs come and go until it has begun anew.
            until(async || {
                assert_same_bits(&chunks(&compute(&client, graph(100)).await.unwrap()), &expected);
                journal(folder.path()).1 != first
            })
            .await;
            first = journal(folder.path()).1;
            let before = done(&scheduler.handle).await;
            scheduler = scheduler.kill_and_start(folder.path(), 100_000).await;
            assert!(done(&scheduler.handle).await >= before, "what was done is known");
            // That the last graph is over the client may have to say again.
            until(async || scheduler.handle.status().await.unwrap().runs.len() == 1).await;
            at_home(&scheduler.handle, 1).await;
        }
        let options = WorkerOptions { name: "two".into(), ..WorkerOptions::new(scheduler.address.clone()) };
        let _two = Cluster::worker_with(options);
        assert_same_bits(&chunks(&running.await.unwrap().unwrap()), &expected);
        assert_eq!(workers(&scheduler.handle).await, [WorkerId(0), WorkerId(1)]);
    });
}

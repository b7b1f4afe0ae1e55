//! A scheduler that is killed while a graph is under way, and started again.

#![expect(clippy::unwrap_used, reason = "tests may")]

mod support;

use std::time::Duration;

use bramble_cluster::client::{Client, Submission};
use bramble_cluster::scheduler::Status;
use bramble_cluster::security::Security;
use bramble_cluster::transport::Address;
use bramble_graph::{Axis, Create, DType, Graph, Grid, Kind, Layer, Reduce, ReduceAxis};
use bramble_runtime::Answer;
use support::{PATIENCE, Program, start_scheduler, told};
use tokio::sync::oneshot;

/// The sum of a million random numbers, in blocks of a thousand.
fn graph() -> Graph {
    let layer = |name: &str, grid, inputs, kind| Layer {
        name: name.into(),
        dtype: DType::Float64,
        grid,
        inputs,
        kind,
        annotations: None,
    };
    let random = Create::Random { key: [1, 2, 3, 4], first: 0, strides: vec![1] };
    let axes = vec![ReduceAxis { axis: 0, fan_in: 4 }];
    let sum = Reduce { op: "sum".into(), axes, keepdims: false, ddof: 0.0 };
    let numbers = Grid::new([Axis::regular(1_000_000, 1000)]);
    let layers = vec![
        layer("random", numbers, vec![], Kind::Create(random)),
        layer("sum", Grid::new([]), vec![0], Kind::Reduce(sum)),
    ];
    Graph { layers, outputs: vec![1], annotations: Vec::new() }
}

async fn sum(client: &Client) -> Vec<u8> {
    let (end, ended) = oneshot::channel();
    client.submit(Submission {
        graph: graph(),
        program: None,
        buffers: Vec::new(),
        retries: 0,
        on_progress: Box::new(|_| {}),
        on_tasks: None,
        on_end: Box::new(move |outcome| drop(end.send(outcome))),
    });
    let answers = tokio::time::timeout(PATIENCE, ended).await.unwrap().unwrap().unwrap();
    let Some(Answer::Array(array)) = answers.into_iter().next() else { panic!("no array") };
    array.chunk.bytes().to_vec()
}

/// The cluster, as soon as something is so.
async fn when(client: &Client, is_so: impl Fn(&Status) -> bool) -> Status {
    let wait = async {
        loop {
            let status = client.status().await.unwrap();
            if is_so(&status) {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap()
}

#[test]
fn nothing_that_was_made_is_lost_with_a_scheduler_that_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let flags = ["--insecure", "--journal", journal.to_str().unwrap()];
    let (mut scheduler, lines) = start_scheduler(folder.path(), &flags);
    let address = told(&lines, "Scheduler at");
    let parsed: Address = address.parse().unwrap();
    let port = address.rsplit(':').next().unwrap().to_owned();
    let worker = |name: &str| {
        Program::start(&[
            "worker",
            &address,
            "--insecure",
            "--host",
            "127.0.0.1",
            "--nthreads",
            "1",
            "--name",
            name,
        ])
    };
    let _workers = [worker("one"), worker("two")];
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let client = Client::connect(&parsed, Security::insecure(), PATIENCE).await.unwrap();
        when(&client, |status| status.workers.len() == 2).await;
        let expected = sum(&client).await;
        let once = when(&client, |status| status.runs.is_empty()).await.done;
        for deaths in 1..=2 {
            let running = tokio::spawn({
                let client = client.clone();
                async move { sum(&client).await }
            });
            when(&client, |status| status.done > once * deaths + 20).await;
            // Killed, not told.
            scheduler.0.kill().unwrap();
            scheduler.0.wait().unwrap();
            let again = ["scheduler", "--host", "127.0.0.1", "--port", &port, "--no-dashboard"];
            scheduler = Program::start(&[&again, &flags[..]].concat());
            assert_eq!(running.await.unwrap(), expected);
            let status = when(&client, |status| status.runs.is_empty()).await;
            let events = status.events;
            assert_eq!(status.done, once * (deaths + 1), "something was made twice: {events:?}");
            assert_eq!(status.workers.iter().map(|worker| worker.id.0).collect::<Vec<_>>(), [0, 1]);
        }
    });
    assert_eq!(scheduler.end(), Some(0));
    assert!(!journal.join("journal").exists(), "it ended as it should: there is nothing to go on with");
}

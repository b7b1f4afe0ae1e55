//! What a task that does next to nothing costs end to end: scheduler, two workers and a client over TCP in one process.
//!
//! `BRAMBLE_TASKS=100000 cargo test --release -p bramble-cluster --test rate -- --nocapture` makes so many and prints what
//! each took, without and with TLS.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::time::Instant;

use bramble_cluster::client::Client;
use bramble_cluster::scheduler::{SchedulerOptions, SchedulerServer};
use bramble_cluster::security::{ClusterKey, Security};
use bramble_cluster::worker::WorkerOptions;
use bramble_graph::{Axis, Create, Graph, Grid, Kind, Reduce, ReduceAxis, Scalar};
use support::{Cluster, PATIENCE, chunks, compute, layer, runtime};

/// Numbers, and their sum.
fn ones(count: u64) -> Graph {
    let ones = Kind::Create(Create::Full { value: Scalar::Float(1.0) });
    let axes = vec![ReduceAxis { axis: 0, fan_in: 8 }];
    let sum = Kind::Reduce(Reduce { op: "sum".into(), axes, keepdims: false, ddof: 0.0 });
    let layers = vec![
        layer("ones", Grid::new([Axis::regular(count, 1)]), vec![], ones),
        layer("sum", Grid::new([]), vec![0], sum),
    ];
    Graph { layers, outputs: vec![1], annotations: Vec::new() }
}

/// Microseconds a task, of several runs.
async fn measure(security: Security, count: u64) -> Vec<f64> {
    let options = SchedulerOptions { security: security.clone(), ..SchedulerOptions::default() };
    let server = SchedulerServer::bind(options).await.unwrap();
    let (address, handle) = (server.addresses()[0].clone(), server.handle());
    let serving = tokio::spawn(server.serve(std::future::pending()));
    let options = |name: &str| WorkerOptions {
        name: name.into(),
        threads: 1,
        security: security.clone(),
        ..WorkerOptions::new(address.clone())
    };
    let _workers = ["one", "two"].map(|name| Cluster::worker_with(options(name)));
    let client = Client::connect(&address, security.clone(), PATIENCE).await.unwrap();
    while client.status().await.unwrap().workers.len() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let mut rates = Vec::new();
    for _ in 0..3 {
        let (before, start) = (handle.status().await.unwrap().done, Instant::now());
        let sum = chunks(&compute(&client, ones(count)).await.unwrap());
        let micros = 1e6 * start.elapsed().as_secs_f64();
        let done = handle.status().await.unwrap().done - before;
        rates.push(micros / done as f64);
        assert_eq!(sum[0].bytes(), (count as f64).to_le_bytes());
        assert!(done >= count);
    }
    serving.abort();
    rates
}

#[test]
fn numbers_are_added_up_without_and_with_tls() {
    let count = std::env::var("BRAMBLE_TASKS").ok().and_then(|count| count.parse().ok()).unwrap_or(2000);
    runtime().block_on(async {
        let plain = measure(Security::insecure(), count).await;
        let key = ClusterKey::parse(&"a".repeat(64)).unwrap();
        let security = Security::with_key(key, None).unwrap().always_encrypted();
        let encrypted = measure(security, count).await;
        println!("a sum of {count}, µs a task: {plain:.2?}, with TLS {encrypted:.2?}");
    });
}

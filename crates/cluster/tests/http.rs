//! What a browser, Prometheus and other programs read, and what strangers can do to the server: nothing.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bramble_cluster::http::{HttpServer, Source};
use bramble_cluster::protocol::{Beat, ClientId, RunId, TaskSpan, WorkerId};
use bramble_cluster::scheduler::{LayerStatus, NewsItem, RunStatus, Status, TaskCounts, WorkerStatus};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// A cluster whose state tests decide.
#[derive(Default)]
struct Fake(Mutex<Option<Status>>);

impl Source for Fake {
    fn status(&self) -> Pin<Box<dyn Future<Output = Option<Status>> + Send + '_>> {
        let status = self.0.lock().unwrap().clone();
        Box::pin(async move { status })
    }
}

impl Fake {
    fn change(&self, change: impl FnOnce(&mut Status)) {
        change(self.0.lock().unwrap().as_mut().unwrap());
    }
}

fn status() -> Status {
    let tasks = TaskCounts { waiting: 1, queued: 2, processing: 3, memory: 4 };
    let worker = WorkerStatus {
        id: WorkerId(5),
        name: "pi \"one\"".to_owned(),
        address: "tcp://192.168.0.2:40001".to_owned(),
        threads: 4,
        memory_limit: 1_000_000,
        pid: 42,
        surroundings: None,
        beat: Beat {
            blocks: 1000,
            spilled: 300,
            resident: 2000,
            cpu: 97.5,
            running: 2,
            waiting: 1,
            temperature: Some(61.5),
            throttled: 5,
        },
        last_seen: 0.5,
        processing: 3,
        done: 10,
    };
    let layer = LayerStatus { name: "sum-3f2a91".to_owned(), done: 10, total: 20 };
    Status {
        uptime: 12.5,
        workers: vec![worker],
        clients: 1,
        runs: vec![RunStatus { id: RunId(ClientId(3), 1), layers: vec![layer], tasks }],
        tasks,
        done: 10,
        failed: 0,
        events: vec![NewsItem { at: 1.0, text: "a worker came".to_owned() }],
        recent: vec![TaskSpan {
            client: ClientId(3),
            run: 1,
            layer: "sum-3f2a91".to_owned(),
            block: vec![2, 0],
            worker: WorkerId(5),
            start: 1.25,
            end: 1.5,
            bytes: 8,
        }],
        streamed: 10,
    }
}

/// Runs a test beside a server.
async fn with_server<T>(status: Option<Status>, test: impl AsyncFnOnce(SocketAddr, Arc<Fake>) -> T) -> T {
    let server = HttpServer::bind("127.0.0.1:0").await.unwrap();
    let address = server.address();
    let source = Arc::new(Fake(Mutex::new(status)));
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { drop(stopped.await) };
    let serving = tokio::spawn(server.serve(Arc::clone(&source) as Arc<dyn Source>, shutdown));
    let result = test(address, source).await;
    drop(stop);
    serving.await.unwrap();
    result
}

/// The head and the body of an answer.
async fn ask(address: SocketAddr, request: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let words = format!("{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(words.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

async fn json_of(address: SocketAddr, path: &str) -> Value {
    serde_json::from_str(&ask(address, &format!("GET {path}")).await.1).unwrap()
}

#[tokio::test]
async fn programs_read_the_state_as_json() {
    with_server(Some(status()), async |address, _| {
        let counts = json!({ "waiting": 1, "queued": 2, "processing": 3, "memory": 4 });
        let summary = json_of(address, "/api/v1/status").await;
        assert_eq!(summary["workers"], 1);
        assert_eq!(summary["threads"], 4);
        assert_eq!(summary["memoryLimit"], 1_000_000);
        assert_eq!(summary["tasks"], counts);
        let workers = json_of(address, "/api/v1/workers").await;
        assert_eq!((&workers[0]["name"], &workers[0]["resident"]), (&json!("pi \"one\""), &json!(2000)));
        let tasks = json_of(address, "/api/v1/tasks").await;
        assert_eq!(tasks["runs"], json!([{ "id": "3.1", "tasks": counts }]));
        let done = json!({ "run": "3.1", "layer": "sum-3f2a91", "block": [2, 0], "worker": 5, "start": 1.25, "end": 1.5, "bytes": 8 });
        assert_eq!(tasks["recent"], json!([done]));
        assert_eq!(workers[0]["temperature"], 61.5);
        assert_eq!(workers[0]["throttled"], json!(["under-voltage", "throttled"]));
        let layers = json_of(address, "/api/v1/layers").await;
        assert_eq!(layers, json!([{ "run": "3.1", "name": "sum-3f2a91", "done": 10, "total": 20 }]));
        assert_eq!(json_of(address, "/api/v1/events").await, json!([{ "at": 1.0, "text": "a worker came" }]));
    })
    .await;
}

#[tokio::test]
async fn prometheus_reads_samples_of_every_family() {
    with_server(Some(status()), async |address, _| {
        let (head, body) = ask(address, "GET /metrics").await;
        assert!(head.contains("text/plain; version=0.0.4"), "{head}");
        for line in [
            "bramble_scheduler_workers 1",
            "bramble_scheduler_tasks{state=\"processing\"} 3",
            "bramble_worker_memory_bytes{worker=\"pi \\\"one\\\"\",type=\"managed\"} 1000",
            "bramble_worker_memory_bytes{worker=\"pi \\\"one\\\"\",type=\"spilled\"} 300",
            "bramble_worker_temperature_celsius{worker=\"pi \\\"one\\\"\"} 61.5",
            "bramble_worker_throttled{worker=\"pi \\\"one\\\"\"} 1",
            "bramble_worker_cpu_percent{worker=\"pi \\\"one\\\"\"} 97.5",
        ] {
            assert!(body.lines().any(|found| found == line), "{line} in\n{body}");
        }
        let described = body.lines().filter(|line| line.starts_with("# TYPE")).count();
        let families: std::collections::BTreeSet<_> = body
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split(['{', ' ']).next().unwrap())
            .collect();
        assert_eq!(families.len(), described, "each family is described once");
    })
    .await;
}

#[tokio::test]
async fn people_get_a_page_that_loads_nothing_from_elsewhere() {
    with_server(Some(status()), async |address, _| {
        let (head, _) = ask(address, "GET /").await;
        assert!(head.starts_with("HTTP/1.1 302") && head.contains("location: status"), "{head}");
        let (head, page) = ask(address, "GET /status").await;
        assert!(head.contains("content-security-policy: default-src 'none'"), "{head}");
        assert!(!page.contains("http:") && !page.contains("https:"));
        for file in ["/status.css", "/status.js"] {
            assert!(page.contains(&file[1..]));
            assert!(ask(address, &format!("GET {file}")).await.0.starts_with("HTTP/1.1 200"));
        }
        assert_eq!(ask(address, "GET /health").await.1, "ok");
        assert_eq!(ask(address, "HEAD /health").await.1, "");
    })
    .await;
}

#[tokio::test]
async fn nothing_can_be_changed() {
    with_server(Some(status()), async |address, _| {
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let (head, _) = ask(address, &format!("{method} /api/v1/workers")).await;
            assert!(head.starts_with("HTTP/1.1 405") && head.contains("allow: GET, HEAD"), "{head}");
        }
        assert!(ask(address, "GET /../etc/passwd").await.0.starts_with("HTTP/1.1 404"));
    })
    .await;
}

#[tokio::test]
async fn without_a_cluster_it_lives_and_says_so() {
    with_server(None, async |address, _| {
        assert_eq!(ask(address, "GET /health").await.1, "ok");
        for path in ["/metrics", "/api/v1/status"] {
            assert!(ask(address, &format!("GET {path}")).await.0.starts_with("HTTP/1.1 503"));
        }
    })
    .await;
}

#[tokio::test]
async fn garbage_and_long_requests_are_answered_and_forgotten() {
    with_server(Some(status()), async |address, _| {
        let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000));
        for words in ["\x16\x03\x01\0\0\0\0\r\n\r\n", "BRMB\x01\x01\0\0\r\n\r\n", &long] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            // It may be closed in the middle of what is said.
            drop(stream.write_all(words.as_bytes()).await);
            let mut answer = Vec::new();
            drop(stream.read_to_end(&mut answer).await);
            assert!(!answer.starts_with(b"HTTP/1.1 200"));
        }
        assert_eq!(ask(address, "GET /health").await.1, "ok");
    })
    .await;
}

/// The next event of a feed: its kind and its data.
async fn next_event(feed: &mut BufReader<TcpStream>) -> (String, Value) {
    let mut kind = String::new();
    loop {
        let mut line = String::new();
        assert_ne!(feed.read_line(&mut line).await.unwrap(), 0, "the feed goes on");
        if let Some(name) = line.strip_prefix("event: ") {
            name.trim_end().clone_into(&mut kind);
        } else if let Some(data) = line.strip_prefix("data: ") {
            return (kind, serde_json::from_str(data).unwrap());
        }
    }
}

async fn follow(address: SocketAddr) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /api/v1/feed HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    BufReader::new(stream)
}

#[tokio::test]
async fn a_follower_gets_the_state_and_then_what_changed() {
    with_server(Some(status()), async |address, source| {
        let mut feed = follow(address).await;
        let (kind, whole) = next_event(&mut feed).await;
        assert_eq!((kind.as_str(), &whole["layers"]["3.1/sum-3f2a91"]["done"]), ("snapshot", &json!(10)));
        assert_eq!(whole["events"].as_array().unwrap().len(), 1);
        source.change(|status| {
            status.runs[0].layers[0].done = 11;
            status.events.push(NewsItem { at: 2.0, text: "a worker left".to_owned() });
        });
        let (kind, change) = next_event(&mut feed).await;
        assert_eq!(kind, "change");
        let expected = json!({
            "layers": { "3.1/sum-3f2a91": { "done": 11 } },
            "events": [{ "at": 2.0, "text": "a worker left" }],
        });
        assert_eq!(change, expected);
        source.change(|status| {
            status.workers.clear();
            status.runs.clear();
        });
        let (_, change) = next_event(&mut feed).await;
        assert_eq!(change["workers"], json!({ "5": null }));
        assert_eq!(change["layers"], json!({ "3.1/sum-3f2a91": null }));
    })
    .await;
}

#[tokio::test]
async fn followers_are_limited_and_make_room_when_they_leave() {
    with_server(Some(status()), async |address, _| {
        let mut feeds = Vec::new();
        for _ in 0..32 {
            let mut feed = follow(address).await;
            next_event(&mut feed).await;
            feeds.push(feed);
        }
        assert!(ask(address, "GET /api/v1/feed").await.0.starts_with("HTTP/1.1 503"));
        drop(feeds);
        // The server learns of it a moment later.
        loop {
            let mut feed = follow(address).await;
            let mut line = String::new();
            feed.read_line(&mut line).await.unwrap();
            if line.starts_with("HTTP/1.1 200") {
                break;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
}

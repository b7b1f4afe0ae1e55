//! The state of the cluster as other programs read it. Times are seconds, memory is bytes.

use serde::Serialize;

use crate::protocol::{ClientId, RunId, Surroundings, TaskSpan};
use crate::scheduler::{LayerStatus, Status, TaskCounts, WorkerStatus};

/// Layers that are listed; the state counts all.
const MOST_LAYERS: usize = 1000;

/// The cluster in a few numbers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    version: &'static str,
    uptime: f64,
    workers: usize,
    threads: u64,
    clients: u32,
    memory_limit: u64,
    resident: u64,
    blocks: u64,
    spilled: u64,
    tasks: Tasks,
    done: u64,
    failed: u64,
}

/// Tasks by state.
#[derive(Serialize)]
pub(super) struct Tasks {
    waiting: u64,
    queued: u64,
    processing: u64,
    memory: u64,
}

/// A worker.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Worker<'status> {
    id: u64,
    name: &'status str,
    address: &'status str,
    pid: u32,
    surroundings: Option<&'status Surroundings>,
    threads: u32,
    memory_limit: u64,
    resident: u64,
    blocks: u64,
    /// Of the bytes of blocks, those on disk.
    spilled: u64,
    /// Percent of one core.
    cpu: f32,
    running: u32,
    waiting: u32,
    /// Degrees Celsius.
    temperature: Option<f32>,
    /// What holds a Raspberry Pi back.
    throttled: Vec<&'static str>,
    processing: u64,
    done: u64,
    last_seen: f64,
}

/// How far a layer of a graph under way is.
#[derive(Serialize)]
pub(super) struct Layer<'status> {
    run: String,
    name: &'status str,
    done: u64,
    total: u64,
}

/// A graph under way.
#[derive(Serialize)]
pub(super) struct Run {
    id: String,
    tasks: Tasks,
}

/// Tasks of all graphs, and of each.
#[derive(Serialize)]
pub(super) struct AllTasks<'status> {
    tasks: Tasks,
    done: u64,
    failed: u64,
    runs: Vec<Run>,
    /// Those that were done last, the oldest first.
    recent: Vec<DoneTask<'status>>,
}

/// A task that was done. Times are seconds after the scheduler's start.
#[derive(Serialize)]
pub(super) struct DoneTask<'status> {
    run: String,
    layer: &'status str,
    block: &'status [u64],
    worker: u64,
    start: f64,
    end: f64,
    bytes: u64,
}

/// Something that happened.
#[derive(Serialize)]
pub(super) struct Event<'status> {
    /// Seconds after the scheduler's start.
    at: f64,
    text: &'status str,
}

pub(super) fn summary(status: &Status) -> Summary {
    let sum = |part: fn(&WorkerStatus) -> u64| status.workers.iter().map(part).fold(0, u64::saturating_add);
    Summary {
        version: env!("CARGO_PKG_VERSION"),
        uptime: status.uptime,
        workers: status.workers.len(),
        threads: sum(|worker| u64::from(worker.threads)),
        clients: status.clients,
        memory_limit: sum(|worker| worker.memory_limit),
        resident: sum(|worker| worker.beat.resident),
        blocks: sum(|worker| worker.beat.blocks),
        spilled: sum(|worker| worker.beat.spilled),
        tasks: counts(status.tasks),
        done: status.done,
        failed: status.failed,
    }
}

pub(super) fn workers(status: &Status) -> Vec<Worker<'_>> {
    status.workers.iter().map(worker).collect()
}

fn worker(worker: &WorkerStatus) -> Worker<'_> {
    Worker {
        id: u64::from(worker.id.0),
        name: &worker.name,
        address: &worker.address,
        pid: worker.pid,
        surroundings: worker.surroundings.as_ref(),
        threads: worker.threads,
        memory_limit: worker.memory_limit,
        resident: worker.beat.resident,
        blocks: worker.beat.blocks,
        spilled: worker.beat.spilled,
        cpu: worker.beat.cpu,
        running: worker.beat.running,
        waiting: worker.beat.waiting,
        temperature: worker.beat.temperature,
        throttled: throttled(worker.beat.throttled),
        processing: worker.processing,
        done: worker.done,
        last_seen: worker.last_seen,
    }
}

pub(super) fn tasks(status: &Status) -> AllTasks<'_> {
    let runs = status.runs.iter().map(|run| Run { id: run_id(run.id), tasks: counts(run.tasks) });
    AllTasks {
        tasks: counts(status.tasks),
        done: status.done,
        failed: status.failed,
        runs: runs.collect(),
        recent: done_since(status, 0),
    }
}

/// Of the tasks that were done last, those that are behind the first so many of all.
pub(super) fn done_since(status: &Status, known: u64) -> Vec<DoneTask<'_>> {
    let first = status.streamed.saturating_sub(status.recent.len() as u64);
    let skipped = usize::try_from(known.saturating_sub(first)).unwrap_or(usize::MAX);
    status.recent.iter().skip(skipped).map(done_task).collect()
}

fn done_task(span: &TaskSpan) -> DoneTask<'_> {
    DoneTask {
        run: run_id(RunId(span.client, span.run)),
        layer: &span.layer,
        block: &span.block,
        worker: u64::from(span.worker.0),
        start: span.start,
        end: span.end,
        bytes: span.bytes,
    }
}

/// The words for [`Beat::throttled`](crate::protocol::Beat::throttled).
fn throttled(bits: u8) -> Vec<&'static str> {
    let words = ["under-voltage", "clock capped", "throttled", "near its temperature limit"];
    words.into_iter().enumerate().filter(|&(bit, _)| bits >> bit & 1 == 1).map(|(_, word)| word).collect()
}

pub(super) fn layers(status: &Status) -> Vec<Layer<'_>> {
    let all = status.runs.iter().flat_map(|run| {
        run.layers.iter().map(|LayerStatus { name, done, total }| Layer {
            run: run_id(run.id),
            name,
            done: *done,
            total: *total,
        })
    });
    all.take(MOST_LAYERS).collect()
}

pub(super) fn events(status: &Status) -> Vec<Event<'_>> {
    status.events.iter().map(|item| Event { at: item.at, text: &item.text }).collect()
}

/// Client and number: `3.1` is the second graph of the client 3.
fn run_id(RunId(ClientId(client), number): RunId) -> String {
    format!("{client}.{number}")
}

fn counts(TaskCounts { waiting, queued, processing, memory }: TaskCounts) -> Tasks {
    Tasks { waiting, queued, processing, memory }
}

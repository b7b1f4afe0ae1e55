//! The state of the cluster as other programs read it. Times are seconds, memory is bytes.

use serde::Serialize;

use crate::protocol::{ClientId, RunId, Surroundings};
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
pub(super) struct AllTasks {
    tasks: Tasks,
    done: u64,
    failed: u64,
    runs: Vec<Run>,
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
        processing: worker.processing,
        done: worker.done,
        last_seen: worker.last_seen,
    }
}

pub(super) fn tasks(status: &Status) -> AllTasks {
    let runs = status.runs.iter().map(|run| Run { id: run_id(run.id), tasks: counts(run.tasks) });
    AllTasks { tasks: counts(status.tasks), done: status.done, failed: status.failed, runs: runs.collect() }
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

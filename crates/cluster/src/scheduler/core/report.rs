//! What the scheduler tells of itself.

use std::time::Duration;

use super::{LayerState, Run, Scheduler};
use crate::protocol::RunId;
use crate::scheduler::status::{LayerStatus, RunStatus, Status, TaskCounts, WorkerStatus};

impl Scheduler {
    /// The cluster as it is now.
    pub fn status(&self, now: Duration) -> Status {
        let workers = self.workers.iter().map(|(id, worker)| WorkerStatus {
            id,
            name: worker.hello.name.clone(),
            address: worker.address.clone(),
            threads: worker.hello.threads,
            memory_limit: worker.hello.memory,
            pid: worker.hello.pid,
            surroundings: worker.hello.surroundings.clone(),
            beat: worker.beat,
            last_seen: now.saturating_sub(worker.seen).as_secs_f64(),
            processing: worker.processing(),
            done: worker.done,
        });
        let runs: Vec<RunStatus> = self.runs.iter().map(|(&id, run)| run.status(id)).collect();
        let mut tasks = TaskCounts::default();
        for run in &runs {
            tasks.add(run.tasks);
        }
        Status {
            uptime: now.as_secs_f64(),
            workers: workers.collect(),
            clients: u32::try_from(self.clients.len()).unwrap_or(u32::MAX),
            runs,
            tasks,
            done: self.done,
            failed: self.failed,
            events: self.news.all(),
        }
    }
}

impl Run {
    fn status(&self, id: RunId) -> RunStatus {
        let plan = self.tasks.plan();
        let layer = |(layer, state): (u32, &LayerState)| LayerStatus {
            name: plan.layer(layer).layer.name.clone(),
            done: state.done,
            total: plan.wanted_count(layer),
        };
        let layers = (0..).zip(&self.layers).map(layer).collect();
        RunStatus { id, layers, tasks: TaskCounts::of(self.tasks.counts()) }
    }
}

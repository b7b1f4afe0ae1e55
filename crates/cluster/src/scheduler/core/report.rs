//! What the scheduler tells of itself, and clients of their graphs.

use std::time::Duration;

use super::{LayerState, Outbox, Run, Scheduler};
use crate::protocol::{RunId, ToClient};
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
            recent: Vec::new(),
            streamed: 0,
        }
    }

    /// The same with the tasks that were done last.
    pub fn status_with_tasks(&self, now: Duration) -> Status {
        Status { recent: self.recent_tasks(), streamed: self.tasks_streamed(), ..self.status(now) }
    }

    /// Tells a client how far its graph is, and which output blocks were made.
    pub(super) fn tell_made(&mut self, number: RunId, out: &mut impl Outbox) {
        let Some(run) = self.runs.get_mut(&number) else { return };
        let mut news = Vec::new();
        for (layer, state) in (0..).zip(&mut run.layers) {
            if state.done > state.told {
                state.told = state.done;
                news.push((layer, state.done));
            }
        }
        if !news.is_empty() {
            out.tell_client(number.0, ToClient::Progress { run: number.1, layers: news }, Vec::new());
        }
        if run.made.is_empty() {
            return;
        }
        let blocks = std::mem::take(&mut run.made);
        let Some(client) = self.clients.get_mut(&number.0) else { return };
        for made in &blocks {
            if let Some(worker) = self.workers.get(made.worker)
                && client.peers.insert(made.worker)
            {
                let (worker, address) = (made.worker, worker.address.clone());
                out.tell_client(number.0, ToClient::Peer { worker, address }, Vec::new());
            }
        }
        out.tell_client(number.0, ToClient::Made { run: number.1, blocks }, Vec::new());
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

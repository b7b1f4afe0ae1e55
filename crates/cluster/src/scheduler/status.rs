//! What can be told of a cluster.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::protocol::{Beat, RunId, Surroundings, TaskSpan, WorkerId};

/// Happenings that are remembered.
const MOST_NEWS: usize = 200;

/// A cluster at one moment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// How long the scheduler has been running, in seconds.
    pub uptime: f64,
    /// The workers, in the order in which they came.
    pub workers: Vec<WorkerStatus>,
    /// Clients that are connected.
    pub clients: u32,
    /// The graphs under way.
    pub runs: Vec<RunStatus>,
    /// Tasks of all runs, by state.
    pub tasks: TaskCounts,
    /// Tasks that were done since the scheduler started.
    pub done: u64,
    /// Tasks that failed.
    pub failed: u64,
    /// What happened last, the newest last.
    pub events: Vec<NewsItem>,
    /// Of the tasks that were done, the last some hundred. They are for pages of the scheduler itself and do not travel.
    #[serde(skip)]
    pub recent: Vec<TaskSpan>,
    /// How many tasks were done up to the last of them.
    #[serde(skip)]
    pub streamed: u64,
}

/// A worker at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkerStatus {
    /// Its number.
    pub id: WorkerId,
    /// Its name.
    pub name: String,
    /// Where others find it.
    pub address: String,
    /// Tasks at the same time.
    pub threads: u32,
    /// Bytes that its blocks may take.
    pub memory_limit: u64,
    /// Process number.
    pub pid: u32,
    /// What functions find around them there, if it calls any.
    pub surroundings: Option<Surroundings>,
    /// What it last measured.
    pub beat: Beat,
    /// Seconds since then.
    pub last_seen: f64,
    /// Tasks that it was handed.
    pub processing: u64,
    /// Tasks that it has done.
    pub done: u64,
}

/// Tasks by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskCounts {
    /// Some input is missing.
    pub waiting: u64,
    /// Ready, and no worker has room.
    pub queued: u64,
    /// With a worker.
    pub processing: u64,
    /// Blocks that workers hold.
    pub memory: u64,
}

/// A graph under way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunStatus {
    /// Which.
    pub id: RunId,
    /// Its layers, inputs first.
    pub layers: Vec<LayerStatus>,
    /// Its tasks.
    pub tasks: TaskCounts,
}

/// How far a layer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerStatus {
    /// Its name.
    pub name: String,
    /// Blocks made, those that were made again included.
    pub done: u64,
    /// Blocks in all.
    pub total: u64,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewsItem {
    /// Seconds after the scheduler's start.
    pub at: f64,
    /// For people.
    pub text: String,
}

/// The last happenings.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct News {
    items: VecDeque<NewsItem>,
    /// Those that have not been passed on.
    fresh: Vec<NewsItem>,
}

impl News {
    pub(super) fn tell(&mut self, now: Duration, text: String) {
        if self.items.len() == MOST_NEWS {
            self.items.pop_front();
        }
        let item = NewsItem { at: now.as_secs_f64(), text };
        self.items.push_back(item.clone());
        self.fresh.push(item);
    }

    /// What happened since the last call.
    pub(super) fn take_fresh(&mut self) -> Vec<NewsItem> {
        std::mem::take(&mut self.fresh)
    }

    pub(super) fn all(&self) -> Vec<NewsItem> {
        self.items.iter().cloned().collect()
    }
}

impl TaskCounts {
    pub(super) fn of([waiting, queued, processing, memory]: [u64; 4]) -> TaskCounts {
        TaskCounts { waiting, queued, processing, memory }
    }

    pub(super) fn add(&mut self, other: TaskCounts) {
        self.waiting += other.waiting;
        self.queued += other.queued;
        self.processing += other.processing;
        self.memory += other.memory;
    }
}

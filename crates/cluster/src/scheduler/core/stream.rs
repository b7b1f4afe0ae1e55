//! Which tasks were done last, by whom and when: what people look at.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bramble_graph::{Block, BlockId, Plan};

use super::Scheduler;
use crate::protocol::{Reply, RunId, TaskSpan, WorkerId};

/// Tasks that are remembered: less than 2 MB.
const MOST: usize = 10_000;

/// A task that was done.
pub(super) struct Span {
    pub(super) run: RunId,
    pub(super) block: u64,
    pub(super) worker: WorkerId,
    /// When the scheduler heard of it.
    pub(super) end: Duration,
    /// How long it took.
    pub(super) micros: u64,
    /// What it made.
    pub(super) bytes: u64,
}

/// The last tasks that were done, each with the layer that it is of and its place there.
#[derive(Default)]
pub(super) struct TaskStream {
    spans: VecDeque<(Span, Arc<str>, Block)>,
    /// How many there were before these.
    forgotten: u64,
}

impl std::fmt::Debug for TaskStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TaskStream").field("forgotten", &self.forgotten).finish_non_exhaustive()
    }
}

impl TaskStream {
    /// A task was done.
    pub(super) fn note(&mut self, plan: &Plan, span: Span) {
        if self.spans.len() == MOST {
            self.spans.pop_front();
            self.forgotten += 1;
        }
        let (layer, at) = plan.locate(BlockId(span.block));
        let name = plan.layer(layer).layer.name.as_str();
        // Most tasks come after others of their layer.
        let last = self.spans.back().map(|(_, last, _)| last).filter(|last| ***last == *name);
        let name = last.map_or_else(|| name.into(), Arc::clone);
        self.spans.push_back((span, name, at));
    }
}

impl Scheduler {
    /// The tasks that were done since so many had been.
    pub(super) fn tasks_since(&self, now: Duration, since: u64) -> Reply {
        let TaskStream { spans, forgotten } = &self.stream;
        let known = usize::try_from(since.saturating_sub(*forgotten)).unwrap_or(usize::MAX);
        let tell = |(span, layer, at): &(Span, Arc<str>, Block)| {
            let Span { run: RunId(client, run), worker, end, micros, bytes, .. } = *span;
            let start = end.saturating_sub(Duration::from_micros(micros)).as_secs_f64();
            let (layer, block) = (layer.to_string(), at.to_vec());
            TaskSpan { client, run, layer, block, worker, start, end: end.as_secs_f64(), bytes }
        };
        Reply::Tasks {
            now: now.as_secs_f64(),
            total: forgotten + spans.len() as u64,
            spans: spans.iter().skip(known).map(tell).collect(),
        }
    }
}

//! Which tasks ended last, well or not, by whom and when: what people look at.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bramble_graph::{Block, BlockId, Plan};
use serde::{Deserialize, Serialize};

use super::{Outbox, Scheduler};
use crate::protocol::{ClientId, DoneTasks, Reply, RunId, TaskSpan, ToClient, WorkerId};

/// Tasks that are remembered: less than 2 MB.
const MOST: usize = 10_000;

/// Tasks that are shown to who did not ask for more.
const MOST_RECENT: u64 = 500;

/// A task that was done or failed.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Span {
    pub(super) run: RunId,
    pub(super) block: u64,
    pub(super) worker: WorkerId,
    /// When the scheduler heard of it.
    pub(super) end: Duration,
    /// How long it took.
    pub(super) micros: u64,
    /// What it made, nothing if it failed.
    pub(super) bytes: u64,
}

/// A task that was done, the layer that it is of and its place there.
type Entry = (Span, Arc<str>, Block);

/// The last tasks that were done.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct TaskStream {
    #[serde(with = "named")]
    spans: VecDeque<Entry>,
    /// How many there were before these.
    forgotten: u64,
}

impl std::fmt::Debug for TaskStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TaskStream").field("forgotten", &self.forgotten).finish_non_exhaustive()
    }
}

impl TaskStream {
    /// How many tasks were done so far.
    pub(super) fn total(&self) -> u64 {
        self.forgotten + self.spans.len() as u64
    }

    /// Those that were done since so many had been.
    fn since(&self, total: u64) -> impl Iterator<Item = TaskSpan> {
        let known = usize::try_from(total.saturating_sub(self.forgotten)).unwrap_or(usize::MAX);
        self.spans.iter().skip(known).map(tell)
    }

    /// Drops those that are too old.
    fn forget(&mut self) {
        let old = self.spans.len().saturating_sub(MOST);
        self.spans.drain(..old);
        self.forgotten += old as u64;
    }

    /// A task was done.
    pub(super) fn note(&mut self, plan: &Plan, span: Span) {
        let (layer, at) = plan.locate(BlockId(span.block));
        let name = plan.layer(layer).layer.name.as_str();
        // Most tasks come after others of their layer.
        let last = self.spans.back().map(|(_, last, _)| last).filter(|last| ***last == *name);
        let name = last.map_or_else(|| name.into(), Arc::clone);
        self.spans.push_back((span, name, at));
    }
}

fn tell((span, layer, at): &Entry) -> TaskSpan {
    let Span { run: RunId(client, run), worker, end, micros, bytes, .. } = *span;
    let start = end.saturating_sub(Duration::from_micros(micros)).as_secs_f64();
    let (layer, block) = (layer.to_string(), at.to_vec());
    TaskSpan { client, run, layer, block, worker, start, end: end.as_secs_f64(), bytes }
}

/// The spans with the names of their layers, to be written down.
mod named {
    use serde::{Deserializer, Serializer};

    use super::{Arc, Block, Deserialize, Entry, Span, VecDeque};

    pub(super) fn serialize<S: Serializer>(
        spans: &VecDeque<Entry>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(spans.iter().map(|(span, layer, at)| (span, &**layer, at)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<VecDeque<Entry>, D::Error> {
        let spans = Vec::<(Span, String, Block)>::deserialize(deserializer)?;
        Ok(spans.into_iter().map(|(span, layer, at)| (span, Arc::from(layer), at)).collect())
    }
}

impl Scheduler {
    /// The tasks that were done since so many had been.
    pub(super) fn tasks_since(&self, now: Duration, since: u64) -> Reply {
        let (total, spans) = (self.stream.total(), self.stream.since(since).collect());
        Reply::Tasks { now: now.as_secs_f64(), total, spans }
    }

    /// The last tasks that were done, the oldest first.
    pub(super) fn recent_tasks(&self) -> Vec<TaskSpan> {
        self.stream.since(self.tasks_streamed().saturating_sub(MOST_RECENT)).collect()
    }

    /// How many tasks were done so far.
    pub(super) fn tasks_streamed(&self) -> u64 {
        self.stream.total()
    }

    /// A client wants to hear of the tasks of a graph that comes next.
    pub(super) fn follow(&mut self, client: ClientId, run: u32) {
        if let Some(client) = self.clients.get_mut(&client) {
            client.followed.insert(run);
        }
    }

    /// It does not want to any more.
    pub(super) fn unfollow(&mut self, client: ClientId, run: u32) {
        if let Some(client) = self.clients.get_mut(&client) {
            client.followed.remove(&run);
        }
    }

    /// The last tasks of the stream, all of one graph, have ended on a worker: who follows it hears of them.
    pub(super) fn tell_ended(
        &mut self,
        RunId(id, run): RunId,
        worker: WorkerId,
        since: u64,
        out: &mut impl Outbox,
    ) {
        let is_followed = self.clients.get(&id).is_some_and(|client| client.followed.contains(&run));
        if is_followed && self.stream.total() > since {
            let spans = self.stream.since(since).collect();
            let name = self.workers.get(worker).map(|known| (worker, known.hello.name.clone()));
            let done = DoneTasks { spans, workers: name.into_iter().collect() };
            out.tell_client(id, ToClient::Tasks { run, done }, Vec::new());
        }
        self.stream.forget();
    }
}

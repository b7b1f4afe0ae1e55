//! Calls that somebody else decides on, one by one: what a worker of a cluster leaves to executors.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bramble_array::Block;
use bramble_graph::{BlockId, Plan, ReadyTask};

use super::hand_out::{HandedIn, HandedOut, MOST_DEATHS, Taken, check_chunk};
use super::queue::{CallQueue, ExecutorId, Input, Outcome};
use super::source::{CallSource, CalledProgram};
use crate::TaskError;
use crate::executor::{End, next_number};

/// Is told how a call ended, and how long it took: of calls that were made together, its share.
type OnDone = Box<dyn Fn(BlockId, Result<Block, TaskError>, Duration) + Send + Sync>;

/// Is told that a call waits for something and leaves its place to others, or that it goes on.
type OnAside = Box<dyn Fn(BlockId, bool) + Send + Sync>;

/// Calls of one plan for the executors of a queue, until it is stopped.
pub struct CallFeed {
    number: u64,
    plan: Arc<Plan>,
    program: Arc<CalledProgram>,
    queue: Arc<CallQueue>,
    stopped: AtomicBool,
    on_done: OnDone,
    on_aside: OnAside,
    calls: Mutex<Calls>,
}

#[derive(Default)]
struct Calls {
    waiting: VecDeque<(ReadyTask, Vec<Block>)>,
    /// Those that executors hold.
    out: HashMap<BlockId, Held>,
    /// Those that somebody died of; they are handed out alone.
    suspects: VecDeque<(ReadyTask, Vec<Block>)>,
    deaths: HashMap<BlockId, u32>,
}

/// A call that an executor holds.
struct Held {
    /// What it reads: somebody may have to make it again.
    inputs: Vec<Block>,
    /// When the executor took it.
    since: Instant,
}

impl CallFeed {
    /// Nothing is to be called yet. `on_done` is called from executors' threads, once for each call unless the feed is
    /// stopped; `on_aside` under a lock of the queue, so that it must not use that.
    pub fn start(
        plan: Arc<Plan>,
        program: Arc<CalledProgram>,
        queue: Arc<CallQueue>,
        on_done: OnDone,
        on_aside: OnAside,
    ) -> Arc<CallFeed> {
        let feed = Arc::new(CallFeed {
            number: next_number(),
            plan,
            program,
            queue,
            stopped: AtomicBool::new(false),
            on_done,
            on_aside,
            calls: Mutex::default(),
        });
        feed.queue.add(Arc::clone(&feed) as Arc<dyn CallSource>);
        feed
    }

    /// Has a block made of the blocks it reads, in the order of [`Plan::inputs_of`].
    pub fn call(&self, task: ReadyTask, inputs: Vec<Block>) {
        self.lock().waiting.push_back((task, inputs));
        self.queue.wake(1);
    }

    /// No call is made any more, and those under way are told.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.queue.remove(self.number);
        *self.lock() = Calls::default();
        self.queue.wake_holders(self.number);
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a function gave, if it is what its layer says.
    fn check(&self, task: &ReadyTask, block: Block) -> Result<Block, TaskError> {
        let layer = &self.plan.layer(task.layer).layer;
        if !layer.kind.gives_values() {
            check_chunk(&block, layer, &task.block)?;
        }
        Ok(block)
    }
}

impl CallSource for CallFeed {
    fn number(&self) -> u64 {
        self.number
    }

    fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    fn program(&self) -> Arc<CalledProgram> {
        Arc::clone(&self.program)
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    fn is_traced(&self) -> bool {
        false
    }

    fn take_calls(self: Arc<Self>, _: ExecutorId, limit: usize, _: bool) -> HandedOut {
        if self.is_stopped() {
            return HandedOut::default();
        }
        let mut calls = self.lock();
        let suspect = calls.suspects.pop_front();
        let chosen: Vec<_> = match suspect {
            Some(suspect) if limit > 0 => vec![suspect],
            _ => {
                let count = calls.waiting.len().min(limit);
                calls.waiting.drain(..count).collect()
            }
        };
        let mut taken = Vec::new();
        let since = Instant::now();
        for (task, blocks) in chosen {
            // The blocks stay with whoever holds them: a function gets copies to write to.
            let inputs = blocks.iter().map(|block| Input { block: block.clone(), own: false }).collect();
            calls.out.insert(task.id, Held { inputs: blocks, since });
            let run = Arc::clone(&self) as Arc<dyn CallSource>;
            taken.push((Taken { run, task, spoils: false, time: None }, inputs));
        }
        let more = calls.waiting.len() + calls.suspects.len();
        HandedOut { taken, more, end: None }
    }

    fn hand_in_calls(self: Arc<Self>, _: ExecutorId, entries: Vec<HandedIn>) {
        let now = Instant::now();
        let made = entries.iter().filter(|entry| !matches!(entry.outcome, Outcome::Returned)).count();
        let share = u32::try_from(made).unwrap_or(u32::MAX).max(1);
        for HandedIn { taken, outcome } in entries {
            let task = taken.task;
            let Some(Held { inputs, since }) = self.lock().out.remove(&task.id) else { continue };
            let took = now.saturating_duration_since(since) / share;
            match outcome {
                Outcome::Returned => {
                    self.lock().waiting.push_front((task, inputs));
                    self.queue.wake(1);
                }
                Outcome::Thrown(value) => (self.on_done)(task.id, Err(TaskError::Thrown(value)), took),
                Outcome::Made(block) => (self.on_done)(task.id, self.check(&task, block), took),
            }
        }
    }

    fn set_aside(&self, task: &ReadyTask, waits: bool) {
        (self.on_aside)(task.id, waits);
    }

    fn lose_call(self: Arc<Self>, _: ExecutorId, taken: Taken, why: &str) {
        let task = taken.task;
        let mut calls = self.lock();
        let Some(Held { inputs, since }) = calls.out.remove(&task.id) else { return };
        let deaths = calls.deaths.entry(task.id).or_insert(0);
        *deaths += 1;
        let times = *deaths;
        if times < MOST_DEATHS {
            calls.suspects.push_back((task, inputs));
            drop(calls);
            self.queue.wake(1);
            return;
        }
        drop(calls);
        let lost = TaskError::ExecutorLost { why: why.to_owned(), times };
        (self.on_done)(task.id, Err(lost), since.elapsed());
    }

    fn end(self: Arc<Self>, _: End) {}
}

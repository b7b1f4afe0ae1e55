//! Where runs leave calls and executors take them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bramble_array::{Block, Value};
use bramble_graph::{LayerId, Plan};

use super::hand_out::{HandedIn, HandedOut, Taken};
use super::source::{CallSource, CalledProgram};
use crate::executor::End;

/// An executor among those of its queue; whoever starts it chooses the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExecutorId(pub u64);

/// Calls of any number of runs for any number of executors.
#[derive(Default)]
pub struct CallQueue {
    state: Mutex<State>,
}

/// A run that turned out to be over, and what to tell of it.
type Ended = (Arc<dyn CallSource>, End);

#[derive(Default)]
struct State {
    /// Whoever's turn it is stands first.
    runs: VecDeque<Arc<dyn CallSource>>,
    executors: HashMap<ExecutorId, Executor>,
}

struct Executor {
    passes_on: bool,
    /// Tells it to take calls, or to look which of those that it has were stopped.
    wake: Box<dyn Fn() + Send + Sync>,
    asleep: bool,
    held: HashMap<u32, Taken>,
    next_ticket: u32,
}

/// Calls of one run.
pub struct Batch {
    /// Tells runs apart.
    pub run: u64,
    /// The plan of the run.
    pub plan: Arc<Plan>,
    /// What they call, as it was handed over with the run.
    pub program: Arc<CalledProgram>,
    /// Whether somebody wants to know when each call was made.
    pub traced: bool,
    /// The calls.
    pub calls: Vec<Given>,
}

/// A call in the hands of an executor.
pub struct Given {
    /// By which the executor hands its result in.
    pub ticket: u32,
    /// The layer that it is of.
    pub layer: LayerId,
    /// The block that it makes.
    pub block: bramble_graph::Block,
    /// The blocks that it reads, in the order of the dependencies.
    pub inputs: Vec<Input>,
}

/// A block that a call reads.
#[derive(Clone, Debug)]
pub struct Input {
    /// The block.
    pub block: Block,
    /// Whether nobody else will ever look at it, so that the function may write to it.
    pub own: bool,
}

/// How a call ended.
#[derive(Debug)]
pub enum Outcome {
    /// With a block.
    Made(Block),
    /// With an error.
    Thrown(Value),
    /// The executor did not start it, and gives it back.
    Returned,
}

impl CallQueue {
    /// A new executor. `passes_on` says that functions get copies of what it takes. `wake` is called from any thread,
    /// and may be called for nothing.
    pub fn join(&self, id: ExecutorId, passes_on: bool, wake: Box<dyn Fn() + Send + Sync>) {
        let executor = Executor { passes_on, wake, asleep: false, held: HashMap::new(), next_ticket: 0 };
        self.lock().executors.insert(id, executor);
    }

    /// Takes up to `limit` calls of one run. With nothing to take the executor will be woken.
    pub fn take(&self, id: ExecutorId, limit: usize) -> Option<Batch> {
        let mut state = self.lock();
        let (batch, ended) = state.take(id, limit);
        drop(state);
        for (run, end) in ended {
            run.end(end);
        }
        batch
    }

    /// Notes when calls that an executor holds were made: tickets, starts and ends in milliseconds of the watcher's clock.
    pub fn note_times(&self, id: ExecutorId, times: Vec<(u32, f64, f64)>) {
        let mut state = self.lock();
        let Some(executor) = state.executors.get_mut(&id) else { return };
        for (ticket, start, end) in times {
            if let Some(taken) = executor.held.get_mut(&ticket) {
                taken.time = Some((start, end));
            }
        }
    }

    /// Hands in how calls ended. Tickets that the executor does not hold are ignored: it may have been given up.
    pub fn hand_in(&self, id: ExecutorId, results: Vec<(u32, Outcome)>) {
        let mut by_run: Vec<(Arc<dyn CallSource>, Vec<HandedIn>)> = Vec::new();
        {
            let mut state = self.lock();
            let Some(executor) = state.executors.get_mut(&id) else { return };
            for (ticket, outcome) in results {
                let Some(taken) = executor.held.remove(&ticket) else { continue };
                let run = Arc::clone(&taken.run);
                let entry = HandedIn { taken, outcome };
                match by_run.iter_mut().find(|(known, _)| known.number() == run.number()) {
                    Some((_, entries)) => entries.push(entry),
                    None => by_run.push((run, vec![entry])),
                }
            }
        }
        for (run, entries) in by_run {
            run.hand_in_calls(id, entries);
        }
    }

    /// A call that an executor holds waits for something and leaves its place to others, or goes on.
    pub fn set_aside(&self, id: ExecutorId, ticket: u32, waits: bool) {
        let state = self.lock();
        let Some(taken) = state.executors.get(&id).and_then(|executor| executor.held.get(&ticket)) else {
            return;
        };
        taken.run.set_aside(&taken.task, waits);
    }

    /// The tickets that an executor holds of runs that were stopped.
    pub fn stopped(&self, id: ExecutorId) -> Vec<u32> {
        let state = self.lock();
        let held = state.executors.get(&id).map(|executor| &executor.held);
        let stopped = |(&ticket, taken): (&u32, &Taken)| taken.run.is_stopped().then_some(ticket);
        held.into_iter().flatten().filter_map(stopped).collect()
    }

    /// An executor goes, `why` if it died. What it holds goes to others, or fails if it has killed before.
    pub fn leave(&self, id: ExecutorId, why: &str) {
        let Some(executor) = self.lock().executors.remove(&id) else { return };
        for taken in executor.held.into_values() {
            let run = Arc::clone(&taken.run);
            run.lose_call(id, taken, why);
        }
    }

    /// Gives up every executor that holds calls of stopped runs: nobody waits for them any more.
    pub fn give_up_stopped(&self) -> Vec<ExecutorId> {
        let holds = |executor: &Executor| executor.held.values().any(|taken| taken.run.is_stopped());
        let stuck: Vec<ExecutorId> =
            self.lock().executors.iter().filter(|(_, executor)| holds(executor)).map(|(&id, _)| id).collect();
        for &id in &stuck {
            self.leave(id, "it did not stop");
        }
        stuck
    }

    pub(crate) fn add(&self, run: Arc<dyn CallSource>) {
        self.lock().runs.push_back(run);
    }

    pub(crate) fn remove(&self, run: u64) {
        self.lock().runs.retain(|known| known.number() != run);
    }

    /// Wakes up to `count` executors that have nothing to do.
    pub(crate) fn wake(&self, count: usize) {
        self.lock().wake(count);
    }

    /// Wakes those that hold calls of a run.
    pub(crate) fn wake_holders(&self, run: u64) {
        for executor in self.lock().executors.values() {
            let holds = |taken: &Taken| taken.run.number() == run;
            if executor.held.values().any(holds) {
                (executor.wake)();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// A batch, and the runs that turned out to be over.
    fn take(&mut self, id: ExecutorId, limit: usize) -> (Option<Batch>, Vec<Ended>) {
        let mut ended = Vec::new();
        let Some(executor) = self.executors.get_mut(&id) else { return (None, ended) };
        for _ in 0..self.runs.len() {
            let Some(run) = self.runs.front().map(Arc::clone) else { break };
            self.runs.rotate_left(1);
            let HandedOut { taken, more, end } = Arc::clone(&run).take_calls(id, limit, executor.passes_on);
            if end.is_some() {
                ended.push((Arc::clone(&run), end));
            }
            if !taken.is_empty() {
                executor.asleep = false;
                let (plan, program) = (Arc::clone(run.plan()), run.program());
                let calls = taken.into_iter().map(|(taken, inputs)| executor.give(taken, inputs)).collect();
                self.wake(more);
                let traced = run.is_traced();
                return (Some(Batch { run: run.number(), plan, program, traced, calls }), ended);
            }
        }
        executor.asleep = true;
        (None, ended)
    }

    fn wake(&mut self, count: usize) {
        for executor in self.executors.values_mut().filter(|executor| executor.asleep).take(count) {
            executor.asleep = false;
            (executor.wake)();
        }
    }
}

impl Executor {
    fn give(&mut self, taken: Taken, inputs: Vec<Input>) -> Given {
        let ticket = self.next_ticket;
        self.next_ticket = ticket.wrapping_add(1);
        let given = Given { ticket, layer: taken.task.layer, block: taken.task.block.clone(), inputs };
        self.held.insert(ticket, taken);
        given
    }
}

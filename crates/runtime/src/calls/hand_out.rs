//! The side of a run that hands calls out and takes their results in.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bramble_array::Block;
use bramble_graph::{BlockId, Plan, ReadyTask};

use super::queue::{CallQueue, ExecutorId, Input, Outcome};
use super::source::{CallSource, CalledProgram};
use crate::TaskError;
use crate::executor::{Core, End, Shared};
use crate::trace::SpanWorker;

/// A task that killed so many executors fails.
pub(super) const MOST_DEATHS: u32 = 2;

/// What a run with calls has for them.
pub(crate) struct CallSide {
    /// Tells runs apart.
    pub(crate) number: u64,
    /// Where executors take calls.
    pub(crate) queue: Arc<CallQueue>,
    /// What is called.
    pub(crate) program: Arc<CalledProgram>,
    /// Executors at the same time.
    pub(crate) executors: usize,
    /// Whether kernels run only while no executor holds a call, and the other way round.
    pub(crate) in_turn: bool,
}

/// What changes while calls run, under the lock of the run.
#[derive(Default)]
pub(crate) struct CallCore {
    /// Calls that are ready.
    pub(crate) waiting: VecDeque<ReadyTask>,
    /// Calls that somebody died of; they are handed out alone.
    suspects: VecDeque<ReadyTask>,
    deaths: HashMap<BlockId, u32>,
    /// Calls that executors hold.
    pub(crate) out: usize,
    /// How many each holds.
    holders: HashMap<ExecutorId, usize>,
}

/// A call that an executor holds.
pub(crate) struct Taken {
    pub(crate) run: Arc<dyn CallSource>,
    pub(crate) task: ReadyTask,
    /// Whether it was given memory of this process to write to, so that it cannot run again.
    pub(super) spoils: bool,
    /// When it was made, if the executor tells: start and end in milliseconds of the watcher's clock.
    pub(crate) time: Option<(f64, f64)>,
}

/// What a run gives an executor.
#[derive(Default)]
pub(crate) struct HandedOut {
    pub(crate) taken: Vec<(Taken, Vec<Input>)>,
    /// How many calls are left for others.
    pub(crate) more: usize,
    /// Set where the way to the next call led to the end of the run.
    pub(crate) end: End,
}

/// A call that has ended.
pub(crate) struct HandedIn {
    pub(crate) taken: Taken,
    pub(crate) outcome: Outcome,
}

impl CallCore {
    fn give_up(&mut self, id: ExecutorId) {
        self.out -= 1;
        if let Some(count) = self.holders.get_mut(&id) {
            *count -= 1;
            if *count == 0 {
                self.holders.remove(&id);
            }
        }
    }
}

impl Shared {
    pub(crate) fn side(&self) -> Option<&CallSide> {
        self.calls.as_ref()
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    fn hand_out_calls(self: &Arc<Self>, id: ExecutorId, limit: usize, passes_on: bool) -> HandedOut {
        let Some(side) = self.side() else { return HandedOut::default() };
        let mut core = self.lock();
        let is_new = !core.calls.holders.contains_key(&id);
        let full = is_new && core.calls.holders.len() >= side.executors;
        let busy = side.in_turn && core.calls.out + core.busy > 0;
        if self.is_stopped() || full || busy {
            return HandedOut::default();
        }
        let mut taken = Vec::new();
        if let Some(task) = core.calls.suspects.pop_front() {
            taken.push(self.take(&mut core, id, task, passes_on));
        } else {
            let limit = if self.plan.has_priorities() { limit.min(1) } else { limit };
            while taken.len() < limit {
                let Some(task) = self.next_call(&mut core) else { break };
                taken.push(self.take(&mut core, id, task, passes_on));
            }
        }
        let more = self.calls_to_wake_for(&mut core);
        self.fill_slots(&mut core);
        HandedOut { taken, more, end: self.take_end(&mut core) }
    }

    fn take(
        self: &Arc<Self>,
        core: &mut Core,
        id: ExecutorId,
        task: ReadyTask,
        passes_on: bool,
    ) -> (Taken, Vec<Input>) {
        core.calls.out += 1;
        *core.calls.holders.entry(id).or_insert(0) += 1;
        let inputs: Vec<Input> = task.inputs.iter().map(|&input| core.input(input)).collect();
        let spoils =
            !passes_on && inputs.iter().any(|input| input.own && !matches!(input.block, Block::Value(_)));
        (Taken { run: Arc::clone(self) as Arc<dyn CallSource>, task, spoils, time: None }, inputs)
    }

    fn take_results_in(self: &Arc<Self>, id: ExecutorId, entries: Vec<HandedIn>) {
        if let Some(listener) = &self.listener {
            for HandedIn { taken, .. } in &entries {
                let Some((start, end)) = taken.time else { continue };
                listener.note(&taken.task, SpanWorker::Executor(id), start, end);
            }
        }
        let entries: Vec<_> = entries.into_iter().map(|entry| self.check(entry)).collect();
        let mut core = self.lock();
        for (taken, result) in entries {
            core.calls.give_up(id);
            match result {
                Ok(Some(block)) if !self.is_stopped() => self.finish(&mut core, &taken.task, block),
                Ok(Some(_)) => {}
                Ok(None) => core.calls.waiting.push_front(taken.task),
                Err(source) => self.fail(&mut core, &taken.task, source),
            }
        }
        self.fill_slots(&mut core);
        let end = self.take_end(&mut core);
        self.release(core, end);
    }

    /// Checks what a function gave and delivers it; nothing where the call was not made.
    fn check(&self, HandedIn { taken, outcome }: HandedIn) -> (Taken, Result<Option<Block>, TaskError>) {
        let task = &taken.task;
        let layer = &self.plan.layer(task.layer).layer;
        let made = match outcome {
            Outcome::Returned => Ok(None),
            Outcome::Thrown(value) => Err(TaskError::Thrown(value)),
            Outcome::Made(block) => {
                let checked =
                    if layer.kind.gives_values() { Ok(()) } else { check_chunk(&block, layer, &task.block) };
                checked
                    .and_then(|()| self.delivery.deliver(task.layer, &task.block, &block))
                    .map(|()| Some(block))
            }
        };
        (taken, made)
    }

    fn lose_executor_of(self: &Arc<Self>, id: ExecutorId, taken: Taken, why: &str) {
        let mut core = self.lock();
        core.calls.give_up(id);
        let deaths = core.calls.deaths.entry(taken.task.id).or_insert(0);
        *deaths += 1;
        let times = *deaths;
        if !self.is_stopped() {
            if times >= MOST_DEATHS || taken.spoils {
                let lost = TaskError::ExecutorLost { why: why.to_owned(), times };
                self.fail(&mut core, &taken.task, lost);
            } else {
                core.calls.suspects.push_back(taken.task);
            }
        }
        let end = self.take_end(&mut core);
        self.release(core, end);
    }

    /// How many executors that have nothing to do could do something now.
    pub(crate) fn calls_to_wake_for(self: &Arc<Self>, core: &mut Core) -> usize {
        let Some(side) = self.side() else { return 0 };
        if self.is_stopped() || side.in_turn && core.busy + core.calls.out > 0 {
            return 0;
        }
        if core.calls.waiting.is_empty()
            && let Some(task) = self.next_call(core)
        {
            core.calls.waiting.push_front(task);
        }
        core.calls.waiting.len() + core.calls.suspects.len()
    }
}

impl CallSource for Shared {
    fn number(&self) -> u64 {
        self.side().map_or(0, |side| side.number)
    }

    fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    fn program(&self) -> Arc<CalledProgram> {
        self.side().map_or_else(Arc::default, |side| Arc::clone(&side.program))
    }

    fn is_stopped(&self) -> bool {
        Shared::is_stopped(self)
    }

    fn is_traced(&self) -> bool {
        self.listener.is_some()
    }

    fn take_calls(self: Arc<Self>, id: ExecutorId, limit: usize, passes_on: bool) -> HandedOut {
        self.hand_out_calls(id, limit, passes_on)
    }

    fn hand_in_calls(self: Arc<Self>, id: ExecutorId, entries: Vec<HandedIn>) {
        self.take_results_in(id, entries);
    }

    fn lose_call(self: Arc<Self>, id: ExecutorId, taken: Taken, why: &str) {
        self.lose_executor_of(id, taken, why);
    }

    fn end(self: Arc<Self>, end: End) {
        Shared::end(&self, end);
    }
}

/// The elements must be those that the layer has there.
pub(super) fn check_chunk(
    made: &Block,
    layer: &bramble_graph::Layer,
    block: &[u64],
) -> Result<(), TaskError> {
    let known = layer.grid.axes.iter().map(bramble_graph::Axis::is_known);
    let expected = layer.grid.block_shape(block);
    let Block::Chunk(chunk) = made else { return Err(TaskError::WrongBlock { expected: "a chunk" }) };
    let shape = chunk.shape();
    let same = shape.len() == expected.len()
        && shape
            .iter()
            .zip(&expected)
            .zip(known)
            .all(|((&ours, &theirs), known)| !known || ours as u64 == theirs);
    if same && chunk.dtype() == layer.dtype {
        return Ok(());
    }
    Err(TaskError::WrongResult {
        expected: format!("{} of shape {}", layer.dtype, format_shape(expected)),
        actual: format!("{} of shape {}", chunk.dtype(), format_shape(shape.iter().map(|&n| n as u64))),
    })
}

fn format_shape(lengths: impl IntoIterator<Item = u64>) -> String {
    let lengths: Vec<String> = lengths.into_iter().map(|length| length.to_string()).collect();
    format!("[{}]", lengths.join(", "))
}

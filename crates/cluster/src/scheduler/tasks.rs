//! The tasks of one graph under way, as the scheduler of a cluster sees them: like `bramble_graph::Frontier`, they
//! come to be block by block and are forgotten when nothing will read them. But a block has holders that may die, and
//! then it is made once more, with all that it reads and that was forgotten.
//!
//! ```text
//! Expanding ── Waiting ── Ready ── Running ── Done ── forgotten
//!     └────────── lost with its last holder ───┘
//! ```
//!
//! A block on loan is one of another graph: it waits until that is there, and is adopted instead of made. Where each
//! output counts for itself, a task that fails stays `Erred`, and what reads its block waits until nobody wants it.

#[cfg(test)]
mod checks;
mod lost;
mod task;
mod uses;

use std::collections::HashSet;
use std::sync::Arc;

use bramble_graph::{BlockId, Graph, OutputTurns, Plan};
use bramble_runtime::Passed;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::ready::{Demand, Next, Ready};
pub(crate) use super::state::State;
use crate::protocol::WorkerId;
pub(crate) use lost::Lost;
pub(crate) use task::Task;
use task::{Known, ids};

/// Inputs of a task that are looked at when a worker is sought for it.
pub(super) const MOST_INPUTS: usize = 64;

/// So many blocks that can be made are looked at before one is chosen, where some go before others or nobody can make
/// some of them. More would be a front as large as the graph.
const MOST_LOOKED_AT: usize = 1000;

/// See the module.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Tasks {
    /// Follows from the graph, and is not written down.
    #[serde(skip, default = "no_plan")]
    plan: Arc<Plan>,
    known: Known,
    /// From an output, or from a block that was lost, down to the block that is looked at.
    path: Vec<Visit>,
    /// Blocks that can be made.
    ready: Ready,
    /// Follows from how many had their turn, and is not written down.
    #[serde(skip)]
    turns: OutputTurns,
    /// Output blocks that had their turn.
    turned: u64,
    /// Output blocks that were delivered before their own turn came.
    early: HashSet<u64>,
    /// Blocks that are those of other graphs.
    on_loan: HashSet<u64>,
    /// Blocks on loan that are needed, and that nobody has asked the lender for.
    called_for: Vec<u64>,
    /// Bytes of the largest block of each layer; 0 where lengths are unknown. It follows from the plan.
    #[serde(skip)]
    largest: Vec<u64>,
    /// Bytes that a block of each layer takes that is made of nothing; learnt, and 0 until then.
    usual: Vec<u64>,
    /// Whether output blocks stay for as long as the graph does.
    keeps_outputs: bool,
    /// Bytes more or less that workers hold of blocks made of nothing, since somebody asked last.
    fresh: Vec<(WorkerId, i64)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Visit {
    id: u64,
    /// Inputs to look at, the last one first.
    #[serde(with = "ids")]
    left: SmallVec<[BlockId; 4]>,
    /// Whether the block was made before: its inputs then expect no more reads, and get one each.
    again: bool,
}

/// A block that a worker need not keep.
pub(crate) type Freed = (WorkerId, u64);

impl Tasks {
    pub(crate) fn new(plan: Arc<Plan>) -> Tasks {
        Tasks {
            largest: largest_blocks(&plan),
            usual: vec![0; plan.layers().len()],
            keeps_outputs: false,
            fresh: Vec::new(),
            plan,
            known: Known::default(),
            path: Vec::new(),
            ready: Ready::default(),
            turns: OutputTurns::default(),
            turned: 0,
            early: HashSet::new(),
            on_loan: HashSet::new(),
            called_for: Vec::new(),
        }
    }

    /// Has the plan again after it was written down without.
    pub(crate) fn replan(&mut self, plan: Arc<Plan>) {
        self.largest = largest_blocks(&plan);
        for _ in 0..self.turned {
            self.turns.next(&plan);
        }
        self.plan = plan;
    }

    pub(crate) fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Task> {
        self.known.get(&id).map(|task| &**task)
    }

    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut Task> {
        self.known.get_mut(&id).map(|task| &mut **task)
    }

    /// How many tasks are in each state: waiting, ready, running, done.
    pub(crate) fn counts(&self) -> [u64; 4] {
        let mut counts = [0; 4];
        for task in self.known.values() {
            counts[match task.state {
                State::Expanding | State::Waiting => 0,
                State::Ready => 1,
                State::Running(_) => 2,
                State::Done => 3,
                State::Erred => continue,
            }] += 1;
        }
        counts
    }

    /// A block that can be made now, taken off the ready list, of this priority or a higher one and with none of the
    /// demands that nobody can meet. It must be handed out, or put back.
    pub(crate) fn next_ready(&mut self, level: i32, unmet: &[Demand]) -> Option<Next> {
        while self.plan.has_priorities() && self.ready.len() < MOST_LOOKED_AT && self.walk_further() {}
        loop {
            let next = self.ready.pop(level, unmet);
            if next.is_some() || self.ready.len() >= MOST_LOOKED_AT || !self.walk_further() {
                return next;
            }
        }
    }

    /// Nobody could take a block that was ready.
    pub(crate) fn put_back(&mut self, next: Next) {
        self.ready.put_back(next);
    }

    /// What is demanded of workers for blocks that can be made, with a block for each demand.
    pub(crate) fn demands(&self) -> impl Iterator<Item = (Demand, u64)> {
        self.ready.demands()
    }

    /// What is demanded of the worker that makes a block.
    pub(crate) fn demand_of(&self, id: u64) -> Demand {
        if self.on_loan.contains(&id) {
            return Demand::LOAN;
        }
        let task = &self.known[&id];
        let layer = task.layer;
        let is_source = task.is_source;
        let inputs = task.inputs.iter().take(MOST_INPUTS).filter_map(|input| self.known.get(&input.0));
        let bytes = inputs.fold(self.largest[layer as usize], |sum, input| sum.saturating_add(input.bytes));
        let calls = self.plan.layer(layer).layer.kind.is_called() && !self.only_passes(id);
        if self.plan.all_asked().is_empty() {
            return Demand::new(0, None, calls).of_bytes(bytes).of_source(is_source);
        }
        let asked = self.plan.asked_for(layer, &self.plan.locate(BlockId(id)).1);
        let priority = asked.and_then(|asked| self.plan.asked(asked)).map_or(0, |asked| asked.priority);
        Demand::new(priority, asked, calls).of_bytes(bytes).of_source(is_source)
    }

    /// Whether a block is one that another task depends on, or a part of it, and takes no time to make.
    pub(crate) fn only_passes(&self, id: u64) -> bool {
        let Some(task) = self.get(id) else { return false };
        let number = self.plan.number(BlockId(id), task.layer);
        Passed::by(&self.plan.layer(task.layer).layer.kind, &[number]).is_some()
    }

    /// Every input of a block is there.
    fn wake(&mut self, id: u64) {
        let demand = self.demand_of(id);
        self.ready.wake(demand, id);
    }

    /// Hands a ready block out.
    pub(crate) fn start(&mut self, id: u64, worker: WorkerId) {
        let task = self.known.get_mut(&id).expect("a ready block is known");
        debug_assert_eq!(task.state, State::Ready);
        task.state = State::Running(worker);
    }

    /// Whether a worker is at work on a block, with this attempt.
    pub(crate) fn is_running(&self, id: u64, attempt: u32, worker: WorkerId) -> bool {
        let runs = |task: &Task| task.state == State::Running(worker) && task.attempt == attempt;
        self.get(id).is_some_and(runs)
    }

    /// A worker has made a block that it was handed out.
    pub(crate) fn finish(&mut self, id: u64, worker: WorkerId, bytes: u64, freed: &mut Vec<Freed>) {
        let task = self.known.get_mut(&id).expect("a running block is known");
        task.state = State::Done;
        task.bytes = bytes;
        task.holders.push(worker);
        note_fresh(&mut self.fresh, task, worker, true);
        if task.is_source {
            let usual = &mut self.usual[task.layer as usize];
            *usual = if *usual == 0 { bytes } else { *usual - *usual / 8 + bytes / 8 };
        }
        let inputs = std::mem::take(&mut task.inputs);
        let waiters = std::mem::take(&mut task.waiters);
        if task.uses == 0 {
            self.forget(id, freed);
        }
        for waiter in waiters {
            self.arrived(waiter);
        }
        for input in inputs {
            self.release(input.0, freed);
        }
    }

    /// Whether a worker holds a block and none of those that stay does.
    pub(crate) fn would_be_missed(&self, id: u64, worker: WorkerId, stay: &[WorkerId]) -> bool {
        let is_alone = |task: &Task| {
            task.holders.contains(&worker) && !task.holders.iter().any(|holder| stay.contains(holder))
        };
        self.get(id).is_some_and(is_alone)
    }

    /// The blocks of a worker that would be missed, in order.
    pub(crate) fn missed_without(&self, worker: WorkerId, stay: &[WorkerId]) -> Vec<u64> {
        let all = self.known.keys().copied();
        let mut missed: Vec<u64> = all.filter(|&id| self.would_be_missed(id, worker, stay)).collect();
        missed.sort_unstable();
        missed
    }

    /// Notes a copy; false if nobody needs it.
    pub(crate) fn add_holder(&mut self, id: u64, worker: WorkerId) -> bool {
        let Some(task) = self.known.get_mut(&id).filter(|task| task.state == State::Done) else {
            return false;
        };
        if !task.holders.contains(&worker) {
            task.holders.push(worker);
            note_fresh(&mut self.fresh, task, worker, true);
        }
        true
    }

    /// An output block has been delivered.
    pub(crate) fn deliver(&mut self, id: u64, freed: &mut Vec<Freed>) {
        if !self.plan.has(BlockId(id)) {
            return;
        }
        let (layer, _) = self.plan.locate(BlockId(id));
        if !self.plan.is_output(layer) {
            return;
        }
        if self.turns.is_to_come(&self.plan, layer, BlockId(id)) && !self.early.insert(id) {
            return;
        }
        self.release(id, freed);
    }

    /// A block that was handed out has to be made by somebody else, or later.
    pub(crate) fn give_back(&mut self, id: u64) {
        let task = self.known.get_mut(&id).expect("a running block is known");
        debug_assert!(matches!(task.state, State::Running(_)));
        task.attempt += 1;
        task.state = State::Waiting;
        self.look_again();
    }

    /// A block that was handed out and not begun can be made by somebody else.
    pub(crate) fn take_back(&mut self, id: u64) {
        let task = self.known.get_mut(&id).expect("a running block is known");
        task.attempt += 1;
        task.state = State::Waiting;
        let mut missing = 0;
        // An input may have been lost since.
        for input in task.inputs.clone() {
            if let Some(lost) = self.known.get_mut(&input.0).filter(|input| input.state != State::Done) {
                lost.waiters.push(id);
                missing += 1;
            }
        }
        self.set_missing(id, missing);
    }

    fn set_missing(&mut self, id: u64, missing: u32) {
        let Some(task) = self.known.get_mut(&id) else { return };
        task.missing = missing;
        match task.state {
            State::Waiting if missing == 0 => {
                task.state = State::Ready;
                self.wake(id);
            }
            State::Ready if missing > 0 => task.state = State::Waiting,
            _ => {}
        }
    }

    /// One input of `id` has come.
    fn arrived(&mut self, id: u64) {
        let task = self.known.get_mut(&id).expect("a block that waits is known");
        task.missing -= 1;
        if task.missing == 0 && task.state == State::Waiting {
            task.state = State::Ready;
            self.wake(id);
        }
    }

    /// A task is not tried any more; what reads its block waits.
    pub(crate) fn give_up(&mut self, id: u64) {
        let Some(task) = self.known.get_mut(&id) else { return };
        if matches!(task.state, State::Waiting | State::Ready) {
            task.state = State::Erred;
            self.ready.retain(|ready| ready != id);
        }
    }

    /// A task that was given up is tried once more; false if it was not.
    pub(crate) fn retry(&mut self, id: u64) -> bool {
        let Some(task) = self.known.get_mut(&id).filter(|task| task.state == State::Erred) else {
            return false;
        };
        task.state = State::Waiting;
        task.forgive();
        self.look_again();
        true
    }

    /// A block is that of another graph.
    pub(crate) fn take_on_loan(&mut self, id: u64) {
        self.on_loan.insert(id);
    }

    /// Output blocks stay for as long as the graph does, so that it gains nothing to make them later.
    pub(crate) fn keep_outputs(&mut self) {
        self.keeps_outputs = true;
    }

    /// Bytes of a block that is made of nothing, as far as that is known, and 0 of others.
    pub(crate) fn fresh_bytes(&self, id: u64) -> u64 {
        let Some(task) = self.get(id).filter(|task| task.is_source) else { return 0 };
        let layer = task.layer as usize;
        if self.usual[layer] > 0 { self.usual[layer] } else { self.largest[layer] }
    }

    /// Bytes more or less that workers hold of blocks made of nothing, since the last call.
    pub(crate) fn take_fresh(&mut self) -> Vec<(WorkerId, i64)> {
        std::mem::take(&mut self.fresh)
    }

    /// Blocks on loan that have come to be needed since the last call.
    pub(crate) fn called_for(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.called_for)
    }

    /// A block on loan can be adopted.
    pub(crate) fn can_adopt(&mut self, id: u64) {
        if let Some(task) = self.known.get_mut(&id)
            && std::mem::take(&mut task.is_outside)
        {
            self.arrived(id);
        }
    }

    /// A block on loan, which is ready and off the ready list, is not there yet.
    pub(crate) fn await_loan(&mut self, id: u64) {
        let Some(task) = self.known.get_mut(&id) else { return };
        task.state = State::Waiting;
        task.is_outside = true;
        task.missing += 1;
        self.called_for.push(id);
    }

    /// Keeps a block for one reader more, and makes it if it is not there.
    pub(crate) fn lend(&mut self, id: u64) {
        if !self.known.contains_key(&id) {
            let (layer, _) = self.plan.locate(BlockId(id));
            let is_new = self.turns.is_to_come(&self.plan, layer, BlockId(id)) && !self.early.contains(&id);
            self.visit(id, !is_new);
        }
        if let Some(task) = self.known.get_mut(&id) {
            task.uses += 1;
        }
    }

    /// A reader less.
    pub(crate) fn take_home(&mut self, id: u64, freed: &mut Vec<Freed>) {
        self.release(id, freed);
    }

    /// Puts the next output block on the path; false when there is none.
    fn visit_next_output(&mut self) -> bool {
        while let Some((layer, block)) = self.turns.next(&self.plan) {
            self.turned += 1;
            let BlockId(id) = self.plan.id(layer, &block);
            if !self.early.remove(&id) && !self.known.contains_key(&id) {
                self.visit(id, false);
                return true;
            }
        }
        false
    }

    fn visit(&mut self, id: u64, again: bool) {
        let (layer, block) = self.plan.locate(BlockId(id));
        let inputs = self.plan.inputs_of(layer, &block);
        let uses = if again { 0 } else { self.plan.uses(layer, &block) };
        let is_outside = self.on_loan.contains(&id);
        self.called_for.extend(is_outside.then_some(id));
        let mut task = Box::new(Task::new(layer, &inputs, is_outside, uses));
        let stays = self.keeps_outputs && self.plan.is_output(layer);
        task.is_source = inputs.is_empty() && !is_outside && !stays;
        self.known.insert(id, task);
        let left = self.in_order(inputs);
        self.path.push(Visit { id, left, again });
    }

    /// Inputs in the order in which a visit pops them: the deepest first, sources last.
    fn in_order(&self, mut inputs: SmallVec<[BlockId; 4]>) -> SmallVec<[BlockId; 4]> {
        if inputs.len() < 2 {
            return inputs;
        }
        inputs.reverse();
        let mut ranked: SmallVec<[((u32, u32), BlockId); 8]> =
            inputs.iter().map(|&id| (self.plan.height(id), id)).collect();
        if !ranked.is_sorted_by_key(|&(height, _)| height) {
            ranked.sort_by_key(|&(height, _)| height);
            inputs = ranked.into_iter().map(|(_, id)| id).collect();
        }
        inputs
    }

    /// Looks at one more block; false when there is none.
    fn walk_further(&mut self) -> bool {
        if self.path.is_empty() && !self.visit_next_output() {
            return false;
        }
        self.walk_on();
        true
    }

    /// Looks at one more input of the block at the end of the path.
    fn walk_on(&mut self) {
        let Some(visit) = self.path.last_mut() else { return };
        let (reader, again) = (visit.id, visit.again);
        let Some(BlockId(input)) = visit.left.pop() else {
            self.path.pop();
            let task = self.known.get_mut(&reader).expect("a block on the path is known");
            task.state = State::Waiting;
            if task.missing == 0 {
                task.state = State::Ready;
                let demand = self.demand_of(reader);
                self.ready.find(demand, reader);
            }
            return;
        };
        if !self.known.contains_key(&input) {
            self.visit(input, again);
        }
        let task = self.known.get_mut(&input).expect("it is known now");
        task.uses += u64::from(again);
        if task.state == State::Done {
            self.arrived(reader);
        } else {
            task.waiters.push(reader);
        }
    }
}

/// Notes that a worker has a block, or has it no more.
fn note_fresh(fresh: &mut Vec<(WorkerId, i64)>, task: &Task, worker: WorkerId, is_more: bool) {
    if !task.is_source {
        return;
    }
    let bytes = i64::try_from(task.bytes).unwrap_or(i64::MAX);
    let change = if is_more { bytes } else { -bytes };
    match fresh.last_mut() {
        // Most blocks come and go after others of the same worker.
        Some((last, sum)) if *last == worker => *sum = sum.saturating_add(change),
        _ => fresh.push((worker, change)),
    }
}

fn largest_blocks(plan: &Plan) -> Vec<u64> {
    plan.layers().iter().map(|planned| planned.layer.largest_block().unwrap_or(0)).collect()
}

/// Stands for a plan until that is made again.
fn no_plan() -> Arc<Plan> {
    Arc::new(Plan::new(&Graph { layers: Vec::new(), outputs: Vec::new(), annotations: Vec::new() }))
}

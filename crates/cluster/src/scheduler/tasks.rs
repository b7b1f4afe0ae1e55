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

mod uses;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bramble_graph::{BlockId, LayerId, OutputTurns, Plan};
use smallvec::SmallVec;

use super::ready::{Demand, Ready};
pub(crate) use super::state::State;
use crate::protocol::{Clue, WorkerId};

/// Inputs of a task that are looked at when a worker is sought for it.
pub(super) const MOST_INPUTS: usize = 64;

/// So many blocks that can be made are looked at before one is chosen, where some go before others or nobody can make
/// some of them. More would be a front as large as the graph.
const MOST_LOOKED_AT: usize = 1000;

/// See the module.
#[derive(Debug)]
pub(crate) struct Tasks {
    plan: Arc<Plan>,
    known: HashMap<u64, Task>,
    /// From an output, or from a block that was lost, down to the block that is looked at.
    path: Vec<Visit>,
    /// Blocks that can be made.
    ready: Ready,
    turns: OutputTurns,
    /// Output blocks that were delivered before their own turn came.
    early: HashSet<u64>,
    /// Blocks that are those of other graphs.
    on_loan: HashSet<u64>,
    /// Blocks on loan that are needed, and that nobody has asked the lender for.
    called_for: Vec<u64>,
    /// Bytes of the largest block of each layer; 0 where lengths are unknown.
    largest: Vec<u64>,
}

/// A block that is to be made, is being made, or was made.
#[derive(Debug)]
pub(crate) struct Task {
    /// Its layer.
    pub(crate) layer: LayerId,
    /// The blocks it reads, while it is not made.
    pub(crate) inputs: SmallVec<[BlockId; 4]>,
    /// Inputs that nobody holds; those that were not looked at count.
    missing: u32,
    /// Whether it waits for the graph that lends the block; counted among the missing.
    is_outside: bool,
    /// Reads that are still to come.
    uses: u64,
    /// Blocks that wait for this one.
    waiters: SmallVec<[u64; 2]>,
    /// How often it was handed out in vain.
    pub(crate) attempt: u32,
    /// How often it failed.
    pub(crate) failures: u32,
    /// The workers that died of it.
    pub(crate) deaths: Vec<Clue>,
    pub(crate) state: State,
    /// Who has it.
    pub(crate) holders: SmallVec<[WorkerId; 2]>,
    /// Bytes that it has.
    pub(crate) bytes: u64,
}

#[derive(Debug)]
struct Visit {
    id: u64,
    /// Inputs to look at, the last one first.
    left: SmallVec<[BlockId; 4]>,
    /// Whether the block was made before: its inputs then expect no more reads, and get one each.
    again: bool,
}

/// A block that a worker need not keep.
pub(crate) type Freed = (WorkerId, u64);

impl Tasks {
    pub(crate) fn new(plan: Arc<Plan>) -> Tasks {
        let largest =
            plan.layers().iter().map(|planned| planned.layer.largest_block().unwrap_or(0)).collect();
        Tasks {
            plan,
            largest,
            known: HashMap::new(),
            path: Vec::new(),
            ready: Ready::default(),
            turns: OutputTurns::default(),
            early: HashSet::new(),
            on_loan: HashSet::new(),
            called_for: Vec::new(),
        }
    }

    pub(crate) fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Task> {
        self.known.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut Task> {
        self.known.get_mut(&id)
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
    pub(crate) fn next_ready(&mut self, level: i32, unmet: &[Demand]) -> Option<(u64, Demand)> {
        while self.plan.has_priorities() && self.ready.len() < MOST_LOOKED_AT && self.walk_further() {}
        loop {
            let next = self.ready.pop(level, unmet);
            if next.is_some() || self.ready.len() >= MOST_LOOKED_AT || !self.walk_further() {
                return next;
            }
        }
    }

    /// Nobody could take a block that was ready.
    pub(crate) fn put_back(&mut self, id: u64, demand: Demand) {
        self.ready.wake(demand, id);
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
        let inputs = task.inputs.iter().take(MOST_INPUTS).filter_map(|input| self.known.get(&input.0));
        let bytes = inputs.fold(self.largest[layer as usize], |sum, input| sum.saturating_add(input.bytes));
        let calls = self.plan.layer(layer).layer.kind.is_called();
        if self.plan.all_asked().is_empty() {
            return Demand::new(0, None, calls).of_bytes(bytes);
        }
        let asked = self.plan.asked_for(layer, &self.plan.locate(BlockId(id)).1);
        let priority = asked.and_then(|asked| self.plan.asked(asked)).map_or(0, |asked| asked.priority);
        Demand::new(priority, asked, calls).of_bytes(bytes)
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
        self.known.get(&id).is_some_and(runs)
    }

    /// A worker has made a block that it was handed out.
    pub(crate) fn finish(&mut self, id: u64, worker: WorkerId, bytes: u64, freed: &mut Vec<Freed>) {
        let task = self.known.get_mut(&id).expect("a running block is known");
        task.state = State::Done;
        task.bytes = bytes;
        task.holders.push(worker);
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
        self.known.get(&id).is_some_and(is_alone)
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

    /// Some holders of a block do not have it.
    pub(crate) fn lose_copies(&mut self, id: u64, workers: &[WorkerId]) {
        let Some(task) = self.known.get_mut(&id).filter(|task| task.state == State::Done) else { return };
        task.holders.retain(|holder| !workers.contains(holder));
        if task.holders.is_empty() {
            self.revive(id);
            self.look_again();
        }
    }

    /// A worker is gone with all that it held. Gives what it was handed and has not made.
    pub(crate) fn lose_worker(&mut self, worker: WorkerId) -> Vec<u64> {
        let mut lost = Vec::new();
        let mut given_back = Vec::new();
        for (&id, task) in &mut self.known {
            match task.state {
                State::Done if task.holders.contains(&worker) => {
                    task.holders.retain(|&mut holder| holder != worker);
                    if task.holders.is_empty() {
                        lost.push(id);
                    }
                }
                State::Running(runner) if runner == worker => {
                    task.attempt += 1;
                    task.state = State::Waiting;
                    given_back.push(id);
                }
                _ => {}
            }
        }
        // Whatever order the map has: the same events lead to the same state.
        lost.sort_unstable();
        given_back.sort_unstable();
        for id in lost {
            self.revive(id);
        }
        self.look_again();
        given_back
    }

    /// A block that was made is to be made again.
    fn revive(&mut self, id: u64) {
        let (layer, block) = self.plan.locate(BlockId(id));
        let inputs = self.plan.inputs_of(layer, &block);
        let task = self.known.get_mut(&id).expect("a block that is revived is known");
        task.state = State::Expanding;
        task.attempt += 1;
        task.is_outside = self.on_loan.contains(&id);
        task.missing = count(inputs.len()) + u32::from(task.is_outside);
        self.called_for.extend(task.is_outside.then_some(id));
        task.inputs.clone_from(&inputs);
        let left = self.in_order(inputs);
        self.path.push(Visit { id, left, again: true });
    }

    /// Finds anew who waits for what, after blocks were lost.
    fn look_again(&mut self) {
        let left: HashMap<u64, &[BlockId]> =
            self.path.iter().map(|visit| (visit.id, &visit.left[..])).collect();
        let mut waits: Vec<(u64, u64)> = Vec::new();
        let mut changes: Vec<(u64, u32)> = Vec::new();
        let mut ids: Vec<u64> = self.known.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            let task = &self.known[&id];
            if !matches!(task.state, State::Expanding | State::Waiting | State::Ready) {
                continue;
            }
            let mut unseen: SmallVec<[BlockId; 4]> =
                left.get(&id).map_or_else(SmallVec::new, |left| (*left).into());
            let mut missing = count(unseen.len()) + u32::from(task.is_outside);
            for &input in &task.inputs {
                if let Some(at) = unseen.iter().position(|&other| other == input) {
                    unseen.swap_remove(at);
                } else if self.known.get(&input.0).is_none_or(|input| input.state != State::Done) {
                    missing += 1;
                    waits.push((input.0, id));
                }
            }
            changes.push((id, missing));
        }
        for task in self.known.values_mut() {
            task.waiters.clear();
        }
        for (id, missing) in changes {
            self.set_missing(id, missing);
        }
        for (input, waiter) in waits {
            if let Some(task) = self.known.get_mut(&input) {
                task.waiters.push(waiter);
            }
        }
        let known = &self.known;
        self.ready.retain(|id| known[&id].state == State::Ready);
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

    /// A task that was given up is tried once more.
    pub(crate) fn retry(&mut self, id: u64) {
        let Some(task) = self.known.get_mut(&id).filter(|task| task.state == State::Erred) else { return };
        task.state = State::Waiting;
        task.failures = 0;
        task.deaths.clear();
        self.look_again();
    }

    /// A block is that of another graph.
    pub(crate) fn take_on_loan(&mut self, id: u64) {
        self.on_loan.insert(id);
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
        let task = Task {
            layer,
            inputs: inputs.clone(),
            missing: count(inputs.len()) + u32::from(is_outside),
            is_outside,
            uses,
            waiters: SmallVec::new(),
            attempt: 0,
            failures: 0,
            deaths: Vec::new(),
            state: State::Expanding,
            holders: SmallVec::new(),
            bytes: 0,
        };
        self.known.insert(id, task);
        let left = self.in_order(inputs);
        self.path.push(Visit { id, left, again });
    }

    /// Inputs in the order in which a visit pops them: the deepest first, sources last.
    fn in_order(&self, mut inputs: SmallVec<[BlockId; 4]>) -> SmallVec<[BlockId; 4]> {
        inputs.reverse();
        if inputs.len() > 1 {
            inputs.sort_by_cached_key(|&id| self.plan.height(id));
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

    /// Checks that everything fits together.
    ///
    /// # Panics
    /// If something does not: a bug.
    #[cfg(test)]
    pub(crate) fn sanity_check(&self) {
        let left: HashMap<u64, &[BlockId]> =
            self.path.iter().map(|visit| (visit.id, &visit.left[..])).collect();
        for (&id, task) in &self.known {
            assert_eq!(task.state == State::Expanding, left.contains_key(&id), "{id} on the path");
            assert_eq!(task.state == State::Ready, self.ready.contains(id), "{id} in the ready list");
            assert_eq!(task.state == State::Done, !task.holders.is_empty(), "{id} with holders");
            match task.state {
                State::Done => assert!(task.uses > 0, "{id} is kept for nothing"),
                State::Running(_) | State::Erred => {}
                State::Ready => assert_eq!(task.missing, 0, "{id} is ready"),
                State::Waiting | State::Expanding => {
                    let unseen = left.get(&id).map_or(0, |left| left.len());
                    let waits: usize = self
                        .known
                        .values()
                        .map(|other| other.waiters.iter().filter(|&&waiter| waiter == id).count())
                        .sum();
                    let outside = usize::from(task.is_outside);
                    assert_eq!(task.missing as usize, unseen + waits + outside, "{id} waits for some");
                    let waits = waits + outside;
                    assert!(task.state == State::Expanding || waits > 0, "{id} waits for nothing");
                }
            }
            for waiter in &task.waiters {
                assert!(self.known[waiter].inputs.contains(&BlockId(id)), "{waiter} does not read {id}");
            }
        }
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("a task reads fewer than 2^32 blocks")
}

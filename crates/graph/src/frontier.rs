//! Expansion: blocks become tasks one by one, depth first from the outputs, and are forgotten when their last
//! reader has run. Only the front exists: a graph of 10^9 blocks needs memory for the tasks under way.
//!
//! ```text
//! next_task()  ready tasks first (their inputs are in memory and can go), else walks on from the outputs
//!              to the next block that waits for nothing; with priorities it walks some way ahead and chooses
//! finish()     frees what this block read for the last time, wakes who waited for it
//! ```
//!
//! The frontier is pure: no clock, no thread, no block. Whoever executes calls it, under a lock if need be.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use smallvec::SmallVec;

use crate::ready::Ready;
use crate::{Block, BlockId, LayerId, OutputTurns, Plan};

/// A task that can run: all its inputs are done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadyTask {
    /// The block to make.
    pub id: BlockId,
    /// Its layer.
    pub layer: LayerId,
    /// Its place in the layer's grid.
    pub block: Block,
    /// The blocks it reads, in the order of [`Plan::dependencies`].
    pub inputs: SmallVec<[BlockId; 4]>,
}

/// The tasks under way.
#[derive(Debug)]
pub struct Frontier {
    plan: Arc<Plan>,
    tasks: HashMap<BlockId, Task, BuildHasherDefault<IdHasher>>,
    /// From an output block down to the block that is looked at.
    path: Vec<Visit>,
    ready: Ready,
    turns: OutputTurns,
    /// Output blocks made for another layer's sake before their own turn came.
    early: HashSet<BlockId, BuildHasherDefault<IdHasher>>,
    running: usize,
    /// For each layer how many of its blocks become ready together; empty if none do.
    neighbours: Vec<u64>,
}

#[derive(Debug)]
struct Task {
    layer: LayerId,
    block: Block,
    inputs: SmallVec<[BlockId; 4]>,
    /// Inputs that are not done.
    missing: u32,
    /// Reads that are still to come.
    uses: u64,
    waiters: SmallVec<[BlockId; 2]>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// On the path: not all inputs have been looked at.
    Expanding,
    /// Waits for inputs, or in the ready list.
    Waiting,
    /// Handed out.
    Running,
    /// In memory.
    Done,
}

#[derive(Debug)]
struct Visit {
    id: BlockId,
    /// Inputs to look at, the last one first.
    left: SmallVec<[BlockId; 4]>,
}

impl Frontier {
    /// Starts at the outputs of a plan.
    pub fn new(plan: Arc<Plan>) -> Frontier {
        Frontier {
            ready: Ready::new(plan.has_priorities()),
            plan,
            tasks: HashMap::default(),
            path: Vec::new(),
            turns: OutputTurns::default(),
            early: HashSet::default(),
            running: 0,
            neighbours: Vec::new(),
        }
    }

    /// As [`Frontier::new`]. Of a layer that reads nothing, so many blocks as `neighbours` says for it become ready together:
    /// they lie side by side along the last axis, and [`Frontier::next_beside`] hands them out one after another.
    pub fn with_neighbours(plan: Arc<Plan>, neighbours: Vec<u64>) -> Frontier {
        Frontier { neighbours, ..Frontier::new(plan) }
    }

    /// A task to run now, if there is one. `None` with [`Frontier::is_complete`] false means that all that is
    /// left waits for tasks that are running.
    pub fn next_task(&mut self) -> Option<ReadyTask> {
        while self.ready.wants_more() && (!self.path.is_empty() || self.visit_next_output()) {
            self.walk_on();
        }
        self.ready.pop().map(|id| self.hand_out(id))
    }

    /// The next task that is to be done together with one that was just handed out, if there is one.
    pub fn next_beside(&mut self, task: &ReadyTask) -> Option<ReadyTask> {
        let size = self.neighbours_of(task.layer)?;
        let next = self.tasks.get(&self.ready.peek()?)?;
        let (ours, theirs) = (task.block.split_last()?, next.block.split_last()?);
        let are_neighbours =
            next.layer == task.layer && ours.1 == theirs.1 && ours.0 / size == theirs.0 / size;
        let id = if are_neighbours { self.ready.pop()? } else { return None };
        Some(self.hand_out(id))
    }

    /// Notes that a block is in memory. Calls `free` for every block that nothing will read any more, the block
    /// itself included where nothing reads it.
    ///
    /// # Panics
    /// When the block was not handed out by [`Frontier::next_task`].
    pub fn finish(&mut self, id: BlockId, mut free: impl FnMut(BlockId)) {
        let task = self.tasks.get_mut(&id).expect("a block that finishes was handed out");
        assert_eq!(task.state, State::Running, "a block finishes once");
        task.state = State::Done;
        self.running -= 1;
        let layer = task.layer;
        let inputs = std::mem::take(&mut task.inputs);
        let waiters = std::mem::take(&mut task.waiters);
        if task.uses == 0 {
            self.tasks.remove(&id);
            free(id);
        }
        if self.is_early(layer, id) {
            self.early.insert(id);
        }
        for waiter in waiters {
            self.arrived(waiter);
        }
        for input in inputs {
            self.release(input, &mut free);
        }
    }

    /// Gives up one use of a block, as an output does when its block has been delivered.
    pub fn release(&mut self, id: BlockId, mut free: impl FnMut(BlockId)) {
        // A block that a cautious count keeps too long is freed with the frontier; one that was forgotten is not
        // there to be released again.
        if let Some(task) = self.tasks.get_mut(&id) {
            task.uses = task.uses.saturating_sub(1);
            if task.uses == 0 && task.state == State::Done {
                self.tasks.remove(&id);
                free(id);
            }
        }
    }

    /// Whether a block that is in memory will be read once more and then be freed.
    pub fn is_last_use(&self, id: BlockId) -> bool {
        self.tasks.get(&id).is_some_and(|task| task.uses == 1)
    }

    /// Whether every output block has been finished.
    pub fn is_complete(&self) -> bool {
        self.running == 0 && self.path.is_empty() && self.ready.is_empty() && self.turns.are_over(&self.plan)
    }

    /// How many tasks are known: running, waiting or held in memory.
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whether no task is known.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    fn hand_out(&mut self, id: BlockId) -> ReadyTask {
        let task = self.tasks.get_mut(&id).expect("a ready block is known");
        task.state = State::Running;
        self.running += 1;
        ReadyTask { id, layer: task.layer, block: task.block.clone(), inputs: task.inputs.clone() }
    }

    /// Whether a block is an output whose turn is still to come.
    fn is_early(&self, layer: LayerId, id: BlockId) -> bool {
        self.plan.has_readers(layer) && self.turns.is_to_come(&self.plan, layer, id)
    }

    /// One input of `id` has come.
    fn arrived(&mut self, id: BlockId) {
        let task = self.tasks.get_mut(&id).expect("a block that waits is known");
        task.missing -= 1;
        if task.missing == 0 && task.state == State::Waiting {
            let priority = priority_of(&self.plan, task);
            self.ready.push(id, priority, true);
        }
    }

    /// Puts the next output block on the path; false when there is none.
    fn visit_next_output(&mut self) -> bool {
        while let Some((layer, block)) = self.turns.next(&self.plan) {
            let id = self.plan.id(layer, &block);
            if !self.early.remove(&id) && !self.tasks.contains_key(&id) {
                self.visit(id, layer, block);
                return true;
            }
        }
        false
    }

    fn visit(&mut self, id: BlockId, layer: LayerId, block: Block) {
        let dependencies = self.plan.dependencies(layer, &block);
        let inputs: SmallVec<[BlockId; 4]> = dependencies
            .iter()
            .flat_map(|needed| needed.each().map(|block| self.plan.id(needed.layer, &block)))
            .collect();
        let mut left = inputs.clone();
        left.reverse();
        if dependencies.len() > 1 {
            // The deepest input first, sources last: what is quick to make is not kept waiting in memory.
            left.sort_by_cached_key(|&id| self.plan.height(id));
        }
        let missing = u32::try_from(inputs.len()).expect("a task reads fewer than 2^32 blocks");
        let uses = self.plan.uses(layer, &block);
        let state = State::Expanding;
        self.tasks.insert(id, Task { layer, block, inputs, missing, uses, waiters: SmallVec::new(), state });
        self.path.push(Visit { id, left });
    }

    /// How many blocks of a layer become ready together, if more than one do.
    fn neighbours_of(&self, layer: LayerId) -> Option<u64> {
        self.neighbours.get(layer as usize).copied().filter(|&size| size > 1)
    }

    /// Makes a block that reads nothing ready, and all that are wanted of its neighbours, the first in front.
    fn visit_neighbours(&mut self, layer: LayerId, block: &Block, size: u64) {
        let wanted = self.plan.wanted(layer).last().cloned().unwrap_or(0..0);
        let number = block.last().copied().unwrap_or(0);
        let first = number - number % size;
        for other in (first.max(wanted.start)..wanted.end.min(first + size)).rev() {
            let mut beside = block.clone();
            if let Some(last) = beside.last_mut() {
                *last = other;
            }
            let uses = self.plan.uses(layer, &beside);
            if uses > 0 {
                let id = self.plan.id(layer, &beside);
                let (inputs, waiters) = (SmallVec::new(), SmallVec::new());
                let state = State::Waiting;
                self.tasks
                    .insert(id, Task { layer, block: beside, inputs, missing: 0, uses, waiters, state });
                self.ready.push(id, 0, false);
            }
        }
    }

    /// Looks at one more input of the block at the end of the path.
    fn walk_on(&mut self) {
        let Some(visit) = self.path.last_mut() else { return };
        let reader = visit.id;
        let Some(input) = visit.left.pop() else {
            self.path.pop();
            let task = self.tasks.get_mut(&reader).expect("a block on the path is known");
            task.state = State::Waiting;
            if task.missing == 0 {
                let priority = priority_of(&self.plan, task);
                self.ready.push(reader, priority, false);
            }
            return;
        };
        match self.tasks.get_mut(&input) {
            Some(task) if task.state == State::Done => self.arrived(reader),
            Some(task) => task.waiters.push(reader),
            None => {
                let (layer, block) = self.plan.locate(input);
                match self.neighbours_of(layer) {
                    Some(size) => self.visit_neighbours(layer, &block, size),
                    None => self.visit(input, layer, block),
                }
                if let Some(task) = self.tasks.get_mut(&input) {
                    task.waiters.push(reader);
                }
            }
        }
    }
}

fn priority_of(plan: &Plan, task: &Task) -> i32 {
    plan.annotations(task.layer, &task.block).map_or(0, |annotations| annotations.priority)
}

/// Block ids are small dense numbers: one multiplication spreads them well enough.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}

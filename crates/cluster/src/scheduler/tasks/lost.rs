//! What becomes of blocks whose holders are gone.

use std::collections::HashMap;

use bramble_graph::BlockId;
use smallvec::SmallVec;

use super::{State, Tasks, Visit, note_fresh};
use crate::protocol::WorkerId;

/// What is lost with a worker and is to be done again.
pub(crate) struct Lost {
    /// What it was handed and has not made.
    pub(crate) under_way: Vec<u64>,
    /// What it alone had.
    pub(crate) made: Vec<u64>,
}

impl Tasks {
    /// Some holders of a block do not have it. Gives whether nobody does, and it is to be made again.
    pub(crate) fn lose_copies(&mut self, id: u64, workers: &[WorkerId]) -> bool {
        let Some(task) = self.known.get_mut(&id).filter(|task| task.state == State::Done) else {
            return false;
        };
        for &worker in task.holders.iter().filter(|holder| workers.contains(holder)) {
            note_fresh(&mut self.fresh, task, worker, false);
        }
        task.holders.retain(|holder| !workers.contains(holder));
        let is_lost = task.holders.is_empty();
        if is_lost {
            self.revive(id);
            self.look_again();
        }
        is_lost
    }

    /// A worker is gone with all that it held.
    pub(crate) fn lose_worker(&mut self, worker: WorkerId) -> Lost {
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
        for &id in &lost {
            self.revive(id);
        }
        self.look_again();
        Lost { under_way: given_back, made: lost }
    }

    /// A block that was made is to be made again.
    fn revive(&mut self, id: u64) {
        let (layer, block) = self.plan.locate(BlockId(id));
        let inputs = self.plan.inputs_of(layer, &block);
        let task = self.known.get_mut(&id).expect("a block that is revived is known");
        let is_outside = self.on_loan.contains(&id);
        task.revive(&inputs, is_outside);
        self.called_for.extend(is_outside.then_some(id));
        let left = self.in_order(inputs);
        self.path.push(Visit { id, left, again: true });
    }

    /// Finds anew who waits for what, after blocks were lost.
    pub(super) fn look_again(&mut self) {
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
            let mut missing = u32::from(task.is_outside);
            for &input in &task.inputs {
                if let Some(at) = unseen.iter().position(|&other| other == input) {
                    unseen.swap_remove(at);
                    missing += 1;
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
}

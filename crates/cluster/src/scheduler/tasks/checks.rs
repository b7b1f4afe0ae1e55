//! Whether all that is known of tasks fits together.

use std::collections::HashMap;

use bramble_graph::BlockId;

use super::{State, Tasks};
use crate::protocol::WorkerId;

impl Tasks {
    /// Bytes of blocks made of nothing that workers hold, without those that nobody was told of.
    pub(crate) fn fresh_held(&self) -> impl Iterator<Item = (WorkerId, i64)> {
        let sources = self.known.values().filter(|task| task.is_source);
        let held = sources
            .flat_map(|task| task.holders.iter().map(|&holder| (holder, i64::try_from(task.bytes).unwrap())));
        held.chain(self.fresh.iter().map(|&(worker, bytes)| (worker, -bytes)))
    }

    /// Checks that everything fits together.
    ///
    /// # Panics
    /// If something does not: a bug.
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

//! What becomes of blocks that nobody will read any more.

use bramble_graph::BlockId;
use smallvec::{SmallVec, smallvec};

use super::{Freed, State, Tasks, note_fresh};

impl Tasks {
    /// Gives up one use of a block. What nobody reads any more is not kept; nor is it made, if it was not begun, nor
    /// what is made for it alone.
    pub(super) fn release(&mut self, id: u64, freed: &mut Vec<Freed>) {
        let mut released: SmallVec<[BlockId; 4]> = smallvec![BlockId(id)];
        while let Some(BlockId(id)) = released.pop() {
            let Some(task) = self.known.get_mut(&id) else { continue };
            task.uses = task.uses.saturating_sub(1);
            if task.uses > 0 {
                continue;
            }
            match task.state {
                State::Done => self.forget(id, freed),
                State::Waiting | State::Ready => released.extend(self.drop_unbegun(id)),
                State::Expanding | State::Running(_) | State::Erred => {}
            }
        }
    }

    /// Forgets a block that was not begun. Gives what it would have read.
    fn drop_unbegun(&mut self, id: u64) -> SmallVec<[BlockId; 2]> {
        let Some(task) = self.known.remove(&id) else { return SmallVec::new() };
        self.ready.retain(|ready| ready != id);
        for input in &task.inputs {
            if let Some(input) = self.known.get_mut(&input.0) {
                input.waiters.retain(|waiter| *waiter != id);
            }
        }
        task.inputs
    }

    pub(super) fn forget(&mut self, id: u64, freed: &mut Vec<Freed>) {
        let Some(task) = self.known.remove(&id) else { return };
        for &holder in &task.holders {
            note_fresh(&mut self.fresh, &task, holder, false);
            freed.push((holder, id));
        }
    }
}

//! The blocks of a run that something still reads: in memory, and beyond a limit on disk.
//!
//! Blocks that functions of the language above read stay in memory: these take a block where it is.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bramble_array::Block;
use bramble_graph::BlockId;

use crate::inputs::Kept;
use crate::spill::{Limits, Stored};

/// See the module.
#[derive(Debug)]
pub(crate) struct Blocks {
    held: HashMap<BlockId, Held>,
    /// The blocks that may go to disk, by the order in which they were made.
    order: BTreeMap<u64, BlockId>,
    made: u64,
    /// Bytes in memory.
    resident: usize,
    /// Of these, bytes that are on their way to disk.
    leaving: usize,
    /// Bytes that tasks under way will make or read back.
    promised: usize,
    limits: Limits,
}

#[derive(Debug)]
enum Held {
    Memory {
        block: Block,
        number: u64,
    },
    /// Being written; readers still find it in memory.
    Leaving {
        block: Block,
    },
    Disk(Arc<Stored>),
}

impl Blocks {
    /// A store that holds at most about `limit` bytes in memory, for so many tasks at the same time.
    pub(crate) fn new(limit: usize, tasks: usize) -> Blocks {
        Blocks {
            held: HashMap::new(),
            order: BTreeMap::new(),
            made: 0,
            resident: 0,
            leaving: 0,
            promised: 0,
            limits: Limits::new(limit, tasks),
        }
    }

    /// Takes in a block; `may_leave` says whether it can go to disk.
    pub(crate) fn insert(&mut self, id: BlockId, block: Block, may_leave: bool) {
        let number = self.made;
        self.made += 1;
        self.resident += block.nbytes();
        if may_leave {
            self.order.insert(number, id);
        }
        self.held.insert(id, Held::Memory { block, number });
    }

    /// Forgets a block that nothing reads any more; what comes back may take time to drop.
    pub(crate) fn remove(&mut self, id: BlockId) -> Option<Kept> {
        match self.held.remove(&id)? {
            Held::Memory { block, number } => {
                self.order.remove(&number);
                self.resident -= block.nbytes();
                Some(Kept::Memory(block))
            }
            Held::Leaving { block } => {
                self.resident -= block.nbytes();
                self.leaving -= block.nbytes();
                Some(Kept::Memory(block))
            }
            Held::Disk(stored) => Some(Kept::Disk(stored)),
        }
    }

    /// A block that is in memory for certain, since it may not leave.
    ///
    /// # Panics
    /// When it is not here or not in memory.
    pub(crate) fn in_memory(&self, id: BlockId) -> &Block {
        match &self.held[&id] {
            Held::Memory { block, .. } | Held::Leaving { block } => block,
            Held::Disk(_) => unreachable!("a block that may not leave has left"),
        }
    }

    /// A block that a task reads.
    ///
    /// # Panics
    /// When it is not here.
    pub(crate) fn get(&self, id: BlockId) -> Kept {
        match &self.held[&id] {
            Held::Memory { block, .. } | Held::Leaving { block } => Kept::Memory(block.clone()),
            Held::Disk(stored) => Kept::Disk(Arc::clone(stored)),
        }
    }

    /// Whether nothing should be made until something has gone to disk.
    pub(crate) fn is_full(&self) -> bool {
        self.limits.is_full(self.resident, self.leaving)
    }

    /// Whether there is room for what another task makes and reads back, beside what those under way will.
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        self.limits.has_room(self.resident.saturating_add(self.promised), bytes)
    }

    /// Keeps room for what a task makes and reads back, until [`Blocks::end_promise`].
    pub(crate) fn promise(&mut self, bytes: usize) {
        self.promised = self.promised.saturating_add(bytes);
    }

    /// The task of a promise has ended.
    pub(crate) fn end_promise(&mut self, bytes: usize) {
        self.promised = self.promised.saturating_sub(bytes);
    }

    /// The blocks that should go to disk now. Each is to be answered with [`Blocks::settle`].
    pub(crate) fn take_leaving(&mut self) -> Vec<(BlockId, Block)> {
        let mut leaving = Vec::new();
        let target = self.limits.target();
        if self.resident - self.leaving <= target {
            return leaving;
        }
        let sizes = self.order.values().rev().map(|&id| self.in_memory(id).nbytes());
        let latest = self.limits.latest_that_stay(sizes);
        while self.resident - self.leaving > target {
            let Some((&number, &id)) = self.order.iter().nth_back(latest) else { break };
            self.order.remove(&number);
            let Some(held) = self.held.get_mut(&id) else { continue };
            let Held::Memory { block, .. } = held else { continue };
            let block = block.clone();
            self.leaving += block.nbytes();
            *held = Held::Leaving { block: block.clone() };
            leaving.push((id, block));
        }
        leaving
    }

    /// Notes that a block is on disk. One that was removed meanwhile is not missed.
    pub(crate) fn settle(&mut self, id: BlockId, stored: Stored) -> Option<Block> {
        let held = self.held.get_mut(&id)?;
        let Held::Leaving { block } = std::mem::replace(held, Held::Disk(Arc::new(stored))) else {
            unreachable!("only blocks that leave are stored")
        };
        self.resident -= block.nbytes();
        self.leaving -= block.nbytes();
        Some(block)
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) -> Vec<Kept> {
        let ids: Vec<BlockId> = self.held.keys().copied().collect();
        ids.into_iter().filter_map(|id| self.remove(id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use bramble_array::Chunk;

    use super::*;
    use crate::spill::Vault;

    fn block(value: f64) -> Block {
        Block::Chunk(Chunk::from_slice(&[10], &[value; 10]).unwrap())
    }

    fn filled(count: u64, limit: usize) -> Blocks {
        let mut blocks = Blocks::new(limit, 1);
        for id in 0..count {
            blocks.insert(BlockId(id), block(id as f64), true);
        }
        blocks
    }

    fn first(block: &Block) -> f64 {
        let Block::Chunk(chunk) = block else { panic!("not a chunk") };
        chunk.as_slice().unwrap()[0]
    }

    #[test]
    fn lets_those_go_that_are_read_last_but_for_the_latest() {
        // 20 blocks of 80 bytes; half of 2400 bytes are 15 of them.
        let mut blocks = filled(20, 2400);
        let leaving: Vec<u64> = blocks.take_leaving().iter().map(|(id, _)| id.0).collect();
        assert_eq!(leaving, [15, 14, 13, 12, 11]);
        assert!(blocks.take_leaving().is_empty());
        assert!(!blocks.is_full());
    }

    #[test]
    fn is_full_only_while_something_leaves() {
        let mut blocks = filled(20, 1000);
        assert!(!blocks.is_full());
        let leaving = blocks.take_leaving();
        assert!(blocks.is_full());
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let vault = Vault::create(folder.path()).unwrap();
        for (id, block) in leaving {
            blocks.settle(id, vault.store(&block, None).unwrap());
        }
        assert!(!blocks.is_full());
        let Kept::Disk(stored) = blocks.get(BlockId(15)) else { panic!("still in memory") };
        assert_eq!(first(&stored.load().unwrap()), 15.0);
        let Kept::Memory(block) = blocks.get(BlockId(0)) else { panic!("on disk") };
        assert_eq!(first(&block), 0.0);
    }

    #[test]
    fn has_room_beside_what_was_promised() {
        let mut blocks = filled(5, 1000);
        assert!(blocks.has_room(600));
        blocks.promise(400);
        assert!(blocks.has_room(200));
        assert!(!blocks.has_room(201));
        blocks.end_promise(400);
        assert!(blocks.has_room(600));
        assert!(!blocks.has_room(601));
    }

    #[test]
    fn forgets_what_is_removed_while_it_leaves() {
        let mut blocks = filled(20, 1000);
        let leaving = blocks.take_leaving();
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let vault = Vault::create(folder.path()).unwrap();
        for (id, block) in &leaving {
            assert!(blocks.remove(*id).is_some());
            assert!(blocks.settle(*id, vault.store(block, None).unwrap()).is_none());
        }
        assert_eq!(blocks.leaving, 0);
        assert_eq!(blocks.clear().len(), 20 - leaving.len());
        assert_eq!(blocks.resident, 0);
    }
}

//! What tasks read: blocks in memory and on disk.

use std::sync::Arc;

use bramble_array::{Block, Chunk, Window};
use bramble_graph::{Extent, ReadyTask};

use crate::TaskError;
use crate::prepare::Prepared;
use crate::spill::{SpillError, Stored};
use crate::task::chunk_of;

/// A block to read.
#[derive(Debug)]
pub(crate) enum Kept {
    Memory(Block),
    Disk(Arc<Stored>),
}

/// What a task reads.
pub(crate) enum Inputs {
    /// Blocks, all of them in memory by now.
    Loaded(Vec<Block>),
    /// What a change of chunks puts together, of which some is on disk: it reads parts.
    Parts(Vec<Kept>),
}

impl Kept {
    /// The block, read back if it is on disk.
    fn load(self) -> Result<Block, SpillError> {
        match self {
            Kept::Memory(block) => Ok(block),
            Kept::Disk(stored) => stored.load(),
        }
    }

    /// The shape of a chunk.
    pub(crate) fn shape(&self) -> Result<&[usize], TaskError> {
        match self {
            Kept::Memory(block) => Ok(chunk_of(block)?.shape()),
            Kept::Disk(stored) => stored.shape().ok_or(TaskError::WrongBlock { expected: "a chunk" }),
        }
    }

    /// Visits the parts of a block at `theirs` that have something of the box `ours`, with where they lie: the whole block
    /// if it is in memory.
    pub(crate) fn each_part(
        &self,
        theirs: &[Extent],
        ours: &[Extent],
        mut visit: impl FnMut(&Chunk, &[Extent]) -> Result<(), TaskError>,
    ) -> Result<(), TaskError> {
        let stored = match self {
            Kept::Memory(block) => return visit(chunk_of(block)?, theirs),
            Kept::Disk(stored) => stored,
        };
        let within: Vec<Extent> = theirs
            .iter()
            .zip(ours)
            .map(|(theirs, ours)| {
                let start = theirs.start.max(ours.start);
                let end = theirs.end().min(ours.end());
                Extent { start: start - theirs.start, length: end.saturating_sub(start) }
            })
            .collect();
        stored.each_part(&within, |part, at| {
            let shifted: Vec<Extent> = at
                .iter()
                .zip(theirs)
                .map(|(at, theirs)| Extent { start: theirs.start + at.start, length: at.length })
                .collect();
            visit(part, &shifted)
        })
    }
}

impl Inputs {
    /// Reads back what is on disk, unless the task reads parts of it.
    pub(crate) fn load(kept: Vec<Kept>, reads_parts: bool) -> Result<Inputs, TaskError> {
        if reads_parts && kept.iter().any(|kept| matches!(kept, Kept::Disk(_))) {
            return Ok(Inputs::Parts(kept));
        }
        Ok(Inputs::Loaded(kept.into_iter().map(Kept::load).collect::<Result<_, _>>()?))
    }

    /// Bytes that a task takes at most for what is on disk.
    pub(crate) fn room(kept: &[Kept], reads_parts: bool) -> usize {
        let stored = kept.iter().filter_map(|kept| match kept {
            Kept::Memory(_) => None,
            Kept::Disk(stored) => Some(stored),
        });
        if reads_parts {
            stored.map(|stored| stored.nbytes_of_part()).max().unwrap_or(0)
        } else {
            stored.map(|stored| stored.nbytes()).fold(0, usize::saturating_add)
        }
    }

    /// Makes the block of a task.
    pub(crate) fn execute(&self, prepared: &Prepared, task: &ReadyTask) -> Result<Block, TaskError> {
        match self {
            Inputs::Loaded(blocks) => prepared.execute(task.layer, &task.block, blocks),
            Inputs::Parts(kept) => Ok(Block::Chunk(prepared.gather(task.layer, &task.block, kept)?)),
        }
    }

    /// Makes the block of a task where it shall be.
    pub(crate) fn execute_into(
        &self,
        prepared: &Prepared,
        task: &ReadyTask,
        mut window: Window<'_>,
    ) -> Result<(), TaskError> {
        match self {
            Inputs::Loaded(blocks) => prepared.execute_into(task.layer, &task.block, blocks, window),
            Inputs::Parts(kept) => {
                window.push(prepared.gather(task.layer, &task.block, kept)?.bytes());
                Ok(())
            }
        }
    }
}

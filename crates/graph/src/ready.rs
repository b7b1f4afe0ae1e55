//! Blocks that can be made now, in the order in which they should be.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::BlockId;

/// So many blocks are compared by their priority. More would be a front as large as the graph.
const MOST_RANKED: usize = 10_000;

/// Blocks that can be made.
#[derive(Debug)]
pub(crate) enum Ready {
    /// The one that became ready last goes first, so that chains run to their end.
    Stack(Vec<BlockId>),
    /// The highest priority goes first.
    Ranked {
        /// All of them.
        heap: BinaryHeap<(Rank, BlockId)>,
        /// How many there have been.
        count: u64,
    },
}

/// Of equal priority those go first whose inputs were made last, and then those that read nothing, in the order in which
/// the walk found them: what was begun comes to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    priority: i32,
    woken: Option<u64>,
    found: Reverse<u64>,
}

impl Ready {
    /// Nothing yet.
    pub(crate) fn new(has_priorities: bool) -> Ready {
        if has_priorities {
            Ready::Ranked { heap: BinaryHeap::new(), count: 0 }
        } else {
            Ready::Stack(Vec::new())
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Ready::Stack(stack) => stack.is_empty(),
            Ready::Ranked { heap, .. } => heap.is_empty(),
        }
    }

    /// Whether the next block can't be told before more of them are known.
    pub(crate) fn wants_more(&self) -> bool {
        match self {
            Ready::Stack(stack) => stack.is_empty(),
            Ready::Ranked { heap, .. } => heap.len() < MOST_RANKED,
        }
    }

    /// Adds a block; `is_woken` if the last of its inputs has just been made.
    pub(crate) fn push(&mut self, id: BlockId, priority: i32, is_woken: bool) {
        match self {
            Ready::Stack(stack) => stack.push(id),
            Ready::Ranked { heap, count } => {
                *count += 1;
                let woken = is_woken.then_some(*count);
                heap.push((Rank { priority, woken, found: Reverse(*count) }, id));
            }
        }
    }

    /// The block that should be made next, if that follows from the order in which blocks became ready.
    pub(crate) fn peek(&self) -> Option<BlockId> {
        match self {
            Ready::Stack(stack) => stack.last().copied(),
            Ready::Ranked { .. } => None,
        }
    }

    /// Takes the block that should be made next.
    pub(crate) fn pop(&mut self) -> Option<BlockId> {
        match self {
            Ready::Stack(stack) => stack.pop(),
            Ready::Ranked { heap, .. } => heap.pop().map(|(_, id)| id),
        }
    }
}

//! A short chunk that repeats from end to end: a constant, or a row that is the same everywhere.

use bramble_graph::DType;

use super::{Feed, TILE};
use crate::{AlignedBuffer, ArrayError, Chunk, FeedError};

/// Holds so many copies of the chunk that a tile can begin anywhere in the first.
pub(super) struct Repeat {
    dtype: DType,
    /// Elements of the chunk.
    period: usize,
    copies: AlignedBuffer,
}

impl Repeat {
    /// Repeats a chunk over a block of so many elements.
    pub(super) fn new(chunk: &Chunk, elements: usize) -> Result<Repeat, ArrayError> {
        let (period, size) = (chunk.len(), chunk.dtype().size());
        let mut copies = AlignedBuffer::zeroed((period + TILE).min(elements) * size)?;
        let mut filled = copies.len().min(chunk.bytes().len());
        copies[..filled].copy_from_slice(&chunk.bytes()[..filled]);
        // What is there is doubled, so that a single element takes a dozen copies and not a thousand.
        while filled < copies.len() {
            let count = filled.min(copies.len() - filled);
            copies.copy_within(..count, filled);
            filled += count;
        }
        Ok(Repeat { dtype: chunk.dtype(), period, copies })
    }
}

impl Feed for Repeat {
    fn dtype(&self) -> DType {
        self.dtype
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError> {
        let size = self.dtype.size();
        Ok(&self.copies[start % self.period * size..][..length * size])
    }
}

//! Where programs read their operands from, a tile at a time.

use bramble_graph::DType;

use crate::{ArrayError, FeedError};

mod create;
mod fetch;
mod memory;
mod random;
mod repeat;
mod rows;
mod strided;
#[cfg(test)]
pub(crate) mod testing;

pub use create::create;
pub(crate) use fetch::fetch_all;
pub use memory::memory;
pub(crate) use rows::ABREAST;
pub use rows::Rows;

/// Most elements of a tile: few enough that a program's operands and registers stay in the first-level
/// cache, enough to make what is done once per tile cheap.
pub const TILE: usize = 1024;

/// A block that can be read piece by piece.
pub trait Feed: Send {
    /// Element type.
    fn dtype(&self) -> DType;

    /// The bytes of the elements `start .. start + length` of the block in row-major order, aligned for their
    /// type. `length` is at most [`TILE`]. Any order of calls works; ascending is the fast one.
    ///
    /// # Errors
    /// Whatever keeps the storage from reading.
    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError>;

    /// What of the block from an element on lies in memory in rows, if [`Feed::tile`] gives tiles within a row without a
    /// copy, and others not. The first row is the rest of the one that the element lies in.
    fn in_place(&self, _start: usize) -> Option<Rows<'_>> {
        None
    }

    /// Copies the whole block.
    ///
    /// # Errors
    /// Whatever keeps the storage from reading.
    fn read_all(&mut self, out: &mut [u8]) -> Result<(), FeedError> {
        let size = self.dtype().size();
        for (number, out) in out.chunks_mut(TILE * size).enumerate() {
            out.copy_from_slice(self.tile(number * TILE, out.len() / size)?);
        }
        Ok(())
    }
}

impl From<FeedError> for ArrayError {
    fn from(cause: FeedError) -> ArrayError {
        ArrayError::Feed(cause)
    }
}

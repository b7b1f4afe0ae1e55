//! Writing arrays.
//!
//! ```text
//! Session               a file or folder under a temporary name; commit() gives it its own
//!   └ ArrayWriter       takes the blocks of one array, from many threads at the same time
//! ```
//!
//! What gets other elements in some places is copied, and the copy is a session as any other.
//!
//! Architecture invariant: readers see a file as it was or as it shall be, never something in between. A session
//! that is dropped leaves nothing behind.

mod changed;
pub(crate) mod chunks;
mod npz;
mod npz_deflate;
mod place;
pub(crate) mod raw;

use bramble_array::Chunk;

use crate::{Span, StorageError};

pub use changed::{ChangedCopy, ChangedRaw};
pub use npz::{NpzArray, NpzFile};
pub(crate) use place::{Kind, Place};
pub(crate) use raw::file_of;
pub use raw::{RawFile, Stack, StackLayout};

/// An array under construction.
pub trait ArrayWriter: Send + Sync {
    /// Writes a block to a region: one span for each axis of the array, ascending. Blocks of one array may be written
    /// in many threads at the same time, each element once.
    ///
    /// # Errors
    /// [`StorageError::Region`] when the region does not fit the array or its chunks, and whatever keeps the store
    /// from writing.
    fn write(&self, region: &[Span], block: &Chunk) -> Result<(), StorageError>;
}

/// Something under construction that appears at its place when it is complete.
pub trait Session: Send + Sync {
    /// Puts it in its place. Nothing is written any more.
    ///
    /// # Errors
    /// Whatever keeps the store from writing; what was at the place before stays.
    fn commit(&self) -> Result<(), StorageError>;

    /// Takes away what is there of it. Nothing is written any more.
    fn abort(&self);
}

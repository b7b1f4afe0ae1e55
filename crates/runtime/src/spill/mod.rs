//! Blocks that memory has no room for, on disk.
//!
//! ```text
//! Spiller ── Vault ─┬─ ScratchFile   one nameless file; its space is used again
//!  a thread         ├─ codec         blocks as bytes, in LZ4 where that makes them shorter
//!                   └─ Pieces        chunks cut as a change of chunks reads them
//! Limits             which blocks go, and when
//! Larder             blocks of a worker, which it holds for others
//! ```
//!
//! The file has no name from the moment it is made: whatever ends the process, nothing stays behind.

mod codec;
mod extents;
mod folder;
mod larder;
mod limits;
mod pieces;
mod scratch_file;
mod spiller;
mod vault;

pub use folder::SpillError;
pub use larder::{Amounts, Fate, Larder, Pantry, Parcel};
pub(crate) use limits::Limits;
pub(crate) use spiller::Spiller;
pub use spiller::give_back;
pub(crate) use vault::{Stored, Vault};

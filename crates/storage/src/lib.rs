//! Readers and writers of chunked stores.
//!
//! ```text
//! ArrayStore            shape, dtype, chunks of something that is stored
//!   └ feed(region)      a Feed hands out the elements of one block, tile by tile or all at once
//! ```
//!
//! A feed reads and decodes in the thread that asks it, so as many chunks are decoded at the same time as there
//! are threads with a feed.
//!
//! Architecture invariant: while elements are read, no library with a lock of its own is called. HDF5 finds out
//! where a dataset's chunks lie, once; after that its files are read with positional reads and decoded here.
//! What cannot be decoded here (see [`hdf5`]) is the exception, and reads the same.

#[cfg_attr(not(feature = "hdf5"), expect(dead_code, reason = "HDF5 alone needs all of it"))]
mod codec;
mod direct_feed;
mod element;
mod error;
mod folder;
mod gather;
#[cfg(feature = "hdf5")]
pub mod hdf5;
mod identity;
mod memory;
mod raw;
mod region;
mod remote;
mod remote_raw;
mod scratch;
mod stack;
mod store;
mod swap;
mod write;
mod zarr;

pub use error::{ChunkProblem, StorageError, Subject};
pub use memory::{MemoryStore, SharedBytes};
pub use raw::RawStore;
pub use region::Span;
pub use remote::{Described, RemoteObject, is_remote, remove as remove_objects, upload as upload_objects};
pub use remote_raw::RemoteRaw;
pub use stack::StackStore;
pub use store::ArrayStore;
pub use write::{
    ArrayWriter, ChangedCopy, ChangedRaw, NpzArray, NpzFile, RawFile, Session, Stack, StackLayout,
};
pub use zarr::{ChangedZarr, ZarrStore, ZarrWriter};

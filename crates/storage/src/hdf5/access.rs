//! How the elements of a dataset are reached.

use std::sync::Arc;

use super::{filter::Pipeline, index::ChunkIndex};
use crate::MemoryStore;

/// Found out when a dataset is read for the first time.
pub(super) enum Access {
    /// The elements lie in one piece of the file, if they were ever written.
    Contiguous { address: Option<u64> },
    /// The elements lie in chunks.
    Chunked(Arc<Chunked>),
    /// The elements were in the dataset's header, and are now in memory.
    Memory(MemoryStore),
    /// Only the library can read them.
    Library,
}

/// Where the chunks lie, and what was done to them.
pub(super) struct Chunked {
    pub(super) index: ChunkIndex,
    pub(super) pipeline: Pipeline,
}

//! Arrays in Zarr's format, versions 2 and 3.
//!
//! ```text
//! ZarrStore               a file for each chunk, or for each shard of chunks
//!   └ ChunkFeed           reads and decodes each chunk once, in the thread that asks
//! ZarrWriter              encodes chunks in the threads that bring them; each is a file of its own
//! ChangedZarr             replaces files of an array that is there
//! ```
//!
//! What the metadata says comes with the graph: JSON is read where shapes and dtypes are settled.

mod blosc;
mod changed;
mod codecs;
mod destination;
mod encode;
mod feed;
mod shard;
mod store;
mod writer;

pub use changed::ChangedZarr;
pub use store::ZarrStore;
pub use writer::ZarrWriter;

//! HDF5 files.
//!
//! ```text
//! File                      names, groups, links, attributes: through the HDF5 library, under its lock
//!   └ Hdf5Dataset           what is known of a dataset; open_dataset() finds it again cheaply
//!       └ Access            where its elements lie: an address, or an index of its chunks, made once
//!           └ a feed        positional reads of the file's own descriptor and decoding, without the library
//! ```
//!
//! Contiguous, compact and chunked layouts with gzip, shuffle, fletcher32 and lzf are read that way. Other layouts
//! (external, virtual) and filters (scaleoffset, nbit) are read by the library, a block at a time. Of files behind URLs the
//! library reads through a driver of ours, and feeds by ranges.

mod access;
mod dataset;
mod decoded_feed;
mod direct;
mod driver;
mod file;
mod filter;
mod index;
mod library;
mod library_feed;
mod nearest;
mod registry;
mod remote_file;
mod shared_file;
mod write;

pub use dataset::Hdf5Dataset;
pub use file::{File, Object};
pub use filter::Filter;
pub use library::{AttributeValue, Layout};
pub use registry::open_dataset;
pub use write::{
    ChangedDataset, DatasetWriter, Encoding, ExampleDataset, NewAttribute, NewDataset, Session, write_example,
};

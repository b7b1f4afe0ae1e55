//! Writing HDF5 files.
//!
//! ```text
//! Session                 a file under a temporary name: new, or a copy of the one that gets a dataset more
//!   ├ DatasetWriter       encodes chunks in the threads that bring them; one thread at a time stores them
//!   └ ChangedDataset      a dataset that is there already: the library puts elements where they belong
//! ```
//!
//! HDF5 has no transactions: a file that is being written to when its process ends may be lost as a whole. So nobody's
//! file is written to; what is written to is a copy, which takes the file's name in the end.

mod attribute;
mod changed;
mod encode;
mod example;
mod session;
mod writer;

pub use attribute::NewAttribute;
pub use changed::ChangedDataset;
pub use encode::Encoding;
pub use example::{ExampleDataset, write_example};
pub use session::{NewDataset, Session};
pub use writer::DatasetWriter;

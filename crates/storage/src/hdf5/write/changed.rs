//! A dataset that is there and gets other elements in some places.

use std::sync::Arc;

use bramble_array::Chunk;

use super::Session;
use crate::{
    ArrayWriter, Span, StorageError,
    hdf5::library::{self, Found},
    region::check_region,
};

/// Takes blocks for any places of a dataset. The library writes them, one at a time, for it knows how to change a part
/// of an encoded chunk.
pub struct ChangedDataset {
    session: Arc<Session>,
    /// Its number among the session's.
    number: usize,
    name: String,
    found: Found,
    shape: Vec<u64>,
}

impl ChangedDataset {
    pub(super) fn new(
        session: Arc<Session>,
        number: usize,
        name: String,
        found: Found,
        shape: Vec<u64>,
    ) -> ChangedDataset {
        ChangedDataset { session, number, name, found, shape }
    }
}

impl ArrayWriter for ChangedDataset {
    fn write(&self, region: &[Span], block: &Chunk) -> Result<(), StorageError> {
        if check_region(region, &self.shape, self.found.element.dtype.size())? == 0 {
            return Ok(());
        }
        let library = self.session.library();
        let Some(library) = library.as_ref() else { return Err(self.session.is_over(&self.name)) };
        library::write_region(&library.datasets[self.number], self.found, region, block.bytes())
            .map_err(|error| self.session.failed(&self.name, &error))
    }
}

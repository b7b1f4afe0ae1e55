//! A dataset under construction.

use std::sync::Arc;

use bramble_array::Chunk;
use hdf5_metno::h5check;
use hdf5_metno_sys::{h5d::H5Dwrite_chunk, h5p::H5P_DEFAULT};

use super::{NewDataset, Session};
use crate::{
    ArrayWriter, Span, StorageError,
    region::check_region,
    write::{chunks, raw},
};

/// Takes the blocks of a new dataset.
pub struct DatasetWriter {
    session: Arc<Session>,
    /// Its number among the session's.
    number: usize,
    /// Where the elements lie, if they lie in the file as they are.
    address: Option<u64>,
    new: NewDataset,
}

impl DatasetWriter {
    pub(super) fn new(
        session: Arc<Session>,
        number: usize,
        address: Option<u64>,
        new: NewDataset,
    ) -> DatasetWriter {
        DatasetWriter { session, number, address, new }
    }

    /// Encodes and stores one chunk, given its number along each axis and all of its elements, those behind the edge
    /// of the dataset included.
    pub(super) fn write_chunk(
        &self,
        at: &[u64],
        chunks: &[u64],
        elements: &[u8],
    ) -> Result<(), StorageError> {
        let (at, chunks) = (self.new.of_elements(at), self.new.of_elements(chunks));
        let offset: Vec<u64> = at.iter().zip(chunks).map(|(&at, &length)| at * length).collect();
        self.new.encoding.encode(elements, self.new.element_size(), |stored| self.store(&offset, stored))
    }

    fn store(&self, offset: &[u64], stored: &[u8]) -> Result<(), StorageError> {
        let library = self.session.library();
        let Some(library) = library.as_ref() else { return Err(self.session.is_over(&self.new.name)) };
        let dataset = &library.datasets[self.number];
        hdf5_metno::sync::sync(|| {
            // SAFETY: the dataset has as many axes as the offset, and there are as many bytes as the length says.
            h5check(unsafe {
                H5Dwrite_chunk(
                    dataset.id(),
                    H5P_DEFAULT,
                    0,
                    offset.as_ptr(),
                    stored.len(),
                    stored.as_ptr().cast(),
                )
            })
            .map(drop)
        })
        .map_err(|error| self.session.failed(&self.new.name, &error))
    }

    /// Writes elements to where they lie.
    fn write_plain(&self, region: &[Span], count: usize, block: &Chunk) -> Result<(), StorageError> {
        let address = self.address.ok_or_else(|| self.session.is_over(&self.new.name))?;
        let walk = raw::walk(region, &self.new.shape);
        raw::write_pieces(&self.session.descriptor, address, &walk, count, block)
            .map_err(|error| self.session.failed_io(error))
    }
}

impl ArrayWriter for DatasetWriter {
    fn write(&self, region: &[Span], block: &Chunk) -> Result<(), StorageError> {
        let count = check_region(region, &self.new.shape, self.new.dtype.size())?;
        if count == 0 {
            return Ok(());
        }
        match &self.new.chunks {
            Some(chunks) => chunks::each(region, &self.new.shape, chunks, block, |at, elements| {
                self.write_chunk(at, chunks, elements.bytes())
            }),
            None => self.write_plain(region, count, block),
        }
    }
}

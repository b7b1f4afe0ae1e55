//! An array that is written.

use bramble_array::Chunk;
use bramble_graph::{DType, NewZarr};

use super::{destination::Destination, encode, store::name_of};
use crate::{
    ArrayWriter, Session, Span, StorageError, element::Element, region::check_region, write::chunks,
};

/// Takes the blocks of a new array. On disk its folder appears when it is complete; under a URL its metadata, without
/// which it is none.
pub struct ZarrWriter {
    destination: Destination,
    new: NewZarr,
    element: Element,
    shape: Vec<u64>,
    /// Elements of a file along each axis.
    files: Vec<u64>,
}

impl ZarrWriter {
    /// Begins an array.
    ///
    /// # Errors
    /// The path cannot be written to, or something is there that must not be replaced.
    pub fn create(new: NewZarr, dtype: DType, shape: Vec<u64>) -> Result<ZarrWriter, StorageError> {
        let destination = Destination::begin(&new)?;
        let files = encode::file_lengths(&new.array);
        let element = Element { dtype, big_endian: new.array.big_endian };
        Ok(ZarrWriter { destination, new, element, shape, files })
    }

    /// Encodes and stores one file.
    fn write_file(&self, at: &[u64], elements: Chunk) -> Result<(), StorageError> {
        let bytes = encode::file(&self.new.array, self.element, &elements)?;
        drop(elements);
        self.destination.put(&name_of(&self.new.array, at), &bytes)
    }
}

impl ArrayWriter for ZarrWriter {
    fn write(&self, region: &[Span], block: &Chunk) -> Result<(), StorageError> {
        if check_region(region, &self.shape, self.element.dtype.size())? == 0 {
            return Ok(());
        }
        chunks::each(region, &self.shape, &self.files, block, |at, elements| self.write_file(at, elements))
    }
}

impl Session for ZarrWriter {
    fn commit(&self) -> Result<(), StorageError> {
        self.destination.commit(&self.new)
    }

    fn abort(&self) {
        self.destination.abort();
    }
}

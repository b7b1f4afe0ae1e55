//! An array that is written.

use std::path::PathBuf;

use bramble_array::{Chunk, permute};
use bramble_graph::{DType, NewZarr};

use super::{codecs, destination::Destination, shard, store::name_of};
use crate::{
    ArrayWriter, Session, Span, StorageError, element::Element, region::check_region, swap, write::chunks,
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
        let counts = new.array.shards.as_ref().map(|shards| &shards.counts);
        let chunks = new.array.chunks.iter().enumerate();
        let files = chunks.map(|(axis, &length)| length * counts.map_or(1, |counts| counts[axis])).collect();
        let element = Element { dtype, big_endian: new.array.big_endian };
        Ok(ZarrWriter { destination, new, element, shape, files })
    }

    /// Encodes and stores one file.
    fn write_file(&self, at: &[u64], elements: Chunk) -> Result<(), StorageError> {
        let bytes = match &self.new.array.shards {
            None => self.encode(&elements)?,
            Some(shards) => {
                let whole: Vec<Span> = self.files.iter().map(|&length| Span::all(length)).collect();
                let mut encoded = Vec::with_capacity(shard::count(shards));
                chunks::each(&whole, &self.files, &self.new.array.chunks, &elements, |_, chunk| {
                    encoded.push(Some(self.encode(&chunk)?));
                    Ok(())
                })?;
                shard::write(shards, &encoded)
            }
        };
        drop(elements);
        self.destination.put(&name_of(&self.new.array, at), &bytes)
    }

    fn encode(&self, chunk: &Chunk) -> Result<Vec<u8>, StorageError> {
        let ordered = permute(chunk, &self.new.array.order)
            .map_err(|error| StorageError::Region { problem: error.to_string() })?;
        let mut bytes = ordered.bytes().to_vec();
        swap::to_memory(self.element, &mut bytes);
        codecs::encode(&self.new.array.codecs, bytes).map_err(|problem| StorageError::Unwritable {
            file: PathBuf::from(&self.new.array.path),
            dataset: "/".into(),
            problem: problem.to_string(),
        })
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

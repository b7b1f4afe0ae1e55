//! An array that is written.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bramble_array::{Chunk, permute};
use bramble_graph::{DType, NewZarr, TextFile};

use super::{codecs, shard, store::file_of};
use crate::{
    ArrayWriter, Session, Span, StorageError,
    element::Element,
    region::check_region,
    swap,
    write::{Kind, Place, chunks},
};

/// Takes the blocks of a new array. Its folder appears when it is complete.
pub struct ZarrWriter {
    place: Place,
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
        let place = Place::new(Path::new(&new.array.path), Kind::Folder, new.overwrite)?;
        for TextFile { path, text } in &new.metadata {
            fs::write(place.temporary().join(path), text).map_err(|error| place.failed(error))?;
        }
        let counts = new.array.shards.as_ref().map(|shards| &shards.counts);
        let chunks = new.array.chunks.iter().enumerate();
        let files = chunks.map(|(axis, &length)| length * counts.map_or(1, |counts| counts[axis])).collect();
        let element = Element { dtype, big_endian: new.array.big_endian };
        Ok(ZarrWriter { place, new, element, shape, files })
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
        let path = file_of(&self.new.array, self.place.temporary(), at);
        self.store(&path, &bytes).map_err(|error| self.place.failed(error))
    }

    fn store(&self, path: &Path, bytes: &[u8]) -> Result<(), std::io::Error> {
        match fs::write(path, bytes) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let folder =
                    path.parent().map_or_else(|| self.place.temporary().to_path_buf(), PathBuf::from);
                fs::create_dir_all(folder)?;
                fs::write(path, bytes)
            }
            written => written,
        }
    }

    fn encode(&self, chunk: &Chunk) -> Result<Vec<u8>, StorageError> {
        let ordered = permute(chunk, &self.new.array.order)
            .map_err(|error| StorageError::Region { problem: error.to_string() })?;
        let mut bytes = ordered.bytes().to_vec();
        swap::to_memory(self.element, &mut bytes);
        codecs::encode(&self.new.array.codecs, bytes).map_err(|problem| StorageError::Unwritable {
            file: self.place.path().to_path_buf(),
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
        for TextFile { path, text } in &self.new.groups {
            if !Path::new(path).exists() {
                fs::write(path, text).map_err(|error| self.place.failed(error))?;
            }
        }
        self.place.commit()
    }

    fn abort(&self) {
        self.place.abort();
    }
}

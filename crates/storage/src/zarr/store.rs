//! An array that is read.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use bramble_array::{AlignedBuffer, Chunk, Feed, Shape, permute};
use bramble_graph::{DType, Zarr};

use super::{
    codecs::{self, take},
    feed::ChunkFeed,
    shard::{self, Place},
};
use crate::{
    ArrayStore, ChunkProblem, Span, StorageError, element::Element, folder::Folder, region::check_region,
    remote::Described, swap,
};

/// How many indices of shards are kept.
const KEPT_INDICES: usize = 256;

/// Where each chunk of a shard lies.
struct Index {
    places: Vec<Option<Place>>,
    file: Described,
}

/// An array in Zarr's format, open for reading.
pub struct ZarrStore {
    inner: Arc<Inner>,
}

/// What the store and its feeds share.
pub(super) struct Inner {
    pub(super) zarr: Zarr,
    folder: Folder,
    pub(super) element: Element,
    pub(super) shape: Vec<u64>,
    /// Value of elements whose chunk is not there, as it is in memory.
    pub(super) fill: Vec<u8>,
    /// Indices of shards by their files, `None` for files that are not there.
    indices: Mutex<HashMap<String, Option<Arc<Index>>>>,
}

impl ZarrStore {
    /// The array in a folder, or under a URL.
    ///
    /// # Errors
    /// [`StorageError::FileMissing`] when the folder is gone, [`StorageError::OutOfMemory`].
    pub fn open(zarr: Zarr, dtype: DType, shape: Vec<u64>) -> Result<ZarrStore, StorageError> {
        let folder = Folder::open(&zarr.path)?;
        let fill = Chunk::from_scalar(dtype, zarr.fill)
            .map_err(|_| StorageError::OutOfMemory { bytes: dtype.size() as u64 })?;
        let inner = Inner {
            element: Element { dtype, big_endian: zarr.big_endian },
            fill: fill.bytes().to_vec(),
            folder,
            zarr,
            shape,
            indices: Mutex::new(HashMap::new()),
        };
        Ok(ZarrStore { inner: Arc::new(inner) })
    }

    pub(super) fn into_inner(self) -> Arc<Inner> {
        self.inner
    }
}

impl ArrayStore for ZarrStore {
    fn dtype(&self) -> DType {
        self.inner.element.dtype
    }

    fn shape(&self) -> &[u64] {
        &self.inner.shape
    }

    fn chunks(&self) -> Option<&[u64]> {
        Some(&self.inner.zarr.chunks)
    }

    fn is_decoded(&self) -> bool {
        true
    }

    fn feed(&self, region: &[Span]) -> Result<Box<dyn Feed>, StorageError> {
        let length = check_region(region, &self.inner.shape, self.inner.element.dtype.size())?;
        Ok(Box::new(ChunkFeed::new(Arc::clone(&self.inner), region, length)))
    }
}

impl Inner {
    /// Elements of the chunk of this number, in row-major order, if it is there.
    pub(super) fn decode(&self, number: u64) -> Result<Option<Vec<u8>>, StorageError> {
        self.decode_at(&self.coordinates(number))
    }

    /// As [`Inner::decode`], by the number along each axis, which may lie behind the edge of the array in a shard.
    pub(super) fn decode_at(&self, at: &[u64]) -> Result<Option<Vec<u8>>, StorageError> {
        let Some(stored) = self.read(at)? else { return Ok(None) };
        let lengths: Result<Shape, _> = self.zarr.chunks.iter().map(|&n| usize::try_from(n)).collect();
        let lengths = lengths.map_err(|_| StorageError::OutOfMemory { bytes: u64::MAX })?;
        let size = self.element.dtype.size();
        let bytes = lengths.iter().try_fold(size, |bytes, &length| bytes.checked_mul(length));
        let bytes = bytes.ok_or(StorageError::OutOfMemory { bytes: u64::MAX })?;
        let problem = |problem| self.bad_chunk(at, problem);
        let mut decoded = codecs::decode(&self.zarr.codecs, stored, bytes).map_err(problem)?;
        swap::to_memory(self.element, &mut decoded);
        self.in_order(decoded, &lengths).map(Some)
    }

    /// Puts the axes of a chunk in order.
    fn in_order(&self, decoded: Vec<u8>, lengths: &[usize]) -> Result<Vec<u8>, StorageError> {
        let order = &self.zarr.order;
        if order.is_sorted() {
            return Ok(decoded);
        }
        let stored: Shape = order.iter().map(|&axis| lengths[axis as usize]).collect();
        let back: Vec<u32> = (0..)
            .zip(order)
            .map(|(axis, _)| (0..).zip(order).find(|(_, from)| **from == axis).map_or(0, |(at, _)| at))
            .collect();
        let ordered = AlignedBuffer::copy_of(&decoded)
            .and_then(|bytes| Chunk::new(self.element.dtype, &stored, bytes))
            .and_then(|chunk| permute(&chunk, &back));
        let ordered = ordered.map_err(|error| StorageError::Region { problem: error.to_string() })?;
        Ok(ordered.bytes().to_vec())
    }

    /// The stored bytes of a chunk.
    fn read(&self, at: &[u64]) -> Result<Option<Vec<u8>>, StorageError> {
        let Some(shards) = &self.zarr.shards else {
            return self.folder.read(&name_of(&self.zarr, at));
        };
        let outer: Vec<u64> = at.iter().zip(&shards.counts).map(|(&at, &count)| at / count).collect();
        let inner =
            at.iter().zip(&shards.counts).fold(0, |number, (&at, &count)| number * count + at % count);
        let name = name_of(&self.zarr, &outer);
        let Some(index) = self.index(&name, at)? else { return Ok(None) };
        let place = usize::try_from(inner).ok().and_then(|inner| index.places.get(inner).copied().flatten());
        let Some(Place { offset, length }) = place else { return Ok(None) };
        let size = index.file.size;
        match offset.checked_add(length) {
            Some(end) if end <= size => {}
            end => {
                let end = end.unwrap_or(u64::MAX);
                return Err(self.bad_chunk(at, ChunkProblem::BehindTheEnd { end, size }));
            }
        }
        let length = usize::try_from(length).map_err(|_| StorageError::OutOfMemory { bytes: length })?;
        let mut bytes = take(length).map_err(|problem| self.bad_chunk(at, problem))?;
        self.folder.read_at(&name, &index.file, offset, &mut bytes)?;
        Ok(Some(bytes))
    }

    /// The index of a shard, read once.
    fn index(&self, name: &str, at: &[u64]) -> Result<Option<Arc<Index>>, StorageError> {
        let known = self.indices.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(index) = known {
            return Ok(index);
        }
        let index = self.read_index(name, at)?.map(Arc::new);
        let mut indices = self.indices.lock().unwrap_or_else(PoisonError::into_inner);
        if indices.len() >= KEPT_INDICES {
            indices.clear();
        }
        indices.insert(name.to_owned(), index.clone());
        Ok(index)
    }

    /// Forgets where the chunks of a shard lie: it is another file now.
    pub(super) fn forget(&self, name: &str) {
        self.indices.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    fn read_index(&self, name: &str, at: &[u64]) -> Result<Option<Index>, StorageError> {
        let Some(shards) = &self.zarr.shards else { return Ok(None) };
        let Some(file) = self.folder.describe(name)? else { return Ok(None) };
        let (size, length) = (file.size, shard::index_length(shards));
        if (length as u64) > size {
            return Err(self.bad_chunk(at, ChunkProblem::BehindTheEnd { end: length as u64, size }));
        }
        let offset = if shards.index_at_end { size - length as u64 } else { 0 };
        let mut bytes = take(length).map_err(|problem| self.bad_chunk(at, problem))?;
        self.folder.read_at(name, &file, offset, &mut bytes)?;
        let places = shard::read_index(shards, &bytes).map_err(|problem| self.bad_chunk(at, problem))?;
        Ok(Some(Index { places, file }))
    }

    pub(super) fn bad_chunk(&self, at: &[u64], problem: ChunkProblem) -> StorageError {
        StorageError::Chunk {
            file: PathBuf::from(&self.zarr.path),
            dataset: "/".into(),
            chunk: at.to_vec(),
            problem,
        }
    }

    /// Number of a chunk along each axis.
    fn coordinates(&self, mut number: u64) -> Vec<u64> {
        let lengths = self.shape.iter().zip(&self.zarr.chunks);
        let mut at: Vec<u64> = lengths.map(|(&length, &chunk)| length.div_ceil(chunk).max(1)).collect();
        for count in at.iter_mut().rev() {
            let chunks = *count;
            *count = number % chunks;
            number /= chunks;
        }
        at
    }
}

/// The file of a chunk, or of a shard, in its folder.
pub(super) fn name_of(zarr: &Zarr, at: &[u64]) -> String {
    let numbers: Vec<String> = at.iter().map(u64::to_string).collect();
    match (zarr.prefix, numbers.is_empty()) {
        (true, true) => "c".to_owned(),
        (true, false) => format!("c{0}{1}", zarr.separator, numbers.join(&zarr.separator)),
        (false, true) => "0".to_owned(),
        (false, false) => numbers.join(&zarr.separator),
    }
}

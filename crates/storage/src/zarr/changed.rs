//! An array that is there and gets other elements in some places.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use bramble_array::{Chunk, Region, copy_region, to_shape};
use bramble_graph::{DType, Zarr};

use super::{
    encode,
    store::{Inner, ZarrStore, name_of},
};
use crate::{
    ArrayWriter, ChangedCopy, Span, StorageError,
    element::Element,
    region::{Piece, Walk, check_region, in_memory},
    swap::fill,
    write::chunks,
};

/// Files that are changed at the same time by several threads; more share a lock.
const LOCKS: usize = 64;

/// Takes blocks for any places of an array. A file, which is a chunk or a shard, is read, changed and replaced.
pub struct ChangedZarr {
    copy: Arc<ChangedCopy>,
    /// The array in the copy.
    inner: Arc<Inner>,
    /// Elements of a file along each axis.
    files: Vec<u64>,
    /// Held while a file is changed.
    locks: [Mutex<()>; LOCKS],
}

impl ChangedZarr {
    /// The array in a copy of its folder.
    ///
    /// # Errors
    /// [`StorageError::OutOfMemory`].
    pub fn open(
        copy: Arc<ChangedCopy>,
        zarr: &Zarr,
        dtype: DType,
        shape: Vec<u64>,
    ) -> Result<ChangedZarr, StorageError> {
        let path = copy.place.temporary().to_string_lossy().into_owned();
        let inner = ZarrStore::open(Zarr { path, ..zarr.clone() }, dtype, shape)?.into_inner();
        let files = encode::file_lengths(zarr);
        Ok(ChangedZarr { copy, inner, files, locks: [const { Mutex::new(()) }; LOCKS] })
    }

    fn element(&self) -> Element {
        self.inner.element
    }

    /// Puts pieces of a block into the file of this number.
    fn change(&self, number: u64, pieces: &[Piece], block: &Chunk) -> Result<(), StorageError> {
        let lock = &self.locks[in_memory(number % LOCKS as u64)];
        let _held = lock.lock().unwrap_or_else(PoisonError::into_inner);
        let at = self.coordinates(number);
        let taken: u64 = pieces.iter().map(|piece| piece.count as u64).sum();
        let is_whole = taken == self.elements_of(&at);
        let mut elements = if is_whole { self.blank()? } else { self.read(&at)? };
        let size = self.element().dtype.size();
        let out = elements.bytes_mut().unwrap_or_else(|| unreachable!("nobody shares a chunk just made"));
        for piece in pieces {
            put(out, piece, size, &block.bytes()[piece.at * size..][..piece.count * size]);
        }
        let bytes = encode::file(&self.inner.zarr, self.element(), &elements)?;
        let name = name_of(&self.inner.zarr, &at);
        replace(&self.copy.place.temporary().join(&name), &bytes)
            .map_err(|error| self.copy.place.failed(error))?;
        self.inner.forget(&name);
        Ok(())
    }

    /// The elements that a file has now.
    fn read(&self, at: &[u64]) -> Result<Chunk, StorageError> {
        let mut elements = self.blank()?;
        let chunk_shape = &self.inner.zarr.chunks;
        let whole: Vec<Span> = self.files.iter().map(|&length| Span::all(length)).collect();
        let failed = |error: bramble_array::ArrayError| StorageError::Region { problem: error.to_string() };
        let shape = to_shape(&self.files).map_err(failed)?;
        let lengths = to_shape(chunk_shape).map_err(failed)?;
        let origin = to_shape(&vec![0; lengths.len()]).map_err(failed)?;
        for inside in chunks::numbers(&whole, &self.files, chunk_shape)? {
            let per_file = self.files.iter().zip(chunk_shape).map(|(&file, &chunk)| file / chunk);
            let number: Vec<u64> = at
                .iter()
                .zip(per_file)
                .zip(&inside)
                .map(|((&at, count), &inside)| at * count + inside)
                .collect();
            let Some(decoded) = self.inner.decode_at(&number)? else { continue };
            let chunk = bramble_array::AlignedBuffer::copy_of(&decoded)
                .and_then(|bytes| Chunk::new(self.element().dtype, &lengths, bytes))
                .map_err(failed)?;
            let starts: Vec<u64> = inside.iter().zip(chunk_shape).map(|(&at, &length)| at * length).collect();
            let start = to_shape(&starts).map_err(failed)?;
            let out = elements.bytes_mut().unwrap_or_else(|| unreachable!("nobody shares a chunk just made"));
            copy_region(&chunk, &origin, &lengths, out, Region { shape: &shape, start: &start })
                .map_err(failed)?;
        }
        Ok(elements)
    }

    /// A file's elements before anything was written.
    fn blank(&self) -> Result<Chunk, StorageError> {
        let failed = |error: bramble_array::ArrayError| StorageError::Region { problem: error.to_string() };
        let shape = to_shape(&self.files).map_err(failed)?;
        let mut elements = Chunk::zeroed(self.element().dtype, &shape).map_err(failed)?;
        if let Some(bytes) = elements.bytes_mut() {
            fill(bytes, &self.inner.fill);
        }
        Ok(elements)
    }

    /// How many elements of the array lie in a file.
    fn elements_of(&self, at: &[u64]) -> u64 {
        let axes = at.iter().zip(&self.files).zip(&self.inner.shape);
        axes.map(|((&at, &file), &length)| file.min(length - at * file)).product()
    }

    /// Number of a file along each axis.
    fn coordinates(&self, mut number: u64) -> Vec<u64> {
        let lengths = self.inner.shape.iter().zip(&self.files);
        let mut at: Vec<u64> = lengths.map(|(&length, &file)| length.div_ceil(file).max(1)).collect();
        for count in at.iter_mut().rev() {
            let files = *count;
            *count = number % files;
            number /= files;
        }
        at
    }
}

impl ArrayWriter for ChangedZarr {
    fn write(&self, region: &[Span], block: &Chunk) -> Result<(), StorageError> {
        let count = check_region(region, &self.inner.shape, self.element().dtype.size())?;
        let mut files: BTreeMap<u64, Vec<Piece>> = BTreeMap::new();
        Walk::new(region, &self.inner.shape, &self.files).pieces(0, count, |piece| {
            files.entry(piece.chunk).or_default().push(piece);
            Ok::<_, StorageError>(())
        })?;
        files.iter().try_for_each(|(&number, pieces)| self.change(number, pieces, block))
    }
}

/// Puts evenly spaced elements in their places.
fn put(out: &mut [u8], piece: &Piece, size: usize, elements: &[u8]) {
    let span = Span { start: piece.offset, step: piece.step, count: piece.count as u64 };
    if span.step == 1 || span.count == 1 {
        out[in_memory(span.start) * size..][..elements.len()].copy_from_slice(elements);
        return;
    }
    for (index, element) in (0..span.count).zip(elements.chunks_exact(size)) {
        out[in_memory(span.at(index)) * size..][..size].copy_from_slice(element);
    }
}

/// Gives a file other bytes. The old file has another name still, under which it stays what it was.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), std::io::Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    if let Err(error) = fs::remove_file(path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Err(error);
    }
    fs::write(path, bytes)
}

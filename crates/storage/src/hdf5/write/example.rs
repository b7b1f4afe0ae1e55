//! A file made from nothing, for those who have none yet.

use std::{
    num::NonZeroUsize,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use bramble_graph::DType;

use super::{DatasetWriter, Encoding, NewDataset, Session};
use crate::{StorageError, scratch::Scratch, write::Session as _};

/// A two-dimensional `float64` dataset, with shuffle and gzip.
#[derive(Clone, Debug)]
pub struct ExampleDataset {
    /// Its absolute path in the file; groups on the way are made.
    pub name: String,
    /// Number of elements along each axis.
    pub shape: [u64; 2],
    /// Elements of a chunk along each axis.
    pub chunks: [u64; 2],
    /// Level of compression, 0 to 9.
    pub level: u8,
}

/// Writes a file with one dataset. `content` fills one chunk, given its number along each axis and room for all of its
/// elements in row-major order, those behind the edge of the dataset included; it is called in several threads. The
/// file appears at its path when it is complete.
///
/// # Errors
/// The path cannot be written to, the dataset contradicts itself, or the disk is full. Nothing is left behind then.
pub fn write_example(
    path: &Path,
    example: &ExampleDataset,
    content: impl Fn([u64; 2], &mut [f64]) + Sync,
) -> Result<(), StorageError> {
    let session = Arc::new(Session::begin(path)?);
    let writer = session.create(NewDataset {
        name: example.name.clone(),
        dtype: DType::Float64,
        is_complex: false,
        shape: example.shape.to_vec(),
        chunks: Some(example.chunks.to_vec()),
        encoding: Encoding { shuffle: true, gzip: Some(example.level), fletcher32: false },
        attributes: Vec::new(),
        overwrite: true,
    })?;
    write_chunks(&writer, example, &content)?;
    session.commit()
}

/// Encodes chunks in all threads; whoever has one ready stores it.
fn write_chunks(
    writer: &DatasetWriter,
    example: &ExampleDataset,
    content: &(impl Fn([u64; 2], &mut [f64]) + Sync),
) -> Result<(), StorageError> {
    let [rows, columns] = [0, 1].map(|axis| example.shape[axis].div_ceil(example.chunks[axis]));
    let bytes = example.chunks[0].checked_mul(example.chunks[1]).and_then(|length| length.checked_mul(8));
    let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok());
    let bytes = bytes.ok_or(StorageError::OutOfMemory { bytes: u64::MAX })?;
    let next = AtomicU64::new(0);
    let failed = Mutex::new(None);
    let write = |number: u64| {
        let chunk = [number / columns, number % columns];
        let mut elements = Scratch::take(bytes)?;
        content(chunk, bytemuck::cast_slice_mut(elements.bytes_mut()));
        writer.write_chunk(&chunk, &example.chunks, elements.bytes())
    };
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= rows * columns {
                return;
            }
            if let Err(error) = write(number) {
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                return;
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZeroUsize::get) {
            scope.spawn(work);
        }
    });
    failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

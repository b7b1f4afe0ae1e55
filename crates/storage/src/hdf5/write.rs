//! A small writer: one dataset, compressed on all cores.

use std::{
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use hdf5_metno::{Dataset, h5check};
use hdf5_metno_sys::{h5d::H5Dwrite_chunk, h5p::H5P_DEFAULT};

use super::filter;
use crate::{StorageError, error::Action};

/// A two-dimensional `float64` dataset to be written, with shuffle and gzip.
#[derive(Clone, Debug)]
pub struct NewDataset {
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
pub fn write_dataset(
    path: &Path,
    new: &NewDataset,
    content: impl Fn([u64; 2], &mut [f64]) + Sync,
) -> Result<(), StorageError> {
    let temporary = temporary_path(path);
    let written = write_file(&temporary, path, new, &content).and_then(|()| {
        fs::rename(&temporary, path).map_err(|error| StorageError::io(path, Action::Write, error))
    });
    if written.is_err() {
        // What matters is why the file could not be written.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// A name beside the file's own, so that renaming does not leave the disk.
fn temporary_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

fn write_file(
    temporary: &Path,
    path: &Path,
    new: &NewDataset,
    content: &(impl Fn([u64; 2], &mut [f64]) + Sync),
) -> Result<(), StorageError> {
    // Says more clearly than the library what is wrong with a path.
    fs::File::create(temporary).map_err(|error| StorageError::io(path, Action::Write, error))?;
    let invalid = |problem: String| StorageError::Dataset {
        file: path.to_path_buf(),
        dataset: new.name.clone(),
        problem,
    };
    let length = new.chunks[0].checked_mul(new.chunks[1]).and_then(|length| usize::try_from(length).ok());
    let length =
        length.filter(|&length| length != 0).ok_or_else(|| invalid("its chunks have no length".into()))?;
    let (file, dataset) = create(temporary, new).map_err(|error| invalid(error.to_string()))?;
    write_chunks(&dataset, new, length, content).map_err(|error| invalid(error.to_string()))?;
    drop(dataset);
    file.close().map_err(|error| invalid(error.to_string()))
}

fn create(path: &Path, new: &NewDataset) -> Result<(hdf5_metno::File, Dataset), hdf5_metno::Error> {
    let lengths = |lengths: [u64; 2]| lengths.map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    let file =
        hdf5_metno::File::with_options().with_fapl(|access| access.file_locking(false)).create(path)?;
    let dataset = file
        .new_dataset::<f64>()
        .shape(lengths(new.shape))
        .chunk(lengths(new.chunks))
        .shuffle()
        .deflate(new.level.min(9))
        .create(new.name.as_str())?;
    Ok((file, dataset))
}

/// Encodes chunks in all threads; whoever has one ready stores it.
fn write_chunks(
    dataset: &Dataset,
    new: &NewDataset,
    length: usize,
    content: &(impl Fn([u64; 2], &mut [f64]) + Sync),
) -> Result<(), hdf5_metno::Error> {
    let grid = [new.shape[0].div_ceil(new.chunks[0]), new.shape[1].div_ceil(new.chunks[1])];
    let next = AtomicU64::new(0);
    let failed = Mutex::new(None);
    let work = || {
        let mut elements = vec![0.0; length];
        let mut shuffled = vec![0; length * size_of::<f64>()];
        let mut stored = Vec::new();
        let mut compressor = filter::compressor(new.level);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= grid[0] * grid[1] {
                return;
            }
            let chunk = [number / grid[1], number % grid[1]];
            content(chunk, &mut elements);
            filter::shuffle(bytemuck::cast_slice(&elements), size_of::<f64>(), &mut shuffled);
            filter::compress(&mut compressor, &shuffled, &mut stored);
            let offset = [chunk[0] * new.chunks[0], chunk[1] * new.chunks[1]];
            if let Err(error) = write_chunk(dataset, offset, &stored) {
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

fn write_chunk(dataset: &Dataset, offset: [u64; 2], stored: &[u8]) -> Result<(), hdf5_metno::Error> {
    hdf5_metno::sync::sync(|| {
        // SAFETY: the dataset has two axes, and there are as many bytes as the length says.
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
}

//! Arrays in a folder of `.npy` files that follow each other along an axis.

use std::{fs, path::PathBuf, sync::Arc};

use bramble_array::{Feed, FeedError};
use bramble_graph::{Axis, DType, Raw};

use crate::{
    ArrayStore, MemoryStore, RawStore, Span, StorageError,
    error::Action,
    raw::npy_offset,
    region::{check_region, in_memory},
    scratch::Scratch,
    write::file_of,
};

/// An array in files `0.npy`, `1.npy` … They are opened when they are read: there may be more than can be open at the
/// same time.
pub struct StackStore {
    files: Arc<Files>,
}

struct Files {
    folder: PathBuf,
    axis: usize,
    lengths: Axis,
    big_endian: bool,
    dtype: DType,
    shape: Vec<u64>,
}

impl StackStore {
    /// The array in a folder, whose files have these lengths along an axis.
    ///
    /// # Errors
    /// [`StorageError::FileMissing`]; [`StorageError::Region`] if the lengths do not add up to the shape.
    pub fn open(
        folder: PathBuf,
        axis: usize,
        lengths: Axis,
        big_endian: bool,
        dtype: DType,
        shape: Vec<u64>,
    ) -> Result<StackStore, StorageError> {
        if !folder.is_dir() {
            return Err(StorageError::FileMissing { path: folder });
        }
        if shape.get(axis) != Some(&lengths.total()) {
            return Err(StorageError::Region { problem: "files that do not add up to the axis".into() });
        }
        Ok(StackStore { files: Arc::new(Files { folder, axis, lengths, big_endian, dtype, shape }) })
    }
}

impl Files {
    /// The array in a file.
    fn open(&self, number: u64) -> Result<RawStore, StorageError> {
        let path = file_of(&self.folder, number);
        let io = |error| StorageError::io(&path, Action::Read, error);
        let file = fs::File::open(&path).map_err(io)?;
        let size = file.metadata().map_err(io)?.len();
        let raw = Raw {
            path: path.to_string_lossy().into_owned(),
            offset: npy_offset(&path, &file)?,
            big_endian: self.big_endian,
            fortran: false,
            deflated: None,
            size,
            tag: None,
        };
        let mut shape = self.shape.clone();
        shape[self.axis] = self.lengths.extent(number).length;
        RawStore::open(&raw, self.dtype, shape)
    }

    /// The part of a span, from element `index` on, that lies in one file: its number, and the span in it.
    fn part(&self, span: Span, index: u64) -> (u64, Span) {
        let at = span.at(index);
        let number = self.lengths.locate(at);
        let extent = self.lengths.extent(number);
        let room = if span.step > 0 { extent.end() - 1 - at } else { at - extent.start };
        let count = (room / span.step.unsigned_abs() + 1).min(span.count - index);
        (number, Span { start: at - extent.start, step: span.step, count })
    }
}

impl ArrayStore for StackStore {
    fn dtype(&self) -> DType {
        self.files.dtype
    }

    fn shape(&self) -> &[u64] {
        &self.files.shape
    }

    fn chunks(&self) -> Option<&[u64]> {
        None
    }

    fn is_decoded(&self) -> bool {
        false
    }

    fn feed(&self, region: &[Span]) -> Result<Box<dyn Feed>, StorageError> {
        let length = check_region(region, &self.files.shape, self.files.dtype.size())?;
        let span = region[self.files.axis];
        if length > 0 {
            let (number, part) = self.files.part(span, 0);
            if part.count == span.count {
                return self.files.open(number)?.feed(&with_span(region, self.files.axis, part));
            }
        }
        Ok(Box::new(Joined { files: Arc::clone(&self.files), region: region.to_vec(), length, block: None }))
    }
}

/// A region that lies in several files: read as a whole, at the first demand.
struct Joined {
    files: Arc<Files>,
    region: Vec<Span>,
    length: usize,
    block: Option<Box<dyn Feed>>,
}

impl Joined {
    fn block(&mut self) -> Result<&mut Box<dyn Feed>, FeedError> {
        let block = match self.block.take() {
            Some(block) => block,
            None => self.read()?,
        };
        Ok(self.block.insert(block))
    }

    fn read(&self) -> Result<Box<dyn Feed>, FeedError> {
        let Files { axis, dtype, .. } = *self.files;
        let size = dtype.size();
        let mut bytes = Scratch::take(self.length * size)?;
        let row = count(&self.region[axis + 1..]) * size;
        let whole = in_memory(self.region[axis].count) * row;
        let mut done = 0;
        while self.length > 0 && done < self.region[axis].count {
            let (number, part) = self.files.part(self.region[axis], done);
            let region = with_span(&self.region, axis, part);
            let mut read = Scratch::take(count(&region) * size)?;
            self.files.open(number)?.feed(&region)?.read_all(read.bytes_mut())?;
            let (rows, at) = (in_memory(part.count) * row, in_memory(done) * row);
            for (from, to) in read.bytes().chunks(rows).zip(bytes.bytes_mut().chunks_mut(whole)) {
                to[at..at + rows].copy_from_slice(from);
            }
            done += part.count;
        }
        let shape: Vec<u64> = self.region.iter().map(|span| span.count).collect();
        let all: Vec<Span> = shape.iter().map(|&length| Span::all(length)).collect();
        Ok(MemoryStore::new(Arc::new(bytes), dtype, shape)?.feed(&all)?)
    }
}

impl Feed for Joined {
    fn dtype(&self) -> DType {
        self.files.dtype
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError> {
        self.block()?.tile(start, length)
    }

    fn read_all(&mut self, out: &mut [u8]) -> Result<(), FeedError> {
        self.block()?.read_all(out)
    }
}

fn with_span(region: &[Span], axis: usize, span: Span) -> Vec<Span> {
    let mut region = region.to_vec();
    region[axis] = span;
    region
}

/// Elements of a region.
fn count(region: &[Span]) -> usize {
    in_memory(region.iter().map(|span| span.count).product())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_across_files_forwards_and_backwards() {
        let folder = tempfile::tempdir().unwrap();
        for (number, values) in [[0, 1, 2, 3].as_slice(), &[4, 5], &[6, 7, 8, 9]].into_iter().enumerate() {
            let header = b"\x93NUMPY\x01\x00\x02\x00{}";
            let bytes: Vec<u8> = header.iter().copied().chain(values.iter().copied()).collect();
            fs::write(file_of(folder.path(), number as u64), bytes).unwrap();
        }
        let store = StackStore::open(
            folder.path().to_path_buf(),
            0,
            Axis::from_lengths([2, 1, 2]),
            false,
            DType::Int8,
            vec![5, 2],
        );
        let read = |span| {
            let mut feed =
                store.as_ref().unwrap().feed(&[span, Span { start: 1, step: -1, count: 2 }]).unwrap();
            let mut out = vec![0; in_memory(span.count) * 2];
            feed.read_all(&mut out).unwrap();
            assert_eq!(feed.tile(0, out.len()).unwrap(), out);
            out
        };
        assert_eq!(read(Span { start: 1, step: 1, count: 3 }), [3, 2, 5, 4, 7, 6]);
        assert_eq!(read(Span { start: 4, step: -2, count: 3 }), [9, 8, 5, 4, 1, 0]);
        assert_eq!(read(Span { start: 3, step: 1, count: 2 }), [7, 6, 9, 8]);
        assert_eq!(read(Span { start: 0, step: 1, count: 0 }), [0_u8; 0]);
    }
}

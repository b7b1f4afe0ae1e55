//! Files of elements as they are in memory, little-endian, behind a header: `.npy` and the like.

use std::{
    fs,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use bramble_array::Chunk;
use bramble_graph::{Axis, DType};

use super::{ArrayWriter, Kind, Place, Session};
use crate::{
    Span, StorageError,
    region::{Piece, Walk, check_region, in_memory},
};

/// One file that takes a whole array.
pub struct RawFile {
    place: Place,
    file: fs::File,
    header: u64,
    dtype: DType,
    shape: Vec<u64>,
}

impl RawFile {
    /// Begins a file.
    ///
    /// # Errors
    /// The path cannot be written to, or something is there that must not be replaced.
    pub fn create(
        path: &Path,
        header: &[u8],
        dtype: DType,
        shape: Vec<u64>,
        overwrite: bool,
    ) -> Result<RawFile, StorageError> {
        let place = Place::new(path, Kind::File, overwrite)?;
        let made = fs::File::options().write(true).open(place.temporary());
        let file = made.map_err(|error| place.failed(error))?;
        begin(&file, header, dtype, &shape).map_err(|error| place.failed(error))?;
        Ok(RawFile { place, file, header: header.len() as u64, dtype, shape })
    }
}

impl ArrayWriter for RawFile {
    fn write(&self, region: &[Span], block: &Chunk) -> Result<(), StorageError> {
        let count = check_region(region, &self.shape, self.dtype.size())?;
        let walk = walk(region, &self.shape);
        write_pieces(&self.file, self.header, &walk, count, block).map_err(|error| self.place.failed(error))
    }
}

impl Session for RawFile {
    fn commit(&self) -> Result<(), StorageError> {
        self.place.commit()
    }

    fn abort(&self) {
        self.place.abort();
    }
}

/// Files `0.npy`, `1.npy` … that follow each other along an axis.
pub struct Stack {
    place: Place,
    axis: usize,
    files: Axis,
    /// A header for each run of equally long files.
    headers: Vec<Vec<u8>>,
    dtype: DType,
    shape: Vec<u64>,
}

impl Stack {
    /// Begins a folder, which has a file `info` besides.
    ///
    /// # Errors
    /// The path cannot be written to, or something is there that must not be replaced.
    pub fn create(
        path: &Path,
        layout: StackLayout,
        info: &[u8],
        dtype: DType,
        shape: Vec<u64>,
        overwrite: bool,
    ) -> Result<Stack, StorageError> {
        let place = Place::new(path, Kind::Folder, overwrite)?;
        fs::write(place.temporary().join("info"), info).map_err(|error| place.failed(error))?;
        let StackLayout { axis, files, headers } = layout;
        Ok(Stack { place, axis, files, headers, dtype, shape })
    }

    /// Opens a file of the folder, whole but for its elements. There may be too many to keep them open.
    fn open(&self, number: u64, shape: &[u64]) -> Result<fs::File, std::io::Error> {
        let path = file_of(self.place.temporary(), number);
        match fs::File::options().write(true).create_new(true).open(&path) {
            Ok(file) => {
                begin(&file, self.header(number), self.dtype, shape)?;
                Ok(file)
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                fs::File::options().write(true).open(path)
            }
            Err(error) => Err(error),
        }
    }

    fn header(&self, number: u64) -> &[u8] {
        let mut first = 0;
        let is_it = |run: &bramble_graph::Run| {
            first += run.count;
            number < first
        };
        let run = self.files.runs.iter().position(is_it);
        run.and_then(|run| self.headers.get(run)).map_or(&[], Vec::as_slice)
    }
}

/// How an array is spread over files.
pub struct StackLayout {
    /// The axis along which the files follow each other.
    pub axis: usize,
    /// Elements of each file along it.
    pub files: Axis,
    /// What stands before the elements, for each run of equally long files.
    pub headers: Vec<Vec<u8>>,
}

impl ArrayWriter for Stack {
    fn write(&self, region: &[Span], block: &Chunk) -> Result<(), StorageError> {
        let count = check_region(region, &self.shape, self.dtype.size())?;
        let outside = || StorageError::Region { problem: "a block in several files of a stack".into() };
        let along = region.get(self.axis).copied().unwrap_or(Span::all(0));
        // An axis without elements has one file.
        let number = if self.files.total() == 0 { 0 } else { self.files.locate(along.start) };
        let extent = self.files.extent(number);
        if along.step != 1 || along.start + along.count > extent.end() {
            return Err(outside());
        }
        let (mut region, mut shape) = (region.to_vec(), self.shape.clone());
        region[self.axis].start -= extent.start;
        shape[self.axis] = extent.length;
        let file = self.open(number, &shape).map_err(|error| self.place.failed(error))?;
        let header = self.header(number).len() as u64;
        write_pieces(&file, header, &walk(&region, &shape), count, block)
            .map_err(|error| self.place.failed(error))
    }
}

impl Session for Stack {
    fn commit(&self) -> Result<(), StorageError> {
        self.place.commit()
    }

    fn abort(&self) {
        self.place.abort();
    }
}

/// The file of this number in a folder.
pub(crate) fn file_of(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number}.npy"))
}

/// Writes the header and makes room for the elements.
fn begin(file: &fs::File, header: &[u8], dtype: DType, shape: &[u64]) -> Result<(), std::io::Error> {
    file.write_all_at(header, 0)?;
    let bytes = shape.iter().try_fold(dtype.size() as u64, |bytes, &length| bytes.checked_mul(length));
    let size = bytes.and_then(|bytes| bytes.checked_add(header.len() as u64));
    file.set_len(size.ok_or(std::io::ErrorKind::FileTooLarge)?)
}

/// A walk over one piece that holds the whole array.
pub(crate) fn walk(region: &[Span], shape: &[u64]) -> Walk {
    let chunk: Vec<u64> = shape.iter().map(|&length| length.max(1)).collect();
    Walk::new(region, shape, &chunk)
}

/// Writes neighbouring elements in one call each; those further apart one by one.
pub(crate) fn write_pieces(
    file: &fs::File,
    header: u64,
    walk: &Walk,
    count: usize,
    block: &Chunk,
) -> Result<(), std::io::Error> {
    let size = block.dtype().size();
    walk.pieces(0, count, |piece: Piece| {
        let bytes = &block.bytes()[piece.at * size..][..piece.count * size];
        if piece.step == 1 || piece.count == 1 {
            return file.write_all_at(bytes, header + piece.offset * size as u64);
        }
        let span = Span { start: piece.offset, step: piece.step, count: piece.count as u64 };
        (0..span.count).try_for_each(|index| {
            let element = &bytes[in_memory(index) * size..][..size];
            file.write_all_at(element, header + span.at(index) * size as u64)
        })
    })
}

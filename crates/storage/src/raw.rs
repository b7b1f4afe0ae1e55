//! Files of elements as they are: raw binary, `.npy`, members of `.npz`.

use std::{
    fs,
    io::ErrorKind,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use bramble_array::{Feed, FeedError};
use bramble_graph::{DType, Deflated, Raw};

use crate::{
    ArrayStore, MemoryStore, Span, StorageError,
    codec::deflate::{check_crc32, inflate},
    direct_feed::{Direct, DirectFeed},
    element::Element,
    error::Action,
    region::{Piece, Walk, check_region},
    scratch::Scratch,
    swap,
};

/// An array in a file, its elements next to each other.
pub struct RawStore {
    file: Arc<RawSource>,
    shape: Vec<u64>,
    fortran: bool,
    deflated: Option<Deflated>,
    /// The elements of a deflated array, once somebody has wanted one.
    inflated: Mutex<Option<Arc<MemoryStore>>>,
}

/// The elements in the file.
struct RawSource {
    path: PathBuf,
    file: fs::File,
    offset: u64,
    element: Element,
}

impl RawStore {
    /// Opens an array of `dtype` and `shape`.
    ///
    /// # Errors
    /// The file cannot be read, or has another length than when it was looked into.
    pub fn open(raw: &Raw, dtype: DType, shape: Vec<u64>) -> Result<RawStore, StorageError> {
        let path = Path::new(&raw.path);
        let io = |error| StorageError::io(path, Action::Read, error);
        let file = fs::File::open(path).map_err(io)?;
        if file.metadata().map_err(io)?.len() != raw.size {
            return Err(StorageError::FileChanged { path: path.to_path_buf() });
        }
        let bytes = match raw.deflated {
            Some(deflated) => Some(deflated.bytes),
            None => shape.iter().try_fold(dtype.size() as u64, |bytes, &length| bytes.checked_mul(length)),
        };
        let end = bytes.and_then(|bytes| bytes.checked_add(raw.offset));
        if end.is_none_or(|end| end > raw.size) {
            let end = end.unwrap_or(u64::MAX);
            let detail = format!("its elements should end at byte {end}, the file ends at {}", raw.size);
            return Err(StorageError::FileTruncated { path: path.to_path_buf(), detail });
        }
        let element = Element { dtype, big_endian: raw.big_endian };
        let source = RawSource { path: path.to_path_buf(), file, offset: raw.offset, element };
        Ok(RawStore {
            file: Arc::new(source),
            shape,
            fortran: raw.fortran,
            deflated: raw.deflated,
            inflated: Mutex::new(None),
        })
    }

    /// Reads all of a deflated array, once for all who want some of it.
    fn inflate(&self, stored: Deflated) -> Result<Arc<MemoryStore>, StorageError> {
        let mut known = self.inflated.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = &*known {
            return Ok(Arc::clone(store));
        }
        let RawSource { path, offset, element, .. } = &*self.file;
        let whole: Vec<Span> = self.shape.iter().map(|&length| Span::all(length)).collect();
        let length = check_region(&whole, &self.shape, element.dtype.size())? * element.dtype.size();
        let in_memory = |bytes: u64| usize::try_from(bytes).map_err(|_| StorageError::OutOfMemory { bytes });
        let mut compressed = Scratch::take(in_memory(stored.bytes)?)?;
        self.file.read_at(compressed.bytes_mut(), *offset)?;
        let header = in_memory(stored.header)?;
        let whole = length.checked_add(header).ok_or(StorageError::OutOfMemory { bytes: u64::MAX })?;
        let mut bytes = Scratch::take(whole)?;
        inflate(compressed.bytes(), bytes.bytes_mut())
            .and_then(|()| check_crc32(bytes.bytes(), stored.checksum))
            .map_err(|problem| StorageError::Chunk {
                file: path.clone(),
                dataset: "/".into(),
                chunk: Vec::new(),
                problem,
            })?;
        swap::to_memory(*element, &mut bytes.bytes_mut()[header..]);
        let shape = if self.fortran { reversed(&self.shape) } else { self.shape.clone() };
        let store = Arc::new(MemoryStore::new(Arc::new(Behind { bytes, header }), element.dtype, shape)?);
        *known = Some(Arc::clone(&store));
        Ok(store)
    }

    /// Reads a region of elements in row-major order.
    fn rows(&self, region: &[Span], shape: &[u64]) -> Result<Box<dyn Feed>, StorageError> {
        if let Some(stored) = self.deflated {
            return self.inflate(stored)?.feed(region);
        }
        let length = check_region(region, shape, self.dtype().size())?;
        let chunk: Vec<u64> = shape.iter().map(|&length| length.max(1)).collect();
        let walk = Walk::new(region, shape, &chunk);
        Ok(Box::new(DirectFeed::new(Arc::clone(&self.file), walk, length)))
    }
}

impl ArrayStore for RawStore {
    fn dtype(&self) -> DType {
        self.file.element.dtype
    }

    fn shape(&self) -> &[u64] {
        &self.shape
    }

    fn chunks(&self) -> Option<&[u64]> {
        None
    }

    fn is_decoded(&self) -> bool {
        self.deflated.is_some()
    }

    fn feed(&self, region: &[Span]) -> Result<Box<dyn Feed>, StorageError> {
        if !self.fortran || self.shape.len() < 2 {
            return self.rows(region, &self.shape);
        }
        let length = check_region(region, &self.shape, self.dtype().size())?;
        let columns = self.rows(&reversed(region), &reversed(&self.shape))?;
        let counts = region.iter().map(|span| span.count).collect();
        Ok(Box::new(Turned { columns, counts, length, block: None }))
    }
}

impl Direct for Arc<RawSource> {
    fn element(&self) -> Element {
        self.element
    }

    fn fill(&self) -> &[u8] {
        &[0; 8][..self.element.dtype.size()]
    }

    fn position(&self, _: &Piece) -> Result<Option<u64>, StorageError> {
        Ok(Some(self.offset))
    }

    fn read_at(&self, out: &mut [u8], position: u64) -> Result<(), StorageError> {
        self.file.read_exact_at(out, position).map_err(|error| match error.kind() {
            // The size was enough when the file was opened.
            ErrorKind::UnexpectedEof => StorageError::FileChanged { path: self.path.clone() },
            _ => StorageError::io(&self.path, Action::Read, error),
        })
    }
}

/// What stands behind a header.
struct Behind {
    bytes: Scratch,
    header: usize,
}

impl AsRef<[u8]> for Behind {
    fn as_ref(&self) -> &[u8] {
        &self.bytes.bytes()[self.header..]
    }
}

/// A block whose first axis runs fastest in the file: read as a whole, with the axes turned around, at the first
/// demand.
struct Turned {
    columns: Box<dyn Feed>,
    /// Elements of the block along each axis.
    counts: Vec<u64>,
    length: usize,
    block: Option<Box<dyn Feed>>,
}

impl Turned {
    fn block(&mut self) -> Result<&mut Box<dyn Feed>, FeedError> {
        let block = if let Some(block) = self.block.take() {
            block
        } else {
            let dtype = self.columns.dtype();
            let mut bytes = Scratch::take(self.length * dtype.size())?;
            self.columns.read_all(bytes.bytes_mut())?;
            MemoryStore::column_major(Arc::new(bytes), dtype, self.counts.clone())?
        };
        Ok(self.block.insert(block))
    }
}

impl Feed for Turned {
    fn dtype(&self) -> DType {
        self.columns.dtype()
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError> {
        self.block()?.tile(start, length)
    }

    fn read_all(&mut self, out: &mut [u8]) -> Result<(), FeedError> {
        self.block()?.read_all(out)
    }
}

fn reversed<T: Clone>(items: &[T]) -> Vec<T> {
    items.iter().rev().cloned().collect()
}

/// The position of the first element of an `.npy` file, by what it begins with.
pub(crate) fn npy_offset(path: &Path, file: &fs::File) -> Result<u64, StorageError> {
    let mut start = [0; 12];
    let read = file.read_exact_at(&mut start, 0);
    let [magic @ .., major, _, a, b, c, d] = start;
    match (read, magic, major) {
        (Ok(()), [0x93, b'N', b'U', b'M', b'P', b'Y'], 1) => Ok(10 + u64::from(u16::from_le_bytes([a, b]))),
        (Ok(()), [0x93, b'N', b'U', b'M', b'P', b'Y'], 2 | 3) => {
            Ok(12 + u64::from(u32::from_le_bytes([a, b, c, d])))
        }
        (Err(error), ..) if error.kind() != ErrorKind::UnexpectedEof => {
            Err(StorageError::io(path, Action::Read, error))
        }
        _ => Err(StorageError::FileDamaged {
            path: path.to_path_buf(),
            detail: "it has no .npy header".into(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(feed: &mut dyn Feed, count: usize) -> Vec<u16> {
        let mut out = vec![0; count * 2];
        feed.read_all(&mut out).unwrap();
        let values: Vec<u16> =
            out.as_chunks::<2>().0.iter().map(|bytes| u16::from_ne_bytes(*bytes)).collect();
        let tile = feed.tile(1, count - 1).unwrap();
        assert_eq!(tile, &out[2..]);
        values
    }

    fn raw(folder: &Path, bytes: &[u8], change: impl FnOnce(&mut Raw)) -> RawStore {
        let path = folder.join("x");
        fs::write(&path, bytes).unwrap();
        let mut raw = Raw {
            path: path.to_str().unwrap().into(),
            offset: 1,
            big_endian: false,
            fortran: false,
            deflated: None,
            size: bytes.len() as u64,
            tag: None,
        };
        change(&mut raw);
        RawStore::open(&raw, DType::UInt16, vec![2, 3]).unwrap()
    }

    fn bytes(order: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        [9].into_iter().chain((0..6).flat_map(order)).collect()
    }

    #[test]
    fn reads_both_byte_orders_and_both_orders_of_axes() {
        let folder = tempfile::tempdir().unwrap();
        let whole = [Span::all(2), Span::all(3)];
        let back = [Span { start: 1, step: -1, count: 2 }, Span { start: 0, step: 2, count: 2 }];
        let little = raw(folder.path(), &bytes(u16::to_le_bytes), |_| ());
        assert_eq!(values(&mut *little.feed(&whole).unwrap(), 6), [0, 1, 2, 3, 4, 5]);
        assert_eq!(values(&mut *little.feed(&back).unwrap(), 4), [3, 5, 0, 2]);
        let big = raw(folder.path(), &bytes(u16::to_be_bytes), |raw| raw.big_endian = true);
        assert_eq!(values(&mut *big.feed(&whole).unwrap(), 6), [0, 1, 2, 3, 4, 5]);
        let fortran = raw(folder.path(), &bytes(u16::to_le_bytes), |raw| raw.fortran = true);
        assert_eq!(values(&mut *fortran.feed(&whole).unwrap(), 6), [0, 2, 4, 1, 3, 5]);
        assert_eq!(values(&mut *fortran.feed(&back).unwrap(), 4), [1, 5, 0, 4]);
    }

    #[test]
    fn refuses_a_file_that_has_changed_or_ends_early() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x").to_str().unwrap().to_owned();
        fs::write(&path, [0; 12]).unwrap();
        let raw = |size| Raw {
            path: path.clone(),
            offset: 1,
            big_endian: false,
            fortran: false,
            deflated: None,
            size,
            tag: None,
        };
        let open = |size| RawStore::open(&raw(size), DType::UInt16, vec![2, 3]).err().unwrap();
        assert!(matches!(open(13), StorageError::FileChanged { .. }));
        assert!(matches!(open(12), StorageError::FileTruncated { .. }));
    }
}

//! Arrays in memory.

use std::{ops::Range, sync::Arc};

use bramble_array::{Feed, FeedError, Rows};
use bramble_graph::DType;

use crate::{
    ArrayStore, Span, StorageError,
    gather::gather,
    region::{Walk, check_region, in_memory, step_in_memory},
    scratch::Scratch,
};

/// Whoever owns the bytes of an array.
pub type SharedBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// A row-major array in memory that somebody else may own, too. Nothing is copied where a region's elements
/// follow each other in memory.
pub struct MemoryStore {
    bytes: SharedBytes,
    dtype: DType,
    shape: Vec<u64>,
}

impl MemoryStore {
    /// An array of `dtype` and `shape` over these bytes, in the machine's byte order.
    ///
    /// # Errors
    /// [`StorageError::Memory`] when the number of bytes does not fit the shape.
    pub fn new(bytes: SharedBytes, dtype: DType, shape: Vec<u64>) -> Result<MemoryStore, StorageError> {
        let needed = shape.iter().try_fold(dtype.size() as u64, |bytes, &length| bytes.checked_mul(length));
        let held = bytes.as_ref().as_ref().len() as u64;
        if needed != Some(held) {
            return Err(StorageError::Memory { dtype, shape, bytes: held });
        }
        Ok(MemoryStore { bytes, dtype, shape })
    }
}

impl MemoryStore {
    /// A feed of all elements, whose first axis runs fastest in memory, in row-major order.
    pub(crate) fn column_major(
        bytes: SharedBytes,
        dtype: DType,
        shape: Vec<u64>,
    ) -> Result<Box<dyn Feed>, StorageError> {
        let walk = Walk::column_major(&shape);
        let store = MemoryStore::new(bytes, dtype, shape)?;
        let length = in_memory(store.shape.iter().product());
        Ok(Box::new(MemoryFeed::new(store.bytes, dtype, length, walk)?))
    }
}

impl ArrayStore for MemoryStore {
    fn dtype(&self) -> DType {
        self.dtype
    }

    fn shape(&self) -> &[u64] {
        &self.shape
    }

    fn chunks(&self) -> Option<&[u64]> {
        None
    }

    fn is_decoded(&self) -> bool {
        false
    }

    fn feed(&self, region: &[Span]) -> Result<Box<dyn Feed>, StorageError> {
        let size = self.dtype.size();
        let length = check_region(region, &self.shape, size)?;
        // The store is one chunk; an axis without elements gets a chunk all the same, to divide by.
        let chunk: Vec<u64> = self.shape.iter().map(|&length| length.max(1)).collect();
        let walk = Walk::new(region, &self.shape, &chunk);
        Ok(Box::new(MemoryFeed::new(Arc::clone(&self.bytes), self.dtype, length, walk)?))
    }
}

/// Reads a region of an array in memory.
struct MemoryFeed {
    bytes: SharedBytes,
    dtype: DType,
    length: usize,
    walk: Walk,
    /// Whether rows are long enough to be read where they lie.
    has_rows: bool,
    tile: Scratch,
}

/// Least elements of a row that is worth a tile of its own.
const ROW: usize = 256;

impl MemoryFeed {
    fn new(bytes: SharedBytes, dtype: DType, length: usize, walk: Walk) -> Result<MemoryFeed, StorageError> {
        let is_aligned = bytes.as_ref().as_ref().as_ptr().align_offset(dtype.size()) == 0;
        let has_rows = is_aligned && walk.row_length().is_some_and(|row| row >= ROW.min(length));
        Ok(MemoryFeed { bytes, dtype, length, walk, has_rows, tile: Scratch::take(0)? })
    }

    /// The bytes from an element on to the end of its row, if they are read where they lie.
    fn place(&self, start: usize) -> Option<Range<usize>> {
        if !self.has_rows || start >= self.length {
            return None;
        }
        let size = self.dtype.size();
        // The first piece is all that is wanted.
        let piece = self.walk.pieces(start, self.length - start, Err).err()?;
        let first = in_memory(piece.offset) * size;
        Some(first..first + piece.count * size)
    }
}

impl Feed for MemoryFeed {
    fn dtype(&self) -> DType {
        self.dtype
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError> {
        let bytes = length * self.dtype.size();
        if let Some(place) = self.place(start).filter(|place| place.len() >= bytes) {
            return Ok(&self.bytes.as_ref().as_ref()[place.start..][..bytes]);
        }
        if self.tile.bytes().len() < bytes {
            self.tile = Scratch::take(bytes)?;
        }
        copy(
            self.bytes.as_ref().as_ref(),
            &self.walk,
            self.dtype.size(),
            start,
            &mut self.tile.bytes_mut()[..bytes],
        );
        Ok(&self.tile.bytes()[..bytes])
    }

    fn in_place(&self, start: usize) -> Option<Rows<'_>> {
        let place = self.place(start)?;
        let (width, size) = (place.len(), self.dtype.size());
        let (stride, count) = self.walk.rows_from(start);
        Some(Rows::new(
            &self.bytes.as_ref().as_ref()[place.start..],
            width,
            in_memory(stride) * size,
            in_memory(count),
        ))
    }

    fn read_all(&mut self, out: &mut [u8]) -> Result<(), FeedError> {
        copy(
            self.bytes.as_ref().as_ref(),
            &self.walk,
            self.dtype.size(),
            0,
            &mut out[..self.length * self.dtype.size()],
        );
        Ok(())
    }
}

/// Copies the elements of a walk from `start` on, as many as fit `out`.
fn copy(from: &[u8], walk: &Walk, size: usize, start: usize, out: &mut [u8]) {
    let Ok(()) = walk.pieces(start, out.len() / size, |piece| {
        let out = &mut out[piece.at * size..][..piece.count * size];
        gather(from, in_memory(piece.offset), step_in_memory(piece.step), size, out);
        Ok::<_, std::convert::Infallible>(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(shape: &[u64]) -> MemoryStore {
        let count: u64 = shape.iter().product();
        let bytes: Vec<u8> = (0..count).flat_map(|value| (value as f64).to_ne_bytes()).collect();
        MemoryStore::new(Arc::new(bytes), DType::Float64, shape.to_vec()).unwrap()
    }

    fn values(bytes: &[u8]) -> Vec<f64> {
        bytes.chunks(8).map(|bytes| f64::from_ne_bytes(bytes.try_into().unwrap())).collect()
    }

    #[test]
    fn reads_a_strided_region() {
        let region = [Span { start: 2, step: -2, count: 2 }, Span { start: 1, step: 2, count: 2 }];
        let mut feed = store(&[3, 4]).feed(&region).unwrap();
        assert_eq!(values(feed.tile(0, 4).unwrap()), [9.0, 11.0, 1.0, 3.0]);
        assert_eq!(values(feed.tile(1, 2).unwrap()), [11.0, 1.0]);
        let mut out = [0; 32];
        feed.read_all(&mut out).unwrap();
        assert_eq!(values(&out), [9.0, 11.0, 1.0, 3.0]);
    }

    #[test]
    fn does_not_copy_rows_that_follow_each_other() {
        let store = store(&[4, 8]);
        let region = [Span { start: 1, step: 1, count: 2 }, Span::all(8)];
        let mut feed = store.feed(&region).unwrap();
        let tile = feed.tile(4, 12).unwrap();
        assert_eq!(tile.as_ptr(), store.bytes.as_ref().as_ref()[(8 + 4) * 8..].as_ptr());
    }

    #[test]
    fn gives_long_rows_where_they_lie() {
        let store = store(&[3, 700]);
        let start = |feed: &dyn Feed, element| {
            feed.in_place(element).map(|rows| (rows.row(0).as_ptr(), rows.width() / 8, rows.count()))
        };
        let at = |element: usize| store.bytes.as_ref().as_ref()[element * 8..].as_ptr();
        let mut feed = store.feed(&[Span::all(3), Span { start: 100, step: 1, count: 300 }]).unwrap();
        assert_eq!(start(&*feed, 0), Some((at(100), 300, 3)));
        assert_eq!(start(&*feed, 300), Some((at(800), 300, 2)));
        assert_eq!(feed.in_place(300).unwrap().row(1).as_ptr(), at(1500));
        assert_eq!(start(&*feed, 310), Some((at(810), 290, 1)));
        assert_eq!(start(&*feed, 900), None);
        assert_eq!(feed.tile(310, 200).unwrap().as_ptr(), at(810));
        let across = feed.tile(290, 20).unwrap();
        assert_eq!(values(across), (390..400).chain(800..810).map(f64::from).collect::<Vec<_>>());
        let whole = store.feed(&[Span::all(3), Span::all(700)]).unwrap();
        assert_eq!(start(&*whole, 2000), Some((at(2000), 100, 1)));
        let upwards = Span { start: 2, step: -1, count: 3 };
        let feed = store.feed(&[upwards, Span { start: 0, step: 1, count: 300 }]).unwrap();
        assert_eq!(start(&*feed, 0), Some((at(1400), 300, 1)));
        for span in [Span { start: 0, step: 1, count: 255 }, Span { start: 0, step: 2, count: 300 }] {
            assert_eq!(start(&*store.feed(&[Span::all(3), span]).unwrap(), 0), None);
        }
    }

    #[test]
    fn reads_arrays_without_elements_and_without_axes() {
        assert!(store(&[0, 3]).feed(&[Span::all(0), Span::all(3)]).unwrap().tile(0, 0).unwrap().is_empty());
        assert_eq!(values(store(&[]).feed(&[]).unwrap().tile(0, 1).unwrap()), [0.0]);
    }

    #[test]
    fn refuses_bytes_that_do_not_fit_the_shape() {
        let error = MemoryStore::new(Arc::new(vec![0; 12]), DType::Int32, vec![2, 2]).err().unwrap();
        assert_eq!(error.to_string(), "12 bytes in memory for an array of shape [2, 2] and dtype int32");
    }
}

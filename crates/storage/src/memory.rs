//! Arrays in memory.

use std::sync::Arc;

use bramble_array::{Feed, FeedError};
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
        Ok(Box::new(MemoryFeed {
            bytes: store.bytes,
            dtype,
            length,
            walk,
            run: None,
            tile: Scratch::take(0)?,
        }))
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
        let run = walk.single_run().map(|run| in_memory(run.offset) * size);
        Ok(Box::new(MemoryFeed {
            bytes: Arc::clone(&self.bytes),
            dtype: self.dtype,
            length,
            walk,
            run,
            tile: Scratch::take(0)?,
        }))
    }
}

/// Reads a region of an array in memory.
struct MemoryFeed {
    bytes: SharedBytes,
    dtype: DType,
    length: usize,
    walk: Walk,
    /// Where the region begins in memory, if it is one run.
    run: Option<usize>,
    tile: Scratch,
}

impl Feed for MemoryFeed {
    fn dtype(&self) -> DType {
        self.dtype
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError> {
        let bytes = length * self.dtype.size();
        if let Some(run) = self.run {
            let tile = &self.bytes.as_ref().as_ref()[run + start * self.dtype.size()..][..bytes];
            if tile.as_ptr().align_offset(align_of::<u64>()) == 0 {
                return Ok(tile);
            }
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

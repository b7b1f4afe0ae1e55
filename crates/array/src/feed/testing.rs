//! Helpers for the tests of feeds.

use bramble_graph::DType;
use ndarray::{ArrayD, IxDyn};

use super::{Feed, Rows, TILE, memory};
use crate::{Chunk, Element, FeedError, element_count};

/// A chunk of the numbers 0, 1, 2, …
pub(crate) fn iota(shape: &[usize]) -> Chunk {
    let numbers: Vec<f64> = (0..element_count(shape).unwrap()).map(|i| i as f64).collect();
    Chunk::from_slice(shape, &numbers).unwrap()
}

/// Asserts that a chunk read as another shape gives what ndarray's broadcasting gives, in one go and in
/// tiles of all kinds.
#[track_caller]
pub(super) fn assert_reads(chunk: &Chunk, shape: &[usize]) {
    let view = chunk.view::<f64>().unwrap();
    let expected: ArrayD<f64> = view.broadcast(IxDyn(shape)).unwrap().to_owned();
    let expected: Vec<f64> = expected.iter().copied().collect();
    let mut feed = memory(chunk, shape).unwrap();
    assert_eq!(feed.dtype(), DType::Float64);

    let mut all = vec![0.0; expected.len()];
    feed.read_all(bytemuck::cast_slice_mut(&mut all)).unwrap();
    assert_eq!(all, expected);
    for (start, length) in
        [(0, 1), (1, 0), (5, 7), (2, TILE), (2999, 2), (0, TILE), (1000, TILE - 1), (TILE, TILE)]
    {
        if start + length <= expected.len() {
            let tile: &[f64] = bytemuck::cast_slice(feed.tile(start, length).unwrap());
            assert_eq!(tile, &expected[start..start + length], "{start} + {length} of {shape:?}");
        }
    }
}

/// Rows with a gap behind each.
pub(crate) struct Apart<T> {
    memory: Vec<T>,
    width: usize,
    gap: usize,
}

impl<T: Element> Apart<T> {
    pub(crate) fn new(elements: &[T], shape: &[usize], gap: usize) -> Apart<T> {
        let width = shape.last().copied().unwrap_or(1);
        let memory =
            elements.chunks(width).flat_map(|row| [row, &vec![T::default(); gap]].concat()).collect();
        Apart { memory, width, gap }
    }
}

impl<T: Element> Feed for Apart<T> {
    fn dtype(&self) -> DType {
        T::DTYPE
    }

    fn tile(&mut self, _: usize, _: usize) -> Result<&[u8], FeedError> {
        unreachable!("all rows are read in place")
    }

    fn in_place(&self, start: usize) -> Option<Rows<'_>> {
        let (row, column, stride) = (start / self.width, start % self.width, self.width + self.gap);
        let bytes = bytemuck::cast_slice(&self.memory[row * stride + column..]);
        let count = if column == 0 { self.memory.len() / stride - row } else { 1 };
        Some(Rows::new(bytes, (self.width - column) * size_of::<T>(), stride * size_of::<T>(), count))
    }
}

//! Helpers for the tests of feeds.

use bramble_graph::DType;
use ndarray::{ArrayD, IxDyn};

use super::{TILE, memory};
use crate::{Chunk, element_count};

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

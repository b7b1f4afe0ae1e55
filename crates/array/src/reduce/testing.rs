//! Helpers for the tests of reductions.

use bramble_graph::Finish;

use super::{Reduction, State};
use crate::{ArrayError, Chunk, Element};

/// Reduces all elements to one.
#[track_caller]
pub(super) fn all_of<T: Element, R: Element>(name: &str, elements: &[T]) -> R {
    reduce(name, elements, &[elements.len()], &[0]).unwrap().as_slice().unwrap()[0]
}

/// Reduces no elements to one.
pub(super) fn none_of<T: Element, R: Element>(name: &str) -> Result<R, ArrayError> {
    Ok(reduce::<T>(name, &[], &[0], &[0])?.as_slice()?[0])
}

/// Reduces a block.
pub(super) fn reduce<T: Element>(
    name: &str,
    elements: &[T],
    shape: &[usize],
    axes: &[u32],
) -> Result<Chunk, ArrayError> {
    let reduction = Reduction::new(name, T::DTYPE)?;
    let state = state(reduction, elements, shape, axes, &[])?;
    reduction.finish(&state, axes, &Finish { keepdims: false, ddof: 0.0 })
}

/// The state of a block that is fed in pieces which end at `cuts` and at the end.
pub(super) fn state<T: Element>(
    reduction: Reduction,
    elements: &[T],
    shape: &[usize],
    axes: &[u32],
    cuts: &[usize],
) -> Result<State, ArrayError> {
    let mut accumulator = reduction.accumulator(shape, axes)?;
    let mut start = 0;
    for &end in cuts.iter().chain([&elements.len()]) {
        accumulator.feed(&[bytemuck::cast_slice(&elements[start..end])])?;
        start = end;
    }
    Ok(accumulator.finish())
}

//! Reductions: a file each, and a line in [`REDUCTIONS`].
//!
//! ```text
//! tiles ── Runs ── Columns ── State      one block (accumulator.rs)
//! State, State, … ── State               neighbouring blocks, by halves (combine.rs)
//! State ── Chunk                         finish
//! ```
//!
//! The order in which elements are merged depends on the shape of the block alone, never on tiles or
//! threads, and is the same for every reduction. Float sums are therefore the same bits everywhere, and
//! their error grows with the logarithm of the number of elements.

use std::sync::Arc;

use bramble_graph::{DType, Extent, Finish};

use crate::{AlignedBuffer, ArrayError, Chunk, Shape};
use groups::Groups;
use method::{Given, Method};

pub use accumulator::Accumulator;
pub use scan::Scanner;

mod accumulator;
mod all;
mod any;
mod arg_extremum;
mod columns;
mod combine;
mod complex_extremum;
mod groups;
mod max;
mod mean;
mod method;
mod min;
mod moments;
mod nan_extremum;
mod prod;
mod runs;
mod scan;
mod sum;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod variance;

/// Every reduction, by name.
pub static REDUCTIONS: &[&ReductionDef] = &[
    &all::REDUCTION,
    &any::REDUCTION,
    &arg_extremum::ARGMAX,
    &arg_extremum::ARGMIN,
    &arg_extremum::NANARGMAX,
    &arg_extremum::NANARGMIN,
    &complex_extremum::MAX,
    &complex_extremum::MIN,
    &complex_extremum::NANMAX,
    &complex_extremum::NANMIN,
    &max::REDUCTION,
    &mean::REDUCTION,
    &min::REDUCTION,
    &nan_extremum::NANMAX,
    &nan_extremum::NANMIN,
    &prod::REDUCTION,
    &sum::REDUCTION,
    &variance::NANSTD,
    &variance::NANVAR,
    &variance::STD,
    &variance::VAR,
];

/// A kind of reduction.
#[derive(Debug)]
pub struct ReductionDef {
    /// NumPy's name.
    pub name: &'static str,
    /// Whether there is no answer without elements.
    needs_elements: bool,
    /// What is done with elements of a type, `None` where the reduction has no meaning.
    method: fn(DType) -> Option<Method>,
}

/// A reduction of elements of one type.
#[derive(Clone, Copy)]
pub struct Reduction {
    definition: &'static ReductionDef,
    method: Method,
}

impl std::fmt::Debug for Reduction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reduction").field("name", &self.name()).finish_non_exhaustive()
    }
}

impl Reduction {
    /// The reduction `name` of elements of type `element`.
    ///
    /// # Errors
    /// [`ArrayError::UnknownReduction`] or [`ArrayError::UnsupportedType`].
    pub fn new(name: &str, element: DType) -> Result<Reduction, ArrayError> {
        let definition = REDUCTIONS
            .iter()
            .find(|definition| definition.name == name)
            .ok_or_else(|| ArrayError::UnknownReduction { name: name.to_owned() })?;
        let method = (definition.method)(element)
            .ok_or(ArrayError::UnsupportedType { op: definition.name, dtype: element })?;
        Ok(Reduction { definition, method })
    }

    /// NumPy's name.
    pub fn name(self) -> &'static str {
        self.definition.name
    }

    /// Element type of the result.
    pub fn result(self) -> DType {
        self.method.result
    }

    /// Bytes of an accumulator.
    pub fn accumulator_size(self) -> usize {
        self.method.merging.size()
    }

    /// Starts on a block of this shape, of which `axes` (ascending) are reduced.
    ///
    /// # Errors
    /// [`ArrayError::OutOfMemory`] or [`ArrayError::TooLarge`].
    pub fn accumulator(self, shape: &[usize], axes: &[u32]) -> Result<Accumulator, ArrayError> {
        let elements = crate::element_count(shape)?;
        let kept = shape.iter().zip(0..).map(|(&length, axis)| if axes.contains(&axis) { 1 } else { length });
        let count = axes.iter().map(|&axis| shape[axis as usize] as u64).product();
        let state = Emptied { shape: kept.collect(), count };
        Accumulator::new(self.method, state, elements, &Groups::new(shape, axes))
    }

    /// The same state as part of an array: where it has positions of elements, these become positions in the array.
    /// `axes` are the reduced ones, ascending.
    ///
    /// # Errors
    /// [`ArrayError::OutOfMemory`].
    pub fn locate(self, mut state: State, axes: &[ReducedAxis]) -> Result<State, ArrayError> {
        if Arc::get_mut(&mut state.data).is_none() {
            state.data = Arc::new(AlignedBuffer::copy_of(state.bytes())?);
        }
        if let Some(data) = Arc::get_mut(&mut state.data) {
            self.method.merging.locate(data, axes);
        }
        Ok(state)
    }

    /// The merged state of neighbouring blocks, given in row-major order. All have the same shape.
    ///
    /// # Errors
    /// [`ArrayError::StateMismatch`] when there are none or the shapes differ, [`ArrayError::OutOfMemory`].
    pub fn combine(self, parts: &[&State]) -> Result<State, ArrayError> {
        let mismatch = |what: String| ArrayError::StateMismatch { op: self.name(), what };
        let first = parts.first().ok_or_else(|| mismatch("there are none".to_owned()))?;
        for part in parts {
            if part.shape != first.shape {
                return Err(mismatch(format!("shapes {:?} and {:?}", first.shape, part.shape)));
            }
            self.check(part)?;
        }
        let bytes: Vec<&[u8]> = parts.iter().map(|part| part.bytes()).collect();
        let count = parts.iter().map(|part| part.count).sum();
        let data = Arc::new(self.method.merging.combine(&bytes)?);
        Ok(State { shape: first.shape.clone(), count, data })
    }

    /// The result of a state, of which `axes` were reduced.
    ///
    /// # Errors
    /// [`ArrayError::EmptyReduction`] where there is no answer without elements, [`ArrayError::AllNan`] where the
    /// position of an element was asked for and there are NaNs only, [`ArrayError::StateMismatch`] for a state of
    /// another reduction, [`ArrayError::OutOfMemory`].
    pub fn finish(self, state: &State, axes: &[u32], finish: &Finish) -> Result<Chunk, ArrayError> {
        self.check(state)?;
        if state.count == 0 && self.definition.needs_elements && !state.bytes().is_empty() {
            return Err(ArrayError::EmptyReduction { op: self.name() });
        }
        let mut shape: Shape = state
            .shape
            .iter()
            .zip(0..)
            .filter(|(_, axis)| finish.keepdims || !axes.contains(axis))
            .map(|(&length, _)| length)
            .collect();
        if self.method.parts > 1 {
            shape.push(self.method.parts);
        }
        let given = Given { count: state.count, ddof: finish.ddof };
        Chunk::new(self.result(), &shape, (self.method.finish)(state.bytes(), given)?)
    }

    fn check(self, state: &State) -> Result<(), ArrayError> {
        let (expected, actual) = (crate::element_count(&state.shape)?, state.bytes().len());
        if actual.checked_div(self.method.merging.size()) != Some(expected) {
            let what = format!("{actual} bytes are not the accumulators of shape {:?}", state.shape);
            return Err(ArrayError::StateMismatch { op: self.name(), what });
        }
        Ok(())
    }
}

/// An axis that is reduced, as one of its blocks sees it.
#[derive(Clone, Copy, Debug)]
pub struct ReducedAxis {
    /// Where the block lies.
    pub block: Extent,
    /// Elements of the whole axis.
    pub length: u64,
}

/// What is known of the elements of some blocks: an accumulator for each kept position. Reduced axes have
/// length 1. Cloning shares the memory.
#[derive(Clone, Debug)]
pub struct State {
    shape: Shape,
    count: u64,
    data: Arc<AlignedBuffer>,
}

/// A state without its accumulators.
struct Emptied {
    shape: Shape,
    count: u64,
}

impl State {
    /// A state of its parts, as [`State::shape`], [`State::count`] and [`State::bytes`] gave them.
    pub fn new(shape: &[usize], count: u64, data: AlignedBuffer) -> State {
        State { shape: shape.into(), count, data: Arc::new(data) }
    }

    /// The state of no elements at all, which belongs to blocks of any shape.
    pub fn none() -> State {
        State::new(&[], 0, AlignedBuffer::empty())
    }

    /// Whether it is [`State::none`].
    pub fn is_none(&self) -> bool {
        self.count == 0 && self.data.is_empty()
    }

    /// Number of accumulators along each axis of the reduced block.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Elements that went into each accumulator.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The accumulators, little-endian.
    pub fn bytes(&self) -> &[u8] {
        &self.data
    }

    /// The accumulators themselves, without copying them; shared with the state.
    pub fn data(&self) -> Arc<AlignedBuffer> {
        Arc::clone(&self.data)
    }
}

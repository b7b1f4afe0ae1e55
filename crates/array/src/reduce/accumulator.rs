//! The reduction of one block, tile by tile.

use std::sync::Arc;

use bytemuck::Pod;
use smallvec::SmallVec;

use super::columns::Columns;
use super::groups::Groups;
use super::method::{Method, Monoid};
use super::runs::Runs;
use super::{Emptied, State};
use crate::feed::ABREAST;
use crate::kernel::Kernel;
use crate::simd::{self, Loop};
use crate::{AlignedBuffer, ArrayError, Rows};

/// Elements that are lifted to accumulators at a time: few enough that these stay in the first-level cache.
const LIFTED: usize = 1024;

/// Least elements of rows that are merged side by side; shorter ones go with others in a tile.
const WIDE: usize = 64;

/// Rows to be merged side by side.
pub(super) type Abreast<'a, A> = [&'a [A]; ABREAST];

/// The first [`ABREAST`] rows.
pub(super) fn abreast<'a, A: Pod>(rows: &Rows<'a>) -> Abreast<'a, A> {
    std::array::from_fn(|number| bytemuck::cast_slice(rows.row(number)))
}

const TOO_MANY: &str = "no more elements than the block has";

/// A reduction of one block under way.
pub struct Accumulator {
    state: Emptied,
    /// Elements that have not been fed yet.
    missing: usize,
    element_size: usize,
    lift: Option<Lift>,
    inner: Box<dyn Accumulate>,
}

/// Turns elements into accumulators.
struct Lift {
    kernel: Kernel,
    size: usize,
    lifted: AlignedBuffer,
}

impl Accumulator {
    /// Starts on a block of so many elements, whose state will be `state`.
    pub(super) fn new(
        method: Method,
        state: Emptied,
        elements: usize,
        groups: &Groups,
    ) -> Result<Accumulator, ArrayError> {
        let size = method.merging.lifted_size();
        let lift = |kernel: fn() -> Kernel| -> Result<Lift, ArrayError> {
            Ok(Lift { kernel: kernel(), size, lifted: AlignedBuffer::zeroed(LIFTED.min(elements) * size)? })
        };
        Ok(Accumulator {
            state,
            missing: elements,
            element_size: method.element_size,
            lift: method.lift.map(lift).transpose()?,
            inner: method.merging.accumulate(groups)?,
        })
    }

    /// Takes in the next elements in row-major order; of complex ones the tile of the real parts and that of the imaginary
    /// ones. Tiles may end anywhere.
    ///
    /// # Errors
    /// What lifting an element to an accumulator refuses; no reduction does now.
    ///
    /// # Panics
    /// When there are more elements than the block has.
    pub fn feed(&mut self, tiles: &[&[u8]]) -> Result<(), ArrayError> {
        let Some(first) = tiles.first() else { return Ok(()) };
        let count = first.len() / self.element_size;
        self.missing = self.missing.checked_sub(count).expect(TOO_MANY);
        let Some(Lift { kernel, size, lifted }) = &mut self.lift else {
            self.inner.feed(first);
            return Ok(());
        };
        for start in (0..count).step_by(LIFTED) {
            let length = LIFTED.min(count - start);
            let bytes = start * self.element_size..(start + length) * self.element_size;
            let elements: SmallVec<[&[u8]; 2]> = tiles.iter().map(|tile| &tile[bytes.clone()]).collect();
            let lifted = &mut lifted[..length * *size];
            kernel(&elements, lifted)?;
            self.inner.feed(lifted);
        }
        Ok(())
    }

    /// Elements of a row, if the next elements are [`ABREAST`] rows that are worth being merged side by side, and can be.
    pub(crate) fn abreast_width(&self) -> Option<usize> {
        self.row_width().filter(|_| self.inner.takes_abreast())
    }

    /// Elements of a row, if rows are worth being merged side by side.
    pub(crate) fn row_width(&self) -> Option<usize> {
        self.inner.row_width().filter(|&width| width >= WIDE)
    }

    /// Takes in elements of the next [`ABREAST`] rows, from `column` on. Nothing else may come before all columns have.
    pub(crate) fn feed_abreast(&mut self, rows: &Rows<'_>, column: usize) -> Result<(), ArrayError> {
        let width = rows.width() / self.element_size;
        let Some(Lift { kernel, size, lifted }) = &mut self.lift else {
            self.missing = self.missing.checked_sub(ABREAST * width).expect(TOO_MANY);
            self.inner.feed_abreast(rows, column);
            return Ok(());
        };
        for first in (0..width).step_by(LIFTED / ABREAST) {
            let count = width.min(first + LIFTED / ABREAST) - first;
            self.missing = self.missing.checked_sub(ABREAST * count).expect(TOO_MANY);
            let rows = rows.columns(first * self.element_size, count * self.element_size);
            let lifted = &mut lifted[..ABREAST * count * *size];
            for (row, lifted) in lifted.chunks_exact_mut(count * *size).enumerate() {
                kernel(&[rows.row(row)], lifted)?;
            }
            let lifted = Rows::new(lifted, count * *size, count * *size, ABREAST);
            self.inner.feed_abreast(&lifted, column + first);
        }
        Ok(())
    }

    /// What is known when all elements have been fed.
    ///
    /// # Panics
    /// When elements are missing.
    pub fn finish(self) -> State {
        assert_eq!(self.missing, 0, "elements of the block have not been fed");
        let Emptied { shape, count } = self.state;
        State { shape, count, data: Arc::new(self.inner.finish()) }
    }
}

/// An [`Accumulation`] behind one type.
pub(super) trait Accumulate: Send {
    /// Takes in the next elements, lifted to accumulators.
    fn feed(&mut self, elements: &[u8]);

    /// Elements of a row, if rows are merged side by side.
    fn row_width(&self) -> Option<usize> {
        None
    }

    /// Whether the next elements are [`ABREAST`] rows that can be merged side by side.
    fn takes_abreast(&self) -> bool {
        false
    }

    /// Takes in columns of these rows, from `column` on.
    fn feed_abreast(&mut self, _rows: &Rows<'_>, _column: usize) {
        unreachable!("nobody merges rows side by side who has no width for them");
    }

    /// The accumulators of the kept positions.
    fn finish(self: Box<Self>) -> AlignedBuffer;
}

/// Where the innermost group is reduced, its runs become values of the columns; else the elements do.
pub(super) struct Accumulation<M: Monoid> {
    runs: Option<Runs<M>>,
    /// Values of complete runs on their way to the columns.
    values: Vec<M::Acc>,
    columns: Columns<M>,
}

impl<M: Monoid> Accumulation<M> {
    pub(super) fn new(groups: &Groups) -> Result<Accumulation<M>, ArrayError> {
        let runs = groups.run.map(Runs::new);
        Ok(Accumulation { runs, values: Vec::new(), columns: Columns::new(groups)? })
    }
}

impl<M: Monoid> Accumulate for Accumulation<M> {
    fn feed(&mut self, elements: &[u8]) {
        simd::run(FeedTile { accumulation: self, elements: bytemuck::cast_slice(elements) });
    }

    fn row_width(&self) -> Option<usize> {
        self.runs.is_none().then(|| self.columns.width())
    }

    fn takes_abreast(&self) -> bool {
        self.columns.takes_abreast()
    }

    fn feed_abreast(&mut self, rows: &Rows<'_>, column: usize) {
        simd::run(FeedAbreast { columns: &mut self.columns, rows: abreast(rows), column });
    }

    fn finish(self: Box<Self>) -> AlignedBuffer {
        self.columns.finish()
    }
}

struct FeedAbreast<'a, M: Monoid> {
    columns: &'a mut Columns<M>,
    rows: Abreast<'a, M::Acc>,
    column: usize,
}

impl<M: Monoid> Loop for FeedAbreast<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.columns.feed_abreast(&self.rows, self.column);
    }
}

struct FeedTile<'a, M: Monoid> {
    accumulation: &'a mut Accumulation<M>,
    elements: &'a [M::Acc],
}

impl<M: Monoid> Loop for FeedTile<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Accumulation { runs, values, columns } = self.accumulation;
        let values = match runs {
            None => self.elements,
            Some(runs) => {
                values.clear();
                runs.feed(self.elements, values);
                values
            }
        };
        columns.feed(values);
    }
}

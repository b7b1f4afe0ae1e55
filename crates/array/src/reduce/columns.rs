//! Reduces across rows: each kept position gets values one after another.
//!
//! The values of a position are merged one by one into a *segment*; after 16 of them the segment goes into a
//! cascade, as in [`super::runs`]. All positions of a row go through this together, with vector instructions.

use super::accumulator::Abreast;
use super::groups::{Cursor, Groups};
use super::method::Monoid;
use crate::feed::ABREAST;
use crate::{AlignedBuffer, ArrayError};

/// Values of a position between two pushes into its cascade.
const SEGMENT: usize = 16;

/// Columns that are merged at a time.
const BLOCK: usize = 16;

/// The accumulators of all kept positions.
pub(super) struct Columns<M: Monoid> {
    /// Positions of a row.
    width: usize,
    /// Values that each position gets.
    steps: usize,
    /// The row under way.
    cursor: Cursor,
    /// Its positions that have got their value.
    column: usize,
    /// For each position the segment under way, and in the end its result.
    totals: AlignedBuffer,
    /// Level `k` of the cascades of all positions; a position uses it where bit `k` of the number of its
    /// complete segments is set.
    levels: Vec<AlignedBuffer>,
    reducer: std::marker::PhantomData<fn() -> M>,
}

impl<M: Monoid> Columns<M> {
    pub(super) fn new(groups: &Groups) -> Result<Columns<M>, ArrayError> {
        let steps = groups.steps();
        let accumulators = || AlignedBuffer::filled(groups.kept(), M::IDENTITY);
        // The last segment never goes into the cascade.
        let most_segments = steps.div_ceil(SEGMENT).saturating_sub(1);
        let levels = (0..usize::BITS - most_segments.leading_zeros()).map(|_| accumulators());
        Ok(Columns {
            width: groups.width,
            steps,
            cursor: Cursor::new(&groups.outer),
            column: 0,
            totals: accumulators()?,
            levels: levels.collect::<Result<_, _>>()?,
            reducer: std::marker::PhantomData,
        })
    }

    /// The accumulators, when all values have come.
    pub(super) fn finish(self) -> AlignedBuffer {
        self.totals
    }

    /// Takes in the next values in row-major order.
    #[inline(always)]
    pub(super) fn feed(&mut self, mut values: &[M::Acc]) {
        while !values.is_empty() {
            if values.len() / ABREAST >= self.width && self.takes_abreast() {
                let (now, later) = values.split_at(ABREAST * self.width);
                self.feed_abreast(&std::array::from_fn(|row| &now[row * self.width..][..self.width]), 0);
                values = later;
                continue;
            }
            let (now, later) = values.split_at(values.len().min(self.width - self.column));
            let first = self.cursor.row * self.width;
            let totals = &mut self.totals.as_mut_slice()[first + self.column..];
            for (total, &value) in totals.iter_mut().zip(now) {
                *total = M::merge(*total, value);
            }
            self.column += now.len();
            values = later;
            if self.column == self.width {
                self.column = 0;
                self.advance(1);
            }
        }
    }

    /// Positions of a row.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Whether the next values are those of the same row, [`ABREAST`] of each position and of one segment.
    #[inline(always)]
    pub(super) fn takes_abreast(&self) -> bool {
        self.column == 0 && self.cursor.step.is_multiple_of(ABREAST) && self.cursor.same_row() >= ABREAST
    }

    /// Takes in the next values, of which each slice has one for each position from `column` on; with the last position the
    /// rows are complete. The totals stay in registers, a block of columns at a time.
    #[inline(always)]
    pub(super) fn feed_abreast(&mut self, values: &Abreast<'_, M::Acc>, column: usize) {
        let (first, count) = (self.cursor.row * self.width + column, values[0].len());
        let totals = &mut self.totals.as_mut_slice()[first..first + count];
        let (blocks, rest) = totals.as_chunks_mut::<BLOCK>();
        let first_of_rest = blocks.len() * BLOCK;
        for (number, block) in blocks.iter_mut().enumerate() {
            merge_abreast::<M, BLOCK>(block, values, number * BLOCK);
        }
        for (number, total) in rest.as_chunks_mut().0.iter_mut().enumerate() {
            merge_abreast::<M, 1>(total, values, first_of_rest + number);
        }
        if column + count == self.width {
            self.advance(ABREAST);
        }
    }

    /// Goes on by so many values of the row under way, which have been merged.
    #[inline(always)]
    fn advance(&mut self, values: usize) {
        let done = self.cursor.step + values;
        if done == self.steps {
            self.close_row();
        } else if done.is_multiple_of(SEGMENT) {
            self.push_row(done / SEGMENT - 1);
        }
        self.cursor.advance(values);
    }

    /// Adds the segment of the row under way to its cascade, which holds `segments` already.
    #[inline(always)]
    fn push_row(&mut self, segments: usize) {
        let (first, width) = (self.cursor.row * self.width, self.width);
        let totals = &mut self.totals.as_mut_slice::<M::Acc>()[first..first + width];
        let level = segments.trailing_ones() as usize;
        for older in &self.levels[..level] {
            merge_older::<M>(totals, &older.as_slice()[first..first + width]);
        }
        self.levels[level].as_mut_slice()[first..first + width].copy_from_slice(totals);
        totals.fill(M::IDENTITY);
    }

    /// Merges the cascade of the row under way into its last segment.
    #[inline(always)]
    fn close_row(&mut self) {
        let (first, width) = (self.cursor.row * self.width, self.width);
        let totals = &mut self.totals.as_mut_slice::<M::Acc>()[first..first + width];
        let segments = self.steps.div_ceil(SEGMENT) - 1;
        for (level, older) in self.levels.iter().enumerate() {
            if segments >> level & 1 == 1 {
                merge_older::<M>(totals, &older.as_slice()[first..first + width]);
            }
        }
    }
}

#[inline(always)]
fn merge_older<M: Monoid>(totals: &mut [M::Acc], older: &[M::Acc]) {
    for (total, &older) in totals.iter_mut().zip(older) {
        *total = M::merge(older, *total);
    }
}

/// Merges the values of `N` columns, of which the first is `column`.
#[inline(always)]
fn merge_abreast<'a, M: Monoid, const N: usize>(
    totals: &mut [M::Acc; N],
    values: &Abreast<'a, M::Acc>,
    column: usize,
) {
    let columns = |row: &&'a [M::Acc]| row[column..].first_chunk().expect("rows are as long as totals");
    *totals = M::merge_rows(*totals, values.iter().map(columns));
}

//! Blocks with what lies around them, and blocks without their borders.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::dependencies::BlockRanges;
use crate::graph::{Check, ensure};
use crate::{Axis, Extent, Grid, Run};

/// Each block with the elements of its neighbours that lie next to it; nothing beyond the ends of an axis. No chunk that
/// has neighbours is shorter than what they take of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Overlap {
    /// One entry for each axis.
    pub borders: Vec<Border>,
}

/// How many elements along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Border {
    /// Before a chunk.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub before: u64,
    /// Behind it.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub after: u64,
}

/// Each block without its first and last elements along axes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Trim {
    /// One entry for each axis.
    pub borders: Vec<Border>,
    /// For each axis whether also the first chunk loses its first elements and the last one its last.
    pub ends: Vec<bool>,
}

impl Border {
    /// The numbers of the neighbours before and behind a chunk that it reads, of `count` chunks.
    fn around(self, chunks: &Range<u64>, count: u64) -> Range<u64> {
        if chunks.is_empty() {
            return 0..0;
        }
        let start = chunks.start.saturating_sub(u64::from(self.before > 0));
        start..(chunks.end + u64::from(self.after > 0)).min(count)
    }

    /// How many of the wanted chunks read a chunk.
    fn readers(self, chunk: u64, wanted: &Range<u64>) -> u64 {
        let start = chunk.saturating_sub(u64::from(self.after > 0)).max(wanted.start);
        let end = (chunk + 1 + u64::from(self.before > 0)).min(wanted.end);
        end.saturating_sub(start)
    }
}

impl Overlap {
    pub(crate) fn check(&self, input: &Grid, output: &Grid) -> Check {
        check_axes(self.borders.len(), input, output)?;
        for ((border, before), after) in self.borders.iter().zip(&input.axes).zip(&output.axes) {
            let reach = border.before.max(border.after);
            let fits =
                reach == 0 || before.blocks() == 1 || before.runs.iter().all(|run| run.length >= reach);
            ensure(fits, || format!("{border:?} around chunks that are shorter"))?;
            let (first, last) = (border.after, border.before);
            let added = |run: &Run, number: u64| {
                let is_last = number + 1 == before.blocks();
                let is_first = number == 0;
                run.length + if is_first { 0 } else { last } + if is_last { 0 } else { first }
            };
            check_lengths(before, after, added)?;
        }
        Ok(())
    }

    pub(crate) fn behind(&self, blocks: &BlockRanges, grid: &Grid) -> BlockRanges {
        let axes = self.borders.iter().zip(blocks).zip(&grid.axes);
        axes.map(|((border, range), axis)| border.around(range, axis.blocks())).collect()
    }

    pub(crate) fn ahead(&self, block: &[u64], wanted: &BlockRanges) -> u64 {
        let axes = self.borders.iter().zip(block).zip(wanted);
        axes.map(|((border, &number), wanted)| border.readers(number, wanted)).product()
    }

    /// What a block holds of the input's elements.
    pub fn extents(&self, block: &[u64], grid: &Grid) -> Vec<Extent> {
        let extent = |((border, &number), axis): ((&Border, &u64), &Axis)| {
            let own = axis.extent(number);
            let start = own.start.saturating_sub(border.before);
            Extent { start, length: (own.end() + border.after).min(axis.total()) - start }
        };
        self.borders.iter().zip(block).zip(&grid.axes).map(extent).collect()
    }
}

impl Trim {
    pub(crate) fn check(&self, input: &Grid, output: &Grid) -> Check {
        check_axes(self.borders.len(), input, output)?;
        ensure(self.ends.len() == self.borders.len(), || "ends of other axes".into())?;
        let axes = self.borders.iter().zip(&self.ends).zip(&input.axes).zip(&output.axes);
        for (((border, &ends), before), after) in axes {
            let left = |run: &Run, number: u64| {
                let start = if number > 0 || ends { border.before } else { 0 };
                let end = if number + 1 < before.blocks() || ends { border.after } else { 0 };
                run.length.saturating_sub(start.saturating_add(end))
            };
            check_lengths(before, after, left)?;
        }
        Ok(())
    }

    /// The number of the first element that stays of a block, along each axis.
    pub fn starts(&self, block: &[u64]) -> Vec<u64> {
        let start = |((border, &ends), &number): ((&Border, &bool), &u64)| {
            if number > 0 || ends { border.before } else { 0 }
        };
        self.borders.iter().zip(&self.ends).zip(block).map(start).collect()
    }
}

fn check_axes(entries: usize, input: &Grid, output: &Grid) -> Check {
    let fits = entries == input.ndim() && output.ndim() == input.ndim() && input.is_known();
    ensure(fits, || format!("borders of {entries} axes, or of unknown lengths"))
}

/// Chunks of an output must be as long as `length` says of those of the input. Looked at where runs begin and end, which
/// is where something can change.
fn check_lengths(input: &Axis, output: &Axis, length: impl Fn(&Run, u64) -> u64) -> Check {
    ensure(input.blocks() == output.blocks(), || "another number of chunks".into())?;
    let mut first = 0;
    for run in &input.runs {
        let last = first + run.count - 1;
        for number in [first, first + 1, last.saturating_sub(1), last] {
            let number = number.clamp(first, last);
            let expected = length(run, number);
            let actual = output.extent(number).length;
            ensure(expected == actual, || format!("chunk {number} of {actual} elements, not {expected}"))?;
        }
        first = last + 1;
    }
    Ok(())
}

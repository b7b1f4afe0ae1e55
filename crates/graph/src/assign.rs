//! Writing into an array: which blocks of the values go into which of its blocks.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::dependencies::BlockRanges;
use crate::selection::slice_position;
use crate::take::Positions;
use crate::{Axis, Extent, Grid, Layer};

/// The first input with elements of the second in place of some. Along each axis the values have a chunk for each chunk
/// of the elements in which they lie, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Assign {
    /// Where the values lie, axis by axis.
    pub places: Vec<Places>,
}

/// Where values lie along an axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Places {
    /// At `start, start + step, …`.
    Slice {
        /// Position of the first.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        start: u64,
        /// Distance between two, from 1 on.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        step: i64,
    },
    /// At these positions, ascending.
    List(Positions),
}

impl Assign {
    /// Checks that values lie within the elements, each chunk of theirs in a chunk of its own.
    pub(crate) fn check(&self, elements: &Layer, values: &Layer, layer: &Layer) -> Result<(), String> {
        if elements.grid != layer.grid || elements.dtype != layer.dtype || values.dtype != layer.dtype {
            return Err("elements that are not those of the result".into());
        }
        if self.places.len() != elements.grid.ndim() || values.grid.ndim() != elements.grid.ndim() {
            return Err(format!("places along {} axes", self.places.len()));
        }
        for ((places, axis), given) in self.places.iter().zip(&elements.grid.axes).zip(&values.grid.axes) {
            places.check(axis, given)?;
        }
        Ok(())
    }

    /// The blocks of the elements (input 0) or of the values (input 1) that some blocks of the result read.
    pub(crate) fn behind(
        &self,
        input: usize,
        blocks: &BlockRanges,
        output: &Grid,
        grid: &Grid,
    ) -> BlockRanges {
        if input == 0 {
            return blocks.clone();
        }
        let needed: BlockRanges = (0..grid.ndim())
            .map(|axis| self.places[axis].chunks(&output.axes[axis], &grid.axes[axis], &blocks[axis]))
            .collect();
        // Values that lie beside a block along one axis do not lie in it.
        if needed.iter().any(Range::is_empty) { grid.axes.iter().map(|_| 0..0).collect() } else { needed }
    }

    /// How many of the wanted blocks of the result read a block of an input.
    pub(crate) fn ahead(
        &self,
        input: usize,
        block: &[u64],
        grid: &Grid,
        output: &Grid,
        wanted: &BlockRanges,
    ) -> u64 {
        let is_wanted = (0..grid.ndim()).all(|axis| {
            let number = if input == 0 {
                Some(block[axis])
            } else {
                self.places[axis].chunk_behind(&output.axes[axis], &grid.axes[axis], block[axis])
            };
            number.is_some_and(|number| wanted[axis].contains(&number))
        });
        u64::from(is_wanted)
    }
}

impl Places {
    fn check(&self, axis: &Axis, values: &Axis) -> Result<(), String> {
        let is_whole = matches!(self, Places::Slice { start: 0, step: 1 }) && axis == values;
        if is_whole {
            return Ok(());
        }
        if !axis.is_known() || !values.is_known() {
            return Err("values on an axis of unknown length".into());
        }
        let count = values.total();
        let last = match self {
            _ if count == 0 => None,
            Places::Slice { start, step } => {
                let last = i128::from(*start) + i128::from(*step) * i128::from(count - 1);
                if *step < 1 {
                    return Err(format!("values {step} apart"));
                }
                Some(last)
            }
            Places::List(list) => {
                let is_ascending = list.windows(2).all(|pair| pair[0] < pair[1]);
                if !is_ascending || list.len() as u64 != count {
                    return Err("values for positions that do not ascend".into());
                }
                list.last().map(|&last| i128::from(last))
            }
        };
        if last.is_some_and(|last| last >= i128::from(axis.total())) {
            return Err("values behind the end of an axis".into());
        }
        let mut start = 0;
        let mut before = None;
        for run in &values.runs {
            for _ in 0..run.count {
                if run.length > 0 {
                    let ends = [start, start + run.length - 1].map(|index| axis.locate(self.position(index)));
                    if ends[0] != ends[1] || before == Some(ends[0]) {
                        return Err("values that do not follow the chunks of the elements".into());
                    }
                    before = Some(ends[0]);
                }
                start += run.length;
            }
        }
        Ok(())
    }

    /// The position of a value.
    ///
    /// # Panics
    /// When there are more than memory could hold.
    pub fn position(&self, index: u64) -> u64 {
        match self {
            Places::Slice { start, step } => slice_position(*start, *step, index),
            Places::List(list) => list[usize::try_from(index).expect("a list of positions fits in memory")],
        }
    }

    /// The values whose positions lie in a stretch of the axis.
    fn values_in(&self, extent: Extent, count: u64) -> Range<u64> {
        match self {
            Places::Slice { start, step } => {
                let before =
                    |position: u64| position.saturating_sub(*start).div_ceil(step.unsigned_abs()).min(count);
                before(extent.start)..before(extent.end())
            }
            Places::List(list) => {
                let before = |position: u64| list.partition_point(|&listed| listed < position) as u64;
                before(extent.start)..before(extent.end())
            }
        }
    }

    /// The chunks of the values that lie in some chunks of the elements.
    fn chunks(&self, axis: &Axis, values: &Axis, chunks: &Range<u64>) -> Range<u64> {
        if self.is_whole(axis, values) {
            return chunks.clone();
        }
        let span = axis.span(chunks);
        let extent = Extent { start: span.start, length: span.end - span.start };
        let inside = self.values_in(extent, values.total());
        values.cover(inside.start, inside.end)
    }

    /// The chunk of the elements in which a chunk of the values lies; none for one without values.
    fn chunk_behind(&self, axis: &Axis, values: &Axis, chunk: u64) -> Option<u64> {
        if self.is_whole(axis, values) {
            return Some(chunk);
        }
        let extent = values.extent(chunk);
        (extent.length > 0).then(|| axis.locate(self.position(extent.start)))
    }

    fn is_whole(&self, axis: &Axis, values: &Axis) -> bool {
        matches!(self, Places::Slice { start: 0, step: 1 }) && axis == values
    }

    /// Where the values of a chunk lie within the chunk of the elements that they lie in.
    pub fn within(&self, elements: Extent, values: Extent) -> Vec<u64> {
        (values.start..values.end()).map(|index| self.position(index) - elements.start).collect()
    }
}

//! Functions along axes that see all elements of a block at once: order statistics, the largest few, histograms.

use serde::{Deserialize, Serialize};

use crate::dependencies::BlockRanges;
use crate::{Axis, Grid, Layer};

/// A function of each block along some of its axes. These have length 1 in the output's blocks; what the function gives
/// for each kept position lies along a further axis, the last one, which has one chunk.
///
/// Inputs beside the first have its blocks too, or one block that goes with all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Along {
    /// Which function.
    pub op: AlongOp,
    /// Along which axes, ascending; elements go in row-major order.
    pub axes: Vec<u32>,
}

/// A function along axes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum AlongOp {
    /// Elements of the sorted axis, or between two of them. Floats; NaN where there is a NaN that counts.
    Order {
        /// Which, one for each result.
        picks: Vec<OrderPick>,
        /// What lies between two elements.
        between: Between,
        /// Whether NaNs are left out.
        skips_nan: bool,
    },
    /// The largest or smallest elements, sorted, of equal ones those that come first. NaN counts as the largest. With a
    /// second input, which has one element for each, those of the second input instead. With a third one, those of the third:
    /// equal floats of the first are in the order of those of the second.
    Top {
        /// How many; no block has fewer.
        count: u32,
        /// The largest rather than the smallest.
        largest: bool,
    },
    /// How many elements lie between edges, which the second input has, ascending; the last edge is included. With a
    /// third input the sum of its elements there. Inputs are doubles.
    Histogram {},
    /// How many elements equal 0, 1, …; with a second input the sum of its elements there. The first input is int64.
    Bincount {},
    /// The products of complex numbers along one axis, of their real parts and the imaginary ones, which the second input
    /// has: both parts of each. Halves are multiplied.
    Product {},
    /// Where elements would have to stand among those of the second input, which has one axis and ascends, NaN last: as
    /// an int64 for each element, along no axes.
    Find {
        /// Behind equal elements rather than before them.
        right: bool,
    },
}

/// A place in a sorted axis of `n` elements: position `(n + shift) * q + add - less`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OrderPick {
    /// Share of the elements that lie before.
    pub q: f64,
    /// 0 or -1.
    pub shift: f64,
    /// By how much the position is moved.
    pub add: f64,
    /// 0 or 1.
    pub less: f64,
}

/// What a position between two elements means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Between {
    /// A number between them, in proportion.
    Linear,
    /// The element before.
    Lower,
    /// The element behind.
    Higher,
    /// The nearer element; of two the one at the even position.
    Nearest,
    /// The number in the middle.
    Midpoint,
    /// Half their sum.
    Mean,
}

impl AlongOp {
    /// In a word, for people.
    pub fn name(&self) -> &'static str {
        match self {
            AlongOp::Order { .. } => "order statistics",
            AlongOp::Top { .. } => "top",
            AlongOp::Histogram {} => "histogram",
            AlongOp::Bincount {} => "bincount",
            AlongOp::Find { .. } => "search",
            AlongOp::Product {} => "product",
        }
    }
}

impl Along {
    pub(crate) fn check(&self, inputs: &[&Layer], output: &Grid) -> Result<(), String> {
        let Some((first, others)) = inputs.split_first() else { return Err("no input".into()) };
        let ndim = first.grid.ndim();
        let is_ascending = self.axes.is_sorted_by(|a, b| a < b);
        if !is_ascending || self.axes.iter().any(|&axis| axis as usize >= ndim) {
            return Err(format!("axes {:?} of {ndim}", self.axes));
        }
        if others.iter().any(|other| other.grid != first.grid && other.grid.block_count() != 1) {
            return Err("an input with blocks of its own".into());
        }
        let follows = |(number, axis): (usize, &Axis)| {
            let is_reduced = self.axes.iter().any(|&reduced| reduced as usize == number);
            if is_reduced {
                Axis::regular(axis.blocks(), 1) == output.axes[number]
            } else {
                *axis == output.axes[number]
            }
        };
        let has_axes = output.ndim() == ndim + 1 && output.axes[ndim].blocks() == 1;
        if has_axes && first.grid.axes.iter().enumerate().all(follows) {
            return Ok(());
        }
        Err("a grid that does not follow from the axes".into())
    }

    /// The blocks of an input that some blocks read.
    pub(crate) fn behind(input: usize, blocks: &BlockRanges, grid: &Grid) -> BlockRanges {
        if Self::is_shared(input, grid) {
            let some = u64::from(!blocks.iter().any(std::ops::Range::is_empty));
            return grid.axes.iter().map(|_| 0..some).collect();
        }
        blocks[..grid.ndim()].iter().cloned().collect()
    }

    /// How many of the wanted blocks read a block of an input.
    pub(crate) fn ahead(input: usize, block: &[u64], grid: &Grid, wanted: &BlockRanges) -> u64 {
        if Self::is_shared(input, grid) {
            return wanted.iter().map(|range| range.end - range.start).product();
        }
        let is_wanted = block.iter().zip(wanted).all(|(number, range)| range.contains(number));
        u64::from(is_wanted && !wanted.last().is_some_and(std::ops::Range::is_empty))
    }

    /// Whether an input has one block, which goes with all.
    fn is_shared(input: usize, grid: &Grid) -> bool {
        input > 0 && grid.block_count() == 1
    }
}

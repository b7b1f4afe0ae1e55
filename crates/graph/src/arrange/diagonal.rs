//! The diagonal of two axes.

use serde::{Deserialize, Serialize};

use crate::dependencies::BlockRanges;
use crate::graph::{Check, ensure};
use crate::{Axis, Block, Grid};

/// The elements whose places on two axes are the same. The two axes, which are cut alike, go; the last axis of the
/// output is new. Blocks beside the diagonal are not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Diagonal {
    /// Number of the first axis.
    pub first: u32,
    /// Number of the second axis; another one.
    pub second: u32,
}

impl Diagonal {
    pub(crate) fn check(&self, input: &Grid, output: &Grid) -> Check {
        let (first, second) = (self.first as usize, self.second as usize);
        ensure(first != second && first.max(second) < input.ndim(), || {
            format!("the diagonal of axes {first} and {second} of {}", input.ndim())
        })?;
        ensure(input.axes[first] == input.axes[second], || "a diagonal of axes cut otherwise".into())?;
        let kept = input.axes.iter().enumerate().filter(|&(number, _)| number != first && number != second);
        let expected: Vec<&Axis> = kept.map(|(_, axis)| axis).chain([&input.axes[first]]).collect();
        ensure(output.axes.iter().eq(expected), || "a grid that does not follow from the input's".into())
    }

    pub(crate) fn behind(&self, blocks: &BlockRanges) -> BlockRanges {
        let Some((along, kept)) = blocks.split_last() else { return BlockRanges::new() };
        let mut kept = kept.iter();
        let range =
            |axis: u32| if self.takes(axis) { along.clone() } else { kept.next().cloned().unwrap_or(0..0) };
        (0..).take(blocks.len() + 1).map(range).collect()
    }

    /// The block of the output that reads a block of the input; none does off the diagonal.
    pub(crate) fn reader(&self, block: &[u64]) -> Option<Block> {
        let along = block[self.first as usize];
        let kept = (0..).zip(block).filter(|&(axis, _)| !self.takes(axis)).map(|(_, &number)| number);
        (along == block[self.second as usize]).then(|| kept.chain([along]).collect())
    }

    fn takes(&self, axis: u32) -> bool {
        axis == self.first || axis == self.second
    }
}

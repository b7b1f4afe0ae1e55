//! Axes in another order.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::dependencies::BlockRanges;
use crate::graph::{Check, ensure};
use crate::{Block, Grid};

/// The axes in another order: axis `n` of the output is axis `axes[n]` of the input, chunks and all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Permute {
    /// Each axis of the input once.
    pub axes: Vec<u32>,
}

impl Permute {
    pub(crate) fn check(&self, input: &Grid, output: &Grid) -> Check {
        let mut sorted = self.axes.clone();
        sorted.sort_unstable();
        let is_order =
            sorted.len() == input.ndim() && (0..).zip(&sorted).all(|(n, &axis): (u32, _)| n == axis);
        ensure(is_order, || format!("the order {:?} of {} axes", self.axes, input.ndim()))?;
        let expected = self.axes.iter().map(|&axis| &input.axes[axis as usize]);
        ensure(output.axes.iter().eq(expected), || "a grid whose axes are not those of the input".into())
    }

    pub(crate) fn behind(&self, blocks: &BlockRanges) -> BlockRanges {
        let mut needed: BlockRanges = SmallVec::from_elem(0..0, blocks.len());
        for (range, &axis) in blocks.iter().zip(&self.axes) {
            needed[axis as usize] = range.clone();
        }
        needed
    }

    /// The block of the output that is made of a block of the input.
    pub(crate) fn reader(&self, block: &[u64]) -> Block {
        self.axes.iter().map(|&axis| block[axis as usize]).collect()
    }

    /// The order that undoes this one: axis `n` of the input is axis `places()[n]` of the output.
    pub(crate) fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.axes.len()];
        for (place, &axis) in self.axes.iter().enumerate() {
            places[axis as usize] = place;
        }
        places
    }

    /// Whether every axis stays where it is.
    pub(crate) fn is_identity(&self) -> bool {
        (0..).zip(&self.axes).all(|(place, &axis): (u32, _)| place == axis)
    }
}

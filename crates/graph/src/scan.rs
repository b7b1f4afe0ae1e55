//! Scans: every element becomes what a reduction makes of it and all elements before it along an axis.
//!
//! ```text
//! blocks ── totals ── carries ─┐
//!    └─────────────────────────┴─ scanned      each block goes on from its carry
//! ```
//!
//! A carry merges the totals of all blocks before its own. A tree of totals keeps that short: a carry reads the totals
//! of at most `FAN_IN - 1` neighbours and the carry of their group. The tree depends on the grid alone, so every
//! scheduler gives the same bits, and no block waits for the one before it to be scanned.

use serde::{Deserialize, Serialize};

use crate::dependencies::BlockRanges;
use crate::{DType, Grid, Map};

/// Blocks of a group, whose totals become one on the next level.
pub(crate) const FAN_IN: u64 = 16;

/// A scan as it was written. The output has the grid of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Scan {
    /// Name of the reduction.
    pub op: String,
    /// Along which axis.
    pub axis: u32,
}

/// What the blocks before a block amount to: the merged states of those of its group, and the carry of the group where
/// there is a second input. The first block of all reads nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carry {
    /// Name of the reduction.
    pub op: String,
    /// Along which axis.
    pub axis: u32,
    /// Element type that was reduced.
    pub element: DType,
}

/// A program whose results are scanned, each block from its carry on; that is the last input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scanned {
    /// Name of the reduction.
    pub op: String,
    /// Along which axis.
    pub axis: u32,
    /// What is scanned.
    pub map: Map,
    /// Element type of the program's result.
    pub element: DType,
}

impl Scan {
    pub(crate) fn check(&self, input: &Grid, output: &Grid) -> Result<(), String> {
        if self.op.starts_with("complex_") {
            return Err(format!("a scan by {}, which takes pairs", self.op));
        }
        if (self.axis as usize) < input.ndim() && input == output {
            return Ok(());
        }
        Err(format!("a scan along axis {} that changes the grid", self.axis))
    }
}

impl Carry {
    /// The totals, or with input 1 the carries of groups, that these carries read.
    pub(crate) fn behind(&self, input: usize, blocks: &BlockRanges) -> BlockRanges {
        let mut needed = blocks.clone();
        let along = &mut needed[self.axis as usize];
        if along.is_empty() {
            return needed;
        }
        *along = match input {
            0 => along.start / FAN_IN * FAN_IN..along.end - 1,
            _ => along.start / FAN_IN..(along.end - 1) / FAN_IN + 1,
        };
        needed
    }

    /// How many of the wanted carries read a total, or the carry of a group.
    pub(crate) fn ahead(&self, input: usize, block: &[u64], wanted: &BlockRanges) -> u64 {
        let readers = |(axis, (&number, wanted)): (usize, (&u64, &std::ops::Range<u64>))| {
            let group = |number: u64| number / FAN_IN * FAN_IN + FAN_IN;
            let range = match input {
                _ if axis != self.axis as usize => number..number + 1,
                0 => number + 1..group(number),
                _ => number * FAN_IN..(number + 1) * FAN_IN,
            };
            range.end.min(wanted.end).saturating_sub(range.start.max(wanted.start))
        };
        block.iter().zip(wanted).enumerate().map(readers).product()
    }
}

//! Arrays one behind the other.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::dependencies::BlockRanges;
use crate::graph::{Check, ensure};
use crate::{Grid, Run};

/// The inputs one behind the other along an axis: the chunks of the output are those of the inputs. Along the
/// other axes all are cut alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Concatenate {
    /// Number of the axis.
    pub axis: u32,
    /// For each input, how many chunks of the output lie before its end along the axis.
    #[cfg_attr(feature = "typescript", ts(type = "number[]"))]
    pub ends: Vec<u64>,
}

impl Concatenate {
    pub(crate) fn check<'a>(&self, inputs: impl Iterator<Item = &'a Grid>, output: &Grid) -> Check {
        let along = self.axis as usize;
        let Some(axis) = output.axes.get(along) else {
            return Err(format!("axis {along} of {} axes", output.ndim()));
        };
        let mut runs = Vec::new();
        let mut blocks = 0;
        let mut ends = self.ends.iter();
        for input in inputs {
            let fits = |number: usize| number == along || input.axes[number] == output.axes[number];
            ensure(input.ndim() == output.ndim() && (0..input.ndim()).all(fits), || {
                "an input that is cut otherwise along an axis that stays".into()
            })?;
            blocks += input.axes[along].blocks();
            ensure(ends.next() == Some(&blocks), || {
                format!("ends {:?} that are not the inputs'", self.ends)
            })?;
            runs.extend(input.axes[along].runs.iter().copied());
        }
        ensure(!runs.is_empty() && ends.next().is_none(), || {
            "as many ends as inputs, and one at least".into()
        })?;
        let chunks = |runs: &[Run]| merged(runs.iter().copied());
        ensure(chunks(&runs) == chunks(&axis.runs), || "chunks that are not those of the inputs".into())
    }

    /// The chunks along the axis that an input gives.
    pub(crate) fn part(&self, input: usize) -> Range<u64> {
        let start = if input == 0 { 0 } else { self.ends[input - 1] };
        start..self.ends[input]
    }

    /// The inputs whose blocks a box reads.
    pub(crate) fn inputs(&self, blocks: &BlockRanges) -> Range<usize> {
        let range = &blocks[self.axis as usize];
        let owner = |block: u64| self.ends.partition_point(|&end| end <= block);
        if range.is_empty() { 0..0 } else { owner(range.start)..owner(range.end - 1) + 1 }
    }

    pub(crate) fn behind(&self, input: usize, blocks: &BlockRanges) -> BlockRanges {
        let part = self.part(input);
        let mut needed = blocks.clone();
        let range = &mut needed[self.axis as usize];
        let (start, end) = (range.start.max(part.start), range.end.min(part.end));
        *range = if start < end { start - part.start..end - part.start } else { 0..0 };
        needed
    }

    /// Whether a block of an input is among the wanted ones of the output.
    pub(crate) fn is_wanted(&self, input: usize, block: &[u64], wanted: &BlockRanges) -> bool {
        let start = self.part(input).start;
        (0..).zip(block).zip(wanted).all(|((axis, &number), range): ((u32, _), _)| {
            range.contains(&(if axis == self.axis { number + start } else { number }))
        })
    }
}

/// Neighbouring runs of the same length as one.
fn merged(runs: impl Iterator<Item = Run>) -> Vec<Run> {
    let mut merged: Vec<Run> = Vec::new();
    for run in runs {
        match merged.last_mut() {
            Some(last) if last.length == run.length && last.unknown == run.unknown => last.count += run.count,
            _ => merged.push(run),
        }
    }
    merged
}

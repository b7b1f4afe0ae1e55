//! The same elements under another shape.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::dependencies::BlockRanges;
use crate::graph::{Check, ensure};
use crate::{Axis, Grid, Run};

/// The same elements in the same order under another shape, block by block: the block with number `n` in row-major
/// order of the output holds the elements of block `n` of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Reshape {}

/// Neighbouring axes that become other neighbouring axes of as many elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AxisGroup {
    pub(crate) input: Range<usize>,
    pub(crate) output: Range<usize>,
}

impl Reshape {
    pub(crate) fn check(input: &Grid, output: &Grid) -> Check {
        ensure(input.is_known() && output.is_known(), || "unknown lengths under another shape".into())?;
        for group in AxisGroup::all(input, output) {
            let from = flatten(&input.axes[group.input.clone()]);
            let to = flatten(&output.axes[group.output.clone()]);
            ensure(from.is_some() && from == to, || {
                format!("axes {:?} in blocks that are not those of axes {:?}", group.output, group.input)
            })?;
        }
        Ok(())
    }

    /// The blocks of the input with the numbers that a box has: exact for one block, else the box around them.
    pub(crate) fn behind(blocks: &BlockRanges, input: &Grid, output: &Grid) -> BlockRanges {
        if blocks.iter().any(Range::is_empty) {
            return input.axes.iter().map(|_| 0..0).collect();
        }
        let mut needed = BlockRanges::new();
        for AxisGroup { input: from, output: to } in AxisGroup::all(input, output) {
            let numbers = box_numbers(&output.axes[to.clone()], &blocks[to]);
            needed.extend(box_around(&input.axes[from], &numbers));
        }
        needed
    }
}

impl AxisGroup {
    /// The smallest groups of axes that hold as many elements on both sides. Of an empty array there is one.
    pub(crate) fn all(input: &Grid, output: &Grid) -> SmallVec<[AxisGroup; 4]> {
        let (from, to) = (input.shape(), output.shape());
        let (mut i, mut o) = (0, 0);
        let mut groups = SmallVec::new();
        if from.contains(&0) || to.contains(&0) {
            groups.push(AxisGroup { input: 0..from.len(), output: 0..to.len() });
            return groups;
        }
        while i < from.len() || o < to.len() {
            let first = (i, o);
            let (mut left, mut right) = (take(&from, &mut i), take(&to, &mut o));
            while left != right && (i < from.len() || o < to.len()) {
                // Products of lengths fit, since those of all axes do.
                if left < right && i < from.len() || o == to.len() {
                    left *= take(&from, &mut i);
                } else {
                    right *= take(&to, &mut o);
                }
            }
            groups.push(AxisGroup { input: first.0..i, output: first.1..o });
        }
        groups
    }

    /// Whether one axis becomes one axis.
    pub(crate) fn is_single(&self) -> bool {
        self.input.len() == 1 && self.output.len() == 1
    }
}

/// The next length, or 1 behind the last.
fn take(shape: &[u64], next: &mut usize) -> u64 {
    let length = shape.get(*next).copied().unwrap_or(1);
    *next = shape.len().min(*next + 1);
    length
}

/// Blocks that differ in length from row to row are listed one by one; more than these nobody lists.
const MOST_RUNS: u64 = 1 << 20;

/// The lengths of blocks in row-major order, where each lies in one piece of memory of the whole: axes in chunks
/// of 1, then one cut anyhow, then axes of one chunk.
fn flatten(axes: &[Axis]) -> Option<Axis> {
    if axes.iter().any(|axis| axis.total() == 0) {
        return axes.iter().all(|axis| axis.blocks() == 1).then(|| Axis::regular(0, 0));
    }
    let is_single = |axis: &&Axis| axis.runs.iter().all(|run| run.length == 1);
    let leading = axes.iter().take_while(is_single).count();
    let (leading, rest) = axes.split_at(leading);
    let repeats: u64 = leading.iter().map(Axis::total).product();
    let Some((cut, whole)) = rest.split_first() else { return Some(Axis::regular(repeats, 1)) };
    if whole.iter().any(|axis| axis.blocks() != 1) {
        return None;
    }
    let row: u64 = whole.iter().map(Axis::total).product();
    let runs = cut.runs.iter().map(|run| Run::new(run.length * row, run.count));
    repeat(&Axis { runs: runs.collect() }, repeats)
}

fn repeat(axis: &Axis, times: u64) -> Option<Axis> {
    if let [run] = axis.runs[..] {
        return Some(Axis { runs: SmallVec::from_slice(&[Run { count: run.count * times, ..run }]) });
    }
    if (axis.runs.len() as u64).saturating_mul(times) > MOST_RUNS {
        return None;
    }
    let mut runs: SmallVec<[Run; 2]> = SmallVec::new();
    for _ in 0..times {
        for run in &axis.runs {
            match runs.last_mut() {
                Some(last) if last.length == run.length => last.count += run.count,
                _ => runs.push(*run),
            }
        }
    }
    Some(Axis { runs })
}

/// From the least to behind the greatest number of the blocks in a box.
fn box_numbers(axes: &[Axis], blocks: &[Range<u64>]) -> Range<u64> {
    let number = |place: fn(&Range<u64>) -> u64| {
        axes.iter().zip(blocks).fold(0, |number, (axis, range)| number * axis.blocks() + place(range))
    };
    number(|range| range.start)..number(|range| range.end - 1) + 1
}

/// The box around the blocks with these numbers.
fn box_around(axes: &[Axis], numbers: &Range<u64>) -> BlockRanges {
    let mut ranges = BlockRanges::new();
    let mut size: u64 = axes.iter().map(Axis::blocks).product();
    let (mut first, mut last, mut is_shared) = (numbers.start, numbers.end - 1, true);
    for axis in axes {
        size /= axis.blocks();
        // Where the first and the last block part, all of the axes behind lies between them.
        ranges.push(if is_shared { first / size..last / size + 1 } else { 0..axis.blocks() });
        is_shared &= first / size == last / size;
        (first, last) = (first % size, last % size);
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(axes: &[&[u64]]) -> Grid {
        Grid::new(axes.iter().map(|lengths| Axis::from_lengths(lengths.iter().copied())))
    }

    fn groups(from: &[u64], to: &[u64]) -> Vec<(Range<usize>, Range<usize>)> {
        let whole =
            |shape: &[u64]| Grid::new(shape.iter().map(|&length| Axis::regular(length, length.max(1))));
        AxisGroup::all(&whole(from), &whole(to))
            .into_iter()
            .map(|group| (group.input, group.output))
            .collect()
    }

    #[test]
    fn groups_are_as_small_as_they_can_be() {
        assert_eq!(groups(&[4, 6], &[4, 2, 3]), [(0..1, 0..1), (1..2, 1..3)]);
        assert_eq!(groups(&[4, 6, 5], &[24, 5]), [(0..2, 0..1), (2..3, 1..2)]);
        assert_eq!(groups(&[4, 6], &[6, 4]), [(0..2, 0..2)]);
        assert_eq!(groups(&[5, 1], &[5]), [(0..1, 0..1), (1..2, 1..1)]);
        assert_eq!(groups(&[], &[1, 1]), [(0..0, 0..1), (0..0, 1..2)]);
        assert_eq!(groups(&[3, 0], &[0]), [(0..2, 0..1)]);
    }

    #[test]
    fn only_blocks_that_lie_in_one_piece_pass() {
        let check = |from: &[&[u64]], to: &[&[u64]]| Reshape::check(&grid(from), &grid(to)).is_ok();
        assert!(check(&[&[2, 2], &[6]], &[&[12, 12]]));
        assert!(check(&[&[1, 1], &[4, 2]], &[&[4, 2, 4, 2]]));
        assert!(check(&[&[3, 1], &[6]], &[&[9, 3], &[2]]));
        assert!(!check(&[&[2, 2], &[3, 3]], &[&[12, 12]]));
        assert!(!check(&[&[2, 2], &[6]], &[&[6, 18]]));
    }

    #[test]
    fn boxes_are_found_by_the_numbers_of_their_blocks() {
        let (rows, flat) = (grid(&[&[1, 1, 1], &[2, 2]]), grid(&[&[2, 2, 2, 2, 2, 2]]));
        let behind = |blocks: Range<u64>| Reshape::behind(&std::iter::once(blocks).collect(), &rows, &flat);
        assert_eq!(behind(2..3)[..], [1..2, 0..1]);
        assert_eq!(behind(2..4)[..], [1..2, 0..2]);
        assert_eq!(behind(1..3)[..], [0..2, 0..2]);
        assert_eq!(behind(2..2)[..], [0..0, 0..0]);
    }
}

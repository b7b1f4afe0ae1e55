//! Which chunks of one axis touch which chunks of another: the arithmetic behind dependencies.

use std::ops::Range;

use crate::{Axis, selection::slice_position};

impl Axis {
    /// The chunks that hold the elements `start..end`; none for an empty range.
    pub(crate) fn cover(&self, start: u64, end: u64) -> Range<u64> {
        if start >= end { 0..0 } else { self.locate(start)..self.locate(end - 1) + 1 }
    }

    /// How many of these chunks have elements.
    pub(crate) fn count_filled(&self, blocks: &Range<u64>) -> u64 {
        let mut first = 0;
        let mut filled = 0;
        for run in &self.runs {
            let end = first + run.count;
            if run.length > 0 {
                filled += end.min(blocks.end).saturating_sub(first.max(blocks.start));
            }
            first = end;
        }
        filled
    }

    /// The elements of a range of chunks: from the first to behind the last.
    pub(crate) fn span(&self, blocks: &Range<u64>) -> Range<u64> {
        if blocks.is_empty() {
            0..0
        } else {
            self.extent(blocks.start).start..self.extent(blocks.end - 1).end()
        }
    }

    /// The chunks of `self` that these chunks of a slice of it read; nothing for empty chunks.
    pub(crate) fn behind_slice(
        &self,
        output: &Axis,
        blocks: &Range<u64>,
        start: u64,
        step: i64,
    ) -> Range<u64> {
        let wanted = output.span(blocks);
        if wanted.is_empty() {
            return 0..0;
        }
        let ends =
            [wanted.start, wanted.end - 1].map(|index| self.locate(slice_position(start, step, index)));
        ends[0].min(ends[1])..ends[0].max(ends[1]) + 1
    }

    /// The chunks of the same elements cut otherwise that read chunk `block` of `self`. An empty chunk is read,
    /// for nothing, by a chunk that reads both its neighbours.
    pub(crate) fn ahead_of_gather(&self, output: &Axis, block: u64) -> Range<u64> {
        let extent = self.extent(block);
        if extent.length > 0 {
            return output.cover(extent.start, extent.end());
        }
        if extent.start == 0 || extent.start == self.total() {
            return 0..0;
        }
        let around = output.cover(extent.start - 1, extent.start + 1);
        if around.end - around.start == 1 { around } else { 0..0 }
    }

    /// The chunks of a slice that read chunk `block` of `self`.
    pub(crate) fn ahead_of_slice(&self, output: &Axis, block: u64, start: u64, step: i64) -> Range<u64> {
        let extent = self.extent(block);
        let taken = taken_between(&(extent.start..extent.end()), start, step, output.total());
        output.cover(taken.start, taken.end)
    }
}

/// The indices below `count` whose elements, `start + step * index`, lie at the positions given.
pub(crate) fn taken_between(positions: &Range<u64>, start: u64, step: i64, count: u64) -> Range<u64> {
    let (start, step) = (i128::from(start), i128::from(step));
    let (low, high) = (i128::from(positions.start), i128::from(positions.end) - 1);
    let (near, far) = if step > 0 { (low, high) } else { (high, low) };
    let first = div_ceil(near - start, step).max(0);
    let last = div_floor(far - start, step).min(i128::from(count) - 1);
    if positions.is_empty() || first > last {
        return 0..0;
    }
    let index = |i: i128| u64::try_from(i).expect("clamped to indices of the slice");
    index(first)..index(last) + 1
}

fn div_floor(a: i128, b: i128) -> i128 {
    if b > 0 { a.div_euclid(b) } else { (-a).div_euclid(-b) }
}

fn div_ceil(a: i128, b: i128) -> i128 {
    -div_floor(-a, b)
}

/// The chunks that slicing leaves of an axis: those with elements, cut to what is taken, in the slice's order.
pub(crate) fn slice_axis(axis: &Axis, start: u64, step: i64, count: u64) -> Axis {
    if !axis.is_known() {
        // Only all of it can have been taken.
        return axis.clone();
    }
    if count == 0 {
        return Axis::regular(0, 0);
    }
    if step == 1 {
        return cut_axis(axis, start, start + count);
    }
    let mut lengths = Vec::new();
    let mut taken = 0;
    while taken < count {
        let extent = axis.extent(axis.locate(slice_position(start, step, taken)));
        let at = slice_position(start, step, taken);
        let room = if step > 0 { extent.end() - 1 - at } else { at - extent.start };
        let length = (room / step.unsigned_abs() + 1).min(count - taken);
        lengths.push(length);
        taken += length;
    }
    Axis::from_lengths(lengths)
}

/// `axis[start..end]` without a step over chunks.
fn cut_axis(axis: &Axis, start: u64, end: u64) -> Axis {
    let mut runs = Vec::new();
    let mut offset = 0;
    for run in &axis.runs {
        let run_end = offset + run.length * run.count;
        let (from, to) = (start.max(offset), end.min(run_end));
        if from < to {
            let head = (run.length - (from - offset) % run.length) % run.length;
            let head = head.min(to - from);
            let whole = (to - from - head) / run.length;
            let tail = to - from - head - whole * run.length;
            runs.extend([(head, 1), (run.length, whole), (tail, 1)]);
        }
        offset = run_end;
    }
    merge_runs(runs)
}

fn merge_runs(pieces: Vec<(u64, u64)>) -> Axis {
    let mut axis = Axis { runs: smallvec::SmallVec::new() };
    for (length, count) in pieces {
        if length == 0 || count == 0 {
            continue;
        }
        match axis.runs.last_mut() {
            Some(run) if run.length == length => run.count += count,
            _ => axis.runs.push(crate::Run::new(length, count)),
        }
    }
    axis
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lengths() -> impl Strategy<Value = Vec<u64>> {
        prop::collection::vec(0_u64..6, 1..7)
    }

    proptest! {
        #[test]
        fn slicing_an_axis_agrees_with_slicing_its_elements(
            lengths in lengths(), start in 0_u64..30, step in prop_oneof![-4_i64..0, 1_i64..5], want in 0_u64..30,
        ) {
            let axis = Axis::from_lengths(lengths.iter().copied());
            let total = axis.total();
            prop_assume!(total > 0);
            let start = start % total;
            let room = if step > 0 { (total - 1 - start) / step.unsigned_abs() } else { start / step.unsigned_abs() };
            let count = want.min(room + 1);
            let output = slice_axis(&axis, start, step, count);
            prop_assert_eq!(output.total(), count);
            // Both directions of the block arithmetic agree with looking at every element.
            for block in 0..axis.blocks() {
                let users: std::collections::BTreeSet<u64> = (0..count)
                    .filter(|&i| axis.locate(slice_position(start, step, i)) == block)
                    .map(|i| output.locate(i))
                    .collect();
                let ahead: Vec<u64> = axis.ahead_of_slice(&output, block, start, step).collect();
                prop_assert_eq!(ahead, users.into_iter().collect::<Vec<_>>());
            }
            for block in 0..output.blocks() {
                let extent = output.extent(block);
                let behind: Vec<u64> = axis.behind_slice(&output, &(block..block + 1), start, step).collect();
                let mut read: Vec<u64> =
                    (extent.start..extent.end()).map(|i| axis.locate(slice_position(start, step, i))).collect();
                read.dedup();
                prop_assert_eq!(behind, read);
            }
        }
    }
}

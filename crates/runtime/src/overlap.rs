//! What blocks of two grids have in common.

use bramble_array::{ArrayError, Chunk, Region, Shape, copy_region, to_usize};
use bramble_graph::Extent;

/// Copies what a chunk at `theirs` and a target of `shape` at `ours` have in common.
pub(crate) fn copy_overlap(
    chunk: &Chunk,
    theirs: &[Extent],
    target: &mut [u8],
    ours: &[Extent],
    shape: &[usize],
) -> Result<(), ArrayError> {
    let (mut from, mut lengths, mut into) = (Shape::new(), Shape::new(), Shape::new());
    for (theirs, ours) in theirs.iter().zip(ours) {
        let start = theirs.start.max(ours.start);
        let end = theirs.end().min(ours.end());
        from.push(to_usize(start - theirs.start)?);
        into.push(to_usize(start - ours.start)?);
        lengths.push(to_usize(end.saturating_sub(start))?);
    }
    copy_region(chunk, &from, &lengths, target, Region { shape, start: &into })
}

/// The extents of a whole chunk, seen from its own beginning.
pub(crate) fn whole(shape: &[usize]) -> Vec<Extent> {
    shape.iter().map(|&length| Extent { start: 0, length: length as u64 }).collect()
}

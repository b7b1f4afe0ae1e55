//! Cuts blocks into the chunks that they consist of.

use bramble_array::{Chunk, Region, Shape, copy_region, to_shape};

use crate::{Span, StorageError, region::in_memory};

/// Calls `visit` with each chunk of a block: its number along each axis, and all of its elements, of which those
/// behind the edge of the array are 0.
///
/// # Errors
/// [`StorageError::Region`] when the block cuts through a chunk, [`StorageError::OutOfMemory`], and what `visit` says.
pub(crate) fn each(
    region: &[Span],
    shape: &[u64],
    chunks: &[u64],
    block: &Chunk,
    mut visit: impl FnMut(&[u64], Chunk) -> Result<(), StorageError>,
) -> Result<(), StorageError> {
    numbers(region, shape, chunks)?.try_for_each(|at| visit(&at, cut(region, &at, chunks, block)?))
}

/// The chunks that a region consists of, by their number along each axis.
///
/// # Errors
/// [`StorageError::Region`] when the region cuts through a chunk.
pub(crate) fn numbers(
    region: &[Span],
    shape: &[u64],
    chunks: &[u64],
) -> Result<impl Iterator<Item = Vec<u64>>, StorageError> {
    let box_ = box_of(region, shape, chunks)?;
    let first: Vec<u64> = box_.iter().map(|&(first, _)| first).collect();
    Ok(std::iter::successors(Some(first), move |at| {
        let mut next = at.clone();
        advance(&mut next, &box_).then_some(next)
    }))
}

/// The chunks that a region consists of: for each axis the first, and the number behind the last.
fn box_of(region: &[Span], shape: &[u64], chunks: &[u64]) -> Result<Vec<(u64, u64)>, StorageError> {
    let of_axis = |((span, &chunk), &length): ((&Span, &u64), &u64)| {
        let end = span.start + span.count;
        let is_whole = span.step == 1
            && span.start.is_multiple_of(chunk)
            && (end.is_multiple_of(chunk) || end == length);
        is_whole.then(|| (span.start / chunk, end.div_ceil(chunk)))
    };
    let axes = region.iter().zip(chunks).zip(shape).map(of_axis);
    axes.collect::<Option<_>>().ok_or_else(|| StorageError::Region {
        problem: format!("a block that cuts through the chunks {chunks:?}"),
    })
}

/// Copies one chunk out of a block.
fn cut(region: &[Span], at: &[u64], chunks: &[u64], block: &Chunk) -> Result<Chunk, StorageError> {
    let (mut from, mut lengths) = (Shape::new(), Shape::new());
    for ((&at, &length), span) in at.iter().zip(chunks).zip(region) {
        let start = at * length - span.start;
        from.push(in_memory(start));
        lengths.push(in_memory(length.min(span.count - start)));
    }
    let failed = |error: bramble_array::ArrayError| StorageError::Region { problem: error.to_string() };
    let shape = to_shape(chunks).map_err(failed)?;
    if lengths == shape && block.shape() == &shape[..] {
        return Ok(block.clone());
    }
    let mut chunk = Chunk::zeroed(block.dtype(), &shape).map_err(failed)?;
    let start: Shape = shape.iter().map(|_| 0).collect();
    let out = chunk.bytes_mut().unwrap_or_else(|| unreachable!("nobody shares a chunk that was just made"));
    copy_region(block, &from, &lengths, out, Region { shape: &shape, start: &start }).map_err(failed)?;
    Ok(chunk)
}

/// Goes on to the next chunk of a box; answers whether there is one.
fn advance(at: &mut [u64], box_: &[(u64, u64)]) -> bool {
    for (at, &(first, end)) in at.iter_mut().zip(box_).rev() {
        *at += 1;
        if *at < end {
            return true;
        }
        *at = first;
    }
    false
}

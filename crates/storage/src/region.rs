//! Which elements of a store a block consists of, and in which stored chunks they lie.

use smallvec::SmallVec;

use crate::StorageError;

/// The elements taken of one axis: `start, start + step, …`, `count` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// Position of the first element.
    pub start: u64,
    /// Distance between two elements; negative runs backwards, never 0.
    pub step: i64,
    /// Number of elements.
    pub count: u64,
}

impl Span {
    /// All of an axis, in order.
    pub const fn all(length: u64) -> Span {
        Span { start: 0, step: 1, count: length }
    }

    /// Position of element `index`.
    pub(crate) const fn at(self, index: u64) -> u64 {
        // Checked regions lie inside the axis, so the wrapped product and sum are the true ones.
        self.start.wrapping_add(index.cast_signed().wrapping_mul(self.step).cast_unsigned())
    }
}

/// Checks a region against a shape and answers how many elements it has.
///
/// # Errors
/// [`StorageError::Region`] when it has another number of axes, leaves the shape, has a step of 0, or more bytes
/// than this machine can address.
pub(crate) fn check_region(region: &[Span], shape: &[u64], size: usize) -> Result<usize, StorageError> {
    let invalid = |problem: String| StorageError::Region { problem };
    if region.len() != shape.len() {
        return Err(invalid(format!(
            "expected {} spans, one for each axis, got {}",
            shape.len(),
            region.len()
        )));
    }
    for (axis, (span, &length)) in region.iter().zip(shape).enumerate() {
        if span.step == 0 {
            return Err(invalid(format!("the step along axis {axis} is 0")));
        }
        if span.count == 0 {
            continue;
        }
        let last = i128::from(span.start) + i128::from(span.step) * i128::from(span.count - 1);
        if span.start >= length || last < 0 || last >= i128::from(length) {
            return Err(invalid(format!(
                "elements {} to {last} of axis {axis}, which has {length}",
                span.start
            )));
        }
    }
    if region.iter().any(|span| span.count == 0) {
        return Ok(0);
    }
    region
        .iter()
        .try_fold(size as u64, |bytes, span| bytes.checked_mul(span.count))
        .and_then(|bytes| isize::try_from(bytes).ok())
        .map(|bytes| bytes.unsigned_abs() / size)
        .ok_or_else(|| invalid("more bytes than this machine can address".to_owned()))
}

/// A number of elements or bytes that are in memory, as the machine counts them.
pub(crate) fn in_memory(count: u64) -> usize {
    usize::try_from(count).expect("what is in memory can be counted")
}

/// The distance between two elements that are in memory. That of a lone element may be any and does not matter.
pub(crate) fn step_in_memory(step: i64) -> isize {
    isize::try_from(step).unwrap_or(0)
}

/// Neighbouring elements of a block that lie in one stored chunk, evenly spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Number of the chunk, the last axis of the chunk grid running fastest.
    pub(crate) chunk: u64,
    /// Position of the first element in the chunk.
    pub(crate) offset: u64,
    /// Distance between two elements in the chunk.
    pub(crate) step: i64,
    /// Number of elements.
    pub(crate) count: usize,
    /// Where the first one goes, counted from the beginning of the walk.
    pub(crate) at: usize,
}

impl Piece {
    /// Positions in the chunk of the lowest and the highest element.
    #[cfg(feature = "hdf5")]
    pub(crate) fn bounds(&self) -> (u64, u64) {
        let last =
            Span { start: self.offset, step: self.step, count: self.count as u64 }.at(self.count as u64 - 1);
        (self.offset.min(last), self.offset.max(last))
    }
}

/// Walks a region in row-major order, piece by piece.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    axes: SmallVec<[WalkAxis; 4]>,
    /// What the axes that [`Walk::merge`] took away add to every chunk number.
    first_chunk: u64,
    /// What they add to every position in a chunk.
    first_offset: u64,
}

#[derive(Clone, Copy, Debug)]
struct WalkAxis {
    span: Span,
    /// Elements of a chunk along this axis.
    chunk: u64,
    /// Elements of a chunk between two neighbours along this axis.
    stride: u64,
    /// Chunks between two neighbours along this axis.
    chunk_stride: u64,
}

impl Walk {
    /// A walk of a region that [`check_region`] has passed, over a store cut into chunks. The caller has made sure
    /// that the elements of a chunk and the chunks of the store can be counted in 64 bits.
    pub(crate) fn new(region: &[Span], shape: &[u64], chunk: &[u64]) -> Walk {
        let mut axes = SmallVec::with_capacity(region.len().max(1));
        let (mut stride, mut chunk_stride) = (1, 1);
        for ((&span, &length), &chunk) in region.iter().zip(shape).zip(chunk).rev() {
            axes.insert(0, WalkAxis { span, chunk, stride, chunk_stride });
            stride *= chunk;
            chunk_stride *= length.div_ceil(chunk);
        }
        if axes.is_empty() {
            axes.push(WalkAxis { span: Span::all(1), chunk: 1, stride: 1, chunk_stride: 1 });
        }
        let mut walk = Walk { axes, first_chunk: 0, first_offset: 0 };
        while walk.merge() {}
        walk
    }

    /// A walk of all elements, in row-major order, of one chunk whose first axis runs fastest.
    pub(crate) fn column_major(shape: &[u64]) -> Walk {
        let mut stride = 1;
        let mut axes = SmallVec::with_capacity(shape.len().max(1));
        for &length in shape {
            axes.push(WalkAxis { span: Span::all(length), chunk: length.max(1), stride, chunk_stride: 1 });
            stride *= length;
        }
        if axes.is_empty() {
            axes.push(WalkAxis { span: Span::all(1), chunk: 1, stride: 1, chunk_stride: 1 });
        }
        Walk { axes, first_chunk: 0, first_offset: 0 }
    }

    /// Makes one axis of the last two where the region takes the last one's chunk whole, so that rows which
    /// follow each other in the chunk become one run; or one position of it, such as one part of complex numbers, so that
    /// rows are not of one element each.
    fn merge(&mut self) -> bool {
        let [.., outer, inner] = self.axes.as_mut_slice() else { return false };
        if inner.span.count == 1 {
            self.first_chunk += inner.span.start / inner.chunk * inner.chunk_stride;
            self.first_offset += inner.span.start % inner.chunk * inner.stride;
            self.axes.pop();
            return true;
        }
        let whole = inner.span.step == 1
            && inner.span.count == inner.chunk
            && inner.span.start.is_multiple_of(inner.chunk);
        if !whole || (outer.span.step != 1 && outer.span.count != 1) {
            return false;
        }
        self.first_chunk += inner.span.start / inner.chunk * inner.chunk_stride;
        *outer = WalkAxis {
            span: Span {
                start: outer.span.start * inner.chunk,
                step: 1,
                count: outer.span.count * inner.chunk,
            },
            chunk: outer.chunk * inner.chunk,
            stride: inner.stride,
            chunk_stride: outer.chunk_stride,
        };
        self.axes.pop();
        true
    }

    /// Numbers the bands of chunks: a walk in ascending order never comes back to a band that it has left.
    pub(crate) fn band(&self, chunk: u64) -> u64 {
        let moving = self.axes.iter().find(|axis| axis.span.count > 1);
        moving.map_or(0, |axis| (chunk - self.first_chunk) / axis.chunk_stride)
    }

    /// How many elements a row of the walk has, if those in one chunk follow each other there.
    pub(crate) fn row_length(&self) -> Option<usize> {
        let axis = self.axes.last()?;
        (axis.span.step == 1 && axis.stride == 1).then(|| in_memory(axis.span.count))
    }

    /// How far apart the rows from element `from` on begin in a store of one chunk, and how many are evenly spaced: one
    /// where `from` is not the beginning of a row.
    pub(crate) fn rows_from(&self, from: usize) -> (u64, u64) {
        let [.., outer, inner] = self.axes.as_slice() else { return (0, 1) };
        let (row, column) = (from as u64 / inner.span.count.max(1), from as u64 % inner.span.count.max(1));
        let count = outer.span.count - row % outer.span.count.max(1);
        match u64::try_from(outer.span.step) {
            Ok(step) if column == 0 && count > 1 => (step * outer.stride, count),
            _ => (0, 1),
        }
    }

    /// Visits the pieces that make up `count` elements from element `from` on, in row-major order.
    pub(crate) fn pieces<E>(
        &self,
        from: usize,
        count: usize,
        mut visit: impl FnMut(Piece) -> Result<(), E>,
    ) -> Result<(), E> {
        let (inner, outer) = self.axes.split_last().expect("a walk has at least one axis");
        let mut column = from as u64 % inner.span.count.max(1);
        let mut row = from as u64 / inner.span.count.max(1);
        let mut index: SmallVec<[u64; 4]> = SmallVec::from_elem(0, outer.len());
        for (index, axis) in index.iter_mut().zip(outer).rev() {
            *index = row % axis.span.count.max(1);
            row /= axis.span.count.max(1);
        }
        let mut done = 0;
        while done < count {
            let (row_chunk, row_offset) = self.row(outer, &index);
            while column < inner.span.count && done < count {
                let position = inner.span.at(column);
                let within = position % inner.chunk;
                let in_chunk = match inner.span.step {
                    step @ 1.. => (inner.chunk - 1 - within) / step.unsigned_abs() + 1,
                    step => within / step.unsigned_abs() + 1,
                };
                let taken = in_memory(in_chunk.min(inner.span.count - column).min((count - done) as u64));
                visit(Piece {
                    chunk: row_chunk + position / inner.chunk * inner.chunk_stride,
                    offset: row_offset + within * inner.stride,
                    step: inner.span.step.wrapping_mul(inner.stride.cast_signed()),
                    count: taken,
                    at: done,
                })?;
                column += taken as u64;
                done += taken;
            }
            column = 0;
            advance(outer, &mut index);
        }
        Ok(())
    }

    /// Chunk number and position in the chunk that the outer axes of a row add up to.
    fn row(&self, outer: &[WalkAxis], index: &[u64]) -> (u64, u64) {
        let first = (self.first_chunk, self.first_offset);
        outer.iter().zip(index).fold(first, |(chunk, offset), (axis, &index)| {
            let position = axis.span.at(index);
            (chunk + position / axis.chunk * axis.chunk_stride, offset + position % axis.chunk * axis.stride)
        })
    }
}

/// Goes on to the next row.
fn advance(outer: &[WalkAxis], index: &mut [u64]) {
    for (index, axis) in index.iter_mut().zip(outer).rev() {
        *index += 1;
        if *index < axis.span.count {
            return;
        }
        *index = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every element of a walk as (chunk, offset), by the definition.
    fn expected(region: &[Span], shape: &[u64], chunk: &[u64]) -> Vec<(u64, u64)> {
        let mut rows = vec![(0, 0)];
        for ((span, &length), &chunk) in region.iter().zip(shape).zip(chunk) {
            rows = rows
                .into_iter()
                .flat_map(|(number, offset)| {
                    (0..span.count).map(move |index| {
                        let position = span.at(index);
                        (
                            number * length.div_ceil(chunk) + position / chunk,
                            offset * chunk + position % chunk,
                        )
                    })
                })
                .collect();
        }
        rows
    }

    fn walked(walk: &Walk, from: usize, count: usize) -> Vec<(u64, u64)> {
        let mut elements = Vec::new();
        walk.pieces(from, count, |piece| {
            assert_eq!(piece.at, elements.len());
            let span = Span { start: piece.offset, step: piece.step, count: piece.count as u64 };
            elements.extend((0..span.count).map(|index| (piece.chunk, span.at(index))));
            Ok::<_, ()>(())
        })
        .unwrap();
        elements
    }

    fn axis() -> impl Strategy<Value = (u64, u64, Span)> {
        (1..12u64, 1..14u64).prop_flat_map(|(length, chunk)| {
            (0..length, prop_oneof![1..4i64, -3..0i64]).prop_flat_map(move |(start, step)| {
                let room = if step > 0 { length - 1 - start } else { start } / step.unsigned_abs() + 1;
                (1..=room).prop_map(move |count| (length, chunk, Span { start, step, count }))
            })
        })
    }

    proptest! {
        #[test]
        fn visits_what_the_region_names(
            axes in prop::collection::vec(axis(), 0..4),
            cut in any::<prop::sample::Index>(),
        ) {
            let shape: Vec<u64> = axes.iter().map(|axis| axis.0).collect();
            let chunk: Vec<u64> = axes.iter().map(|axis| axis.1).collect();
            let region: Vec<Span> = axes.iter().map(|axis| axis.2).collect();
            let elements = expected(&region, &shape, &chunk);
            prop_assert_eq!(check_region(&region, &shape, 8).unwrap(), elements.len());
            let walk = Walk::new(&region, &shape, &chunk);
            let from = cut.index(elements.len());
            prop_assert_eq!(&walked(&walk, 0, elements.len())[..], &elements[..]);
            prop_assert_eq!(&walked(&walk, from, elements.len() - from)[..], &elements[from..]);
            if let Some(row) = walk.row_length().filter(|&row| row > 0) {
                for row in elements.chunks(row) {
                    let follow = |pair: &[(u64, u64)]| pair[0].0 != pair[1].0 || pair[0].1 + 1 == pair[1].1;
                    prop_assert!(row.windows(2).all(follow));
                }
            }
        }
    }

    #[test]
    fn merges_rows_of_a_whole_chunk() {
        let region = [Span { start: 10, step: 1, count: 10 }, Span { start: 20, step: 1, count: 20 }];
        let walk = Walk::new(&region, &[100, 100], &[10, 20]);
        let piece = Piece { chunk: 6, offset: 0, step: 1, count: 200, at: 0 };
        assert_eq!(walk.row_length(), Some(200));
        assert_eq!(walk.pieces(0, 200, Err).err(), Some(piece));
    }

    #[test]
    fn takes_one_part_of_all_pairs_in_one_piece() {
        let region = [Span::all(30), Span::all(40), Span { start: 1, step: 1, count: 1 }];
        let walk = Walk::new(&region, &[30, 40, 2], &[30, 40, 2]);
        let mut pieces = Vec::new();
        walk.pieces(0, 1200, |piece| {
            pieces.push(piece);
            Ok::<_, ()>(())
        })
        .unwrap();
        assert_eq!(pieces, [Piece { chunk: 0, offset: 1, step: 2, count: 1200, at: 0 }]);
    }

    #[test]
    fn refuses_a_region_outside_the_shape() {
        let error = check_region(&[Span { start: 3, step: -2, count: 3 }], &[10], 8).unwrap_err();
        assert_eq!(error.to_string(), "region: elements 3 to -1 of axis 0, which has 10");
    }
}

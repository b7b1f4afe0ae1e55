//! Copies between chunks: slices, and the stitching of blocks.

use bramble_graph::Pick;
use bytemuck::Pod;
use ndarray::{ArrayViewD, ArrayViewMutD, IxDyn, Slice, SliceInfoElem, Zip};

use crate::chunk::Shape;
use crate::{AlignedBuffer, ArrayError, Chunk, element_count};

/// A box within an array.
#[derive(Clone, Copy, Debug)]
pub struct Region<'a> {
    /// Shape of the whole array.
    pub shape: &'a [usize],
    /// First element along each axis.
    pub start: &'a [usize],
}

/// Basic indexing: a chunk of `shape` that holds the elements picked. `picks` has an entry for each axis of
/// the chunk, and new axes in between.
///
/// # Errors
/// [`ArrayError::OutOfBounds`] when the picks reach beyond the chunk, [`ArrayError::OutOfMemory`].
pub fn select(chunk: &Chunk, picks: &[Pick], shape: &[usize]) -> Result<Chunk, ArrayError> {
    let slices = slices(chunk.shape(), picks, shape).ok_or_else(|| ArrayError::OutOfBounds {
        what: format!("the selection {picks:?} of shape {shape:?}"),
        shape: chunk.shape().to_vec(),
    })?;
    let mut out = AlignedBuffer::zeroed(element_count(shape)? * chunk.dtype().size())?;
    match chunk.dtype().size() {
        1 => select_as::<u8>(chunk, &slices, shape, &mut out)?,
        2 => select_as::<u16>(chunk, &slices, shape, &mut out)?,
        4 => select_as::<u32>(chunk, &slices, shape, &mut out)?,
        _ => select_as::<u64>(chunk, &slices, shape, &mut out)?,
    }
    Chunk::new(chunk.dtype(), shape, out)
}

fn select_as<T: Pod>(
    chunk: &Chunk,
    slices: &[SliceInfoElem],
    shape: &[usize],
    out: &mut [u8],
) -> Result<(), ArrayError> {
    let source = view::<T>(chunk.bytes(), chunk.shape())?;
    assign(view_mut(out, shape)?, &source.slice(slices));
    Ok(())
}

/// ndarray's form of the picks, `None` when they do not fit.
fn slices(chunk: &[usize], picks: &[Pick], shape: &[usize]) -> Option<Vec<SliceInfoElem>> {
    let (mut lengths, mut wanted) = (chunk.iter().copied(), shape.iter().copied());
    let mut slices = Vec::with_capacity(picks.len());
    for &pick in picks {
        slices.push(match pick {
            Pick::Slice { start, step } => slice(lengths.next()?, start, step, wanted.next()?)?,
            Pick::Index { at } => {
                let at = usize::try_from(at)
                    .ok()
                    .filter(|&at| lengths.next().is_some_and(|length| at < length))?;
                SliceInfoElem::Index(isize::try_from(at).ok()?)
            }
            Pick::NewAxis => {
                wanted.next().filter(|&length| length == 1)?;
                SliceInfoElem::NewAxis
            }
        });
    }
    (lengths.next().is_none() && wanted.next().is_none()).then_some(slices)
}

/// The elements `start, start + step, …`, `count` of them. ndarray wants the range that they lie in, with a
/// negative step where it is to be read backwards.
fn slice(length: usize, start: u64, step: i64, count: usize) -> Option<SliceInfoElem> {
    let empty = SliceInfoElem::Slice { start: 0, end: Some(0), step: 1 };
    let Some(gaps) = count.checked_sub(1) else { return Some(empty) };
    let first = i64::try_from(start).ok()?;
    let last = first.checked_add(step.checked_mul(i64::try_from(gaps).ok()?)?)?;
    let (low, high) = (first.min(last), first.max(last));
    if step == 0 || low < 0 || high >= i64::try_from(length).ok()? {
        return None;
    }
    Some(SliceInfoElem::Slice {
        start: isize::try_from(low).ok()?,
        end: Some(isize::try_from(high + 1).ok()?),
        // A step longer than the axis is only ever taken with one element.
        step: if gaps == 0 { 1 } else { isize::try_from(step).ok()? },
    })
}

/// Copies a box of `lengths` from a chunk, beginning at `from`, into a larger or smaller array of the same
/// element type.
///
/// # Errors
/// [`ArrayError::OutOfBounds`] when the box does not fit the chunk or the target.
pub fn copy_region(
    source: &Chunk,
    from: &[usize],
    lengths: &[usize],
    target: &mut [u8],
    into: Region<'_>,
) -> Result<(), ArrayError> {
    check_fits(lengths, Region { shape: source.shape(), start: from })?;
    check_fits(lengths, into)?;
    match source.dtype().size() {
        1 => copy_as::<u8>(source, from, lengths, target, into),
        2 => copy_as::<u16>(source, from, lengths, target, into),
        4 => copy_as::<u32>(source, from, lengths, target, into),
        _ => copy_as::<u64>(source, from, lengths, target, into),
    }
}

fn copy_as<T: Pod>(
    source: &Chunk,
    from: &[usize],
    lengths: &[usize],
    target: &mut [u8],
    into: Region<'_>,
) -> Result<(), ArrayError> {
    let whole = |&axis: &usize| lengths[axis] == source.shape()[axis] && lengths[axis] == into.shape[axis];
    let inner = (0..lengths.len()).rev().take_while(whole).count();
    // Inner axes that are copied as a whole on both sides make longer rows of the axis before them.
    let (outer, tail) = lengths.split_at(lengths.len() - inner);
    let row: usize = tail.iter().product();
    let flat = |values: &[usize]| -> Shape {
        let mut values = Shape::from_slice(&values[..outer.len()]);
        if let Some(last) = values.last_mut() {
            *last *= row;
        }
        values
    };
    if outer.is_empty() {
        target.copy_from_slice(source.bytes());
        return Ok(());
    }
    let (lengths, from, start) = (flat(lengths), flat(from), flat(into.start));
    let part = |first: &[usize], axis: usize| Slice::from(first[axis]..first[axis] + lengths[axis]);
    let mut target = view_mut::<T>(target, &flat(into.shape))?;
    let source = view::<T>(source.bytes(), &flat(source.shape()))?;
    assign(
        target.slice_each_axis_mut(|axis| part(&start, axis.axis.index())),
        &source.slice_each_axis(|axis| part(&from, axis.axis.index())),
    );
    Ok(())
}

/// Copies row by row, each as one piece of memory where it lies together on both sides.
fn assign<T: Pod>(mut target: ArrayViewMutD<'_, T>, source: &ArrayViewD<'_, T>) {
    Zip::from(target.rows_mut()).and(source.rows()).for_each(|mut target, source| {
        match (target.as_slice_mut(), source.as_slice()) {
            (Some(target), Some(source)) => target.copy_from_slice(source),
            _ => target.assign(&source),
        }
    });
}

fn view<'a, T: Pod>(bytes: &'a [u8], shape: &[usize]) -> Result<ArrayViewD<'a, T>, ArrayError> {
    ArrayViewD::from_shape(IxDyn(shape), bytemuck::cast_slice(bytes)).map_err(|_| mismatch(bytes, shape))
}

fn view_mut<'a, T: Pod>(bytes: &'a mut [u8], shape: &[usize]) -> Result<ArrayViewMutD<'a, T>, ArrayError> {
    let error = mismatch(bytes, shape);
    ArrayViewMutD::from_shape(IxDyn(shape), bytemuck::cast_slice_mut(bytes)).map_err(|_| error)
}

fn mismatch(bytes: &[u8], shape: &[usize]) -> ArrayError {
    ArrayError::OutOfBounds { what: format!("memory of {} bytes", bytes.len()), shape: shape.to_vec() }
}

pub(crate) fn check_fits(lengths: &[usize], region: Region<'_>) -> Result<(), ArrayError> {
    let ends = region.start.iter().zip(lengths).map(|(start, length)| start.saturating_add(*length));
    let fits = lengths.len() == region.shape.len()
        && region.start.len() == region.shape.len()
        && ends.zip(region.shape).all(|(end, &length)| end <= length);
    if fits {
        Ok(())
    } else {
        let what = format!("a region of shape {lengths:?} at {:?}", region.start);
        Err(ArrayError::OutOfBounds { what, shape: region.shape.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{ArrayD, NewAxis, s};

    use super::*;
    use crate::feed::testing::iota;

    fn values(chunk: &Chunk) -> &[f64] {
        chunk.as_slice().unwrap()
    }

    fn row_major(array: &ArrayD<f64>) -> Vec<f64> {
        array.iter().copied().collect()
    }

    #[test]
    fn picks_slices_indices_and_new_axes() {
        let chunk = iota(&[4, 5, 6]);
        let view = chunk.view::<f64>().unwrap();
        let picks = [
            Pick::Slice { start: 3, step: -1 },
            Pick::NewAxis,
            Pick::Index { at: 2 },
            Pick::Slice { start: 1, step: 2 },
        ];
        let picked = select(&chunk, &picks, &[3, 1, 2]).unwrap();
        assert_eq!(picked.shape(), [3, 1, 2]);
        let expected = view.slice(s![1..;-1, NewAxis, 2, 1..5;2]).to_owned().into_dyn();
        assert_eq!(values(&picked), row_major(&expected));
    }

    #[test]
    fn picks_nothing_and_everything() {
        let chunk = iota(&[3, 2]);
        assert_eq!(values(&select(&chunk, &[Pick::ALL, Pick::ALL], &[3, 2]).unwrap()), values(&chunk));
        assert!(select(&chunk, &[Pick::ALL, Pick::Slice { start: 2, step: 1 }], &[3, 0]).unwrap().is_empty());
        let one = select(&chunk, &[Pick::Index { at: 2 }, Pick::Index { at: 1 }], &[]).unwrap();
        assert_eq!((one.shape(), values(&one)), (&[][..], &[5.0][..]));
        let far = [Pick::Slice { start: 2, step: i64::MIN }, Pick::Slice { start: 1, step: 1 }];
        assert_eq!(values(&select(&chunk, &far, &[1, 1]).unwrap()), [5.0]);
    }

    #[test]
    fn refuses_picks_beyond_the_chunk() {
        let chunk = iota(&[3, 2]);
        for (picks, shape) in [
            (&[Pick::ALL][..], &[3][..]),
            (&[Pick::ALL, Pick::ALL], &[4, 2]),
            (&[Pick::ALL, Pick::Slice { start: 0, step: -1 }], &[3, 2]),
            (&[Pick::Index { at: 3 }, Pick::ALL], &[2]),
            (&[Pick::ALL, Pick::ALL], &[3, 2, 1]),
            (&[Pick::ALL, Pick::Slice { start: u64::MAX, step: 1 }], &[3, 1]),
        ] {
            assert!(matches!(select(&chunk, picks, shape), Err(ArrayError::OutOfBounds { .. })), "{picks:?}");
        }
    }

    #[test]
    fn copies_every_box_to_its_place() {
        let source = iota(&[3, 4, 5]);
        let view = source.view::<f64>().unwrap();
        let whole = [4, 6, 5];
        for (from, lengths, start) in [
            ([0, 0, 0], [3, 4, 5], [1, 2, 0]),
            ([1, 2, 3], [2, 1, 2], [0, 5, 1]),
            ([2, 1, 0], [1, 3, 5], [3, 0, 0]),
            ([0, 4, 0], [3, 0, 5], [0, 0, 0]),
        ] {
            let mut expected: ArrayD<f64> = ArrayD::from_elem(IxDyn(&whole), -1.0);
            let part = |first: [usize; 3], axis: usize| Slice::from(first[axis]..first[axis] + lengths[axis]);
            expected
                .slice_each_axis_mut(|axis| part(start, axis.axis.index()))
                .assign(&view.slice_each_axis(|axis| part(from, axis.axis.index())));
            let mut target = vec![-1.0; 120];
            let into = Region { shape: &whole, start: &start };
            copy_region(&source, &from, &lengths, bytemuck::cast_slice_mut(&mut target), into).unwrap();
            assert_eq!(target, row_major(&expected));
        }
    }

    #[test]
    fn copies_whole_chunks_and_single_elements() {
        let mut target = [0.0; 6];
        let into = Region { shape: &[2, 3], start: &[0, 0] };
        copy_region(&iota(&[2, 3]), &[0, 0], &[2, 3], bytemuck::cast_slice_mut(&mut target), into).unwrap();
        assert_eq!(target, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        let into = Region { shape: &[], start: &[] };
        copy_region(&iota(&[]), &[], &[], bytemuck::cast_slice_mut(&mut target[5..]), into).unwrap();
        assert_eq!(target[5], 0.0);
    }

    #[test]
    fn refuses_boxes_that_do_not_fit() {
        let mut target = [0_u8; 48];
        let into = Region { shape: &[2, 3], start: &[0, 1] };
        let error = copy_region(&iota(&[2, 3]), &[0, 0], &[2, 3], &mut target, into).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a region of shape [2, 3] at [0, 1] does not fit a block of shape [2, 3]"
        );
    }
}

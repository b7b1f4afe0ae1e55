//! Copies single points between chunks.

use bytemuck::Pod;

use crate::chunk::Shape;
use crate::{ArrayError, Chunk};

/// Where points lie in two arrays: along some axes of the one, which are one axis of the other.
#[derive(Clone, Copy, Debug)]
pub struct PointAxes<'a> {
    /// Numbers of the axes of the array with the points, ascending.
    pub axes: &'a [usize],
    /// Number of the axis of the list of points.
    pub at: usize,
}

/// An axis that both arrays have.
struct SharedAxis {
    length: usize,
    /// Distances between elements in the array with the points and in the list of points.
    strides: [usize; 2],
}

/// Copies points of a chunk to their places in a list of points of shape `shape`. `points` has for each its place in
/// the list and its positions along the axes.
///
/// # Errors
/// [`ArrayError::OutOfBounds`] when a point lies outside or the shapes do not belong together.
pub fn take_points(
    chunk: &Chunk,
    points: &[(usize, Shape)],
    around: PointAxes<'_>,
    target: &mut [u8],
    shape: &[usize],
) -> Result<(), ArrayError> {
    let layout = Layout::new(chunk.shape(), shape, around, points)?;
    match chunk.dtype().size() {
        1 => copy::<u8>(chunk.bytes(), target, &layout),
        2 => copy::<u16>(chunk.bytes(), target, &layout),
        4 => copy::<u32>(chunk.bytes(), target, &layout),
        _ => copy::<u64>(chunk.bytes(), target, &layout),
    }
    Ok(())
}

/// What is copied: at every index of the outer axes, for every point, a run of elements.
struct Layout {
    outer: Vec<SharedAxis>,
    /// Where each point begins in the array with the points and in the list.
    offsets: Vec<[usize; 2]>,
    run: usize,
}

impl Layout {
    fn new(
        array: &[usize],
        list: &[usize],
        around: PointAxes<'_>,
        points: &[(usize, Shape)],
    ) -> Result<Layout, ArrayError> {
        let refuse = |what: String| ArrayError::OutOfBounds { what, shape: array.to_vec() };
        let strides = [row_major(array), row_major(list)];
        let ours = (0..array.len()).filter(|axis| !around.axes.contains(axis));
        let theirs = (0..list.len()).filter(|&axis| axis != around.at);
        let mut shared: Vec<SharedAxis> = ours
            .zip(theirs)
            .map(|(a, b)| SharedAxis { length: array[a], strides: [strides[0][a], strides[1][b]] })
            .collect();
        let is_alike = array.len() + 1 == list.len() + around.axes.len()
            && (0..list.len())
                .filter(|&axis| axis != around.at)
                .map(|axis| list[axis])
                .eq(shared.iter().map(|axis| axis.length));
        if !is_alike {
            return Err(refuse(format!("a list of points of shape {list:?}")));
        }
        let mut offsets = Vec::with_capacity(points.len());
        for (place, positions) in points {
            let is_inside = *place < list[around.at]
                && around.axes.iter().zip(positions).all(|(&axis, &position)| position < array[axis]);
            if !is_inside {
                return Err(refuse(format!("the point {positions:?}")));
            }
            let from =
                around.axes.iter().zip(positions).map(|(&axis, &position)| position * strides[0][axis]);
            offsets.push([from.sum(), place * strides[1][around.at]]);
        }
        // What lies together in both arrays behind the last index is copied as one.
        let mut run = 1;
        while let Some(inner) = shared.pop_if(|axis| axis.strides == [run, run] || axis.length == 1) {
            run *= inner.length;
        }
        Ok(Layout { outer: shared, offsets, run })
    }
}

fn row_major(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis];
    }
    strides
}

fn copy<T: Pod>(source: &[u8], target: &mut [u8], layout: &Layout) {
    let source: &[T] = bytemuck::cast_slice(source);
    let target: &mut [T] = bytemuck::cast_slice_mut(target);
    if layout.run == 0 || layout.outer.iter().any(|axis| axis.length == 0) {
        return;
    }
    let mut index = vec![0; layout.outer.len()];
    loop {
        let base = |array: usize| -> usize {
            index.iter().zip(&layout.outer).map(|(&at, axis)| at * axis.strides[array]).sum()
        };
        let (source_base, target_base) = (base(0), base(1));
        for offsets in &layout.offsets {
            let (start, end) = (source_base + offsets[0], target_base + offsets[1]);
            if layout.run == 1 {
                target[end] = source[start];
            } else {
                target[end..end + layout.run].copy_from_slice(&source[start..start + layout.run]);
            }
        }
        let Some(axis) = (0..index.len()).rev().find(|&axis| index[axis] + 1 < layout.outer[axis].length)
        else {
            return;
        };
        index[axis] += 1;
        index[axis + 1..].fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iota(shape: &[usize]) -> Chunk {
        let count = i32::try_from(shape.iter().product::<usize>()).unwrap();
        Chunk::from_slice(shape, &(0..count).collect::<Vec<i32>>()).unwrap()
    }

    fn taken(shape: &[usize], axes: &[usize], at: usize, points: &[&[usize]], list: &[usize]) -> Vec<i32> {
        let mut out = vec![0_i32; list.iter().product()];
        let points: Vec<(usize, Shape)> =
            points.iter().enumerate().map(|(place, point)| (place, Shape::from_slice(point))).collect();
        let around = PointAxes { axes, at };
        take_points(&iota(shape), &points, around, bytemuck::cast_slice_mut(&mut out), list).unwrap();
        out
    }

    #[test]
    fn takes_positions_along_an_axis() {
        assert_eq!(taken(&[5], &[0], 0, &[&[4], &[0], &[4]], &[3]), [4, 0, 4]);
        assert_eq!(taken(&[2, 3], &[1], 1, &[&[2], &[0]], &[2, 2]), [2, 0, 5, 3]);
        assert_eq!(taken(&[3, 2, 2], &[0], 0, &[&[2], &[1]], &[2, 2, 2]), [8, 9, 10, 11, 4, 5, 6, 7]);
        assert_eq!(taken(&[2, 0], &[0], 0, &[&[1]], &[1, 0]), []);
    }

    #[test]
    fn takes_points_of_several_axes() {
        assert_eq!(taken(&[2, 3], &[0, 1], 0, &[&[1, 2], &[0, 1]], &[2]), [5, 1]);
        assert_eq!(taken(&[2, 3, 2], &[0, 2], 0, &[&[1, 0], &[0, 1]], &[2, 3]), [6, 8, 10, 1, 3, 5]);
        assert_eq!(taken(&[2, 3, 2], &[1, 2], 1, &[&[2, 1], &[0, 0]], &[2, 2]), [5, 0, 11, 6]);
    }

    #[test]
    fn refuses_points_outside() {
        let mut out = [0_u8; 4];
        let around = PointAxes { axes: &[0], at: 0 };
        let point = [(0, Shape::from_slice(&[5]))];
        assert!(take_points(&iota(&[5]), &point, around, &mut out, &[1]).is_err());
        let point = [(0, Shape::from_slice(&[0]))];
        assert!(take_points(&iota(&[5, 2]), &point, around, &mut out, &[1]).is_err());
    }
}

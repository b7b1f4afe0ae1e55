//! Axes in another order.
//!
//! ```text
//! rows of the chunk    ── read ──>   a tile of 32 x 32   ── write ──>   rows of the result
//! ```
//!
//! Whatever the order, elements are read and written in runs of whole cache lines: they cross over in a tile that
//! stays in the first-level cache. Written straight to their places, one element of each line would be touched at
//! a time, and rows a power of two apart would push each other out of the cache.

use bytemuck::Pod;

use crate::chunk::Shape;
use crate::{AlignedBuffer, ArrayError, Chunk};

/// Elements of a tile along each of its two axes.
const SIDE: usize = 32;

/// A chunk whose axis `n` is axis `axes[n]` of this one. Memory is shared where no element moves.
///
/// # Errors
/// [`ArrayError::OutOfMemory`].
///
/// # Panics
/// When `axes` does not hold each axis once.
pub fn permute(chunk: &Chunk, axes: &[u32]) -> Result<Chunk, ArrayError> {
    let shape: Shape = axes.iter().map(|&axis| chunk.shape()[axis as usize]).collect();
    let moved = Moved::new(chunk.shape(), axes);
    if chunk.is_empty() || moved.is_in_order() {
        return chunk.clone().reshape(&shape);
    }
    let mut out = AlignedBuffer::zeroed(chunk.bytes().len())?;
    match chunk.dtype().size() {
        1 => moved.copy::<u8>(chunk.bytes(), &mut out),
        2 => moved.copy::<u16>(chunk.bytes(), &mut out),
        4 => moved.copy::<u32>(chunk.bytes(), &mut out),
        _ => moved.copy::<u64>(chunk.bytes(), &mut out),
    }
    Chunk::new(chunk.dtype(), &shape, out)
}

/// An axis of the result that is longer than 1.
#[derive(Clone, Copy, Debug)]
struct Axis {
    length: usize,
    /// Elements of the chunk between two of its elements.
    from: usize,
    /// Elements of the result between two of its elements.
    to: usize,
}

/// The axes of the result in order, as few as describe it.
struct Moved {
    axes: Vec<Axis>,
}

impl Moved {
    fn new(shape: &[usize], order: &[u32]) -> Moved {
        let mut strides = vec![0; shape.len()];
        let mut stride = 1;
        for (number, length) in shape.iter().enumerate().rev() {
            strides[number] = stride;
            stride *= length;
        }
        let mut axes: Vec<Axis> = Vec::new();
        for &axis in order {
            let (length, from) = (shape[axis as usize], strides[axis as usize]);
            match axes.last_mut() {
                _ if length == 1 => {}
                // Neighbours that stay together are one axis.
                Some(outer) if outer.from == from * length => {
                    *outer = Axis { length: outer.length * length, from, to: 0 };
                }
                _ => axes.push(Axis { length, from, to: 0 }),
            }
        }
        let mut stride = 1;
        for axis in axes.iter_mut().rev() {
            axis.to = stride;
            stride *= axis.length;
        }
        Moved { axes }
    }

    fn is_in_order(&self) -> bool {
        self.axes.len() <= 1
    }

    fn copy<T: Pod>(mut self, from: &[u8], to: &mut [u8]) {
        let (from, to) = (bytemuck::cast_slice::<u8, T>(from), bytemuck::cast_slice_mut::<u8, T>(to));
        let Some(inner) = self.axes.pop() else { return };
        if inner.from == 1 {
            for_each(&self.axes, &mut |at, into| {
                to[into..into + inner.length].copy_from_slice(&from[at..at + inner.length]);
            });
            return;
        }
        let Some(across) = self.axes.iter().position(|axis| axis.from == 1) else { return };
        let across = self.axes.remove(across);
        for_each(&self.axes, &mut |at, into| transpose(&from[at..], across, &mut to[into..], inner));
    }
}

/// Calls `visit` with every place in the chunk and in the result that some axes lead to.
fn for_each(axes: &[Axis], visit: &mut impl FnMut(usize, usize)) {
    fn walk(axes: &[Axis], at: usize, into: usize, visit: &mut impl FnMut(usize, usize)) {
        match axes.split_first() {
            None => visit(at, into),
            Some((axis, rest)) => {
                for index in 0..axis.length {
                    walk(rest, at + index * axis.from, into + index * axis.to, visit);
                }
            }
        }
    }
    walk(axes, 0, 0, visit);
}

/// Turns a matrix whose rows run along `across` into one whose rows run along `inner`.
fn transpose<T: Pod>(from: &[T], across: Axis, to: &mut [T], inner: Axis) {
    let mut tile = [[T::zeroed(); SIDE]; SIDE];
    for top in (0..inner.length).step_by(SIDE) {
        let height = SIDE.min(inner.length - top);
        for left in (0..across.length).step_by(SIDE) {
            let width = SIDE.min(across.length - left);
            for (row, line) in tile[..height].iter_mut().enumerate() {
                let start = (top + row) * inner.from + left;
                line[..width].copy_from_slice(&from[start..start + width]);
            }
            for column in 0..width {
                let start = (left + column) * across.to + top;
                for (out, line) in to[start..start + height].iter_mut().zip(&tile) {
                    *out = line[column];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Element;
    use crate::feed::testing::iota;

    fn orders(count: u32) -> Vec<Vec<u32>> {
        if count == 0 {
            return vec![Vec::new()];
        }
        let shorter = orders(count - 1);
        let insert = |order: &Vec<u32>, place: u32| {
            let mut longer = order.clone();
            longer.insert(place as usize, count - 1);
            longer
        };
        shorter.iter().flat_map(|order| (0..count).map(|place| insert(order, place))).collect()
    }

    #[test]
    fn agrees_with_ndarray_in_every_order() {
        for shape in [&[40, 70][..], &[3, 33, 65], &[4, 1, 5, 6], &[2, 3, 4, 5], &[0, 3], &[7], &[]] {
            let chunk = iota(shape);
            for order in orders(u32::try_from(shape.len()).unwrap()) {
                let axes: Vec<usize> = order.iter().map(|&axis| axis as usize).collect();
                let expected = chunk.view::<f64>().unwrap().permuted_axes(axes).to_owned();
                let permuted = permute(&chunk, &order).unwrap();
                assert_eq!(permuted.shape(), expected.shape());
                assert!(
                    permuted.as_slice::<f64>().unwrap().iter().eq(expected.iter()),
                    "{shape:?} {order:?}"
                );
            }
        }
    }

    #[test]
    fn moves_elements_of_every_size() {
        fn check<T: Element + PartialEq>(values: &[T]) {
            let transposed = permute(&Chunk::from_slice(&[2, 3], values).unwrap(), &[1, 0]).unwrap();
            assert!(transposed.as_slice::<T>().unwrap() == [0, 3, 1, 4, 2, 5].map(|index| values[index]));
        }
        check(&[1_u8, 2, 3, 4, 5, 6]);
        check(&[1_i16, 2, 3, 4, 5, 6]);
        check(&[1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0]);
        check(&[1_u64, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn shares_memory_where_nothing_moves() {
        let chunk = iota(&[1, 5, 1, 4]);
        let permuted = permute(&chunk, &[1, 0, 3, 2]).unwrap();
        assert_eq!(
            (permuted.shape(), permuted.bytes().as_ptr()),
            (&[5, 1, 4, 1][..], chunk.bytes().as_ptr())
        );
    }
}

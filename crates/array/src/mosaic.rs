//! An array that many threads fill, each its own boxes of it.

use std::marker::PhantomData;
use std::ptr;

use bramble_graph::DType;

use crate::chunk::{Shape, byte_length};
use crate::copy::{Region, check_fits};
use crate::{AlignedBuffer, ArrayError, Chunk, RowsMut};

/// Memory of a whole array, given out in [`Window`]s.
#[derive(Debug)]
pub struct Mosaic {
    dtype: DType,
    shape: Shape,
    /// Of `data`, which nothing else touches before the mosaic becomes a chunk.
    first: *mut u8,
    data: AlignedBuffer,
}

// SAFETY: the memory is the mosaic's own, and whoever asks for a window promises that it is his alone.
unsafe impl Send for Mosaic {}
// SAFETY: as above.
unsafe impl Sync for Mosaic {}

impl Mosaic {
    /// An array of zeros.
    ///
    /// # Errors
    /// [`ArrayError::OutOfMemory`] or [`ArrayError::TooLarge`].
    pub fn new(dtype: DType, shape: &[usize]) -> Result<Mosaic, ArrayError> {
        let mut data = AlignedBuffer::zeroed(byte_length(dtype, shape)?)?;
        Ok(Mosaic { dtype, shape: shape.into(), first: data.as_mut_ptr(), data })
    }

    /// A box of the array, to be filled.
    ///
    /// # Errors
    /// [`ArrayError::OutOfBounds`] when the box does not lie in the array.
    ///
    /// # Safety
    /// No two windows that exist at the same time have an element in common.
    pub unsafe fn window(&self, start: &[usize], lengths: &[usize]) -> Result<Window<'_>, ArrayError> {
        check_fits(lengths, Region { shape: &self.shape, start })?;
        let axes = lengths.len();
        let mut strides = Shape::from_elem(self.dtype.size(), axes);
        for axis in (1..axes).rev() {
            strides[axis - 1] = strides[axis] * self.shape[axis];
        }
        // Inner axes that the box has as a whole, and the one before them, are one piece of memory.
        let whole = (0..axes).rev().take_while(|&axis| lengths[axis] == self.shape[axis]).count();
        let outer = axes.saturating_sub(whole + 1);
        let row = self.dtype.size() * lengths[outer..].iter().product::<usize>();
        let left = row * lengths[..outer].iter().product::<usize>();
        let offset = start.iter().zip(&strides).map(|(start, stride)| start * stride).sum::<usize>();
        let piece = if left == 0 { 0 } else { row };
        Ok(Window {
            // SAFETY: the box lies in the memory, as was checked; an empty one is not looked into.
            at: if left == 0 { self.first } else { unsafe { self.first.add(offset) } },
            piece,
            row,
            left,
            place: Shape::from_elem(0, outer),
            lengths: Shape::from_slice(&lengths[..outer]),
            strides: Shape::from_slice(&strides[..outer]),
            mosaic: PhantomData,
        })
    }

    /// The array, as it was filled.
    ///
    /// # Errors
    /// None that [`Mosaic::new`] has not had.
    pub fn into_chunk(self) -> Result<Chunk, ArrayError> {
        Chunk::new(self.dtype, &self.shape, self.data)
    }
}

/// A box of a [`Mosaic`], which is filled from its first element to its last.
#[derive(Debug)]
pub struct Window<'a> {
    /// Where the next byte goes.
    at: *mut u8,
    /// What is left of the piece of memory there.
    piece: usize,
    /// Bytes of a whole piece.
    row: usize,
    /// What is left of the box.
    left: usize,
    /// The piece along the outer axes, how many there are, and how far apart they begin.
    place: Shape,
    lengths: Shape,
    strides: Shape,
    mosaic: PhantomData<&'a mut [u8]>,
}

impl Window<'_> {
    /// What is yet to be filled, if it is one piece of memory.
    pub fn as_slice(&mut self) -> Option<&mut [u8]> {
        if self.left != self.piece {
            return None;
        }
        // SAFETY: the bytes lie in the box, which is this window's alone.
        Some(unsafe { std::slice::from_raw_parts_mut(self.at, self.piece) })
    }

    /// What is yet to be filled as rows of `length` bytes, if it is one piece of memory, or its pieces are these rows.
    pub fn as_rows(&mut self, length: usize) -> Option<RowsMut<'_, u8>> {
        if length == 0 || !self.left.is_multiple_of(length) {
            return None;
        }
        let stride = match *self.strides {
            _ if self.left == self.piece => length,
            [stride] if self.piece == length && self.row == length => stride,
            _ => return None,
        };
        // SAFETY: the rows are all of the box that is left, which is this window's alone.
        Some(unsafe { RowsMut::new(self.at, self.left / length, length, stride) })
    }

    /// Fills what comes next.
    ///
    /// # Panics
    /// When less is left.
    pub fn push(&mut self, mut bytes: &[u8]) {
        assert!(bytes.len() <= self.left, "{} bytes for {}", bytes.len(), self.left);
        while !bytes.is_empty() {
            if self.piece == 0 {
                self.advance();
            }
            let (now, later) = bytes.split_at(bytes.len().min(self.piece));
            // SAFETY: this much is left of the piece, which lies in the box, and nobody else has that.
            unsafe {
                ptr::copy_nonoverlapping(now.as_ptr(), self.at, now.len());
                self.at = self.at.add(now.len());
            }
            self.piece -= now.len();
            self.left -= now.len();
            bytes = later;
        }
    }

    /// From the end of a piece to the beginning of the next.
    fn advance(&mut self) {
        // SAFETY: a piece was filled from its beginning to its end.
        self.at = unsafe { self.at.sub(self.row) };
        self.piece = self.row;
        for axis in (0..self.place.len()).rev() {
            let stride = self.strides[axis];
            if self.place[axis] + 1 < self.lengths[axis] {
                self.place[axis] += 1;
                // SAFETY: something is left of the box, so that this piece lies in it.
                self.at = unsafe { self.at.add(stride) };
                return;
            }
            // SAFETY: back to where the first piece along this axis begins.
            self.at = unsafe { self.at.sub(self.place[axis] * stride) };
            self.place[axis] = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An axis, and a range in it.
    fn axis() -> impl Strategy<Value = (usize, usize, usize)> {
        (0_usize..5, 0_usize..5, 0_usize..5)
            .prop_map(|(before, inside, behind)| (before + inside + behind, before, inside))
    }

    proptest! {
        #[test]
        fn a_box_is_filled_and_nothing_else(axes in prop::collection::vec(axis(), 0..4), step in 1_usize..20) {
            let shape: Shape = axes.iter().map(|axis| axis.0).collect();
            let start: Shape = axes.iter().map(|axis| axis.1).collect();
            let lengths: Shape = axes.iter().map(|axis| axis.2).collect();
            let count: usize = lengths.iter().product();
            let values: Vec<u16> = (1..).take(count).collect();
            let mosaic = Mosaic::new(DType::UInt16, &shape).unwrap();
            // SAFETY: there is one window.
            let mut window = unsafe { mosaic.window(&start, &lengths) }.unwrap();
            let bytes: &[u8] = bytemuck::cast_slice(&values);
            for piece in bytes.chunks(step) {
                window.push(piece);
            }
            prop_assert!(window.as_slice().unwrap().is_empty());
            // SAFETY: the other window is gone.
            if let Some(slice) = unsafe { mosaic.window(&start, &lengths) }.unwrap().as_slice() {
                prop_assert_eq!(&*slice, bytes);
            }
            let chunk = mosaic.into_chunk().unwrap();
            let mut expected = values.into_iter();
            let elements = chunk.view::<u16>().unwrap();
            for (index, &found) in elements.indexed_iter() {
                let is_inside = (0..shape.len()).all(|axis| (start[axis]..start[axis] + lengths[axis]).contains(&index[axis]));
                prop_assert_eq!(found, if is_inside { expected.next().unwrap() } else { 0 });
            }
        }
    }

    #[test]
    fn a_box_of_a_matrix_is_filled_by_its_rows() {
        let mosaic = Mosaic::new(DType::Int16, &[3, 5]).unwrap();
        for (start, lengths) in [([0, 1], [2, 3]), ([2, 0], [1, 5])] {
            // SAFETY: there is one window at a time.
            let mut window = unsafe { mosaic.window(&start, &lengths) }.unwrap();
            assert!(window.as_rows(2 * lengths[1] + 2).is_none(), "rows that are longer");
            let mut rows = window.as_rows(2 * lengths[1]).unwrap();
            let mut rows = rows.cast::<i16>();
            rows.take(1).each().for_each(|row| row.fill(1));
            assert_eq!((rows.count(), rows.length()), (lengths[0] - 1, lengths[1]));
            rows.each().for_each(|row| row.fill(2));
        }
        // SAFETY: the other windows are gone.
        let mut window = unsafe { mosaic.window(&[0, 0], &[3, 1]) }.unwrap();
        window.push(&[9, 0]);
        assert!(window.as_rows(2).is_none_or(|rows| rows.count() == 2), "what was filled is no row");
        let chunk = mosaic.into_chunk().unwrap();
        assert_eq!(chunk.as_slice::<i16>().unwrap(), [9, 1, 1, 1, 0, 0, 2, 2, 2, 0, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn refuses_a_box_beyond_the_array() {
        let mosaic = Mosaic::new(DType::Int8, &[4, 4]).unwrap();
        // SAFETY: there is no window.
        let refused = unsafe { mosaic.window(&[2, 0], &[3, 4]) };
        assert!(matches!(refused, Err(ArrayError::OutOfBounds { .. })));
    }
}

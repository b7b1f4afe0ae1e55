//! Reads a chunk in memory.

use bramble_graph::DType;
use ndarray::{ArrayView, IxDyn};

use super::repeat::Repeat;
use super::strided::{Axis, Strided};
use super::{Feed, Rows};
use crate::chunk::element_count;
use crate::element::dispatch;
use crate::{ArrayError, Chunk, FeedError, TILE};

/// Reads a chunk as a block of this shape, against which it is broadcast as NumPy does: axes align at the
/// end, and an axis of length 1 repeats. Where nothing repeats, nothing is copied.
///
/// # Errors
/// [`ArrayError::Broadcast`], [`ArrayError::OutOfMemory`].
pub fn memory(chunk: &Chunk, shape: &[usize]) -> Result<Box<dyn Feed>, ArrayError> {
    let axes = broadcast(chunk, shape)?;
    Ok(match axes.as_slice() {
        _ if element_count(shape)? == chunk.len() => Box::new(Whole { chunk: chunk.clone() }),
        [] | [Axis { stride: 0, .. }] => Box::new(Repeat::new(chunk, element_count(shape)?)?),
        [Axis { stride: 0, .. }, Axis { stride: 1, length }] if *length <= TILE => {
            Box::new(Repeat::new(chunk, element_count(shape)?)?)
        }
        _ => Box::new(Strided::new(chunk, axes)?),
    })
}

/// The axes of the block, as few as describe it, and how far apart their elements lie in the chunk.
fn broadcast(chunk: &Chunk, shape: &[usize]) -> Result<Vec<Axis>, ArrayError> {
    let mismatch = || ArrayError::Broadcast { from: chunk.shape().to_vec(), to: shape.to_vec() };
    let strides: Vec<isize> = dispatch!(chunk.dtype(), T => {
        let view: ArrayView<'_, T, IxDyn> = chunk.view()?;
        view.broadcast(IxDyn(shape)).ok_or_else(mismatch)?.strides().to_vec()
    });
    let mut axes: Vec<Axis> = Vec::new();
    for (&length, stride) in shape.iter().zip(strides) {
        let stride = usize::try_from(stride).map_err(|_| mismatch())?;
        match axes.last_mut() {
            _ if length == 1 => {}
            Some(outer) if outer.stride == stride * length => {
                *outer = Axis { length: outer.length * length, stride };
            }
            _ => axes.push(Axis { length, stride }),
        }
    }
    Ok(axes)
}

/// All elements, just as they lie.
struct Whole {
    chunk: Chunk,
}

impl Feed for Whole {
    fn dtype(&self) -> DType {
        self.chunk.dtype()
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError> {
        let size = self.chunk.dtype().size();
        Ok(&self.chunk.bytes()[start * size..(start + length) * size])
    }

    fn in_place(&self, start: usize) -> Option<Rows<'_>> {
        self.chunk.bytes().get(start * self.chunk.dtype().size()..).map(Rows::one)
    }

    fn read_all(&mut self, out: &mut [u8]) -> Result<(), FeedError> {
        out.copy_from_slice(self.chunk.bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::testing::{assert_reads, iota};

    #[test]
    fn reads_an_equal_shape_without_copying() {
        let chunk = iota(&[50, 100]);
        let mut feed = memory(&chunk, &[50, 100]).unwrap();
        let tile = feed.tile(1000, 10).unwrap();
        assert_eq!(tile.as_ptr(), chunk.bytes()[8000..].as_ptr());
        // Another number of axes is another view of the same elements.
        assert_eq!(memory(&chunk, &[1, 50, 100]).unwrap().tile(0, 1).unwrap(), &chunk.bytes()[..8]);
    }

    #[test]
    fn repeats_axes_of_length_1() {
        for (from, to) in [
            (&[][..], &[70, 80][..]),
            (&[1, 1], &[70, 80]),
            (&[3], &[2000, 3]),
            (&[1, 3], &[2000, 3]),
            (&[1, 3000], &[4, 3000]),
            (&[2000, 1], &[2000, 3]),
            (&[4, 1], &[4, 3000]),
            (&[5, 1, 7], &[5, 100, 7]),
            (&[1, 40, 1], &[5, 40, 30]),
            (&[2, 1, 3, 1], &[2, 30, 3, 20]),
            (&[3], &[0, 3]),
        ] {
            assert_reads(&iota(from), to);
        }
    }

    #[test]
    fn refuses_what_does_not_broadcast() {
        let error = memory(&iota(&[3]), &[3, 4]).err().unwrap();
        assert_eq!(error.to_string(), "a block of shape [3] does not broadcast to shape [3, 4]");
    }
}

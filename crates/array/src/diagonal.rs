//! The diagonal of two axes.

use bytemuck::Pod;
use ndarray::{ArrayViewD, Axis, IxDyn};

use crate::chunk::Shape;
use crate::{AlignedBuffer, ArrayError, Chunk};

/// The elements whose places on two axes of the same length are equal; the diagonal becomes the last axis.
///
/// # Errors
/// [`ArrayError::OutOfMemory`].
///
/// # Panics
/// When there are no such two axes.
pub fn diagonal(chunk: &Chunk, first: usize, second: usize) -> Result<Chunk, ArrayError> {
    assert_eq!(chunk.shape()[first], chunk.shape()[second], "a diagonal of axes of one length");
    let kept = chunk.shape().iter().enumerate().filter(|&(axis, _)| axis != first && axis != second);
    let shape: Shape = kept.map(|(_, &length)| length).chain([chunk.shape()[first]]).collect();
    let mut out = AlignedBuffer::zeroed(crate::element_count(&shape)? * chunk.dtype().size())?;
    match chunk.dtype().size() {
        1 => copy::<u8>(chunk, first, second, &mut out)?,
        2 => copy::<u16>(chunk, first, second, &mut out)?,
        4 => copy::<u32>(chunk, first, second, &mut out)?,
        _ => copy::<u64>(chunk, first, second, &mut out)?,
    }
    Chunk::new(chunk.dtype(), &shape, out)
}

fn copy<T: Pod>(chunk: &Chunk, first: usize, second: usize, out: &mut [u8]) -> Result<(), ArrayError> {
    let source: ArrayViewD<'_, T> =
        ArrayViewD::from_shape(IxDyn(chunk.shape()), bytemuck::cast_slice(chunk.bytes()))
            .map_err(|_| ArrayError::TooLarge { elements: u64::MAX })?;
    let (near, far) = (first.min(second), first.max(second));
    let out: &mut [T] = bytemuck::cast_slice_mut(out);
    let length = chunk.shape()[first];
    for at in 0..length {
        let rest = source.index_axis(Axis(far), at);
        let line = rest.index_axis(Axis(near), at);
        out.iter_mut().skip(at).step_by(length).zip(line.iter()).for_each(|(out, &element)| *out = element);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::testing::iota;

    fn values(chunk: &Chunk) -> &[f64] {
        chunk.as_slice().unwrap()
    }

    #[test]
    fn takes_the_diagonal_of_any_two_axes() {
        assert_eq!(values(&diagonal(&iota(&[3, 3]), 0, 1).unwrap()), [0.0, 4.0, 8.0]);
        let chunk = iota(&[2, 3, 2]);
        for (first, second) in [(0, 2), (2, 0)] {
            let taken = diagonal(&chunk, first, second).unwrap();
            assert_eq!((taken.shape(), values(&taken)), (&[3, 2][..], &[0.0, 7.0, 2.0, 9.0, 4.0, 11.0][..]));
        }
        assert!(diagonal(&iota(&[0, 4, 0]), 0, 2).unwrap().is_empty());
    }
}

//! Blocks that are made from nothing.

use bramble_graph::{Create, DType, Scalar};

use super::random::{Walk, random};
use super::{Feed, TILE, memory};
use crate::element::{Cast, for_families, from_scalar};
use crate::{AlignedBuffer, ArrayError, Chunk, Element, FeedError};

/// Makes the elements of a block of this shape, of which the first stands at `starts` in its layer.
///
/// # Errors
/// [`ArrayError::RangeShape`] for a range of more or less than one axis, [`ArrayError::UnsupportedType`] for random
/// numbers of a type that has none, [`ArrayError::OutOfMemory`].
pub fn create(
    create: &Create,
    dtype: DType,
    shape: &[usize],
    starts: &[u64],
) -> Result<Box<dyn Feed>, ArrayError> {
    match create {
        Create::Full { value } => memory(&Chunk::from_scalar(dtype, *value)?, shape),
        &Create::Arange { start: origin, step, first, stride } => {
            let (&[_], &[start]) = (shape, starts) else {
                return Err(ArrayError::RangeShape { shape: shape.to_vec() });
            };
            // Positions are below 2^63, whatever the way to them.
            let first = first.cast_signed().wrapping_add(start.cast_signed().wrapping_mul(stride));
            range(dtype, origin, step, Positions { first, stride })
        }
        Create::Random { key, first, strides } => {
            let first = starts.iter().zip(strides).fold(*first, |position, (start, &stride)| {
                position.wrapping_add_signed(start.cast_signed().wrapping_mul(stride))
            });
            random(*key, dtype, shape, Walk { first, strides })
        }
    }
}

/// The positions of the elements of a block in a range.
#[derive(Clone, Copy)]
struct Positions {
    first: i64,
    stride: i64,
}

/// Floats are computed in double precision with one multiplication and one addition, integers wrap.
fn range(
    dtype: DType,
    origin: Scalar,
    step: Scalar,
    positions: Positions,
) -> Result<Box<dyn Feed>, ArrayError> {
    let floats: (f64, f64) = (from_scalar(origin), from_scalar(step));
    let integers: (i64, i64) = (from_scalar(origin), from_scalar(step));
    for_families!(dtype, {
        float T => Range::feed(positions, move |position| -> T {
            (floats.0 + floats.1 * position as f64).cast()
        }),
        any T => Range::feed(positions, move |position| -> T {
            integers.0.wrapping_add(integers.1.wrapping_mul(position)).cast()
        }),
    })
    .unwrap_or(Err(ArrayError::UnsupportedType { op: "arange", dtype }))
}

/// Computes elements from their positions.
struct Range<F> {
    positions: Positions,
    element: F,
    tile: AlignedBuffer,
}

impl<F> Range<F> {
    fn feed<T: Element>(positions: Positions, element: F) -> Result<Box<dyn Feed>, ArrayError>
    where
        F: Fn(i64) -> T + Send + 'static,
    {
        Ok(Box::new(Range { positions, element, tile: AlignedBuffer::filled(TILE, T::default())? }))
    }
}

impl<T: Element, F: Fn(i64) -> T + Send> Feed for Range<F> {
    fn dtype(&self) -> DType {
        T::DTYPE
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError> {
        let Positions { first, stride } = self.positions;
        let start = first.wrapping_add((start as u64).cast_signed().wrapping_mul(stride));
        let tile = &mut self.tile.as_mut_slice()[..length];
        for (element, number) in tile.iter_mut().zip(0..) {
            *element = (self.element)(start.wrapping_add(stride.wrapping_mul(number)));
        }
        Ok(bytemuck::cast_slice(tile))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Element>(kind: &Create, length: usize, start: u64) -> Vec<T> {
        let mut out = vec![T::default(); length];
        let mut feed = create(kind, T::DTYPE, &[length], &[start]).unwrap();
        feed.read_all(bytemuck::cast_slice_mut(&mut out)).unwrap();
        out
    }

    fn arange(start: Scalar, step: Scalar, first: u64, stride: i64) -> Create {
        Create::Arange { start, step, first, stride }
    }

    #[test]
    fn computes_floats_from_their_position() {
        let tenths = arange(Scalar::Float(1.0), Scalar::Float(0.1), 0, 1);
        let expected: Vec<f64> = (0..5000).map(|i| 1.0 + 0.1 * f64::from(i + 7)).collect();
        assert_eq!(read::<f64>(&tenths, 5000, 7), expected);
        assert_eq!(read::<f32>(&tenths, 2, 7), [1.7, 1.8]);
    }

    #[test]
    fn follows_slices_of_a_range() {
        let backwards = arange(Scalar::Int(100), Scalar::Int(10), 9, -2);
        assert_eq!(read::<i64>(&backwards, 4, 0), [190, 170, 150, 130]);
        assert_eq!(read::<i64>(&backwards, 2, 3), [130, 110]);
        assert_eq!(read::<u8>(&backwards, 1, 4), [110]);
    }

    #[test]
    fn wraps_integers() {
        let near_the_end = arange(Scalar::UInt(u64::MAX - 1), Scalar::Int(1), 0, 1);
        assert_eq!(read::<u64>(&near_the_end, 4, 0), [u64::MAX - 1, u64::MAX, 0, 1]);
    }

    #[test]
    fn fills_blocks_of_any_shape() {
        let mut feed =
            create(&Create::Full { value: Scalar::Int(7) }, DType::Int16, &[300, 20], &[5, 0]).unwrap();
        assert_eq!(bytemuck::cast_slice::<u8, i16>(feed.tile(4000, 1000).unwrap()), [7; 1000]);
    }

    #[test]
    fn refuses_ranges_of_two_axes() {
        let kind = arange(Scalar::Int(0), Scalar::Int(1), 0, 1);
        assert!(matches!(create(&kind, DType::Int8, &[2, 2], &[0, 0]), Err(ArrayError::RangeShape { .. })));
    }
}

//! Blocks of random numbers, each made from its place in a sequence.

use bramble_graph::DType;
use bytemuck::Pod;

use super::{Feed, TILE};
use crate::random::Philox;
use crate::simd::{self, Loop};
use crate::{AlignedBuffer, ArrayError, FeedError, Shape};

/// The numbers of the sequence that a block has: `first + i * strides[0] + j * strides[1] + …`.
#[derive(Clone, Copy)]
pub(super) struct Walk<'a> {
    pub(super) first: u64,
    pub(super) strides: &'a [i64],
}

/// Random bits for `uint64`, numbers uniform in [0, 1) for floats: those of NumPy's `Generator.random`.
pub(super) fn random(
    key: [u32; 4],
    dtype: DType,
    shape: &[usize],
    walk: Walk<'_>,
) -> Result<Box<dyn Feed>, ArrayError> {
    Ok(match dtype {
        DType::UInt64 => Box::new(Random::new(key, shape, walk, |words, position, out: &mut [u64]| {
            words.fill(position, out);
        })?),
        DType::Float64 => Box::new(Random::new(key, shape, walk, doubles)?),
        DType::Float32 => Box::new(Random::new(key, shape, walk, floats)?),
        _ => return Err(ArrayError::UnsupportedType { op: "random", dtype }),
    })
}

/// The upper 53 bits of each number, as a fraction.
#[inline(always)]
fn doubles(words: Philox, position: u64, out: &mut [f64]) {
    let bits: &mut [u64] = bytemuck::cast_slice_mut(out);
    words.fill(position, bits);
    for word in bits {
        *word = ((*word >> 11) as f64 * f64::EPSILON / 2.0).to_bits();
    }
}

/// The upper 24 bits of each half of a number, the lower half first, as a fraction.
#[inline(always)]
fn floats(words: Philox, position: u64, out: &mut [f32]) {
    let ahead = out.len().min(usize::from(!position.is_multiple_of(2)));
    let (head, pairs) = out.split_at_mut(ahead);
    if let [float] = head {
        *float = fraction(words.word(position / 2) >> 32);
    }
    let mut buffer = [0; TILE / 2];
    let buffer = &mut buffer[..pairs.len().div_ceil(2)];
    words.fill(u64::midpoint(position, ahead as u64), buffer);
    for (pair, word) in pairs.chunks_mut(2).zip(buffer) {
        for (float, half) in pair.iter_mut().zip([*word, *word >> 32]) {
            *float = fraction(half);
        }
    }
}

/// The upper 24 of the lower 32 bits.
#[inline(always)]
fn fraction(word: u64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is taken")]
    let half = word as u32;
    (half >> 8) as f32 * (f32::EPSILON / 2.0)
}

/// Makes random numbers in a row from a position on.
trait Fill<T>: Fn(Philox, u64, &mut [T]) + Send {}
impl<T, F: Fn(Philox, u64, &mut [T]) + Send> Fill<T> for F {}

struct Random<T, F> {
    sequence: Philox,
    shape: Shape,
    strides: Vec<i64>,
    first: u64,
    fill: F,
    tile: AlignedBuffer,
    element: std::marker::PhantomData<T>,
}

impl<T: Pod, F: Fill<T>> Random<T, F> {
    fn new(key: [u32; 4], shape: &[usize], walk: Walk<'_>, fill: F) -> Result<Random<T, F>, ArrayError> {
        let (shape, strides) = merge_axes(shape, walk.strides);
        let tile = AlignedBuffer::zeroed(TILE * size_of::<T>())?;
        let element = std::marker::PhantomData;
        Ok(Random { sequence: Philox::new(key), shape, strides, first: walk.first, fill, tile, element })
    }

    /// Position in the sequence of an element of the block.
    fn position(&self, mut element: usize) -> u64 {
        let mut position = self.first;
        for (&length, &stride) in self.shape.iter().zip(&self.strides).rev() {
            let index = (element % length) as u64;
            position = position.wrapping_add_signed(stride.wrapping_mul(index.cast_signed()));
            element /= length;
        }
        position
    }
}

/// Axes whose elements lie in a row become one, so that runs are long.
fn merge_axes(shape: &[usize], strides: &[i64]) -> (Shape, Vec<i64>) {
    let mut merged: (Shape, Vec<i64>) = Default::default();
    for (&length, &stride) in shape.iter().zip(strides).filter(|&(&length, _)| length != 1) {
        match (merged.0.last_mut(), merged.1.last_mut()) {
            (Some(outer), Some(distance))
                if i64::try_from(length).ok().and_then(|n| stride.checked_mul(n)) == Some(*distance) =>
            {
                *outer *= length;
                *distance = stride;
            }
            _ => {
                merged.0.push(length);
                merged.1.push(stride);
            }
        }
    }
    merged
}

impl<T: crate::Element, F: Fill<T>> Feed for Random<T, F> {
    fn dtype(&self) -> DType {
        T::DTYPE
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError> {
        let inner = self.shape.last().copied().unwrap_or(1);
        let in_a_row = self.strides.last().is_none_or(|&stride| stride == 1);
        let mut tile = std::mem::take(&mut self.tile);
        let mut rest: &mut [T] = &mut tile.as_mut_slice()[..length];
        let mut element = start;
        while !rest.is_empty() {
            let run = if in_a_row { rest.len().min(inner - element % inner) } else { 1 };
            let (out, behind) = rest.split_at_mut(run);
            let position = self.position(element);
            simd::run(Run { fill: &self.fill, sequence: self.sequence, position, out });
            element += run;
            rest = behind;
        }
        self.tile = tile;
        Ok(&self.tile[..length * size_of::<T>()])
    }
}

struct Run<'a, T, F> {
    fill: &'a F,
    sequence: Philox,
    position: u64,
    out: &'a mut [T],
}

impl<T, F: Fill<T>> Loop for Run<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        (self.fill)(self.sequence, self.position, self.out);
    }
}

#[cfg(test)]
mod tests {
    use bramble_graph::Create;

    use crate::Element;
    use crate::feed::create;

    const KEY: [u32; 4] = [1, 2, 3, 4];

    fn read<T: Element>(shape: &[usize], starts: &[u64], first: u64, strides: &[i64]) -> Vec<T> {
        let random = Create::Random { key: KEY, first, strides: strides.to_vec() };
        let mut out = vec![T::default(); shape.iter().product()];
        let mut feed = create(&random, T::DTYPE, shape, starts).unwrap();
        feed.read_all(bytemuck::cast_slice_mut(&mut out)).unwrap();
        out
    }

    fn blocks_and_slices_are_parts_of_the_whole<T: Element>() {
        let whole = read::<T>(&[60, 70], &[0, 0], 0, &[70, 1]);
        let element = |i: usize, j: usize| whole[i * 70 + j];
        let block = read::<T>(&[20, 33], &[7, 11], 0, &[70, 1]);
        let expected = |i: usize, j: usize| element(7 + i, 11 + j);
        assert_eq!(block, (0..20 * 33).map(|n| expected(n / 33, n % 33)).collect::<Vec<_>>());
        // Every third row backwards, every second element: x[59::-3, 1::2].
        let sliced = read::<T>(&[20, 35], &[0, 0], 59 * 70 + 1, &[-210, 2]);
        let expected = |i: usize, j: usize| element(59 - 3 * i, 1 + 2 * j);
        assert_eq!(sliced, (0..20 * 35).map(|n| expected(n / 35, n % 35)).collect::<Vec<_>>());
        assert_eq!(read::<T>(&[], &[], 71, &[]), [element(1, 1)]);
        assert_eq!(read::<T>(&[3, 0], &[0, 0], 0, &[0, 1]), []);
    }

    #[test]
    fn does_not_depend_on_blocks() {
        blocks_and_slices_are_parts_of_the_whole::<u64>();
        blocks_and_slices_are_parts_of_the_whole::<f64>();
        blocks_and_slices_are_parts_of_the_whole::<f32>();
    }

    #[test]
    fn floats_are_uniform() {
        let doubles = read::<f64>(&[100_000], &[0], 0, &[1]);
        assert!(doubles.iter().all(|x| (0.0..1.0).contains(x)));
        let mean = doubles.iter().sum::<f64>() / 1e5;
        assert!((mean - 0.5).abs() < 0.005, "{mean}");
        let floats = read::<f32>(&[100_000], &[0], 0, &[1]);
        assert!(floats.iter().all(|x| (0.0..1.0).contains(x)));
    }

    #[test]
    fn other_types_have_none() {
        let random = Create::Random { key: KEY, first: 0, strides: vec![1] };
        assert!(create(&random, bramble_graph::DType::Int8, &[1], &[0]).is_err());
    }
}

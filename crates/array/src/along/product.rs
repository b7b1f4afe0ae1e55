//! Products of complex numbers along an axis.
//!
//! The first half of the numbers is multiplied with the second, number by number, and what comes of it likewise until one is
//! left. Of an odd number the last one stays behind, to be multiplied with what comes of the others. So whoever multiplies
//! halves before, block by block, gets the same bits.

use std::ops::{Add, Mul, Sub};

use super::wide_product::Rows;
use crate::simd::{self, Loop};
use crate::{AlignedBuffer, ArrayError, Chunk, Element};

/// Least numbers of rows that are multiplied branch by branch.
const WIDE: usize = 64;

/// Floats that parts of complex numbers are.
pub(super) trait Part:
    Element + From<u8> + Add<Output = Self> + Mul<Output = Self> + Sub<Output = Self>
{
}

impl Part for f32 {}
impl Part for f64 {}

/// Writes for each kept position the real and the imaginary part of the product. The chunks are the parts of the numbers.
pub(super) fn product<T: Part>([re, im]: [&Chunk; 2], axis: usize, out: &mut [u8]) -> Result<(), ArrayError> {
    let shape = re.shape();
    if im.shape() != shape || axis >= shape.len() {
        let what = format!("imaginary parts of shape {:?} along axis {axis}", im.shape());
        return Err(ArrayError::OutOfBounds { what, shape: shape.to_vec() });
    }
    let (length, inner) = (shape[axis], shape[axis + 1..].iter().product::<usize>());
    let (products, _) = bytemuck::cast_slice_mut::<_, T>(out).as_chunks_mut::<2>();
    if length * inner == 0 {
        products.fill([T::from(1_u8), T::from(0_u8)]);
        return Ok(());
    }
    let [re, im] = [re.as_slice::<T>()?, im.as_slice::<T>()?];
    let numbers = re.chunks_exact(length * inner).zip(im.chunks_exact(length * inner));
    let blocks = products.chunks_exact_mut(inner).zip(numbers);
    if inner >= WIDE {
        for (products, (re, im)) in blocks {
            Rows { parts: [re, im], width: inner, count: length }.multiply(products)?;
        }
        return Ok(());
    }
    let room = length.div_ceil(2) * inner * size_of::<T>();
    let mut rooms = [AlignedBuffer::zeroed(room)?, AlignedBuffer::zeroed(room)?];
    let [re_room, im_room] = rooms.each_mut().map(AlignedBuffer::as_mut_slice::<T>);
    for (products, (re, im)) in blocks {
        let numbers = Numbers { length, inner, parts: [re, im] };
        numbers.multiply([&mut *re_room, &mut *im_room]);
        for ((product, &re), &im) in products.iter_mut().zip(&*re_room).zip(&*im_room) {
            *product = [re, im];
        }
    }
    Ok(())
}

/// Rows of `inner` numbers that go to as many products, `length` of them.
struct Numbers<'a, T> {
    length: usize,
    inner: usize,
    parts: [&'a [T]; 2],
}

impl<T: Part> Numbers<'_, T> {
    /// Leaves the products at the beginning of `rooms`, which take half of the numbers, the larger one.
    fn multiply(self, mut rooms: [&mut [T]; 2]) {
        let Numbers { length, inner, parts } = self;
        let mut rest = length / 2;
        // The room has the first half, or the only number; the others are multiplied from where they are.
        let first = rest.max(1) * inner;
        for (room, part) in rooms.iter_mut().zip(parts) {
            room[..first].copy_from_slice(&part[..first]);
        }
        if length == 1 {
            return;
        }
        into(rooms.each_mut().map(|room| &mut room[..first]), parts.map(|part| &part[first..2 * first]));
        // Where those lie that stay behind, but for that of all numbers.
        let mut behind = Vec::new();
        while rest > 1 {
            if rest % 2 == 1 {
                behind.push((rest - 1) * inner);
            }
            rest /= 2;
            let half = rest * inner;
            let [re, im] = rooms.each_mut().map(|room| room.split_at_mut(half));
            into([re.0, im.0], [&re.1[..half], &im.1[..half]]);
        }
        for last in behind.into_iter().rev() {
            let [re, im] = rooms.each_mut().map(|room| room.split_at_mut(last));
            into([&mut re.0[..inner], &mut im.0[..inner]], [&re.1[..inner], &im.1[..inner]]);
        }
        if length % 2 == 1 {
            let last = (length - 1) * inner;
            into(
                rooms.each_mut().map(|room| &mut room[..inner]),
                parts.map(|part| &part[last..last + inner]),
            );
        }
    }
}

/// Multiplies numbers with others.
pub(super) fn into<T: Part>(numbers: [&mut [T]; 2], others: [&[T]; 2]) {
    simd::run(Multiply { numbers, others });
}

struct Multiply<'a, T> {
    numbers: [&'a mut [T]; 2],
    others: [&'a [T]; 2],
}

impl<T: Part> Loop for Multiply<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let ([re, im], [other_re, other_im]) = (self.numbers, self.others);
        for (((a, b), &c), &d) in re.iter_mut().zip(im).zip(other_re).zip(other_im) {
            (*a, *b) = (*a * c - *b * d, *a * d + *b * c);
        }
    }
}

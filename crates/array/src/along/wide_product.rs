//! Products of rows of complex numbers, each of which is longer than a few vectors: the tree of [`super::product`], branch by branch.
//! So every number is read once, and what comes of some rows stays in the second-level cache until it is multiplied. Level by level,
//! half of the numbers would be written and read again.

use super::product::{Part, into};
use crate::simd::{self, Loop};
use crate::{AlignedBuffer, ArrayError};

/// Columns that are multiplied at a time: few enough for those of a branch, a row for each level, to stay in the cache.
const STRIP: usize = 256;

/// Rows of numbers of equal length: their real and their imaginary parts, row after row.
pub(super) struct Rows<'a, T> {
    pub(super) parts: [&'a [T]; 2],
    pub(super) width: usize,
    /// Number of rows, at least one.
    pub(super) count: usize,
}

impl<T: Part> Rows<'_, T> {
    /// Writes the product of each column.
    pub(super) fn multiply(&self, products: &mut [[T; 2]]) -> Result<(), ArrayError> {
        let mut counts = vec![self.count];
        while let Some(&count) = counts.last().filter(|&&count| count > 1) {
            counts.push(count / 2);
        }
        let mut room = AlignedBuffer::zeroed(2 * (counts.len() + 1) * STRIP * size_of::<T>())?;
        let rooms: &mut [T] = room.as_mut_slice();
        for (number, products) in products.chunks_mut(STRIP).enumerate() {
            let strip = Strip { rows: self, first: number * STRIP, width: products.len(), counts: &counts };
            strip.multiply(products, rooms);
        }
        Ok(())
    }
}

/// Some columns of the rows.
struct Strip<'a, T> {
    rows: &'a Rows<'a, T>,
    /// The first column.
    first: usize,
    /// Number of columns.
    width: usize,
    /// How many rows there are at each level, of which each has half of the one before. What stays behind of an odd number is
    /// no part of the tree.
    counts: &'a [usize],
}

impl<T: Part> Strip<'_, T> {
    fn multiply(&self, products: &mut [[T; 2]], rooms: &mut [T]) {
        let ([re, im], rooms) = take_room(rooms, self.width);
        let top = self.counts.len() - 1;
        self.value(top, 0, [&mut *re, &mut *im], rooms);
        for level in (0..top).rev().filter(|&level| self.counts[level] % 2 == 1) {
            let ([last_re, last_im], rooms) = take_room(rooms, self.width);
            self.value(level, self.counts[level] - 1, [&mut *last_re, &mut *last_im], rooms);
            into([&mut *re, &mut *im], [last_re, last_im]);
        }
        for ((product, &mut re), &mut im) in products.iter_mut().zip(re).zip(im) {
            *product = [re, im];
        }
    }

    /// Writes row `number` of a level.
    fn value(&self, level: usize, number: usize, [re, im]: [&mut [T]; 2], rooms: &mut [T]) {
        if level == 2 {
            let [half, quarter] = [self.counts[1], self.counts[2]];
            let rows = [0, half, quarter, half + quarter].map(|distance| self.row(number + distance));
            return simd::run(Four { rows, out: [re, im] });
        }
        let Some(below) = level.checked_sub(1) else {
            let row = self.row(number);
            re.copy_from_slice(row[0]);
            im.copy_from_slice(row[1]);
            return;
        };
        let ([other_re, other_im], rooms) = take_room(rooms, self.width);
        self.value(below, number, [&mut *re, &mut *im], rooms);
        self.value(below, number + self.counts[level], [&mut *other_re, &mut *other_im], rooms);
        into([re, im], [other_re, other_im]);
    }

    /// Our columns of a row.
    fn row(&self, number: usize) -> [&[T]; 2] {
        self.rows.parts.map(|part| &part[number * self.rows.width + self.first..][..self.width])
    }
}

/// Room for the parts of some numbers, and what is left.
fn take_room<T>(rooms: &mut [T], width: usize) -> ([&mut [T]; 2], &mut [T]) {
    let (ours, others) = rooms.split_at_mut(2 * STRIP);
    let (re, im) = ours.split_at_mut(STRIP);
    ([&mut re[..width], &mut im[..width]], others)
}

/// Multiplies the first row with the second, the third with the fourth, and what comes of them.
struct Four<'a, T> {
    rows: [[&'a [T]; 2]; 4],
    out: [&'a mut [T]; 2],
}

impl<T: Part> Loop for Four<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let [out_re, out_im] = self.out;
        let width = out_re.len();
        let out_im = &mut out_im[..width];
        let rows = self.rows.map(|row| row.map(|part| &part[..width]));
        let times = |[a, b]: [T; 2], [c, d]: [T; 2]| [a * c - b * d, a * d + b * c];
        for column in 0..width {
            let [a, b, c, d] = rows.map(|row| row.map(|part| part[column]));
            [out_re[column], out_im[column]] = times(times(a, b), times(c, d));
        }
    }
}

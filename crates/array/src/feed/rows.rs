//! Rows that lie in memory.

use std::ops::Range;

use super::fetch::{LINE, fetch};
use crate::simd::{self, Loop};

/// Rows whose memory is fetched at once. Where rows lie in other pages each, one after another would keep the CPU waiting at
/// each beginning; with 16 it loses sight of some.
pub(crate) const ABREAST: usize = 8;

/// Bytes of a row that are copied at a time.
const PART: usize = 2 * LINE;

/// Rows of equal length, evenly spaced in memory.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// From the first byte of the first row to the last byte of the last.
    bytes: &'a [u8],
    /// Bytes of a row.
    width: usize,
    /// Bytes from the beginning of a row to that of the next.
    stride: usize,
    count: usize,
}

impl<'a> Rows<'a> {
    /// As many rows of `width` bytes as there are, which begin `stride` bytes apart.
    ///
    /// # Panics
    /// When `bytes` ends before the last row does.
    pub fn new(bytes: &'a [u8], width: usize, stride: usize, count: usize) -> Rows<'a> {
        let length = count.checked_sub(1).map_or(0, |last| last * stride + width);
        Rows { bytes: &bytes[..length], width, stride, count }
    }

    /// One row.
    pub fn one(bytes: &'a [u8]) -> Rows<'a> {
        Rows { bytes, width: bytes.len(), stride: bytes.len(), count: 1 }
    }

    /// Number of rows.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Bytes of a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Bytes from the beginning of a row to that of the next.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// From the first byte of the first row to the last byte of the last, with what lies between rows.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// A row.
    ///
    /// # Panics
    /// When there is none of that number.
    pub fn row(&self, number: usize) -> &'a [u8] {
        &self.bytes[number * self.stride..][..self.width]
    }

    /// `count` rows from row `first` on.
    ///
    /// # Panics
    /// When there are fewer.
    #[must_use]
    pub fn some(&self, first: usize, count: usize) -> Rows<'a> {
        Rows::new(&self.bytes[first * self.stride..], self.width, self.stride, count)
    }

    /// `width` bytes of each row, from byte `first` of the row on.
    ///
    /// # Panics
    /// When rows are shorter.
    pub(crate) fn columns(&self, first: usize, width: usize) -> Rows<'a> {
        Rows::new(&self.bytes[first..], width, self.stride, self.count)
    }

    /// Copies the rows, one behind the other: a part of each, then the next part of each, so that the memory of all is on its
    /// way at once. Meanwhile as much of the rows `next` is fetched.
    ///
    /// # Panics
    /// When `out` is shorter than all rows together.
    pub(crate) fn gather(&self, next: Option<&Rows<'_>>, out: &mut [u8]) {
        simd::run(Gather { rows: self, next, out });
    }

    /// Asks for the memory of these bytes of all rows, as far as they have them.
    pub(crate) fn fetch(&self, columns: Range<usize>) {
        for column in (columns.start..columns.end.min(self.width)).step_by(LINE) {
            for row in 0..self.count {
                fetch(&self.bytes[row * self.stride + column]);
            }
        }
    }

    /// The first `length` bytes of the first row as rows of `width`, as many as these are.
    ///
    /// # Panics
    /// When the row is shorter.
    pub(crate) fn cut(&self, length: usize, width: usize) -> Rows<'a> {
        Rows::new(&self.bytes[..length], width, width, length / width)
    }
}

/// Copies rows with wide vectors: of few bytes a store, the CPU would have little memory on its way.
struct Gather<'a> {
    rows: &'a Rows<'a>,
    next: Option<&'a Rows<'a>>,
    out: &'a mut [u8],
}

impl Gather<'_> {
    /// Asks for the memory of these bytes of the next rows.
    #[inline(always)]
    fn fetch(&self, columns: Range<usize>) {
        if let Some(next) = self.next {
            next.fetch(columns);
        }
    }
}

impl Loop for Gather<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Rows { bytes, width, stride, count } = *self.rows;
        let parts = width / PART;
        for part in 0..parts {
            self.fetch(part * PART..(part + 1) * PART);
            for number in 0..count {
                let from = &bytes[number * stride + part * PART..][..PART];
                self.out[number * width + part * PART..][..PART].copy_from_slice(from);
            }
        }
        self.fetch(parts * PART..width);
        for number in 0..count {
            let rest = parts * PART..width;
            self.out[number * width..][rest.clone()].copy_from_slice(&self.rows.row(number)[rest]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lie_evenly_spaced() {
        let bytes: Vec<u8> = (0..20).collect();
        let rows = Rows::new(&bytes, 3, 5, 4);
        assert_eq!((rows.row(0), rows.row(3)), (&[0, 1, 2][..], &[15, 16, 17][..]));
        let some = rows.some(1, 2);
        assert_eq!((some.count(), some.row(1), some.bytes()), (2, &[10, 11, 12][..], &bytes[5..13]));
    }

    #[test]
    fn a_row_is_cut_into_others() {
        let bytes: Vec<u8> = (0..12).collect();
        let cut = Rows::one(&bytes).cut(11, 4);
        assert_eq!((cut.count(), cut.row(1)), (2, &bytes[4..8]));
        assert_eq!(Rows::one(&bytes).cut(3, 4).count(), 0);
    }
}

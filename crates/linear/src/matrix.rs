//! Chunks as matrices in double precision, in which factors are computed, and back.

use std::ops::{Div, Mul, Sub};

use bramble_array::{ArrayError, Chunk};
use bramble_graph::DType;
use faer::traits::ComplexField;
use faer::{Mat, MatRef, c64};

/// An element of a matrix, real or complex.
pub(crate) trait Number:
    ComplexField + Copy + PartialEq + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    fn of(re: f64, im: f64) -> Self;

    fn re(self) -> f64;

    fn im(self) -> f64;

    /// How far it is from 0, as LAPACK's `cabs1` measures it.
    fn size(self) -> f64 {
        self.re().abs() + self.im().abs()
    }

    fn conjugate(self) -> Self {
        Self::of(self.re(), -self.im())
    }
}

impl Number for f64 {
    fn of(re: f64, _im: f64) -> f64 {
        re
    }

    fn re(self) -> f64 {
        self
    }

    fn im(self) -> f64 {
        0.0
    }
}

impl Number for c64 {
    fn of(re: f64, im: f64) -> c64 {
        c64::new(re, im)
    }

    fn re(self) -> f64 {
        self.re
    }

    fn im(self) -> f64 {
        self.im
    }
}

/// The matrices of a chunk, or of those of their real and of their imaginary parts. They lie along the last two axes; those
/// along the axes before stand one behind the other.
pub(crate) struct Stack<'a> {
    re: &'a Chunk,
    im: Option<&'a Chunk>,
    /// How many matrices there are.
    pub(crate) count: usize,
    /// How many rows each has.
    pub(crate) rows: usize,
    /// How many columns each has.
    pub(crate) columns: usize,
}

impl<'a> Stack<'a> {
    pub(crate) fn of(re: &'a Chunk, im: Option<&'a Chunk>) -> Result<Self, ArrayError> {
        let [ref before @ .., rows, columns] = *re.shape() else {
            return Err(crate::misfit(re.dtype(), re.shape(), &[re]));
        };
        if im.is_some_and(|im| im.shape() != re.shape() || im.dtype() != re.dtype()) {
            return Err(crate::misfit(re.dtype(), re.shape(), &[re]));
        }
        Ok(Self { re, im, count: before.iter().product(), rows, columns })
    }

    pub(crate) fn matrix<T: Number>(&self, number: usize) -> Result<Mat<T>, ArrayError> {
        let (rows, columns) = (self.rows, self.columns);
        let start = number * rows * columns;
        let re = Elements::of(self.re, start)?;
        let im = self.im.map(|im| Elements::of(im, start)).transpose()?;
        Ok(Mat::from_fn(rows, columns, |row, column| {
            let place = row * columns + column;
            T::of(re.at(place), im.as_ref().map_or(0.0, |im| im.at(place)))
        }))
    }
}

/// Floats in double precision.
enum Elements<'a> {
    Single(&'a [f32]),
    Double(&'a [f64]),
}

impl<'a> Elements<'a> {
    /// Those of a chunk from a place on.
    fn of(chunk: &'a Chunk, start: usize) -> Result<Self, ArrayError> {
        Ok(match chunk.dtype() {
            DType::Float32 => Self::Single(&chunk.as_slice()?[start..]),
            _ => Self::Double(&chunk.as_slice()?[start..]),
        })
    }

    fn at(&self, place: usize) -> f64 {
        match self {
            Self::Single(elements) => f64::from(elements[place]),
            Self::Double(elements) => elements[place],
        }
    }
}

/// The elements of a matrix, row by row.
pub(crate) fn elements_of<T: Number>(matrix: MatRef<'_, T>) -> impl Iterator<Item = T> {
    (0..matrix.nrows()).flat_map(move |row| (0..matrix.ncols()).map(move |column| matrix[(row, column)]))
}

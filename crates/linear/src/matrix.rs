//! Chunks as matrices in double precision, in which factors are computed, and back.

use bramble_array::{ArrayError, Chunk};
use bramble_graph::DType;
use faer::{Mat, MatRef};

/// The matrices of a chunk, which lie along its last two axes; those along the axes before stand one behind the other.
pub(crate) struct Stack<'a> {
    chunk: &'a Chunk,
    /// How many matrices there are.
    pub(crate) count: usize,
    /// How many rows each has.
    pub(crate) rows: usize,
    /// How many columns each has.
    pub(crate) columns: usize,
}

impl<'a> Stack<'a> {
    pub(crate) fn of(chunk: &'a Chunk) -> Result<Self, ArrayError> {
        let [ref before @ .., rows, columns] = *chunk.shape() else {
            return Err(crate::misfit(chunk.dtype(), chunk.shape(), &[chunk]));
        };
        Ok(Self { chunk, count: before.iter().product(), rows, columns })
    }

    pub(crate) fn matrix(&self, number: usize) -> Result<Mat<f64>, ArrayError> {
        let (rows, columns) = (self.rows, self.columns);
        let place = number * rows * columns..(number + 1) * rows * columns;
        Ok(match self.chunk.dtype() {
            DType::Float32 => {
                let elements = &self.chunk.as_slice::<f32>()?[place];
                Mat::from_fn(rows, columns, |row, column| f64::from(elements[row * columns + column]))
            }
            _ => {
                MatRef::from_row_major_slice(&self.chunk.as_slice::<f64>()?[place], rows, columns).to_owned()
            }
        })
    }
}

/// The elements of a matrix, row by row.
pub(crate) fn elements_of(matrix: MatRef<'_, f64>) -> impl Iterator<Item = f64> {
    (0..matrix.nrows()).flat_map(move |row| (0..matrix.ncols()).map(move |column| matrix[(row, column)]))
}

//! A matrix in double precision, in which factors are computed.

use bramble_array::{ArrayError, Chunk};
use bramble_graph::DType;

/// Elements in row-major order.
#[derive(Clone)]
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) elements: Vec<f64>,
}

impl Matrix {
    pub(crate) fn zeros(rows: usize, columns: usize) -> Matrix {
        Matrix { rows, columns, elements: vec![0.0; rows * columns] }
    }

    /// A chunk of two axes.
    pub(crate) fn of(chunk: &Chunk) -> Result<Matrix, ArrayError> {
        let [rows, columns] = *chunk.shape() else {
            return Err(crate::misfit(chunk.dtype(), chunk.shape(), &[chunk]));
        };
        let elements = match chunk.dtype() {
            DType::Float32 => chunk.as_slice::<f32>()?.iter().map(|&element| f64::from(element)).collect(),
            _ => chunk.as_slice::<f64>()?.to_vec(),
        };
        Ok(Matrix { rows, columns, elements })
    }

    pub(crate) fn at(&self, row: usize, column: usize) -> f64 {
        self.elements[row * self.columns + column]
    }

    pub(crate) fn set(&mut self, row: usize, column: usize, value: f64) {
        self.elements[row * self.columns + column] = value;
    }

    pub(crate) fn row(&self, row: usize) -> &[f64] {
        &self.elements[row * self.columns..(row + 1) * self.columns]
    }

    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.elements[row * self.columns..(row + 1) * self.columns]
    }

    pub(crate) fn transposed(&self) -> Matrix {
        let mut result = Matrix::zeros(self.columns, self.rows);
        for row in 0..self.rows {
            for column in 0..self.columns {
                result.set(column, row, self.at(row, column));
            }
        }
        result
    }

    /// Subtracts a multiple of one row from another.
    pub(crate) fn subtract(&mut self, from: usize, row: usize, factor: f64) {
        let columns = self.columns;
        let (start, other) = (from * columns, row * columns);
        for column in 0..columns {
            self.elements[start + column] -= factor * self.elements[other + column];
        }
    }
}

/// The length of a vector, which neither overflows nor vanishes.
pub(crate) fn length(elements: impl Iterator<Item = f64>) -> f64 {
    elements.fold(0.0, libm::hypot)
}

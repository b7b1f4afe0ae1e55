//! Chunks as matrices in double precision, in which factors are computed, and back.

use bramble_array::{ArrayError, Chunk};
use bramble_graph::DType;
use faer::{Mat, MatRef};

/// The matrix of a chunk of two axes.
pub(crate) fn matrix_of(chunk: &Chunk) -> Result<Mat<f64>, ArrayError> {
    let [rows, columns] = *chunk.shape() else {
        return Err(crate::misfit(chunk.dtype(), chunk.shape(), &[chunk]));
    };
    Ok(match chunk.dtype() {
        DType::Float32 => {
            let elements = chunk.as_slice::<f32>()?;
            Mat::from_fn(rows, columns, |row, column| f64::from(elements[row * columns + column]))
        }
        _ => MatRef::from_row_major_slice(chunk.as_slice::<f64>()?, rows, columns).to_owned(),
    })
}

/// The elements of a matrix, row by row.
pub(crate) fn elements_of(matrix: MatRef<'_, f64>) -> impl Iterator<Item = f64> {
    (0..matrix.nrows()).flat_map(move |row| (0..matrix.ncols()).map(move |column| matrix[(row, column)]))
}

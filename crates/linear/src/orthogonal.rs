//! QR decompositions by the reflections of Householder.

use crate::matrix::{Matrix, length};

/// The reflections that make a matrix triangular, one in each row, of length 1 or 0; and what the matrix becomes.
struct Reflections {
    vectors: Matrix,
    triangle: Matrix,
}

fn reflect(a: &Matrix) -> Reflections {
    let mut triangle = a.clone();
    let size = a.rows.min(a.columns);
    let mut vectors = Matrix::zeros(size, a.rows);
    for step in 0..size {
        let norm = length((step..a.rows).map(|row| triangle.at(row, step)));
        if norm == 0.0 {
            continue;
        }
        for row in step..a.rows {
            vectors.set(step, row, triangle.at(row, step));
        }
        let first = triangle.at(step, step);
        vectors.set(step, step, first + if first < 0.0 { -norm } else { norm });
        let own = length(vectors.row(step)[step..].iter().copied());
        vectors.row_mut(step)[step..].iter_mut().for_each(|element| *element /= own);
        apply(vectors.row(step), step, &mut triangle);
    }
    Reflections { vectors, triangle }
}

/// Reflects all columns of a matrix at the plane that is orthogonal to a vector.
fn apply(vector: &[f64], step: usize, matrix: &mut Matrix) {
    let mut along = vec![0.0; matrix.columns];
    for (row, &part) in vector.iter().enumerate().skip(step) {
        for (sum, &element) in along.iter_mut().zip(matrix.row(row)) {
            *sum += part * element;
        }
    }
    for (row, &part) in vector.iter().enumerate().skip(step) {
        for (element, &sum) in matrix.row_mut(row).iter_mut().zip(&along) {
            *element -= 2.0 * sum * part;
        }
    }
}

/// The triangular factor.
pub(crate) fn triangle(a: &Matrix) -> Vec<f64> {
    let mut triangle = reflect(a).triangle;
    let size = a.rows.min(a.columns);
    for row in 0..size {
        triangle.row_mut(row)[..row].fill(0.0);
    }
    triangle.elements.truncate(size * a.columns);
    triangle.elements
}

/// The orthogonal factor of `a` times `b`. The factor itself is never made: its reflections are applied to `b`.
pub(crate) fn orthogonal(a: &Matrix, b: &Matrix) -> Vec<f64> {
    let vectors = reflect(a).vectors;
    let mut product = Matrix::zeros(a.rows, b.columns);
    product.elements[..b.elements.len()].copy_from_slice(&b.elements);
    for step in (0..vectors.rows).rev() {
        apply(vectors.row(step), step, &mut product);
    }
    product.elements
}

//! Singular value decompositions by one-sided rotations after Jacobi.

use bramble_array::ArrayError;

use crate::matrix::{Matrix, length};

/// More sweeps are never taken by numbers: each makes the vectors more orthogonal by orders of magnitude.
const MOST_SWEEPS: usize = 60;

/// Vectors are turned against each other until all are orthogonal; their lengths are the singular values.
///
/// Gives U, the values and V transposed, one behind the other.
pub(crate) fn singular(a: &Matrix) -> Result<Vec<f64>, ArrayError> {
    if !a.elements.iter().all(|element| element.is_finite()) {
        return Err(ArrayError::NoConvergence);
    }
    let is_wide = a.rows < a.columns;
    // The shorter side is turned: a vector in each row.
    let mut left = if is_wide { a.clone() } else { a.transposed() };
    let size = left.rows;
    let mut right = Matrix::zeros(size, size);
    (0..size).for_each(|place| right.set(place, place, 1.0));
    let mut sweep = 0;
    while rotate_all(&mut left, &mut right) {
        sweep += 1;
        if sweep > MOST_SWEEPS {
            return Err(ArrayError::NoConvergence);
        }
    }
    let lengths: Vec<f64> = (0..size).map(|row| length(left.row(row).iter().copied())).collect();
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|&a, &b| lengths[b].total_cmp(&lengths[a]));
    let values: Vec<f64> = order.iter().map(|&row| lengths[row]).collect();
    let mut long = pick(&left, &order);
    for (row, &value) in values.iter().enumerate() {
        let scale = |element: &mut f64| *element = if value == 0.0 { 0.0 } else { *element / value };
        long.row_mut(row).iter_mut().for_each(scale);
    }
    complete(&mut long, &values);
    let square = pick(&right, &order);
    let (u, vt) = if is_wide { (square.transposed(), long) } else { (long.transposed(), square) };
    Ok([u.elements, values, vt.elements].concat())
}

/// Turns each pair of vectors once; tells whether any had to be.
fn rotate_all(left: &mut Matrix, right: &mut Matrix) -> bool {
    let mut is_turned = false;
    for first in 0..left.rows.saturating_sub(1) {
        for second in first + 1..left.rows {
            is_turned |= rotate(left, right, first, second);
        }
    }
    is_turned
}

fn rotate(left: &mut Matrix, right: &mut Matrix, first: usize, second: usize) -> bool {
    let (mut a, mut b, mut both) = (0.0, 0.0, 0.0);
    for (&x, &y) in left.row(first).iter().zip(left.row(second)) {
        a += x * x;
        b += y * y;
        both += x * y;
    }
    if both == 0.0 || both.abs() <= 1e-15 * (a * b).sqrt() {
        return false;
    }
    let slope: f64 = (b - a) / (2.0 * both);
    let tangent = if slope < 0.0 { -1.0 } else { 1.0 } / (slope.abs() + libm::hypot(1.0, slope));
    let cosine = 1.0 / libm::hypot(1.0, tangent);
    for matrix in [left, right] {
        turn(matrix, first, second, cosine, cosine * tangent);
    }
    true
}

fn turn(matrix: &mut Matrix, first: usize, second: usize, cosine: f64, sine: f64) {
    let columns = matrix.columns;
    let (before, behind) = matrix.elements.split_at_mut(second * columns);
    let first = &mut before[first * columns..(first + 1) * columns];
    for (x, y) in first.iter_mut().zip(&mut behind[..columns]) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
}

/// Rows in another order.
fn pick(matrix: &Matrix, order: &[usize]) -> Matrix {
    let elements = order.iter().flat_map(|&row| matrix.row(row)).copied().collect();
    Matrix { rows: order.len(), columns: matrix.columns, elements }
}

/// Gives vectors that belong to vanishing values a direction that is orthogonal to all others.
fn complete(matrix: &mut Matrix, values: &[f64]) {
    let least = values.first().map_or(0.0, |most| most * 1e-15);
    for (row, &value) in values.iter().enumerate() {
        if value <= least {
            let _ = (0..matrix.columns).any(|axis| is_replaced(matrix, row, axis));
        }
    }
}

/// Puts what an axis has of its own, beside the vectors before, in place of a vector; tells whether that is enough.
fn is_replaced(matrix: &mut Matrix, row: usize, axis: usize) -> bool {
    matrix.row_mut(row).fill(0.0);
    matrix.set(row, axis, 1.0);
    // Twice, for what rounding left of the first time.
    for _ in 0..2 {
        for other in 0..row {
            let along: f64 = matrix.row(row).iter().zip(matrix.row(other)).map(|(x, y)| x * y).sum();
            matrix.subtract(row, other, along);
        }
    }
    let own = length(matrix.row(row).iter().copied());
    if own < 0.5 / (matrix.columns as f64).sqrt() {
        return false;
    }
    matrix.row_mut(row).iter_mut().for_each(|element| *element /= own);
    true
}

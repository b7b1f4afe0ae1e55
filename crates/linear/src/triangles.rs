//! Triangular factors, and the solutions of triangular systems.

use bramble_array::ArrayError;

use crate::matrix::Matrix;

/// The lower triangular factor of a positive definite matrix.
pub(crate) fn cholesky(a: &Matrix) -> Result<Vec<f64>, ArrayError> {
    let size = a.rows;
    let mut factor = Matrix::zeros(size, size);
    for column in 0..size {
        for row in column..size {
            let mut rest = a.at(row, column);
            for before in 0..column {
                rest -= factor.at(row, before) * factor.at(column, before);
            }
            let element = if row > column {
                rest / factor.at(column, column)
            } else if rest > 0.0 {
                rest.sqrt()
            } else {
                return Err(ArrayError::NotPositive);
            };
            factor.set(row, column, element);
        }
    }
    Ok(factor.elements)
}

/// Both triangular factors of a square matrix in one, and behind them which row stands at each place.
pub(crate) fn lu(a: &Matrix) -> Vec<f64> {
    let size = a.rows;
    let mut factors = a.clone();
    let mut places: Vec<usize> = (0..size).collect();
    for step in 0..size {
        let mut pivot = step;
        for row in step + 1..size {
            if factors.at(row, step).abs() > factors.at(pivot, step).abs() {
                pivot = row;
            }
        }
        for column in 0..size {
            factors.elements.swap(step * size + column, pivot * size + column);
        }
        places.swap(step, pivot);
        if factors.at(step, step) == 0.0 {
            continue;
        }
        for row in step + 1..size {
            let factor = factors.at(row, step) / factors.at(step, step);
            factors.set(row, step, factor);
            for column in step + 1..size {
                let rest = factors.at(row, column) - factor * factors.at(step, column);
                factors.set(row, column, rest);
            }
        }
    }
    let mut elements = factors.elements;
    elements.extend(places.iter().map(|&place| place as f64));
    elements
}

/// What a triangular matrix has to be multiplied by to give another.
pub(crate) fn solve(a: &Matrix, b: &Matrix, lower: bool, unit: bool) -> Result<Vec<f64>, ArrayError> {
    let size = a.rows;
    if !unit && (0..size).any(|place| a.at(place, place) == 0.0) {
        return Err(ArrayError::Singular);
    }
    let place = |step: usize| if lower { step } else { size - 1 - step };
    let mut solution = b.clone();
    for step in 0..size {
        let row = place(step);
        for known in 0..step {
            let other = place(known);
            solution.subtract(row, other, a.at(row, other));
        }
        if !unit {
            let own = a.at(row, row);
            solution.row_mut(row).iter_mut().for_each(|element| *element /= own);
        }
    }
    Ok(solution.elements)
}

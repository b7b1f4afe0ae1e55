//! Factors of matrices, which `faer` computes on the calling thread.

use bramble_array::ArrayError;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_left_in_place_scratch as orthogonal_scratch,
    apply_block_householder_sequence_on_the_left_in_place_with_conj as apply_orthogonal,
};
use faer::linalg::solvers::{Llt, PartialPivLu, Qr, Svd};
use faer::{Conj, Mat, Par, Side};

use crate::matrix::{Number, elements_of};

/// The triangular factor of a QR decomposition.
pub(crate) fn triangle<T: Number>(a: &Mat<T>) -> Vec<T> {
    if is_empty(a) {
        return Vec::new();
    }
    elements_of(Qr::new(a.as_ref()).thin_R()).collect()
}

/// The orthogonal factor of `a` times `b`. The factor itself is never made: its reflections are applied to `b`.
pub(crate) fn orthogonal<T: Number>(a: &Mat<T>, b: &Mat<T>) -> Vec<T> {
    let (rows, columns) = (a.nrows(), b.ncols());
    let mut product = Mat::zeros(rows, columns);
    product.get_mut(..b.nrows(), ..).copy_from(b);
    if !is_empty(a) && columns > 0 {
        let factors = Qr::new(a.as_ref());
        let (basis, coefficients) = (factors.Q_basis(), factors.Q_coeff());
        let scratch = orthogonal_scratch::<T>(rows, coefficients.nrows(), columns);
        apply_orthogonal(
            basis,
            coefficients,
            Conj::No,
            product.as_mut(),
            Par::Seq,
            MemStack::new(&mut MemBuffer::new(scratch)),
        );
    }
    elements_of(product.as_ref()).collect()
}

/// The singular value decomposition: U, the values and V transposed and conjugated, one behind the other.
pub(crate) fn singular<T: Number>(a: &Mat<T>) -> Result<Vec<T>, ArrayError> {
    if is_empty(a) {
        return Ok(Vec::new());
    }
    if !a.is_all_finite() {
        return Err(ArrayError::NoConvergence);
    }
    let parts = Svd::new_thin(a.as_ref()).map_err(|_| ArrayError::NoConvergence)?;
    let values = parts.S().column_vector().iter().copied();
    let turned = elements_of(parts.V().transpose()).map(T::conjugate);
    Ok(elements_of(parts.U()).chain(values).chain(turned).collect())
}

/// The lower triangular factor of a positive definite matrix.
pub(crate) fn cholesky<T: Number>(a: &Mat<T>) -> Result<Vec<T>, ArrayError> {
    let factor = Llt::new(a.as_ref(), Side::Lower).map_err(|_| ArrayError::NotPositive)?;
    // NaN compares with nothing, so the factor of what holds it may have been found.
    if (0..a.nrows()).all(|place| factor.L()[(place, place)].re() > 0.0) {
        Ok(elements_of(factor.L()).collect())
    } else {
        Err(ArrayError::NotPositive)
    }
}

/// Matrices of no more rows are factored before `faer` has prepared to.
const SMALL: usize = 16;

/// Both triangular factors of a square matrix in one, and behind them which row stands at each place.
pub(crate) fn lu<T: Number>(a: &Mat<T>) -> Vec<T> {
    if a.nrows() > SMALL {
        let elements = lu_by_blocks(a);
        // `faer` divides by pivots of 0.
        if elements.iter().all(|element| element.size().is_finite()) {
            return elements;
        }
    }
    lu_by_columns(a)
}

fn lu_by_blocks<T: Number>(a: &Mat<T>) -> Vec<T> {
    let factors = PartialPivLu::new(a.as_ref());
    let (lower, upper) = (factors.L(), factors.U());
    let places = factors.P().arrays().0;
    packed(
        a.nrows(),
        places,
        |row, column| if column < row { lower[(row, column)] } else { upper[(row, column)] },
    )
}

/// Column by column. Where all that is left of a column is 0, nothing is eliminated, as in LAPACK's `getf2`: singular
/// matrices have factors too.
fn lu_by_columns<T: Number>(a: &Mat<T>) -> Vec<T> {
    let size = a.nrows();
    let mut factors = a.clone();
    let mut places: Vec<usize> = (0..size).collect();
    for step in 0..size {
        let pivot = pivot_of(&factors, step);
        places.swap(step, pivot);
        for column in 0..size {
            let (upper, lower) = (factors[(step, column)], factors[(pivot, column)]);
            factors[(step, column)] = lower;
            factors[(pivot, column)] = upper;
        }
        let head = factors[(step, step)];
        if head.size() == 0.0 {
            continue;
        }
        for row in step + 1..size {
            factors[(row, step)] /= head;
        }
        for column in step + 1..size {
            let above = factors[(step, column)];
            for row in step + 1..size {
                factors[(row, column)] = factors[(row, column)] - factors[(row, step)] * above;
            }
        }
    }
    packed(size, &places, |row, column| factors[(row, column)])
}

/// The row from the diagonal on whose element in a column is farthest from 0; one of NaN if there is any.
fn pivot_of<T: Number>(matrix: &Mat<T>, column: usize) -> usize {
    let mut pivot = column;
    for row in column + 1..matrix.nrows() {
        let (size, known) = (matrix[(row, column)].size(), matrix[(pivot, column)].size());
        if size > known || size.is_nan() {
            pivot = row;
        }
    }
    pivot
}

/// Factors row by row, and behind them the places of rows.
fn packed<T: Number>(size: usize, places: &[usize], element: impl Fn(usize, usize) -> T) -> Vec<T> {
    let mut elements = Vec::with_capacity(size * (size + 1));
    for row in 0..size {
        elements.extend((0..size).map(|column| element(row, column)));
    }
    elements.extend(places.iter().map(|&place| T::of(place as f64, 0.0)));
    elements
}

/// What a triangular matrix has to be multiplied by to give another.
pub(crate) fn solve<T: Number>(
    a: &Mat<T>,
    mut b: Mat<T>,
    lower: bool,
    unit: bool,
) -> Result<Vec<T>, ArrayError> {
    if !unit && (0..a.nrows()).any(|place| a[(place, place)].size() == 0.0) {
        return Err(ArrayError::Singular);
    }
    match (lower, unit) {
        (true, false) => a.solve_lower_triangular_in_place(&mut b),
        (true, true) => a.solve_unit_lower_triangular_in_place(&mut b),
        (false, false) => a.solve_upper_triangular_in_place(&mut b),
        (false, true) => a.solve_unit_upper_triangular_in_place(&mut b),
    }
    Ok(elements_of(b.as_ref()).collect())
}

fn is_empty<T: Number>(a: &Mat<T>) -> bool {
    a.nrows() == 0 || a.ncols() == 0
}

//! Factors of matrices, which `faer` computes on the calling thread.

use bramble_array::ArrayError;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_left_in_place_scratch as orthogonal_scratch,
    apply_block_householder_sequence_on_the_left_in_place_with_conj as apply_orthogonal,
};
use faer::linalg::solvers::{Llt, PartialPivLu, Qr, Svd};
use faer::{Conj, Mat, Par, Side};

use crate::matrix::elements_of;

/// The triangular factor of a QR decomposition.
pub(crate) fn triangle(a: &Mat<f64>) -> Vec<f64> {
    if is_empty(a) {
        return Vec::new();
    }
    elements_of(Qr::new(a.as_ref()).thin_R()).collect()
}

/// The orthogonal factor of `a` times `b`. The factor itself is never made: its reflections are applied to `b`.
pub(crate) fn orthogonal(a: &Mat<f64>, b: &Mat<f64>) -> Vec<f64> {
    let (rows, columns) = (a.nrows(), b.ncols());
    let mut product = Mat::zeros(rows, columns);
    product.get_mut(..b.nrows(), ..).copy_from(b);
    if !is_empty(a) && columns > 0 {
        let factors = Qr::new(a.as_ref());
        let (basis, coefficients) = (factors.Q_basis(), factors.Q_coeff());
        let scratch = orthogonal_scratch::<f64>(rows, coefficients.nrows(), columns);
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

/// The singular value decomposition: U, the values and V transposed, one behind the other.
pub(crate) fn singular(a: &Mat<f64>) -> Result<Vec<f64>, ArrayError> {
    if is_empty(a) {
        return Ok(Vec::new());
    }
    if !a.is_all_finite() {
        return Err(ArrayError::NoConvergence);
    }
    let parts = Svd::new_thin(a.as_ref()).map_err(|_| ArrayError::NoConvergence)?;
    let values = parts.S().column_vector().iter().copied();
    Ok(elements_of(parts.U()).chain(values).chain(elements_of(parts.V().transpose())).collect())
}

/// The lower triangular factor of a positive definite matrix.
pub(crate) fn cholesky(a: &Mat<f64>) -> Result<Vec<f64>, ArrayError> {
    let factor = Llt::new(a.as_ref(), Side::Lower).map_err(|_| ArrayError::NotPositive)?;
    // NaN compares with nothing, so the factor of what holds it may have been found.
    if (0..a.nrows()).all(|place| factor.L()[(place, place)] > 0.0) {
        Ok(elements_of(factor.L()).collect())
    } else {
        Err(ArrayError::NotPositive)
    }
}

/// Both triangular factors of a square matrix in one, and behind them which row stands at each place.
pub(crate) fn lu(a: &Mat<f64>) -> Vec<f64> {
    let factors = PartialPivLu::new(a.as_ref());
    let (lower, upper) = (factors.L(), factors.U());
    let size = a.nrows();
    let places = factors.P().arrays().0;
    let mut elements = Vec::with_capacity(size * (size + 1));
    for row in 0..size {
        elements.extend((0..row).map(|column| lower[(row, column)]));
        elements.extend((row..size).map(|column| upper[(row, column)]));
    }
    elements.extend(places.iter().map(|&place| place as f64));
    elements
}

/// What a triangular matrix has to be multiplied by to give another.
pub(crate) fn solve(a: &Mat<f64>, mut b: Mat<f64>, lower: bool, unit: bool) -> Result<Vec<f64>, ArrayError> {
    if !unit && (0..a.nrows()).any(|place| a[(place, place)] == 0.0) {
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

fn is_empty(a: &Mat<f64>) -> bool {
    a.nrows() == 0 || a.ncols() == 0
}

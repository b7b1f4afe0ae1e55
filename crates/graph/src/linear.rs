//! Linear algebra of blocks: products of blocks, and factors of single ones, of which larger ones are put together
//! layer by layer.

use serde::{Deserialize, Serialize};

use crate::reads::check_reads;
use crate::{DType, Grid, Layer, Read};

/// A block is computed of blocks as matrices. Its shape follows from theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Linear {
    /// What is computed.
    pub op: LinearOp,
    /// What is read of each input.
    pub reads: Vec<Read>,
}

/// What is computed of blocks. Factors and solutions are those of the matrices along the last two axes; what lies along axes
/// before these goes side by side. Of complex matrices their real and their imaginary parts are inputs, one behind the other,
/// and the result has a first axis more, with both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum LinearOp {
    /// The sum of the products of pairs of blocks, one of each input; both inputs are read as equally long lists.
    ///
    /// Axes of the first input are `batch`, then its own, then `shared` ones; those of the second are `batch`, then the
    /// shared ones, then its own. Of the result they are `batch`, those of the first, those of the second, and as many of
    /// length 1 as are left, at which sums of further pairs stand.
    Contract {
        /// Axes that go side by side.
        batch: u32,
        /// Axes over which is summed.
        shared: u32,
    },
    /// The triangular factor of a QR decomposition of a matrix, with no more rows than the matrix.
    Triangle {},
    /// The orthogonal factor of the first matrix, with no more columns than rows, times the second matrix.
    Orthogonal {},
    /// The singular value decomposition of a matrix of `m` rows, `n` columns and `k` singular values, the smaller of
    /// both: `m * k` numbers of U, `k` singular values from the largest on, `k * n` numbers of V transposed.
    Singular {},
    /// The lower triangular factor of a positive definite matrix, of which the lower triangle is read.
    Cholesky {},
    /// The decomposition of a square matrix with its rows exchanged: `n * n` numbers of the lower factor below the
    /// diagonal, whose own are 1, and of the upper one from the diagonal on; then the row that stands at each place.
    Lu {},
    /// What the first matrix, of which one triangle is read, has to be multiplied by to give the second.
    Solve {
        /// The lower triangle rather than the upper one.
        lower: bool,
        /// Whether the diagonal is taken to be 1.
        unit: bool,
    },
    /// The discrete Fourier transform of each line along the last axis, not divided by anything. Inputs are the real
    /// parts and, unless they are all there is, the imaginary parts.
    Fourier {
        /// Elements that are transformed: of longer lines no more, behind shorter ones zeros.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        length: u64,
        /// Whether frequencies become elements rather than elements frequencies.
        inverse: bool,
        /// What is made of what.
        of: FourierOf,
    },
}

/// What a Fourier transform makes of what. Where complex numbers come out, the result has a first axis more, with the real
/// and the imaginary parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum FourierOf {
    /// As many complex numbers of complex numbers.
    Complex,
    /// The first half of the frequencies, and the one in the middle, of real elements.
    Real,
    /// Real elements of the first half of their frequencies.
    Half,
}

impl LinearOp {
    /// In a word, for people.
    pub fn name(self) -> &'static str {
        match self {
            LinearOp::Contract { .. } => "sum of products",
            LinearOp::Triangle {} => "triangular factor",
            LinearOp::Orthogonal {} => "orthogonal factor",
            LinearOp::Singular {} => "singular values",
            LinearOp::Cholesky {} => "cholesky",
            LinearOp::Lu {} => "lu",
            LinearOp::Solve { .. } => "solve a triangle",
            LinearOp::Fourier { .. } => "fourier transform",
        }
    }

    /// Of how many matrices it is.
    fn matrices(self) -> usize {
        match self {
            LinearOp::Contract { .. } | LinearOp::Orthogonal {} | LinearOp::Solve { .. } => 2,
            LinearOp::Triangle {}
            | LinearOp::Singular {}
            | LinearOp::Cholesky {}
            | LinearOp::Lu {}
            | LinearOp::Fourier { .. } => 1,
        }
    }

    /// Whether so many inputs are the parts of complex matrices.
    pub fn is_complex(self, inputs: usize) -> bool {
        !matches!(self, LinearOp::Contract { .. }) && inputs == 2 * self.matrices()
    }

    /// Whether it may have so many inputs.
    fn takes(self, inputs: usize) -> bool {
        match self {
            LinearOp::Fourier { of: FourierOf::Real, .. } => inputs == 1,
            _ => inputs == self.matrices() || self.is_complex(inputs),
        }
    }
}

impl Linear {
    pub(crate) fn check(&self, inputs: &[&Layer], layer: &Layer) -> Result<(), String> {
        if !self.op.takes(inputs.len()) {
            return Err(format!("{} of {} inputs", self.op.name(), inputs.len()));
        }
        if inputs.iter().any(|input| input.dtype != layer.dtype) {
            return Err(format!("{} of other element types than {}", self.op.name(), layer.dtype));
        }
        if !layer.grid.is_known() {
            return Err(format!("{} of unknown lengths", self.op.name()));
        }
        check_reads(&self.reads, inputs, &layer.grid)?;
        let axes: Vec<usize> = inputs.iter().map(|input| input.grid.ndim()).collect();
        if let LinearOp::Contract { batch, shared } = self.op {
            return check_axes((batch as usize, shared as usize), &axes, &layer.grid);
        }
        if !matches!(layer.dtype, DType::Float32 | DType::Float64) {
            return Err(format!("{} of {}", self.op.name(), layer.dtype));
        }
        if let LinearOp::Fourier { length, of, .. } = self.op {
            let own = usize::from(of != FourierOf::Half);
            let fits = |&axes: &usize| axes > 0 && axes + own == layer.grid.ndim();
            return if length > 0 && axes.iter().all(fits) {
                Ok(())
            } else {
                Err(format!("{} of {axes:?} axes and {length} elements", self.op.name()))
            };
        }
        let is_flat = matches!(self.op, LinearOp::Singular {} | LinearOp::Lu {});
        let parts = usize::from(self.op.is_complex(inputs.len()));
        let fits = |&each: &usize| 2 <= each && each + parts == layer.grid.ndim() + usize::from(is_flat);
        if !axes.iter().all(fits) {
            return Err(format!("{} of {axes:?} axes", self.op.name()));
        }
        Ok(())
    }
}

/// Whether the axes of a product are enough for what they are said to be.
fn check_axes((batch, shared): (usize, usize), inputs: &[usize], output: &Grid) -> Result<(), String> {
    let taken = batch.checked_add(shared).ok_or("more axes than can be counted")?;
    let own = inputs.iter().map(|axes| axes.checked_sub(taken)).sum::<Option<usize>>();
    match own.and_then(|own| output.ndim().checked_sub(batch + own)) {
        Some(_) => Ok(()),
        None => Err(format!("{batch} and {shared} axes of {inputs:?} for {}", output.ndim())),
    }
}

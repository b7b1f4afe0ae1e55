//! Linear algebra of chunks: products and factors of single blocks, of which layers put those of large arrays together.
//!
//! Products of floats and factors are the work of `faer`, on the calling thread. It uses fused instructions and the
//! widest vectors that the CPU has, so the last bits depend on the kind of CPU, and on nothing else: not on threads, not
//! on what else runs. The same holds for Fourier transforms by `rustfft`. Integers are exact and wrap. Factors are computed
//! in double precision.
//!
//! Architecture invariant: this crate runs on the calling thread, does no I/O and knows no graph but the names of
//! operations.

mod contract;
mod factors;
mod fourier;
mod matrix;
#[cfg(test)]
mod tests;

use bramble_array::{ArrayError, Chunk, Window};
use bramble_graph::{DType, LinearOp};

use faer::{Mat, c64};

use matrix::{Number, Stack};

/// Computes a chunk of `shape` of the chunks that a task read, those of each input one behind the other.
///
/// # Errors
/// [`ArrayError::DataLength`] when the chunks do not fit each other or the shape, [`ArrayError::UnsupportedType`],
/// [`ArrayError::OutOfMemory`], and where the elements allow no answer [`ArrayError::NotPositive`],
/// [`ArrayError::Singular`] or [`ArrayError::NoConvergence`].
pub fn linear(op: LinearOp, shape: &[usize], inputs: &[&Chunk]) -> Result<Chunk, ArrayError> {
    let Some(first) = inputs.first() else { return Err(misfit(DType::Float64, shape, &[])) };
    match (op, first.dtype()) {
        (LinearOp::Contract { batch, shared }, _) => {
            contract::contract(batch as usize, shared as usize, shape, inputs)
        }
        (LinearOp::Fourier { length, inverse, of }, dtype) => {
            let request = fourier::Request { length, inverse, of };
            match dtype {
                DType::Float32 => fourier::fourier::<f32>(request, shape, inputs),
                DType::Float64 => fourier::fourier::<f64>(request, shape, inputs),
                _ => Err(ArrayError::UnsupportedType { op: op.name(), dtype }),
            }
        }
        (_, DType::Float32) => {
            #[expect(clippy::cast_possible_truncation, reason = "rounded once, at the end")]
            let elements: Vec<f32> = parts_of(op, shape, inputs)?.into_iter().map(|x| x as f32).collect();
            Chunk::from_slice(shape, &elements)
        }
        (_, DType::Float64) => Chunk::from_slice(shape, &parts_of(op, shape, inputs)?),
        (_, dtype) => Err(ArrayError::UnsupportedType { op: op.name(), dtype }),
    }
}

/// As [`linear`], to where the chunk shall be. A window of an array of zeros is expected.
///
/// # Errors
/// As [`linear`].
pub fn linear_into(
    op: LinearOp,
    shape: &[usize],
    inputs: &[&Chunk],
    mut window: Window<'_>,
) -> Result<(), ArrayError> {
    if let LinearOp::Contract { batch, shared } = op {
        return contract::contract_into(batch as usize, shared as usize, shape, inputs, window);
    }
    window.push(linear(op, shape, inputs)?.bytes());
    Ok(())
}

/// Factors of each matrix; of complex ones the real parts of all and behind them the imaginary parts.
fn parts_of(op: LinearOp, shape: &[usize], inputs: &[&Chunk]) -> Result<Vec<f64>, ArrayError> {
    if !op.is_complex(inputs.len()) {
        let stacks = inputs.iter().map(|chunk| Stack::of(chunk, None)).collect::<Result<Vec<_>, _>>()?;
        return factors(op, shape, &stacks, inputs);
    }
    let pairs = inputs.chunks_exact(2).map(|pair| Stack::of(pair[0], Some(pair[1])));
    let elements: Vec<c64> = factors(op, shape, &pairs.collect::<Result<Vec<_>, _>>()?, inputs)?;
    Ok(elements.iter().map(|element| element.re).chain(elements.iter().map(|element| element.im)).collect())
}

/// Factors of each matrix of stacks, one behind the other.
fn factors<T: Number>(
    op: LinearOp,
    shape: &[usize],
    stacks: &[Stack<'_>],
    inputs: &[&Chunk],
) -> Result<Vec<T>, ArrayError> {
    let misfit = || misfit(inputs[0].dtype(), shape, inputs);
    let count = stacks[0].count;
    if stacks.iter().any(|stack| stack.count != count) {
        return Err(misfit());
    }
    let mut elements = Vec::with_capacity(shape.iter().product());
    for number in 0..count {
        let matrices = stacks.iter().map(|stack| stack.matrix(number)).collect::<Result<Vec<_>, _>>()?;
        elements.append(&mut factors_of(op, &matrices)?.ok_or_else(misfit)?);
    }
    Ok(elements)
}

/// Factors of a matrix; none if matrices do not fit the operation.
fn factors_of<T: Number>(op: LinearOp, matrices: &[Mat<T>]) -> Result<Option<Vec<T>>, ArrayError> {
    let is_square = matrices[0].nrows() == matrices[0].ncols();
    Ok(match (op, matrices) {
        (LinearOp::Triangle {}, [a]) => Some(factors::triangle(a)),
        (LinearOp::Orthogonal {}, [a, b]) if b.nrows() == a.nrows().min(a.ncols()) => {
            Some(factors::orthogonal(a, b))
        }
        (LinearOp::Singular {}, [a]) => Some(factors::singular(a)?),
        (LinearOp::Cholesky {}, [a]) if is_square => Some(factors::cholesky(a)?),
        (LinearOp::Lu {}, [a]) if is_square => Some(factors::lu(a)),
        (LinearOp::Solve { lower, unit }, [a, b]) if is_square && a.ncols() == b.nrows() => {
            Some(factors::solve(a, b.clone(), lower, unit)?)
        }
        _ => None,
    })
}

/// Chunks that do not belong together: layers that contradict each other.
fn misfit(dtype: DType, shape: &[usize], inputs: &[&Chunk]) -> ArrayError {
    let actual = inputs.iter().map(|chunk| chunk.bytes().len()).sum();
    let expected = shape.iter().product::<usize>().saturating_mul(dtype.size());
    ArrayError::DataLength { shape: shape.to_vec(), dtype, expected, actual }
}

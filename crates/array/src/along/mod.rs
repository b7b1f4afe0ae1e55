//! Functions of a block along some of its axes, which see all elements at once.

use bramble_graph::{AlongOp, DType};

use crate::chunk::Shape;
use crate::element::dispatch;
use crate::{AlignedBuffer, ArrayError, Chunk, Element, element_count, permute};

mod counts;
mod find;
mod order;
mod product;
mod top;
mod wide_product;

/// A function of blocks along `axes`, ascending. These have length 1 in the result, whose last axis has the `length`
/// values that the function gives for each kept position, of type `dtype`.
///
/// # Errors
/// [`ArrayError::OutOfBounds`] for inputs that do not belong together, [`ArrayError::NoBin`] for integers out of range,
/// [`ArrayError::ElementType`] for inputs of another type than the function takes, [`ArrayError::OutOfMemory`].
pub fn along(
    op: &AlongOp,
    axes: &[u32],
    dtype: DType,
    length: usize,
    inputs: &[&Chunk],
) -> Result<Chunk, ArrayError> {
    let Some((elements, others)) = inputs.split_first() else {
        return Err(ArrayError::OutOfBounds { what: "no input".into(), shape: Vec::new() });
    };
    // Products are made where the numbers lie.
    let gathered = if matches!(op, AlongOp::Product {}) { &[] } else { axes };
    let lines = Lines::new(elements, gathered)?;
    let mut shape: Shape = elements.shape().into();
    for &axis in axes {
        shape[axis as usize] = 1;
    }
    shape.push(length);
    let mut out = AlignedBuffer::zeroed(element_count(&shape)? * dtype.size())?;
    match op {
        AlongOp::Order { picks, between, skips_nan } => match elements.dtype() {
            DType::Float32 => order::order::<f32>(&lines, picks, *between, *skips_nan, &mut out)?,
            _ => order::order::<f64>(&lines, picks, *between, *skips_nan, &mut out)?,
        },
        AlongOp::Top { largest, .. } => {
            let picked = top::Request { length, largest: *largest };
            match others {
                [] => dispatch!(dtype, T => top::top::<T>(&lines, picked, &mut out)?),
                [payload] => {
                    let payload = lines.beside(payload, axes)?;
                    dispatch!(elements.dtype(), T => top::top_of::<T, i64>(&lines, &payload, picked, &mut out)?);
                }
                [second, payload, ..] => {
                    let (second, payload) = (lines.beside(second, axes)?, lines.beside(payload, axes)?);
                    let lines = [&lines, &second, &payload];
                    match (elements.dtype(), dtype) {
                        (DType::Float32, DType::Float32) => top::top_by::<f32, f32>(lines, picked, &mut out)?,
                        (DType::Float32, DType::Int64) => top::top_by::<f32, i64>(lines, picked, &mut out)?,
                        (DType::Float64, DType::Float64) => top::top_by::<f64, f64>(lines, picked, &mut out)?,
                        (DType::Float64, DType::Int64) => top::top_by::<f64, i64>(lines, picked, &mut out)?,
                        _ => return Err(ArrayError::UnsupportedType { op: op.name(), dtype }),
                    }
                }
            }
        }
        AlongOp::Histogram {} => match others {
            [edges] => counts::histogram(&lines, edges.as_slice()?, length, out.as_mut_slice::<i64>())?,
            [edges, weights, ..] => {
                let weights = lines.beside(weights, axes)?;
                let edges = edges.as_slice()?;
                counts::weighted_histogram(&lines, edges, &weights, length, out.as_mut_slice())?;
            }
            [] => return Err(ArrayError::OutOfBounds { what: "no edges".into(), shape: Vec::new() }),
        },
        AlongOp::Bincount {} => match others {
            [] => counts::bincount(&lines, length, out.as_mut_slice::<i64>())?,
            [weights, ..] => {
                let weights = lines.beside(weights, axes)?;
                counts::weighted_bincount(&lines, &weights, length, out.as_mut_slice())?;
            }
        },
        AlongOp::Product {} => {
            let ([im, ..], [axis]) = (others, axes) else {
                return Err(ArrayError::OutOfBounds {
                    what: "no imaginary parts, or not one axis".into(),
                    shape: elements.shape().to_vec(),
                });
            };
            match dtype {
                DType::Float32 => product::product::<f32>([elements, im], *axis as usize, &mut out)?,
                _ => product::product::<f64>([elements, im], *axis as usize, &mut out)?,
            }
        }
        AlongOp::Find { right } => match others {
            [sorted, ..] => {
                dispatch!(elements.dtype(), T => find::find::<T>(&lines, sorted, *right, out.as_mut_slice())?);
            }
            [] => {
                return Err(ArrayError::OutOfBounds { what: "nothing to search".into(), shape: Vec::new() });
            }
        },
    }
    Chunk::new(dtype, &shape, out)
}

/// The elements of a block, those of each kept position one behind the other.
struct Lines {
    chunk: Chunk,
    /// Elements of each.
    length: usize,
}

impl Lines {
    fn new(chunk: &Chunk, axes: &[u32]) -> Result<Lines, ArrayError> {
        let all = (0..).take(chunk.shape().len());
        let (reduced, kept): (Vec<u32>, Vec<u32>) = all.partition(|axis| axes.contains(axis));
        let length = reduced.iter().map(|&axis| chunk.shape()[axis as usize]).product();
        let order: Vec<u32> = kept.into_iter().chain(reduced).collect();
        Ok(Lines { chunk: permute(chunk, &order)?, length })
    }

    /// Another input, whose elements go with these one by one.
    fn beside(&self, chunk: &Chunk, axes: &[u32]) -> Result<Lines, ArrayError> {
        let other = Lines::new(chunk, axes)?;
        if other.chunk.shape() == self.chunk.shape() {
            return Ok(other);
        }
        let what = format!("an input of shape {:?}", chunk.shape());
        Err(ArrayError::OutOfBounds { what, shape: self.chunk.shape().to_vec() })
    }

    /// The elements of the kept positions, one position after another.
    fn each<T: Element>(&self) -> Result<impl Iterator<Item = &[T]>, ArrayError> {
        Ok(self.all::<T>()?.chunks_exact(self.length.max(1)))
    }

    fn all<T: Element>(&self) -> Result<&[T], ArrayError> {
        self.chunk.as_slice::<T>()
    }
}

#[cfg(test)]
mod tests;

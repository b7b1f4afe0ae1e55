//! Sums of products of chunks.

use bramble_array::{ArrayError, Bool, Chunk, Element, element_count};
use bramble_graph::DType;
use faer::linalg::matmul::matmul;
use faer::traits::ComplexField;
use faer::{Accum, MatMut, MatRef, Par};

use crate::misfit;

/// The sum of the products of pairs of chunks: the first half of them with the second.
pub(crate) fn contract(
    batch: usize,
    shared: usize,
    shape: &[usize],
    inputs: &[&Chunk],
) -> Result<Chunk, ArrayError> {
    let (left, right) = inputs.split_at(inputs.len() / 2);
    let dtype = inputs.first().map_or(DType::Float64, |chunk| chunk.dtype());
    let mut result = Chunk::zeroed(dtype, shape)?;
    for (&a, &b) in left.iter().zip(right) {
        let sizes = sizes(batch, shared, a, b).ok_or_else(|| misfit(dtype, shape, &[a, b]))?;
        if sizes.batch * sizes.rows * sizes.columns != result.len() {
            return Err(misfit(dtype, shape, &[a, b]));
        }
        let Some(out) = result.bytes_mut() else { unreachable!("nobody shares a chunk that was just made") };
        match dtype {
            DType::Float32 => add(sizes, a.as_slice::<f32>()?, b.as_slice()?, out, float),
            DType::Float64 => add(sizes, a.as_slice::<f64>()?, b.as_slice()?, out, float),
            DType::Bool => add(sizes, a.as_slice::<Bool>()?, b.as_slice()?, out, truth),
            DType::Int8 => add(sizes, a.as_slice::<i8>()?, b.as_slice()?, out, integer),
            DType::Int16 => add(sizes, a.as_slice::<i16>()?, b.as_slice()?, out, integer),
            DType::Int32 => add(sizes, a.as_slice::<i32>()?, b.as_slice()?, out, integer),
            DType::Int64 => add(sizes, a.as_slice::<i64>()?, b.as_slice()?, out, integer),
            DType::UInt8 => add(sizes, a.as_slice::<u8>()?, b.as_slice()?, out, integer),
            DType::UInt16 => add(sizes, a.as_slice::<u16>()?, b.as_slice()?, out, integer),
            DType::UInt32 => add(sizes, a.as_slice::<u32>()?, b.as_slice()?, out, integer),
            DType::UInt64 => add(sizes, a.as_slice::<u64>()?, b.as_slice()?, out, integer),
        }
    }
    Ok(result)
}

/// Lengths of a product of two chunks as matrices.
#[derive(Clone, Copy)]
struct Sizes {
    batch: usize,
    rows: usize,
    shared: usize,
    columns: usize,
}

/// The lengths of a product; none if the chunks do not fit each other.
fn sizes(batch: usize, shared: usize, a: &Chunk, b: &Chunk) -> Option<Sizes> {
    let own = a.shape().len().checked_sub(batch + shared)?;
    let (outer, inner) = a.shape().split_at(batch + own);
    let fits = b.shape().get(..batch)? == &outer[..batch] && b.shape().get(batch..batch + shared)? == inner;
    let count = |lengths: &[usize]| element_count(lengths).ok();
    fits.then_some(Sizes {
        batch: count(&outer[..batch])?,
        rows: count(&outer[batch..])?,
        shared: count(inner)?,
        columns: count(&b.shape()[batch + shared..])?,
    })
}

/// Adds the products of matrices that stand side by side.
fn add<T: Element>(
    sizes: Sizes,
    a: &[T],
    b: &[T],
    out: &mut [u8],
    multiply: fn(Sizes, &[T], &[T], &mut [T]),
) {
    let out: &mut [T] = bytemuck::cast_slice_mut(out);
    let (left, right) = (sizes.rows * sizes.shared, sizes.shared * sizes.columns);
    let each = sizes.rows * sizes.columns;
    if each == 0 {
        return;
    }
    for (number, out) in out.chunks_exact_mut(each).enumerate() {
        let a = &a[number * left..(number + 1) * left];
        let b = &b[number * right..(number + 1) * right];
        multiply(sizes, a, b, out);
    }
}

/// Adds a product of floats: `faer` does it.
fn float<T: ComplexField>(Sizes { rows, shared, columns, .. }: Sizes, a: &[T], b: &[T], out: &mut [T]) {
    matmul(
        MatMut::from_row_major_slice_mut(out, rows, columns),
        Accum::Add,
        MatRef::from_row_major_slice(a, rows, shared),
        MatRef::from_row_major_slice(b, shared, columns),
        T::one_impl(),
        Par::Seq,
    );
}

/// An integer whose arithmetic wraps.
trait Integer: Copy {
    fn add_product(self, a: Self, b: Self) -> Self;
}

macro_rules! integers {
    ($($T:ident)+) => {$(
        impl Integer for $T {
            #[inline]
            fn add_product(self, a: $T, b: $T) -> $T {
                self.wrapping_add(a.wrapping_mul(b))
            }
        }
    )+};
}

integers!(i8 i16 i32 i64 u8 u16 u32 u64);

fn integer<T: Integer>(sizes: Sizes, a: &[T], b: &[T], out: &mut [T]) {
    by_rows(sizes, a, b, out, T::add_product);
}

/// Of truth values the sum of products is whether there is a place where both are true.
fn truth(sizes: Sizes, a: &[Bool], b: &[Bool], out: &mut [Bool]) {
    by_rows(sizes, a, b, out, |sum, a, b| sum | (a & b));
}

/// Adds to each row the rows of `b`, as often as `a` says: all are passed in the order of memory.
fn by_rows<T: Copy>(
    Sizes { shared, columns, .. }: Sizes,
    a: &[T],
    b: &[T],
    out: &mut [T],
    add_product: impl Fn(T, T, T) -> T,
) {
    for (row, out) in out.chunks_exact_mut(columns).enumerate() {
        for (&factor, b) in a[row * shared..(row + 1) * shared].iter().zip(b.chunks_exact(columns)) {
            for (sum, &b) in out.iter_mut().zip(b) {
                *sum = add_product(*sum, factor, b);
            }
        }
    }
}

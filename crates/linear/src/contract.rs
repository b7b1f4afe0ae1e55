//! Sums of products of chunks.

use bramble_array::{ArrayError, Bool, Chunk, Element, RowsMut, Window, element_count};
use bramble_graph::DType;
use bytemuck::Pod;
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
    let pairs = Pairs::new(batch, shared, shape, inputs)?;
    let mut result = Chunk::zeroed(pairs.dtype, shape)?;
    let Some(out) = result.bytes_mut() else { unreachable!("nobody shares a chunk that was just made") };
    pairs.add_to(RowsMut::of(out, pairs.row()))?;
    Ok(result)
}

/// As [`contract`], to where the sum shall be, which is zeros.
pub(crate) fn contract_into(
    batch: usize,
    shared: usize,
    shape: &[usize],
    inputs: &[&Chunk],
    mut window: Window<'_>,
) -> Result<(), ArrayError> {
    let pairs = Pairs::new(batch, shared, shape, inputs)?;
    if let Some(rows) = window.as_rows(pairs.row()) {
        return pairs.add_to(rows);
    }
    window.push(contract(batch, shared, shape, inputs)?.bytes());
    Ok(())
}

/// Chunks whose products are added up, as matrices of equal lengths.
struct Pairs<'a> {
    dtype: DType,
    columns: usize,
    each: Vec<(Sizes, &'a Chunk, &'a Chunk)>,
}

impl<'a> Pairs<'a> {
    fn new(
        batch: usize,
        shared: usize,
        shape: &[usize],
        inputs: &[&'a Chunk],
    ) -> Result<Pairs<'a>, ArrayError> {
        let (left, right) = inputs.split_at(inputs.len() / 2);
        let dtype = inputs.first().map_or(DType::Float64, |chunk| chunk.dtype());
        let result = element_count(shape)?;
        let mut each = Vec::with_capacity(left.len());
        for (&a, &b) in left.iter().zip(right) {
            let fitting = sizes(batch, shared, a, b)
                .filter(|sizes| sizes.batch * sizes.rows * sizes.columns == result)
                .filter(|sizes| {
                    each.first().is_none_or(|(first, ..): &(Sizes, _, _)| first.columns == sizes.columns)
                });
            each.push((fitting.ok_or_else(|| misfit(dtype, shape, &[a, b]))?, a, b));
        }
        Ok(Pairs { dtype, columns: each.first().map_or(0, |(sizes, ..)| sizes.columns), each })
    }

    /// Bytes of a row of the products.
    fn row(&self) -> usize {
        self.columns * self.dtype.size()
    }

    /// Adds all products to rows of bytes.
    fn add_to(&self, mut out: RowsMut<'_, u8>) -> Result<(), ArrayError> {
        match self.dtype {
            DType::Float32 => self.add::<f32>(&mut out, float),
            DType::Float64 => self.add::<f64>(&mut out, float),
            DType::Bool => self.add::<Bool>(&mut out, truth),
            DType::Int8 => self.add::<i8>(&mut out, integer),
            DType::Int16 => self.add::<i16>(&mut out, integer),
            DType::Int32 => self.add::<i32>(&mut out, integer),
            DType::Int64 => self.add::<i64>(&mut out, integer),
            DType::UInt8 => self.add::<u8>(&mut out, integer),
            DType::UInt16 => self.add::<u16>(&mut out, integer),
            DType::UInt32 => self.add::<u32>(&mut out, integer),
            DType::UInt64 => self.add::<u64>(&mut out, integer),
        }
    }

    /// Adds the products, each of matrices that stand side by side.
    fn add<T: Element>(
        &self,
        out: &mut RowsMut<'_, u8>,
        multiply: fn(Sizes, &[T], &[T], RowsMut<'_, T>),
    ) -> Result<(), ArrayError> {
        for &(sizes, a, b) in &self.each {
            let (a, b) = (a.as_slice::<T>()?, b.as_slice::<T>()?);
            let (left, right) = (sizes.rows * sizes.shared, sizes.shared * sizes.columns);
            let mut out = out.cast::<T>();
            if sizes.rows * sizes.columns == 0 {
                continue;
            }
            for number in 0..sizes.batch {
                let matrix = out.take(sizes.rows);
                multiply(
                    sizes,
                    &a[number * left..(number + 1) * left],
                    &b[number * right..(number + 1) * right],
                    matrix,
                );
            }
        }
        Ok(())
    }
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

/// Adds a product of floats: `faer` does it.
fn float<T: ComplexField + Pod>(sizes: Sizes, a: &[T], b: &[T], mut out: RowsMut<'_, T>) {
    let Sizes { rows, shared, columns, .. } = sizes;
    assert_eq!((out.count(), out.length()), (rows, columns));
    let stride = isize::try_from(out.stride()).expect("no memory has more elements");
    // SAFETY: the elements of the matrix are those of the rows, which nobody else has.
    let out = unsafe { MatMut::from_raw_parts_mut(out.as_mut_ptr(), rows, columns, stride, 1) };
    matmul(
        out,
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

fn integer<T: Integer + Pod>(sizes: Sizes, a: &[T], b: &[T], out: RowsMut<'_, T>) {
    by_rows(sizes, a, b, out, T::add_product);
}

/// Of truth values the sum of products is whether there is a place where both are true.
fn truth(sizes: Sizes, a: &[Bool], b: &[Bool], out: RowsMut<'_, Bool>) {
    by_rows(sizes, a, b, out, |sum, a, b| sum | (a & b));
}

/// Adds to each row the rows of `b`, as often as `a` says: all are passed in the order of memory.
fn by_rows<T: Pod>(
    Sizes { shared, columns, .. }: Sizes,
    a: &[T],
    b: &[T],
    mut out: RowsMut<'_, T>,
    add_product: impl Fn(T, T, T) -> T,
) {
    for (row, out) in out.each().enumerate() {
        for (&factor, b) in a[row * shared..(row + 1) * shared].iter().zip(b.chunks_exact(columns)) {
            for (sum, &b) in out.iter_mut().zip(b) {
                *sum = add_product(*sum, factor, b);
            }
        }
    }
}

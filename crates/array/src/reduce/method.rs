//! What a reduction does with elements of one type.

use std::marker::PhantomData;

use bramble_graph::DType;
use bytemuck::Pod;

use super::ReducedAxis;
use super::accumulator::{Accumulate, Accumulation};
use super::combine;
use super::groups::Groups;
use super::scan::{Lines, Running, Scan};
use crate::element::Cast;
use crate::kernel::{Kernel, unary};
use crate::{AlignedBuffer, ArrayError, Element};

/// How what is known of some elements becomes what is known of more. Everything that costs code, the loops
/// over lanes, cascades and trees, is compiled once for each.
pub(super) trait Monoid: 'static {
    /// What is known of some elements. Plain bytes, so that states can be sent.
    type Acc: Pod + Send + Sync;

    /// What is known of no elements: merging it with anything gives the other.
    const IDENTITY: Self::Acc;

    /// What is known of two parts, of which `a` comes first.
    fn merge(a: Self::Acc, b: Self::Acc) -> Self::Acc;

    /// Merges rows one after another, each value into the total above it: what [`Monoid::merge`] does, for those who know a
    /// faster way for many.
    #[inline(always)]
    fn merge_rows<'a, const N: usize>(
        mut totals: [Self::Acc; N],
        rows: impl Iterator<Item = &'a [Self::Acc; N]> + Clone,
    ) -> [Self::Acc; N] {
        for row in rows {
            for (total, &value) in totals.iter_mut().zip(row) {
                *total = Self::merge(*total, value);
            }
        }
        totals
    }
}

/// Whether an element is NaN.
#[inline(always)]
#[expect(clippy::eq_op, reason = "NaN alone differs from itself")]
pub(super) fn is_nan<T: Element>(element: T) -> bool {
    element != element
}

/// What results depend on beside the accumulators.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    /// Elements that went into each accumulator.
    pub(super) count: u64,
    /// What variances subtract from it.
    pub(super) ddof: f64,
}

/// Makes a result of what is known of some elements.
pub(super) trait Finisher<Acc>: 'static {
    /// What comes out.
    type Result: Element;

    fn finish(acc: Acc, given: Given) -> Self::Result;
}

/// What is known is the result, in the type `T`.
pub(super) struct As<T>(PhantomData<T>);

impl<Acc: Cast<T>, T: Element> Finisher<Acc> for As<T> {
    type Result = T;

    fn finish(acc: Acc, _: Given) -> T {
        acc.cast()
    }
}

/// The three parts of a reduction: elements are lifted to accumulators, these are merged, and in the end
/// results are made of them.
#[derive(Clone, Copy)]
pub(super) struct Method {
    /// Makes the kernel from elements to accumulators; none is needed where these are the elements.
    pub(super) lift: Option<fn() -> Kernel>,
    pub(super) merging: &'static dyn Merging,
    /// Makes the results of accumulators.
    pub(super) finish: fn(&[u8], Given) -> Result<AlignedBuffer, ArrayError>,
    /// Bytes of an element.
    pub(super) element_size: usize,
    /// Element type of the result.
    pub(super) result: DType,
    /// How many elements a result has: 2 of complex numbers, which lie along a last axis, else 1.
    pub(super) parts: usize,
}

impl Method {
    /// The method that casts elements of type `T` to accumulators.
    pub(super) fn casting<T, M, F>() -> Method
    where
        T: Element + Cast<M::Acc>,
        M: Monoid<Acc: Element>,
        F: Finisher<M::Acc>,
    {
        Method {
            lift: if T::DTYPE == M::Acc::DTYPE { None } else { Some(|| unary(<T as Cast<M::Acc>>::cast)) },
            merging: Method::merging::<M>(),
            finish: finish::<M, F>,
            element_size: size_of::<T>(),
            result: F::Result::DTYPE,
            parts: 1,
        }
    }

    /// What merges accumulators as a monoid does.
    pub(super) fn merging<M: Monoid>() -> &'static dyn Merging {
        const { &MergingBy::<M>(PhantomData) }
    }
}

/// The results of accumulators, one by one.
pub(super) fn finish<M: Monoid, F: Finisher<M::Acc>>(
    accumulators: &[u8],
    given: Given,
) -> Result<AlignedBuffer, ArrayError> {
    let accumulators: &[M::Acc] = bytemuck::cast_slice(accumulators);
    let mut results = AlignedBuffer::zeroed(accumulators.len() * size_of::<F::Result>())?;
    for (result, &accumulator) in results.as_mut_slice().iter_mut().zip(accumulators) {
        *result = F::finish(accumulator, given);
    }
    Ok(results)
}

/// A [`Monoid`] behind one type.
pub(super) trait Merging: Send + Sync {
    /// Bytes of an accumulator.
    fn size(&self) -> usize;

    /// Bytes of what elements are lifted to.
    fn lifted_size(&self) -> usize {
        self.size()
    }

    fn accumulate(&self, groups: &Groups) -> Result<Box<dyn Accumulate>, ArrayError>;

    /// The merged accumulators of parts of equal length.
    fn combine(&self, parts: &[&[u8]]) -> Result<AlignedBuffer, ArrayError>;

    /// A running reduction from `start` on, if accumulators can be had of single elements.
    fn scan(&self, _lines: Lines, _start: Option<&[u8]>) -> Result<Option<Box<dyn Scan>>, ArrayError> {
        Ok(None)
    }

    /// Makes positions in a block, if accumulators have any, into positions in the array.
    fn locate(&self, _state: &mut [u8], _axes: &[ReducedAxis]) {}
}

struct MergingBy<M>(PhantomData<fn() -> M>);

impl<M: Monoid> Merging for MergingBy<M> {
    fn size(&self) -> usize {
        size_of::<M::Acc>()
    }

    fn accumulate(&self, groups: &Groups) -> Result<Box<dyn Accumulate>, ArrayError> {
        Ok(Box::new(Accumulation::<M>::new(groups)?))
    }

    fn combine(&self, parts: &[&[u8]]) -> Result<AlignedBuffer, ArrayError> {
        combine::by_halves::<M>(parts)
    }

    fn scan(&self, lines: Lines, start: Option<&[u8]>) -> Result<Option<Box<dyn Scan>>, ArrayError> {
        Ok(Some(Box::new(Running::<M>::new(lines, start)?)))
    }
}

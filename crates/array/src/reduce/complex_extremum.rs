//! The greatest and the least complex number, by the real parts and, where these are equal, by the imaginary ones. A number
//! with NaN in either part is NaN in both: so is the result, unless such numbers are left out.

use std::marker::PhantomData;

use bramble_graph::DType;
use bytemuck::Pod;

use super::ReductionDef;
use super::max::Max;
use super::method::{Given, Method, Monoid, is_nan};
use super::min::Min;
use super::nan_extremum::{Float, Passing, PastNan};
use crate::element::for_families;
use crate::kernel::Kernel;
use crate::simd::{self, Loop};
use crate::{AlignedBuffer, ArrayError};

pub(super) static MAX: ReductionDef =
    ReductionDef { name: "complex_max", needs_elements: true, method: max::<false> };
pub(super) static MIN: ReductionDef =
    ReductionDef { name: "complex_min", needs_elements: true, method: min::<false> };
pub(super) static NANMAX: ReductionDef =
    ReductionDef { name: "complex_nanmax", needs_elements: true, method: max::<true> };
pub(super) static NANMIN: ReductionDef =
    ReductionDef { name: "complex_nanmin", needs_elements: true, method: min::<true> };

fn max<const SKIPS_NAN: bool>(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        float T => method::<T, Max<T>, SKIPS_NAN>(),
    })
}

fn min<const SKIPS_NAN: bool>(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        float T => method::<T, Min<T>, SKIPS_NAN>(),
    })
}

fn method<T: Float, M: Passing<Acc = T>, const SKIPS_NAN: bool>() -> Method {
    Method {
        lift: Some(lift::<T, M, SKIPS_NAN>),
        merging: Method::merging::<ByParts<M>>(),
        finish: finish::<T>,
        element_size: size_of::<T>(),
        result: T::DTYPE,
        parts: 2,
    }
}

/// Merges numbers by their parts, each of which `M` merges. The identity has a real part that any other one is at least as good
/// as, and no imaginary one.
struct ByParts<M>(PhantomData<fn() -> M>);

impl<T: Float, M: Passing<Acc = T>> Monoid for ByParts<M>
where
    [T; 2]: Pod,
{
    type Acc = [T; 2];

    const IDENTITY: [T; 2] = [M::IDENTITY, T::NAN];

    #[inline(always)]
    fn merge(a: [T; 2], b: [T; 2]) -> [T; 2] {
        let best = M::merge(a[0], b[0]);
        let [a_im, b_im] = [a, b].map(|[re, im]| if re == best { im } else { T::NAN });
        [best, PastNan::<M>::merge(a_im, b_im)]
    }
}

/// Makes numbers of their parts, for all of which with NaN in a part there is one.
fn lift<T: Float, M: Monoid<Acc = T>, const SKIPS_NAN: bool>() -> Kernel {
    let nan = if SKIPS_NAN { [M::IDENTITY, T::NAN] } else { [T::NAN; 2] };
    Box::new(move |arguments, out| {
        let [re, im] = [0, 1].map(|part| bytemuck::cast_slice(arguments[part]));
        simd::run(Lift { re, im, nan, out: bytemuck::cast_slice_mut::<_, T>(out) });
        Ok(())
    })
}

struct Lift<'a, T> {
    re: &'a [T],
    im: &'a [T],
    nan: [T; 2],
    out: &'a mut [T],
}

impl<T: Float> Loop for Lift<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (pairs, _) = self.out.as_chunks_mut::<2>();
        for ((out, &re), &im) in pairs.iter_mut().zip(self.re).zip(self.im) {
            *out = if is_nan(re) | is_nan(im) { self.nan } else { [re, im] };
        }
    }
}

/// Where no number is left, or one is NaN, there is no imaginary part.
fn finish<T: Float>(accumulators: &[u8], _: Given) -> Result<AlignedBuffer, ArrayError> {
    let mut results = AlignedBuffer::copy_of(bytemuck::cast_slice::<u8, T>(accumulators))?;
    let (pairs, _) = results.as_mut_slice::<T>().as_chunks_mut::<2>();
    for pair in pairs {
        if is_nan(pair[1]) {
            *pair = [T::NAN; 2];
        }
    }
    Ok(results)
}

#[cfg(test)]
mod tests {
    use bramble_graph::Finish;

    use crate::{ArrayError, Element, Reduction};

    /// Reduces rows of `width` numbers, fed in pieces, to one of them each.
    fn rows<T: Element>(name: &str, re: &[T], im: &[T], width: usize) -> Result<Vec<T>, ArrayError> {
        let reduction = Reduction::new(name, T::DTYPE)?;
        let mut accumulator = reduction.accumulator(&[re.len() / width.max(1), width], &[1])?;
        for (re, im) in re.chunks(7).zip(im.chunks(7)) {
            accumulator.feed(&[bytemuck::cast_slice(re), bytemuck::cast_slice(im)])?;
        }
        let finish = Finish { keepdims: false, ddof: 0.0 };
        let result = reduction.finish(&accumulator.finish(), &[1], &finish)?;
        assert_eq!(result.shape(), [re.len() / width.max(1), 2]);
        Ok(result.as_slice::<T>()?.to_vec())
    }

    #[test]
    fn imaginary_parts_decide_where_real_ones_are_equal() {
        let (re, im) = ([1.0_f64, 3.0, 3.0, 2.0, 0.0, -0.0], [9.0, 1.0, 2.0, 9.0, 1.0, 4.0]);
        assert_eq!(rows("complex_max", &re, &im, 3).unwrap(), [3.0, 2.0, 2.0, 9.0]);
        let least = rows("complex_min", &re, &im, 3).unwrap();
        assert_eq!(least, [1.0, 9.0, 0.0, 1.0]);
        assert!(least[2].is_sign_negative());
    }

    #[test]
    fn infinite_numbers_count() {
        let (re, im) = ([f32::NEG_INFINITY; 2], [f32::NEG_INFINITY, f32::NEG_INFINITY]);
        assert_eq!(rows("complex_max", &re, &im, 2).unwrap(), [f32::NEG_INFINITY; 2]);
        assert_eq!(rows("complex_nanmax", &re, &im, 2).unwrap(), [f32::NEG_INFINITY; 2]);
    }

    #[test]
    fn nan_in_either_part_wins_or_is_left_out() {
        let nan = f64::NAN;
        let (re, im) = ([1.0, nan, 2.0, 5.0, nan, nan], [1.0, 7.0, 3.0, nan, 1.0, nan]);
        assert!(rows("complex_max", &re, &im, 6).unwrap().iter().all(|part| part.is_nan()));
        assert_eq!(rows("complex_nanmax", &re, &im, 6).unwrap(), [2.0, 3.0]);
        assert_eq!(rows("complex_nanmin", &re, &im, 3).unwrap()[..2], [1.0, 1.0]);
        assert!(rows("complex_nanmin", &re, &im, 3).unwrap()[2..].iter().all(|part| part.is_nan()));
        // A run of one element is not merged with another.
        assert!(rows("complex_min", &re[..2], &im[..2], 1).unwrap()[2..].iter().all(|part| part.is_nan()));
    }

    #[test]
    fn of_nothing_is_an_error() {
        let reduction = Reduction::new("complex_max", f64::DTYPE).unwrap();
        let state = reduction.accumulator(&[2, 0], &[1]).unwrap().finish();
        let finish = Finish { keepdims: false, ddof: 0.0 };
        let error = reduction.finish(&state, &[1], &finish).unwrap_err();
        assert_eq!(error.to_string(), "complex_max of zero elements: it has no identity");
    }
}

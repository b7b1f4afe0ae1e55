//! Variance and standard deviation of the elements, in double precision; floats keep their type, everything else gives
//! doubles. The divisor is the count less `ddof`, but not below 0.

use std::marker::PhantomData;

use bramble_graph::DType;

use super::ReductionDef;
use super::method::{Finisher, Given, Method, finish};
use super::moments::{MomentMerging, Moments, Pooled};
use crate::Element;
use crate::element::{Cast, for_families};
use crate::kernel::unary;

pub(super) static VAR: ReductionDef =
    ReductionDef { name: "var", needs_elements: false, method: method::<false, false> };
pub(super) static STD: ReductionDef =
    ReductionDef { name: "std", needs_elements: false, method: method::<true, false> };
/// NaNs do not count; where no more than `ddof` numbers do, the answer is NaN.
pub(super) static NANVAR: ReductionDef =
    ReductionDef { name: "nanvar", needs_elements: false, method: method::<false, true> };
pub(super) static NANSTD: ReductionDef =
    ReductionDef { name: "nanstd", needs_elements: false, method: method::<true, true> };

fn method<const ROOT: bool, const SKIPS_NAN: bool>(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        float T => moments::<T, Variance<T, ROOT, SKIPS_NAN>, SKIPS_NAN>(),
        // There is no NaN to skip.
        any T => moments::<T, Variance<f64, ROOT, SKIPS_NAN>, false>(),
    })
}

fn moments<T, F, const SKIPS_NAN: bool>() -> Method
where
    T: Element + Cast<f64>,
    F: Finisher<Moments>,
{
    Method {
        lift: if T::DTYPE == DType::Float64 { None } else { Some(|| unary(<T as Cast<f64>>::cast)) },
        merging: const { &MomentMerging::<SKIPS_NAN>(PhantomData) },
        finish: finish::<Pooled, F>,
        element_size: size_of::<T>(),
        result: F::Result::DTYPE,
        parts: 1,
    }
}

struct Variance<T, const ROOT: bool, const SKIPS_NAN: bool>(PhantomData<T>);

impl<T: Element, const ROOT: bool, const SKIPS_NAN: bool> Finisher<Moments> for Variance<T, ROOT, SKIPS_NAN>
where
    f64: Cast<T>,
{
    type Result = T;

    fn finish(moments: Moments, given: Given) -> T {
        let divisor = moments.count - given.ddof;
        if SKIPS_NAN && divisor <= 0.0 {
            return f64::NAN.cast();
        }
        let variance = moments.squares / if divisor < 0.0 { 0.0 } else { divisor };
        if ROOT { variance.sqrt().cast() } else { variance.cast() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::Bool;
    use crate::reduce::testing::{all_of, none_of, reduce};

    #[test]
    fn measures_the_spread() {
        assert_eq!(all_of::<i32, f64>("var", &[1, 2, 3, 4]), 1.25);
        assert_eq!(all_of::<f32, f32>("std", &[1.0, 3.0]), 1.0);
        assert_eq!(all_of::<Bool, f64>("var", &[Bool::TRUE, Bool::FALSE]), 0.25);
        assert_eq!(all_of::<f64, f64>("var", &[7.5]), 0.0);
        assert!(all_of::<f64, f64>("var", &[1.0, f64::NAN]).is_nan());
        assert!(all_of::<f64, f64>("var", &[f64::INFINITY, 1.0]).is_nan());
        assert!(none_of::<f64, f64>("std").unwrap().is_nan());
    }

    #[test]
    fn leaves_out_nan() {
        let nan = f64::NAN;
        assert_eq!(all_of::<f64, f64>("nanvar", &[nan, 1.0, nan, 3.0]), 1.0);
        assert_eq!(all_of::<f64, f64>("nanstd", &[5.0, nan]), 0.0);
        assert!(all_of::<f64, f64>("nanvar", &[nan, nan]).is_nan());
        assert_eq!(all_of::<i8, f64>("nanvar", &[1, 3]), 1.0);
    }

    #[test]
    fn cancels_nothing_far_from_zero() {
        let near: Vec<f64> = (0..10_000).map(|i| f64::from(i % 100)).collect();
        let far: Vec<f64> = near.iter().map(|x| x + 1e12).collect();
        assert_eq!(all_of::<f64, f64>("var", &near), 833.25);
        assert!((all_of::<f64, f64>("var", &far) - 833.25).abs() < 1e-9);
        let outlier: Vec<f64> = [-1e9].into_iter().chain((0..999_999).map(|i| f64::from(i % 2))).collect();
        let exact = 1e18 * (1e6 - 1.0) / 1e12 + 0.25 + 1e9 / 1e6;
        assert!((all_of::<f64, f64>("var", &outlier) / exact - 1.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn agrees_with_two_passes(
            elements in prop::collection::vec(-1e3_f64..1e3, 1..900), width in 1_usize..40, offset in -1e6_f64..1e6,
        ) {
            let rows = elements.len() / width;
            prop_assume!(rows > 0);
            let elements: Vec<f64> = elements[..rows * width].iter().map(|x| x + offset).collect();
            for (axis, count) in [(0, rows), (1, width)] {
                let found = reduce("var", &elements, &[rows, width], &[axis]).unwrap();
                for (kept, &variance) in found.as_slice::<f64>().unwrap().iter().enumerate() {
                    let at = |i: usize| if axis == 0 { elements[i * width + kept] } else { elements[kept * width + i] };
                    let mean = (0..count).map(at).sum::<f64>() / count as f64;
                    let expected = (0..count).map(|i| (at(i) - mean).powi(2)).sum::<f64>() / count as f64;
                    prop_assert!(variance >= 0.0);
                    prop_assert!((variance - expected).abs() <= 1e-12 * expected.max(1.0), "{} and {}", variance, expected);
                }
            }
        }
    }
}

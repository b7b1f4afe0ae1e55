//! The largest and the smallest element that is not NaN; NaN where all are.

use std::marker::PhantomData;

use bramble_graph::DType;

use super::ReductionDef;
use super::max::Max;
use super::method::{As, Method, Monoid, is_nan};
use super::min::Min;
use crate::element::{Extremum, for_families};

pub(super) static NANMAX: ReductionDef =
    ReductionDef { name: "nanmax", needs_elements: true, method: nanmax };
pub(super) static NANMIN: ReductionDef =
    ReductionDef { name: "nanmin", needs_elements: true, method: nanmin };

fn nanmax(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        float T => Method::casting::<T, PastNan<Max<T>>, As<T>>(),
        any T => Method::casting::<T, Max<T>, As<T>>(),
    })
}

fn nanmin(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        float T => Method::casting::<T, PastNan<Min<T>>, As<T>>(),
        any T => Method::casting::<T, Min<T>, As<T>>(),
    })
}

/// Merges numbers as `M` does; NaN is what is known of none.
pub(super) struct PastNan<M>(PhantomData<fn() -> M>);

/// Numbers with a NaN.
pub(super) trait Float: Extremum {
    const NAN: Self;
}

impl Float for f32 {
    const NAN: f32 = f32::NAN;
}

impl Float for f64 {
    const NAN: f64 = f64::NAN;
}

impl<M: Monoid<Acc: Float>> Monoid for PastNan<M> {
    type Acc = M::Acc;

    const IDENTITY: M::Acc = M::Acc::NAN;

    #[inline(always)]
    fn merge(a: M::Acc, b: M::Acc) -> M::Acc {
        let merged = M::merge(a, b);
        let past_b = if is_nan(b) { a } else { merged };
        if is_nan(a) { b } else { past_b }
    }
}

#[cfg(test)]
mod tests {
    use crate::reduce::testing::{all_of, none_of};

    #[test]
    fn passes_over_nan() {
        let nan = f64::NAN;
        assert_eq!(all_of::<f64, f64>("nanmax", &[nan, 1.0, 3.0, nan]), 3.0);
        assert_eq!(all_of::<f64, f64>("nanmin", &[nan, 1.0, 3.0, nan]), 1.0);
        assert_eq!(all_of::<f32, f32>("nanmax", &[f32::NEG_INFINITY, f32::NAN]), f32::NEG_INFINITY);
        assert!(all_of::<f64, f64>("nanmin", &[nan, nan]).is_nan());
        assert_eq!(all_of::<i8, i8>("nanmin", &[3, -4]), -4);
    }

    #[test]
    fn of_nothing_is_an_error() {
        assert!(none_of::<f64, f64>("nanmin").is_err());
    }
}

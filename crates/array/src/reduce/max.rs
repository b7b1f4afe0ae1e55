//! The largest element. NaN if any is, and 0.0 is larger than -0.0.

use std::marker::PhantomData;

use bramble_graph::DType;

use super::ReductionDef;
use super::method::{As, Method, Monoid};
use crate::element::{Extremum, for_families};

pub(super) static REDUCTION: ReductionDef = ReductionDef { name: "max", needs_elements: true, method };

fn method(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        any T => Method::casting::<T, Max<T>, As<T>>(),
    })
}

/// Takes the larger.
pub(super) struct Max<T>(PhantomData<T>);

impl<T: Extremum> Monoid for Max<T> {
    type Acc = T;

    const IDENTITY: T = T::LOWEST;

    #[inline(always)]
    fn merge(a: T, b: T) -> T {
        a.maximum(b)
    }

    #[inline(always)]
    fn merge_rows<'a, const N: usize>(
        totals: [T; N],
        rows: impl Iterator<Item = &'a [T; N]> + Clone,
    ) -> [T; N] {
        T::maxima(totals, rows)
    }
}

#[cfg(test)]
mod tests {
    use crate::Bool;
    use crate::reduce::testing::{all_of, none_of};

    #[test]
    fn finds_the_largest() {
        assert_eq!(all_of::<i8, i8>("max", &[-128, -3, -7]), -3);
        assert_eq!(all_of::<u64, u64>("max", &[0, u64::MAX, 5]), u64::MAX);
        assert_eq!(all_of::<Bool, Bool>("max", &[Bool::FALSE, Bool::TRUE]), Bool::TRUE);
        assert_eq!(all_of::<f32, f32>("max", &[f32::NEG_INFINITY, -2.5]), -2.5);
    }

    #[test]
    fn propagates_nan_and_orders_zeros() {
        assert!(all_of::<f64, f64>("max", &[1.0, f64::NAN, 3.0]).is_nan());
        assert_eq!(all_of::<f64, f64>("max", &[-0.0, 0.0, -0.0]).to_bits(), 0);
    }

    #[test]
    fn of_nothing_is_an_error() {
        let error = none_of::<f64, f64>("max").unwrap_err();
        assert_eq!(error.to_string(), "max of zero elements: it has no identity");
    }
}

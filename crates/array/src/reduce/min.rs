//! The smallest element. NaN if any is, and -0.0 is smaller than 0.0.

use std::marker::PhantomData;

use bramble_graph::DType;

use super::ReductionDef;
use super::method::{As, Method, Monoid};
use crate::element::{Extremum, for_families};

pub(super) static REDUCTION: ReductionDef = ReductionDef { name: "min", needs_elements: true, method };

fn method(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        any T => Method::casting::<T, Min<T>, As<T>>(),
    })
}

/// Takes the smaller.
pub(super) struct Min<T>(PhantomData<T>);

impl<T: Extremum> Monoid for Min<T> {
    type Acc = T;

    const IDENTITY: T = T::HIGHEST;

    #[inline(always)]
    fn merge(a: T, b: T) -> T {
        a.minimum(b)
    }

    #[inline(always)]
    fn merge_rows<'a, const N: usize>(
        totals: [T; N],
        rows: impl Iterator<Item = &'a [T; N]> + Clone,
    ) -> [T; N] {
        T::minima(totals, rows)
    }
}

#[cfg(test)]
mod tests {
    use crate::Bool;
    use crate::reduce::testing::{all_of, none_of};

    #[test]
    fn finds_the_smallest() {
        assert_eq!(all_of::<i8, i8>("min", &[127, 3, 7]), 3);
        assert_eq!(all_of::<u64, u64>("min", &[9, u64::MAX, 5]), 5);
        assert_eq!(all_of::<Bool, Bool>("min", &[Bool::FALSE, Bool::TRUE]), Bool::FALSE);
        assert_eq!(all_of::<f32, f32>("min", &[f32::INFINITY, 2.5]), 2.5);
    }

    #[test]
    fn propagates_nan_and_orders_zeros() {
        assert!(all_of::<f64, f64>("min", &[1.0, f64::NAN, 3.0]).is_nan());
        assert_eq!(all_of::<f64, f64>("min", &[0.0, -0.0, 0.0]).to_bits(), (-0.0_f64).to_bits());
    }

    #[test]
    fn of_nothing_is_an_error() {
        let error = none_of::<i8, i8>("min").unwrap_err();
        assert_eq!(error.to_string(), "min of zero elements: it has no identity");
    }
}

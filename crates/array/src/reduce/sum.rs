//! The sum. Integers and truth values add up to 64 bits and wrap; floats are added in double precision and
//! keep their type.

use std::marker::PhantomData;

use bramble_graph::DType;

use super::ReductionDef;
use super::method::{As, Finisher, Given, Method, Monoid};
use crate::Element;
use crate::element::{Cast, for_families};

pub(super) static REDUCTION: ReductionDef = ReductionDef { name: "sum", needs_elements: false, method };

fn method(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        float T => Method::casting::<T, FloatSum, SumAs<T>>(),
        unsigned T => Method::casting::<T, IntegerSum, As<u64>>(),
        any T => Method::casting::<T, IntegerSum, As<i64>>(),
    })
}

/// Adds floats. The identity is -0.0, which changes no sum.
pub(super) struct FloatSum;

impl Monoid for FloatSum {
    type Acc = f64;

    const IDENTITY: f64 = -0.0;

    #[inline(always)]
    fn merge(a: f64, b: f64) -> f64 {
        a + b
    }
}

/// Adds integers, with or without a sign: the bits are the same.
struct IntegerSum;

impl Monoid for IntegerSum {
    type Acc = i64;

    const IDENTITY: i64 = 0;

    #[inline(always)]
    fn merge(a: i64, b: i64) -> i64 {
        a.wrapping_add(b)
    }
}

/// The sum of nothing is 0.0, not the identity.
struct SumAs<T>(PhantomData<T>);

impl<T: Element> Finisher<f64> for SumAs<T>
where
    f64: Cast<T>,
{
    type Result = T;

    fn finish(sum: f64, given: Given) -> T {
        if given.count == 0 { T::default() } else { sum.cast() }
    }
}

#[cfg(test)]
mod tests {
    use crate::Bool;
    use crate::reduce::testing::{all_of, none_of};

    #[test]
    fn widens_integers() {
        assert_eq!(all_of::<i8, i64>("sum", &[127, 127, -1]), 253);
        assert_eq!(all_of::<u8, u64>("sum", &[255, 255]), 510);
        assert_eq!(all_of::<Bool, i64>("sum", &[Bool::TRUE, Bool::FALSE, Bool::TRUE]), 2);
        assert_eq!(all_of::<i64, i64>("sum", &[i64::MAX, 1]), i64::MIN);
        assert_eq!(all_of::<u64, u64>("sum", &[u64::MAX, 2]), 1);
    }

    #[test]
    fn adds_floats_in_double_precision() {
        assert_eq!(all_of::<f32, f32>("sum", &[1e8, 1.0, -1e8]), 1.0);
        assert_eq!(all_of::<f64, f64>("sum", &[0.1, 0.2]), 0.1 + 0.2);
        assert!(all_of::<f64, f64>("sum", &[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    }

    #[test]
    fn knows_zeros() {
        assert_eq!(all_of::<f64, f64>("sum", &[-0.0, -0.0]).to_bits(), (-0.0_f64).to_bits());
        assert_eq!(none_of::<f64, f64>("sum").unwrap().to_bits(), 0);
        assert_eq!(none_of::<i16, i64>("sum").unwrap(), 0);
    }
}

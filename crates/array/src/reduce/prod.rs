//! The product. Integers and truth values multiply in 64 bits and wrap; floats are multiplied in double
//! precision and keep their type.

use bramble_graph::DType;

use super::ReductionDef;
use super::method::{As, Method, Monoid};
use crate::element::for_families;

pub(super) static REDUCTION: ReductionDef = ReductionDef { name: "prod", needs_elements: false, method };

fn method(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        float T => Method::casting::<T, FloatProduct, As<T>>(),
        unsigned T => Method::casting::<T, IntegerProduct, As<u64>>(),
        any T => Method::casting::<T, IntegerProduct, As<i64>>(),
    })
}

/// Multiplies floats.
struct FloatProduct;

impl Monoid for FloatProduct {
    type Acc = f64;

    const IDENTITY: f64 = 1.0;

    #[inline(always)]
    fn merge(a: f64, b: f64) -> f64 {
        a * b
    }
}

/// Multiplies integers, with or without a sign: the bits are the same.
struct IntegerProduct;

impl Monoid for IntegerProduct {
    type Acc = i64;

    const IDENTITY: i64 = 1;

    #[inline(always)]
    fn merge(a: i64, b: i64) -> i64 {
        a.wrapping_mul(b)
    }
}

#[cfg(test)]
mod tests {
    use crate::Bool;
    use crate::reduce::testing::{all_of, none_of};

    #[test]
    fn widens_integers() {
        assert_eq!(all_of::<i8, i64>("prod", &[100, 100, -1]), -10_000);
        assert_eq!(all_of::<u8, u64>("prod", &[255, 255]), 65_025);
        assert_eq!(all_of::<Bool, i64>("prod", &[Bool::TRUE, Bool::FALSE]), 0);
    }

    #[test]
    fn multiplies_floats_in_double_precision() {
        assert_eq!(all_of::<f32, f32>("prod", &[1e30, 1e30, 1e-30]), 1e30);
        assert!(all_of::<f64, f64>("prod", &[f64::INFINITY, 0.0]).is_nan());
    }

    #[test]
    fn of_nothing_is_one() {
        assert_eq!(none_of::<f64, f64>("prod").unwrap(), 1.0);
        assert_eq!(none_of::<u8, u64>("prod").unwrap(), 1);
    }
}

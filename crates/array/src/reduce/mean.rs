//! The arithmetic mean, added up in double precision. Floats keep their type, everything else gives doubles.

use std::marker::PhantomData;

use bramble_graph::DType;

use super::ReductionDef;
use super::method::{Finisher, Given, Method};
use super::sum::FloatSum;
use crate::Element;
use crate::element::{Cast, for_families};

pub(super) static REDUCTION: ReductionDef = ReductionDef { name: "mean", needs_elements: false, method };

fn method(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        float T => Method::casting::<T, FloatSum, Mean<T>>(),
        any T => Method::casting::<T, FloatSum, Mean<f64>>(),
    })
}

/// Divides a sum once.
struct Mean<T>(PhantomData<T>);

impl<T: Element> Finisher<f64> for Mean<T>
where
    f64: Cast<T>,
{
    type Result = T;

    fn finish(sum: f64, given: Given) -> T {
        (sum / given.count as f64).cast()
    }
}

#[cfg(test)]
mod tests {
    use crate::Bool;
    use crate::reduce::testing::{all_of, none_of};

    #[test]
    fn divides_once() {
        assert_eq!(all_of::<i32, f64>("mean", &[1, 2, 4]), 7.0 / 3.0);
        assert_eq!(all_of::<f32, f32>("mean", &[1e8, 1.0, -1e8]), 1.0 / 3.0);
        assert_eq!(all_of::<Bool, f64>("mean", &[Bool::TRUE, Bool::FALSE]), 0.5);
        assert_eq!(all_of::<u64, f64>("mean", &[u64::MAX, u64::MAX]), 18_446_744_073_709_551_616.0);
    }

    #[test]
    fn of_nothing_is_nan() {
        assert!(none_of::<f64, f64>("mean").unwrap().is_nan());
        assert!(none_of::<i8, f64>("mean").unwrap().is_nan());
    }
}

//! The larger of two. NaN if either is, and 0.0 is larger than -0.0, so that order and grouping do not matter.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::{Extremum, for_families};
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "maximum", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        any T => binary(<T as Extremum>::maximum),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bool;
    use crate::ops::testing::check;

    #[test]
    fn propagates_nan() {
        check(&OP, [[f64::NAN, 1.0, f64::NAN], [1.0, f64::NAN, f64::NAN]], [f64::NAN; 3]);
    }

    #[test]
    fn orders_zeros_and_infinities() {
        check(&OP, [[-0.0, 0.0, -0.0, f64::NEG_INFINITY], [0.0, -0.0, -0.0, 3.0]], [0.0, 0.0, -0.0, 3.0]);
    }

    #[test]
    fn compares_integers_and_truth() {
        check(&OP, [[-1_i8, 5], [1, -5]], [1, 5]);
        check(&OP, [[Bool::FALSE, Bool::TRUE], [Bool::FALSE, Bool::FALSE]], [Bool::FALSE, Bool::TRUE]);
    }
}

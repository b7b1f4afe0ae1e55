//! `a <= b`.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::Bool;
use crate::element::for_families;
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "less_equal", arity: 2, answer: Answer::Truth, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        any T => binary(|a: T, b: T| Bool::from(a <= b)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check_truth;

    #[test]
    fn compares() {
        check_truth(&OP, [[1_i32, 2, -3], [2, 2, -4]], [true, true, false]);
        check_truth(&OP, [[u64::MAX], [1]], [false]);
        check_truth(&OP, [[Bool::TRUE], [Bool::FALSE]], [false]);
    }

    #[test]
    fn compares_nan_with_nothing() {
        check_truth(&OP, [[f64::NAN, f64::NAN, 1.0], [f64::NAN, 1.0, f64::NAN]], [false; 3]);
        check_truth(&OP, [[-0.0_f32], [0.0]], [true]);
    }
}

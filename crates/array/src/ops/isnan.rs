//! Whether a float is NaN.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::Bool;
use crate::element::for_families;
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "isnan", arity: 1, answer: Answer::Truth, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        float T => unary(|a: T| Bool::from(a.is_nan())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check_truth;

    #[test]
    fn tells_numbers_apart() {
        check_truth(&OP, [[1.0, f64::INFINITY, f64::NAN, f64::NEG_INFINITY]], [false, false, true, false]);
        check_truth(
            &OP,
            [[f32::MAX, f32::INFINITY, f32::NAN, f32::NEG_INFINITY]],
            [false, false, true, false],
        );
    }
}

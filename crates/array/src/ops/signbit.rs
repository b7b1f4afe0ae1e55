//! Whether the sign of a float is set: of -0 it is, too.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::Bool;
use crate::element::for_families;
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "signbit", arity: 1, answer: Answer::Truth, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        float T => unary(|a: T| Bool::from(a.is_sign_negative())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check_truth;
    #[test]
    fn sees_the_sign_of_zero() {
        check_truth(&OP, [[1.0, -0.0, 0.0, f64::NEG_INFINITY]], [false, true, false, true]);
    }
}

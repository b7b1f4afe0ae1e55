//! Whether it is 0. NaN is not.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, unary};
use crate::{Bool, Element};

pub(super) static OP: OpDef = OpDef { name: "logical_not", arity: 1, answer: Answer::Truth, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        any T => unary(|a: T| Bool::from(!a.truth())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check_truth;

    #[test]
    fn answers_by_truth() {
        check_truth(&OP, [[0_u8, 1, 255]], [true, false, false]);
        check_truth(&OP, [[0.0, -0.0, f64::NAN]], [true, true, false]);
        check_truth(&OP, [[Bool::FALSE, Bool::TRUE]], [true, false]);
    }
}

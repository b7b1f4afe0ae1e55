//! Whether both are true. Everything but 0 is, NaN too.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};
use crate::{Bool, Element};

pub(super) static OP: OpDef = OpDef { name: "logical_and", arity: 2, answer: Answer::Truth, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        any T => binary(|a: T, b: T| Bool::from(a.truth() & b.truth())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check_truth;

    #[test]
    fn answers_by_truth() {
        check_truth(&OP, [[0_i8, 0, -1, 2], [0, 3, 0, 4]], [false, false, false, true]);
        check_truth(
            &OP,
            [[0.0, -0.0, f64::NAN, 0.5], [0.0, f64::NAN, 0.0, 1.0]],
            [false, false, false, true],
        );
        check_truth(
            &OP,
            [
                [Bool::FALSE, Bool::FALSE, Bool::TRUE, Bool::TRUE],
                [Bool::FALSE, Bool::TRUE, Bool::FALSE, Bool::TRUE],
            ],
            [false, false, false, true],
        );
    }
}

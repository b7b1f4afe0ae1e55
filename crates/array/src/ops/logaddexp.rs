//! The logarithm of `e^a + e^b`.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "logaddexp", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::logaddexp, 2)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::LN_2;

    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(
            &OP,
            [[0.0, f64::NEG_INFINITY, 1000.0, f64::NAN], [0.0, f64::NEG_INFINITY, 0.0, 1.0]],
            [LN_2, f64::NEG_INFINITY, 1000.0, f64::NAN],
        );
    }
}

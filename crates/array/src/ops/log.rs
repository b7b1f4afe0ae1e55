//! The natural logarithm; NaN below 0.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "log", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::log, 1)
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
            [[1.0, 0.0, -1.0, f64::INFINITY, 2.0]],
            [0.0, f64::NEG_INFINITY, f64::NAN, f64::INFINITY, LN_2],
        );
    }
}

//! 2 to the power of a float.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "exp2", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::exp2, 1)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::SQRT_2;

    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(
            &OP,
            [[0.5, -1074.0, f64::NEG_INFINITY, 1024.0, 10.0]],
            [SQRT_2, 5e-324, 0.0, f64::INFINITY, 1024.0],
        );
    }
}

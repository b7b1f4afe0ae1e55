//! `e` to the power of a float.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "exp", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::exp, 1)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::E;

    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(&OP, [[0.0, -0.0, f64::NEG_INFINITY, 1000.0, 1.0]], [1.0, 1.0, 0.0, f64::INFINITY, E]);
    }
}

//! The cosine of an angle in radians.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::{real, with_large_angles};

pub(super) static OP: OpDef = OpDef { name: "cos", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    with_large_angles(dtype, real!(dtype, math::cos, 1), math::cos_of_large)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(&OP, [[0.0, f64::INFINITY, PI]], [1.0, f64::NAN, -1.0]);
    }
}

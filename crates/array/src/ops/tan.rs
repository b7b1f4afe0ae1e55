//! The tangent of an angle in radians.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::{real, with_large_angles};

pub(super) static OP: OpDef = OpDef { name: "tan", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    with_large_angles(dtype, real!(dtype, math::tan, 1), math::tan_of_large)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::FRAC_PI_4;

    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(&OP, [[-0.0, f64::INFINITY, FRAC_PI_4]], [-0.0, f64::NAN, 0.999_999_999_999_999_9]);
    }
}

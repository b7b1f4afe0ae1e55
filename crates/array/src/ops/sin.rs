//! The sine of an angle in radians.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::{real, with_large_angles};

pub(super) static OP: OpDef = OpDef { name: "sin", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    with_large_angles(dtype, real!(dtype, math::sin, 1), math::sin_of_large)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::FRAC_PI_2;

    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(&OP, [[-0.0, f64::INFINITY, FRAC_PI_2, 1e22]], [-0.0, f64::NAN, 1.0, -0.852_200_849_767_188_8]);
    }
}

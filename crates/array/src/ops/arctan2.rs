//! The angle of the point `(b, a)` in radians.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "arctan2", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::atan2, 2)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(
            &OP,
            [[0.0, -0.0, 1.0, f64::INFINITY, -1.0], [-1.0, 1.0, 0.0, f64::INFINITY, f64::NAN]],
            [PI, -0.0, FRAC_PI_2, FRAC_PI_4, f64::NAN],
        );
    }
}

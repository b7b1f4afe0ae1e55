//! The length of the vector `(a, b)`, without overflow on the way.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "hypot", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::hypot, 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(
            &OP,
            [[3.0, 1e300, f64::NAN, 0.0], [4.0, 0.0, f64::INFINITY, -0.0]],
            [5.0, 1e300, f64::INFINITY, 0.0],
        );
    }
}

//! The inverse hyperbolic sine.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "arcsinh", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::asinh, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(
            &OP,
            [[-0.0, f64::NEG_INFINITY, 1e-300, 1.0]],
            [-0.0, f64::NEG_INFINITY, 1e-300, 0.881_373_587_019_543],
        );
    }
}

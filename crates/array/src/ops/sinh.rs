//! The hyperbolic sine.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "sinh", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::sinh, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(
            &OP,
            [[-0.0, 711.0, f64::NEG_INFINITY, 1.0]],
            [-0.0, f64::INFINITY, f64::NEG_INFINITY, 1.175_201_193_643_801_4],
        );
    }
}

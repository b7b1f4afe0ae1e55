//! `e` to the power of a float, less 1; exact where that is near 0.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "expm1", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::expm1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(&OP, [[-0.0, 1e-300, f64::NEG_INFINITY, 710.0]], [-0.0, 1e-300, -1.0, f64::INFINITY]);
    }
}

//! The cube root.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "cbrt", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::cbrt, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(&OP, [[-0.0, -27.0, f64::INFINITY, 2.0]], [-0.0, -3.0, f64::INFINITY, 1.259_921_049_894_873_2]);
    }
}

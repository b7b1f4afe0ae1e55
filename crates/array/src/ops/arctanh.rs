//! The inverse hyperbolic tangent; NaN beyond 1.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "arctanh", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::atanh, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(&OP, [[-0.0, 1.0, 2.0]], [-0.0, f64::INFINITY, f64::NAN]);
    }
}

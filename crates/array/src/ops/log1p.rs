//! The logarithm of 1 more than a float; exact where that is near 1, NaN below -1.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "log1p", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::log1p, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(
            &OP,
            [[-0.0, 1e-300, -1.0, -2.0, f64::INFINITY]],
            [-0.0, 1e-300, f64::NEG_INFINITY, f64::NAN, f64::INFINITY],
        );
    }
}

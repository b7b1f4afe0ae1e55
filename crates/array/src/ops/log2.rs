//! The logarithm to base 2; NaN below 0.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "log2", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::log2, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(
            &OP,
            [[5e-324, 0.0, -1.0, f64::INFINITY, 1024.0]],
            [-1074.0, f64::NEG_INFINITY, f64::NAN, f64::INFINITY, 10.0],
        );
    }
}

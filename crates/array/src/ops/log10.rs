//! The logarithm to base 10; NaN below 0.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "log10", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::log10, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(
            &OP,
            [[1e22, 0.0, -1.0, f64::INFINITY, 1e-5]],
            [22.0, f64::NEG_INFINITY, f64::NAN, f64::INFINITY, -5.0],
        );
    }
}

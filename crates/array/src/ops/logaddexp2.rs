//! The logarithm of `2^a + 2^b` to base 2.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "logaddexp2", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::logaddexp2, 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(
            &OP,
            [[0.0, f64::NEG_INFINITY, 2000.0, f64::NAN], [0.0, f64::NEG_INFINITY, 0.0, 1.0]],
            [1.0, f64::NEG_INFINITY, 2000.0, f64::NAN],
        );
    }
}

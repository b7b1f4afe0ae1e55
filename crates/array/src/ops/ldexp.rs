//! `a` times 2 to the power of `b`, which is a whole number.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "ldexp", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::ldexp, 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn knows_its_landmarks() {
        check(
            &OP,
            [[1.0, 0.75, 5e-324, 1.0, f64::NAN], [-1074.0, 3.0, 2097.0, 5000.0, 1.0]],
            [5e-324, 6.0, 8.988_465_674_311_58e307, f64::INFINITY, f64::NAN],
        );
    }
}

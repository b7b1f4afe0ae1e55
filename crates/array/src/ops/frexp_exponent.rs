//! The exponent that [`frexp_mantissa`](super::frexp_mantissa) leaves; 0 of 0, infinity and NaN.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "frexp_exponent", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::frexp_exponent, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn takes_floats_apart() {
        check(&OP, [[8.0, -0.75, 0.0, f64::INFINITY, 5e-324]], [4.0, 0.0, 0.0, 0.0, -1073.0]);
    }
}

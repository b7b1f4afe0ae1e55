//! A float divided by the power of two that leaves it from 0.5 to 1; 0, infinity and NaN stay.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::Kernel;
use crate::math;
use crate::real::real;

pub(super) static OP: OpDef = OpDef { name: "frexp_mantissa", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    real!(dtype, math::frexp_mantissa, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn takes_floats_apart() {
        check(&OP, [[8.0, -0.75, -0.0, f64::INFINITY, 5e-324]], [0.5, -0.75, -0.0, f64::INFINITY, 0.5]);
    }
}

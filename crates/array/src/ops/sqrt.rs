//! The square root of a float. NaN below 0, and -0.0 stays.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "sqrt", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        float T => unary(T::sqrt),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn rounds_correctly() {
        check(
            &OP,
            [[2.0, 0.0, -0.0, -1.0, f64::INFINITY]],
            [std::f64::consts::SQRT_2, 0.0, -0.0, f64::NAN, f64::INFINITY],
        );
        check(&OP, [[2.0_f32]], [std::f32::consts::SQRT_2]);
    }
}

//! -1, 0 or 1. NaN stays, and -0.0 gives 0.0.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "sign", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        signed T => unary(T::signum),
        unsigned T => unary(|a: T| a.min(1)),
        float T => unary(|a: T| if a > 0.0 { 1.0 } else if a < 0.0 { -1.0 } else if a == 0.0 { 0.0 } else { a }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn tells_the_sign() {
        check(&OP, [[-7_i8, 0, 9]], [-1, 0, 1]);
        check(&OP, [[0_u8, 255]], [0, 1]);
        check(&OP, [[-3.5, -0.0, 0.0, f64::INFINITY, f64::NAN]], [-1.0, 0.0, 0.0, 1.0, f64::NAN]);
    }
}

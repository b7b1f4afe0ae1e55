//! What division towards 0 leaves, with the sign of `a`, as C's `%`. For an integer `b` of 0 it is 0.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "fmod", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        signed T => binary(|a: T, b: T| if b == 0 { 0 } else { a.wrapping_rem(b) }),
        unsigned T => binary(|a: T, b: T| a.checked_rem(b).unwrap_or(0)),
        float T => binary(|a: T, b: T| a % b),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn has_the_sign_of_the_dividend() {
        check(&OP, [[7_i8, -7, 7, -128, 5], [2, 2, -2, -1, 0]], [1, -1, 1, 0, 0]);
        check(&OP, [[200_u8, 5], [3, 0]], [2, 0]);
        check(&OP, [[7.5, -7.5, -4.0, 1.0], [2.0, 2.0, 2.0, 0.0]], [1.5, -1.5, -0.0, f64::NAN]);
    }
}

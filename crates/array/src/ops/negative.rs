//! `-a`. Integers wrap.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "negative", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        integer T => unary(T::wrapping_neg),
        float T => unary(|a: T| -a),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn wraps_integers() {
        check(&OP, [[1_i8, -128, 0]], [-1, -128, 0]);
        check(&OP, [[1_u8]], [255]);
    }

    #[test]
    fn turns_the_sign_of_floats() {
        check(&OP, [[0.0, -1.5, f64::INFINITY]], [-0.0, 1.5, f64::NEG_INFINITY]);
    }
}

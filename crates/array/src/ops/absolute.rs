//! The distance from 0. The smallest signed integer has none and stays.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "absolute", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        bool T => unary(|a: T| a),
        signed T => unary(T::wrapping_abs),
        unsigned T => unary(|a: T| a),
        float T => unary(T::abs),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn drops_the_sign() {
        check(&OP, [[-5_i8, 5, -128]], [5, 5, -128]);
        check(&OP, [[200_u8]], [200]);
        check(&OP, [[-0.0, f64::NEG_INFINITY, -1.5]], [0.0, f64::INFINITY, 1.5]);
    }
}

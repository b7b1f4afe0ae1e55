//! `a * a`. Integers wrap.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "square", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        integer T => unary(|a: T| a.wrapping_mul(a)),
        float T => unary(|a: T| a * a),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn multiplies_by_itself() {
        check(&OP, [[-3_i8, 16]], [9, 0]);
        check(&OP, [[-1.5, 1e200]], [2.25, f64::INFINITY]);
    }
}

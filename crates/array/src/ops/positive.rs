//! `a` as it is.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "positive", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        any T => unary(|a: T| a),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn changes_nothing() {
        check(&OP, [[-1_i8, 7]], [-1, 7]);
        check(&OP, [[-0.0, f64::NAN]], [-0.0, f64::NAN]);
    }
}

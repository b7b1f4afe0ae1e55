//! All bits of an integer, or a truth value, turned over.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "invert", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        bool T => unary(|a: T| !a),
        integer T => unary(|a: T| !a),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bool;
    use crate::ops::testing::check;

    #[test]
    fn turns_bits_over() {
        check(&OP, [[0_i8, -1, 5]], [-1, 0, -6]);
        check(&OP, [[0_u32]], [u32::MAX]);
        check(&OP, [[Bool::TRUE, Bool::FALSE]], [Bool::FALSE, Bool::TRUE]);
    }
}

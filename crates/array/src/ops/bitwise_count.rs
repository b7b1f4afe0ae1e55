//! The number of bits that are set in the size of an integer.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::{Cast, for_families};
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "bitwise_count", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        signed T => unary(|a: T| -> T { a.unsigned_abs().count_ones().cast() }),
        unsigned T => unary(|a: T| -> T { a.count_ones().cast() }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn counts_bits() {
        check(&OP, [[0_i8, -1, 127, -128]], [0, 1, 7, 1]);
        check(&OP, [[u64::MAX]], [64]);
    }
}

//! The bits of `a` moved left by `b`; 0 if that is not from 0 up to the number of bits.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::{Cast, for_families};
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "left_shift", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        integer T => binary(|a: T, b: T| {
            // Negative counts become large ones.
            let count: u64 = b.cast();
            if count < u64::from(T::BITS) { a << count } else { 0 }
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn moves_bits() {
        check(&OP, [[1_i8, 1, -1, 1, 1], [3, 7, 1, 8, -1]], [8, -128, -2, 0, 0]);
        check(&OP, [[1_u64, 1], [63, 64]], [1 << 63, 0]);
    }
}

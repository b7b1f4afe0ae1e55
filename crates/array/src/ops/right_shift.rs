//! The bits of `a` moved right by `b`, the sign kept; only the sign remains if `b` is not from 0 up to the number of bits.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::{Cast, for_families};
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "right_shift", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        signed T => binary(|a: T, b: T| a >> count_of(b).min(u64::from(T::BITS - 1))),
        unsigned T => binary(|a: T, b: T| {
            let count = count_of(b);
            if count < u64::from(T::BITS) { a >> count } else { 0 }
        }),
    })
}

/// Negative counts become large ones.
#[inline(always)]
fn count_of(b: impl Cast<u64>) -> u64 {
    b.cast()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn moves_bits() {
        check(&OP, [[64_i8, -64, -1, 1, -3], [3, 3, 100, 8, -1]], [8, -8, -1, 0, -1]);
        check(&OP, [[u64::MAX, 1], [63, 64]], [1, 0]);
    }
}

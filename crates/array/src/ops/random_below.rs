//! A whole number below a bound, made of 64 random bits and of the bound; a bound of 0 stands for 2^64.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::{Kernel, binary};
use crate::random::below::below;

pub(super) static OP: OpDef = OpDef { name: "random_below", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    (dtype == DType::UInt64).then(|| binary(below))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn scales_the_bits() {
        check(&OP, [[(1 << 63) + 9, u64::MAX, 5], [10, 10, 0]], [5, 9, 5]);
    }
}

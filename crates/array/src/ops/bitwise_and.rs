//! `a & b`, bit by bit, of integers and of truth values.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "bitwise_and", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        bool T => binary(|a: T, b: T| a & b),
        integer T => binary(|a: T, b: T| a & b),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bool;
    use crate::ops::testing::check;

    #[test]
    fn works_bit_by_bit() {
        check(&OP, [[0b1100_i16, -1], [0b1010, 0]], [0b1000, 0]);
    }

    #[test]
    fn works_on_truth_values() {
        check(
            &OP,
            [[false, true, true].map(Bool::from), [false, false, true].map(Bool::from)],
            [false, false, true].map(Bool::from),
        );
    }

    #[test]
    fn leaves_floats_out() {
        assert!(kernel(DType::Float64).is_none());
    }
}

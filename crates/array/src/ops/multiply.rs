//! `a * b`. Integers wrap.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "multiply", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        integer T => binary(T::wrapping_mul),
        float T => binary(|a: T, b: T| a * b),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn wraps_integers() {
        check(&OP, [[100_i8, -128], [3, -1]], [44, -128]);
        check(&OP, [[1_u64 << 63], [2]], [0]);
    }

    #[test]
    fn follows_ieee_for_floats() {
        check(&OP, [[f64::INFINITY, -1.0, 1e200], [0.0, 0.0, 1e200]], [f64::NAN, -0.0, f64::INFINITY]);
    }
}

//! `a - b`. Integers wrap.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "subtract", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        integer T => binary(T::wrapping_sub),
        float T => binary(|a: T, b: T| a - b),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn wraps_integers() {
        check(&OP, [[-128_i8, 127], [1, -1]], [127, -128]);
        check(&OP, [[0_u16], [1]], [u16::MAX]);
    }

    #[test]
    fn follows_ieee_for_floats() {
        check(&OP, [[f64::INFINITY, 0.0, -0.0], [f64::INFINITY, 0.0, 0.0]], [f64::NAN, 0.0, -0.0]);
    }
}

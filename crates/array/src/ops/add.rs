//! `a + b`. Integers wrap.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "add", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        integer T => binary(T::wrapping_add),
        float T => binary(|a: T, b: T| a + b),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn wraps_integers() {
        check(&OP, [[127_i8, -128, 3], [1, -1, 4]], [-128, 127, 7]);
        check(&OP, [[u64::MAX], [2]], [1]);
    }

    #[test]
    fn follows_ieee_for_floats() {
        check(
            &OP,
            [[f64::INFINITY, -0.0, 1e308], [f64::NEG_INFINITY, -0.0, 1e308]],
            [f64::NAN, -0.0, f64::INFINITY],
        );
        check(&OP, [[0.1_f32], [0.2]], [0.3]);
    }
}

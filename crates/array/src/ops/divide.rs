//! `a / b` of floats.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "divide", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        float T => binary(|a: T, b: T| a / b),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn divides_by_zero_as_ieee_says() {
        check(
            &OP,
            [[1.0, -1.0, 0.0, 1.0], [0.0, 0.0, 0.0, -0.0]],
            [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, f64::NEG_INFINITY],
        );
        check(&OP, [[1.0_f32], [3.0]], [1.0 / 3.0]);
    }

    #[test]
    fn leaves_integers_to_casts() {
        assert!(kernel(DType::Int32).is_none());
    }
}

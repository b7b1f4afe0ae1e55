//! `1 / a` of a float.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "reciprocal", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        float T => unary(|a: T| 1.0 / a),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn divides_one() {
        check(&OP, [[4.0, 0.0, -0.0, f64::INFINITY]], [0.25, f64::INFINITY, f64::NEG_INFINITY, 0.0]);
    }
}

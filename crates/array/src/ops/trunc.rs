//! A float without its fraction.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "trunc", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        float T => unary(T::trunc),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn rounds() {
        check(&OP, [[1.5, -1.5, -0.0, 2.5, -0.5]], [1.0, -1.0, -0.0, 2.0, -0.0]);
        check(&OP, [[f64::INFINITY, f64::NAN, 1e300]], [f64::INFINITY, f64::NAN, 1e300]);
        check(&OP, [[8_388_609.0_f32]], [8_388_609.0]);
    }
}

//! The part of a float behind the point, with its sign; of infinity 0.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "modf_fraction", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        float T => unary(|a: T| {
            let fraction = if a.is_infinite() { 0.0 } else { a - a.trunc() };
            fraction.copysign(a)
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn leaves_the_fraction() {
        check(&OP, [[1.25, -1.25, -2.0, f64::NEG_INFINITY]], [0.25, -0.25, -0.0, -0.0]);
    }
}

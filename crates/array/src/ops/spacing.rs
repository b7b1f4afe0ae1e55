//! The distance from a float to the next one away from 0, with its sign; NaN of infinity.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "spacing", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        float T => unary(|a: T| {
            let next = T::from_bits(a.to_bits().wrapping_add(1)) - a;
            let distance = if a == 0.0 { T::from_bits(1) } else { next };
            if a.is_finite() { distance } else { T::NAN }
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn measures_a_step() {
        check(&OP, [[1.0, -1.0, -0.0, f64::INFINITY]], [f64::EPSILON, -f64::EPSILON, 5e-324, f64::NAN]);
    }
}

//! 0 of a negative `a`, 1 of a positive one, and of 0 what `b` says.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "heaviside", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        float T => binary(|a: T, b: T| {
            let step = if a > 0.0 { 1.0 } else { 0.0 };
            let result = if a == 0.0 { b } else { step };
            if a.is_nan() { a } else { result }
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn steps_at_zero() {
        check(&OP, [[-1.5, 2.0, -0.0, f64::NAN], [0.5, 0.5, 0.5, 0.5]], [0.0, 1.0, 0.5, f64::NAN]);
    }
}

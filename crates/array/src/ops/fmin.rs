//! The smaller of two; if one is NaN, the other.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::{Extremum, for_families};
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "fmin", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        float T => binary(|a: T, b: T| {
            let other = if b.is_nan() { a } else { Extremum::minimum(a, b) };
            if a.is_nan() { b } else { other }
        }),
        any T => binary(<T as Extremum>::minimum),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn passes_over_nan() {
        check(&OP, [[1.0, f64::NAN, f64::NAN, -0.0], [2.0, 1.0, f64::NAN, 0.0]], [1.0, 1.0, f64::NAN, -0.0]);
        check(&OP, [[-1_i8], [1]], [-1]);
    }
}

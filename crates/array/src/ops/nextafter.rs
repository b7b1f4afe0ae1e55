//! The next float from `a` on towards `b`.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "nextafter", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        float T => binary(|a: T, b: T| {
            let bits = a.to_bits();
            // Away from 0 the bits as a number grow.
            let moved = T::from_bits(if (b > a) == (a > 0.0) { bits + 1 } else { bits.wrapping_sub(1) });
            let from_zero = T::from_bits(1).copysign(b);
            let result = if a == 0.0 { from_zero } else { moved };
            let result = if a == b { b } else { result };
            if a.is_nan() || b.is_nan() { a + b } else { result }
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn goes_one_step() {
        let above = 1.0 + f64::EPSILON;
        check(
            &OP,
            [[1.0, above, 0.0, f64::MAX, -0.0], [2.0, 0.0, -1.0, f64::INFINITY, 0.0]],
            [above, 1.0, -5e-324, f64::INFINITY, 0.0],
        );
        check(
            &OP,
            [[-1.0_f32, f32::INFINITY, f32::NAN], [-2.0, 0.0, 1.0]],
            [-1.000_000_1, f32::MAX, f32::NAN],
        );
    }
}

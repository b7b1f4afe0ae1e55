//! The least common multiple of integers; 0 if one of them is. What does not fit wraps.

use bramble_graph::DType;

use super::gcd::greatest_divisor;
use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "lcm", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        signed T => binary(|a: T, b: T| least_multiple!(a.unsigned_abs(), b.unsigned_abs()).cast_signed()),
        unsigned T => binary(|a: T, b: T| least_multiple!(a, b)),
    })
}

macro_rules! least_multiple {
    ($a:expr, $b:expr) => {{
        let (a, b) = ($a, $b);
        // Of two zeros there is no divisor.
        a.checked_div(greatest_divisor!(a, b)).unwrap_or(0).wrapping_mul(b)
    }};
}
use least_multiple;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn finds_multiples() {
        check(&OP, [[4_i32, -4, 0, 0], [6, 6, 5, 0]], [12, 12, 0, 0]);
        check(&OP, [[200_u8], [3]], [88]);
    }
}

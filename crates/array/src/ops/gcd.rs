//! The greatest common divisor of integers; 0 of two zeros.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "gcd", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        signed T => binary(|a: T, b: T| greatest_divisor!(a.unsigned_abs(), b.unsigned_abs()).cast_signed()),
        unsigned T => binary(|a: T, b: T| greatest_divisor!(a, b)),
    })
}

/// Euclid's algorithm.
macro_rules! greatest_divisor {
    ($a:expr, $b:expr) => {{
        let (mut a, mut b) = ($a, $b);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    }};
}
pub(super) use greatest_divisor;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn finds_divisors() {
        check(&OP, [[12_i32, -12, 0, 0, 7], [18, 18, 5, 0, 3]], [6, 6, 5, 0, 1]);
        check(&OP, [[i8::MIN], [0]], [i8::MIN]);
        check(&OP, [[u64::MAX], [5]], [5]);
    }
}

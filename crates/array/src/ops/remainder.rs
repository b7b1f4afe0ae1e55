//! What [floor division](super::floor_divide) leaves, with the sign of `b`, as Python's `%`. For an integer
//! `b` of 0 it is 0.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "remainder", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        signed T => binary(|a: T, b: T| {
            if b == 0 {
                return 0;
            }
            let remainder = a.wrapping_rem(b);
            if remainder != 0 && (remainder < 0) != (b < 0) { remainder + b } else { remainder }
        }),
        unsigned T => binary(|a: T, b: T| a.checked_rem(b).unwrap_or(0)),
        float T => binary(|a: T, b: T| {
            let remainder = a % b;
            if b == 0.0 {
                remainder
            } else if remainder == 0.0 {
                T::copysign(0.0, b)
            } else if (remainder < 0.0) != (b < 0.0) {
                remainder + b
            } else {
                remainder
            }
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn has_the_sign_of_the_divisor() {
        check(&OP, [[7_i8, -7, 7, -7, -128, 5], [2, 2, -2, -2, -1, 0]], [1, 1, -1, -1, 0, 0]);
        check(&OP, [[200_u8, 5], [3, 0]], [2, 0]);
        check(&OP, [[7.5, -7.5, 7.5, -7.5], [2.0, 2.0, -2.0, -2.0]], [1.5, 0.5, -0.5, -1.5]);
    }

    #[test]
    fn follows_numpy_at_the_edges() {
        let (infinity, nan) = (f64::INFINITY, f64::NAN);
        check(&OP, [[4.0, -4.0, 1.0, infinity], [-2.0, 2.0, 0.0, 2.0]], [-0.0, 0.0, nan, nan]);
        check(&OP, [[1.0, -1.0, nan], [infinity, infinity, 1.0]], [1.0, infinity, nan]);
    }
}

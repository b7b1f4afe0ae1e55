//! `a / b` rounded down, as Python's `//`. Integers wrap, and dividing one by 0 gives 0.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "floor_divide", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        signed T => binary(|a: T, b: T| {
            if b == 0 {
                return 0;
            }
            let (quotient, remainder) = (a.wrapping_div(b), a.wrapping_rem(b));
            if remainder != 0 && (remainder < 0) != (b < 0) { quotient - 1 } else { quotient }
        }),
        unsigned T => binary(|a: T, b: T| a.checked_div(b).unwrap_or(0)),
        float T => binary(|a: T, b: T| {
            if b == 0.0 {
                return a / b;
            }
            let remainder = a % b;
            let mut quotient = (a - remainder) / b;
            if remainder != 0.0 && (remainder < 0.0) != (b < 0.0) {
                quotient -= 1.0;
            }
            if quotient == 0.0 {
                return T::copysign(0.0, a / b);
            }
            // The quotient is very nearly whole; the division may have left it just below.
            let whole = quotient.floor();
            if quotient - whole > 0.5 { whole + 1.0 } else { whole }
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn rounds_integers_down() {
        check(&OP, [[7_i8, -7, 7, -7, -128, 5], [2, 2, -2, -2, -1, 0]], [3, -4, -4, 3, -128, 0]);
        check(&OP, [[200_u8, 5], [3, 0]], [66, 0]);
    }

    #[test]
    fn rounds_floats_down_as_numpy_does() {
        let (infinity, nan) = (f64::INFINITY, f64::NAN);
        check(&OP, [[7.0, -7.0, 7.0, -7.0, 1.0], [2.0, 2.0, -2.0, -2.0, 0.1]], [3.0, -4.0, -4.0, 3.0, 9.0]);
        check(
            &OP,
            [[1.0, -1.0, 0.0, infinity, -0.0], [0.0, 0.0, 0.0, 2.0, 3.0]],
            [infinity, -infinity, nan, nan, -0.0],
        );
        check(&OP, [[1.0, -1.0, nan, 1.0], [infinity, infinity, 1.0, nan]], [0.0, -1.0, nan, nan]);
    }
}

//! `a` to the power of `b`. Integers wrap, and have no negative powers; floats are computed by portable code,
//! so that every machine gives the same bits.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};
use crate::real::real;
use crate::{ArrayError, Element, math};

pub(super) static OP: OpDef = OpDef { name: "power", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        signed T => refuse_negative_exponents::<T>(binary(|base: T, exponent: T| by_squaring!(base, exponent))),
        unsigned T => binary(|base: T, exponent: T| by_squaring!(base, exponent)),
    })
    .or_else(|| real!(dtype, math::pow, 2))
}

/// Exponents reach 2^64, beyond what the standard library's `wrapping_pow` takes.
macro_rules! by_squaring {
    ($base:expr, $exponent:expr) => {{
        let (mut power, mut square, mut rest) = (1, $base, $exponent);
        while rest != 0 {
            if rest & 1 == 1 {
                power = square.wrapping_mul(power);
            }
            square = square.wrapping_mul(square);
            rest >>= 1;
        }
        power
    }};
}
use by_squaring;

fn refuse_negative_exponents<T: Element>(power: Kernel) -> Kernel {
    Box::new(move |arguments, out| {
        let exponents: &[T] = bytemuck::cast_slice(arguments[1]);
        if exponents.iter().any(|&exponent| exponent < T::default()) {
            return Err(ArrayError::NegativePower);
        }
        power(arguments, out)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::{apply, bytes, check};

    #[test]
    fn wraps_integers() {
        check(&OP, [[2_i8, 2, -3, 0, 7], [6, 7, 3, 0, 1]], [64, -128, -27, 1, 7]);
        check(&OP, [[3_u64, 2], [u64::MAX, 64]], [12_297_829_382_473_034_411, 0]);
    }

    #[test]
    fn refuses_negative_exponents() {
        let refused = apply::<i32>(&OP, DType::Int32, &[bytes(&[1, 2, 1]), bytes(&[1, -1, 1])]);
        assert!(matches!(refused, Err(ArrayError::NegativePower)));
    }

    #[test]
    fn knows_the_landmarks_of_floats() {
        let (infinity, nan) = (f64::INFINITY, f64::NAN);
        check(
            &OP,
            [[2.0, -8.0, 0.0, nan, 1.0], [0.5, 1.0 / 3.0, -1.0, 0.0, nan]],
            [std::f64::consts::SQRT_2, nan, infinity, 1.0, 1.0],
        );
        check(&OP, [[2.0_f32], [10.0]], [1024.0]);
    }
}

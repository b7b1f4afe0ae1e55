//! The cube root.

use super::bits::{polynomial, power_of_two, round, split};
use super::coefficients::{CBRT, CUBE_ROOTS};
use super::double::{Double, multiply};

/// Cube root.
#[inline(always)]
pub(crate) fn cbrt(x: f64) -> f64 {
    let size = x.abs();
    let (exponent, mantissa) = split(size, 1.0);
    // `2^exponent` is the cube of `2^third` times 1, 2 or 4.
    let third = round(exponent * (1.0 / 3.0) - 1.0 / 3.0);
    let left = exponent - 3.0 * third;
    let (factor, root) = if left > 1.5 { (4.0, CUBE_ROOTS[2]) } else { (2.0, CUBE_ROOTS[1]) };
    let (factor, root) = if left < 0.5 { (1.0, CUBE_ROOTS[0]) } else { (factor, root) };
    let cube = mantissa * factor;
    let guess = polynomial(mantissa, CBRT) * root;
    // Halley's step makes 2^-16 to 2^-50, and Newton's to the last bit.
    let power = guess * guess * guess;
    let near = guess * ((power + 2.0 * cube) / (2.0 * power + cube));
    let square = multiply(near, near);
    let back = square.times(Double { high: near, low: 0.0 });
    let rest = (cube - back.high) - back.low;
    let result = (near + rest / (3.0 * square.high)) * power_of_two(third);
    if size > 0.0 && size < f64::INFINITY { result.copysign(x) } else { x }
}

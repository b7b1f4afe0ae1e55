//! Powers of any base.

use super::bits::{is_whole, polynomial, scale, split};
use super::coefficients::{LN_2, LOG_TAIL, SQRT_HALF, TWO_THIRDS};
use super::double::{Double, add};
use super::exponential::{clamp, exp_parts};

/// `x` to the power of `y`: `e^(y log(x))`, the logarithm to some 66 bits, since `y` may make its error 2^10 times as large.
#[inline(always)]
pub(crate) fn pow(x: f64, y: f64) -> f64 {
    let size = x.abs();
    // Beyond that every power but those of 1 is 0 or infinite.
    let exponent = clamp(y, -BEYOND, BEYOND);
    let product = log_to_66_bits(size).times(Double { high: exponent, low: 0.0 });
    let low = if product.high.abs() < 1100.0 { product.low } else { 0.0 };
    let (value, shift) = exp_parts(Double { high: clamp(product.high, -1100.0, 1100.0), low });
    special(x, y, scale(value.value(), shift))
}

const BEYOND: f64 = 36_893_488_147_419_103_232.0;

/// The logarithm of a positive number. With `s = (m - 1) / (m + 1)` that of a mantissa `m` is
/// `2 s + s^3 (2 / 3 + s^2 T(s^2))`, of which `T` alone is small enough to be computed in doubles.
#[inline(always)]
fn log_to_66_bits(x: f64) -> Double {
    let (exponent, mantissa) = split(x, SQRT_HALF[0]);
    let s = Double { high: mantissa - 1.0, low: 0.0 }.divided_by(add(1.0, mantissa));
    let square = s.times(s);
    let tail = add(TWO_THIRDS[0], square.high * polynomial(square.high, LOG_TAIL));
    let rest = square.times(Double { high: tail.high, low: tail.low + TWO_THIRDS[1] });
    let fraction = s.times(rest.plus(2.0));
    let sum = add(exponent * LN_2[0], fraction.high);
    Double { high: sum.high, low: sum.low + (fraction.low + exponent * LN_2[1]) }.normal()
}

/// What IEEE 754 says of the powers of 0, infinity, NaN and negative numbers, and of those of infinity and NaN.
#[inline(always)]
fn special(x: f64, y: f64, power: f64) -> f64 {
    let size = x.abs();
    let is_edge = size == 0.0 || size == f64::INFINITY;
    let edge = if (size == 0.0) == (y > 0.0) { 0.0 } else { f64::INFINITY };
    let power = if is_edge { edge } else { power };
    let exponent = y.abs();
    let is_odd = is_whole(exponent) && !is_whole(0.5 * exponent);
    let is_negative = x.is_sign_negative();
    let power = if is_negative && is_odd { -power } else { power };
    let power = if is_negative && !is_whole(exponent) && !is_edge { f64::NAN } else { power };
    let power = if x.is_nan() || y.is_nan() { f64::NAN } else { power };
    if x == 1.0 || y == 0.0 { 1.0 } else { power }
}

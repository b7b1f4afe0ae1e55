//! Inverse trigonometric functions.

use super::bits::{polynomial, power_of_two, round, split};
use super::coefficients::{ASIN_ABOVE, ASIN_BELOW, ATAN, ATAN_HIGH, ATAN_LOW, HALF_PI_DOUBLE};
use super::double::{Double, add, choose, multiply};

/// `asin(x) / x - 1` for the square of an `x` up to 0.5.
#[inline(always)]
fn asin_rest(square: f64) -> f64 {
    square * polynomial(square, ASIN_ABOVE) / polynomial(square, ASIN_BELOW)
}

/// The arc sine of an `x` up to 0.5; beyond, the arc sine of `sqrt((1 - x) / 2)`, which is half of what `x`
/// lacks to a right angle.
#[inline(always)]
fn asin_of_size(size: f64) -> (bool, Double) {
    let is_small = size < 0.5;
    let square = if is_small { size * size } else { (1.0 - size) * 0.5 };
    let root = Double { high: square, low: 0.0 }.sqrt();
    let root_low = if square == 0.0 { 0.0 } else { root.low };
    let (high, low) = if is_small { (size, 0.0) } else { (root.high, root_low) };
    (is_small, Double { high, low: low + high * asin_rest(square) })
}

/// Arc sine; NaN beyond 1.
#[inline(always)]
pub(crate) fn asin(x: f64) -> f64 {
    let (is_small, part) = asin_of_size(x.abs());
    let sum = add(HALF_PI_DOUBLE[0], -2.0 * part.high);
    let large = sum.high + (sum.low + (HALF_PI_DOUBLE[1] - 2.0 * part.low));
    let size = if is_small { part.value() } else { large };
    size.copysign(x)
}

/// Arc cosine; NaN beyond 1.
#[inline(always)]
pub(crate) fn acos(x: f64) -> f64 {
    let (is_small, part) = asin_of_size(x.abs());
    let is_positive = x > 0.0;
    let sign = if is_positive { -1.0 } else { 1.0 };
    // A right angle less the arc sine; or twice the part, from two right angles where x is negative.
    let factor = if is_small { sign } else { -2.0 * sign };
    let right_angles = if is_small { 1.0 } else { 1.0 + sign };
    let sum = add(right_angles * HALF_PI_DOUBLE[0], factor * part.high);
    sum.high + (sum.low + (factor * part.low + right_angles * HALF_PI_DOUBLE[1]))
}

/// The value of the last condition that holds, or 0.
#[inline(always)]
fn last_of(first: bool, second: bool, third: bool, values: [f64; 3]) -> f64 {
    let value = if first { values[0] } else { 0.0 };
    let value = if second { values[1] } else { value };
    if third { values[2] } else { value }
}

/// The arc tangent of a quotient of numbers that are not negative.
#[inline(always)]
fn atan_of_quotient(above: f64, below: f64) -> Double {
    // The arc tangent of y / x is that of c and that of (y - c x) / (x + c y), c being 0, 1/2, 1, 3/2 or
    // infinite, whichever is near.
    let is_from = |limit: f64| above >= limit * below;
    let (first, second, third) = (is_from(7.0 / 16.0), is_from(11.0 / 16.0), is_from(19.0 / 16.0));
    let is_last = is_from(39.0 / 16.0);
    let c = last_of(first, second, third, [0.5, 1.0, 1.5]);
    let high = last_of(first, second, third, ATAN_HIGH);
    let low = last_of(first, second, third, ATAN_LOW);
    let (c_below, c_above) = (multiply(c, below), multiply(c, above));
    let numerator = add(above, -c_below.high);
    let denominator = add(below, c_above.high);
    let numerator = Double { low: numerator.low - c_below.low, ..numerator };
    let denominator = Double { low: denominator.low + c_above.low, ..denominator };
    let numerator = choose(is_last, Double { high: -below, low: 0.0 }, numerator);
    let denominator = choose(is_last, Double { high: above, low: 0.0 }, denominator);
    let high = if is_last { HALF_PI_DOUBLE[0] } else { high };
    let low = if is_last { HALF_PI_DOUBLE[1] } else { low };
    let quotient = numerator.divided_by(denominator);
    let x = quotient.high;
    let square = x * x;
    let rest = quotient.low - x * (square * polynomial(square, ATAN));
    let sum = add(high, x);
    Double { high: sum.high, low: sum.low + (low + rest) }
}

/// Arc tangent.
#[inline(always)]
pub(crate) fn atan(x: f64) -> f64 {
    let size = x.abs();
    // Beyond, it is a right angle to the last bit.
    let size = if size > 1e19 { 1e19 } else { size };
    atan_of_quotient(size, 1.0).value().copysign(x)
}

/// The angle of the point `(x, y)`.
#[inline(always)]
pub(crate) fn atan2(y: f64, x: f64) -> f64 {
    let (above, below) = near_one(y.abs(), x.abs());
    let first = atan_of_quotient(above, below);
    let is_left = x.is_sign_negative();
    let sum = add(2.0 * HALF_PI_DOUBLE[0], -first.high);
    let left = sum.high + (sum.low + (2.0 * HALF_PI_DOUBLE[1] - first.low));
    let angle = if is_left { left } else { first.value() };
    // Tiny quotients, whose rests would be lost.
    let quotient = y.abs() / x.abs();
    let angle = if !is_left && quotient < 1e-290 { quotient } else { angle };
    if x.is_nan() || y.is_nan() { x + y } else { angle.copysign(y) }
}

/// Multiplies both by the power of two that brings the larger near 1; infinities become 1, and the angle of
/// two zeros is that of `(1, 0)`.
#[inline(always)]
fn near_one(above: f64, below: f64) -> (f64, f64) {
    let larger = if above > below { above } else { below };
    let is_infinite = larger == f64::INFINITY;
    let (exponent, _) = split(if larger > 0.0 && !is_infinite { larger } else { 1.0 }, 1.0);
    let half = round(exponent * 0.5);
    let (first, second) = (power_of_two(-half), power_of_two(half - exponent));
    let (above, below) = (
        if is_infinite { of_infinity(above) } else { above * first * second },
        if is_infinite { of_infinity(below) } else { below * first * second },
    );
    (above, if larger == 0.0 { 1.0 } else { below })
}

/// 1 of infinity, else 0.
#[inline(always)]
fn of_infinity(x: f64) -> f64 {
    if x == f64::INFINITY { 1.0 } else { 0.0 }
}

//! Inverse hyperbolic functions: logarithms of sums of two doubles.

use super::double::{Double, add, square};
use super::logarithm::log_double;

/// Up to here a number is its own inverse hyperbolic sine.
const SMALL: f64 = 1e-8;

/// From here on the 1 beside the square does not count.
const LARGE: f64 = 1_073_741_824.0;

/// `log(x + sqrt(x^2 + sign))`.
#[inline(always)]
fn area(x: f64, sign: f64) -> f64 {
    let is_large = x > LARGE;
    let small = if is_large { 1.0 } else { x };
    let root = square(small).plus(sign).normal().sqrt();
    let sum = add(small, root.high);
    let high = if is_large { x } else { sum.high };
    let low = if is_large { 0.0 } else { sum.low + root.low };
    // Of large ones the root is as large as the number: they count twice.
    log_double(Double { high, low }, if is_large { 1.0 } else { 0.0 }).value()
}

/// Inverse hyperbolic sine.
#[inline(always)]
pub(crate) fn asinh(x: f64) -> f64 {
    let size = x.abs();
    let result = area(size, 1.0).copysign(x);
    if size < f64::INFINITY && size > SMALL { result } else { x }
}

/// Inverse hyperbolic cosine; NaN below 1.
#[inline(always)]
pub(crate) fn acosh(x: f64) -> f64 {
    let result = area(x, -1.0);
    let result = if x == 1.0 { 0.0 } else { result };
    let result = if x == f64::INFINITY { x } else { result };
    if x >= 1.0 { result } else { f64::NAN }
}

/// Inverse hyperbolic tangent; infinite at 1 and -1, NaN beyond.
#[inline(always)]
pub(crate) fn atanh(x: f64) -> f64 {
    let size = x.abs();
    let above = log_double(add(1.0, size), 0.0);
    let below = log_double(add(1.0, -size), 0.0);
    let difference = add(above.high, -below.high);
    let result = 0.5 * (difference.high + (difference.low + (above.low - below.low)));
    let result = if size < 1.0 { result } else { f64::NAN };
    let result = if size == 1.0 { f64::INFINITY } else { result };
    if x == 0.0 { x } else { result.copysign(x) }
}

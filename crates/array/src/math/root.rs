//! The length of a vector.

use super::bits::{power_of_two, round, scale, split};
use super::double::{Double, add, square};

/// `sqrt(a^2 + b^2)` without overflow on the way.
#[inline(always)]
pub(crate) fn hypot(a: f64, b: f64) -> f64 {
    let (a, b) = (a.abs(), b.abs());
    let (larger, smaller) = if a > b { (a, b) } else { (b, a) };
    let is_regular = larger > 0.0 && larger < f64::INFINITY;
    let (exponent, mantissa) = split(if is_regular { larger } else { 1.0 }, 1.0);
    // In two steps, since the power may be beyond the range.
    let half = round(exponent * 0.5);
    let smaller = smaller * power_of_two(-half) * power_of_two(half - exponent);
    let (first, second) = (square(mantissa), square(smaller));
    let sum = add(first.high, second.high);
    let root = Double { high: sum.high, low: sum.low + (first.low + second.low) }.normal().sqrt().value();
    let result = scale(root, exponent);
    let result = if larger == 0.0 { 0.0 } else { result };
    let is_nan = a.is_nan() || b.is_nan();
    let result = if is_nan { f64::NAN } else { result };
    if a == f64::INFINITY || b == f64::INFINITY { f64::INFINITY } else { result }
}

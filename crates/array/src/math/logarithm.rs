//! Logarithms.

use super::bits::{polynomial, power_of_two, split};
use super::coefficients::{LN_2, LOG, LOG2_E, LOG10_2, LOG10_E, SQRT_HALF};
use super::double::{Double, add, add_smaller};

/// The logarithm of a positive number as `exponent * log(2) + fraction + rest`: the number is `1 + fraction`
/// times 2 to the power of `exponent`.
struct Logarithm {
    exponent: f64,
    fraction: f64,
    rest: f64,
}

impl Logarithm {
    #[inline(always)]
    fn new(x: f64) -> Logarithm {
        let (exponent, mantissa) = split(x, SQRT_HALF[0]);
        Logarithm::of_parts(exponent, mantissa - 1.0, 0.0)
    }

    /// Of the sum of two doubles, which is not tiny.
    #[inline(always)]
    fn of_double(x: Double) -> Logarithm {
        let (exponent, mantissa) = split(x.high, SQRT_HALF[0]);
        // Of numbers beyond 2^1000 the lower part does not count.
        let shift = if exponent > 1000.0 { 1000.0 } else { exponent };
        let ratio = x.low * power_of_two(-shift) / mantissa;
        Logarithm::of_parts(exponent, mantissa - 1.0, ratio - 0.5 * ratio * ratio)
    }

    /// With `s = f / (2 + f)` the logarithm of `1 + f` is `2 s + s^3 R = f - f^2 / 2 + s (f^2 / 2 + s^2 R)`.
    #[inline(always)]
    fn of_parts(exponent: f64, fraction: f64, correction: f64) -> Logarithm {
        let s = fraction / (2.0 + fraction);
        let square = s * s;
        let half = 0.5 * fraction * fraction;
        let rest = (s * (half + square * polynomial(square, LOG)) + correction) - half;
        Logarithm { exponent, fraction, rest }
    }

    /// To base e.
    #[inline(always)]
    fn natural(&self) -> Double {
        let sum = add(self.exponent * LN_2[0], self.fraction);
        Double { high: sum.high, low: sum.low + (self.rest + self.exponent * LN_2[1]) }
    }

    /// To another base, whose logarithm of 2 has two parts, as 1 by the base's logarithm has.
    #[inline(always)]
    fn to_base(&self, of_two: [f64; 2], factor: [f64; 2]) -> f64 {
        let fraction = add_smaller(self.fraction, self.rest);
        let product = fraction.times(Double { high: factor[0], low: factor[1] });
        let sum = add(self.exponent * of_two[0], product.high);
        sum.high + (sum.low + (product.low + self.exponent * of_two[1]))
    }
}

/// What logarithms say of 0, infinity and what has none.
#[inline(always)]
fn special(x: f64, result: f64) -> f64 {
    let result = if x == f64::INFINITY { x } else { result };
    let result = if x == 0.0 { f64::NEG_INFINITY } else { result };
    if x >= 0.0 { result } else { f64::NAN }
}

/// Natural logarithm.
#[inline(always)]
pub(crate) fn log(x: f64) -> f64 {
    special(x, Logarithm::new(x).natural().value())
}

/// Logarithm to base 2.
#[inline(always)]
pub(crate) fn log2(x: f64) -> f64 {
    special(x, Logarithm::new(x).to_base([1.0, 0.0], LOG2_E))
}

/// Logarithm to base 10.
#[inline(always)]
pub(crate) fn log10(x: f64) -> f64 {
    special(x, Logarithm::new(x).to_base(LOG10_2, LOG10_E))
}

/// `log(1 + x)`.
#[inline(always)]
pub(crate) fn log1p(x: f64) -> f64 {
    let sum = add(1.0, x);
    let result = Logarithm::of_double(sum).natural().value();
    let result = special(sum.high, result);
    if x == 0.0 { x } else { result }
}

/// `log(1 + x)` of the sum of two doubles from 0 to 1.
#[inline(always)]
pub(super) fn log1p_double(x: Double) -> Double {
    let sum = add(1.0, x.high);
    Logarithm::of_double(Double { high: sum.high, low: sum.low + x.low }).natural().normal()
}

/// The logarithm of the sum of two doubles, times 2 to the power of an exponent.
#[inline(always)]
pub(super) fn log_double(x: Double, exponent: f64) -> Double {
    let logarithm = Logarithm::of_double(x);
    Logarithm { exponent: logarithm.exponent + exponent, ..logarithm }.natural()
}

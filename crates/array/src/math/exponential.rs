//! Exponentials and what is made of them directly.

use super::bits::{polynomial, power_of_two, round, scale};
use super::coefficients::{COSH, LN_2, LN_2_DOUBLE, LOG2_E, SINH};
use super::double::{Double, add, add_smaller, multiply, square};
use super::logarithm::log1p_double;

/// `e^x` as `2^exponent * (cosh(rest) + sinh(rest))`, with `rest` up to half the logarithm of 2.
pub(super) struct Exponential {
    pub(super) exponent: f64,
    /// The rest without its last bits, which `sinh` has.
    pub(super) rest: f64,
    /// Half the square of the rest.
    pub(super) half: Double,
    /// The hyperbolic cosine of the rest, less 1 and `half`.
    pub(super) cosh: f64,
    /// The hyperbolic sine of the rest, less `rest`.
    pub(super) sinh: f64,
}

impl Exponential {
    /// Of `x` between -1500 and 1500.
    #[inline(always)]
    pub(super) fn new(x: f64) -> Exponential {
        let exponent = round(x * LOG2_E[0]);
        let high = x - exponent * LN_2[0];
        let low = exponent * LN_2[1];
        let rest = high - low;
        Exponential::of_rest(exponent, rest, (high - rest) - low)
    }

    /// Of the sum of two doubles, between these.
    #[inline(always)]
    fn of_double(x: Double) -> Exponential {
        let exponent = round(x.high * LOG2_E[0]);
        let rest = add(x.high - exponent * LN_2[0], x.low - exponent * LN_2[1]);
        Exponential::of_rest(exponent, rest.high, rest.low)
    }

    #[inline(always)]
    fn of_rest(exponent: f64, rest: f64, low: f64) -> Exponential {
        let Double { high, low: beyond } = square(rest);
        Exponential {
            exponent,
            rest,
            half: Double { high: 0.5 * high, low: 0.5 * beyond },
            cosh: high * (high * polynomial(high, COSH)),
            sinh: low + rest * (high * polynomial(high, SINH)),
        }
    }

    #[inline(always)]
    fn value(&self) -> f64 {
        let sum = add_smaller(1.0, self.rest);
        let low = sum.low + (self.half.high + (self.cosh + self.sinh));
        scale(sum.high + low, self.exponent)
    }
}

/// Keeps `x` in limits; NaN stays.
#[inline(always)]
pub(super) fn clamp(x: f64, low: f64, high: f64) -> f64 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// `e^x`.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    Exponential::new(clamp(x, -746.0, 710.0)).value()
}

/// `2^x`.
#[inline(always)]
pub(crate) fn exp2(x: f64) -> f64 {
    let x = clamp(x, -1076.0, 1025.0);
    let exponent = round(x);
    let fraction = x - exponent;
    let rest = multiply(fraction, LN_2_DOUBLE[0]);
    Exponential::of_rest(exponent, rest.high, rest.low + fraction * LN_2_DOUBLE[1]).value()
}

/// `e^x - 1`.
#[inline(always)]
pub(crate) fn expm1(x: f64) -> f64 {
    let Exponential { exponent, rest, half, cosh, sinh } = Exponential::new(clamp(x, -40.0, 710.0));
    // Beyond 2^64 the 1 does not count.
    let shown = if exponent > 64.0 { 64.0 } else { exponent };
    let power = power_of_two(shown);
    let whole = add(power, -1.0);
    let first = add(whole.high, power * rest);
    let second = add(first.high, power * half.high);
    let low = (whole.low + first.low + second.low) + power * (half.low + (cosh + sinh));
    let result = scale(second.high + low, exponent - shown);
    if x == 0.0 { x } else { result }
}

/// `e^(x.high + x.low)` as a value and the power of 2 that it is to be multiplied by; `x` from -1500 to 1500.
#[inline(always)]
pub(super) fn exp_parts(x: Double) -> (Double, f64) {
    let Exponential { exponent, rest, half, cosh, sinh } = Exponential::of_double(x);
    let first = add(1.0, rest);
    let second = add(first.high, half.high);
    let low = (first.low + second.low) + (half.low + (cosh + sinh));
    (Double { high: second.high, low }, exponent)
}

/// `e^(x.high + x.low)` for `x` up to 0.
#[inline(always)]
fn exp_double(x: Double) -> Double {
    let (Double { high, low }, exponent) = exp_parts(Double { high: clamp(x.high, -746.0, 0.0), low: x.low });
    Double { high: scale(high, exponent), low: scale(low, exponent) }.normal()
}

/// `log(e^a + e^b)`. Where `a` and `b` are finite and the result is near 0 the error is 1 ulp of the larger one.
#[inline(always)]
pub(crate) fn logaddexp(a: f64, b: f64) -> f64 {
    let (larger, smaller) = if a > b { (a, b) } else { (b, a) };
    let difference = add(smaller, -larger);
    let rest = log1p_double(exp_double(difference));
    let sum = rest.plus(larger).value();
    log_add_special(a, b, sum, LN_2_DOUBLE[0])
}

/// `log2(2^a + 2^b)`, as exact as [`logaddexp`].
#[inline(always)]
pub(crate) fn logaddexp2(a: f64, b: f64) -> f64 {
    let (larger, smaller) = if a > b { (a, b) } else { (b, a) };
    let difference = add(smaller, -larger);
    let high = multiply(clamp(difference.high, -1100.0, 0.0), LN_2_DOUBLE[0]);
    let low = high.low + difference.high * LN_2_DOUBLE[1] + difference.low * LN_2_DOUBLE[0];
    let rest = log1p_double(exp_double(Double { high: high.high, low }))
        .times(Double { high: LOG2_E[0], low: LOG2_E[1] });
    let sum = rest.plus(larger).value();
    log_add_special(a, b, sum, 1.0)
}

/// Infinities and NaN: the larger one counts, and NaN whatever stands beside it. Twice the same is the logarithm of
/// 2 more.
#[inline(always)]
fn log_add_special(a: f64, b: f64, sum: f64, of_two: f64) -> f64 {
    let larger = if a > b { a } else { b };
    let is_near = (a - b).abs() < 1e3;
    let result = if is_near { sum } else { larger + 0.0 };
    let result = if a == b { larger + of_two } else { result };
    if a.is_nan() || b.is_nan() { a + b } else { result }
}

//! Hyperbolic functions.
//!
//! With `e^x = 2^k (C + S)`, where `C = cosh(r)` and `S = sinh(r)`, and `p`, `m` half the sum and the difference
//! of `2^k` and `2^-k`: `sinh(x) = m C + p S` and `cosh(x) = p C + m S`. Near 0 `k`, and with it `m`, is 0, so
//! nothing cancels.

use super::bits::{power_of_two, scale};
use super::double::{Double, add, multiply};
use super::exponential::{Exponential, clamp};

/// Both functions of `x` from 0 to 711, each to be multiplied by 2 to the power of an exponent.
struct Hyperbolic {
    sinh: Double,
    cosh: Double,
    exponent: f64,
}

impl Hyperbolic {
    #[inline(always)]
    fn new(x: f64) -> Hyperbolic {
        let Exponential { exponent, rest, half, cosh, sinh } = Exponential::new(x);
        // Beyond 2^64 the lesser power does not count.
        let shown = if exponent > 64.0 { 64.0 } else { exponent };
        let (greater, lesser) = (power_of_two(shown - 1.0), power_of_two(-1.0 - shown));
        let (plus, minus) = (add(greater, lesser), add(greater, -lesser));
        let parts = Parts { rest, half, cosh, sinh };
        Hyperbolic { sinh: parts.mix(minus, plus), cosh: parts.mix(plus, minus), exponent: exponent - shown }
    }
}

/// The parts of both functions of what exceeds the exponent, as [`Exponential`] has them.
struct Parts {
    rest: f64,
    half: Double,
    cosh: f64,
    sinh: f64,
}

impl Parts {
    /// `first * C + second * S`.
    #[inline(always)]
    fn mix(&self, first: Double, second: Double) -> Double {
        let linear = multiply(second.high, self.rest);
        let square = multiply(first.high, self.half.high);
        let sum = add(first.high, linear.high);
        let total = add(sum.high, square.high);
        let low =
            (linear.low + square.low) + (first.low + second.low * self.rest) + first.high * self.half.low;
        let low = low + (second.high * self.sinh + first.high * self.cosh);
        Double { high: total.high, low: (total.low + sum.low) + low }
    }
}

/// Hyperbolic sine.
#[inline(always)]
pub(crate) fn sinh(x: f64) -> f64 {
    let Hyperbolic { sinh, exponent, .. } = Hyperbolic::new(clamp(x.abs(), 0.0, 711.0));
    scale(sinh.value(), exponent).copysign(x)
}

/// Hyperbolic cosine.
#[inline(always)]
pub(crate) fn cosh(x: f64) -> f64 {
    let Hyperbolic { cosh, exponent, .. } = Hyperbolic::new(clamp(x.abs(), 0.0, 711.0));
    scale(cosh.value(), exponent)
}

/// Hyperbolic tangent.
#[inline(always)]
pub(crate) fn tanh(x: f64) -> f64 {
    // From 20 on it is 1 to the last bit.
    let Hyperbolic { sinh, cosh, .. } = Hyperbolic::new(clamp(x.abs(), 0.0, 20.0));
    sinh.normal().divided_by(cosh.normal()).value().copysign(x)
}

//! Sine, cosine and tangent.
//!
//! Each comes twice: for loops, of angles up to [`GREATEST_ANGLE`], and for larger ones, which are rare.

use super::bits::{ROUNDER, polynomial};
use super::coefficients::{COS, HALF_PI, SIN};
use super::double::{Double, add, add_smaller, choose, square};
use super::large_angles;

/// Up to here the products of [`Angle::new`] are exact. Larger angles need more digits of pi.
pub(crate) const GREATEST_ANGLE: f64 = 1e6;

const TWO_BY_PI: f64 = core::f64::consts::FRAC_2_PI;

/// An angle less as many right angles as make it least.
struct Angle {
    rest: Double,
    /// In its last two bits: the number of right angles.
    quadrant: u64,
}

impl Angle {
    /// Of an angle of at least 1. Of infinity all functions are NaN.
    fn large(x: f64) -> Angle {
        if x.is_infinite() {
            return Angle::new(x);
        }
        let (quadrant, rest) = large_angles::reduce(x);
        Angle { rest, quadrant }
    }

    /// Of an angle up to [`GREATEST_ANGLE`].
    #[inline(always)]
    fn new(x: f64) -> Angle {
        let shifted = x * TWO_BY_PI + ROUNDER;
        let count = shifted - ROUNDER;
        // The first product has no more digits than a double, and the difference loses none.
        let first = x - count * HALF_PI[0];
        let second = add(first, -(count * HALF_PI[1]));
        let third = add(second.high, -(count * HALF_PI[2]));
        let low = (second.low + third.low) - count * HALF_PI[3];
        Angle { rest: add_smaller(third.high, low), quadrant: shifted.to_bits() }
    }

    /// What must be added to the rest to make it the sine.
    #[inline(always)]
    fn sine_rest(&self) -> f64 {
        let Double { high: x, low } = self.rest;
        let square = x * x;
        let cube = square * x;
        let [first, rest @ ..] = SIN;
        cube * first - ((square * (0.5 * low - cube * polynomial(square, rest))) - low)
    }

    /// The cosine, unrounded.
    #[inline(always)]
    fn cosine(&self) -> Double {
        let Double { high: x, low } = self.rest;
        let square = square(x);
        let half = 0.5 * square.high;
        let whole = 1.0 - half;
        let fourth = square.high * square.high;
        let rest = (fourth * polynomial(square.high, COS) - x * low) - 0.5 * square.low;
        Double { high: whole, low: ((1.0 - whole) - half) + rest }
    }

    #[inline(always)]
    fn sine(&self) -> Double {
        Double { high: self.rest.high, low: self.sine_rest() }
    }

    #[inline(always)]
    fn sin(&self) -> f64 {
        let (sine, cosine) = (self.sine().value(), self.cosine().value());
        negate_if(if self.quadrant & 1 == 0 { sine } else { cosine }, self.quadrant, 1)
    }

    #[inline(always)]
    fn cos(&self) -> f64 {
        let (sine, cosine) = (self.sine().value(), self.cosine().value());
        negate_if(if self.quadrant & 1 == 0 { cosine } else { sine }, self.quadrant.wrapping_add(1), 1)
    }

    #[inline(always)]
    fn tan(&self) -> f64 {
        let (sine, cosine) = (self.sine().normal(), self.cosine().normal());
        let is_even = self.quadrant & 1 == 0;
        let (above, below) = (choose(is_even, sine, cosine), choose(is_even, cosine, sine));
        negate_if(above.divided_by(below).value(), self.quadrant, 0)
    }
}

/// Takes the other sign if a bit of a quadrant is set.
#[inline(always)]
fn negate_if(x: f64, quadrant: u64, bit: u32) -> f64 {
    f64::from_bits(x.to_bits() ^ ((quadrant >> bit) << 63))
}

/// Sine of an angle up to [`GREATEST_ANGLE`].
#[inline(always)]
pub(crate) fn sin(x: f64) -> f64 {
    let result = Angle::new(x).sin();
    if x == 0.0 { x } else { result }
}

/// Cosine of an angle up to [`GREATEST_ANGLE`].
#[inline(always)]
pub(crate) fn cos(x: f64) -> f64 {
    Angle::new(x).cos()
}

/// Tangent of an angle up to [`GREATEST_ANGLE`].
#[inline(always)]
pub(crate) fn tan(x: f64) -> f64 {
    let result = Angle::new(x).tan();
    if x == 0.0 { x } else { result }
}

/// Sine of an angle of more than [`GREATEST_ANGLE`].
pub(crate) fn sin_of_large(x: f64) -> f64 {
    Angle::large(x).sin()
}

/// Cosine of an angle of more than [`GREATEST_ANGLE`].
pub(crate) fn cos_of_large(x: f64) -> f64 {
    Angle::large(x).cos()
}

/// Tangent of an angle of more than [`GREATEST_ANGLE`].
pub(crate) fn tan_of_large(x: f64) -> f64 {
    Angle::large(x).tan()
}

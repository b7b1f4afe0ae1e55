//! Floats by their parts, and polynomials.

/// Added to a float below 2^51 and taken away again, it leaves the nearest integer, of two the even one. In
/// between, the low bits of the sum are the integer.
pub(super) const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// Adds to all the exponent that makes a subnormal number normal.
const RAISE: f64 = 54.0;
const BIAS: f64 = 1023.0;
const MANTISSA: u64 = (1 << 52) - 1;

/// The nearest integer to a float below 2^51, of two the even one.
#[inline(always)]
pub(super) fn round(x: f64) -> f64 {
    (x + ROUNDER) - ROUNDER
}

/// 2 to the power of an integer from -1022 to 1023.
#[inline(always)]
pub(super) fn power_of_two(exponent: f64) -> f64 {
    f64::from_bits((exponent + (ROUNDER + BIAS)).to_bits() << 52)
}

/// `x` times 2 to the power of an integer from -2044 to 2046, rounded once.
#[inline(always)]
pub(super) fn scale(x: f64, exponent: f64) -> f64 {
    let half = round(exponent * 0.5);
    x * power_of_two(half) * power_of_two(exponent - half)
}

/// Whether a number that is not negative is an integer; infinity is.
#[inline(always)]
pub(super) fn is_whole(x: f64) -> bool {
    let rounded = (x + POWER_52) - POWER_52;
    x >= POWER_52 || rounded == x
}

/// A positive finite number as `mantissa * 2^exponent`, the mantissa from `low` to `2 * low`. `low` is a float
/// from 0.5 to 1.
#[inline(always)]
pub(super) fn split(x: f64, low: f64) -> (f64, f64) {
    let is_small = x < f64::MIN_POSITIVE;
    let raised = if is_small { x * power_of_two(RAISE) } else { x };
    // Infinity and NaN, which callers set right afterwards, may run over.
    let moved = raised.to_bits().wrapping_add(1.0_f64.to_bits() - low.to_bits());
    // The exponent in the low bits of 2^52, as which it becomes a float without a conversion.
    let exponent = f64::from_bits((moved >> 52) | POWER_52.to_bits()) - (POWER_52 + BIAS);
    let mantissa = f64::from_bits((moved & MANTISSA) + low.to_bits());
    (if is_small { exponent - RAISE } else { exponent }, mantissa)
}

/// The mantissa from 0.5 to 1 of a number; 0, infinity and NaN stay.
#[inline(always)]
pub(crate) fn frexp_mantissa(x: f64) -> f64 {
    let (_, mantissa) = split(x.abs(), 0.5);
    if is_regular(x) { mantissa.copysign(x) } else { x }
}

/// The exponent that goes with it; 0 of 0, infinity and NaN.
#[inline(always)]
pub(crate) fn frexp_exponent(x: f64) -> f64 {
    let (exponent, _) = split(x.abs(), 0.5);
    if is_regular(x) { exponent } else { 0.0 }
}

#[inline(always)]
fn is_regular(x: f64) -> bool {
    x.abs() > 0.0 && x.abs() < f64::INFINITY
}

/// `x` times 2 to the power of a whole number, rounded once.
#[inline(always)]
pub(crate) fn ldexp(x: f64, exponent: f64) -> f64 {
    let (x, exponent) = approach(x, exponent);
    let (x, exponent) = approach(x, exponent);
    let exponent = if exponent > BIAS { BIAS } else { exponent };
    x * power_of_two(if exponent < 1.0 - BIAS { 1.0 - BIAS } else { exponent })
}

/// Brings a large exponent nearer. A subnormal result keeps so much distance that it is not rounded twice.
#[inline(always)]
fn approach(x: f64, exponent: f64) -> (f64, f64) {
    let step = if exponent < 1.0 - BIAS { 1.0 - BIAS + 53.0 } else { 0.0 };
    let step = if exponent > BIAS { BIAS } else { step };
    (x * power_of_two(step), exponent - step)
}

const POWER_52: f64 = 4_503_599_627_370_496.0;

/// The polynomial with these coefficients, that of the constant first. Even and odd powers are summed apart,
/// so that half the steps need not wait for each other.
#[inline(always)]
pub(super) fn polynomial<const N: usize>(x: f64, coefficients: [f64; N]) -> f64 {
    let square = x * x;
    let (mut even, mut odd) = (0.0, 0.0);
    let mut number = N;
    while number > 0 {
        number -= 1;
        if number.is_multiple_of(2) {
            even = even * square + coefficients[number];
        } else {
            odd = odd * square + coefficients[number];
        }
    }
    even + x * odd
}

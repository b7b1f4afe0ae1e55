//! A Bessel function.

use super::coefficients::{BESSEL_FAR, BESSEL_NEAR};
use super::exponential::exp;

/// The modified Bessel function of the first kind, of order 0, to within some ulp.
#[inline(always)]
pub(crate) fn i0(x: f64) -> f64 {
    let x = x.abs();
    let is_near = x <= 8.0;
    let sum = chebyshev(is_near, if is_near { 0.5 * x - 2.0 } else { 32.0 / x - 2.0 });
    let result = exp(x) * (if is_near { sum } else { sum / x.sqrt() });
    if x == f64::INFINITY { x } else { result }
}

/// The sum of Chebyshev polynomials of `x / 2`, by Clenshaw's recurrence. Both series are one loop that chooses each
/// coefficient, and the shorter one begins with zeros, which change no bit.
#[inline(always)]
fn chebyshev(is_near: bool, x: f64) -> f64 {
    let missing = BESSEL_NEAR.len() - BESSEL_FAR.len();
    let (mut last, mut before, mut beyond) = (0.0, 0.0, 0.0);
    let mut number = 0;
    while number < BESSEL_NEAR.len() {
        let far = if number < missing { 0.0 } else { BESSEL_FAR[number - missing] };
        let coefficient = if is_near { BESSEL_NEAR[number] } else { far };
        (last, before, beyond) = (x * last - before + coefficient, last, before);
        number += 1;
    }
    0.5 * (last - beyond)
}

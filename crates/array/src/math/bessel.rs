//! A Bessel function.

use super::coefficients::{BESSEL_FAR, BESSEL_NEAR};
use super::exponential::exp;

/// The modified Bessel function of the first kind, of order 0, to within some ulp.
pub(crate) fn i0(x: f64) -> f64 {
    let x = x.abs();
    if x == f64::INFINITY {
        x
    } else if x <= 8.0 {
        exp(x) * chebyshev(0.5 * x - 2.0, &BESSEL_NEAR)
    } else {
        exp(x) * (chebyshev(32.0 / x - 2.0, &BESSEL_FAR) / x.sqrt())
    }
}

/// The sum of Chebyshev polynomials of `x / 2`, by Clenshaw's recurrence.
fn chebyshev(x: f64, coefficients: &[f64]) -> f64 {
    let (mut last, mut before, mut beyond) = (0.0, 0.0, 0.0);
    for &coefficient in coefficients {
        (last, before, beyond) = (x * last - before + coefficient, last, before);
    }
    0.5 * (last - beyond)
}

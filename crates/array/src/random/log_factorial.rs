//! The logarithm of a factorial, in portable arithmetic.

use crate::math;

/// `ln(k!)` of a whole number from 0 on; relative error below 1e-14.
///
/// From 16 on Stirling's series (DLMF 5.11.1) to the term in k^-7, below that a product.
pub(crate) fn log_factorial(k: f64) -> f64 {
    const HALF_LOG_OF_TWO_PI: f64 = 0.918_938_533_204_672_8;
    if k < 16.0 {
        let mut product = 1.0;
        let mut factor = 2.0;
        while factor <= k {
            product *= factor;
            factor += 1.0;
        }
        return math::log(product);
    }
    let x = k + 1.0;
    let square = 1.0 / (x * x);
    let series = (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - square / 1680.0) * square) * square) / x;
    (x - 0.5) * math::log(x) - x + HALF_LOG_OF_TWO_PI + series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_logarithms() {
        let mut sum = 0.0;
        for k in 1..2000 {
            let k = f64::from(k);
            sum += k.ln();
            let error = (log_factorial(k) - sum).abs();
            assert!(error <= 1e-13 * sum.max(1.0), "{k}: {error}");
        }
        assert_eq!(log_factorial(0.0), 0.0);
    }
}

//! The Poisson distribution: by its distribution function for small means, else by rejection.
//!
//! Source of the rejection: Hörmann, "The transformed rejection method for generating Poisson random variables",
//! Insurance: Mathematics and Economics 12 (1993), algorithm PTRS.

use super::{Draws, log_factorial};
use crate::math;

/// The largest mean: doubles tell whole numbers apart up to here.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// A Poisson variable of a mean, a whole number, made of a uniform number. NaN for a mean below 0 or beyond 2^53.
pub(crate) fn from_uniform(uniform: f64, mean: f64) -> f64 {
    if !(0.0..=LARGEST).contains(&mean) {
        f64::NAN
    } else if mean < 10.0 {
        by_inversion(uniform, mean)
    } else {
        by_rejection(&mut Draws::of(uniform), mean)
    }
}

fn by_inversion(uniform: f64, mean: f64) -> f64 {
    let (mut count, mut probability) = (0.0, math::exp(-mean));
    let mut below = probability;
    // Rounding may leave the sum of all probabilities below a uniform number that is nearly 1.
    while uniform >= below && probability > 0.0 {
        count += 1.0;
        probability *= mean / count;
        below += probability;
    }
    count
}

fn by_rejection(draws: &mut Draws, mean: f64) -> f64 {
    let root = mean.sqrt();
    let log_mean = math::log(mean);
    let b = 0.931 + 2.53 * root;
    let a = -0.059 + 0.024_83 * b;
    let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    let squeeze = 0.9277 - 3.6224 / (b - 2.0);
    loop {
        let u = draws.uniform() - 0.5;
        let v = draws.uniform();
        let distance = 0.5 - u.abs();
        let count = ((2.0 * a / distance + b) * u + mean + 0.43).floor();
        if distance >= 0.07 && v <= squeeze {
            return count;
        }
        if count < 0.0 || (distance < 0.013 && v > distance) {
            continue;
        }
        let left = math::log(v) + math::log(inverse_alpha) - math::log(a / (distance * distance) + b);
        if left <= count * log_mean - mean - log_factorial(count) {
            return count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::testing::check_moments;

    #[test]
    fn has_the_moments_of_its_distribution() {
        for mean in [0.0, 0.3, 4.0, 9.99, 10.0, 100.0, 1e6] {
            check_moments(|uniform| from_uniform(uniform, mean), mean, mean);
        }
    }

    #[test]
    fn gives_whole_numbers() {
        for mean in [0.5, 50.0] {
            let draw = from_uniform(0.123, mean);
            assert_eq!(draw, draw.trunc());
        }
        assert_eq!(from_uniform(1.0 - f64::EPSILON / 2.0, 0.0), 0.0);
        assert!(from_uniform(0.5, -1.0).is_nan());
    }
}

//! The binomial distribution: by its distribution function for few successes, else by rejection.
//!
//! Source of the rejection: Hörmann, "The generation of binomial random variates", Journal of Statistical Computation
//! and Simulation 46 (1993), algorithm BTRS.

use super::{Draws, log_factorial};
use crate::math;

/// Doubles tell whole numbers apart up to here.
const MOST_TRIALS: f64 = 9_007_199_254_740_992.0;

/// The successes of so many trials, a whole number, made of a uniform number. NaN for trials below 0 or beyond 2^53,
/// and for a probability outside of 0 to 1.
pub(crate) fn from_uniform(uniform: f64, trials: f64, probability: f64) -> f64 {
    if !(0.0..=MOST_TRIALS).contains(&trials) || !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    let trials = trials.floor();
    if probability > 0.5 {
        return trials - rare(uniform, trials, 1.0 - probability);
    }
    rare(uniform, trials, probability)
}

/// For probabilities up to 1/2.
fn rare(uniform: f64, trials: f64, probability: f64) -> f64 {
    if trials * probability < 10.0 {
        by_inversion(uniform, trials, probability)
    } else {
        by_rejection(&mut Draws::of(uniform), trials, probability)
    }
}

fn by_inversion(uniform: f64, trials: f64, probability: f64) -> f64 {
    let odds = probability / (1.0 - probability);
    // (1 - p)^n, also where p is so small that 1 - p is 1.
    let mut likelihood = math::exp(trials * math::log1p(-probability));
    let (mut count, mut below) = (0.0, likelihood);
    while uniform >= below && likelihood > 0.0 && count < trials {
        count += 1.0;
        likelihood *= odds * (trials - count + 1.0) / count;
        below += likelihood;
    }
    count
}

fn by_rejection(draws: &mut Draws, trials: f64, probability: f64) -> f64 {
    let deviation = (trials * probability * (1.0 - probability)).sqrt();
    let b = 1.15 + 2.53 * deviation;
    let a = -0.0873 + 0.0248 * b + 0.01 * probability;
    let centre = trials * probability + 0.5;
    let alpha = (2.83 + 5.1 / b) * deviation;
    let squeeze = 0.92 - 4.2 / b;
    let log_odds = math::log(probability / (1.0 - probability));
    let mode = ((trials + 1.0) * probability).floor();
    let at_mode = log_factorial(mode) + log_factorial(trials - mode);
    loop {
        let u = draws.uniform() - 0.5;
        let v = draws.uniform();
        let distance = 0.5 - u.abs();
        let count = ((2.0 * a / distance + b) * u + centre).floor();
        if distance >= 0.07 && v <= squeeze {
            return count;
        }
        if count < 0.0 || count > trials {
            continue;
        }
        let left = math::log(v * alpha / (a / (distance * distance) + b));
        let right =
            at_mode - log_factorial(count) - log_factorial(trials - count) + (count - mode) * log_odds;
        if left <= right {
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
        for (n, p) in
            [(0.0, 0.5), (1.0, 0.3), (10.0, 0.0), (10.0, 1.0), (30.0, 0.2), (40.0, 0.9), (1e6, 1e-6)]
        {
            check_moments(|uniform| from_uniform(uniform, n, p), n * p, n * p * (1.0 - p));
        }
        for (n, p) in [(20.0, 0.5), (100.0, 0.3), (1000.0, 0.7), (1e9, 0.25)] {
            check_moments(|uniform| from_uniform(uniform, n, p), n * p, n * p * (1.0 - p));
        }
    }

    #[test]
    fn refuses_what_has_no_distribution() {
        for (trials, probability) in
            [(-1.0, 0.5), (f64::INFINITY, 0.5), (3.0, -0.1), (3.0, 1.1), (3.0, f64::NAN)]
        {
            assert!(from_uniform(0.5, trials, probability).is_nan());
        }
    }
}

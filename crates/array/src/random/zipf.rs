//! Zipf's distribution, by rejection: k from 1 on is as likely as k^-a.
//!
//! Source: Devroye, "Non-Uniform Random Variate Generation" (1986), section X.6.1.

use super::Draws;
use crate::math;

/// Doubles tell whole numbers apart up to here; nothing larger is drawn.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// From here on anything but 1 is less likely than a double can say.
const ALWAYS_ONE: f64 = 1025.0;

/// A variable of an exponent, a whole number from 1 on, made of a uniform number. NaN for an exponent that is not above 1.
pub(crate) fn from_uniform(uniform: f64, exponent: f64) -> f64 {
    if exponent.is_nan() || exponent <= 1.0 {
        return f64::NAN;
    }
    if exponent >= ALWAYS_ONE {
        return 1.0;
    }
    let mut draws = Draws::of(uniform);
    let steepness = exponent - 1.0;
    let b = math::pow(2.0, steepness);
    // x is u to the power of -1 / (a - 1), for u from what gives the largest one to 1; by logarithms, for u may be so near to
    // 1 that doubles have few numbers for it.
    let span = -math::expm1(-steepness * math::log(LARGEST));
    loop {
        let x = math::exp(-math::log1p(-span * draws.uniform()) / steepness).floor();
        let v = draws.uniform();
        if x > LARGEST {
            continue;
        }
        // (1 + 1/x)^(a - 1) - 1, also where 1/x is tiny.
        let growth = math::expm1(steepness * math::log1p(1.0 / x));
        if v * x * growth * b <= (growth + 1.0) * (b - 1.0) {
            return x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::testing::check_moments;

    #[test]
    fn has_the_moments_of_its_distribution() {
        for exponent in [4.5, 6.0, 20.0] {
            let sum_of = |power: f64| (1..100_000).map(|k| f64::from(k).powf(power - exponent)).sum::<f64>();
            let (all, first, second) = (sum_of(0.0), sum_of(1.0), sum_of(2.0));
            let mean = first / all;
            check_moments(
                |uniform| from_uniform(uniform, exponent).min(1e4),
                mean,
                second / all - mean * mean,
            );
        }
    }

    #[test]
    fn gives_whole_numbers_also_of_heavy_tails() {
        for number in 0..100 {
            let draw = from_uniform(f64::from(number) / 100.0, 1.01);
            assert!((1.0..=LARGEST).contains(&draw) && draw == draw.trunc());
        }
    }
}

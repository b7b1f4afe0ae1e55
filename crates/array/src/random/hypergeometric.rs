//! The hypergeometric distribution: by its distribution function for small means, else by rejection.
//!
//! Source of the rejection: Stadlober, "The ratio of uniforms approach for generating discrete random variates", Journal of
//! Computational and Applied Mathematics 31 (1990), algorithm HRUA*.

use super::{Draws, log_factorial};
use crate::math;

/// So many things of a kind at most: logarithms of factorials of larger numbers have too few digits behind the point.
const MOST: f64 = 1e9;

/// How many of `good` things are among `sample` that are drawn of `good + bad`, a whole number, made of a uniform number.
/// NaN for numbers below 0 or beyond 10^9, and for a sample larger than there are things.
pub(crate) fn from_uniform(uniform: f64, good: f64, bad: f64, sample: f64) -> f64 {
    let counts = [good, bad].map(f64::floor);
    let sample = sample.floor();
    let all = counts[0] + counts[1];
    let are_valid = counts.iter().all(|count| (0.0..=MOST).contains(count)) && (0.0..=all).contains(&sample);
    if !are_valid {
        return f64::NAN;
    }
    // What stays behind has the same distribution with the parts exchanged, and so have the two kinds.
    let [fewer, more] = if counts[0] <= counts[1] { counts } else { [counts[1], counts[0]] };
    let drawn = sample.min(all - sample);
    let of_fewer = of_rare_kind(uniform, fewer, more, drawn);
    let good_drawn = if counts[0] <= counts[1] { of_fewer } else { drawn - of_fewer };
    if sample <= all - sample { good_drawn } else { counts[0] - good_drawn }
}

/// For a kind that has half of all things at most, of which half at most are drawn.
fn of_rare_kind(uniform: f64, fewer: f64, more: f64, drawn: f64) -> f64 {
    if drawn * fewer <= 10.0 * (fewer + more) {
        by_inversion(uniform, fewer, more, drawn)
    } else {
        by_rejection(&mut Draws::of(uniform), fewer, more, drawn)
    }
}

fn by_inversion(uniform: f64, fewer: f64, more: f64, drawn: f64) -> f64 {
    let most = fewer.min(drawn);
    let none = log_factorial(more) - log_factorial(more - drawn) + log_factorial(fewer + more - drawn)
        - log_factorial(fewer + more);
    let (mut count, mut probability) = (0.0, math::exp(none));
    let mut below = probability;
    while uniform >= below && probability > 0.0 && count < most {
        let ways = (fewer - count) * (drawn - count);
        count += 1.0;
        probability *= ways / (count * (more - drawn + count));
        below += probability;
    }
    count
}

fn by_rejection(draws: &mut Draws, fewer: f64, more: f64, drawn: f64) -> f64 {
    // 2 sqrt(2 / e) and 3 - 2 sqrt(3 / e).
    const WIDTH: f64 = 1.715_527_769_921_413_5;
    const LEAST_WIDTH: f64 = 0.898_916_162_058_898_8;
    let all = fewer + more;
    let share = fewer / all;
    let centre = drawn * share + 0.5;
    let variance = (all - drawn) * drawn * share * (more / all) / (all - 1.0);
    let deviation = (variance + 0.5).sqrt();
    let width = WIDTH * deviation + LEAST_WIDTH;
    let logs = |count: f64| {
        log_factorial(count)
            + log_factorial(fewer - count)
            + log_factorial(drawn - count)
            + log_factorial(more - drawn + count)
    };
    let at_mode = logs(((drawn + 1.0) * (fewer + 1.0) / (all + 2.0)).floor());
    let end = (drawn.min(fewer) + 1.0).min((centre + 16.0 * deviation).floor());
    loop {
        // 1 - u is never 0.
        let u = 1.0 - draws.uniform();
        let x = centre + width * (draws.uniform() - 0.5) / u;
        if !(0.0..end).contains(&x) {
            continue;
        }
        let count = x.floor();
        let t = at_mode - logs(count);
        if u * (4.0 - u) - 3.0 <= t {
            return count;
        }
        if u * (u - t) < 1.0 && 2.0 * math::log(u) <= t {
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
        for (good, bad, sample) in [
            (3.0, 4.0, 0.0),
            (3.0, 4.0, 7.0),
            (3.0, 4.0, 5.0),
            (20.0, 5.0, 6.0),
            (5.0, 1e6, 1e5),
            (100.0, 100.0, 50.0),
            (300.0, 100.0, 350.0),
            (100.0, 700.0, 300.0),
            (4e8, 9e8, 1e7),
        ] {
            let all: f64 = good + bad;
            let mean = sample * good / all;
            let variance = mean * (bad / all) * (all - sample) / (all - 1.0);
            check_moments(|uniform| from_uniform(uniform, good, bad, sample), mean, variance);
        }
    }

    #[test]
    fn stays_within_what_there_is() {
        for number in 0..1000 {
            let uniform = f64::from(number) / 1000.0;
            for (good, bad, sample) in [(40.0, 25.0, 50.0), (2.0, 9.0, 10.0), (60.0, 60.0, 60.0)] {
                let count = from_uniform(uniform, good, bad, sample);
                assert!(((sample - bad).max(0.0)..=good.min(sample)).contains(&count), "{count}");
                assert_eq!(count, count.trunc());
            }
        }
    }

    #[test]
    fn refuses_what_has_no_distribution() {
        for (good, bad, sample) in [(-1.0, 5.0, 2.0), (5.0, 2e9, 2.0), (5.0, 5.0, 11.0), (5.0, f64::NAN, 2.0)]
        {
            assert!(from_uniform(0.5, good, bad, sample).is_nan());
        }
    }
}

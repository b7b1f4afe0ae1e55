//! What tests of distributions have in common.

use super::Philox;

const COUNT: u32 = 100_000;

/// Checks mean and variance of what a function makes of uniform numbers, within six standard errors.
pub(super) fn check_moments(draw: impl Fn(f64) -> f64, mean: f64, variance: f64) {
    let sequence = Philox::new([1, 2, 3, 4]);
    let uniform = |number| (sequence.word(number) >> 11) as f64 * (f64::EPSILON / 2.0);
    let draws: Vec<f64> = (0..u64::from(COUNT)).map(|number| draw(uniform(number))).collect();
    let count = f64::from(COUNT);
    let found = draws.iter().sum::<f64>() / count;
    let squares: Vec<f64> = draws.iter().map(|x| (x - mean) * (x - mean)).collect();
    let spread = squares.iter().sum::<f64>() / count;
    let fourth = squares.iter().map(|square| (square - spread) * (square - spread)).sum::<f64>() / count;
    assert!((found - mean).abs() <= 6.0 * (variance / count).sqrt(), "mean {found}, not {mean}");
    assert!((spread - variance).abs() <= 6.0 * (fourth / count).sqrt(), "variance {spread}, not {variance}");
}

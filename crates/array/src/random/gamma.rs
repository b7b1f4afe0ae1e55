//! The gamma distribution of scale 1, by rejection.
//!
//! Source: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000).

use super::Draws;
use crate::math;

/// A gamma variable of a shape, made of a uniform number. NaN for a shape below 0.
pub(crate) fn from_uniform(uniform: f64, shape: f64) -> f64 {
    if shape.is_nan() || shape < 0.0 {
        return f64::NAN;
    }
    if shape == 0.0 || shape.is_infinite() {
        return shape;
    }
    let mut draws = Draws::of(uniform);
    if shape < 1.0 {
        // A variable of shape + 1 times a power of a uniform one; 1 - u is never 0.
        let boost = math::pow(1.0 - draws.uniform(), 1.0 / shape);
        return large(shape + 1.0, &mut draws) * boost;
    }
    large(shape, &mut draws)
}

/// For shapes from 1 on.
fn large(shape: f64, draws: &mut Draws) -> f64 {
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = draws.normal();
        let root = 1.0 + c * x;
        if root <= 0.0 {
            continue;
        }
        let v = root * root * root;
        let accepted = math::log(1.0 - draws.uniform()) < 0.5 * x * x + d - d * v + d * math::log(v);
        if accepted {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::testing::check_moments;

    #[test]
    fn has_the_moments_of_its_distribution() {
        for shape in [0.1, 0.7, 1.0, 3.5, 200.0] {
            check_moments(|uniform| from_uniform(uniform, shape), shape, shape);
        }
    }

    #[test]
    fn knows_its_limits() {
        assert_eq!(from_uniform(0.3, 0.0), 0.0);
        assert!(from_uniform(0.3, -1.0).is_nan());
        assert!(from_uniform(0.3, f64::NAN).is_nan());
    }
}

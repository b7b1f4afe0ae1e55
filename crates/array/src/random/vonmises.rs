//! The von Mises distribution around 0, by rejection from a wrapped Cauchy distribution.
//!
//! Source: Best and Fisher, "Efficient simulation of the von Mises distribution", Applied Statistics 28 (1979).

use std::f64::consts::PI;

use super::{Draws, normal};
use crate::math;

/// Up to here all angles are as likely, as far as doubles can tell.
const UNIFORM: f64 = 1e-8;

/// Up to here the parameter of the envelope is its series: its formula would lose its digits.
const NEARLY_UNIFORM: f64 = 1e-5;

/// From here on it is the normal distribution.
const NORMAL: f64 = 1e6;

/// An angle from -pi to pi of a concentration, made of a uniform number. NaN for a concentration below 0.
pub(crate) fn from_uniform(uniform: f64, concentration: f64) -> f64 {
    if concentration.is_nan() || concentration < 0.0 {
        f64::NAN
    } else if concentration < UNIFORM {
        PI * (2.0 * uniform - 1.0)
    } else if concentration > NORMAL {
        (normal::from_uniform(uniform) / concentration.sqrt()).clamp(-PI, PI)
    } else {
        by_rejection(&mut Draws::of(uniform), concentration)
    }
}

fn by_rejection(draws: &mut Draws, concentration: f64) -> f64 {
    let parameter = envelope(concentration);
    loop {
        let z = math::cos(PI * draws.uniform());
        let w = (1.0 + parameter * z) / (parameter + z);
        let y = concentration * (parameter - w);
        // 1 - u is never 0.
        let v = 1.0 - draws.uniform();
        if y * (2.0 - y) - v >= 0.0 || math::log(y / v) + 1.0 - y >= 0.0 {
            let angle = math::acos(w.clamp(-1.0, 1.0));
            return if draws.uniform() < 0.5 { -angle } else { angle };
        }
    }
}

/// The parameter of the wrapped Cauchy distribution that lies closest.
fn envelope(concentration: f64) -> f64 {
    if concentration < NEARLY_UNIFORM {
        return 1.0 / concentration + concentration;
    }
    let r = 1.0 + (1.0 + 4.0 * concentration * concentration).sqrt();
    let rho = (r - (2.0 * r).sqrt()) / (2.0 * concentration);
    (1.0 + rho * rho) / (2.0 * rho)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::testing::check_moments;

    /// The mean of a function of the angle, by the midpoint rule.
    fn expectation(concentration: f64, function: impl Fn(f64) -> f64) -> f64 {
        let angles = (0..10_000).map(|step| PI * ((f64::from(step) + 0.5) / 5_000.0 - 1.0));
        let (mut sum, mut all) = (0.0, 0.0);
        for angle in angles {
            let weight = (concentration * (angle.cos() - 1.0)).exp();
            sum += weight * function(angle);
            all += weight;
        }
        sum / all
    }

    #[test]
    fn has_the_moments_of_its_distribution() {
        for concentration in [0.0, 2e-6, 0.01, 0.5, 4.0, 100.0] {
            let variance = expectation(concentration, |angle| angle * angle);
            check_moments(|uniform| from_uniform(uniform, concentration), 0.0, variance);
        }
        check_moments(|uniform| from_uniform(uniform, 4e6), 0.0, 1.0 / 4e6);
    }
}

//! Elementary functions of doubles, with the same bits on every machine.
//!
//! Made for loops over tiles: straight-line code without branches, tables or calls, which the compiler turns
//! into vector instructions. Only additions, multiplications, divisions, square roots and operations on bits
//! are used, each of which IEEE 754 defines to the last bit; the JS engine does the same steps in the same order
//! (`src/engine/js/math`). Results are within 1 ulp of the exact value, most within 0.6: where a rounding error
//! would grow, values are carried as the sum of two doubles ([`double`]).
//!
//! Functions of float32 are computed in double and rounded once, which is nearly always the nearest float32.
//!
//! The ways of computing are those of fdlibm (Sun, 1993), rearranged to do without branches; see also Muller et
//! al., *Handbook of Floating-Point Arithmetic*, for the sums of two doubles.

mod bessel;
mod bits;
mod coefficients;
mod cube_root;
mod double;
mod exponential;
mod hyperbolic;
mod inverse_hyperbolic;
mod inverse_trigonometric;
mod large_angles;
mod logarithm;
mod power;
mod root;
mod trigonometric;

pub use coefficients::COEFFICIENTS;

pub(crate) use bessel::i0;
pub(crate) use bits::{frexp_exponent, frexp_mantissa, ldexp};
pub(crate) use cube_root::cbrt;
pub(crate) use exponential::{exp, exp2, expm1, logaddexp, logaddexp2};
pub(crate) use hyperbolic::{cosh, sinh, tanh};
pub(crate) use inverse_hyperbolic::{acosh, asinh, atanh};
pub(crate) use inverse_trigonometric::{acos, asin, atan, atan2};
pub(crate) use logarithm::{log, log1p, log2, log10};
pub(crate) use power::pow;
pub(crate) use root::hypot;
pub(crate) use trigonometric::{GREATEST_ANGLE, cos, cos_of_large, sin, sin_of_large, tan, tan_of_large};

#[cfg(test)]
mod tests;

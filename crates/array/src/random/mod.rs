//! Random numbers: a generator whose numbers can be had in any order, and distributions made of its uniform numbers.

pub(crate) mod below;
pub(crate) mod binomial;
mod draws;
pub(crate) mod gamma;
pub(crate) mod hypergeometric;
mod log_factorial;
pub(crate) mod normal;
mod philox;
pub(crate) mod poisson;
#[cfg(test)]
mod testing;
pub(crate) mod vonmises;
pub(crate) mod zipf;

use draws::Draws;
use log_factorial::log_factorial;
pub(crate) use philox::Philox;

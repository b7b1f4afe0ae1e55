//! A variable of the binomial distribution, made of a number that is uniform in [0, 1), of the number of trials and of
//! the probability of success.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::{Kernel, ternary};
use crate::random::binomial::from_uniform;

pub(super) static OP: OpDef = OpDef { name: "random_binomial", arity: 3, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    (dtype == DType::Float64).then(|| ternary(from_uniform))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn takes_trials_before_the_probability() {
        check(&OP, [[0.25, 0.75, 0.5], [10.0, 10.0, -1.0], [0.0, 1.0, 0.5]], [0.0, 10.0, f64::NAN]);
    }
}

//! A variable of the Poisson distribution, made of a number that is uniform in [0, 1) and of the mean.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::{Kernel, binary};
use crate::random::poisson::from_uniform;

pub(super) static OP: OpDef = OpDef { name: "random_poisson", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    (dtype == DType::Float64).then(|| binary(from_uniform))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn takes_the_mean_second() {
        check(&OP, [[0.25, 0.75], [0.0, -1.0]], [0.0, f64::NAN]);
    }
}

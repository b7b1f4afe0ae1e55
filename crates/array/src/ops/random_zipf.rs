//! A variable of Zipf's distribution, made of a number that is uniform in [0, 1) and of the exponent.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::{Kernel, binary};
use crate::random::zipf::from_uniform;

pub(super) static OP: OpDef = OpDef { name: "random_zipf", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    (dtype == DType::Float64).then(|| binary(from_uniform))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn takes_the_exponent_second() {
        check(&OP, [[0.5, 0.75], [1e9, 1.0]], [1.0, f64::NAN]);
    }
}

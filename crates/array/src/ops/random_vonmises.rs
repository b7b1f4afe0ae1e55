//! A variable of the von Mises distribution around 0, made of a number that is uniform in [0, 1) and of the concentration.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::{Kernel, binary};
use crate::random::vonmises::from_uniform;

pub(super) static OP: OpDef = OpDef { name: "random_vonmises", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    (dtype == DType::Float64).then(|| binary(from_uniform))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn takes_the_concentration_second() {
        check(&OP, [[0.5, 0.75], [0.0, -1.0]], [0.0, f64::NAN]);
    }
}

//! A variable of the hypergeometric distribution, made of a number that is uniform in [0, 1), of the number of things that
//! count, of those that don't, and of how many are drawn.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::{Kernel, quaternary};
use crate::random::hypergeometric::from_uniform;

pub(super) static OP: OpDef = OpDef { name: "random_hypergeometric", arity: 4, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    (dtype == DType::Float64).then(|| quaternary(from_uniform))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn takes_what_counts_before_the_others() {
        check(
            &OP,
            [[0.25, 0.75, 0.5], [5.0, 0.0, 3.0], [0.0, 5.0, 3.0], [4.0, 4.0, 7.0]],
            [4.0, 0.0, f64::NAN],
        );
    }
}

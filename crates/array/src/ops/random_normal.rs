//! A variable of the standard normal distribution, made of a number that is uniform in [0, 1).

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::{Kernel, unary};
use crate::random::normal::from_uniform;

pub(super) static OP: OpDef = OpDef { name: "random_normal", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    (dtype == DType::Float64).then(|| unary(from_uniform))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::{apply, bytes};

    #[test]
    fn grows_with_the_uniform_number() {
        let normal: Vec<f64> =
            apply(&OP, DType::Float64, &[bytes(&[0.0, 0.01, 0.2, 0.5, 0.7, 0.999])]).unwrap();
        assert!(normal.is_sorted(), "{normal:?}");
    }
}

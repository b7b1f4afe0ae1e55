//! The size of `a` with the sign of `b`.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, binary};

pub(super) static OP: OpDef = OpDef { name: "copysign", arity: 2, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        float T => binary(T::copysign),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;
    #[test]
    fn takes_the_sign() {
        check(&OP, [[1.0, -2.0, 0.0], [-0.0, 3.0, -1.0]], [-1.0, 2.0, -0.0]);
    }
}

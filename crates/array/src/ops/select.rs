//! NumPy's `where`: the second argument where the first is true, else the third.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::element::for_families;
use crate::kernel::{Kernel, select};

pub(super) static OP: OpDef = OpDef { name: "where", arity: 3, answer: Answer::Chosen, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        any T => select::<T>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::{apply, bytes};

    #[test]
    fn takes_from_either_side() {
        let condition: [u8; 3] = [1, 0, 1];
        let chosen = apply::<i32>(&OP, DType::Int32, &[&condition, bytes(&[1, 2, 3]), bytes(&[-1, -2, -3])]);
        assert_eq!(chosen.unwrap(), [1, -2, 3]);
    }
}

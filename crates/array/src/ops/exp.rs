//! `e` to the power of a float. Computed by portable code, so that every machine gives the same bits.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "exp", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    match dtype {
        DType::Float32 => Some(unary(libm::expf)),
        DType::Float64 => Some(unary(libm::exp)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn knows_its_landmarks() {
        check(&OP, [[0.0, -0.0, f64::NEG_INFINITY, 1000.0]], [1.0, 1.0, 0.0, f64::INFINITY]);
    }

    #[test]
    fn is_close_to_the_platform() {
        for i in 1..1000 {
            let x = f64::from(i) * 0.37;
            let (ours, theirs) = (libm::exp(x), x.exp());
            assert!((ours - theirs).abs() <= 2.0 * f64::EPSILON * theirs.abs(), "exp({x}): {ours}, {theirs}");
        }
    }
}

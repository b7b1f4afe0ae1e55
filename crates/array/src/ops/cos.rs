//! The cosine of a float in radians. Computed by portable code, so that every machine gives the same bits.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "cos", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    match dtype {
        DType::Float32 => Some(unary(libm::cosf)),
        DType::Float64 => Some(unary(libm::cos)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn knows_its_landmarks() {
        check(&OP, [[0.0, f64::INFINITY, std::f64::consts::PI]], [1.0, f64::NAN, -1.0]);
    }

    #[test]
    fn is_close_to_the_platform() {
        for i in 1..1000 {
            let x = f64::from(i) * 0.37;
            let (ours, theirs) = (libm::cos(x), x.cos());
            assert!((ours - theirs).abs() <= 2.0 * f64::EPSILON * theirs.abs(), "cos({x}): {ours}, {theirs}");
        }
    }
}

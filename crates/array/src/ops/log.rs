//! The natural logarithm of a float. NaN below 0. Computed by portable code, so that every machine gives the same bits.

use bramble_graph::DType;

use super::{Answer, OpDef};
use crate::kernel::{Kernel, unary};

pub(super) static OP: OpDef = OpDef { name: "log", arity: 1, answer: Answer::Same, kernel };

fn kernel(dtype: DType) -> Option<Kernel> {
    match dtype {
        DType::Float32 => Some(unary(libm::logf)),
        DType::Float64 => Some(unary(libm::log)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::check;

    #[test]
    fn knows_its_landmarks() {
        check(
            &OP,
            [[1.0, 0.0, -1.0, f64::INFINITY, 2.0]],
            [0.0, f64::NEG_INFINITY, f64::NAN, f64::INFINITY, std::f64::consts::LN_2],
        );
    }

    #[test]
    fn is_close_to_the_platform() {
        for i in 1..1000 {
            let x = f64::from(i) * 0.37;
            let (ours, theirs) = (libm::log(x), x.ln());
            assert!((ours - theirs).abs() <= 2.0 * f64::EPSILON * theirs.abs(), "log({x}): {ours}, {theirs}");
        }
    }
}

//! Element-wise operations: a file each, and a line in [`OPS`].

use bramble_graph::DType;

use crate::Kernel;

mod absolute;
mod add;
mod arccos;
mod arccosh;
mod arcsin;
mod arcsinh;
mod arctan;
mod arctan2;
mod arctanh;
mod bitwise_and;
mod bitwise_count;
mod bitwise_or;
mod bitwise_xor;
mod cbrt;
mod ceil;
mod copysign;
mod cos;
mod cosh;
mod divide;
mod equal;
mod exp;
mod exp2;
mod expm1;
mod floor;
mod floor_divide;
mod fmax;
mod fmin;
mod fmod;
mod frexp_exponent;
mod frexp_mantissa;
mod gcd;
mod greater;
mod greater_equal;
mod heaviside;
mod hypot;
mod i0;
mod invert;
mod isfinite;
mod isinf;
mod isnan;
mod lcm;
mod ldexp;
mod left_shift;
mod less;
mod less_equal;
mod log;
mod log10;
mod log1p;
mod log2;
mod logaddexp;
mod logaddexp2;
mod logical_and;
mod logical_not;
mod logical_or;
mod logical_xor;
mod maximum;
mod minimum;
mod modf_fraction;
mod multiply;
mod negative;
mod nextafter;
mod not_equal;
mod positive;
mod power;
mod random_below;
mod random_binomial;
mod random_gamma;
mod random_hypergeometric;
mod random_normal;
mod random_poisson;
mod random_vonmises;
mod random_zipf;
mod reciprocal;
mod remainder;
mod right_shift;
mod rint;
mod select;
mod sign;
mod signbit;
mod sin;
mod sinh;
mod spacing;
mod sqrt;
mod square;
mod subtract;
mod tan;
mod tanh;
mod trunc;

/// Every operation, by name.
pub static OPS: &[&OpDef] = &[
    &absolute::OP,
    &add::OP,
    &arccos::OP,
    &arccosh::OP,
    &arcsin::OP,
    &arcsinh::OP,
    &arctan::OP,
    &arctan2::OP,
    &arctanh::OP,
    &bitwise_and::OP,
    &bitwise_count::OP,
    &bitwise_or::OP,
    &bitwise_xor::OP,
    &cbrt::OP,
    &ceil::OP,
    &copysign::OP,
    &cos::OP,
    &cosh::OP,
    &divide::OP,
    &equal::OP,
    &exp::OP,
    &exp2::OP,
    &expm1::OP,
    &floor::OP,
    &floor_divide::OP,
    &fmax::OP,
    &fmin::OP,
    &fmod::OP,
    &frexp_exponent::OP,
    &frexp_mantissa::OP,
    &gcd::OP,
    &greater::OP,
    &greater_equal::OP,
    &heaviside::OP,
    &hypot::OP,
    &i0::OP,
    &invert::OP,
    &isfinite::OP,
    &isinf::OP,
    &isnan::OP,
    &lcm::OP,
    &ldexp::OP,
    &left_shift::OP,
    &less::OP,
    &less_equal::OP,
    &log::OP,
    &log10::OP,
    &log1p::OP,
    &log2::OP,
    &logaddexp::OP,
    &logaddexp2::OP,
    &logical_and::OP,
    &logical_not::OP,
    &logical_or::OP,
    &logical_xor::OP,
    &maximum::OP,
    &minimum::OP,
    &modf_fraction::OP,
    &multiply::OP,
    &negative::OP,
    &nextafter::OP,
    &not_equal::OP,
    &positive::OP,
    &power::OP,
    &random_below::OP,
    &random_binomial::OP,
    &random_gamma::OP,
    &random_hypergeometric::OP,
    &random_normal::OP,
    &random_poisson::OP,
    &random_vonmises::OP,
    &random_zipf::OP,
    &reciprocal::OP,
    &remainder::OP,
    &right_shift::OP,
    &rint::OP,
    &sign::OP,
    &signbit::OP,
    &sin::OP,
    &sinh::OP,
    &spacing::OP,
    &sqrt::OP,
    &square::OP,
    &subtract::OP,
    &tan::OP,
    &tanh::OP,
    &trunc::OP,
    &select::OP,
];

/// An element-wise operation.
#[derive(Debug)]
pub struct OpDef {
    /// NumPy's name.
    pub name: &'static str,
    /// Number of arguments. All share one type, but for the condition of [`Answer::Chosen`].
    pub arity: usize,
    /// Element type of the result.
    pub answer: Answer,
    /// The kernel for arguments of an element type, `None` where the operation has no meaning.
    pub kernel: fn(DType) -> Option<Kernel>,
}

/// How the element type of a result follows from that of the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is the same.
    Same,
    /// It is bool.
    Truth,
    /// It is that of the second argument and those behind it; the first is a condition of type bool.
    Chosen,
}

impl OpDef {
    /// The operation of this name.
    pub fn find(name: &str) -> Option<&'static OpDef> {
        OPS.iter().copied().find(|op| op.name == name)
    }

    /// Element type of the result for arguments of type `dtype`.
    pub fn result(&self, dtype: DType) -> DType {
        match self.answer {
            Answer::Same | Answer::Chosen => dtype,
            Answer::Truth => DType::Bool,
        }
    }

    /// Element type that an argument has in a step over elements of type `dtype`.
    pub(crate) fn argument(&self, number: usize, dtype: DType) -> DType {
        if self.answer == Answer::Chosen && number == 0 { DType::Bool } else { dtype }
    }
}

#[cfg(test)]
mod testing;

//! Element-wise operations: a file each, and a line in [`OPS`].

use bramble_graph::DType;

use crate::Kernel;

mod absolute;
mod add;
mod bitwise_and;
mod bitwise_or;
mod bitwise_xor;
mod ceil;
mod cos;
mod divide;
mod equal;
mod exp;
mod floor;
mod floor_divide;
mod greater;
mod greater_equal;
mod invert;
mod isfinite;
mod isinf;
mod isnan;
mod less;
mod less_equal;
mod log;
mod logical_and;
mod logical_not;
mod logical_or;
mod logical_xor;
mod maximum;
mod minimum;
mod multiply;
mod negative;
mod not_equal;
mod positive;
mod power;
mod random_below;
mod random_binomial;
mod random_gamma;
mod random_normal;
mod random_poisson;
mod reciprocal;
mod remainder;
mod rint;
mod select;
mod sign;
mod sin;
mod sqrt;
mod square;
mod subtract;
mod trunc;

/// Every operation, by name.
pub static OPS: &[&OpDef] = &[
    &absolute::OP,
    &add::OP,
    &bitwise_and::OP,
    &bitwise_or::OP,
    &bitwise_xor::OP,
    &ceil::OP,
    &cos::OP,
    &divide::OP,
    &equal::OP,
    &exp::OP,
    &floor::OP,
    &floor_divide::OP,
    &greater::OP,
    &greater_equal::OP,
    &invert::OP,
    &isfinite::OP,
    &isinf::OP,
    &isnan::OP,
    &less::OP,
    &less_equal::OP,
    &log::OP,
    &logical_and::OP,
    &logical_not::OP,
    &logical_or::OP,
    &logical_xor::OP,
    &maximum::OP,
    &minimum::OP,
    &multiply::OP,
    &negative::OP,
    &not_equal::OP,
    &positive::OP,
    &power::OP,
    &random_below::OP,
    &random_binomial::OP,
    &random_gamma::OP,
    &random_normal::OP,
    &random_poisson::OP,
    &reciprocal::OP,
    &remainder::OP,
    &rint::OP,
    &sign::OP,
    &sin::OP,
    &sqrt::OP,
    &square::OP,
    &subtract::OP,
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

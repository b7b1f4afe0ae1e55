//! What an element-wise layer computes: a short straight-line program in single-assignment form.

use serde::{Deserialize, Serialize};

use crate::{DType, Scalar};

/// Where an argument of a step comes from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Arg {
    /// The n-th operand of the layer.
    Operand(u32),
    /// The result of the n-th step.
    Step(u32),
    /// A constant; it takes the element type of the step that uses it.
    Const(Scalar),
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Calls an operation. All arguments have the element type `dtype` (casts are steps of their own); the
    /// result's type follows from the operation.
    Apply {
        /// Name of the operation, one of those the array crate lists.
        op: String,
        /// Element type of the arguments.
        dtype: DType,
        /// As many as the operation takes.
        args: Vec<Arg>,
    },
    /// Converts between element types.
    Cast {
        /// Type of the argument.
        from: DType,
        /// Type of the result.
        to: DType,
        /// What is converted.
        arg: Arg,
    },
}

/// The steps in order, and which value is the result. Without a step the program passes on an operand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Program {
    /// A step uses results of earlier steps only.
    pub steps: Vec<Step>,
    /// The value of the program.
    pub result: Arg,
    /// A second one, of the same element type: the imaginary part of the value. Made by the optimiser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(skip))]
    pub imaginary: Option<Arg>,
}

impl Step {
    /// The arguments, whatever the step does.
    pub fn args(&self) -> &[Arg] {
        match self {
            Step::Apply { args, .. } => args,
            Step::Cast { arg, .. } => std::slice::from_ref(arg),
        }
    }

    pub(crate) fn args_mut(&mut self) -> &mut [Arg] {
        match self {
            Step::Apply { args, .. } => args,
            Step::Cast { arg, .. } => std::slice::from_mut(arg),
        }
    }
}

impl Program {
    /// The program that passes on its first operand.
    pub fn identity() -> Program {
        Program { steps: Vec::new(), result: Arg::Operand(0), imaginary: None }
    }
}

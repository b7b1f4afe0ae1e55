//! What can go wrong in this crate.

use bramble_graph::DType;
use thiserror::Error;

/// The cause of an error in somebody else's [`crate::Feed`].
pub type FeedError = Box<dyn std::error::Error + Send + Sync>;

/// Why a chunk could not be made, or a program or reduction not be set up or run.
#[derive(Debug, Error)]
pub enum ArrayError {
    /// The allocator said no. Retrying helps when other work has freed memory.
    #[error("out of memory: {bytes} bytes could not be allocated")]
    OutOfMemory {
        /// What was asked for.
        bytes: usize,
    },
    /// The machine's word is too short to count the bytes.
    #[error(
        "a block of {elements} elements is too large for this machine; it needs a 64-bit machine or smaller chunks"
    )]
    TooLarge {
        /// Elements of the block, or `u64::MAX` when even their number overflows.
        elements: u64,
    },
    /// Shape and data do not belong together.
    #[error("shape {shape:?} of {dtype} takes {expected} bytes, but the data has {actual}")]
    DataLength {
        /// The shape given.
        shape: Vec<usize>,
        /// The element type given.
        dtype: DType,
        /// Bytes that these take.
        expected: usize,
        /// Bytes that there are.
        actual: usize,
    },
    /// A chunk was read as another element type than its own.
    #[error("expected elements of type {expected}, but the chunk holds {actual}")]
    ElementType {
        /// The type asked for.
        expected: DType,
        /// The chunk's own.
        actual: DType,
    },
    /// A shape does not broadcast.
    #[error("a block of shape {from:?} does not broadcast to shape {to:?}")]
    Broadcast {
        /// Shape of the block.
        from: Vec<usize>,
        /// Shape wanted.
        to: Vec<usize>,
    },
    /// A selection or region does not fit the chunk.
    #[error("{what} does not fit a block of shape {shape:?}")]
    OutOfBounds {
        /// The selection or region, for people.
        what: String,
        /// Shape of the chunk.
        shape: Vec<usize>,
    },
    /// A range is one axis long.
    #[error("a range has one axis, but the block has shape {shape:?}")]
    RangeShape {
        /// Shape of the block.
        shape: Vec<usize>,
    },
    /// No operation of that name.
    #[error("there is no element-wise operation {name:?}")]
    UnknownOperation {
        /// The name given.
        name: String,
    },
    /// No reduction of that name.
    #[error("there is no reduction {name:?}")]
    UnknownReduction {
        /// The name given.
        name: String,
    },
    /// The operation or reduction has no meaning for that element type.
    #[error("{op} does not take elements of type {dtype}")]
    UnsupportedType {
        /// Name of the operation.
        op: &'static str,
        /// The element type given.
        dtype: DType,
    },
    /// Too many or too few arguments.
    #[error("the operation {op} takes {expected} arguments, but step {step} gives it {actual}")]
    ArgumentCount {
        /// Name of the operation.
        op: &'static str,
        /// Number of the step.
        step: usize,
        /// Its arity.
        expected: usize,
        /// Arguments given.
        actual: usize,
    },
    /// An argument has another element type than the step says.
    #[error("step {step} takes elements of type {expected}, but its argument {argument} has type {actual}")]
    ArgumentType {
        /// Number of the step.
        step: usize,
        /// Number of the argument.
        argument: usize,
        /// What the step takes there.
        expected: DType,
        /// The argument's type.
        actual: DType,
    },
    /// A program got too many or too few operands to run on.
    #[error("the program has {expected} operands, but was given {actual}")]
    OperandCount {
        /// Operands that it was compiled for.
        expected: usize,
        /// Operands given.
        actual: usize,
    },
    /// An argument names an operand that does not exist or a step that has not run.
    #[error("{user} uses {value}, which does not exist there")]
    NoSuchValue {
        /// Who uses it.
        user: String,
        /// What was named.
        value: String,
    },
    /// A constant as result has no element type.
    #[error("the result of a program must be an operand or a step, not a constant")]
    ConstantResult,
    /// Integers have no negative powers.
    #[error("Integers to negative integer powers are not allowed")]
    NegativePower,
    /// A matrix has no Cholesky factor.
    #[error("the matrix is not positive definite")]
    NotPositive,
    /// A system of equations has no solution, or many.
    #[error("the matrix is singular")]
    Singular,
    /// Singular values were not found: there are elements that are no numbers.
    #[error("the singular values do not converge")]
    NoConvergence,
    /// The reduction has no answer without elements.
    #[error("{op} of zero elements: it has no identity")]
    EmptyReduction {
        /// Name of the reduction.
        op: &'static str,
    },
    /// An integer that is counted lies outside of what is counted.
    #[error("{number} is none of the {bins} numbers from 0 on that are counted")]
    NoBin {
        /// The integer.
        number: i64,
        /// How many are counted.
        bins: usize,
    },
    /// The position of the least or greatest number was asked for.
    #[error("there are NaNs only")]
    AllNan,
    /// States that cannot be merged or finished together.
    #[error("the states of {op} do not belong together: {what}")]
    StateMismatch {
        /// Name of the reduction.
        op: &'static str,
        /// What differs.
        what: String,
    },
    /// A [`crate::Feed`] failed; the cause is the storage's own error.
    #[error(transparent)]
    Feed(FeedError),
}

//! Layers that give elements another place and leave them as they are. Each block of theirs is one block of an
//! input, as it is, in another order or without a border; or one with what lies around it.

mod concatenate;
mod diagonal;
mod overlap;
mod pair;
mod permute;
mod reshape;

pub use concatenate::Concatenate;
pub use diagonal::Diagonal;
pub use overlap::{Border, Overlap, Trim};
pub use pair::Pair;
pub use permute::Permute;
pub(crate) use reshape::AxisGroup;
pub use reshape::Reshape;

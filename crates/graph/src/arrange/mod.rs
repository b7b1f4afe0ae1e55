//! Layers that give elements another place and leave them as they are. Each block of theirs is one block of an
//! input, as it is or in another order.

mod concatenate;
mod diagonal;
mod permute;
mod reshape;

pub use concatenate::Concatenate;
pub use diagonal::Diagonal;
pub use permute::Permute;
pub(crate) use reshape::AxisGroup;
pub use reshape::Reshape;

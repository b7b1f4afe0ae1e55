//! Chunks in memory and everything that is computed of them.
//!
//! ```text
//! Feed ─┐  tiles of a few KiB, read once, in the first-level cache
//! Feed ─┼─ CompiledProgram ─┬─ out          a chunk
//! Feed ─┘   (ops)           └─ Accumulator  a state ── combine ── finish ── a chunk
//! ```
//!
//! Architecture invariant: this crate runs on the calling thread, does no I/O and knows no graph: tasks and
//! threads are the runtime's, files are the storage crate's.

#![expect(
    clippy::inline_always,
    reason = "what is inlined into a loop is compiled for its vector instructions"
)]

mod along;
mod assign;
mod block;
mod buffer;
mod chunk;
mod compress;
mod copy;
mod diagonal;
mod element;
mod error;
mod feed;
mod huge_pages;
mod kernel;
mod math;
mod mosaic;
mod ops;
mod pairs;
mod permute;
mod points;
mod program;
mod random;
mod real;
mod reduce;
mod rows;
mod simd;
mod value;

pub use along::along;
pub use assign::assign;
pub use block::Block;
pub use buffer::{ALIGNMENT, AlignedBuffer};
pub use chunk::{Chunk, Shape, element_count, to_shape, to_usize};
pub use compress::compress;
pub use copy::{Region, copy_region, select};
pub use diagonal::diagonal;
pub use element::{Bool, Element};
pub use error::{ArrayError, FeedError};
pub use feed::{Feed, Rows, TILE, create, memory};
pub use kernel::Kernel;
pub use math::COEFFICIENTS;
pub use mosaic::{Mosaic, Window};
pub use ops::{Answer, OPS, OpDef};
pub use permute::permute;
pub use points::{PointAxes, take_points};
pub use program::{CompiledProgram, Reducible, Scratch};
pub use reduce::{Accumulator, REDUCTIONS, ReducedAxis, Reduction, ReductionDef, Scanner, State};
pub use rows::RowsMut;
pub use value::{Encoded, Held, Released, Value};

//! Tasks that call a function of the language above. Executors, which live there, take them in batches and hand the
//! results in; kernels run on this side meanwhile.
//!
//! ```text
//! frontier ── kernels ── slots on the pool
//!          └─ calls ──── CallQueue ── executors, each in a thread or process of its own
//! ```
//!
//! An executor that finds nothing to do is woken once when there is something again: nobody calls it for each task.

mod feed;
mod hand_out;
mod queue;
mod source;

pub use feed::CallFeed;
pub(crate) use hand_out::{CallCore, CallSide};
pub use queue::{Batch, CallQueue, ExecutorId, Given, Input, Outcome};
pub(crate) use source::CallSource;
pub use source::CalledProgram;

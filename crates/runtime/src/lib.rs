//! Runs plans: opens what they read, executes their tasks on the threads of this machine, keeps blocks for as
//! long as something reads them, and puts the answers together.
//!
//! ```text
//! Run::start     plan ── Prepared (programs compiled, stores opened)
//!   slots        each takes a task from the frontier, executes it, hands the block in, takes the next
//!   blocks       kept while something reads them, beyond a limit on disk (spill)
//!   delivery     output blocks are made at their place in the answer, or copied there
//! ```
//!
//! Architecture invariant: this crate knows no JavaScript. What a task computes depends on its layer and its
//! input blocks only, so that every executor gives the same bits.

mod blocks;
mod calls;
mod code;
mod delivery;
mod error;
mod executor;
mod gather;
#[cfg_attr(not(feature = "hdf5"), path = "without_hdf5.rs")]
mod hdf5;
mod indexing;
mod inputs;
mod kernels;
mod measure;
mod overlap;
mod passed;
mod pool;
mod prepare;
mod progress;
mod rooms;
mod sinks;
mod slots;
mod spill;
mod stores;
mod task;
mod together;
mod trace;

pub use calls::{Batch, CallFeed, CallQueue, CalledProgram, ExecutorId, Given, Input, Outcome};
pub use code::{Code, storage_code};
pub use delivery::{Answer, Delivery, WholeArray};
pub use error::{RunError, TaskError};
pub use executor::{Calls, Memory, OnEnd, Run, RunOptions};
pub use kernels::Kernels;
pub use passed::Passed;
pub use progress::LayerProgress;
pub use spill::{Amounts, Fate, Larder, Pantry, Parcel, SpillError, give_back};
pub use stores::Buffer;
pub use trace::{OnTasks, SpanWorker, TaskSpan, Watch};

//! Makes blocks, holds them, and fetches from others what it needs.
//!
//! ```text
//! server   connections, threads, clock    events in, actions out
//! threads  execute tasks, and tell what they made
//!   core   tasks, blocks, transfers       pure
//!  calls   what clients have it do beside tasks
//! memory   whether the process takes too much
//! climate  how warm it is there
//!    end   what others tell of a process that is no more
//! ```

mod calls;
mod climate;
mod core;
mod end;
mod memory;
mod options;
mod prepare;
mod server;
mod threads;
mod usage;

#[cfg(test)]
pub(crate) use self::core::{Action, WorkerCore};
pub use calls::{Answerer, OnCall};
pub use end::tell_end;
pub use options::WorkerOptions;
pub use server::serve;

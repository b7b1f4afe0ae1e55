//! Who makes which block, and where it lies.
//!
//! ```text
//! server   connections, clock        events in, messages out
//!   core   workers, clients, runs    pure: no socket, no clock, no thread
//!   tasks  the blocks of one run     made, held, lost and made again
//! meeting  what clients have in common
//!  retire  workers that want to go   what they have goes to others first
//! ```

mod core;
mod meeting;
mod retire;
mod server;
mod status;
mod tasks;
mod workers;

pub use self::core::{Outbox, Scheduler};
pub use server::{SchedulerHandle, SchedulerOptions, SchedulerServer};
pub use status::{LayerStatus, NewsItem, RunStatus, Status, TaskCounts, WorkerStatus};

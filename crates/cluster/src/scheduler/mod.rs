//! Who makes which block, and where it lies.
//!
//! ```text
//! server   connections, clock        events in, messages out
//!   desk   conversations             which go on when a connection was cut
//! journal  what was heard            so that a scheduler that was killed goes on
//!   core   workers, clients, runs    pure: no socket, no clock, no thread
//!   tasks  the blocks of one run     made, held, lost and made again
//! meeting  what clients have in common
//!  ready   blocks that can be made   by priority, and by what they need of a worker
//! stealing what some have not begun    for others who have nothing to do
//!    here  calls that this process makes
//!  retire  workers that want to go   what they have goes to others first
//! ```

mod core;
mod desk;
mod here;
mod journal;
mod meeting;
mod needs;
mod ready;
mod retire;
mod server;
mod state;
mod status;
mod stealing;
mod tasks;
#[cfg(test)]
mod tests;
mod workers;

pub use self::core::{Outbox, Scheduler};
pub use server::{ALLOWED_FAILURES, SchedulerHandle, SchedulerOptions, SchedulerServer};
pub use status::{LayerStatus, NewsItem, RunStatus, Status, TaskCounts, WorkerStatus};

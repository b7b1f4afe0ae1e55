//! Executes plans with Polars.

mod cut;
mod data;
mod direct_join;
mod encoding;
mod error;
mod exchange;
mod expressions;
mod full_join;
mod functions;
mod known;
mod metadata;
mod operations;
mod order;
mod places;
mod plain;
mod query;
mod ranges;
mod remote;
mod run;
mod scans;
mod sort;
mod stash;
mod types;
mod write;

pub use cut::cut;
pub use data::make;
pub use error::FrameError;
pub use exchange::deal;
pub use metadata::write_metadata;
pub use run::{collect, explain, schema};
pub use scans::{Sheet, scan_schema};
pub use stash::{KeptRows, Rows, Stash, Stashed, hold, stash};
pub use write::write;

/// Rows that plans name by their numbers.
pub type Frames = [Rows];

//! The cluster: many machines that work as one. A scheduler, workers that make blocks and hold them, clients that hand
//! in graphs.
//!
//! ```text
//! protocol    messages in frames; plain data
//! transport   TCP, in-process
//! security    whoever is let in
//! scheduler   who makes which block: a state machine, and the server around it
//! worker      makes blocks, fetches what it needs from other workers
//! http        what people and programs read of it
//! discovery   finds a scheduler whose address nobody has typed
//! client      hands graphs in, gathers their answers straight from the workers
//! ```
//!
//! Architecture invariants: knows no JavaScript; `crates/node` starts what is here. What decides is pure, without
//! sockets, clocks and threads, so that a whole cluster with its faults runs in one test, from a seed.

mod batch;
pub mod client;
mod connection;
pub mod discovery;
mod door;
mod error;
pub mod http;
mod line;
mod numbers;
mod pace;
mod parts;
mod peer;
pub mod protocol;
pub mod scheduler;
pub mod security;
mod session;
mod silence;
#[cfg(test)]
mod simulation;
pub mod transport;
pub mod worker;

pub use error::{ClusterError, FrameError, HandshakeError};

//! Signs of life, and what workers measure.

use serde::{Deserialize, Serialize};

/// What a worker measures now and then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Beat {
    /// Bytes of its blocks.
    pub blocks: u64,
    /// Of these, bytes that lie on disk.
    pub spilled: u64,
    /// Bytes of memory that its process has.
    pub resident: u64,
    /// Share of all cores that its process used lately, in percent of one core.
    pub cpu: f32,
    /// Tasks that run.
    pub running: u32,
    /// Tasks that wait.
    pub waiting: u32,
    /// Degrees Celsius of its processor, where the system tells.
    pub temperature: Option<f32>,
    /// What holds a Raspberry Pi back now: bit 0 for too low a voltage, 1 for a capped clock, 2 for throttling, 3 for a
    /// temperature near the limit.
    pub throttled: u8,
}

/// A frame of its own kind, once a second in both directions: a sign of life, which neither side counts or repeats. Its
/// header is this behind a nil.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pulse {
    /// The frames that were heard of the other side.
    pub heard: u64,
    /// What a worker measures.
    pub beat: Option<Beat>,
}

//! What Node loads: converts between JavaScript values and the crates below, and forwards.
//!
//! Architecture invariant: the only code that knows JavaScript. Nothing here computes, and nothing blocks the
//! JavaScript thread but opening a file and looking at what is in it.

#![expect(
    unreachable_pub,
    clippy::needless_pass_by_value,
    reason = "what Node-API exports is reached through its registry, and gets values"
)]

mod calls;
mod cluster;
mod compression;
mod error;
#[cfg(feature = "hdf5")]
mod example;
#[cfg(feature = "dataframe")]
mod frame;
#[cfg(feature = "dataframe")]
mod frugal;
#[cfg(feature = "hdf5")]
mod hdf5;
mod huge_pages;
mod kept;
mod keys;
mod members;
mod processes;
mod programs;
mod remote;
mod requests;
mod run;

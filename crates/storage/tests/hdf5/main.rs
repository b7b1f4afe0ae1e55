//! HDF5 files as users meet them.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod damaged;
mod files;
mod oracle;
mod support;
mod write;

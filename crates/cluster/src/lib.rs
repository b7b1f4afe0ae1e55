//! The cluster: many machines that work as one, and whom they let in.
//!
//! Architecture invariant: knows no JavaScript; `crates/node` starts what is here.

pub mod security;

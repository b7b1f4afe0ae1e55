//! How workers find a scheduler whose address nobody has typed: multicast DNS (RFC 6762) and its services (RFC 6763).
//!
//! ```text
//! messages   what is asked and answered         pure
//! wires      the networks of this machine, and sockets on them
//! announce   a scheduler says where it is
//! find       a worker asks who there is
//! ```
//!
//! An announcement says a name, an address and a port, and nothing that helps to get in: anybody may hear it, and anybody may
//! say it. Who is let in and who is believed is a matter of the cluster's key, as with an address that was typed. IPv4 only.
//!
//! The names of an announcement are its own, with digits drawn by chance, so none is contended and none is probed for. Questions
//! come from a port of their own, as RFC 6762 calls "one-shot": the port of multicast DNS stays with the system's service.

mod announce;
mod find;
mod messages;
mod wires;

pub use announce::Announcer;
pub use find::find;

/// A scheduler that says where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it calls itself, which no other does.
    pub name: String,
    /// Where it listens.
    pub address: crate::transport::Address,
}

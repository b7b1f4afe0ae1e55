//! Why a key, a certificate or a peer does not serve.

use std::io;
use std::path::PathBuf;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Nobody has made one here.
    #[error(
        "there is no cluster key in {path}: run `bramble key copy HOST` on the scheduler's machine, or set BRAMBLE_KEY"
    )]
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// The text is no key. The text itself is not told: it may be a secret of another kind.
    #[error("{place} holds no cluster key, which is 64 hexadecimal digits")]
    Invalid {
        /// Where it was found.
        place: String,
    },
    /// Others than its owner could have read it.
    #[error(
        "others than you can read the cluster key {path}: `chmod 600 {path}`, or `bramble key rotate` if they may have"
    )]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot {action} the cluster key {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// No random numbers.
    #[error("the system gives no random numbers")]
    Random,
}

/// Why certificates do not serve, or a server could not be joined.
#[derive(Debug, thiserror::Error)]
pub enum SecurityError {
    /// A file of certificates or their key.
    #[error("{path}: {reason}")]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The library for TLS refused.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// No certificate could be made.
    #[error("cannot make a certificate: {0}")]
    Generate(#[from] rcgen::Error),
    /// The peer was not let in, or could not prove itself. Not worth a retry before a person has done something.
    #[error("{0}")]
    Refused(Refusal),
    /// The connection broke. Worth a retry.
    #[error("the connection broke: {0}")]
    Io(#[from] io::Error),
    /// No random numbers.
    #[error("the system gives no random numbers")]
    Random,
}

/// Why a peer is not let in. The words stand after the peer's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// What came is not the beginning of our protocol: a browser, a port scanner, a wrong port.
    #[error("it does not speak Bramble's protocol")]
    Foreign,
    /// The beginning is of another release.
    #[error("it speaks another version of Bramble's protocol: run the same release on all machines")]
    Version,
    /// The proof is wrong.
    #[error("it has another cluster key: `bramble key copy HOST` gives a machine this one's")]
    WrongKey,
    /// One that wants no key meets one that has one.
    #[error("of the two only one runs with `--insecure`: run both with it or, better, neither")]
    Insecure,
    /// A proof without encryption from another machine.
    #[error("it would not encrypt what it sends from one machine to another")]
    Plain,
    /// TLS failed: among others for a certificate that the CA has not signed, or a clock far off.
    #[error("no TLS connection could be made with it")]
    Tls,
    /// It took too long to say who it is.
    #[error("it did not say in time who it is")]
    Slow,
    /// It left before it had said who it is.
    #[error("it closed the connection before it had said who it is")]
    Gone,
    /// Too many connections of it or all together are being made.
    #[error("too many connections are being made at once")]
    Busy,
}

//! What can go wrong between processes.

use std::io;

/// Why a frame could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The connection broke.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The peer closed the connection in the middle of a frame.
    #[error("the connection was cut in the middle of a message")]
    Truncated,
    /// More than the peer may send.
    #[error("a message of {header} bytes with {buffers} buffers of {bytes} bytes is more than is allowed")]
    TooLarge {
        /// Bytes of the header.
        header: u32,
        /// Number of buffers.
        buffers: u32,
        /// Bytes of the buffers; 0 if they were not looked at.
        bytes: u64,
    },
    /// This machine has no room for it.
    #[error("no memory for {bytes} bytes")]
    OutOfMemory {
        /// Bytes of a buffer.
        bytes: u64,
    },
    /// The header is no message that is known here.
    #[error("a message that makes no sense: {0}")]
    Message(#[from] rmp_serde::decode::Error),
}

impl FrameError {
    /// Whether nothing came for too long, rather than that the other side has ended the connection.
    pub(crate) fn is_silence(&self) -> bool {
        matches!(self, FrameError::Io(error) if error.kind() == io::ErrorKind::TimedOut)
    }
}

/// Why two sides do not understand each other.
#[derive(Debug, thiserror::Error)]
pub enum HandshakeError {
    /// The connection broke.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Something else listens there.
    #[error("what answers is no part of a Bramble cluster: it says {:?}", String::from_utf8_lossy(first))]
    NotBramble {
        /// Its first bytes.
        first: Vec<u8>,
    },
    /// Another version of the protocol.
    #[error(
        "the other side speaks version {theirs} of the protocol, this one version {ours}: \
         install the same version of bramble on both",
        ours = crate::protocol::VERSION
    )]
    Version {
        /// Theirs.
        theirs: u32,
    },
}

/// Why a part of a cluster does not run, or no longer.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// What was given is no address.
    #[error("{text:?} is no address such as tcp://192.168.0.1:8786")]
    Address {
        /// What was given.
        text: String,
    },
    /// Nobody can listen there.
    #[error("cannot listen at {address}: {source}")]
    Listen {
        /// Where.
        address: String,
        /// The system's word.
        source: io::Error,
    },
    /// Nobody answers there. Worth a retry.
    #[error("cannot connect to {address}: {source}")]
    Connect {
        /// Where.
        address: String,
        /// The system's word.
        source: io::Error,
    },
    /// Nobody has answered in time.
    #[error("nothing answered at {address} within {seconds} s")]
    Timeout {
        /// Where.
        address: String,
        /// How long somebody waited.
        seconds: f64,
    },
    /// Somebody answers who does not belong to us. Not worth a retry.
    #[error("{address}: {source}")]
    Handshake {
        /// Who.
        address: String,
        /// What is wrong.
        source: HandshakeError,
    },
    /// One of the two does not let the other in. Not worth a retry.
    #[error("{address}: {source}")]
    Security {
        /// Who.
        address: String,
        /// Why.
        source: crate::security::SecurityError,
    },
    /// The other side refused, and says why. Not worth a retry.
    #[error("{address} refused: {why}")]
    Refused {
        /// Who.
        address: String,
        /// Its reason.
        why: String,
    },
    /// The threads could not be started. Worth a retry with fewer.
    #[error("{count} threads could not be started: {source}")]
    Threads {
        /// How many were wanted.
        count: usize,
        /// The system's word.
        source: rayon::ThreadPoolBuildError,
    },
    /// A journal cannot be used.
    #[error("the journal {}: {why}", path.display())]
    Journal {
        /// Its file.
        path: std::path::PathBuf,
        /// What is wrong, or the system's word.
        why: String,
    },
    /// A scheduler can't say where it is.
    #[error("cannot announce tcp://{place}: {source}")]
    Announce {
        /// Where it listens.
        place: String,
        /// The system's word.
        source: io::Error,
    },
    /// No scheduler has said where it is.
    #[error(
        "no scheduler announced itself within {seconds} s: start one with `bramble scheduler --announce`, \
         or say where it is: `bramble worker HOST:PORT`"
    )]
    NotFound {
        /// How long somebody looked.
        seconds: f64,
    },
    /// Several schedulers say where they are.
    #[error("several schedulers announce themselves: {found}; say which: `bramble worker HOST:PORT`")]
    Several {
        /// Their names and addresses.
        found: String,
    },
    /// A connection has ended.
    #[error("the connection to {address} was lost: {why}")]
    Lost {
        /// To whom.
        address: String,
        /// What is known.
        why: String,
    },
}

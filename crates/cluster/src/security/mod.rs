//! Nobody uninvited: a cluster runs other people's code, so whoever joins it proves that it has the cluster's key, before
//! anything else that it sends is parsed.
//!
//! ```text
//!   beyond this machine    TLS 1.3, then   client: opening, proof   server: verdict, proof
//!   within this machine                    client: opening, nonce   server: nonce
//!                                          client: proof            server: verdict, proof
//!   --insecure                             client: opening          server: verdict
//! ```
//!
//! Certificates are signed by their owners alone and say nothing; who it is follows from the proof, a MAC under the key
//! over what TLS exports (RFC 9266, RFC 5705). Whoever sits between two peers has a channel of its own to each, which
//! export different things, so no proof can be passed on. TLS protects what nobody on this machine but the two could
//! read; within a machine nonces and the server's address are proven instead, and bytes are not encrypted.
//!
//! A server tells the ways apart by the first byte, and takes a proof without TLS from its own machine only: there is
//! nothing to be talked down to. Own certificates (`--tls-ca-file` …) are checked in addition to the key.

mod certificates;
mod error;
mod gate;
mod handshake;
mod key;
mod proof;
mod stream;

use std::sync::Arc;

pub use certificates::CertificateFiles;
pub use error::{KeyError, Refusal, SecurityError};
pub use gate::{Gate, Limits};
pub use handshake::{Ends, secure_client, secure_server};
pub use key::{ClusterKey, KeyPlace};
pub use stream::SecureStream;

/// What this process proves to others, and wants of them.
#[derive(Clone)]
pub struct Security {
    keyed: Option<Keyed>,
}

#[derive(Clone)]
struct Keyed {
    key: ClusterKey,
    client: Arc<rustls::ClientConfig>,
    server: Arc<rustls::ServerConfig>,
    encrypts_always: bool,
}

impl Security {
    /// Lets everybody in, and proves nothing: the choice of somebody who wrote `--insecure`.
    pub fn insecure() -> Security {
        Security { keyed: None }
    }

    /// Lets in who has the key, or with certificates who has the key and one of them.
    ///
    /// # Errors
    /// If a file holds no certificate or key, or they do not belong together.
    pub fn with_key(key: ClusterKey, files: Option<&CertificateFiles>) -> Result<Security, SecurityError> {
        let (client, server) = match files {
            None => certificates::own()?,
            Some(files) => certificates::from_files(files)?,
        };
        let encrypts_always = files.is_some();
        Ok(Security {
            keyed: Some(Keyed { key, client: Arc::new(client), server: Arc::new(server), encrypts_always }),
        })
    }

    /// Encrypts within this machine too, as through a tunnel whose end only looks as if it were here.
    #[must_use]
    pub fn always_encrypted(mut self) -> Security {
        if let Some(keyed) = &mut self.keyed {
            keyed.encrypts_always = true;
        }
        self
    }

    /// Whether everybody is let in.
    pub fn is_insecure(&self) -> bool {
        self.keyed.is_none()
    }
}

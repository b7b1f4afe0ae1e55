//! The first words on a connection: who speaks, and which version of the protocol.
//!
//! Both sides send 16 bytes at once, `"BRAMBLE\n"`, the version and four zeros, and go on if both are the same. So a
//! peer of another version can say which one it has, whatever else has changed.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::error::HandshakeError;

/// Changes whenever a message does: scheduler, workers and clients of one cluster have the same.
pub const VERSION: u32 = 4;

const MAGIC: &[u8; 8] = b"BRAMBLE\n";

/// Greets the other side and checks what it says.
///
/// # Errors
/// [`HandshakeError`], which says what is there instead.
pub async fn greet(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Result<(), HandshakeError> {
    let mut ours = [0; 16];
    ours[..8].copy_from_slice(MAGIC);
    ours[8..12].copy_from_slice(&VERSION.to_le_bytes());
    stream.write_all(&ours).await?;
    stream.flush().await?;
    let mut theirs = [0; 16];
    stream.read_exact(&mut theirs).await?;
    if &theirs[..8] != MAGIC {
        return Err(HandshakeError::NotBramble { first: theirs[..8].to_vec() });
    }
    let [.., a, b, c, d, _, _, _, _] = theirs;
    let theirs = u32::from_le_bytes([a, b, c, d]);
    if theirs == VERSION { Ok(()) } else { Err(HandshakeError::Version { theirs }) }
}

#[cfg(test)]
mod tests {
    use bramble_graph::Kind;
    use serde::de::DeserializeOwned;

    use super::*;
    use crate::protocol::{
        FromClient, FromPeer, FromWorker, Hello, Meet, Reply, Request, ToClient, ToPeer, ToWorker, Welcome,
    };

    fn greeted_with(bytes: &[u8]) -> Result<(), HandshakeError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (mut ours, mut theirs) = tokio::io::duplex(64);
            theirs.write_all(bytes).await.unwrap();
            let greeted = greet(&mut ours).await;
            let mut sent = [0; 16];
            theirs.read_exact(&mut sent).await.unwrap();
            assert_eq!(sent, *b"BRAMBLE\n\x04\0\0\0\0\0\0\0");
            greeted
        })
    }

    #[test]
    fn says_what_is_there_instead() {
        greeted_with(b"BRAMBLE\n\x04\0\0\0\0\0\0\0").unwrap();
        let other = greeted_with(b"BRAMBLE\n\x07\0\0\0\0\0\0\0").unwrap_err();
        assert!(other.to_string().contains("version 7"), "{other}");
        let web = greeted_with(b"HTTP/1.1 400 Bad").unwrap_err();
        assert!(web.to_string().contains("HTTP/1.1"), "{web}");
    }

    /// The variants of an enum by their names, as an error lists them.
    fn variants<T: DeserializeOwned>() -> String {
        let unknown = rmp_serde::to_vec("none of them").unwrap();
        rmp_serde::from_slice::<T>(&unknown).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_can_be_said_belongs_to_the_version() {
        let all = [
            variants::<Kind>(),
            variants::<Hello>(),
            variants::<Welcome>(),
            variants::<ToWorker>(),
            variants::<FromWorker>(),
            variants::<ToClient>(),
            variants::<FromClient>(),
            variants::<ToPeer>(),
            variants::<FromPeer>(),
            variants::<Request>(),
            variants::<Reply>(),
            variants::<Meet>(),
        ];
        assert!(all.iter().all(|list| list.contains("expected")), "{all:?}");
        // Whoever changes a variant raises both: members of mixed builds would not understand one another.
        assert_eq!((VERSION, crc32c::crc32c(all.join("\n").as_bytes())), (4, 0x36cc_fe1f), "{all:#?}");
    }
}

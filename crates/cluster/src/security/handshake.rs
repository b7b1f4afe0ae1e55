//! What two peers say before they believe each other.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use ring::rand::{SecureRandom, SystemRandom};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

use super::error::{Refusal, SecurityError};
use super::proof::{Binding, LENGTH, Role, holds, prove};
use super::stream::SecureStream;
use super::{Keyed, Security};

/// How every connection begins, inside TLS where there is TLS.
const MAGIC: [u8; 4] = *b"BRMB";
/// Version of the handshake.
const VERSION: u8 = 1;
/// Magic, version, way and two zeros.
const OPENING: usize = 8;
/// The first byte of a TLS connection: a record of its handshake.
const TLS_HANDSHAKE: u8 = 22;
/// What peers of a cluster derive from a TLS channel, and nobody else has.
const EXPORTED: &[u8] = b"EXPORTER-bramble-cluster-key";
/// What the server answers to a good proof.
const WELCOME: u8 = 0;

/// Bytes that a client can have sent before it learns that it is not welcome.
const MOST_UNREAD: u64 = 1024;

/// How a client wants to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Insecure = 0,
    Nonces = 1,
    Channel = 2,
}

/// The addresses of a connection. Both ends name the same, whichever of the two they are.
#[derive(Clone, Copy, Debug)]
pub struct Ends {
    /// Of the one that listens.
    pub server: SocketAddr,
    /// Of the one that connects.
    pub client: SocketAddr,
}

impl Ends {
    /// Whether nobody on the network sees what is sent.
    fn are_within_machine(&self) -> bool {
        self.server.ip().to_canonical().is_loopback() && self.client.ip().to_canonical().is_loopback()
    }
}

/// Proves to a server that this process may join it, and has the server prove the same.
///
/// # Errors
/// `Refused` with what stands between the two, `Io` if the connection breaks.
pub async fn secure_client<S>(
    mut stream: S,
    security: &Security,
    ends: Ends,
) -> Result<SecureStream<S>, SecurityError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let Some(keyed) = &security.keyed else {
        stream.write_all(&opening(Way::Insecure)).await?;
        stream.flush().await?;
        read_verdict(&mut stream).await?;
        return Ok(SecureStream::Plain(stream));
    };
    if ends.are_within_machine() && !keyed.encrypts_always {
        prove_nonces(&mut stream, keyed, ends.server).await?;
        return Ok(SecureStream::Plain(stream));
    }
    let connector = TlsConnector::from(Arc::clone(&keyed.client));
    let stream = connector.connect(server_name(), stream).await.map_err(|error| tls_error(&error))?;
    let mut stream = TlsStream::from(stream);
    prove_channel(&mut stream, keyed).await?;
    Ok(SecureStream::Encrypted(Box::new(stream)))
}

/// Has a client prove that it may join, and proves the same to it. Reads nothing beyond the proof.
///
/// # Errors
/// `Refused` with what stands between the two, `Io` if the connection breaks.
pub async fn secure_server<S>(
    mut stream: S,
    security: &Security,
    ends: Ends,
) -> Result<SecureStream<S>, SecurityError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let first = stream.read_u8().await.map_err(gone)?;
    if first == TLS_HANDSHAKE {
        // Without a key there is no TLS: the peer has one.
        let Some(keyed) = &security.keyed else { return Err(SecurityError::Refused(Refusal::Insecure)) };
        return accept_encrypted(stream, first, keyed).await;
    }
    let way = read_opening(&mut stream, Some(first)).await;
    let (Ok(way), Some(keyed)) = (&way, &security.keyed) else {
        // Without a key only those come in who want none.
        let answer =
            way.and_then(|way| if way == Way::Insecure { Ok(()) } else { Err(refused(Refusal::Insecure)) });
        return answer_plain(stream, answer).await;
    };
    let answer = match way {
        Way::Insecure => Err(refused(Refusal::Insecure)),
        Way::Channel => Err(refused(Refusal::Foreign)),
        Way::Nonces if !ends.are_within_machine() || keyed.encrypts_always => Err(refused(Refusal::Plain)),
        Way::Nonces => check_nonces(&mut stream, keyed, ends.server).await,
    };
    match answer {
        Ok(proof) => {
            stream.write_all(&welcome(&proof)).await?;
            stream.flush().await?;
            Ok(SecureStream::Plain(stream))
        }
        Err(error) => answer_plain(stream, Err(error)).await,
    }
}

/// Certificates are asked for under one name, since addresses change.
fn server_name() -> ServerName<'static> {
    ServerName::try_from("bramble").expect("it has the form of a host's name")
}

/// Says why not, or only that it is welcome.
async fn answer_plain<S>(
    mut stream: S,
    answer: Result<(), SecurityError>,
) -> Result<SecureStream<S>, SecurityError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    match answer {
        Ok(()) => {
            stream.write_u8(WELCOME).await?;
            stream.flush().await?;
            Ok(SecureStream::Plain(stream))
        }
        Err(error) => {
            tell(&mut stream, &error).await;
            Err(error)
        }
    }
}

async fn accept_encrypted<S>(stream: S, first: u8, keyed: &Keyed) -> Result<SecureStream<S>, SecurityError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let acceptor = TlsAcceptor::from(Arc::clone(&keyed.server));
    let stream = acceptor
        .accept_with(stream, |connection| {
            // The byte that told TLS from the rest belongs to it.
            let taken = connection.read_tls(&mut io::Cursor::new([first]));
            debug_assert!(matches!(taken, Ok(1)), "a new connection takes bytes");
        })
        .await
        .map_err(|error| tls_error(&error))?;
    let mut stream = TlsStream::from(stream);
    match check_channel(&mut stream, keyed).await {
        Ok(proof) => {
            stream.write_all(&welcome(&proof)).await?;
            stream.flush().await?;
            Ok(SecureStream::Encrypted(Box::new(stream)))
        }
        Err(error) => {
            tell(&mut stream, &error).await;
            Err(error)
        }
    }
}

/// The client's part within a machine.
async fn prove_nonces<S>(stream: &mut S, keyed: &Keyed, address: SocketAddr) -> Result<(), SecurityError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let client = random()?;
    stream.write_all(&opening(Way::Nonces)).await?;
    stream.write_all(&client).await?;
    stream.flush().await?;
    read_verdict(stream).await?;
    let mut server = [0; LENGTH];
    stream.read_exact(&mut server).await.map_err(gone)?;
    let binding = Binding::Nonces { client, server, address };
    exchange_proofs(stream, keyed, &binding).await
}

/// The client's part inside TLS.
async fn prove_channel<S>(stream: &mut TlsStream<S>, keyed: &Keyed) -> Result<(), SecurityError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let binding = export(stream)?;
    stream.write_all(&opening(Way::Channel)).await.map_err(gone)?;
    exchange_proofs(stream, keyed, &binding).await
}

async fn exchange_proofs<S>(stream: &mut S, keyed: &Keyed, binding: &Binding) -> Result<(), SecurityError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    stream.write_all(&prove(&keyed.key, Role::Client, binding)).await.map_err(gone)?;
    stream.flush().await.map_err(gone)?;
    read_verdict(stream).await?;
    let mut proof = [0; LENGTH];
    stream.read_exact(&mut proof).await.map_err(gone)?;
    if holds(&keyed.key, Role::Server, binding, &proof) { Ok(()) } else { Err(refused(Refusal::WrongKey)) }
}

/// The server's part within a machine: its proof, if the client's is good.
async fn check_nonces<S>(
    stream: &mut S,
    keyed: &Keyed,
    address: SocketAddr,
) -> Result<[u8; LENGTH], SecurityError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut client = [0; LENGTH];
    stream.read_exact(&mut client).await.map_err(gone)?;
    let server = random()?;
    stream.write_all(&welcome(&server)).await?;
    stream.flush().await?;
    let binding = Binding::Nonces { client, server, address };
    check_proof(stream, keyed, &binding).await
}

/// The server's part inside TLS: its proof, if the client's is good.
async fn check_channel<S>(stream: &mut TlsStream<S>, keyed: &Keyed) -> Result<[u8; LENGTH], SecurityError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if read_opening(stream, None).await? != Way::Channel {
        return Err(refused(Refusal::Foreign));
    }
    let binding = export(stream)?;
    check_proof(stream, keyed, &binding).await
}

async fn check_proof<S>(
    stream: &mut S,
    keyed: &Keyed,
    binding: &Binding,
) -> Result<[u8; LENGTH], SecurityError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut proof = [0; LENGTH];
    stream.read_exact(&mut proof).await.map_err(gone)?;
    if holds(&keyed.key, Role::Client, binding, &proof) {
        Ok(prove(&keyed.key, Role::Server, binding))
    } else {
        Err(refused(Refusal::WrongKey))
    }
}

fn export<S>(stream: &TlsStream<S>) -> Result<Binding, SecurityError> {
    let exported = [0; LENGTH];
    let exported = match stream {
        TlsStream::Client(stream) => stream.get_ref().1.export_keying_material(exported, EXPORTED, None),
        TlsStream::Server(stream) => stream.get_ref().1.export_keying_material(exported, EXPORTED, None),
    };
    Ok(Binding::Channel(exported?))
}

fn opening(way: Way) -> [u8; OPENING] {
    let [a, b, c, d] = MAGIC;
    [a, b, c, d, VERSION, way as u8, 0, 0]
}

/// Reads an opening whose first byte may have been read before.
async fn read_opening<S: AsyncRead + Unpin>(stream: &mut S, first: Option<u8>) -> Result<Way, SecurityError> {
    let mut bytes = [0; OPENING];
    let read = usize::from(first.is_some());
    bytes[0] = first.unwrap_or(MAGIC[0]);
    // What begins otherwise is not waited for.
    if bytes[0] != MAGIC[0] {
        return Err(refused(Refusal::Foreign));
    }
    stream.read_exact(&mut bytes[read..]).await.map_err(gone)?;
    if bytes[..4] != MAGIC || bytes[6..] != [0, 0] {
        return Err(refused(Refusal::Foreign));
    }
    if bytes[4] != VERSION {
        return Err(refused(Refusal::Version));
    }
    [Way::Insecure, Way::Nonces, Way::Channel]
        .into_iter()
        .find(|&way| way as u8 == bytes[5])
        .ok_or(refused(Refusal::Foreign))
}

fn welcome(bytes: &[u8; LENGTH]) -> [u8; LENGTH + 1] {
    let mut message = [WELCOME; LENGTH + 1];
    message[1..].copy_from_slice(bytes);
    message
}

/// Tells a peer why it is not let in, if it still listens and is one that understands. Whether it arrives is its loss.
async fn tell<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, error: &SecurityError) {
    if let SecurityError::Refused(refusal) = error
        && let Some(verdict) = verdict_of(*refusal)
        && stream.write_u8(verdict).await.is_ok()
        && stream.shutdown().await.is_ok()
    {
        // A socket that is closed with something unread takes back what was sent.
        let mut unread = stream.take(MOST_UNREAD);
        let _ = tokio::io::copy(&mut unread, &mut tokio::io::sink()).await;
    }
}

/// What is told of a refusal; nothing to strangers.
fn verdict_of(refusal: Refusal) -> Option<u8> {
    match refusal {
        Refusal::WrongKey => Some(1),
        Refusal::Insecure => Some(2),
        Refusal::Plain => Some(3),
        Refusal::Version => Some(4),
        Refusal::Foreign | Refusal::Tls | Refusal::Slow | Refusal::Gone | Refusal::Busy => None,
    }
}

async fn read_verdict<S: AsyncRead + Unpin>(stream: &mut S) -> Result<(), SecurityError> {
    let verdict = stream.read_u8().await.map_err(gone)?;
    if verdict == WELCOME {
        return Ok(());
    }
    let known = [Refusal::WrongKey, Refusal::Insecure, Refusal::Plain, Refusal::Version];
    let refusal = known.into_iter().find(|&refusal| verdict_of(refusal) == Some(verdict));
    Err(refused(refusal.unwrap_or(Refusal::Foreign)))
}

fn refused(refusal: Refusal) -> SecurityError {
    SecurityError::Refused(refusal)
}

/// A connection that ended while something was awaited.
fn gone(error: io::Error) -> SecurityError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            refused(Refusal::Gone)
        }
        // What TLS could not decrypt or would not accept, such as a certificate.
        io::ErrorKind::InvalidData => refused(Refusal::Tls),
        _ => SecurityError::Io(error),
    }
}

/// Of a TLS handshake.
fn tls_error(error: &io::Error) -> SecurityError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            refused(Refusal::Gone)
        }
        _ => refused(Refusal::Tls),
    }
}

fn random() -> Result<[u8; LENGTH], SecurityError> {
    let mut bytes = [0; LENGTH];
    SystemRandom::new().fill(&mut bytes).map_err(|_| SecurityError::Random)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::security::{ClusterKey, certificates};
    use tokio::io::duplex;

    #[tokio::test]
    async fn somebody_between_two_channels_gains_nothing() {
        let member = Security::with_key(ClusterKey::random().unwrap(), None).unwrap();
        let ends = Ends {
            server: SocketAddr::from(([192, 168, 0, 1], 8786)),
            client: SocketAddr::from(([192, 168, 0, 2], 50_000)),
        };
        let (near, for_client) = duplex(64 * 1024);
        let (for_server, far) = duplex(64 * 1024);
        // It has a channel to each of the two, and passes on what comes out of one into the other.
        let between = async {
            let (client, server) = certificates::own().unwrap();
            let accepting = TlsAcceptor::from(Arc::new(server)).accept(for_client);
            let connecting = TlsConnector::from(Arc::new(client)).connect(server_name(), for_server);
            let (left, right) = tokio::join!(accepting, connecting);
            let _ = tokio::io::copy_bidirectional(&mut left.unwrap(), &mut right.unwrap()).await;
        };
        let (client, server, ()) =
            tokio::join!(secure_client(near, &member, ends), secure_server(far, &member, ends), between);
        assert!(matches!(server, Err(SecurityError::Refused(Refusal::WrongKey))));
        assert!(client.is_err());
    }
}

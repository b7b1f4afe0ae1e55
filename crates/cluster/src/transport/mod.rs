//! Connections: TCP, with a proof of the cluster's key, or within a process.
//!
//! Everything above sees a [`Stream`] and a [`Listener`] and does not know what carries the bytes.

mod address;
mod inproc;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};

pub use address::{Address, DEFAULT_PORT};

use crate::error::{ClusterError, HandshakeError};
use crate::protocol::greet;
use crate::security::{Ends, Gate, Security, SecurityError, secure_client};

/// How long a stranger may take to say who it is, and a connection to come about.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes in both directions.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection, whatever carries it.
pub type BoxStream = Box<dyn Stream>;

/// Opens a connection, proves who we are and greets the other side.
///
/// # Errors
/// [`ClusterError::Connect`], [`ClusterError::Handshake`], [`ClusterError::Security`].
pub async fn connect(address: &Address, security: &Security) -> Result<BoxStream, ClusterError> {
    let slow = |_| failed(address, io::ErrorKind::TimedOut.into());
    let opened = tokio::time::timeout(PATIENCE, open(address, security));
    let mut stream = opened.await.map_err(slow)??;
    match tokio::time::timeout(PATIENCE, greet(&mut stream)).await.map_err(slow)? {
        Ok(()) => Ok(stream),
        Err(HandshakeError::Io(source)) => Err(failed(address, source)),
        Err(source) => Err(ClusterError::Handshake { address: address.to_string(), source }),
    }
}

fn failed(address: &Address, source: io::Error) -> ClusterError {
    ClusterError::Connect { address: address.to_string(), source }
}

async fn open(address: &Address, security: &Security) -> Result<BoxStream, ClusterError> {
    let failed = |source| failed(address, source);
    let (host, port) = match address {
        Address::Tcp { host, port } => (host.as_str(), *port),
        // Nobody else can be at the other end.
        Address::Inproc { name } => return inproc::connect(name).await.map_err(failed),
    };
    let stream = TcpStream::connect((host, port)).await.map_err(failed)?;
    settle(&stream).map_err(failed)?;
    let server = stream.peer_addr().map_err(failed)?;
    let ends = Ends { server, client: stream.local_addr().map_err(failed)? };
    // Where nobody listens at a port that the system gives to callers, it may connect one with itself.
    if ends.client == ends.server {
        return Err(failed(io::ErrorKind::ConnectionRefused.into()));
    }
    match secure_client(stream, security, ends).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(SecurityError::Io(source)) => Err(failed(source)),
        Err(source) => Err(ClusterError::Security { address: address.to_string(), source }),
    }
}

/// Sends what is written at once, and finds out when the other side is gone without a word.
fn settle(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let alive =
        socket2::TcpKeepalive::new().with_time(Duration::from_secs(15)).with_interval(Duration::from_secs(5));
    socket2::SockRef::from(stream).set_tcp_keepalive(&alive.with_retries(3))
}

/// Takes connections in.
pub struct Listener {
    kind: Kind,
    address: Address,
    gate: Arc<Gate>,
}

enum Kind {
    Tcp(TcpListener),
    Inproc(inproc::Listener),
}

/// A connection that was opened, but not greeted yet: that is done apart from the next ones.
pub struct Arrival {
    kind: Arrived,
    gate: Arc<Gate>,
}

enum Arrived {
    Tcp(TcpStream, Ends),
    Inproc(BoxStream),
}

impl Listener {
    /// Listens at an address; port 0 is any free one.
    ///
    /// # Errors
    /// [`ClusterError::Listen`].
    pub async fn bind(address: &Address, gate: Arc<Gate>) -> Result<Listener, ClusterError> {
        let failed = |source| ClusterError::Listen { address: address.to_string(), source };
        let (kind, address) = match address {
            Address::Tcp { host, port } => {
                let listener = TcpListener::bind((host.as_str(), *port)).await.map_err(failed)?;
                let port = listener.local_addr().map_err(failed)?.port();
                (Kind::Tcp(listener), Address::Tcp { host: host.clone(), port })
            }
            Address::Inproc { name } => {
                (Kind::Inproc(inproc::listen(name).map_err(failed)?), address.clone())
            }
        };
        Ok(Listener { kind, address, gate })
    }

    /// Where it listens, with the port that it got.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The next connection.
    ///
    /// # Errors
    /// When the system has no room for one more; worth a retry after a while.
    pub async fn accept(&mut self) -> io::Result<Arrival> {
        let gate = Arc::clone(&self.gate);
        let kind = match &mut self.kind {
            Kind::Tcp(listener) => {
                let (stream, client) = listener.accept().await?;
                settle(&stream)?;
                let ends = Ends { server: stream.local_addr()?, client };
                Arrived::Tcp(stream, ends)
            }
            Kind::Inproc(listener) => Arrived::Inproc(Box::new(listener.accept().await)),
        };
        Ok(Arrival { kind, gate })
    }
}

impl Arrival {
    /// Who calls, as far as one can see.
    pub fn from(&self) -> Option<SocketAddr> {
        match &self.kind {
            Arrived::Tcp(_, ends) => Some(ends.client),
            Arrived::Inproc(_) => None,
        }
    }

    /// Lets it prove who it is and greets it. Those who are not let in were told of by the gate.
    ///
    /// # Errors
    /// [`HandshakeError`], also if it takes too long.
    pub async fn greet(self) -> Result<BoxStream, HandshakeError> {
        let mut stream: BoxStream = match self.kind {
            Arrived::Tcp(stream, ends) => {
                Box::new(self.gate.admit(stream, ends).await.map_err(io::Error::other)?)
            }
            Arrived::Inproc(stream) => stream,
        };
        let late = |_| HandshakeError::Io(io::ErrorKind::TimedOut.into());
        tokio::time::timeout(PATIENCE, greet(&mut stream)).await.map_err(late)??;
        Ok(stream)
    }
}

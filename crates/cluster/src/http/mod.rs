//! What people and programs read of a cluster over HTTP: `/status` for people, `/metrics` for Prometheus, `/api/v1/…` for
//! other programs, `/health` for those that only ask whether it lives.
//!
//! Nothing can be changed here, and so no key is asked for. Memory is bounded by construction: so many connections, so
//! many followers of the feed, and each of these is sent what changed since its last message, however long it took to
//! read that one. A state that is asked for often is taken from the scheduler a few times a second.

mod feed;
mod metrics;
mod routes;
mod snapshots;
mod view;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use routes::Site;
pub use snapshots::Source;

/// Connections at once. More are closed as they come.
const MOST_CONNECTIONS: usize = 128;
/// How long a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of a request.
const MOST_BYTES: usize = 16 * 1024;

/// An HTTP server that listens.
pub struct HttpServer {
    listener: TcpListener,
    address: SocketAddr,
}

impl HttpServer {
    /// Listens; port 0 is any free one.
    ///
    /// # Errors
    /// The system's word.
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<HttpServer> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(HttpServer { listener, address })
    }

    /// Where it listens, with the port that it got.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `shutdown`.
    pub async fn serve(self, source: Arc<dyn Source>, shutdown: impl Future<Output = ()>) {
        let site = Arc::new(Site::new(source));
        let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        let mut connections = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                () = &mut shutdown => break,
                accepted = self.listener.accept() => accepted,
                Some(_) = connections.join_next() => continue,
            };
            match accepted {
                Ok((stream, _)) => {
                    if let Ok(place) = Arc::clone(&room).try_acquire_owned() {
                        let site = Arc::clone(&site);
                        connections.spawn(async move {
                            serve_connection(stream, site).await;
                            drop(place);
                        });
                    }
                }
                // No descriptor is left: perhaps there will be one.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }
}

async fn serve_connection(stream: TcpStream, site: Arc<Site>) {
    let service = service_fn(move |request| {
        let site = Arc::clone(&site);
        async move { Ok::<_, Infallible>(site.answer(&request).await) }
    });
    // Who leaves in the middle has no answer to get.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(MOST_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

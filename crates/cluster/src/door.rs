//! What everybody who listens does with callers.

use std::net::SocketAddr;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc;

use crate::connection::{self, Receiver, Sender};
use crate::protocol::{Hello, Limits, STRANGER, Welcome, read_frame};
use crate::transport::{Arrival, BoxStream, Listener};

/// How long a caller who has proved who it is may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);

/// A caller that has said what it is.
pub(crate) struct Caller {
    pub(crate) hello: Hello,
    /// Where it calls from, as far as one can see.
    pub(crate) from: Option<SocketAddr>,
    stream: BoxStream,
}

/// Lets callers in, each at its own pace.
pub(crate) async fn accept(mut listener: Listener, callers: mpsc::Sender<Caller>) {
    loop {
        match listener.accept().await {
            Ok(arrival) => drop(tokio::spawn(admit(arrival, callers.clone()))),
            // No descriptor is left: perhaps there will be one.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn admit(arrival: Arrival, callers: mpsc::Sender<Caller>) {
    let from = arrival.from();
    // Whoever does not prove who it is is not worth a word.
    let Ok(mut stream) = arrival.greet().await else { return };
    if let Ok(Some(hello)) = tokio::time::timeout(PATIENCE, read_hello(&mut stream)).await {
        let _ = callers.send(Caller { hello, from, stream }).await;
    }
}

async fn read_hello(stream: &mut BoxStream) -> Option<Hello> {
    let frame = read_frame(stream, STRANGER).await.ok()??;
    let [hello] = rmp_serde::from_slice::<[Hello; 1]>(&frame.header).ok()?;
    Some(hello)
}

impl Caller {
    /// Answers the caller and goes on with messages of its kind.
    pub(crate) fn welcome<M: Serialize + Send + 'static>(self, answer: Welcome) -> (Sender<M>, Receiver) {
        let (mut sender, receiver) = connection::open(self.stream, Limits::default());
        sender.send(answer);
        (sender.retyped(), receiver)
    }
}

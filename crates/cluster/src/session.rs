//! The first words with a scheduler.

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::connection::{self, Receiver, Sender};
use crate::error::ClusterError;
use crate::protocol::{Hello, Limits, Welcome};
use crate::security::Security;
use crate::transport::{Address, connect};

/// Time between two attempts to reach a scheduler: it doubles from the first to the second.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Calls a scheduler until it answers, or `patience` is over.
///
/// # Errors
/// [`ClusterError::Timeout`]; [`ClusterError::Handshake`] and [`ClusterError::Refused`] at once.
pub(crate) async fn call<M: Serialize + Send + 'static>(
    address: &Address,
    security: &Security,
    hello: &Hello,
    patience: Option<Duration>,
) -> Result<(Sender<M>, Receiver, Welcome), ClusterError> {
    let start = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match call_once(address, security, hello).await {
            Err(ClusterError::Connect { .. } | ClusterError::Lost { .. }) => {}
            ended => return ended,
        }
        let left = patience.map(|patience| patience.saturating_sub(start.elapsed()));
        if left.is_some_and(|left| left.is_zero()) {
            let seconds = patience.unwrap_or_default().as_secs_f64();
            return Err(ClusterError::Timeout { address: address.to_string(), seconds });
        }
        tokio::time::sleep(left.map_or(pause, |left| left.min(pause))).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn call_once<M: Serialize + Send + 'static>(
    address: &Address,
    security: &Security,
    hello: &Hello,
) -> Result<(Sender<M>, Receiver, Welcome), ClusterError> {
    let stream = connect(address, security).await?;
    let (mut sender, mut receiver) = connection::open::<Hello>(stream, Limits::default());
    sender.send(hello.clone());
    let lost = |why: String| ClusterError::Lost { address: address.to_string(), why };
    let answer = receiver.receive::<Welcome>().await.map_err(|error| lost(error.to_string()))?;
    match answer.and_then(|(messages, _)| messages.into_iter().next()) {
        Some(Welcome::Refused(why)) => Err(ClusterError::Refused { address: address.to_string(), why }),
        Some(welcome) => Ok((sender.retyped(), receiver, welcome)),
        None => Err(lost("it closed the connection".into())),
    }
}

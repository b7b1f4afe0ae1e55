//! The first words with a scheduler, and those after a connection was cut.

use std::io;
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};
use tokio::time::Instant;

use crate::connection::{self, Frames, Receiver};
use crate::error::ClusterError;
use crate::protocol::{Conversation, Hello, Limits, Welcome};
use crate::security::{Refusal, Security, SecurityError};
use crate::transport::{Address, connect};

/// Time between two attempts to reach a scheduler: it doubles from the first to the second.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long a scheduler is looked for that was there before: after that it counts every worker and client as gone.
const CUT: Duration = Duration::from_mins(1);

/// A name for a conversation that nobody else has.
///
/// # Errors
/// [`ClusterError::Security`] where the system has no random numbers.
pub(crate) fn new_conversation(address: &Address) -> Result<Conversation, ClusterError> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| ClusterError::Security {
        address: address.to_string(),
        source: SecurityError::Random,
    })?;
    let (one, other) = bytes.split_at(8);
    let number = |half: &[u8]| half.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
    Ok(Conversation(number(one), number(other)))
}

/// What is needed to go on with a scheduler when the connection was cut.
#[derive(Clone)]
pub(crate) struct Resumption {
    pub(crate) address: Address,
    pub(crate) security: Security,
    pub(crate) conversation: Conversation,
    /// Whether a scheduler that has died goes on when it is started again.
    pub(crate) lasts: bool,
    /// How long such a scheduler is waited for; for ever if nobody says.
    pub(crate) patience: Option<Duration>,
}

/// Another connection, and the number of frames that the scheduler has heard.
pub(crate) struct Resumed {
    pub(crate) frames: Frames,
    pub(crate) receiver: Receiver,
    pub(crate) heard: u64,
}

impl Resumption {
    /// Goes on with a scheduler, having heard so many frames; nothing if it is gone, or knows nothing of us.
    pub(crate) async fn resume(self, heard: u64) -> Option<Resumed> {
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        let hello = Hello::Again(self.conversation, heard);
        loop {
            match call_once(&self.address, &self.security, &hello).await {
                Ok((frames, mut receiver, Welcome::Again(heard))) => {
                    receiver.expect_pulses();
                    return Some(Resumed { frames, receiver, heard });
                }
                // Nobody listens there: that process is no more, and none that follows will know us.
                Err(ClusterError::Connect { source, .. })
                    if source.kind() == io::ErrorKind::ConnectionRefused && !self.lasts =>
                {
                    return None;
                }
                Err(error) if may_pass(&error) => {}
                Ok(_) | Err(_) => return None,
            }
            let patience = if self.lasts { self.patience } else { Some(CUT) };
            if patience.is_some_and(|patience| start.elapsed() > patience) {
                return None;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Whether a scheduler that was there before may answer the next time.
fn may_pass(error: &ClusterError) -> bool {
    use ClusterError::{Connect, Lost, Security};
    match error {
        Connect { .. } | Lost { .. } => true,
        // It dies at this moment, or has just begun and everybody comes at once.
        Security { source: SecurityError::Refused(why), .. } => {
            matches!(why, Refusal::Gone | Refusal::Busy | Refusal::Slow)
        }
        _ => false,
    }
}

/// Calls a scheduler until it answers, or `patience` is over.
///
/// # Errors
/// [`ClusterError::Timeout`]; [`ClusterError::Handshake`] and [`ClusterError::Refused`] at once.
pub(crate) async fn call(
    address: &Address,
    security: &Security,
    hello: &Hello,
    patience: Option<Duration>,
) -> Result<(Frames, Receiver, Welcome), ClusterError> {
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

async fn call_once(
    address: &Address,
    security: &Security,
    hello: &Hello,
) -> Result<(Frames, Receiver, Welcome), ClusterError> {
    let stream = connect(address, security).await?;
    let (mut sender, mut receiver) = connection::open::<Hello>(stream, Limits::default());
    sender.send(hello.clone());
    let lost = |why: String| ClusterError::Lost { address: address.to_string(), why };
    let answer = receiver.receive::<Welcome>().await.map_err(|error| lost(error.to_string()))?;
    match answer.and_then(|(messages, _)| messages.into_iter().next()) {
        Some(Welcome::Refused(why)) => Err(ClusterError::Refused { address: address.to_string(), why }),
        Some(welcome) => Ok((sender.into_frames(), receiver, welcome)),
        None => Err(lost("it closed the connection".into())),
    }
}

//! A worker asks who there is.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::Found;
use super::messages::{question, schedulers_in};
use super::wires::{GROUP, LONGEST, PORT, wires_of};
use crate::error::ClusterError;
use crate::transport::Address;

/// How long a round of questions is. Networks are looked at anew in each.
const ROUND: Duration = Duration::from_secs(2);
/// Questions get lost: within a round there is another one.
const AGAIN: Duration = Duration::from_millis(500);
/// When one has answered, others have so long.
const SETTLE: Duration = Duration::from_secs(1);
/// How often it is said that nobody has answered.
const REMINDER: Duration = Duration::from_mins(1);

/// Finds the scheduler that announces itself, on the networks that see a host of this machine. It looks until there is one,
/// or as long as `patience`, and tells that it does.
///
/// # Errors
/// [`ClusterError::NotFound`] when the patience is over; [`ClusterError::Several`] if there are several: nobody should work
/// for the one that happens to answer first.
pub async fn find(host: &str, patience: Option<Duration>, tell: fn(&str)) -> Result<Found, ClusterError> {
    let began = Instant::now();
    let end = patience.and_then(|patience| began.checked_add(patience));
    let mut reminder = began + ROUND;
    loop {
        let round = began.max(Instant::now()) + ROUND;
        let mut found = ask(host, end.map_or(round, |end| end.min(round))).await.into_iter();
        match (found.next(), found.len()) {
            (Some((name, address)), 0) => return Ok(Found { name, address }),
            (Some(first), _) => {
                let all = std::iter::once(first).chain(found);
                let all: Vec<String> = all.map(|(name, address)| format!("{name} at {address}")).collect();
                return Err(ClusterError::Several { found: all.join(", ") });
            }
            (None, _) => {}
        }
        let now = Instant::now();
        if let Some(patience) = patience.filter(|_| end.is_some_and(|end| now >= end)) {
            return Err(ClusterError::NotFound { seconds: patience.as_secs_f64() });
        }
        if now >= reminder {
            tell("no scheduler has announced itself yet (`bramble scheduler --announce`); looking on");
            reminder = now + REMINDER;
        }
    }
}

/// Who answers until then, by their names. A machine on two networks answers on both and counts once.
async fn ask(host: &str, end: Instant) -> BTreeMap<String, Address> {
    let mut found = BTreeMap::new();
    let (heard, mut answers) = mpsc::channel(64);
    let mut talks = JoinSet::new();
    // Without a network nobody answers.
    for wire in wires_of(host).await.unwrap_or_default() {
        if let Ok(socket) = wire.for_questions() {
            talks.spawn(ask_on(socket, heard.clone()));
        }
    }
    drop(heard);
    let mut end = end;
    while let Ok(answer) = timeout_at(end, answers.recv()).await {
        let Some(Found { name, address }) = answer else {
            // No network is left to hear something on.
            sleep_until(end).await;
            break;
        };
        if found.is_empty() {
            end = end.min(Instant::now() + SETTLE);
        }
        found.entry(name).or_insert(address);
    }
    found
}

/// Asks on one network, again and again, and hands on what is answered.
async fn ask_on(socket: UdpSocket, heard: mpsc::Sender<Found>) {
    let Ok(question) = question() else { return };
    let asking = async {
        // A network that is down now may be up at the next question.
        loop {
            let _ = socket.send_to(&question, (GROUP, PORT)).await;
            sleep(AGAIN).await;
        }
    };
    let listening = async {
        let mut buffer = vec![0; LONGEST];
        while let Ok((length, _)) = socket.recv_from(&mut buffer).await {
            for found in buffer.get(..length).map(schedulers_in).unwrap_or_default() {
                if heard.send(found).await.is_err() {
                    return;
                }
            }
        }
    };
    tokio::select! {
        () = asking => {}
        () = listening => {}
    }
}

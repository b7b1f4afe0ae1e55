//! A scheduler says where it is, to those who ask and once to everybody.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};
use tokio::net::UdpSocket;
use tokio::task::JoinSet;

use super::messages::{Holds, Sheet, announcement, answer, name_of};
use super::wires::{GROUP, LONGEST, PORT, Wire, wires_of};
use crate::error::ClusterError;

/// How often a look shows networks that come and go: Wi-Fi may come after the scheduler.
const LOOK: Duration = Duration::from_secs(5);
/// What is said unasked is said twice, for it may be lost.
const AGAIN: Duration = Duration::from_secs(1);

/// Says where a scheduler is, for as long as [`Announcer::run`] does.
pub struct Announcer {
    name: String,
    host: String,
    port: u16,
}

impl Announcer {
    /// For a scheduler that listens at a host and a port, of a machine with a name.
    ///
    /// # Errors
    /// [`ClusterError::Announce`]: no network sees it, or the system's word, as where the port of multicast DNS is held by
    /// somebody who does not share it.
    pub async fn new(machine: &str, host: &str, port: u16) -> Result<Announcer, ClusterError> {
        let failed = |source| ClusterError::Announce { place: format!("{host}:{port}"), source };
        let wires = wires_of(host).await.map_err(failed)?;
        for wire in &wires {
            wire.for_answers().map_err(failed)?;
        }
        if wires.is_empty() && !is_everywhere(host) {
            return Err(failed(io::ErrorKind::AddrNotAvailable.into()));
        }
        let mut chance = [0; 4];
        SystemRandom::new()
            .fill(&mut chance)
            .map_err(|_| failed(io::Error::other("no random numbers from the system")))?;
        let name = name_of(machine, port, u32::from_le_bytes(chance));
        Ok(Announcer { name, host: host.to_owned(), port })
    }

    /// What it calls itself, as workers print it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Says it until the end of `shutdown`, and then that it no longer holds.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        tokio::pin!(shutdown);
        let mut look = tokio::time::interval(LOOK);
        let mut talks: BTreeMap<Wire, JoinSet<()>> = BTreeMap::new();
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                _ = look.tick() => self.look(&mut talks).await,
            }
        }
        for wire in talks.keys() {
            self.say_goodbye(wire).await;
        }
    }

    /// Begins to talk on networks that are new, and forgets those that are gone.
    async fn look(&self, talks: &mut BTreeMap<Wire, JoinSet<()>>) {
        // A machine that can't list its networks now may be able to later.
        let Ok(wires) = wires_of(&self.host).await else { return };
        // One that has ended with an error is begun anew.
        talks.retain(|wire, talk| wires.contains(wire) && talk.try_join_next().is_none());
        for wire in wires {
            if talks.contains_key(&wire) {
                continue;
            }
            let Ok(socket) = wire.for_answers() else { continue };
            let mut talk = JoinSet::new();
            talk.spawn(talk_on(wire, socket, self.sheet(&wire)));
            talks.insert(wire, talk);
        }
    }

    fn sheet(&self, wire: &Wire) -> Sheet {
        Sheet { name: self.name.clone(), port: self.port, address: wire.address }
    }

    async fn say_goodbye(&self, wire: &Wire) {
        let Ok(socket) = wire.for_answers() else { return };
        // Those who miss it notice that nobody listens there.
        if let Ok(goodbye) = announcement(&self.sheet(wire), Holds::NoLonger) {
            let _ = socket.send_to(&goodbye, (GROUP, PORT)).await;
        }
    }
}

/// Announces a scheduler on a network and answers questions there, until the network fails.
async fn talk_on(wire: Wire, socket: UdpSocket, sheet: Sheet) {
    let Ok(words) = announcement(&sheet, Holds::Usually) else { return };
    let unasked = async {
        let _ = socket.send_to(&words, (GROUP, PORT)).await;
        tokio::time::sleep(AGAIN).await;
        let _ = socket.send_to(&words, (GROUP, PORT)).await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = unasked => {}
        () = answer_on(wire, &socket, &sheet) => {}
    }
}

async fn answer_on(wire: Wire, socket: &UdpSocket, sheet: &Sheet) {
    let mut buffer = vec![0; LONGEST];
    while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
        if !wire.reaches(from) {
            continue;
        }
        let is_one_shot = from.port() != PORT;
        let Some(answer) = buffer.get(..length).and_then(|asked| answer(sheet, asked, is_one_shot)) else {
            continue;
        };
        let to = if is_one_shot { from } else { SocketAddr::from((GROUP, PORT)) };
        // Whoever asked asks again.
        let _ = socket.send_to(&answer, to).await;
    }
}

fn is_everywhere(host: &str) -> bool {
    host == "0.0.0.0" || host == "::"
}

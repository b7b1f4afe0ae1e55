//! Who is there, and who is away for a while.

use std::time::Duration;

use super::Scheduler;
use crate::protocol::{Beat, ClientId, WorkerId};

impl Scheduler {
    /// A worker has measured something, which nothing depends on.
    pub fn note_beat(&mut self, now: Duration, id: WorkerId, beat: Option<Beat>) {
        if let Some(worker) = self.workers.get_mut(id) {
            worker.seen = now;
            worker.beat = beat.unwrap_or(worker.beat);
        }
    }

    /// The connection to a worker was cut, or there is one again. Nothing is handed to one that cannot be told.
    pub fn set_away(&mut self, now: Duration, id: WorkerId, is_away: bool) {
        self.workers.set_away(now, id, is_away);
    }

    /// The workers that are found at an address.
    pub fn workers_at(&self, address: &str) -> Vec<WorkerId> {
        self.workers.iter().filter(|(_, worker)| worker.address == address).map(|(id, _)| id).collect()
    }

    /// The workers of a name, with their addresses.
    pub fn workers_called<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (WorkerId, &'a str)> {
        let same = self.workers.iter().filter(move |(_, worker)| worker.hello.name == name);
        same.map(|(id, worker)| (id, &*worker.address))
    }

    /// The worker whose process is watched under a number.
    pub fn watched_as(&self, watch: u64) -> Option<WorkerId> {
        let mut watched = self.workers.iter().filter(|(_, worker)| worker.hello.watch == watch);
        watched.next().map(|(id, _)| id).filter(|_| watch != 0)
    }

    /// Whether somebody will tell how the process of a worker ended.
    pub fn is_watched(&self, id: WorkerId) -> bool {
        self.workers.get(id).is_some_and(|worker| worker.hello.watch != 0)
    }

    /// Where a worker is found, if it is known.
    pub fn address_of(&self, id: WorkerId) -> Option<&str> {
        self.workers.get(id).map(|worker| &*worker.address)
    }

    /// Whether a worker was told to leave: others have what it had.
    pub fn may_leave(&self, id: WorkerId) -> bool {
        let retiring = self.workers.get(id).and_then(|worker| worker.retiring.as_ref());
        retiring.is_some_and(|retiring| retiring.may_leave)
    }

    /// Whether a client is known.
    pub fn has_client(&self, client: ClientId) -> bool {
        self.clients.contains_key(&client)
    }

    /// Whether nothing is under way that time alone can change.
    pub fn is_idle(&self) -> bool {
        self.runs.is_empty()
    }
}

//! What functions find around them on the workers, and who was told of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Outbox, Scheduler};
use crate::protocol::{ClientId, Surroundings, ToClient, WorkerId};

/// All that differ, which are few where workers are many.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct AllSurroundings {
    workers: BTreeMap<Surroundings, BTreeSet<WorkerId>>,
    /// Clients that were not told of how it is now.
    owed: BTreeSet<ClientId>,
}

impl AllSurroundings {
    /// A client wants to know.
    pub(super) fn owe(&mut self, client: ClientId) {
        self.owed.insert(client);
    }
}

impl Scheduler {
    pub(super) fn note_surroundings(&mut self, worker: WorkerId, surroundings: Option<Surroundings>) {
        let Some(surroundings) = surroundings else { return };
        let workers = self.surroundings.workers.entry(surroundings).or_default();
        if workers.is_empty() {
            self.surroundings.owed.extend(self.clients.keys());
        }
        workers.insert(worker);
    }

    pub(super) fn forget_surroundings(&mut self, worker: WorkerId, surroundings: Option<&Surroundings>) {
        let Some(surroundings) = surroundings else { return };
        let Some(workers) = self.surroundings.workers.get_mut(surroundings) else { return };
        workers.remove(&worker);
        if workers.is_empty() {
            self.surroundings.workers.remove(surroundings);
            self.surroundings.owed.extend(self.clients.keys());
        }
    }

    /// Tells clients what they do not know.
    pub(super) fn tell_surroundings(&mut self, out: &mut impl Outbox) {
        let owed = std::mem::take(&mut self.surroundings.owed);
        for client in owed.into_iter().filter(|client| self.clients.contains_key(client)) {
            let all = self.surroundings.workers.iter().filter_map(|(surroundings, workers)| {
                let worker = self.workers.get(*workers.first()?)?;
                Some((surroundings.clone(), worker.hello.name.clone()))
            });
            out.tell_client(client, ToClient::Surroundings { all: all.collect() }, Vec::new());
        }
    }
}

//! What a task needs of the worker that makes it, beside room: functions that can be called, things such as a GPU, a
//! name.

use std::collections::BTreeMap;

use bramble_graph::Annotations;
use serde::{Deserialize, Serialize};

use super::workers::{Worker, Workers};

/// Parts that amounts are counted in, so that what is given back is what was taken.
const PARTS: f64 = 1e6;

/// How much there is of things, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stock(BTreeMap<String, u64>);

impl Stock {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "amounts are positive")]
    pub(super) fn new(amounts: &BTreeMap<String, f64>) -> Stock {
        Stock(amounts.iter().map(|(name, &amount)| (name.clone(), (amount * PARTS).round() as u64)).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is enough to take as much as another one has.
    pub(super) fn covers(&self, other: &Stock) -> bool {
        other.0.iter().all(|(name, amount)| self.0.get(name).is_some_and(|has| has >= amount))
    }

    pub(super) fn take(&mut self, other: &Stock) {
        for (name, amount) in &other.0 {
            *self.0.entry(name.clone()).or_default() -= amount;
        }
    }

    pub(super) fn give_back(&mut self, other: &Stock) {
        for (name, amount) in &other.0 {
            *self.0.entry(name.clone()).or_default() += amount;
        }
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Needs<'a> {
    calls: bool,
    workers: &'a [String],
    pub(super) stock: Stock,
    /// Bytes for the block and what it reads.
    room: u64,
    /// Bytes of the block, if it is made of nothing.
    pub(super) fresh: u64,
}

impl<'a> Needs<'a> {
    pub(super) fn new(calls: bool, asked: Option<&'a Annotations>, room: u64) -> Needs<'a> {
        let stock = asked.map_or_else(Stock::default, |asked| Stock::new(&asked.resources));
        Needs { calls, workers: asked.map_or(&[][..], |asked| &asked.workers), stock, room, fresh: 0 }
    }

    /// The same for a block that is made of nothing and takes so many bytes.
    pub(super) fn of_fresh(self, fresh: u64) -> Needs<'a> {
        Needs { fresh, ..self }
    }

    /// Whether a worker can make such tasks, when it has nothing else to do.
    pub(super) fn are_met_by(&self, worker: &Worker) -> bool {
        (worker.hello.calls || !self.calls)
            && (self.workers.is_empty() || self.workers.iter().any(|name| is_called(worker, name)))
            && worker.resources.covers(&self.stock)
    }

    /// Whether it can make one more now.
    pub(super) fn are_met_now_by(&self, worker: &Worker) -> bool {
        self.are_met_by(worker)
            && worker.hello.memory >= self.room
            && worker.spare.covers(&self.stock)
            && worker.has_room_for(self.fresh)
    }

    /// Where nobody has as much room, whoever has the most may do it: better slowly, with the help of its disk.
    pub(super) fn allow_for(&mut self, workers: &Workers) {
        if self.room > 0 {
            let able = workers.iter().map(|(_, worker)| worker);
            let able = able.filter(|worker| self.are_met_by(worker) && !worker.is_retiring());
            self.room = self.room.min(able.map(|worker| worker.hello.memory).max().unwrap_or(0));
        }
    }

    /// What is needed, for people.
    pub(super) fn words(&self) -> String {
        let mut words: Vec<String> = self
            .stock
            .0
            .iter()
            .map(|(name, &amount)| format!("{} of the resource {name}", amount as f64 / PARTS))
            .collect();
        if !self.workers.is_empty() {
            words.push(format!("to be {}", self.workers.join(" or ")));
        }
        if self.calls {
            words.push("to call functions".to_owned());
        }
        if words.is_empty() { "room".to_owned() } else { words.join(", and ") }
    }
}

/// Whether a worker has a name, or is found at an address.
fn is_called(worker: &Worker, name: &str) -> bool {
    worker.hello.name == name
        || worker.address == name
        || worker.address.strip_prefix("tcp://").is_some_and(|place| place == name)
}

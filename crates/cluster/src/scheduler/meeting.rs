//! Where clients meet: variables, queues, events, leases and topics, each under a name. Pure, as all that decides.
//!
//! Whoever asks for something that is not there yet is answered when it is. Every question is answered once: also one
//! that its client has given up, so that both know whether a lease or a value was handed over.

mod topics;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bramble_storage::SharedBytes;
use serde::{Deserialize, Serialize};

use crate::parts;
use crate::protocol::{ClientId, Meet, Reply, ToClient};
use topics::Topics;

/// Who asks, and the number of the question.
pub(super) type Asker = (ClientId, u32);

/// A message for a client, with its buffers.
pub(super) type Word = (ClientId, ToClient, Vec<SharedBytes>);

/// See the module.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Meeting {
    variables: BTreeMap<String, Variable>,
    queues: BTreeMap<String, Queue>,
    events: BTreeMap<String, Event>,
    leases: BTreeMap<String, Leases>,
    topics: Topics,
    /// None between two events.
    #[serde(skip)]
    words: Vec<Word>,
}

#[derive(Default, Serialize, Deserialize)]
struct Variable {
    #[serde(with = "parts::maybe")]
    value: Option<SharedBytes>,
    readers: Vec<Asker>,
}

#[derive(Default, Serialize, Deserialize)]
struct Queue {
    #[serde(with = "parts::many")]
    values: VecDeque<SharedBytes>,
    takers: VecDeque<Asker>,
    /// Those who wait for room, with their values.
    putters: VecDeque<Putter>,
    most: usize,
}

#[derive(Serialize, Deserialize)]
struct Putter {
    asker: Asker,
    #[serde(with = "parts::one")]
    value: SharedBytes,
}

#[derive(Default, Serialize, Deserialize)]
struct Event {
    has_happened: bool,
    waiting: Vec<Asker>,
}

#[derive(Serialize, Deserialize)]
struct Leases {
    count: u32,
    /// How many each client has.
    taken: BTreeMap<ClientId, u32>,
    waiting: VecDeque<Asker>,
}

impl std::fmt::Debug for Meeting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Meeting")
            .field("variables", &self.variables.keys())
            .field("queues", &self.queues.keys())
            .field("events", &self.events.keys())
            .field("leases", &self.leases.keys())
            .finish_non_exhaustive()
    }
}

impl Meeting {
    /// A client wants something; what is to be said then is among the words.
    pub(super) fn hear(&mut self, now: Duration, asker: Asker, wish: Meet, value: Option<SharedBytes>) {
        match wish {
            Meet::SetVariable { name } => self.set_variable(asker, name, value),
            Meet::GetVariable { name } => {
                let variable = self.variables.entry(name).or_default();
                match &variable.value {
                    Some(value) => self.words.push(given(asker, value)),
                    None => variable.readers.push(asker),
                }
            }
            Meet::DeleteVariable { name } => {
                self.delete_variable(&name);
                self.say(asker, Reply::Done);
            }
            Meet::Put { name, most } => self.put(asker, &name, most as usize, value),
            Meet::Take { name } => {
                self.queues.entry(name.clone()).or_default().takers.push_back(asker);
                self.settle_queue(&name);
            }
            Meet::CountQueue { name } => {
                let count = self.queues.get(&name).map_or(0, |queue| queue.values.len());
                self.say(asker, Reply::Number(count as u64));
            }
            Meet::SetEvent { name } => {
                let event = self.events.entry(name).or_default();
                event.has_happened = true;
                let waiting = std::mem::take(&mut event.waiting);
                waiting.into_iter().chain([asker]).for_each(|asker| self.say(asker, Reply::Done));
            }
            Meet::ClearEvent { name } => {
                if self.events.get(&name).is_some_and(|event| event.has_happened) {
                    self.events.remove(&name);
                }
                self.say(asker, Reply::Done);
            }
            Meet::WaitEvent { name } => {
                let event = self.events.entry(name).or_default();
                if event.has_happened {
                    self.say(asker, Reply::Done);
                } else {
                    event.waiting.push(asker);
                }
            }
            Meet::IsEventSet { name } => {
                let is_set = self.events.get(&name).is_some_and(|event| event.has_happened);
                self.say(asker, Reply::Flag(is_set));
            }
            Meet::Acquire { name, leases } => self.acquire(asker, &name, leases),
            Meet::Release { name } => {
                let reply = if self.release(asker.0, &name) {
                    Reply::Done
                } else {
                    Reply::wrong(format!("this client has no lease of {name:?} that it could release"))
                };
                self.say(asker, reply);
            }
            Meet::CountLeases { name } => {
                let taken = self.leases.get(&name).map_or(0, Leases::taken);
                self.say(asker, Reply::Number(taken.into()));
            }
            Meet::Log { topics, .. } => {
                self.topics.log(now, &topics, value.as_ref(), &mut self.words);
                self.say(asker, Reply::Done);
            }
            Meet::Logged { topic } => self.words.push(self.topics.logged(asker, &topic)),
            Meet::Subscribe { topic } => {
                self.topics.subscribe(asker.0, topic);
                self.say(asker, Reply::Done);
            }
            Meet::Unsubscribe { topic } => {
                self.topics.unsubscribe(asker.0, &topic);
                self.say(asker, Reply::Done);
            }
        }
    }

    /// The scheduler notes something itself.
    pub(super) fn tell(&mut self, now: Duration, text: &str) {
        self.topics.tell(now, text, &mut self.words);
    }

    /// A client waits no longer for an answer. If it waited it is told so; else it has been answered.
    pub(super) fn give_up(&mut self, asker: Asker) {
        if self.stop_waiting(|other| *other == asker) {
            self.say(asker, Reply::GaveUp);
        }
    }

    /// A client is gone, and with it its leases.
    pub(super) fn lose_client(&mut self, client: ClientId) {
        self.stop_waiting(|asker| asker.0 == client);
        self.topics.lose_client(client);
        let held = self.leases.iter().filter(|(_, leases)| leases.taken.contains_key(&client));
        let names: Vec<String> = held.map(|(name, _)| name.clone()).collect();
        for name in names {
            while self.release(client, &name) {}
        }
    }

    /// What is to be said since the last call.
    pub(super) fn take_words(&mut self) -> Vec<Word> {
        std::mem::take(&mut self.words)
    }

    fn say(&mut self, (client, ticket): Asker, reply: Reply) {
        self.words.push((client, ToClient::Reply { ticket, reply }, Vec::new()));
    }

    fn set_variable(&mut self, asker: Asker, name: String, value: Option<SharedBytes>) {
        let Some(value) = value else { return self.say(asker, Reply::wrong("a value is missing")) };
        let variable = self.variables.entry(name).or_default();
        self.words.extend(variable.readers.drain(..).map(|reader| given(reader, &value)));
        variable.value = Some(value);
        self.say(asker, Reply::Done);
    }

    fn delete_variable(&mut self, name: &str) {
        let Some(variable) = self.variables.get_mut(name) else { return };
        variable.value = None;
        if variable.readers.is_empty() {
            self.variables.remove(name);
        }
    }

    fn put(&mut self, asker: Asker, name: &str, most: usize, value: Option<SharedBytes>) {
        let Some(value) = value else { return self.say(asker, Reply::wrong("a value is missing")) };
        let queue = self.queues.entry(name.to_owned()).or_default();
        queue.most = most;
        queue.putters.push_back(Putter { asker, value });
        self.settle_queue(name);
    }

    /// Moves values to those who wait for them, and into the room that there is.
    fn settle_queue(&mut self, name: &str) {
        let Some(queue) = self.queues.get_mut(name) else { return };
        loop {
            if let (Some(value), Some(taker)) = (queue.values.front(), queue.takers.front()) {
                self.words.push(given(*taker, value));
                queue.values.pop_front();
                queue.takers.pop_front();
                continue;
            }
            let has_room = queue.most == 0 || queue.values.len() < queue.most;
            let Some(Putter { asker: (client, ticket), value }) =
                has_room.then(|| queue.putters.pop_front()).flatten()
            else {
                break;
            };
            queue.values.push_back(value);
            self.words.push((client, ToClient::Reply { ticket, reply: Reply::Done }, Vec::new()));
        }
        if queue.values.is_empty() && queue.takers.is_empty() {
            self.queues.remove(name);
        }
    }

    fn acquire(&mut self, asker: Asker, name: &str, count: u32) {
        let leases = self.leases.entry(name.to_owned()).or_insert_with(|| Leases {
            count,
            taken: BTreeMap::new(),
            waiting: VecDeque::new(),
        });
        if leases.count != count {
            let message = format!("{name:?} has {} leases, not {count}", leases.count);
            return self.say(asker, Reply::wrong(message));
        }
        leases.waiting.push_back(asker);
        self.settle_leases(name);
    }

    /// Takes a lease from a client; false if it has none.
    fn release(&mut self, client: ClientId, name: &str) -> bool {
        let Some(leases) = self.leases.get_mut(name) else { return false };
        let Some(taken) = leases.taken.get_mut(&client) else { return false };
        *taken -= 1;
        if *taken == 0 {
            leases.taken.remove(&client);
        }
        self.settle_leases(name);
        true
    }

    fn settle_leases(&mut self, name: &str) {
        let Some(leases) = self.leases.get_mut(name) else { return };
        while leases.taken() < leases.count
            && let Some((client, ticket)) = leases.waiting.pop_front()
        {
            *leases.taken.entry(client).or_default() += 1;
            self.words.push((client, ToClient::Reply { ticket, reply: Reply::Done }, Vec::new()));
        }
        if leases.taken.is_empty() && leases.waiting.is_empty() {
            self.leases.remove(name);
        }
    }

    /// Forgets those who wait; true if there was any. What nobody else wants is forgotten too.
    fn stop_waiting(&mut self, is_over: impl Fn(&Asker) -> bool) -> bool {
        let mut count = 0;
        let mut stays = |asker: &Asker| {
            let over = is_over(asker);
            count += usize::from(over);
            !over
        };
        for variable in self.variables.values_mut() {
            variable.readers.retain(&mut stays);
        }
        for queue in self.queues.values_mut() {
            queue.takers.retain(&mut stays);
            queue.putters.retain(|putter| stays(&putter.asker));
        }
        for event in self.events.values_mut() {
            event.waiting.retain(&mut stays);
        }
        for leases in self.leases.values_mut() {
            leases.waiting.retain(&mut stays);
        }
        self.variables.retain(|_, variable| variable.value.is_some() || !variable.readers.is_empty());
        self.queues.retain(|_, queue| {
            !queue.values.is_empty() || !queue.takers.is_empty() || !queue.putters.is_empty()
        });
        self.events.retain(|_, event| event.has_happened || !event.waiting.is_empty());
        count > 0
    }
}

impl Leases {
    fn taken(&self) -> u32 {
        self.taken.values().sum()
    }
}

fn given((client, ticket): Asker, value: &SharedBytes) -> Word {
    (client, ToClient::Reply { ticket, reply: Reply::Value }, vec![SharedBytes::clone(value)])
}

#[cfg(test)]
mod tests;

//! What is noted under topics, for those who ask and those who have subscribed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use bramble_storage::SharedBytes;
use serde::{Deserialize, Serialize};

use super::{Asker, Word};
use crate::parts;
use crate::protocol::{ClientId, Noted, Reply, ToClient};

/// What is remembered of a topic.
const MOST_NOTES: usize = 1000;

/// The topic of the scheduler itself.
const OWN: &str = "scheduler";

#[derive(Default, Serialize, Deserialize)]
pub(super) struct Topics {
    notes: BTreeMap<String, VecDeque<Note>>,
    subscribers: BTreeMap<String, BTreeSet<ClientId>>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Note {
    noted: Noted,
    #[serde(with = "parts::maybe")]
    value: Option<SharedBytes>,
}

impl Topics {
    /// A client notes something under topics.
    pub(super) fn log(
        &mut self,
        now: Duration,
        topics: &[String],
        value: Option<&SharedBytes>,
        words: &mut Vec<Word>,
    ) {
        for topic in topics {
            let noted = Noted { at: now.as_secs_f64(), text: None };
            self.note(topic, &noted, value, words);
        }
    }

    /// The scheduler notes something.
    pub(super) fn tell(&mut self, now: Duration, text: &str, words: &mut Vec<Word>) {
        let noted = Noted { at: now.as_secs_f64(), text: Some(text.to_owned()) };
        self.note(OWN, &noted, None, words);
    }

    fn note(&mut self, topic: &str, noted: &Noted, value: Option<&SharedBytes>, words: &mut Vec<Word>) {
        let notes = self.notes.entry(topic.to_owned()).or_default();
        if notes.len() == MOST_NOTES {
            notes.pop_front();
        }
        notes.push_back(Note { noted: noted.clone(), value: value.cloned() });
        for &client in self.subscribers.get(topic).into_iter().flatten() {
            let event = ToClient::Event { topic: topic.to_owned(), noted: noted.clone() };
            words.push((client, event, value.cloned().into_iter().collect()));
        }
    }

    /// The answer to who asks for what was noted.
    pub(super) fn logged(&self, (client, ticket): Asker, topic: &str) -> Word {
        let notes = self.notes.get(topic).into_iter().flatten();
        let notes = notes.cloned().map(|Note { noted, value }| (noted, value));
        let (notes, values): (Vec<_>, Vec<_>) = notes.unzip();
        let reply = Reply::Noted(notes);
        (client, ToClient::Reply { ticket, reply }, values.into_iter().flatten().collect())
    }

    pub(super) fn subscribe(&mut self, client: ClientId, topic: String) {
        self.subscribers.entry(topic).or_default().insert(client);
    }

    pub(super) fn unsubscribe(&mut self, client: ClientId, topic: &str) {
        if let Some(subscribers) = self.subscribers.get_mut(topic) {
            subscribers.remove(&client);
        }
        self.subscribers.retain(|_, subscribers| !subscribers.is_empty());
    }

    pub(super) fn lose_client(&mut self, client: ClientId) {
        for subscribers in self.subscribers.values_mut() {
            subscribers.remove(&client);
        }
        self.subscribers.retain(|_, subscribers| !subscribers.is_empty());
    }
}

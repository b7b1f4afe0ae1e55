//! What clients have in common: values, queues, events, leases and topics, each under a name.

use serde::{Deserialize, Serialize};

/// What a client wants of something that clients have in common. Values are buffers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Meet {
    /// A variable gets a value: the buffer.
    SetVariable {
        /// Its name.
        name: String,
    },
    /// The value of a variable, once it has one.
    GetVariable {
        /// Its name.
        name: String,
    },
    /// A variable is no more.
    DeleteVariable {
        /// Its name.
        name: String,
    },
    /// The buffer goes to the end of a queue, once that has room.
    Put {
        /// Its name.
        name: String,
        /// How many it has room for; any number if 0.
        most: u32,
    },
    /// The first value of a queue, once there is one.
    Take {
        /// Its name.
        name: String,
    },
    /// How many values a queue has.
    CountQueue {
        /// Its name.
        name: String,
    },
    /// An event has happened.
    SetEvent {
        /// Its name.
        name: String,
    },
    /// An event has not happened any more.
    ClearEvent {
        /// Its name.
        name: String,
    },
    /// Answered once an event has happened.
    WaitEvent {
        /// Its name.
        name: String,
    },
    /// Whether an event has happened.
    IsEventSet {
        /// Its name.
        name: String,
    },
    /// A lease, once one is free. It ends with the client.
    Acquire {
        /// Of what.
        name: String,
        /// How many there are.
        leases: u32,
    },
    /// Gives a lease back.
    Release {
        /// Of what.
        name: String,
    },
    /// How many leases are taken.
    CountLeases {
        /// Of what.
        name: String,
    },
    /// Something to note under topics: the buffer.
    Log {
        /// The topics.
        topics: Vec<String>,
    },
    /// What was noted under a topic.
    Logged {
        /// The topic.
        topic: String,
    },
    /// Tells the client from now on what is noted under a topic.
    Subscribe {
        /// The topic.
        topic: String,
    },
    /// Tells it no longer.
    Unsubscribe {
        /// The topic.
        topic: String,
    },
}

/// Something that was noted under a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noted {
    /// Seconds after the scheduler's start.
    pub at: f64,
    /// Words of the scheduler; else a buffer has what a client noted.
    pub text: Option<String>,
}

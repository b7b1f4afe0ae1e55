//! What happens to those who wait, in fixed cases and by chance.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bramble_storage::SharedBytes;
use proptest::prelude::*;

use super::Meeting;
use crate::protocol::{ClientId, Meet, Reply, ToClient};

const NOW: Duration = Duration::from_secs(1);

fn bytes(value: u8) -> SharedBytes {
    Arc::new(vec![value]) as SharedBytes
}

/// The answers since the last call: client, ticket, and the reply with its value.
fn answers(meeting: &mut Meeting) -> Vec<(u32, u32, Reply, Option<u8>)> {
    let words = meeting.take_words();
    let answer = |(ClientId(client), word, buffers): (ClientId, ToClient, Vec<SharedBytes>)| match word {
        ToClient::Reply { ticket, reply } => {
            let value = buffers.first().map(|bytes| (**bytes).as_ref()[0]);
            Some((client, ticket, reply, value))
        }
        _ => None,
    };
    words.into_iter().filter_map(answer).collect()
}

fn hear(meeting: &mut Meeting, client: u32, ticket: u32, wish: Meet, value: Option<u8>) {
    meeting.hear(NOW, (ClientId(client), ticket), wish, value.map(bytes));
}

fn name() -> String {
    "x".into()
}

fn acquire() -> Meet {
    Meet::Acquire { name: name(), leases: 1 }
}

#[test]
fn a_lock_passes_to_those_who_wait_in_their_order_also_when_its_client_dies() {
    let mut meeting = Meeting::default();
    for client in 0..4 {
        hear(&mut meeting, client, 1, acquire(), None);
    }
    assert_eq!(answers(&mut meeting), [(0, 1, Reply::Done, None)]);
    meeting.lose_client(ClientId(1));
    meeting.lose_client(ClientId(0));
    assert_eq!(answers(&mut meeting), [(2, 1, Reply::Done, None)]);
    hear(&mut meeting, 2, 2, Meet::Release { name: name() }, None);
    let passed = [(3, 1, Reply::Done, None), (2, 2, Reply::Done, None)];
    assert_eq!(answers(&mut meeting), passed);
    hear(&mut meeting, 2, 3, Meet::Release { name: name() }, None);
    assert!(matches!(&answers(&mut meeting)[..], [(2, 3, Reply::Refused { .. }, None)]));
}

#[test]
fn who_gives_up_is_told_so_unless_it_was_answered() {
    let mut meeting = Meeting::default();
    hear(&mut meeting, 0, 1, acquire(), None);
    hear(&mut meeting, 1, 1, acquire(), None);
    answers(&mut meeting);
    meeting.give_up((ClientId(1), 1));
    assert_eq!(answers(&mut meeting), [(1, 1, Reply::GaveUp, None)]);
    // It has the lease: nothing more is said.
    meeting.give_up((ClientId(0), 1));
    assert_eq!(answers(&mut meeting), []);
    hear(&mut meeting, 2, 1, Meet::CountLeases { name: name() }, None);
    assert_eq!(answers(&mut meeting), [(2, 1, Reply::Number(1), None)]);
}

#[test]
fn a_queue_that_is_full_takes_more_when_it_has_room() {
    let mut meeting = Meeting::default();
    let put = || Meet::Put { name: name(), most: 1 };
    hear(&mut meeting, 0, 1, put(), Some(1));
    hear(&mut meeting, 0, 2, put(), Some(2));
    assert_eq!(answers(&mut meeting), [(0, 1, Reply::Done, None)]);
    hear(&mut meeting, 1, 1, Meet::Take { name: name() }, None);
    assert_eq!(answers(&mut meeting), [(1, 1, Reply::Value, Some(1)), (0, 2, Reply::Done, None)]);
    hear(&mut meeting, 1, 2, Meet::Take { name: name() }, None);
    hear(&mut meeting, 1, 3, Meet::Take { name: name() }, None);
    assert_eq!(answers(&mut meeting), [(1, 2, Reply::Value, Some(2))]);
    hear(&mut meeting, 0, 3, put(), Some(3));
    assert_eq!(answers(&mut meeting), [(0, 3, Reply::Done, None), (1, 3, Reply::Value, Some(3))]);
}

#[test]
fn variables_and_events_wake_all_who_wait() {
    let mut meeting = Meeting::default();
    for client in 0..2 {
        hear(&mut meeting, client, 1, Meet::GetVariable { name: name() }, None);
        hear(&mut meeting, client, 2, Meet::WaitEvent { name: name() }, None);
    }
    hear(&mut meeting, 2, 1, Meet::SetVariable { name: name() }, Some(7));
    let told = [(0, 1, Reply::Value, Some(7)), (1, 1, Reply::Value, Some(7)), (2, 1, Reply::Done, None)];
    assert_eq!(answers(&mut meeting), told);
    hear(&mut meeting, 2, 2, Meet::SetEvent { name: name() }, None);
    assert_eq!(answers(&mut meeting).len(), 3);
    hear(&mut meeting, 2, 3, Meet::ClearEvent { name: name() }, None);
    hear(&mut meeting, 2, 4, Meet::IsEventSet { name: name() }, None);
    assert_eq!(answers(&mut meeting)[1], (2, 4, Reply::Flag(false), None));
}

#[derive(Clone, Debug)]
enum Step {
    Acquire(u32),
    Release(u32),
    GiveUp(u32),
    Die(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let client = || 0u32..5;
    let step = prop_oneof![
        4 => client().prop_map(Step::Acquire),
        3 => client().prop_map(Step::Release),
        2 => client().prop_map(Step::GiveUp),
        1 => client().prop_map(Step::Die),
    ];
    prop::collection::vec(step, 0..200)
}

proptest! {
    #[test]
    fn leases_are_never_more_than_there_are_and_none_is_lost(steps in steps(), leases in 1u32..4) {
        let mut meeting = Meeting::default();
        let mut held: BTreeMap<u32, u32> = BTreeMap::new();
        // Questions that were not answered, by client.
        let mut asked: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (ticket, step) in (0..).zip(steps) {
            match step {
                Step::Acquire(client) => {
                    asked.entry(client).or_default().push(ticket);
                    hear(&mut meeting, client, ticket, Meet::Acquire { name: name(), leases }, None);
                }
                Step::Release(client) => {
                    hear(&mut meeting, client, ticket, Meet::Release { name: name() }, None);
                    if let Some(count) = held.get_mut(&client) {
                        *count = count.saturating_sub(1);
                    }
                }
                Step::GiveUp(client) => {
                    if let Some(&ticket) = asked.get(&client).and_then(|tickets| tickets.last()) {
                        meeting.give_up((ClientId(client), ticket));
                    }
                }
                Step::Die(client) => {
                    held.remove(&client);
                    asked.remove(&client);
                    meeting.lose_client(ClientId(client));
                }
            }
            for (client, ticket, reply, _) in answers(&mut meeting) {
                let tickets = asked.entry(client).or_default();
                let was_asked = tickets.contains(&ticket);
                tickets.retain(|&other| other != ticket);
                if was_asked && reply == Reply::Done {
                    *held.entry(client).or_default() += 1;
                }
            }
            let taken: u32 = held.values().sum();
            prop_assert!(taken <= leases);
            let waiting = asked.values().any(|tickets| !tickets.is_empty());
            prop_assert!(!waiting || taken == leases, "somebody waits though a lease is free");
        }
    }
}

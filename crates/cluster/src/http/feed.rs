//! The feed: the state once, then what changed, as server-sent events.
//!
//! `snapshot` holds the whole state, `change` a merge patch to it (RFC 7396): what is absent stays, null goes. Happenings
//! and tasks that were done are the exception: a change holds the new ones alone, of tasks some hundred at most.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame};
use serde_json::{Map, Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::snapshots::Snapshots;
use super::view;
use crate::scheduler::{NewsItem, Status};

/// Followers at once.
const MOST_FOLLOWERS: usize = 32;
/// Time between two changes.
const PERIOD: Duration = Duration::from_millis(250);
/// After so many periods without a change a comment shows that the connection lives.
const QUIET_PERIODS: u32 = 60;

/// Opens feeds.
pub(super) struct Feeds {
    snapshots: Arc<Snapshots>,
    room: Arc<Semaphore>,
}

/// What one follower is sent. One message waits for it at most; what happens meanwhile goes into the next.
pub(super) struct Feed {
    messages: mpsc::Receiver<Bytes>,
    _place: OwnedSemaphorePermit,
}

impl Feeds {
    pub(super) fn new(snapshots: Arc<Snapshots>) -> Feeds {
        Feeds { snapshots, room: Arc::new(Semaphore::new(MOST_FOLLOWERS)) }
    }

    /// A feed for one more, if there is room.
    pub(super) fn open(&self) -> Option<Feed> {
        let place = Arc::clone(&self.room).try_acquire_owned().ok()?;
        let (sender, messages) = mpsc::channel(1);
        tokio::spawn(write(Arc::clone(&self.snapshots), sender));
        Some(Feed { messages, _place: place })
    }
}

impl Body for Feed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.messages.poll_recv(context).map(|message| message.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// Writes a feed until nobody reads it any more, or there is no cluster.
async fn write(snapshots: Arc<Snapshots>, sender: mpsc::Sender<Bytes>) {
    let mut shown: Option<Shown> = None;
    let mut quiet = 0;
    let mut period = tokio::time::interval(PERIOD);
    period.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = sender.closed() => return,
            _ = period.tick() => {}
        }
        let Some(status) = snapshots.get().await else { return };
        let next = Shown::of(&status);
        let message = match &shown {
            None => Some(message("snapshot", &next.whole(&status))),
            Some(shown) => shown.change_to(&next, &status).map(|change| message("change", &change)),
        };
        quiet = if message.is_some() { 0 } else { quiet + 1 };
        let comment = (quiet % QUIET_PERIODS == QUIET_PERIODS - 1).then(|| Bytes::from_static(b":\n\n"));
        shown = Some(next);
        if let Some(message) = message.or(comment)
            && sender.send(message).await.is_err()
        {
            return;
        }
    }
}

fn message(kind: &str, data: &Value) -> Bytes {
    Bytes::from(format!("event: {kind}\ndata: {data}\n\n"))
}

/// A state as followers know it.
struct Shown {
    state: Value,
    events: Vec<NewsItem>,
    /// How many tasks were done.
    streamed: u64,
}

impl Shown {
    fn of(status: &Status) -> Shown {
        let keyed = |list: Value, key: fn(&Value) -> String| {
            let items = if let Value::Array(items) = list { items } else { Vec::new() };
            items.into_iter().map(|item| (key(&item), item)).collect::<Map<_, _>>()
        };
        let state = json!({
            "summary": view::summary(status),
            "workers": keyed(json!(view::workers(status)), |worker| worker["id"].to_string()),
            "layers": keyed(json!(view::layers(status)), |layer| {
                format!("{}/{}", text(&layer["run"]), text(&layer["name"]))
            }),
        });
        Shown { state, events: status.events.clone(), streamed: status.streamed }
    }

    fn whole(&self, status: &Status) -> Value {
        let mut whole = self.state.clone();
        whole["events"] = events(&self.events);
        whole["tasks"] = json!(view::done_since(status, 0));
        whole
    }

    /// What is to be said to one who knows this state, so that it knows the next.
    fn change_to(&self, next: &Shown, status: &Status) -> Option<Value> {
        let mut change = patch(&self.state, &next.state).unwrap_or_else(|| json!({}));
        let known = self.events.last().and_then(|last| next.events.iter().rposition(|item| item == last));
        let news = &next.events[known.map_or(0, |place| place + 1)..];
        if !news.is_empty() {
            change["events"] = events(news);
        }
        let done = view::done_since(status, self.streamed);
        if !done.is_empty() {
            change["tasks"] = json!(done);
        }
        (change != json!({})).then_some(change)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn events(items: &[NewsItem]) -> Value {
    items.iter().map(|item| json!({ "at": item.at, "text": item.text })).collect()
}

/// The merge patch that makes the second value of the first; nothing if they are equal.
fn patch(from: &Value, to: &Value) -> Option<Value> {
    if from == to {
        return None;
    }
    let (Value::Object(from), Value::Object(to)) = (from, to) else { return Some(to.clone()) };
    let gone = from.keys().filter(|key| !to.contains_key(*key)).map(|key| (key.clone(), Value::Null));
    let changed = to.iter().filter_map(|(key, value)| match from.get(key) {
        Some(known) => patch(known, value).map(|value| (key.clone(), value)),
        None => Some((key.clone(), value.clone())),
    });
    Some(Value::Object(gone.chain(changed).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{ClientId, TaskSpan, WorkerId};
    use proptest::prelude::*;

    /// What a follower does with a patch.
    fn merge(target: &mut Value, patch: &Value) {
        let Value::Object(patch) = patch else {
            *target = patch.clone();
            return;
        };
        if !target.is_object() {
            *target = json!({});
        }
        for (key, value) in patch {
            let map = target.as_object_mut().unwrap();
            if value.is_null() {
                map.remove(key);
            } else {
                merge(map.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
    }

    fn states() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![any::<u32>().prop_map(Value::from), "[ab]{0,2}".prop_map(Value::from)];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop::collection::btree_map("[abc]", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect()))
        })
    }

    proptest! {
        #[test]
        fn patches_lead_from_any_state_to_any_other(from in states(), to in states()) {
            let mut followed = from.clone();
            if let Some(patch) = patch(&from, &to) {
                merge(&mut followed, &patch);
            }
            prop_assert_eq!(followed, to);
        }
    }

    #[test]
    fn of_happenings_and_tasks_only_new_ones_are_told() {
        let item = |at: u32| NewsItem { at: f64::from(at), text: format!("{at}") };
        let task = |number: u64| TaskSpan {
            client: ClientId(1),
            run: 2,
            layer: "sum".into(),
            block: vec![number],
            worker: WorkerId(3),
            start: 0.5,
            end: 1.0,
            bytes: 8,
        };
        let status = |from: u32, to: u32| Status {
            events: (from..to).map(item).collect(),
            recent: (from..to).map(|number| task(number.into())).collect(),
            streamed: to.into(),
            ..Status::default()
        };
        let change = |one: Status, other: Status| {
            let change = Shown::of(&one).change_to(&Shown::of(&other), &other);
            change.map_or((Value::Null, Vec::new()), |change| {
                let blocks = change["tasks"].as_array().unwrap();
                (change["events"].clone(), blocks.iter().map(|task| task["block"][0].clone()).collect())
            })
        };
        let told = |from: u32, to: u32| {
            let items: Vec<NewsItem> = (from..to).map(item).collect();
            (events(&items), (from..to).map(Value::from).collect::<Vec<_>>())
        };
        assert_eq!(change(status(0, 3), status(0, 3)), (Value::Null, Vec::new()));
        assert_eq!(change(status(0, 3), status(1, 5)), told(3, 5));
        assert_eq!(change(status(0, 2), status(7, 9)), told(7, 9));
    }
}

//! The state machine with those it talks to.
//!
//! What it hears becomes entries; a batch of them is written down, then heard, and only then is anything said. So a
//! scheduler that reads all entries again has said the same, and goes on with everybody.

mod standing;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use bramble_storage::SharedBytes;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use super::core::{Outbox, Scheduler};
use super::here::{Answer, CallsHere};
use super::journal::{Entry, Journal, Party, Record, Words};
use super::server::SchedulerOptions;
use super::status::Status;
use crate::connection::{Receiver, Word, share};
use crate::door::Caller;
use crate::error::ClusterError;
use crate::line::Line;
use crate::protocol::{
    ClientId, Conversation, FromClient, FromWorker, Hello, Pulse, ToClient, ToWorker, Welcome, WorkerHello,
    WorkerId,
};
use crate::security::Security;
use crate::transport::{Address, connect};
use crate::worker::OnCall;

/// How long a client may be gone whose connection was closed without a word: one that was killed never comes back.
const CLIENT_GRACE: Duration = Duration::from_secs(10);

/// How long those who watch the process of a worker have to tell how it ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What happens to a scheduler. Words count only if they come over the connection that their party has now.
pub(super) enum Event {
    WorkerSaid(WorkerId, u32, Words<FromWorker>),
    ClientSaid(ClientId, u32, Words<FromClient>),
    Pulse(Party, u32, Pulse),
    Cut {
        party: Party,
        connection: u32,
        /// Whether the other side closed it; else nothing came for too long.
        is_closed: bool,
    },
    /// Nobody listens where a worker was found, which has no connection.
    Dead(WorkerId),
    /// This process has made a call for a client.
    Answered((ClientId, u32), Answer),
    Ask(oneshot::Sender<Status>),
}

/// See the module.
pub(super) struct Desk {
    scheduler: Scheduler,
    lines: Lines,
    conversations: HashMap<Conversation, Party>,
    /// Clients without a connection, and until when they may come back.
    away: BTreeMap<ClientId, Duration>,
    /// Workers that fell silent: while the network is cut, who refuses a connection may be anybody.
    silent: BTreeSet<WorkerId>,
    /// How processes ended of which not all was heard that they had said.
    ends: BTreeMap<WorkerId, String>,
    journal: Option<Journal>,
    security: Security,
    worker_timeout: Duration,
    tell: fn(&str),
    /// Makes calls in this process.
    on_call: Option<OnCall>,
    events: mpsc::Sender<Event>,
    started: Instant,
    /// How long it had been running when it was started again.
    before: Duration,
}

#[derive(Default, Serialize, Deserialize)]
struct Lines {
    workers: HashMap<WorkerId, Line<ToWorker>>,
    clients: HashMap<ClientId, Line<ToClient>>,
    calls: CallsHere,
}

impl Outbox for Lines {
    fn tell_worker(&mut self, worker: WorkerId, message: ToWorker, buffers: Vec<SharedBytes>) {
        if let Some(line) = self.workers.get_mut(&worker) {
            line.add(message, buffers);
        }
    }

    fn tell_client(&mut self, client: ClientId, message: ToClient, buffers: Vec<SharedBytes>) {
        if let Some(line) = self.clients.get_mut(&client) {
            line.add(message, buffers);
        }
    }

    fn make_call(&mut self, client: ClientId, ticket: u32, call: SharedBytes) {
        self.calls.add((client, ticket), call);
    }
}

impl Lines {
    fn flush(&mut self) {
        self.workers.values_mut().for_each(Line::flush);
        self.clients.values_mut().for_each(Line::flush);
    }

    fn pulse(&self) {
        self.workers.values().for_each(|line| line.pulse(None));
        self.clients.values().for_each(|line| line.pulse(None));
    }

    fn connection(&self, party: Party) -> Option<u32> {
        match party {
            Party::Worker(id) => self.workers.get(&id).map(Line::connection),
            Party::Client(id) => self.clients.get(&id).map(Line::connection),
        }
    }

    /// Whether its party is known to have heard fewer frames.
    fn is_news(&self, party: Party, heard: u64) -> bool {
        let confirmed = match party {
            Party::Worker(id) => self.workers.get(&id).map(Line::confirmed),
            Party::Client(id) => self.clients.get(&id).map(Line::confirmed),
        };
        confirmed.is_some_and(|confirmed| heard > confirmed)
    }

    fn confirm(&mut self, party: Party, heard: u64) {
        match party {
            Party::Worker(id) => self.workers.get_mut(&id).map(|line| line.confirm(heard)),
            Party::Client(id) => self.clients.get_mut(&id).map(|line| line.confirm(heard)),
        };
    }

    fn cut(&mut self, party: Party) {
        match party {
            Party::Worker(id) => self.workers.get_mut(&id).map(Line::cut),
            Party::Client(id) => self.clients.get_mut(&id).map(Line::cut),
        };
    }
}

impl Desk {
    pub(super) fn new(options: &SchedulerOptions, events: mpsc::Sender<Event>) -> Desk {
        Desk {
            scheduler: Scheduler::default(),
            lines: Lines::default(),
            conversations: HashMap::new(),
            away: BTreeMap::new(),
            silent: BTreeSet::new(),
            ends: BTreeMap::new(),
            journal: None,
            security: options.security.clone(),
            worker_timeout: options.worker_timeout,
            tell: options.tell,
            on_call: options.on_call.clone(),
            events,
            started: Instant::now(),
            before: Duration::ZERO,
        }
    }

    /// Takes up what a journal says, and writes down what follows.
    ///
    /// # Errors
    /// [`ClusterError::Journal`] if it says what makes no sense.
    pub(super) fn go_on_with(&mut self, journal: Journal, records: Vec<Record>) -> Result<(), ClusterError> {
        for Record { now, entries } in records {
            self.before = now;
            match <[Entry; 1]>::try_from(entries) {
                // It was written down between two events: there is nothing to be said.
                Ok([Entry::State(state)]) => self.stand_as(state).ok_or_else(|| journal.senseless())?,
                Ok(entry) => self.hear(now, entry.into()),
                Err(entries) => self.hear(now, entries),
            }
        }
        self.started = Instant::now();
        self.journal = Some(journal);
        let now = self.now();
        self.away = self.lines.clients.keys().map(|&id| (id, now + self.worker_timeout)).collect();
        let mut workers: Vec<WorkerId> = self.lines.workers.keys().copied().collect();
        workers.sort_unstable();
        let entries = workers.into_iter().map(Entry::WorkerAway).chain(self.lines.calls.lost());
        self.take_in(now, entries.collect());
        Ok(())
    }

    /// Lets tasks be suspected of so many deaths of workers. It is written down, for what is decided depends on it.
    pub(super) fn allow_failures(&mut self, most: u32) {
        if most != self.scheduler.allowed_failures() {
            self.take_in(self.now(), vec![Entry::AllowedFailures(most)]);
        }
    }

    /// In whole microseconds, as the journal has it.
    fn now(&self) -> Duration {
        let now = self.before + self.started.elapsed();
        Duration::from_micros(u64::try_from(now.as_micros()).unwrap_or(u64::MAX))
    }

    /// Writes down what has happened, and does what follows from it.
    fn take_in(&mut self, now: Duration, entries: Vec<Entry>) {
        if entries.is_empty() {
            return;
        }
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.write(now, &entries)
        {
            (self.tell)(&format!("{error}; this scheduler goes on without it, and can't be started again"));
            self.journal = None;
        }
        self.hear(now, entries);
        self.lines.calls.make(self.on_call.as_ref(), &self.events);
    }

    fn hear(&mut self, now: Duration, entries: Vec<Entry>) {
        for entry in entries {
            self.apply(now, entry);
        }
        self.scheduler.flush(&mut self.lines);
        self.lines.flush();
    }

    fn apply(&mut self, now: Duration, entry: Entry) {
        let Desk { scheduler, lines, conversations, .. } = self;
        match entry {
            Entry::State(_) => unreachable!("a state is the first that a journal says"),
            Entry::WorkerCame { conversation, hello, address } => {
                let id = scheduler.add_worker(now, hello, address);
                lines.workers.insert(id, Line::new(None));
                conversations.insert(conversation, Party::Worker(id));
            }
            Entry::ClientCame { conversation } => {
                let id = scheduler.add_client();
                lines.clients.insert(id, Line::new(None));
                conversations.insert(conversation, Party::Client(id));
            }
            Entry::WorkerSaid(worker, words) => {
                let Some(line) = lines.workers.get_mut(&worker) else { return };
                line.hear();
                let mut buffers = words.buffers;
                for message in words.messages {
                    scheduler.hear_worker(now, worker, message, std::mem::take(&mut buffers), lines);
                }
            }
            Entry::ClientSaid(client, words) => {
                let Some(line) = lines.clients.get_mut(&client) else { return };
                line.hear();
                let mut buffers = words.buffers;
                for message in words.messages {
                    scheduler.hear_client(now, client, message, std::mem::take(&mut buffers), lines);
                }
            }
            Entry::WorkerAway(worker) => scheduler.set_away(now, worker, true),
            Entry::WorkerBack(worker) => scheduler.set_away(now, worker, false),
            Entry::WorkerGone { worker, why } => {
                scheduler.lose_worker(now, worker, &why, true, lines);
                lines.workers.remove(&worker);
                self.ends.remove(&worker);
                conversations.retain(|_, party| *party != Party::Worker(worker));
            }
            Entry::ClientGone(client) => {
                scheduler.lose_client(client, lines);
                lines.clients.remove(&client);
                lines.calls.forget(client);
                conversations.retain(|_, party| *party != Party::Client(client));
            }
            Entry::Answered(question, answer) => {
                if let Some((reply, buffers)) = lines.calls.settle(question, &answer) {
                    lines.tell_client(question.0, reply, buffers);
                }
            }
            Entry::AllowedFailures(most) => scheduler.allow_failures(most),
            Entry::TimePassed => scheduler.tell_of_waits(now, lines),
            Entry::Confirmed(party, heard) => lines.confirm(party, heard),
        }
    }

    /// Takes in what has come.
    pub(super) fn handle(&mut self, events: impl Iterator<Item = Event>) {
        let now = self.now();
        let entries = events.filter_map(|event| self.entry(now, event)).collect();
        self.take_in(now, entries);
    }

    fn entry(&mut self, now: Duration, event: Event) -> Option<Entry> {
        match event {
            Event::WorkerSaid(worker, connection, words) => {
                let is_current = self.lines.connection(Party::Worker(worker)) == Some(connection);
                is_current.then_some(Entry::WorkerSaid(worker, words))
            }
            Event::ClientSaid(client, connection, words) => {
                let is_current = self.lines.connection(Party::Client(client)) == Some(connection);
                is_current.then_some(Entry::ClientSaid(client, words))
            }
            Event::Pulse(party, connection, Pulse { heard, beat }) => {
                if self.lines.connection(party) != Some(connection) {
                    return None;
                }
                if let Party::Worker(worker) = party {
                    self.scheduler.note_beat(now, worker, beat);
                }
                self.lines.is_news(party, heard).then_some(Entry::Confirmed(party, heard))
            }
            Event::Cut { party, connection, is_closed } => {
                if self.lines.connection(party) != Some(connection) {
                    return None;
                }
                self.cut(now, party, is_closed)
            }
            Event::Dead(worker) => {
                let is_away = self.lines.workers.get(&worker).is_some_and(Line::is_cut);
                let why = "it closed the connection, and nobody listens where it was found".to_owned();
                is_away.then_some(Entry::WorkerGone { worker, why })
            }
            Event::Answered(question, answer) => Some(Entry::Answered(question, answer)),
            Event::Ask(reply) => {
                drop(reply.send(self.scheduler.status_with_tasks(now)));
                None
            }
        }
    }

    /// A connection has ended, and there may be another one.
    fn cut(&mut self, now: Duration, party: Party, is_closed: bool) -> Option<Entry> {
        self.lines.cut(party);
        match party {
            // One that has said that it goes is not waited for.
            Party::Client(client) if !self.scheduler.has_client(client) => Some(Entry::ClientGone(client)),
            Party::Client(client) => {
                let grace = if is_closed { CLIENT_GRACE } else { self.worker_timeout };
                self.away.insert(client, now + grace);
                None
            }
            // Nor is one that was told to go.
            Party::Worker(worker) if is_closed && self.scheduler.may_leave(worker) => {
                Some(Entry::WorkerGone { worker, why: "it has left".into() })
            }
            Party::Worker(worker) if self.ends.contains_key(&worker) => self.ended(worker),
            Party::Worker(worker) => {
                if is_closed {
                    self.look_for(worker);
                } else {
                    self.silent.insert(worker);
                }
                Some(Entry::WorkerAway(worker))
            }
        }
    }

    /// The process of a worker is no more, as somebody has told who watched it.
    fn ended(&self, worker: WorkerId) -> Option<Entry> {
        let why = self.ends.get(&worker)?.clone();
        Some(Entry::WorkerGone { worker, why })
    }

    /// Somebody tells how the process ended that is watched under a number.
    fn note_end(&mut self, watch: u64, how: String, caller: Caller) {
        if let Some(worker) = self.scheduler.watched_as(watch) {
            self.ends.insert(worker, how);
            // What it said before comes first.
            if self.lines.workers.get(&worker).is_some_and(Line::is_cut) {
                self.take_in(self.now(), self.ended(worker).into_iter().collect());
            }
        }
        drop(caller.welcome::<ToWorker>(Welcome::Noted));
    }

    /// Finds out whether a worker without a connection is there at all.
    fn look_for(&self, worker: WorkerId) {
        let Some(address) = self.scheduler.address_of(worker).map(str::to_owned) else {
            // It has said that it goes.
            let events = self.events.clone();
            tokio::spawn(async move {
                let _ = events.send(Event::Dead(worker)).await;
            });
            return;
        };
        let (events, security) = (self.events.clone(), self.security.clone());
        let is_watched = self.scheduler.is_watched(worker);
        tokio::spawn(async move {
            if nobody_listens_at(&address, &security).await {
                if is_watched {
                    tokio::time::sleep(LAST_WORDS).await;
                }
                let _ = events.send(Event::Dead(worker)).await;
            }
        });
    }

    /// Somebody is at the door.
    pub(super) fn admit(&mut self, caller: Caller) {
        match caller.hello.clone() {
            Hello::Worker(hello, conversation) => self.welcome_worker(hello, conversation, caller),
            Hello::Client(conversation) => self.welcome_client(conversation, caller),
            Hello::Again(conversation, heard) => self.welcome_back(conversation, heard, caller),
            Hello::Ended(watch, how) => self.note_end(watch, how, caller),
            Hello::Peer => drop(caller.welcome::<ToWorker>(Welcome::Refused("this is a scheduler".into()))),
        }
    }

    fn welcome_worker(&mut self, hello: WorkerHello, conversation: Conversation, caller: Caller) {
        let Ok(address) = hello.address.parse::<Address>() else {
            let why = format!("{:?} is no address", hello.address);
            drop(caller.welcome::<ToWorker>(Welcome::Refused(why)));
            return;
        };
        if let Some((name, amount)) = hello.resources.iter().find(|&(_, &amount)| !is_amount(amount)) {
            let why = format!("{amount} is no amount of the resource {name}");
            drop(caller.welcome::<ToWorker>(Welcome::Refused(why)));
            return;
        }
        let address = address.seen_from(caller.from).to_string();
        self.tell_of_namesake(&hello.name, &address);
        let mut entries = self.superseded(conversation, &address);
        entries.push(Entry::WorkerCame { conversation, hello, address });
        self.take_in(self.now(), entries);
        let Some(&Party::Worker(id)) = self.conversations.get(&conversation) else { return };
        self.connect_worker(id, caller, Welcome::Worker(id, self.journal.is_some()), 0);
    }

    /// It works with two of a name, but whoever asks for the name may have meant one of them.
    fn tell_of_namesake(&self, name: &str, address: &str) {
        let is_here = |id| self.lines.workers.get(&id).is_some_and(|line| !line.is_cut());
        let mut others =
            self.scheduler.workers_called(name).filter(|&(id, other)| other != address && is_here(id));
        if let Some((_, other)) = others.next() {
            (self.tell)(&format!(
                "two workers are called {name}: {other} and {address}; tasks that ask for the name go to either (`--name` gives one its own)"
            ));
        }
    }

    /// Those that a new worker shows to be gone: itself, if it did not hear that it was welcome, and one without a
    /// connection at the same address.
    fn superseded(&self, conversation: Conversation, address: &str) -> Vec<Entry> {
        let same = self.conversations.get(&conversation).copied();
        let gone = self.scheduler.workers_at(address).into_iter().filter(|id| {
            same == Some(Party::Worker(*id)) || self.lines.workers.get(id).is_some_and(Line::is_cut)
        });
        let why = "another worker has come to its address";
        gone.map(|worker| Entry::WorkerGone { worker, why: why.into() }).collect()
    }

    fn connect_worker(&mut self, id: WorkerId, caller: Caller, welcome: Welcome, heard: u64) {
        let Some(line) = self.lines.workers.get_mut(&id) else { return };
        let (sender, receiver) = caller.welcome::<ToWorker>(welcome);
        line.go_on(sender.into_frames(), heard);
        let connection = line.connection();
        let said = move |words| Event::WorkerSaid(id, connection, words);
        tokio::spawn(listen(receiver, self.events.clone(), Party::Worker(id), connection, said));
    }

    fn welcome_client(&mut self, conversation: Conversation, caller: Caller) {
        let same = match self.conversations.get(&conversation) {
            Some(&Party::Client(client)) => Some(Entry::ClientGone(client)),
            _ => None,
        };
        let entries = same.into_iter().chain([Entry::ClientCame { conversation }]).collect();
        self.take_in(self.now(), entries);
        let Some(&Party::Client(id)) = self.conversations.get(&conversation) else { return };
        self.connect_client(id, caller, Welcome::Client(id, self.journal.is_some()), 0);
    }

    fn connect_client(&mut self, id: ClientId, caller: Caller, welcome: Welcome, heard: u64) {
        let Some(line) = self.lines.clients.get_mut(&id) else { return };
        let (sender, receiver) = caller.welcome::<ToClient>(welcome);
        line.go_on(sender.into_frames(), heard);
        let connection = line.connection();
        let said = move |words| Event::ClientSaid(id, connection, words);
        tokio::spawn(listen(receiver, self.events.clone(), Party::Client(id), connection, said));
    }

    /// Somebody goes on whose connection was cut.
    fn welcome_back(&mut self, conversation: Conversation, heard: u64, caller: Caller) {
        let now = self.now();
        match self.conversations.get(&conversation) {
            Some(&Party::Worker(id)) => {
                let known = self.lines.workers.get(&id).filter(|line| line.can_go_on(heard));
                if let Some(ours) = known.map(Line::heard) {
                    self.silent.remove(&id);
                    self.take_in(now, vec![Entry::WorkerBack(id)]);
                    return self.connect_worker(id, caller, Welcome::Again(ours), heard);
                }
                let why = "it has heard what was never said, or forgot what was".to_owned();
                self.take_in(now, vec![Entry::WorkerGone { worker: id, why }]);
            }
            Some(&Party::Client(id)) => {
                let known = self.lines.clients.get(&id).filter(|line| line.can_go_on(heard));
                if let Some(ours) = known.map(Line::heard) {
                    self.away.remove(&id);
                    return self.connect_client(id, caller, Welcome::Again(ours), heard);
                }
                self.take_in(now, vec![Entry::ClientGone(id)]);
            }
            None => {}
        }
        drop(caller.welcome::<ToWorker>(Welcome::Unknown));
    }

    /// Those that have been silent or away for too long are gone, and people are told of tasks that wait in vain.
    pub(super) fn look_around(&mut self) {
        let now = self.now();
        let mut entries = Vec::new();
        if !self.scheduler.is_idle() {
            entries.push(Entry::TimePassed);
        }
        for worker in self.scheduler.overdue(now, self.worker_timeout) {
            let why = format!("nothing was heard of it for {} s", self.worker_timeout.as_secs());
            entries.push(Entry::WorkerGone { worker, why });
        }
        let late = self.away.iter().filter(|&(_, &until)| until <= now);
        let late: Vec<ClientId> = late.map(|(&client, _)| client).collect();
        for client in late {
            self.away.remove(&client);
            entries.push(Entry::ClientGone(client));
        }
        self.take_in(now, entries);
        self.silent.retain(|worker| self.lines.workers.contains_key(worker));
        let away = self.lines.workers.iter().filter(|(_, line)| line.is_cut()).map(|(&worker, _)| worker);
        away.filter(|worker| !self.silent.contains(worker)).for_each(|worker| self.look_for(worker));
        self.lines.pulse();
        if let Some(journal) = &mut self.journal {
            journal.sync();
        }
        self.begin_journal_anew(now);
    }

    /// Tells everybody that this is the end.
    pub(super) fn close(mut self) {
        for line in self.lines.workers.values_mut() {
            line.send(ToWorker::Leave { why: "the scheduler was closed".into() });
        }
        for line in self.lines.clients.values_mut() {
            line.send(ToClient::Closed);
        }
        if let Some(journal) = self.journal.take() {
            journal.forget();
        }
    }
}

/// Whether a worker can have so much of something.
fn is_amount(amount: f64) -> bool {
    amount.is_finite() && amount > 0.0
}

/// Whether it is certain that nobody listens at an address.
async fn nobody_listens_at(address: &str, security: &Security) -> bool {
    match address.parse() {
        // Within a process nothing is ever cut.
        Ok(Address::Inproc { .. }) | Err(_) => true,
        Ok(address) => match connect(&address, security).await {
            Err(ClusterError::Connect { source, .. }) => {
                source.kind() == std::io::ErrorKind::ConnectionRefused
            }
            _ => false,
        },
    }
}

/// Passes on what comes on a connection, until it ends.
async fn listen<M: serde::de::DeserializeOwned>(
    mut receiver: Receiver,
    events: mpsc::Sender<Event>,
    party: Party,
    connection: u32,
    said: impl Fn(Words<M>) -> Event,
) {
    receiver.expect_pulses();
    let is_closed = loop {
        let event = match receiver.hear().await {
            Ok(Some(Word::Messages(heard))) => {
                said(Words { header: heard.header, messages: heard.messages, buffers: share(heard.buffers) })
            }
            Ok(Some(Word::Pulse(pulse))) => Event::Pulse(party, connection, pulse),
            Ok(None) => break true,
            Err(error) => break !error.is_silence(),
        };
        if events.send(event).await.is_err() {
            return;
        }
    };
    let _ = events.send(Event::Cut { party, connection, is_closed }).await;
}

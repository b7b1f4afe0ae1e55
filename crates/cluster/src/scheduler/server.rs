//! The scheduler with its connections and its clock.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bramble_storage::SharedBytes;
use tokio::sync::{mpsc, oneshot};

use super::core::{Outbox, Scheduler};
use super::status::Status;
use crate::connection::{Receiver, Sender, share};
use crate::door::{Caller, accept};
use crate::error::ClusterError;
use crate::protocol::{
    ClientId, FromClient, FromWorker, Hello, ToClient, ToWorker, Welcome, WorkerHello, WorkerId,
};
use crate::security::{Gate, Limits, Security};
use crate::transport::{Address, Listener};

/// Events that may wait before those who send them have to.
const QUEUE: usize = 1024;

/// Time between two looks at who is overdue.
const TICK: Duration = Duration::from_secs(1);

/// How a scheduler runs.
#[derive(Clone)]
pub struct SchedulerOptions {
    /// Where it listens.
    pub listen: Vec<Address>,
    /// Whom it lets in.
    pub security: Security,
    /// Told of those who were not let in.
    pub tell: fn(&str),
    /// A worker of which nothing is heard for so long counts as gone.
    pub worker_timeout: Duration,
}

/// Loopback only, any port, everybody.
impl Default for SchedulerOptions {
    fn default() -> SchedulerOptions {
        SchedulerOptions {
            listen: vec![Address::Tcp { host: "127.0.0.1".into(), port: 0 }],
            security: Security::insecure(),
            tell: |_| {},
            worker_timeout: Duration::from_mins(1),
        }
    }
}

/// A scheduler that listens; it works while [`SchedulerServer::serve`] runs.
pub struct SchedulerServer {
    listeners: Vec<Listener>,
    worker_timeout: Duration,
    events: mpsc::Sender<Event>,
    queue: mpsc::Receiver<Event>,
}

/// Asks a scheduler that serves.
#[derive(Clone)]
pub struct SchedulerHandle {
    events: mpsc::Sender<Event>,
}

enum Event {
    FromWorker(WorkerId, Vec<FromWorker>, Vec<SharedBytes>),
    FromClient(ClientId, Vec<FromClient>, Vec<SharedBytes>),
    WorkerLost(WorkerId, String),
    ClientLost(ClientId),
    Ask(oneshot::Sender<Status>),
}

impl SchedulerServer {
    /// Listens.
    ///
    /// # Errors
    /// [`ClusterError::Listen`].
    pub async fn bind(options: SchedulerOptions) -> Result<SchedulerServer, ClusterError> {
        let gate = Arc::new(Gate::new(options.security.clone(), Limits::default(), options.tell));
        let mut listeners = Vec::new();
        for address in &options.listen {
            listeners.push(Listener::bind(address, Arc::clone(&gate)).await?);
        }
        let (events, queue) = mpsc::channel(QUEUE);
        Ok(SchedulerServer { listeners, worker_timeout: options.worker_timeout, events, queue })
    }

    /// Where it listens, with the ports that it got.
    pub fn addresses(&self) -> Vec<Address> {
        self.listeners.iter().map(|listener| listener.address().clone()).collect()
    }

    /// To ask it while it serves.
    pub fn handle(&self) -> SchedulerHandle {
        SchedulerHandle { events: self.events.clone() }
    }

    /// Works until `shutdown`; then workers are told to leave.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        let SchedulerServer { listeners, worker_timeout, events, mut queue } = self;
        let mut doors = tokio::task::JoinSet::new();
        let (door, mut callers) = mpsc::channel(QUEUE);
        for listener in listeners {
            doors.spawn(accept(listener, door.clone()));
        }
        let mut desk = Desk::new(events);
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        tokio::pin!(shutdown);
        let mut batch = Vec::with_capacity(QUEUE);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                Some(caller) = callers.recv() => desk.admit(caller),
                _ = tick.tick() => desk.look_around(worker_timeout),
                count = queue.recv_many(&mut batch, QUEUE) => {
                    if count == 0 {
                        break;
                    }
                    batch.drain(..).for_each(|event| desk.handle(event));
                }
            }
            desk.flush();
        }
        desk.close();
    }
}

impl SchedulerHandle {
    /// The cluster as it is now; nothing if the scheduler does not serve any more.
    pub async fn status(&self) -> Option<Status> {
        let (reply, answer) = oneshot::channel();
        self.events.send(Event::Ask(reply)).await.ok()?;
        answer.await.ok()
    }
}

/// The state machine with those it talks to.
struct Desk {
    scheduler: Scheduler,
    peers: Peers,
    events: mpsc::Sender<Event>,
    started: Instant,
}

#[derive(Default)]
struct Peers {
    workers: HashMap<WorkerId, Sender<ToWorker>>,
    clients: HashMap<ClientId, Sender<ToClient>>,
}

impl Outbox for Peers {
    fn tell_worker(&mut self, worker: WorkerId, message: ToWorker, buffers: Vec<SharedBytes>) {
        if let Some(sender) = self.workers.get_mut(&worker) {
            sender.add(message, buffers);
        }
    }

    fn tell_client(&mut self, client: ClientId, message: ToClient, buffers: Vec<SharedBytes>) {
        if let Some(sender) = self.clients.get_mut(&client) {
            sender.add(message, buffers);
        }
    }
}

impl Desk {
    fn new(events: mpsc::Sender<Event>) -> Desk {
        Desk { scheduler: Scheduler::default(), peers: Peers::default(), events, started: Instant::now() }
    }

    fn handle(&mut self, event: Event) {
        let now = self.started.elapsed();
        let Desk { scheduler, peers, .. } = self;
        match event {
            Event::FromWorker(worker, messages, mut buffers) => {
                for message in messages {
                    scheduler.hear_worker(now, worker, message, std::mem::take(&mut buffers), peers);
                }
            }
            Event::FromClient(client, messages, mut buffers) => {
                for message in messages {
                    scheduler.hear_client(now, client, message, std::mem::take(&mut buffers), peers);
                }
            }
            Event::WorkerLost(worker, why) => {
                scheduler.lose_worker(now, worker, &why, true, peers);
                peers.workers.remove(&worker);
            }
            Event::ClientLost(client) => {
                scheduler.lose_client(client, peers);
                peers.clients.remove(&client);
            }
            Event::Ask(reply) => drop(reply.send(scheduler.status(now))),
        }
    }

    /// Somebody is at the door.
    fn admit(&mut self, caller: Caller) {
        match caller.hello.clone() {
            Hello::Worker(hello) => self.welcome_worker(hello, caller),
            Hello::Client => self.welcome_client(caller),
            Hello::Peer => drop(caller.welcome::<ToWorker>(Welcome::Refused("this is a scheduler".into()))),
        }
    }

    fn welcome_worker(&mut self, hello: WorkerHello, caller: Caller) {
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
        let id = self.scheduler.add_worker(self.started.elapsed(), hello, address);
        let (sender, receiver) = caller.welcome(Welcome::Worker(id));
        self.peers.workers.insert(id, sender);
        let events = self.events.clone();
        let lost = move |why| Event::WorkerLost(id, why);
        let heard = move |messages, buffers| Event::FromWorker(id, messages, buffers);
        tokio::spawn(listen(receiver, events, heard, lost));
    }

    fn welcome_client(&mut self, caller: Caller) {
        let id = self.scheduler.add_client();
        let (sender, receiver) = caller.welcome(Welcome::Client(id));
        self.peers.clients.insert(id, sender);
        let events = self.events.clone();
        let lost = move |_| Event::ClientLost(id);
        let heard = move |messages, buffers| Event::FromClient(id, messages, buffers);
        tokio::spawn(listen(receiver, events, heard, lost));
    }

    /// Workers that have been silent for too long are gone, and people are told of tasks that wait in vain.
    fn look_around(&mut self, timeout: Duration) {
        let now = self.started.elapsed();
        self.scheduler.tell_of_waits(now, &mut self.peers);
        for worker in self.scheduler.overdue(now, timeout) {
            let why = format!("nothing was heard of it for {} s", timeout.as_secs());
            self.scheduler.lose_worker(now, worker, &why, true, &mut self.peers);
            // Its side sees the end of the connection, and comes back if it can.
            self.peers.workers.remove(&worker);
        }
    }

    fn flush(&mut self) {
        self.scheduler.flush(&mut self.peers);
        self.peers.workers.values_mut().for_each(Sender::flush);
        self.peers.clients.values_mut().for_each(Sender::flush);
    }

    fn close(mut self) {
        for sender in self.peers.workers.values_mut() {
            sender.send(ToWorker::Leave { why: "the scheduler was closed".into() });
        }
    }
}

/// Whether a worker can have so much of something.
fn is_amount(amount: f64) -> bool {
    amount.is_finite() && amount > 0.0
}

/// Passes on what comes on a connection, until it ends.
async fn listen<M: serde::de::DeserializeOwned>(
    mut receiver: Receiver,
    events: mpsc::Sender<Event>,
    heard: impl Fn(Vec<M>, Vec<SharedBytes>) -> Event,
    lost: impl Fn(String) -> Event,
) {
    let why = loop {
        match receiver.receive().await {
            Ok(Some((messages, buffers))) => {
                if events.send(heard(messages, share(buffers))).await.is_err() {
                    return;
                }
            }
            Ok(None) => break "it closed the connection".to_owned(),
            Err(error) => break error.to_string(),
        }
    };
    let _ = events.send(lost(why)).await;
}

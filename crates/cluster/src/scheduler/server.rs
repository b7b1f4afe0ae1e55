//! The scheduler with its connections and its clock.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::desk::{Desk, Event};
use super::journal::Journal;
use super::status::Status;
use crate::door::accept;
use crate::error::ClusterError;
use crate::security::{Gate, Limits, Security};
use crate::silence::PULSE;
use crate::transport::{Address, Listener};
use crate::worker::OnCall;

/// How many workers may die of a task before it is given up, if nobody says.
pub const ALLOWED_FAILURES: u32 = 2;

/// Events that may wait before those who send them have to.
const QUEUE: usize = 1024;

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
    /// The folder where it writes down what it hears, so that it goes on when it was killed and is started again.
    pub journal: Option<PathBuf>,
    /// A task fails when more workers than this have died while they ran it.
    pub allowed_failures: u32,
    /// Bytes that a journal may take before it begins anew with how the scheduler stands; twice as many as that takes, if
    /// it is more.
    pub journal_limit: u64,
    /// Makes calls in this process for clients; without it none are made.
    pub on_call: Option<OnCall>,
}

/// Loopback only, any port, everybody.
impl Default for SchedulerOptions {
    fn default() -> SchedulerOptions {
        SchedulerOptions {
            listen: vec![Address::Tcp { host: "127.0.0.1".into(), port: 0 }],
            security: Security::insecure(),
            tell: |_| {},
            worker_timeout: Duration::from_mins(1),
            journal: None,
            allowed_failures: ALLOWED_FAILURES,
            journal_limit: 64 << 20,
            on_call: None,
        }
    }
}

/// A scheduler that listens; it works while [`SchedulerServer::serve`] runs.
pub struct SchedulerServer {
    listeners: Vec<Listener>,
    desk: Desk,
    events: mpsc::Sender<Event>,
    queue: mpsc::Receiver<Event>,
}

/// Asks a scheduler that serves.
#[derive(Clone)]
pub struct SchedulerHandle {
    events: mpsc::Sender<Event>,
}

impl SchedulerServer {
    /// Listens, and takes up what a journal says.
    ///
    /// # Errors
    /// [`ClusterError::Listen`], [`ClusterError::Journal`].
    pub async fn bind(options: SchedulerOptions) -> Result<SchedulerServer, ClusterError> {
        let gate = Arc::new(Gate::new(options.security.clone(), Limits::default(), options.tell));
        let mut listeners = Vec::new();
        for address in &options.listen {
            listeners.push(Listener::bind(address, Arc::clone(&gate)).await?);
        }
        let (events, queue) = mpsc::channel(QUEUE);
        let mut desk = Desk::new(&options, events.clone());
        if let Some(folder) = &options.journal {
            let (journal, records) = Journal::open(folder, options.journal_limit, options.tell)?;
            desk.go_on_with(journal, records)?;
        }
        desk.allow_failures(options.allowed_failures);
        Ok(SchedulerServer { listeners, desk, events, queue })
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
        let SchedulerServer { listeners, mut desk, events: _, mut queue } = self;
        let mut doors = tokio::task::JoinSet::new();
        let (door, mut callers) = mpsc::channel(QUEUE);
        for listener in listeners {
            doors.spawn(accept(listener, door.clone()));
        }
        let mut tick = tokio::time::interval(PULSE);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        tokio::pin!(shutdown);
        let mut batch = Vec::with_capacity(QUEUE);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                Some(caller) = callers.recv() => desk.admit(caller),
                _ = tick.tick() => desk.look_around(),
                count = queue.recv_many(&mut batch, QUEUE) => {
                    if count == 0 {
                        break;
                    }
                    // Others may have come meanwhile: what is heard together is answered in one word.
                    tokio::task::yield_now().await;
                    while batch.len() < QUEUE && let Ok(event) = queue.try_recv() {
                        batch.push(event);
                    }
                    desk.handle(batch.drain(..));
                }
            }
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

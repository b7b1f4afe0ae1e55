//! A scheduler with all that it was told and all that it said. One that is told the same says the same, word for word:
//! that is what a journal rests on. So does one that was written down as it stood, and is told what came then.

use std::time::Duration;

use bramble_storage::SharedBytes;
use serde::Serialize;

use super::world::travelled;
use crate::parts::{pack, unpack};
use crate::protocol::{ClientId, FromClient, FromWorker, ToClient, ToWorker, WorkerHello, WorkerId};
use crate::scheduler::{Outbox, Scheduler};

/// See the module.
#[derive(Default)]
pub(super) struct Chronicle {
    scheduler: Scheduler,
    /// How it stood before all that it was told; nothing if it was new.
    state: Option<(Vec<u8>, Vec<SharedBytes>)>,
    workers: u32,
    told: Vec<(Duration, Told)>,
    said: Vec<Vec<u8>>,
}

enum Told {
    WorkerCame(WorkerHello, String),
    ClientCame,
    Worker(WorkerId, FromWorker),
    Client(ClientId, FromClient, Vec<SharedBytes>),
    WorkerLost(WorkerId, bool),
    Away(WorkerId, bool),
    Flush,
}

/// Notes what is said and passes it on.
struct Notes<'a, O> {
    said: &'a mut Vec<Vec<u8>>,
    out: &'a mut O,
}

impl<O: Outbox> Outbox for Notes<'_, O> {
    fn make_call(&mut self, client: ClientId, ticket: u32, call: SharedBytes) {
        self.out.make_call(client, ticket, call);
    }

    fn tell_worker(&mut self, worker: WorkerId, message: ToWorker, buffers: Vec<SharedBytes>) {
        self.said.push(bytes(&(worker, &message)));
        self.out.tell_worker(worker, message, buffers);
    }

    fn tell_client(&mut self, client: ClientId, message: ToClient, buffers: Vec<SharedBytes>) {
        self.said.push(bytes(&(client, &message)));
        self.out.tell_client(client, message, buffers);
    }
}

/// Where words go that were said before.
struct Nobody;

impl Outbox for Nobody {
    fn make_call(&mut self, _: ClientId, _: u32, _: SharedBytes) {}

    fn tell_worker(&mut self, _: WorkerId, _: ToWorker, _: Vec<SharedBytes>) {}

    fn tell_client(&mut self, _: ClientId, _: ToClient, _: Vec<SharedBytes>) {}
}

fn bytes(message: &impl Serialize) -> Vec<u8> {
    rmp_serde::to_vec(message).unwrap()
}

impl std::ops::Deref for Chronicle {
    type Target = Scheduler;

    fn deref(&self) -> &Scheduler {
        &self.scheduler
    }
}

impl Chronicle {
    /// A new scheduler in the place of this one, which reads what this one was told.
    pub(super) fn die_and_go_on(&mut self) {
        let before = std::mem::take(self);
        self.workers = before.workers;
        if let Some((packed, buffers)) = before.state {
            self.scheduler = unpack::<Scheduler>(&packed, buffers.clone()).unwrap().replanned().unwrap();
            self.state = Some((packed, buffers));
        }
        for (now, told) in before.told {
            self.tell(now, told, &mut Nobody);
        }
        assert!(self.said == before.said, "the same events led to other words");
    }

    /// Writes down how it stands, in the place of all that it was told.
    pub(super) fn begin_anew(&mut self) {
        self.state = Some(pack(&self.scheduler));
        self.told.clear();
        self.said.clear();
    }

    fn tell(&mut self, now: Duration, told: Told, out: &mut impl Outbox) {
        let out = &mut Notes { said: &mut self.said, out };
        match &told {
            Told::WorkerCame(hello, address) => {
                self.scheduler.add_worker(now, hello.clone(), address.clone());
            }
            Told::ClientCame => {
                self.scheduler.add_client();
            }
            Told::Worker(id, message) => {
                self.scheduler.hear_worker(now, *id, travelled(message), Vec::new(), out);
            }
            Told::Client(id, message, buffers) => {
                self.scheduler.hear_client(now, *id, travelled(message), buffers.clone(), out);
            }
            &Told::WorkerLost(id, blamed) => self.scheduler.lose_worker(now, id, "chance", blamed, out),
            &Told::Away(id, is_away) => self.scheduler.set_away(now, id, is_away),
            Told::Flush => self.scheduler.flush(out),
        }
        self.told.push((now, told));
    }

    pub(super) fn add_worker(&mut self, hello: WorkerHello, address: String) -> WorkerId {
        self.tell(Duration::ZERO, Told::WorkerCame(hello, address), &mut Nobody);
        // They are numbered as they come.
        self.workers += 1;
        WorkerId(self.workers - 1)
    }

    pub(super) fn add_client(&mut self) -> ClientId {
        self.tell(Duration::ZERO, Told::ClientCame, &mut Nobody);
        ClientId(0)
    }

    pub(super) fn hear_worker(
        &mut self,
        now: Duration,
        id: WorkerId,
        message: FromWorker,
        out: &mut impl Outbox,
    ) {
        self.tell(now, Told::Worker(id, message), out);
    }

    pub(super) fn hear_client(
        &mut self,
        now: Duration,
        id: ClientId,
        message: FromClient,
        buffers: Vec<SharedBytes>,
        out: &mut impl Outbox,
    ) {
        self.tell(now, Told::Client(id, message, buffers), out);
    }

    pub(super) fn lose_worker(&mut self, id: WorkerId, blamed: bool, out: &mut impl Outbox) {
        self.tell(Duration::ZERO, Told::WorkerLost(id, blamed), out);
    }

    pub(super) fn set_away(&mut self, id: WorkerId, is_away: bool) {
        self.tell(Duration::ZERO, Told::Away(id, is_away), &mut Nobody);
    }

    pub(super) fn flush(&mut self, out: &mut impl Outbox) {
        self.tell(Duration::ZERO, Told::Flush, out);
    }
}

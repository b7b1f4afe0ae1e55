//! What clients ask beside graphs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bramble_storage::SharedBytes;

use super::loans::numbered;
use super::{Outbox, Scheduler, introduce};
use crate::protocol::{
    ClientId, KeptBlocks, Located, Move, Reply, Request, RunId, ToClient, ToWorker, WorkerId,
};
use crate::scheduler::tasks::State;

impl Scheduler {
    /// A client asks something.
    pub(super) fn serve(
        &mut self,
        now: Duration,
        (client, ticket): (ClientId, u32),
        request: Request,
        buffers: Vec<SharedBytes>,
        out: &mut impl Outbox,
    ) {
        let reply = match request {
            Request::Locate { blocks } => Ok(Reply::Located(self.locate(client, &blocks))),
            Request::Call { workers } => match self.named_or_all(workers) {
                Ok(workers) => return self.call_workers((client, ticket), &workers, &buffers, out),
                Err(refused) => Err(refused),
            },
            Request::CallScheduler => match buffers.into_iter().next() {
                Some(call) => return out.make_call(client, ticket, call),
                None => Err(Reply::wrong("there is nothing to call")),
            },
            Request::Retire { workers } => self.retire_named(now, workers),
            Request::Replicate { blocks, copies, workers } => self
                .named_or_all(workers)
                .and_then(|workers| self.replicate(client, &blocks, copies as usize, &workers, out)),
            Request::Rebalance { blocks, workers } => {
                let workers = self.named_or_all(workers);
                workers.map(|workers| Reply::Moving(self.rebalance(client, &blocks, &workers, out)))
            }
            Request::Publish { name, runs } => self.publish(name, runs, buffers.into_iter().next()),
            Request::Dataset { name } => match self.dataset(&name) {
                Ok(value) => {
                    let reply = Reply::Value;
                    return out.tell_client(client, ToClient::Reply { ticket, reply }, vec![value]);
                }
                Err(refused) => Err(refused),
            },
            Request::Datasets => Ok(Reply::Names(self.dataset_names())),
            Request::Unpublish { name } => self.unpublish(&name, out),
            Request::Tasks { since } => Ok(self.tasks_since(now, since)),
            Request::Story { blocks } => Ok(self.story_of(now, client, &blocks)),
            Request::Meet(wish) => {
                return self.meeting.hear(now, (client, ticket), wish, buffers.into_iter().next());
            }
            Request::GiveUp { ticket: other } => {
                self.meeting.give_up((client, other));
                Ok(Reply::Done)
            }
        };
        let reply = reply.unwrap_or_else(|refused| refused);
        out.tell_client(client, ToClient::Reply { ticket, reply }, Vec::new());
    }

    /// Tells clients what those who meet are to hear.
    pub(super) fn tell_met(&mut self, out: &mut impl Outbox) {
        for item in self.news.take_fresh() {
            self.meeting.tell(Duration::from_secs_f64(item.at), &item.text);
        }
        for (client, word, buffers) in self.meeting.take_words() {
            out.tell_client(client, word, buffers);
        }
    }

    /// The workers that were named, all of which must be there; all if none was.
    fn named_or_all(&self, workers: Option<Vec<WorkerId>>) -> Result<Vec<WorkerId>, Reply> {
        let Some(workers) = workers else { return Ok(self.workers.iter().map(|(id, _)| id).collect()) };
        match workers.iter().find(|&&worker| self.workers.get(worker).is_none()) {
            Some(gone) => Err(Reply::Refused {
                code: "WORKER_LOST".into(),
                message: format!("worker {} is not there any more", gone.0),
            }),
            None => Ok(workers),
        }
    }

    fn locate(&self, client: ClientId, blocks: &[KeptBlocks]) -> Vec<Vec<Located>> {
        let each = |kept: &KeptBlocks| {
            let run = self.runs.get(&RunId(client, kept.run)).filter(|run| !run.is_over);
            let one = |&number: &u64| {
                let task = run.and_then(|run| run.tasks.get(numbered(run.tasks.plan(), number)?));
                task.map_or_else(Located::default, |task| Located {
                    bytes: task.bytes,
                    holders: task.holders.to_vec(),
                    running: match task.state {
                        State::Running(worker) => Some(worker),
                        _ => None,
                    },
                })
            };
            kept.numbers.iter().map(one).collect()
        };
        blocks.iter().map(each).collect()
    }

    fn retire_named(&mut self, now: Duration, workers: Vec<WorkerId>) -> Result<Reply, Reply> {
        for id in self.named_or_all(Some(workers))? {
            if let Some(worker) = self.workers.get(id) {
                let text = format!("a client wants worker {} to go", worker.hello.name);
                self.news.tell(now, text);
            }
            self.workers.retire(id);
        }
        Ok(Reply::Done)
    }

    /// The blocks that somebody has, with their numbers.
    fn made_of(&self, client: ClientId, blocks: &[KeptBlocks]) -> Vec<(RunId, u64, u64)> {
        let each = |kept: &KeptBlocks| {
            let number = RunId(client, kept.run);
            let run = self.runs.get(&number).filter(|run| !run.is_over);
            let plan = run.map(|run| Arc::clone(run.tasks.plan()));
            let one = move |&index: &u64| Some((number, index, numbered(plan.as_deref()?, index)?));
            let made = kept.numbers.iter().filter_map(one).collect::<Vec<_>>();
            made.into_iter().filter(|&(run, _, block)| !self.holders(run, block).is_empty())
        };
        blocks.iter().flat_map(each).collect()
    }

    fn holders(&self, run: RunId, block: u64) -> &[WorkerId] {
        let task = self.runs.get(&run).and_then(|run| run.tasks.get(block));
        task.filter(|task| task.state == State::Done).map_or(&[], |task| &task.holders)
    }

    /// Has workers take blocks until so many have each.
    fn replicate(
        &mut self,
        client: ClientId,
        blocks: &[KeptBlocks],
        copies: usize,
        workers: &[WorkerId],
        out: &mut impl Outbox,
    ) -> Result<Reply, Reply> {
        let staying = |id: &WorkerId| self.workers.get(*id).is_some_and(|worker| !worker.is_retiring());
        let workers: Vec<WorkerId> = workers.iter().copied().filter(staying).collect();
        if copies > workers.len() {
            let message = format!("{copies} copies need as many workers, and there are {}", workers.len());
            return Err(Reply::wrong(message));
        }
        // Each copy goes to whoever was given least so far.
        let mut given: BTreeMap<WorkerId, u64> = workers.iter().map(|&worker| (worker, 0)).collect();
        for (run, _, block) in self.made_of(client, blocks) {
            let holders = self.holders(run, block).to_vec();
            let missing = copies.saturating_sub(holders.iter().filter(|id| workers.contains(id)).count());
            for _ in 0..missing {
                let free = given.iter().filter(|&(id, _)| !holders.contains(id));
                let Some(&taker) = free.min_by_key(|&(&id, &count)| (count, id)).map(|(id, _)| id) else {
                    break;
                };
                *given.entry(taker).or_default() += 1;
                self.have_taken(taker, run, block, out);
            }
        }
        Ok(Reply::Done)
    }

    /// Has workers that hold little take blocks of those that hold much.
    fn rebalance(
        &mut self,
        client: ClientId,
        blocks: &[KeptBlocks],
        workers: &[WorkerId],
        out: &mut impl Outbox,
    ) -> Vec<Move> {
        let mut held: BTreeMap<WorkerId, u64> = workers.iter().map(|&worker| (worker, 0)).collect();
        let mut single = Vec::new();
        for (run, number, block) in self.made_of(client, blocks) {
            let bytes = self.runs[&run].tasks.get(block).map_or(0, |task| task.bytes);
            // A block that lies on several workers is not what makes one of them full.
            let &[holder] = self.holders(run, block) else { continue };
            let Some(sum) = held.get_mut(&holder) else { continue };
            *sum += bytes;
            single.push((bytes, run, number, block, holder));
        }
        single.sort_unstable_by(|one, other| other.cmp(one));
        let mut moves = Vec::new();
        for (bytes, run, number, block, from) in single {
            let Some((&to, &least)) = held.iter().min_by_key(|&(&id, &sum)| (sum, id)) else { break };
            // Only where the one with less then has no more than the other had.
            if least + bytes >= held[&from] {
                continue;
            }
            *held.entry(from).or_default() -= bytes;
            *held.entry(to).or_default() += bytes;
            self.moves.insert((run, block), (from, to));
            self.have_taken(to, run, block, out);
            moves.push(Move { run: run.1, number, from, to });
        }
        moves
    }

    /// Has a worker fetch a block that others have.
    fn have_taken(&mut self, taker: WorkerId, run: RunId, block: u64, out: &mut impl Outbox) {
        let holders = self.holders(run, block).to_vec();
        let Scheduler { workers, runs, .. } = self;
        let Some(begun) = runs.get(&run) else { return };
        introduce(workers, taker, holders.iter().copied(), out);
        begun.begin_on(workers, run, taker, out);
        out.tell_worker(taker, ToWorker::Take { run, places: vec![(block, holders)] }, Vec::new());
    }

    /// A worker has copies: those whence they were moved need theirs no longer.
    pub(super) fn end_moves(&mut self, worker: WorkerId, number: RunId, blocks: &[u64]) {
        for &block in blocks {
            let Some(&(from, to)) = self.moves.get(&(number, block)) else { continue };
            if to != worker {
                continue;
            }
            self.moves.remove(&(number, block));
            let holders = self.holders(number, block);
            if holders.contains(&from) && holders.contains(&to) {
                self.lose_copies(number, block, &[from]);
            }
        }
    }
}

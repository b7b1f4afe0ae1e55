//! Blocks from worker to worker, and from worker to client.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use bramble_array::{AlignedBuffer, Block};
use bramble_runtime::Parcel;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::connection::{self, Receiver, Sender};
use crate::door::Caller;
use crate::error::ClusterError;
use crate::protocol::{
    BlockInfo, FromPeer, Hello, Limits, RunId, ToPeer, Welcome, WorkerId, decode_block, encode_block,
};
use crate::security::Security;
use crate::transport::{Address, connect};

/// How long a connection stays that nobody uses. Workers come and go: without an end there would be a socket for each that
/// ever was.
const IDLE: Duration = Duration::from_secs(10);

/// Asks for blocks, each peer over a connection of its own, which is kept while it is used.
pub(crate) struct PeerPool {
    security: Security,
    idle: Duration,
    peers: std::sync::Mutex<HashMap<WorkerId, Arc<Peer>>>,
}

struct Peer {
    address: String,
    line: Mutex<Line>,
}

type Connection = Option<(Sender<ToPeer>, Receiver)>;

/// The connection to a peer.
#[derive(Default)]
struct Line {
    connection: Connection,
    /// Whether it was used since somebody looked.
    was_used: bool,
    /// Whether somebody will look.
    is_watched: bool,
}

impl PeerPool {
    pub(crate) fn new(security: Security) -> PeerPool {
        PeerPool { security, idle: IDLE, peers: std::sync::Mutex::default() }
    }

    /// Notes where a worker is found.
    pub(crate) fn introduce(&self, worker: WorkerId, address: String) {
        let peer = Arc::new(Peer { address, line: Mutex::default() });
        self.lock().insert(worker, peer);
    }

    /// The blocks that a worker has of those that are asked for; none of them if it does not answer.
    pub(crate) async fn fetch(&self, from: WorkerId, run: RunId, blocks: &[u64]) -> Vec<Option<Block>> {
        let peer = self.lock().get(&from).map(Arc::clone);
        let nothing = || blocks.iter().map(|_| None).collect();
        let Some(peer) = peer else { return nothing() };
        let mut line = peer.line.lock().await;
        if !std::mem::replace(&mut line.is_watched, true) {
            tokio::spawn(close_when_idle(Arc::downgrade(&peer), self.idle));
        }
        line.was_used = true;
        // A connection that was kept may have ended since: once it is opened anew.
        for _ in 0..2 {
            let was_open = line.connection.is_some();
            if let Ok(blocks) = self.ask(&peer.address, &mut line.connection, run, blocks).await {
                return blocks;
            }
            line.connection = None;
            if !was_open {
                break;
            }
        }
        nothing()
    }

    async fn ask(
        &self,
        address: &str,
        connection: &mut Connection,
        run: RunId,
        blocks: &[u64],
    ) -> Result<Vec<Option<Block>>, ClusterError> {
        if connection.is_none() {
            *connection = Some(self.open(address).await?);
        }
        let lost = |why: String| ClusterError::Lost { address: address.to_owned(), why };
        let Some((sender, receiver)) = connection else { return Err(lost("it was closed".into())) };
        sender.send(ToPeer::Get { run, blocks: blocks.to_vec() });
        let answer = receiver.receive::<FromPeer>().await.map_err(|error| lost(error.to_string()))?;
        let Some((answers, buffers)) = answer else { return Err(lost("it closed the connection".into())) };
        let decoded = answers.into_iter().next().and_then(|answer| decode(answer, buffers));
        decoded
            .filter(|given| given.len() == blocks.len())
            .ok_or_else(|| lost("its answer makes no sense".into()))
    }

    async fn open(&self, address: &str) -> Result<(Sender<ToPeer>, Receiver), ClusterError> {
        let parsed: Address = address.parse()?;
        let stream = connect(&parsed, &self.security).await?;
        let (mut sender, mut receiver) = connection::open::<Hello>(stream, Limits::default());
        sender.send(Hello::Peer);
        let lost = |why: String| ClusterError::Lost { address: address.to_owned(), why };
        let answer = receiver.receive::<Welcome>().await.map_err(|error| lost(error.to_string()))?;
        match answer.map(|(messages, _)| messages).as_deref() {
            Some([Welcome::Peer]) => Ok((sender.retyped(), receiver)),
            _ => Err(lost("it does not want peers".into())),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<WorkerId, Arc<Peer>>> {
        self.peers.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Ends a connection that was not used for so long; the next question opens another.
async fn close_when_idle(peer: Weak<Peer>, idle: Duration) {
    loop {
        tokio::time::sleep(idle).await;
        let Some(peer) = peer.upgrade() else { return };
        let mut line = peer.line.lock().await;
        if !std::mem::take(&mut line.was_used) {
            *line = Line::default();
            return;
        }
    }
}

fn decode(FromPeer::Blocks { blocks }: FromPeer, buffers: Vec<AlignedBuffer>) -> Option<Vec<Option<Block>>> {
    let mut buffers = buffers.into_iter();
    let decode = |info: &Option<BlockInfo>| match info {
        Some(info) => decode_block(info, &mut buffers).map(Some),
        None => Some(None),
    };
    blocks.iter().map(decode).collect()
}

/// A question of a peer.
pub(crate) struct Wish {
    pub(crate) run: RunId,
    pub(crate) blocks: Vec<u64>,
    pub(crate) reply: oneshot::Sender<Vec<Option<Parcel>>>,
}

/// Blocks for a peer, read back if they are on disk; one that cannot be read is none.
async fn in_memory(given: Vec<Option<Parcel>>) -> Result<Vec<Option<Block>>, tokio::task::JoinError> {
    let load = |parcel: Option<Parcel>| parcel.and_then(|parcel| parcel.load().ok());
    let is_here = |parcel: &Option<Parcel>| parcel.as_ref().is_none_or(|parcel| parcel.in_memory().is_some());
    if given.iter().all(is_here) {
        return Ok(given.into_iter().map(load).collect());
    }
    tokio::task::spawn_blocking(move || given.into_iter().map(load).collect()).await
}

/// Answers the questions of a peer.
pub(crate) async fn serve_peer(caller: Caller, wishes: mpsc::UnboundedSender<Wish>) {
    let (mut sender, mut receiver) = caller.welcome::<FromPeer>(Welcome::Peer);
    while let Ok(Some((questions, _))) = receiver.receive::<ToPeer>().await {
        for ToPeer::Get { run, blocks } in questions {
            let (reply, answer) = oneshot::channel();
            if wishes.send(Wish { run, blocks, reply }).is_err() {
                return;
            }
            let Ok(given) = answer.await else { return };
            let Ok(given) = in_memory(given).await else { return };
            let mut buffers = Vec::new();
            let info = |block: &Option<Block>| block.as_ref().map(|block| encode_block(block, &mut buffers));
            let blocks = given.iter().map(info).collect();
            sender.add(FromPeer::Blocks { blocks }, buffers);
            sender.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door;
    use crate::protocol::ClientId;
    use crate::security::{Gate, Limits as GateLimits};
    use crate::transport::Listener;

    #[tokio::test]
    async fn a_connection_that_nobody_uses_ends_and_the_next_question_opens_another() {
        let address = Address::Inproc { name: "left-alone".into() };
        let gate = Arc::new(Gate::new(Security::insecure(), GateLimits::default(), |_| {}));
        let listener = Listener::bind(&address, gate).await.unwrap();
        let (callers, mut arrivals) = mpsc::channel(1);
        tokio::spawn(door::accept(listener, callers));
        let idle = Duration::from_millis(20);
        let pool = PeerPool { idle, ..PeerPool::new(Security::insecure()) };
        pool.introduce(WorkerId(1), address.to_string());
        for _ in 0..2 {
            let answering = async {
                let caller: Caller = arrivals.recv().await.unwrap();
                let (mut sender, mut receiver) = caller.welcome::<FromPeer>(Welcome::Peer);
                receiver.receive::<ToPeer>().await.unwrap();
                sender.send(FromPeer::Blocks { blocks: vec![None] });
                (sender, receiver)
            };
            let asking = pool.fetch(WorkerId(1), RunId(ClientId(0), 1), &[7]);
            let (given, (_sender, mut receiver)) = tokio::join!(asking, answering);
            assert!(matches!(given[..], [None]));
            // It is the side that asked that closes it.
            assert!(receiver.receive::<ToPeer>().await.unwrap().is_none());
        }
    }
}

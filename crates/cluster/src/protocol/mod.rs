//! What scheduler, workers and clients say to each other. `docs/protocol.md` describes it for people.

mod block;
mod frame;
mod handshake;
#[cfg(test)]
mod hostile;
mod meet;
mod message;
mod pulse;
mod service;

pub use block::{BlockInfo, decode_block, encode_block};
pub use frame::{Frame, Limits, Outgoing, STRANGER, SharedBuffer, read_frame, write_frame};
pub use handshake::{VERSION, greet};
pub use meet::{Meet, Noted};
pub use message::{
    Adoption, Assignment, ClientId, Clue, Conversation, Failure, FromClient, FromPeer, FromWorker, Hello,
    Loan, Loss, Made, MadeOutput, RunId, Surroundings, ToClient, ToPeer, ToWorker, Trouble, Welcome,
    WorkerHello, WorkerId,
};
pub use pulse::{Beat, Pulse};
pub use service::{
    CallAnswer, CallEnd, DoneTasks, KeptBlocks, Located, Move, Reply, Request, Step, TaskSpan, Turn,
};

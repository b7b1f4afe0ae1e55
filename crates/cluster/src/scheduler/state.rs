//! What becomes of a task.

use serde::{Deserialize, Serialize};

use crate::protocol::WorkerId;

/// In the order in which a task comes to be in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// On the path: not all inputs have been looked at.
    Expanding,
    /// Some input is not there.
    Waiting,
    /// In the ready list.
    Ready,
    /// Handed out.
    Running(WorkerId),
    /// Somebody holds it.
    Done,
    /// It failed too often.
    Erred,
}

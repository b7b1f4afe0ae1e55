//! What calls come from: a run of this process, or tasks that somebody else decides on.

use std::sync::Arc;

use bramble_graph::{Plan, ReadyTask};
use bramble_storage::SharedBytes;

use super::hand_out::{HandedIn, HandedOut, Taken};
use super::queue::ExecutorId;
use crate::executor::End;

/// What calls refer to, in the executors' own encoding: the whole in one part, or a part without long data and these.
/// They may lie in memory of whoever runs the graph, and are read when an executor asks what it is to call.
pub type CalledProgram = Vec<SharedBytes>;

/// Has calls for executors, and takes their results in.
pub(crate) trait CallSource: Send + Sync {
    /// Tells sources apart.
    fn number(&self) -> u64;

    fn plan(&self) -> &Arc<Plan>;

    /// What is called, in the executors' own encoding.
    fn program(&self) -> Arc<CalledProgram>;

    fn is_stopped(&self) -> bool;

    /// Whether somebody wants to know when calls were made.
    fn is_traced(&self) -> bool;

    /// Gives up to `limit` calls to an executor, with what they read.
    fn take_calls(self: Arc<Self>, id: ExecutorId, limit: usize, passes_on: bool) -> HandedOut;

    /// Takes the results of calls in.
    fn hand_in_calls(self: Arc<Self>, id: ExecutorId, entries: Vec<HandedIn>);

    /// A call waits for something and leaves its place to others, or goes on.
    fn set_aside(&self, _task: &ReadyTask, _waits: bool) {}

    /// The executor of a call has died.
    fn lose_call(self: Arc<Self>, id: ExecutorId, taken: Taken, why: &str);

    /// Is told of what `take_calls` found at the end.
    fn end(self: Arc<Self>, end: End);
}

//! Calls that a worker makes for clients beside its tasks, and the process of a scheduler.

use std::sync::Arc;

use bramble_storage::SharedBytes;

use crate::protocol::CallEnd;

/// Makes calls: is given what to call, in the encoding of the language above, and whoever wants the answer.
pub type OnCall = Arc<dyn Fn(SharedBytes, Answerer) + Send + Sync>;

/// Waits for the answer to a call. One that is dropped says that there is none.
pub struct Answerer(Option<OnAnswer>);

type OnAnswer = Box<dyn FnOnce(CallEnd, Vec<u8>) + Send>;

impl Answerer {
    pub(crate) fn new(answer: impl FnOnce(CallEnd, Vec<u8>) + Send + 'static) -> Answerer {
        Answerer(Some(Box::new(answer)))
    }

    /// The call gave or threw something.
    pub fn answer(mut self, threw: bool, value: Vec<u8>) {
        if let Some(answer) = self.0.take() {
            answer(if threw { CallEnd::Threw } else { CallEnd::Gave }, value);
        }
    }

    /// The call cannot be made.
    pub(crate) fn refuse(mut self, why: &str) {
        if let Some(answer) = self.0.take() {
            answer(CallEnd::Failed(why.into()), Vec::new());
        }
    }
}

impl Drop for Answerer {
    fn drop(&mut self) {
        if let Some(answer) = self.0.take() {
            answer(CallEnd::Failed("it has no answer".into()), Vec::new());
        }
    }
}

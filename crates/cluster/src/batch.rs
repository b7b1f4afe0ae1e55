//! Messages that wait for the next frame.

use std::sync::Arc;

use bramble_storage::SharedBytes;
use serde::Serialize;

use crate::connection::frame;
use crate::protocol::Outgoing;

/// Them.
pub(crate) struct Batch<M>(Vec<M>);

impl<M: Serialize> Batch<M> {
    /// Adds a message; one with buffers has to go at once, behind those that wait. Gives the frames that are to go.
    pub(crate) fn add(
        &mut self,
        message: M,
        buffers: Vec<SharedBytes>,
    ) -> impl Iterator<Item = Arc<Outgoing>> + use<M> {
        let [before, own] = if buffers.is_empty() {
            self.0.push(message);
            [None, None]
        } else {
            [self.take(), Some(frame(&[message], buffers))]
        };
        before.into_iter().chain(own)
    }

    /// The frame of what waits, if anything does.
    pub(crate) fn take(&mut self) -> Option<Arc<Outgoing>> {
        if self.0.is_empty() {
            return None;
        }
        Some(frame(&std::mem::take(&mut self.0), Vec::new()))
    }
}

impl<M> Default for Batch<M> {
    fn default() -> Batch<M> {
        Batch(Vec::new())
    }
}

//! How a desk stands between two events, to be written down in the place of all that it has heard.

use std::collections::HashMap;
use std::time::Duration;

use super::{Desk, Lines, Scheduler};
use crate::parts::{pack, unpack};
use crate::protocol::Conversation;
use crate::scheduler::journal::{Party, State};

impl Desk {
    /// Has a journal that has grown begin anew.
    pub(super) fn begin_journal_anew(&mut self, now: Duration) {
        if !self.journal.as_ref().is_some_and(super::Journal::has_grown) {
            return;
        }
        let state = self.state();
        if let Some(journal) = &mut self.journal {
            journal.begin_anew(now, state);
        }
    }

    /// What a scheduler must know to go on; connections and clocks are its own.
    fn state(&self) -> State {
        let (packed, buffers) = pack(&(&self.scheduler, &self.lines, &self.conversations));
        State { packed, buffers }
    }

    /// Is as another one was; nothing if the state makes no sense.
    pub(super) fn stand_as(&mut self, State { packed, buffers }: State) -> Option<()> {
        let (scheduler, lines, conversations): (Scheduler, Lines, HashMap<Conversation, Party>) =
            unpack(&packed, buffers)?;
        self.scheduler = scheduler.replanned()?;
        self.lines = lines;
        self.conversations = conversations;
        Some(())
    }
}

//! What functions find around them on the workers of a cluster.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::protocol::Surroundings;

/// As the scheduler said last. Clones are one.
#[derive(Clone, Debug, Default)]
pub(super) struct Known(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// How often it has changed.
    version: u32,
    all: Vec<(Surroundings, String)>,
}

impl Known {
    pub(super) fn learn(&self, all: Vec<(Surroundings, String)>) {
        let mut state = self.state();
        state.version = state.version.wrapping_add(1);
        state.all = all;
    }

    pub(super) fn since(&self, version: u32) -> Option<(u32, Vec<(Surroundings, String)>)> {
        let state = self.state();
        (state.version != version).then(|| (state.version, state.all.clone()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

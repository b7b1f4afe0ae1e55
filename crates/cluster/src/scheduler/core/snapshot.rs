//! All that a scheduler knows, as it stands between two events: what a journal holds in the place of all that led to it.

use std::sync::Arc;

use bramble_graph::{Graph, Plan};

use super::{Run, Scheduler};

impl Scheduler {
    /// Completes a scheduler that was written down: plans follow from graphs. Nothing if a graph makes no sense.
    pub(crate) fn replanned(mut self) -> Option<Scheduler> {
        for run in self.runs.values_mut() {
            run.replan()?;
        }
        Some(self)
    }
}

impl Run {
    fn replan(&mut self) -> Option<()> {
        let graph = Graph::decode((**self.buffers.first()?).as_ref()).ok()?;
        self.tasks.replan(Arc::new(Plan::within(&graph, self.memory)));
        Some(())
    }
}

//! What became of tasks, step by step: what people ask for when something went another way than they thought. Only of
//! blocks that a client keeps, since there is no name by which to ask for others.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use bramble_graph::BlockId;
use serde::{Deserialize, Serialize};

use super::loans::numbered;
use super::{Run, Scheduler};
use crate::protocol::{ClientId, KeptBlocks, Reply, RunId, Step, Turn, WorkerId};

/// Steps that are remembered: less than 3 MB.
const MOST: usize = 50_000;

/// Workers that are gone and whose names are remembered.
const MOST_GONE: usize = 1000;

/// The last steps of all tasks that are told of.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::scheduler) struct Story {
    /// When the event came that is being dealt with.
    now: Duration,
    steps: VecDeque<(RunId, u64, Step)>,
    gone: VecDeque<(WorkerId, String)>,
}

impl Story {
    /// What is noted from now on happens at this moment.
    pub(super) fn reach(&mut self, now: Duration) {
        self.now = now;
    }

    /// A task took a step, on a worker or because of it.
    pub(in crate::scheduler) fn note(
        &mut self,
        number: RunId,
        run: &Run,
        block: u64,
        turn: Turn,
        worker: Option<WorkerId>,
    ) {
        if !run.is_kept || !run.tasks.plan().is_output(run.tasks.plan().locate(BlockId(block)).0) {
            return;
        }
        if self.steps.len() == MOST {
            self.steps.pop_front();
        }
        self.steps.push_back((number, block, Step { at: self.now.as_secs_f64(), turn, worker }));
    }

    /// A worker is gone, of whose name there will be no other note.
    pub(super) fn note_gone(&mut self, worker: WorkerId, name: &str) {
        if self.gone.len() == MOST_GONE {
            self.gone.pop_front();
        }
        self.gone.push_back((worker, name.to_owned()));
    }

    /// The steps of each of these blocks, the oldest first.
    fn steps_of(&self, blocks: &[Option<(RunId, u64)>]) -> Vec<Vec<Step>> {
        let mut places: HashMap<(RunId, u64), Vec<usize>> = HashMap::new();
        for (place, block) in blocks.iter().enumerate() {
            if let Some(block) = block {
                places.entry(*block).or_default().push(place);
            }
        }
        let mut steps = vec![Vec::new(); blocks.len()];
        for (run, block, step) in &self.steps {
            for &place in places.get(&(*run, *block)).map_or(&[][..], |places| places) {
                steps[place].push(*step);
            }
        }
        steps
    }
}

impl Scheduler {
    /// What became of blocks that a client keeps.
    pub(super) fn story_of(&self, now: Duration, client: ClientId, blocks: &[KeptBlocks]) -> Reply {
        let each = |kept: &KeptBlocks| {
            let number = RunId(client, kept.run);
            let run = self.runs.get(&number);
            let one = |&index: &u64| Some((number, numbered(run?.tasks.plan(), index)?));
            kept.numbers.iter().map(one).collect::<Vec<_>>()
        };
        let steps = self.story.steps_of(&blocks.iter().flat_map(each).collect::<Vec<_>>());
        let is_named = |worker| steps.iter().flatten().any(|step| step.worker == Some(worker));
        let gone = self.story.gone.iter().filter(|&&(worker, _)| is_named(worker)).cloned().collect();
        Reply::Story { now: now.as_secs_f64(), steps, gone }
    }
}

//! Why a run gave no answer.

use bramble_array::{AlignedBuffer, Block, Value};
use bramble_graph::{BlockId, Plan};

use crate::protocol::{Clue, Trouble, decode_block};

/// Why a run gave no answer, as programs and people are told.
#[derive(Clone, Debug)]
pub struct RunFailure {
    /// One of the documented codes.
    pub code: String,
    /// For people.
    pub message: String,
    /// Name of the layer.
    pub layer: Option<String>,
    /// The place of the block in its grid.
    pub block: Option<Vec<u64>>,
    /// What a function threw.
    pub thrown: Option<Value>,
}

impl RunFailure {
    fn new(code: &str, message: impl Into<String>) -> RunFailure {
        RunFailure { code: code.into(), message: message.into(), layer: None, block: None, thrown: None }
    }

    pub(crate) fn closed() -> RunFailure {
        RunFailure::new("SCHEDULER_LOST", "the connection to the scheduler was closed")
    }

    pub(super) fn lost() -> RunFailure {
        RunFailure::new("SCHEDULER_LOST", "the connection to the scheduler was lost")
    }

    pub(super) fn cancelled() -> RunFailure {
        RunFailure::new("CANCELLED", "the computation was cancelled")
    }

    /// The answer does not fit together: it is too large for this machine, say.
    pub(super) fn gathering(code: &str, message: String) -> RunFailure {
        RunFailure::new(code, message)
    }

    /// What the scheduler says.
    pub(super) fn told(
        plan: Option<&Plan>,
        block: Option<u64>,
        layer: Option<String>,
        trouble: Trouble,
        buffers: Vec<AlignedBuffer>,
    ) -> RunFailure {
        let mut failure = RunFailure::new(&trouble.code, trouble.message).at(plan, block);
        failure.layer = failure.layer.or(layer);
        if let Some(Block::Value(value)) =
            trouble.thrown.and_then(|info| decode_block(&info, &mut buffers.into_iter()))
        {
            failure.thrown = Some(value);
        }
        failure
    }

    /// Workers died of a task.
    pub(super) fn killed(plan: Option<&Plan>, block: u64, clues: &[Clue]) -> RunFailure {
        let deaths: Vec<String> = clues.iter().map(told_of).collect();
        let failure = RunFailure::new("WORKER_LOST", "").at(plan, Some(block));
        let task = failure.layer.as_deref().unwrap_or("a task");
        let who = match clues.len() {
            1 => "a worker died while it ran".to_owned(),
            count => format!("{count} workers died, one after the other, while they ran"),
        };
        let message = format!("{who} a task of {task}:{}", deaths.concat());
        RunFailure { message, ..failure }
    }

    fn at(mut self, plan: Option<&Plan>, block: Option<u64>) -> RunFailure {
        if let (Some(plan), Some(block)) = (plan, block.map(BlockId))
            && plan.has(block)
        {
            let (layer, at) = plan.locate(block);
            self.layer = Some(plan.layer(layer).layer.name.clone());
            self.block = Some(at.to_vec());
        }
        self
    }
}

/// How a worker died, with what it said last.
fn told_of(clue: &Clue) -> String {
    let lines: Vec<&str> = clue.why.lines().collect();
    format!("\n  {}: {}", clue.worker, lines.join("\n    | "))
}

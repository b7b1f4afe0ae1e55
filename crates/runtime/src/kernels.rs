//! Single tasks, for those who decide themselves what is executed where.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bramble_array::Block;
use bramble_graph::{BlockId, Kind, LayerId, Plan};

use crate::prepare::Prepared;
use crate::{Buffer, RunError, TaskError};

/// The kernels of a plan: programs compiled, stores opened.
pub struct Kernels {
    plan: Arc<Plan>,
    prepared: Prepared,
}

impl Kernels {
    /// Prepares all layers. `buffers` are what memory stores read from.
    ///
    /// # Errors
    /// [`RunError::Prepare`] for stores that do not open and programs that make no sense.
    pub fn new(plan: &Arc<Plan>, buffers: &[Buffer]) -> Result<Kernels, RunError> {
        Ok(Kernels { plan: Arc::clone(plan), prepared: Prepared::new(plan, buffers)? })
    }

    /// The plan.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Whether a function of the language above makes a block, rather than a kernel.
    pub fn is_called(&self, block: BlockId) -> bool {
        let (layer, at) = self.plan.locate(block);
        match &self.plan.layer(layer).layer.kind {
            Kind::Tasks(tasks) => !tasks.is_alias(at[0]),
            kind => kind.is_called(),
        }
    }

    /// Makes a block of the blocks it reads, in the order of [`Plan::dependencies`].
    ///
    /// # Errors
    /// What the task meets; a panic is told as [`TaskError::Panic`], and a block that a function of the language above
    /// makes is [`TaskError::NoExecutor`].
    pub fn execute(&self, layer: LayerId, block: &[u64], inputs: &[Block]) -> Result<Block, TaskError> {
        match &self.plan.layer(layer).layer.kind {
            Kind::Tasks(tasks) if tasks.is_alias(block[0]) => {
                return inputs.first().cloned().ok_or(TaskError::WrongBlock { expected: "a value" });
            }
            kind if kind.is_called() => return Err(TaskError::NoExecutor),
            _ => {}
        }
        let execute = || self.prepared.execute(layer, block, inputs);
        catch_unwind(AssertUnwindSafe(execute)).unwrap_or_else(|panic| Err(TaskError::from_panic(&*panic)))
    }
}

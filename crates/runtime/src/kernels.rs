//! Single tasks, for those who decide themselves what is executed where.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bramble_array::Block;
use bramble_graph::{LayerId, Plan};

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

    /// Makes a block of the blocks it reads, in the order of [`Plan::dependencies`].
    ///
    /// # Errors
    /// What the task meets; a panic is told as [`TaskError::Panic`], and a block that no kernel makes is
    /// [`TaskError::NoExecutor`].
    pub fn execute(&self, layer: LayerId, block: &[u64], inputs: &[Block]) -> Result<Block, TaskError> {
        if self.plan.layer(layer).layer.kind.is_called() {
            return Err(TaskError::NoExecutor);
        }
        let execute = || self.prepared.execute(layer, block, inputs);
        catch_unwind(AssertUnwindSafe(execute)).unwrap_or_else(|panic| Err(TaskError::from_panic(&*panic)))
    }
}

//! Single tasks, for those who decide themselves what is executed where.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bramble_array::{Block, Chunk, Value};
use bramble_graph::{Kind, LayerId, NONE, Plan, Tasks};

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
    pub fn is_called(&self, layer: LayerId, block: &[u64]) -> bool {
        match &self.plan.layer(layer).layer.kind {
            Kind::Tasks(tasks) => !tasks.is_alias(block[0]),
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
                let input = inputs.first().ok_or(TaskError::WrongBlock { expected: "a value" })?;
                return pass_on(tasks, block[0], input);
            }
            kind if kind.is_called() => return Err(TaskError::NoExecutor),
            _ => {}
        }
        let execute = || self.prepared.execute(layer, block, inputs);
        catch_unwind(AssertUnwindSafe(execute)).unwrap_or_else(|panic| Err(TaskError::from_panic(&*panic)))
    }
}

/// What a task without a function gives: the block that it depends on, or, where it has a number for arguments, the stretch
/// of bytes of this number that lies beside the value there, as an array of its own.
pub(crate) fn pass_on(tasks: &Tasks, task: u64, input: &Block) -> Result<Block, TaskError> {
    let task = usize::try_from(task).expect("tasks lie in memory");
    let part = tasks.arguments[task];
    if part == NONE {
        return Ok(input.clone());
    }
    let bytes = match input {
        Block::Value(Value::Encoded(encoded)) => encoded.buffers.get(part as usize),
        _ => None,
    };
    let bytes = bytes.ok_or(TaskError::WrongBlock { expected: "a value with as many stretches of bytes" })?;
    Ok(Block::Chunk(Chunk::from_slice(&[bytes.len()], bytes)?))
}

#[cfg(test)]
mod tests {
    use bramble_array::{AlignedBuffer, Encoded};
    use bramble_graph::DType;

    use super::*;

    fn tasks(part: u32) -> Tasks {
        let column = |numbers: &[u32]| numbers.to_vec().into();
        Tasks {
            functions: column(&[NONE]),
            arguments: column(&[part]),
            starts: column(&[0, 1]),
            edges: column(&[1]),
            annotations: column(&[]),
        }
    }

    #[test]
    fn parts_of_values_are_their_bytes() {
        let buffers =
            [&b"ab"[..], b"", b"c"].map(|bytes| Arc::new(AlignedBuffer::copy_of(bytes).expect("memory")));
        let encoded = Encoded { bytes: vec![1], buffers: buffers.to_vec() };
        let value = Block::Value(Value::Encoded(Arc::new(encoded)));
        for (part, bytes) in (0..).zip([&b"ab"[..], b"", b"c"]) {
            let Ok(Block::Chunk(chunk)) = pass_on(&tasks(part), 0, &value) else { panic!("no bytes") };
            assert_eq!((chunk.bytes(), chunk.shape()), (bytes, &[bytes.len()][..]));
        }
        assert!(matches!(pass_on(&tasks(NONE), 0, &value), Ok(Block::Value(_))));
        assert!(matches!(pass_on(&tasks(3), 0, &value), Err(TaskError::WrongBlock { .. })));
        let chunk = Block::Chunk(Chunk::zeroed(DType::UInt8, &[2]).expect("two bytes"));
        assert!(matches!(pass_on(&tasks(0), 0, &chunk), Err(TaskError::WrongBlock { .. })));
    }
}

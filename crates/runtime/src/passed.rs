//! Tasks that compute nothing: they pass on what they depend on, or a part of it.

use std::sync::Arc;

use bramble_array::{Block, Chunk, Value};
use bramble_graph::{DType, Kind, NONE};

use crate::TaskError;

/// What a task without a function passes on of the block that it depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// All of it.
    Whole,
    /// The stretch of bytes of this number that lies beside the value, as an array of its own.
    Part(usize),
}

impl Passed {
    /// What the task of a block of a layer passes on, if that is all it does.
    pub fn by(kind: &Kind, block: &[u64]) -> Option<Passed> {
        let Kind::Tasks(tasks) = kind else { return None };
        let number = usize::try_from(block[0]).ok().filter(|_| tasks.is_alias(block[0]))?;
        Some(match tasks.arguments[number] {
            NONE => Passed::Whole,
            part => Passed::Part(part as usize),
        })
    }

    /// That of a block.
    pub(crate) fn of(self, block: &Block) -> Result<Block, TaskError> {
        let Passed::Part(part) = self else { return Ok(block.clone()) };
        let bytes = match block {
            Block::Value(Value::Encoded(encoded)) => encoded.buffers.get(part),
            _ => None,
        };
        let bytes = bytes.ok_or(NO_SUCH_PART)?;
        Ok(Block::Chunk(Chunk::sharing(DType::UInt8, &[bytes.len()], Arc::clone(bytes))?))
    }
}

/// What is wrong with a block that has no such part.
pub(crate) const NO_SUCH_PART: TaskError =
    TaskError::WrongBlock { expected: "a value with as many stretches of bytes" };

#[cfg(test)]
mod tests {
    use bramble_array::{AlignedBuffer, Encoded};
    use bramble_graph::Tasks;

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
        let passed =
            |part, block: &Block| Passed::by(&Kind::Tasks(tasks(part)), &[0]).expect("no function").of(block);
        for (part, bytes) in (0..).zip([&b"ab"[..], b"", b"c"]) {
            let Ok(Block::Chunk(chunk)) = passed(part, &value) else { panic!("no bytes") };
            assert_eq!((chunk.bytes(), chunk.shape()), (bytes, &[bytes.len()][..]));
        }
        assert!(matches!(passed(NONE, &value), Ok(Block::Value(_))));
        assert!(matches!(passed(3, &value), Err(TaskError::WrongBlock { .. })));
        let chunk = Block::Chunk(Chunk::zeroed(DType::UInt8, &[2]).expect("two bytes"));
        assert!(matches!(passed(0, &chunk), Err(TaskError::WrongBlock { .. })));
    }
}

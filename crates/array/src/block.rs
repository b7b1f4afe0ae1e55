//! What flows between tasks.

use crate::{Chunk, State, Value};

/// The result of a task. Cloning shares the memory.
#[derive(Clone, Debug)]
pub enum Block {
    /// A block of an array.
    Chunk(Chunk),
    /// A reduction under way.
    State(State),
    /// What a function of the language above made.
    Value(Value),
}

impl Block {
    /// Bytes of memory that it holds.
    pub fn nbytes(&self) -> usize {
        match self {
            Block::Chunk(chunk) => chunk.bytes().len(),
            Block::State(state) => state.bytes().len(),
            Block::Value(value) => value.nbytes(),
        }
    }

    /// Whether its bytes say all that there is to it. A value that its maker keeps is a number to everybody else.
    pub fn can_be_stored(&self) -> bool {
        !matches!(self, Block::Value(Value::Held(_)))
    }
}

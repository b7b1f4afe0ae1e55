//! Values of the language above.

use std::sync::{Arc, Mutex, PoisonError};

use crate::AlignedBuffer;

/// A value that nothing here looks into. Cloning shares it.
#[derive(Clone, Debug)]
pub enum Value {
    /// In the language's own encoding.
    Encoded(Arc<Encoded>),
    /// Kept by whoever made it.
    Held(Arc<Held>),
}

/// A value as bytes.
#[derive(Clone, Debug, Default)]
pub struct Encoded {
    /// Its encoding.
    pub bytes: Vec<u8>,
    /// Long stretches of bytes in it, which lie beside its encoding.
    pub buffers: Vec<Arc<AlignedBuffer>>,
}

/// A value in the hands of whoever made it, who is told when nobody needs it any more.
#[derive(Debug)]
pub struct Held {
    number: u64,
    released: Arc<Released>,
}

/// The numbers of values that are no longer needed.
#[derive(Debug, Default)]
pub struct Released(Mutex<Vec<u64>>);

impl Value {
    /// Whether clones of it share it.
    pub fn is_shared(&self) -> bool {
        match self {
            Value::Encoded(encoded) => Arc::strong_count(encoded) > 1,
            Value::Held(held) => Arc::strong_count(held) > 1,
        }
    }

    /// Bytes of memory that it is known to hold.
    pub fn nbytes(&self) -> usize {
        match self {
            Value::Encoded(encoded) => {
                encoded.bytes.len() + encoded.buffers.iter().map(|buffer| buffer.len()).sum::<usize>()
            }
            Value::Held(_) => 0,
        }
    }
}

impl Held {
    /// A value that its maker knows by a number.
    pub fn new(number: u64, released: Arc<Released>) -> Held {
        Held { number, released }
    }

    /// The number.
    pub fn number(&self) -> u64 {
        self.number
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.released.0.lock().unwrap_or_else(PoisonError::into_inner).push(self.number);
    }
}

impl Released {
    /// What was released since the last call.
    pub fn take(&self) -> Vec<u64> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_value_is_released_with_its_last_clone() {
        let released = Arc::new(Released::default());
        let value = Value::Held(Arc::new(Held::new(7, Arc::clone(&released))));
        drop(value.clone());
        assert!(released.take().is_empty());
        drop(value);
        assert_eq!((released.take(), released.take()), (vec![7], vec![]));
    }
}

//! Blocks between processes: what they are in the header, their memory as it is.
//!
//! Elements are in little-endian order, as on every machine that Bramble runs on.

use bramble_array::{AlignedBuffer, Block, Chunk, Encoded, State, Value, to_shape};
use bramble_graph::DType;
use bramble_storage::SharedBytes;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::frame::SharedBuffer;

/// What a block is, but for its bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BlockInfo {
    /// Elements of an array; one buffer.
    Chunk {
        /// Their type.
        dtype: DType,
        /// Elements along each axis.
        shape: Vec<u64>,
    },
    /// A reduction under way; one buffer.
    State {
        /// Accumulators along each axis.
        shape: Vec<u64>,
        /// Elements that went into each.
        count: u64,
    },
    /// A value of the language above: its encoding, and so many long stretches of bytes.
    Value {
        /// Buffers behind the encoding.
        buffers: u32,
    },
}

/// A block as it travels. Nothing is copied but the encoding of a value.
///
/// # Panics
/// With a value that only its maker can use: those never leave their process.
pub fn encode_block(block: &Block, buffers: &mut Vec<SharedBytes>) -> BlockInfo {
    let lengths = |shape: &[usize]| shape.iter().map(|&length| length as u64).collect();
    match block {
        Block::Chunk(chunk) => {
            buffers.push(shared(chunk.clone().into_data()));
            BlockInfo::Chunk { dtype: chunk.dtype(), shape: lengths(chunk.shape()) }
        }
        Block::State(state) => {
            buffers.push(shared(state.data()));
            BlockInfo::State { shape: lengths(state.shape()), count: state.count() }
        }
        Block::Value(Value::Encoded(encoded)) => {
            buffers.push(Arc::new(encoded.bytes.clone()));
            buffers.extend(encoded.buffers.iter().map(|buffer| shared(Arc::clone(buffer))));
            let count = u32::try_from(encoded.buffers.len()).expect("a value has fewer than 2^32 buffers");
            BlockInfo::Value { buffers: count }
        }
        Block::Value(Value::Held(_)) => unreachable!("a value that is held here does not travel"),
    }
}

fn shared(buffer: Arc<AlignedBuffer>) -> SharedBytes {
    Arc::new(SharedBuffer(buffer))
}

/// The block of an information and the buffers that follow; nothing if they do not fit together.
pub fn decode_block(info: &BlockInfo, buffers: &mut impl Iterator<Item = AlignedBuffer>) -> Option<Block> {
    Some(match info {
        BlockInfo::Chunk { dtype, shape } => {
            Block::Chunk(Chunk::new(*dtype, &to_shape(shape).ok()?, buffers.next()?).ok()?)
        }
        BlockInfo::State { shape, count } => {
            Block::State(State::new(&to_shape(shape).ok()?, *count, buffers.next()?))
        }
        BlockInfo::Value { buffers: count } => {
            let bytes = buffers.next()?.to_vec();
            let mut long = Vec::new();
            for _ in 0..*count {
                long.push(Arc::new(buffers.next()?));
            }
            Block::Value(Value::Encoded(Arc::new(Encoded { bytes, buffers: long })))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn travelled(block: &Block) -> Block {
        let mut buffers = Vec::new();
        let info = encode_block(block, &mut buffers);
        let info: BlockInfo = rmp_serde::from_slice(&rmp_serde::to_vec(&info).unwrap()).unwrap();
        let mut copies = buffers.iter().map(|buffer| AlignedBuffer::copy_of((**buffer).as_ref()).unwrap());
        decode_block(&info, &mut copies).unwrap()
    }

    #[test]
    fn arrive_as_they_left() {
        let chunk = Chunk::from_slice(&[2, 3], &[1.5_f32, -0.0, f32::NAN, 4.0, 5.0, 6.0]).unwrap();
        let Block::Chunk(arrived) = travelled(&Block::Chunk(chunk.clone())) else { panic!("another kind") };
        assert_eq!((arrived.dtype(), arrived.shape()), (DType::Float32, chunk.shape()));
        assert_eq!(arrived.bytes(), chunk.bytes());

        let state = State::new(&[3], 17, AlignedBuffer::copy_of(&[1_u64, 2, 3]).unwrap());
        let Block::State(arrived) = travelled(&Block::State(state.clone())) else { panic!("another kind") };
        assert_eq!((arrived.shape(), arrived.count(), arrived.bytes()), (&[3][..], 17, state.bytes()));

        let long = Arc::new(AlignedBuffer::copy_of(&[7_u8; 100]).unwrap());
        let encoded = Encoded { bytes: b"value".to_vec(), buffers: vec![long] };
        let value = Block::Value(Value::Encoded(Arc::new(encoded)));
        let Block::Value(Value::Encoded(arrived)) = travelled(&value) else { panic!("another kind") };
        assert_eq!((&arrived.bytes[..], arrived.buffers[0].len()), (&b"value"[..], 100));
    }

    #[test]
    fn are_refused_if_their_bytes_do_not_fit() {
        let info = BlockInfo::Chunk { dtype: DType::Float64, shape: vec![u64::MAX, 2] };
        assert!(decode_block(&info, &mut std::iter::empty()).is_none());
        let one = || std::iter::once(AlignedBuffer::zeroed(8).unwrap());
        assert!(decode_block(&info, &mut one()).is_none());
        assert!(decode_block(&BlockInfo::Value { buffers: u32::MAX }, &mut one()).is_none());
    }
}

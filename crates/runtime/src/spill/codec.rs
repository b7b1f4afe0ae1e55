//! Blocks as bytes on disk.

use std::borrow::Cow;
use std::sync::Arc;

use bramble_array::{AlignedBuffer, Block, Chunk, Encoded, Shape, State, Value};
use bramble_graph::DType;

/// What a block on disk was, but for its bytes.
#[derive(Debug)]
pub(super) struct Described {
    kind: Kind,
    packed: Packed,
}

/// How bytes are kept on disk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packed {
    /// Bytes in memory.
    pub(super) length: usize,
    /// Whether the bytes on disk are LZ4.
    is_packed: bool,
}

#[derive(Debug)]
enum Kind {
    Chunk {
        dtype: DType,
        shape: Shape,
    },
    State {
        count: u64,
        shape: Shape,
    },
    /// Bytes of the encoding, and of each buffer behind it.
    Value {
        encoding: usize,
        buffers: Vec<usize>,
    },
}

impl Described {
    /// Bytes in memory.
    pub(super) fn nbytes(&self) -> usize {
        self.packed.length
    }

    /// The shape of a chunk.
    pub(super) fn shape(&self) -> Option<&[usize]> {
        match &self.kind {
            Kind::Chunk { shape, .. } => Some(shape),
            Kind::State { .. } | Kind::Value { .. } => None,
        }
    }
}

/// The bytes of a block as they go to disk.
pub(super) fn pack(block: &Block) -> (Described, Cow<'_, [u8]>) {
    let (kind, bytes) = plain(block);
    let (packed, bytes) = pack_bytes(bytes);
    (Described { kind, packed }, bytes)
}

/// Bytes as they go to disk: in LZ4 if that makes them shorter by an eighth, for which it is worth the time to unpack
/// them.
pub(super) fn pack_bytes(bytes: Cow<'_, [u8]>) -> (Packed, Cow<'_, [u8]>) {
    let length = bytes.len();
    let packed = lz4_flex::compress(&bytes);
    let is_packed = packed.len() < length - length / 8;
    (Packed { length, is_packed }, if is_packed { Cow::Owned(packed) } else { bytes })
}

fn plain(block: &Block) -> (Kind, Cow<'_, [u8]>) {
    match block {
        Block::Chunk(chunk) => {
            let kind = Kind::Chunk { dtype: chunk.dtype(), shape: chunk.shape().into() };
            (kind, Cow::Borrowed(chunk.bytes()))
        }
        Block::State(state) => {
            let kind = Kind::State { count: state.count(), shape: state.shape().into() };
            (kind, Cow::Borrowed(state.bytes()))
        }
        Block::Value(Value::Encoded(encoded)) => {
            let Encoded { bytes, buffers } = &**encoded;
            let lengths = buffers.iter().map(|buffer| buffer.len()).collect();
            let kind = Kind::Value { encoding: bytes.len(), buffers: lengths };
            if buffers.is_empty() {
                return (kind, Cow::Borrowed(bytes));
            }
            let mut all = bytes.clone();
            for buffer in buffers {
                all.extend_from_slice(buffer);
            }
            (kind, Cow::Owned(all))
        }
        Block::Value(Value::Held(_)) => unreachable!("a value that its maker keeps is not stored"),
    }
}

/// The block of bytes that came from disk; nothing if they are not what was written.
pub(super) fn unpack(described: &Described, stored: AlignedBuffer) -> Option<Block> {
    let data = unpack_bytes(described.packed, stored)?;
    Some(match &described.kind {
        Kind::Chunk { dtype, shape } => Block::Chunk(Chunk::new(*dtype, shape, data).ok()?),
        Kind::State { count, shape } => Block::State(State::new(shape, *count, data)),
        Kind::Value { encoding, buffers } => {
            let (bytes, mut rest) = data.split_at_checked(*encoding)?;
            let mut long = Vec::with_capacity(buffers.len());
            for &length in buffers {
                let (buffer, behind) = rest.split_at_checked(length)?;
                long.push(Arc::new(AlignedBuffer::copy_of(buffer).ok()?));
                rest = behind;
            }
            Block::Value(Value::Encoded(Arc::new(Encoded { bytes: bytes.to_vec(), buffers: long })))
        }
    })
}

/// Bytes that came from disk as they were in memory; nothing if they are not what was written.
pub(super) fn unpack_bytes(packed: Packed, stored: AlignedBuffer) -> Option<AlignedBuffer> {
    if !packed.is_packed {
        return Some(stored);
    }
    let mut data = AlignedBuffer::zeroed(packed.length).ok()?;
    let length = lz4_flex::decompress_into(&stored, &mut data).ok()?;
    (length == packed.length).then_some(data)
}

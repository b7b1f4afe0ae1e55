//! Blocks as bytes on disk.

use std::borrow::Cow;

use bramble_array::{AlignedBuffer, Block, Chunk, Shape, State};
use bramble_graph::DType;

/// What a block on disk was that is no value, but for its bytes.
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
    Chunk { dtype: DType, shape: Shape },
    State { count: u64, shape: Shape },
}

impl Described {
    /// A stretch of bytes, as an array.
    pub(super) fn stretch(packed: Packed) -> Described {
        let shape = Shape::from_slice(&[packed.length]);
        Described { kind: Kind::Chunk { dtype: DType::UInt8, shape }, packed }
    }

    /// Bytes in memory.
    pub(super) fn nbytes(&self) -> usize {
        self.packed.length
    }

    /// The shape of a chunk.
    pub(super) fn shape(&self) -> Option<&[usize]> {
        match &self.kind {
            Kind::Chunk { shape, .. } => Some(shape),
            Kind::State { .. } => None,
        }
    }
}

/// The bytes of a block that is no value as they go to disk.
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
        Block::Value(_) => unreachable!("encoding and stretches of a value are packed by themselves"),
    }
}

/// The block of bytes that came from disk; nothing if they are not what was written.
pub(super) fn unpack(described: &Described, stored: AlignedBuffer) -> Option<Block> {
    let data = unpack_bytes(described.packed, stored)?;
    Some(match &described.kind {
        Kind::Chunk { dtype, shape } => Block::Chunk(Chunk::new(*dtype, shape, data).ok()?),
        Kind::State { count, shape } => Block::State(State::new(shape, *count, data)),
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

//! Blocks as bytes on disk.

use bramble_array::{AlignedBuffer, Block, Chunk, Shape, State};
use bramble_graph::DType;

/// What a block on disk was, but for its bytes.
#[derive(Clone, Debug)]
pub(super) struct Described {
    kind: Kind,
    shape: Shape,
    /// Bytes in memory.
    pub(super) length: usize,
    /// Whether the bytes on disk are LZ4.
    is_packed: bool,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Chunk(DType),
    State { count: u64 },
}

/// A block's bytes as they go to disk.
pub(super) enum Packed<'a> {
    Plain(&'a [u8]),
    Lz4(Vec<u8>),
}

impl Packed<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Packed::Plain(bytes) => bytes,
            Packed::Lz4(bytes) => bytes,
        }
    }
}

/// The bytes of a block: in LZ4 if that makes them shorter by an eighth, for which it is worth the time to unpack
/// them.
pub(super) fn pack(block: &Block) -> (Described, Packed<'_>) {
    let (kind, shape, bytes): (_, Shape, &[u8]) = match block {
        Block::Chunk(chunk) => (Kind::Chunk(chunk.dtype()), chunk.shape().into(), chunk.bytes()),
        Block::State(state) => (Kind::State { count: state.count() }, state.shape().into(), state.bytes()),
        Block::Value(_) => unreachable!("values of the language above do not leave memory"),
    };
    let packed = lz4_flex::compress(bytes);
    let is_packed = packed.len() < bytes.len() - bytes.len() / 8;
    let described = Described { kind, shape, length: bytes.len(), is_packed };
    (described, if is_packed { Packed::Lz4(packed) } else { Packed::Plain(bytes) })
}

/// The block of bytes that came from disk; nothing if they are not what was written.
pub(super) fn unpack(described: &Described, stored: AlignedBuffer) -> Option<Block> {
    let data = if described.is_packed {
        let mut data = AlignedBuffer::zeroed(described.length).ok()?;
        let length = lz4_flex::decompress_into(&stored, &mut data).ok()?;
        (length == described.length).then_some(data)?
    } else {
        stored
    };
    Some(match described.kind {
        Kind::Chunk(dtype) => Block::Chunk(Chunk::new(dtype, &described.shape, data).ok()?),
        Kind::State { count } => Block::State(State::new(&described.shape, count, data)),
    })
}

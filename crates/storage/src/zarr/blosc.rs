//! Frames of c-blosc 1, which are read, and written without compression. Format: `README_CHUNK_FORMAT.rst` of c-blosc.
//!
//! A frame has a header of 16 bytes, then the positions of its blocks. A block is cut into as many streams as an
//! element has bytes, or is one stream; each is compressed by itself, behind its length. Filters work by the block.

use super::codecs::{lz4_block, take, unzlib, unzstd};
use crate::{ChunkProblem, codec::shuffle::unshuffle};

const HEADER: usize = 16;
const SHUFFLE: u8 = 1;
const COPIED: u8 = 2;
const BIT_SHUFFLE: u8 = 4;
const ONE_STREAM: u8 = 16;
/// Elements with more bytes, and blocks with fewer elements, are one stream.
const MOST_STREAMS: usize = 16;
const FEWEST_ELEMENTS: usize = 128;

const DAMAGED: ChunkProblem = ChunkProblem::Compressed { filter: "blosc" };

/// A frame that has these bytes as they are.
pub(super) fn copied(bytes: &[u8]) -> Result<Vec<u8>, ChunkProblem> {
    /// Versions of the frame and of what is in it, and elements of a byte.
    const START: [u8; 4] = [2, 1, COPIED, 1];
    let [length, whole] = [bytes.len(), bytes.len().saturating_add(HEADER)].map(u32::try_from);
    let too_long = |_| ChunkProblem::TooLong { filter: "blosc", bytes: bytes.len() as u64 };
    let (length, whole) = (length.map_err(too_long)?, whole.map_err(too_long)?);
    let words = [length, length, whole].into_iter().flat_map(u32::to_le_bytes);
    Ok(START.into_iter().chain(words).chain(bytes.iter().copied()).collect())
}

/// Decodes a frame that has `length` bytes.
pub(super) fn decode(frame: &[u8], length: usize) -> Result<Vec<u8>, ChunkProblem> {
    let header: &[u8; HEADER] = frame.first_chunk().ok_or(DAMAGED)?;
    let (flags, size) = (header[2], usize::from(header[3]).max(1));
    let found = word(header, 4)?;
    if found != length {
        return Err(ChunkProblem::Length { found: found as u64, expected: length as u64 });
    }
    let block_length = word(header, 8)?;
    if flags & COPIED != 0 {
        return frame.get(HEADER..HEADER + length).map(<[u8]>::to_vec).ok_or(DAMAGED);
    }
    if length == 0 {
        return Ok(Vec::new());
    }
    if block_length == 0 {
        return Err(DAMAGED);
    }
    let mut out = take(length)?;
    for (number, block) in out.chunks_mut(block_length).enumerate() {
        let start = word(frame, HEADER + number * 4)?;
        let is_short = block.len() < block_length;
        let splits = flags & ONE_STREAM == 0
            && size <= MOST_STREAMS
            && block_length / size >= FEWEST_ELEMENTS
            && !is_short;
        let streams = if splits { size } else { 1 };
        let bytes = read_block(frame, start, flags >> 5, streams, block.len())?;
        if flags & SHUFFLE != 0 && size > 1 {
            unshuffle(&bytes, size, block);
        } else if flags & BIT_SHUFFLE != 0 {
            unshuffle_bits(&bytes, size, block);
        } else {
            block.copy_from_slice(&bytes);
        }
    }
    Ok(out)
}

fn read_block(
    frame: &[u8],
    mut at: usize,
    compressor: u8,
    streams: usize,
    length: usize,
) -> Result<Vec<u8>, ChunkProblem> {
    let each = length / streams;
    let mut bytes = Vec::with_capacity(length);
    for _ in 0..streams {
        let stored = word(frame, at)?;
        at += 4;
        let stream = at.checked_add(stored).and_then(|end| frame.get(at..end)).ok_or(DAMAGED)?;
        at += stored;
        if stored == each {
            bytes.extend_from_slice(stream);
            continue;
        }
        let decoded = match compressor {
            1 => lz4_block(stream, each)?,
            3 => unzlib(stream, each)?,
            4 => unzstd(stream, each)?,
            _ => return Err(ChunkProblem::Compressed { filter: "blosc (of blosclz or snappy)" }),
        };
        if decoded.len() != each {
            return Err(DAMAGED);
        }
        bytes.extend_from_slice(&decoded);
    }
    if bytes.len() == length { Ok(bytes) } else { Err(DAMAGED) }
}

/// A number of 32 bits, lowest byte first.
fn word(bytes: &[u8], at: usize) -> Result<usize, ChunkProblem> {
    let word = bytes.get(at..).and_then(<[u8]>::first_chunk::<4>).ok_or(DAMAGED)?;
    usize::try_from(u32::from_le_bytes(*word)).map_err(|_| DAMAGED)
}

/// All first bits of the elements come first, then all second bits …; elements that are no multiple of 8 were not
/// shuffled.
fn unshuffle_bits(bytes: &[u8], size: usize, out: &mut [u8]) {
    let elements = bytes.len() / size;
    if !elements.is_multiple_of(8) {
        out.copy_from_slice(bytes);
        return;
    }
    let row = elements / 8;
    for element in 0..elements {
        for byte in 0..size {
            let bit = |bit: usize| {
                let from = bytes[(byte * 8 + bit) * row + element / 8];
                (from >> (element % 8) & 1) << bit
            };
            out[element * size + byte] = (0..8).map(bit).fold(0, |sum, bit| sum | bit);
        }
    }
    out[elements * size..].copy_from_slice(&bytes[elements * size..]);
}

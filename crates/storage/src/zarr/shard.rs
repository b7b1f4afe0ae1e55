//! Files with several chunks, and an index of where each of them lies.

use bramble_graph::Shards;

use super::codecs::{append_checksum, verify};
use crate::ChunkProblem;

/// Says that a chunk is not there.
const MISSING: u64 = u64::MAX;

/// Where a chunk lies in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// Chunks of a shard.
pub(super) fn count(shards: &Shards) -> usize {
    usize::try_from(shards.counts.iter().product::<u64>()).unwrap_or(usize::MAX)
}

/// Bytes of the index.
pub(super) fn index_length(shards: &Shards) -> usize {
    count(shards).saturating_mul(16).saturating_add(if shards.index_checksum { 4 } else { 0 })
}

/// Reads an index.
pub(super) fn read_index(shards: &Shards, bytes: &[u8]) -> Result<Vec<Option<Place>>, ChunkProblem> {
    let bytes = if shards.index_checksum { verify(bytes)? } else { bytes };
    let numbers = bytes.as_chunks::<8>().0.as_chunks::<2>().0;
    let place = |&[offset, length]: &[[u8; 8]; 2]| {
        let (offset, length) = (u64::from_le_bytes(offset), u64::from_le_bytes(length));
        (offset != MISSING || length != MISSING).then_some(Place { offset, length })
    };
    Ok(numbers.iter().map(place).collect())
}

/// The file of a shard with these chunks, all there are, in order.
pub(super) fn write(shards: &Shards, chunks: &[Option<Vec<u8>>]) -> Vec<u8> {
    let start = if shards.index_at_end { 0 } else { index_length(shards) as u64 };
    let (mut file, mut index) = (Vec::new(), Vec::with_capacity(index_length(shards)));
    for chunk in chunks {
        let place = match chunk {
            Some(chunk) => {
                let place = [start + file.len() as u64, chunk.len() as u64];
                file.extend_from_slice(chunk);
                place
            }
            None => [MISSING, MISSING],
        };
        index.extend(place.iter().flat_map(|number| number.to_le_bytes()));
    }
    if shards.index_checksum {
        append_checksum(&mut index);
    }
    if shards.index_at_end {
        file.append(&mut index);
        return file;
    }
    index.append(&mut file);
    index
}

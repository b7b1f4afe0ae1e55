//! Chunks, and shards of them, as they are in a file.

use std::path::PathBuf;

use bramble_array::{Chunk, permute};
use bramble_graph::Zarr;

use super::{codecs, shard};
use crate::{Span, StorageError, element::Element, swap, write::chunks};

/// Elements of a file along each axis: those of a chunk, or of a shard of chunks.
pub(super) fn file_lengths(zarr: &Zarr) -> Vec<u64> {
    let counts = zarr.shards.as_ref().map(|shards| &shards.counts);
    let chunks = zarr.chunks.iter().enumerate();
    chunks.map(|(axis, &length)| length * counts.map_or(1, |counts| counts[axis])).collect()
}

/// The bytes of a file with these elements, which are all that a file has.
///
/// # Errors
/// [`StorageError::Unwritable`] for a codec that is not written here.
pub(super) fn file(zarr: &Zarr, element: Element, elements: &Chunk) -> Result<Vec<u8>, StorageError> {
    let Some(shards) = &zarr.shards else { return chunk(zarr, element, elements) };
    let files = file_lengths(zarr);
    let whole: Vec<Span> = files.iter().map(|&length| Span::all(length)).collect();
    let mut encoded = Vec::with_capacity(shard::count(shards));
    chunks::each(&whole, &files, &zarr.chunks, elements, |_, part| {
        encoded.push(Some(chunk(zarr, element, &part)?));
        Ok(())
    })?;
    Ok(shard::write(shards, &encoded))
}

fn chunk(zarr: &Zarr, element: Element, elements: &Chunk) -> Result<Vec<u8>, StorageError> {
    let ordered = permute(elements, &zarr.order)
        .map_err(|error| StorageError::Region { problem: error.to_string() })?;
    let mut bytes = ordered.bytes().to_vec();
    swap::to_memory(element, &mut bytes);
    codecs::encode(&zarr.codecs, bytes).map_err(|problem| StorageError::Unwritable {
        file: PathBuf::from(&zarr.path),
        dataset: "/".into(),
        problem: problem.to_string(),
    })
}

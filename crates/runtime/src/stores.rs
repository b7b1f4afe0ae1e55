//! Opens what sources name.

use std::sync::Arc;

use bramble_array::{Feed, FeedError};
use bramble_graph::{DType, Extent, Pick, Selection, Source, Store, slice_position};
use bramble_storage::{
    ArrayStore, MemoryStore, RawStore, RemoteRaw, SharedBytes, Span, StackStore, StorageError, ZarrStore,
    is_remote,
};

use crate::hdf5;

/// A typed array handed over beside a graph, as bytes in the machine's order; whoever owns it.
pub type Buffer = SharedBytes;

/// A store that is open, and what is read of it.
#[derive(Clone)]
pub(crate) struct Reader {
    store: Arc<dyn ArrayStore>,
    selection: Selection,
}

impl Reader {
    /// Opens the store of a source with elements of `dtype`.
    pub(crate) fn open(source: &Source, dtype: DType, buffers: &[Buffer]) -> Result<Reader, StorageError> {
        let store: Arc<dyn ArrayStore> = match &source.store {
            Store::Memory { buffer } => {
                let bytes = buffers.get(*buffer as usize).ok_or_else(|| StorageError::Region {
                    problem: format!("buffer {buffer} of {} handed over", buffers.len()),
                })?;
                Arc::new(MemoryStore::new(Arc::clone(bytes), dtype, source.shape.clone())?)
            }
            Store::Hdf5 { path, dataset, tag } => hdf5::open([path, dataset], tag.as_deref(), source, dtype)?,
            Store::Raw(raw) if is_remote(&raw.path) => {
                Arc::new(RemoteRaw::open(raw, dtype, source.shape.clone())?)
            }
            Store::Raw(raw) => Arc::new(RawStore::open(raw, dtype, source.shape.clone())?),
            Store::Zarr(zarr) => Arc::new(ZarrStore::open(zarr.clone(), dtype, source.shape.clone())?),
            Store::Stack { path, axis, files, big_endian } => Arc::new(StackStore::open(
                path.into(),
                *axis as usize,
                files.clone(),
                *big_endian,
                dtype,
                source.shape.clone(),
            )?),
        };
        Ok(Reader { store, selection: source.selection.clone() })
    }

    /// Starts to read a block that lies at `extents` of what the selection takes.
    pub(crate) fn feed(&self, extents: &[Extent]) -> Result<Box<dyn Feed>, StorageError> {
        // A block may be empty along a new axis, of which the store knows nothing.
        if extents.iter().any(|extent| extent.length == 0) {
            return Ok(Box::new(Nothing(self.store.dtype())));
        }
        self.store.feed(&region(&self.selection, extents))
    }

    /// The bytes of stored chunks that a feed of a block so long along its axes holds decoded at once: of the first axis
    /// that it moves along one chunk, of those behind it all that the block lies in. Too low by a chunk of an axis where blocks
    /// do not begin with chunks.
    pub(crate) fn decoded_room(&self, longest: &[u64]) -> usize {
        let Some(chunks) = self.store.chunks().filter(|_| self.store.is_decoded()) else { return 0 };
        let mut longest = longest.iter();
        let reads = self.selection.iter().filter_map(|pick| match *pick {
            Pick::Index { .. } => Some(1),
            Pick::NewAxis => {
                longest.next();
                None
            }
            Pick::Slice { step, .. } => {
                let count = longest.next().copied().unwrap_or(1);
                Some(count.saturating_sub(1).saturating_mul(step.unsigned_abs()).saturating_add(1))
            }
        });
        let mut is_moving = false;
        let mut elements = 1_u64;
        for (read, &chunk) in reads.zip(chunks) {
            let is_first = read > 1 && !is_moving;
            is_moving |= is_first;
            let across = if is_first { 1 } else { read.div_ceil(chunk.max(1)) };
            elements = elements.saturating_mul(across.saturating_mul(chunk));
        }
        usize::try_from(elements).unwrap_or(usize::MAX).saturating_mul(self.store.dtype().size())
    }
}

/// The feed of a block without elements.
struct Nothing(DType);

impl Feed for Nothing {
    fn dtype(&self) -> DType {
        self.0
    }

    fn tile(&mut self, _: usize, _: usize) -> Result<&[u8], FeedError> {
        Ok(&[])
    }
}

/// The part of a store that a block of a selection is.
pub(crate) fn region(selection: &[Pick], extents: &[Extent]) -> Vec<Span> {
    let mut extents = extents.iter();
    let mut spans = Vec::new();
    for pick in selection {
        match *pick {
            Pick::Index { at } => spans.push(Span { start: at, step: 1, count: 1 }),
            Pick::NewAxis => drop(extents.next()),
            Pick::Slice { start, step } => {
                let extent = extents.next().copied().unwrap_or(Extent { start: 0, length: 0 });
                // An empty block may lie behind the last element.
                let first = if extent.length == 0 { 0 } else { slice_position(start, step, extent.start) };
                spans.push(Span { start: first, step, count: extent.length });
            }
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A store that nobody reads, in chunks of 10 by 20 float64.
    struct Chunked {
        is_decoded: bool,
    }

    impl ArrayStore for Chunked {
        fn dtype(&self) -> DType {
            DType::Float64
        }

        fn shape(&self) -> &[u64] {
            &[100, 100]
        }

        fn chunks(&self) -> Option<&[u64]> {
            Some(&[10, 20])
        }

        fn is_decoded(&self) -> bool {
            self.is_decoded
        }

        fn feed(&self, _: &[Span]) -> Result<Box<dyn Feed>, StorageError> {
            Ok(Box::new(Nothing(DType::Float64)))
        }
    }

    fn room(is_decoded: bool, selection: &[Pick], longest: &[u64]) -> usize {
        Reader { store: Arc::new(Chunked { is_decoded }), selection: selection.to_vec() }
            .decoded_room(longest)
    }

    #[test]
    fn knows_how_much_of_a_block_is_decoded_at_once() {
        const ALL: Pick = Pick::Slice { start: 0, step: 1 };
        let chunk = 10 * 20 * 8;
        assert_eq!(room(false, &[ALL, ALL], &[100, 100]), 0);
        assert_eq!(room(true, &[ALL, ALL], &[10, 20]), chunk);
        assert_eq!(room(true, &[ALL, ALL], &[100, 100]), 5 * chunk);
        assert_eq!(room(true, &[Pick::Index { at: 3 }, ALL], &[100]), chunk);
        assert_eq!(room(true, &[ALL, Pick::NewAxis, Pick::Index { at: 0 }], &[100, 1]), chunk);
        let other = Pick::Slice { start: 99, step: -2 };
        assert_eq!(room(true, &[Pick::NewAxis, ALL, other], &[1, 10, 50]), 5 * chunk);
    }
}

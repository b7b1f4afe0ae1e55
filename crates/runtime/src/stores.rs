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
            Store::Hdf5 { path, dataset } => hdf5::open(path, dataset, source, dtype)?,
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

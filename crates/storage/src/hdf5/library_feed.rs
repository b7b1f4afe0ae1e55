//! A block that only the library can read: as a whole, at the first demand.

use std::sync::Arc;

use bramble_array::{Feed, FeedError};
use bramble_graph::DType;

use super::{dataset::Inner, library};
use crate::{ArrayStore, MemoryStore, Span, StorageError, scratch::Scratch, swap};

/// Reads a region through the library.
pub(super) struct LibraryFeed {
    data: Arc<Inner>,
    /// The region with its elements in ascending order, for the library has no negative steps.
    region: Vec<Span>,
    /// What of the block that was read comes in which order.
    order: Vec<Span>,
    length: usize,
    block: Option<Box<dyn Feed>>,
}

impl LibraryFeed {
    pub(super) fn new(data: Arc<Inner>, region: &[Span], length: usize) -> LibraryFeed {
        LibraryFeed {
            data,
            region: region.iter().map(|&span| ascending(span)).collect(),
            order: region.iter().map(|&span| order(span)).collect(),
            length,
            block: None,
        }
    }

    fn block(&mut self) -> Result<&mut Box<dyn Feed>, StorageError> {
        let block = if let Some(block) = self.block.take() {
            block
        } else {
            let dtype = self.data.element.dtype;
            let bytes = read(&self.data, &self.region, self.length * dtype.size())?;
            let shape = self.region.iter().map(|span| span.count).collect();
            MemoryStore::new(Arc::new(bytes), dtype, shape)?.feed(&self.order)?
        };
        Ok(self.block.insert(block))
    }
}

impl Feed for LibraryFeed {
    fn dtype(&self) -> DType {
        self.data.element.dtype
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError> {
        self.block()?.tile(start, length)
    }

    fn read_all(&mut self, out: &mut [u8]) -> Result<(), FeedError> {
        if self.block.is_none() && self.order.iter().all(|span| span.step == 1) {
            return Ok(read_into(&self.data, &self.region, out)?);
        }
        self.block()?.read_all(out)
    }
}

/// Reads a region with positive steps that has this many bytes.
pub(super) fn read(data: &Inner, region: &[Span], bytes: usize) -> Result<Scratch, StorageError> {
    let mut block = Scratch::take(bytes)?;
    // The library leaves elements alone that it has no value for.
    block.bytes_mut().fill(0);
    read_into(data, region, block.bytes_mut())?;
    Ok(block)
}

fn read_into(data: &Inner, region: &[Span], out: &mut [u8]) -> Result<(), StorageError> {
    let dtype = data.element.dtype;
    data.file.with_library(|library| {
        let dataset = library.dataset(&data.name).and_then(|dataset| {
            library::read_region(&dataset, data.found(), region, out)?;
            Ok(dataset)
        });
        dataset.map(drop).map_err(|error| data.invalid(error.to_string()))
    })?;
    swap::normalise(dtype, out);
    Ok(())
}

/// The same elements from the lowest to the highest.
fn ascending(span: Span) -> Span {
    if span.step > 0 || span.count == 0 {
        return Span { step: span.step.saturating_abs(), ..span };
    }
    Span { start: span.at(span.count - 1), step: span.step.saturating_neg(), count: span.count }
}

/// The order in which the elements of an ascending span are wanted.
fn order(span: Span) -> Span {
    if span.step > 0 || span.count == 0 {
        return Span::all(span.count);
    }
    Span { start: span.count - 1, step: -1, count: span.count }
}

//! What all stores have in common.

use bramble_array::Feed;
use bramble_graph::DType;

use crate::{Span, StorageError};

/// An array that lies somewhere and is read in regions.
pub trait ArrayStore: Send + Sync {
    /// Type of the elements.
    fn dtype(&self) -> DType;

    /// Number of elements along each axis.
    fn shape(&self) -> &[u64];

    /// Elements of a stored chunk along each axis, where the store is cut into chunks.
    fn chunks(&self) -> Option<&[u64]>;

    /// Whether a stored chunk has to be decoded as a whole to read an element of it.
    fn is_decoded(&self) -> bool;

    /// Starts to read a region: one span for each axis, elements in row-major order over the spans. Feeds of one
    /// store can be read in many threads at the same time.
    ///
    /// # Errors
    /// [`StorageError::Region`] when the spans do not fit the shape, and whatever is wrong with the store.
    fn feed(&self, region: &[Span]) -> Result<Box<dyn Feed>, StorageError>;
}

//! Elements that lie next to each other in an object.

use std::sync::Arc;

use bramble_array::Feed;
use bramble_graph::{DType, Raw};

use crate::{
    ArrayStore, MemoryStore, Span, StorageError,
    element::Element,
    region::check_region,
    remote::{Described, RemoteObject},
    swap,
};

/// An array in an object, such as an `.npy` file, its elements in row-major order. A block is read in one request: the
/// rows that it lies in, as a whole. So blocks are best cut along the first axis.
pub struct RemoteRaw {
    object: RemoteObject,
    described: Described,
    offset: u64,
    element: Element,
    shape: Vec<u64>,
}

impl RemoteRaw {
    /// Asks for the object of an array of `dtype` and `shape`.
    ///
    /// # Errors
    /// The object is not there, or is another than when it was looked into.
    pub fn open(raw: &Raw, dtype: DType, shape: Vec<u64>) -> Result<RemoteRaw, StorageError> {
        let object = RemoteObject::new(&raw.path)?;
        let described =
            object.describe()?.ok_or_else(|| StorageError::FileMissing { path: raw.path.clone().into() })?;
        let is_same = raw.tag.is_none() || described.tag == raw.tag;
        if described.size != raw.size || !is_same {
            return Err(StorageError::FileChanged { path: raw.path.clone().into() });
        }
        if raw.fortran || raw.deflated.is_some() {
            let problem = "elements in another order, or compressed, are not read of objects".to_owned();
            return Err(StorageError::Region { problem });
        }
        let element = Element { dtype, big_endian: raw.big_endian };
        Ok(RemoteRaw { object, described, offset: raw.offset, element, shape })
    }

    /// Bytes of a row: of all elements with the same position along the first axis.
    fn row(&self) -> u64 {
        self.shape.iter().skip(1).product::<u64>() * self.element.dtype.size() as u64
    }
}

impl ArrayStore for RemoteRaw {
    fn dtype(&self) -> DType {
        self.element.dtype
    }

    fn shape(&self) -> &[u64] {
        &self.shape
    }

    fn chunks(&self) -> Option<&[u64]> {
        None
    }

    fn is_decoded(&self) -> bool {
        false
    }

    fn feed(&self, region: &[Span]) -> Result<Box<dyn Feed>, StorageError> {
        let length = check_region(region, &self.shape, self.element.dtype.size())?;
        let (mut region, mut shape) = (region.to_vec(), self.shape.clone());
        let mut first = 0;
        if let (Some(span), Some(rows)) = (region.first_mut(), shape.first_mut()) {
            let (start, end) = if length == 0 { (0, 0) } else { (span.start, span.at(span.count - 1)) };
            first = start.min(end);
            *rows = if length == 0 { 0 } else { start.abs_diff(end) + 1 };
            span.start = start - first;
        }
        let bytes = shape.first().map_or(self.element.dtype.size() as u64, |rows| rows * self.row());
        let mut rows = self.object.range(&self.described, self.offset + first * self.row(), bytes)?;
        swap::to_memory(self.element, &mut rows);
        MemoryStore::new(Arc::new(rows), self.element.dtype, shape)?.feed(&region)
    }
}

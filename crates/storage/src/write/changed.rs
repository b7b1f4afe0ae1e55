//! Arrays that are there and get other elements in some places.

use std::{fs, path::Path, sync::Arc};

use bramble_array::{Chunk, permute, to_shape};
use bramble_graph::{DType, Raw};

use super::{
    ArrayWriter, Kind, Place, Session,
    raw::{walk, write_pieces},
};
use crate::{Span, StorageError, element::Element, region::check_region, swap};

/// A copy that takes the place of what it was made of. All that a run changes in one file is changed in one copy.
pub struct ChangedCopy {
    pub(crate) place: Place,
}

impl ChangedCopy {
    /// Copies a file.
    ///
    /// # Errors
    /// It is not there, cannot be read, or nothing can be written beside it.
    pub fn of_file(path: &Path) -> Result<Arc<ChangedCopy>, StorageError> {
        Ok(Arc::new(ChangedCopy { place: Place::copy_of(path, Kind::File)? }))
    }

    /// Copies a folder of files that are replaced and never written to: the copy has the files themselves.
    ///
    /// # Errors
    /// As [`ChangedCopy::of_file`].
    pub fn of_folder(path: &Path) -> Result<Arc<ChangedCopy>, StorageError> {
        Ok(Arc::new(ChangedCopy { place: Place::copy_of(path, Kind::Folder)? }))
    }
}

impl Session for ChangedCopy {
    fn commit(&self) -> Result<(), StorageError> {
        self.place.commit()
    }

    fn abort(&self) {
        self.place.abort();
    }
}

/// An array in a file of elements as they are, which gets others.
pub struct ChangedRaw {
    copy: Arc<ChangedCopy>,
    file: fs::File,
    offset: u64,
    element: Element,
    fortran: bool,
    shape: Vec<u64>,
}

impl ChangedRaw {
    /// An array of `dtype` and `shape` in a copy of its file.
    ///
    /// # Errors
    /// The file has another length than when it was looked into, or cannot be written to.
    pub fn open(
        copy: Arc<ChangedCopy>,
        raw: &Raw,
        dtype: DType,
        shape: Vec<u64>,
    ) -> Result<ChangedRaw, StorageError> {
        let opened = fs::File::options().write(true).open(copy.place.temporary());
        let file = opened.map_err(|error| copy.place.failed(error))?;
        let size = file.metadata().map_err(|error| copy.place.failed(error))?.len();
        if size != raw.size {
            return Err(StorageError::FileChanged { path: raw.path.clone().into() });
        }
        let element = Element { dtype, big_endian: raw.big_endian };
        Ok(ChangedRaw { copy, file, offset: raw.offset, element, fortran: raw.fortran, shape })
    }

    fn put(&self, region: &[Span], shape: &[u64], count: usize, block: &Chunk) -> Result<(), StorageError> {
        let stored = swap::to_store(self.element, block)?;
        write_pieces(&self.file, self.offset, &walk(region, shape), count, &stored)
            .map_err(|error| self.copy.place.failed(error))
    }
}

impl ArrayWriter for ChangedRaw {
    fn write(&self, region: &[Span], block: &Chunk) -> Result<(), StorageError> {
        let count = check_region(region, &self.shape, self.element.dtype.size())?;
        if !self.fortran || region.len() < 2 {
            return self.put(region, &self.shape, count, block);
        }
        // The region has the axes too that an index takes away from the block.
        let lengths: Vec<u64> = region.iter().map(|span| span.count).collect();
        let mut order: Vec<u32> = (0..).zip(region).map(|(axis, _)| axis).collect();
        order.reverse();
        let turned = to_shape(&lengths)
            .and_then(|shape| block.clone().reshape(&shape))
            .and_then(|whole| permute(&whole, &order))
            .map_err(|error| StorageError::Region { problem: error.to_string() })?;
        let reversed = |items: &[u64]| items.iter().rev().copied().collect::<Vec<u64>>();
        let region: Vec<Span> = region.iter().rev().copied().collect();
        self.put(&region, &reversed(&self.shape), count, &turned)
    }
}

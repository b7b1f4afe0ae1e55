//! What a build without HDF5 has instead of it.

use std::sync::Arc;

use bramble_graph::{DType, NewHdf5, Source};
use bramble_storage::{ArrayStore, ArrayWriter, Session, StorageError};

/// Says that there is no HDF5 here.
pub(crate) fn open(
    _: [&str; 2],
    _: Option<&str>,
    _: &Source,
    _: DType,
) -> Result<Arc<dyn ArrayStore>, StorageError> {
    Err(StorageError::WithoutHdf5)
}

/// Files that are never begun.
#[derive(Default)]
pub(crate) struct Hdf5Files;

impl Hdf5Files {
    /// Says that there is no HDF5 here.
    pub(crate) fn create(
        &self,
        _: &NewHdf5,
        _: DType,
        _: Vec<u64>,
        _: &mut Vec<Arc<dyn Session>>,
    ) -> Result<Arc<dyn ArrayWriter>, StorageError> {
        Err(StorageError::WithoutHdf5)
    }

    /// Says that there is no HDF5 here.
    pub(crate) fn change(
        &self,
        _: &str,
        _: &str,
        _: DType,
        _: Vec<u64>,
        _: &mut Vec<Arc<dyn Session>>,
    ) -> Result<Arc<dyn ArrayWriter>, StorageError> {
        Err(StorageError::WithoutHdf5)
    }
}

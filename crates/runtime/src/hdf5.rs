//! HDF5 files that runs read and write.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use bramble_graph::{Attribute, DType, NewHdf5, Source};
use bramble_storage::hdf5::{self, Encoding, Hdf5Dataset, NewAttribute, NewDataset};
use bramble_storage::{ArrayStore, ArrayWriter, Session, StorageError};

/// Opens a dataset, by the path of its file and its own, that must be what the graph was built on.
pub(crate) fn open(
    [path, dataset]: [&str; 2],
    tag: Option<&str>,
    source: &Source,
    dtype: DType,
) -> Result<Arc<Hdf5Dataset>, StorageError> {
    let opened = hdf5::open_dataset(Path::new(path), dataset)?;
    let is_same = tag.is_none() || opened.tag() == tag;
    if is_same && opened.dtype() == dtype && opened.shape() == source.shape {
        return Ok(opened);
    }
    Err(StorageError::FileChanged { path: path.into() })
}

/// Files under way: the datasets of one are written together.
#[derive(Default)]
pub(crate) struct Hdf5Files {
    sessions: HashMap<String, Arc<hdf5::Session>>,
}

impl Hdf5Files {
    /// Begins a dataset; the session of a new file joins `sessions`.
    pub(crate) fn create(
        &mut self,
        new: &NewHdf5,
        dtype: DType,
        shape: Vec<u64>,
        sessions: &mut Vec<Arc<dyn Session>>,
    ) -> Result<Arc<dyn ArrayWriter>, StorageError> {
        let session = self.session(&new.path, sessions)?;
        Ok(Arc::new(session.create(new_dataset(new, dtype, shape))?))
    }

    /// Begins to change some elements of a dataset.
    pub(crate) fn change(
        &mut self,
        path: &str,
        dataset: &str,
        dtype: DType,
        shape: Vec<u64>,
        sessions: &mut Vec<Arc<dyn Session>>,
    ) -> Result<Arc<dyn ArrayWriter>, StorageError> {
        // Says clearly what is wrong with it, and makes no file.
        hdf5::open_dataset(Path::new(path), dataset)?;
        let session = self.session(path, sessions)?;
        Ok(Arc::new(session.change(dataset.to_owned(), dtype, shape)?))
    }

    /// The session of a file, begun once.
    fn session(
        &mut self,
        path: &str,
        sessions: &mut Vec<Arc<dyn Session>>,
    ) -> Result<Arc<hdf5::Session>, StorageError> {
        if let Some(session) = self.sessions.get(path) {
            return Ok(Arc::clone(session));
        }
        let session = Arc::new(hdf5::Session::begin(Path::new(path))?);
        self.sessions.insert(path.to_owned(), Arc::clone(&session));
        sessions.push(Arc::clone(&session) as Arc<dyn Session>);
        Ok(session)
    }
}

fn new_dataset(new: &NewHdf5, dtype: DType, shape: Vec<u64>) -> NewDataset {
    let attribute = |attribute: &Attribute| NewAttribute {
        name: attribute.name.clone(),
        shape: attribute.shape.clone(),
        values: attribute.values.clone(),
    };
    NewDataset {
        name: new.dataset.clone(),
        dtype,
        is_complex: new.complex,
        shape,
        chunks: new.chunks.clone(),
        encoding: Encoding { shuffle: new.shuffle, gzip: new.gzip, fletcher32: new.fletcher32 },
        attributes: new.attributes.iter().map(attribute).collect(),
        overwrite: new.overwrite,
    }
}

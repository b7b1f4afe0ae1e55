//! Begins what is to be written, and ends it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use bramble_array::Chunk;
use bramble_graph::{Attribute, DType, Extent, NewHdf5, Selection, Target, Write};
use bramble_storage::hdf5::{Encoding, NewAttribute, NewDataset};
use bramble_storage::{ArrayWriter, RawFile, Session, Stack, StackLayout, StorageError, ZarrWriter, hdf5};

use crate::RunError;
use crate::stores::region;

/// Everything that a run writes: it appears when the run has succeeded, and otherwise not at all.
#[derive(Default)]
pub(crate) struct Sinks {
    sessions: Vec<Arc<dyn Session>>,
    /// Datasets of one file are written together.
    hdf5: HashMap<String, Arc<hdf5::Session>>,
}

/// Where the blocks of a layer go.
pub(crate) struct Writer {
    target: Arc<dyn ArrayWriter>,
    selection: Selection,
}

impl Sinks {
    /// Begins what a layer writes.
    pub(crate) fn begin(&mut self, write: &Write, dtype: DType) -> Result<Writer, StorageError> {
        let shape = write.shape.clone();
        let target: Arc<dyn ArrayWriter> = match &write.target {
            Target::Hdf5(new) => {
                let session = self.hdf5(&new.path)?;
                Arc::new(session.create(new_dataset(new, dtype, shape))?)
            }
            Target::Raw(new) => {
                self.keep(RawFile::create(Path::new(&new.path), &new.header.0, dtype, shape, new.overwrite)?)
            }
            Target::Zarr(new) => self.keep(ZarrWriter::create(new.clone(), dtype, shape)?),
            Target::Stack(new) => {
                let layout = StackLayout {
                    axis: new.axis as usize,
                    files: new.files.clone(),
                    headers: new.headers.iter().map(|header| header.0.clone()).collect(),
                };
                let path = Path::new(&new.path);
                self.keep(Stack::create(path, layout, &new.info.0, dtype, shape, new.overwrite)?)
            }
        };
        Ok(Writer { target, selection: write.selection.clone() })
    }

    /// Puts everything in its place if the run has an answer, else takes it away.
    pub(crate) fn end<T>(&self, answer: Result<T, RunError>) -> Result<T, RunError> {
        let ended = answer.and_then(|answer| {
            let committed = self.sessions.iter().try_for_each(|session| session.commit());
            committed.map(|()| answer).map_err(RunError::Write)
        });
        if ended.is_err() {
            self.sessions.iter().for_each(|session| session.abort());
        }
        ended
    }

    /// Keeps what is its own session.
    fn keep<S: Session + ArrayWriter + 'static>(&mut self, made: S) -> Arc<S> {
        let made = Arc::new(made);
        self.sessions.push(Arc::clone(&made) as Arc<dyn Session>);
        made
    }

    fn hdf5(&mut self, path: &str) -> Result<Arc<hdf5::Session>, StorageError> {
        if let Some(session) = self.hdf5.get(path) {
            return Ok(Arc::clone(session));
        }
        let session = Arc::new(hdf5::Session::begin(Path::new(path))?);
        self.hdf5.insert(path.to_owned(), Arc::clone(&session));
        self.sessions.push(Arc::clone(&session) as Arc<dyn Session>);
        Ok(session)
    }
}

impl Writer {
    /// Writes a block that lies at `extents` of what the layer writes.
    pub(crate) fn write(&self, extents: &[Extent], block: &Chunk) -> Result<(), StorageError> {
        self.target.write(&region(&self.selection, extents), block)
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
        shape,
        chunks: new.chunks.clone(),
        encoding: Encoding { shuffle: new.shuffle, gzip: new.gzip, fletcher32: new.fletcher32 },
        attributes: new.attributes.iter().map(attribute).collect(),
        overwrite: new.overwrite,
    }
}

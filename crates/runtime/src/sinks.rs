//! Begins what is to be written, and ends it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use bramble_array::Chunk;
use bramble_graph::{DType, Extent, NewNpz, Selection, Store, Target, Write};
use bramble_storage::{
    ArrayWriter, ChangedCopy, ChangedRaw, ChangedZarr, NpzFile, RawFile, Session, Stack, StackLayout,
    StorageError, ZarrWriter,
};

use crate::RunError;
use crate::hdf5::Hdf5Files;
use crate::stores::region;

/// Everything that a run writes: it appears when the run has succeeded, and otherwise not at all.
#[derive(Default)]
pub(crate) struct Sinks {
    sessions: Vec<Arc<dyn Session>>,
    /// Datasets of one file are written together.
    hdf5: Hdf5Files,
    /// `.npz` files by their paths.
    archives: HashMap<String, Arc<NpzFile>>,
    /// What gets other elements in some places, by its path.
    copies: HashMap<String, Arc<ChangedCopy>>,
    /// Of these the Zarr arrays: regions that meet in a file have to take turns.
    zarrs: HashMap<String, Arc<ChangedZarr>>,
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
            Target::Hdf5(new) => self.hdf5.create(new, dtype, shape, &mut self.sessions)?,
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
            Target::Npz(new) => {
                let archive = self.archive(new)?;
                Arc::new(archive.add(new.member.clone(), &new.header.0, dtype, shape)?)
            }
            Target::Stored(store) => self.change(store, dtype, shape)?,
        };
        Ok(Writer { target, selection: write.selection.clone() })
    }

    /// Begins to change some elements of an array that is there.
    fn change(
        &mut self,
        store: &Store,
        dtype: DType,
        shape: Vec<u64>,
    ) -> Result<Arc<dyn ArrayWriter>, StorageError> {
        Ok(match store {
            Store::Hdf5 { path, dataset, .. } => {
                self.hdf5.change(path, dataset, dtype, shape, &mut self.sessions)?
            }
            Store::Raw(raw) => {
                let copy = self.copy(&raw.path, ChangedCopy::of_file)?;
                Arc::new(ChangedRaw::open(copy, raw, dtype, shape)?)
            }
            Store::Zarr(zarr) => {
                if let Some(known) = self.zarrs.get(&zarr.path) {
                    return Ok(Arc::clone(known) as Arc<dyn ArrayWriter>);
                }
                let copy = self.copy(&zarr.path, ChangedCopy::of_folder)?;
                let changed = Arc::new(ChangedZarr::open(copy, zarr, dtype, shape)?);
                self.zarrs.insert(zarr.path.clone(), Arc::clone(&changed));
                changed
            }
            Store::Memory { .. } | Store::Stack { .. } => {
                return Err(StorageError::Region { problem: "a store that takes no other elements".into() });
            }
        })
    }

    /// The copy of what is at a path, made once for all that changes there.
    fn copy(
        &mut self,
        path: &str,
        make: impl FnOnce(&Path) -> Result<Arc<ChangedCopy>, StorageError>,
    ) -> Result<Arc<ChangedCopy>, StorageError> {
        if let Some(copy) = self.copies.get(path) {
            return Ok(Arc::clone(copy));
        }
        let copy = make(Path::new(path))?;
        self.copies.insert(path.to_owned(), Arc::clone(&copy));
        self.sessions.push(Arc::clone(&copy) as Arc<dyn Session>);
        Ok(copy)
    }

    /// The archive at a path, begun once for all arrays in it.
    fn archive(&mut self, new: &NewNpz) -> Result<Arc<NpzFile>, StorageError> {
        if let Some(archive) = self.archives.get(&new.path) {
            return Ok(Arc::clone(archive));
        }
        let archive = NpzFile::create(Path::new(&new.path), new.compressed, new.overwrite)?;
        self.archives.insert(new.path.clone(), Arc::clone(&archive));
        self.sessions.push(Arc::clone(&archive) as Arc<dyn Session>);
        Ok(archive)
    }

    /// Whether nothing is written.
    pub(crate) fn is_empty(&self) -> bool {
        self.sessions.is_empty()
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
}

impl Writer {
    /// Writes a block that lies at `extents` of what the layer writes.
    pub(crate) fn write(&self, extents: &[Extent], block: &Chunk) -> Result<(), StorageError> {
        self.target.write(&region(&self.selection, extents), block)
    }
}

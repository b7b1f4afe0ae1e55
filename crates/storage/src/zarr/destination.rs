//! Where a new array goes.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use bramble_graph::{NewZarr, TextFile};

use crate::{
    StorageError,
    remote::{RemoteFolder, is_remote},
    write::{Kind, Place},
};

/// Files of an array under construction.
pub(super) enum Destination {
    Local(Place),
    Remote(Objects),
}

/// Objects have no temporary names: chunks lie where they belong from the beginning, and the metadata come last.
pub(super) struct Objects {
    folder: RemoteFolder,
    /// What has to go if the array is not completed.
    written: Mutex<Vec<String>>,
}

impl Destination {
    /// Begins an array. One that gives way under a URL is taken away now.
    pub(super) fn begin(new: &NewZarr) -> Result<Destination, StorageError> {
        if is_remote(&new.array.path) {
            return Ok(Destination::Remote(Objects::begin(new)?));
        }
        let place = Place::new(Path::new(&new.array.path), Kind::Folder, new.overwrite)?;
        for TextFile { path, text } in &new.metadata {
            fs::write(place.temporary().join(path), text).map_err(|error| place.failed(error))?;
        }
        Ok(Destination::Local(place))
    }

    /// Stores a file.
    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        match self {
            Destination::Local(place) => {
                write(place, &place.temporary().join(name), bytes).map_err(|error| place.failed(error))
            }
            Destination::Remote(objects) => objects.put(name, bytes),
        }
    }

    /// Puts the array where it shall be.
    pub(super) fn commit(&self, new: &NewZarr) -> Result<(), StorageError> {
        match self {
            Destination::Local(place) => {
                for TextFile { path, text } in &new.groups {
                    if !Path::new(path).exists() {
                        fs::write(path, text).map_err(|error| place.failed(error))?;
                    }
                }
                place.commit()
            }
            Destination::Remote(objects) => objects.commit(new),
        }
    }

    /// Takes away what is there of it.
    pub(super) fn abort(&self) {
        match self {
            Destination::Local(place) => place.abort(),
            Destination::Remote(objects) => objects.abort(),
        }
    }
}

impl Objects {
    fn begin(new: &NewZarr) -> Result<Objects, StorageError> {
        let folder = RemoteFolder::new(&new.array.path)?;
        let objects = Objects { folder, written: Mutex::new(Vec::new()) };
        for TextFile { path, .. } in &new.metadata {
            let is_there = objects.folder.describe(path)?.is_some();
            if is_there && !new.overwrite {
                return Err(StorageError::Exists { path: PathBuf::from(objects.folder.url()) });
            }
            if is_there {
                // First, so that nobody reads an array half of which is gone.
                objects.folder.delete(path)?;
            }
        }
        if new.overwrite {
            for (name, _) in objects.folder.list()? {
                objects.folder.delete(&name)?;
            }
        }
        Ok(objects)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).push(name.to_owned());
        self.folder.put(name, bytes)
    }

    fn commit(&self, new: &NewZarr) -> Result<(), StorageError> {
        // What makes it an array is the first of its metadata.
        for TextFile { path, text } in new.metadata.iter().rev() {
            self.put(path, text.as_bytes())?;
        }
        for TextFile { path, text } in &new.groups {
            let group = RemoteFolder::new(path)?;
            if group.describe("")?.is_none() {
                group.put("", text.as_bytes())?;
            }
        }
        self.written.lock().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    }

    fn abort(&self) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        // The metadata were written last and go first. What matters is why the array is not wanted any more.
        for name in written.drain(..).rev() {
            let _ = self.folder.delete(&name);
        }
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        self.abort();
    }
}

/// Writes a file of a folder that may be yet to be made.
fn write(place: &Place, path: &Path, bytes: &[u8]) -> Result<(), std::io::Error> {
    match fs::write(path, bytes) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let folder = path.parent().map_or_else(|| place.temporary().to_path_buf(), PathBuf::from);
            fs::create_dir_all(folder)?;
            fs::write(path, bytes)
        }
        written => written,
    }
}

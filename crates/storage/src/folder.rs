//! Files of a folder, or objects under a URL, by their names.

use std::{
    fs,
    io::ErrorKind,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use crate::{
    StorageError,
    error::Action,
    remote::{Described, RemoteFolder, is_remote},
};

/// Where files are read.
pub(crate) enum Folder {
    Local(PathBuf),
    Remote(RemoteFolder),
}

impl Folder {
    /// The folder at a path or URL.
    ///
    /// # Errors
    /// [`StorageError::FileMissing`] where there is none on this machine; what a URL leads to is found out later.
    pub(crate) fn open(path: &str) -> Result<Folder, StorageError> {
        if is_remote(path) {
            return Ok(Folder::Remote(RemoteFolder::new(path)?));
        }
        let path = PathBuf::from(path);
        if path.is_dir() { Ok(Folder::Local(path)) } else { Err(StorageError::FileMissing { path }) }
    }

    /// All of a file, if it is there.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        match self {
            Folder::Local(folder) => if_there(&folder.join(name), |path| fs::read(path)),
            Folder::Remote(folder) => folder.get(name),
        }
    }

    /// What is known of a file, if it is there.
    pub(crate) fn describe(&self, name: &str) -> Result<Option<Described>, StorageError> {
        match self {
            Folder::Local(folder) => {
                let size = if_there(&folder.join(name), |path| fs::metadata(path).map(|found| found.len()))?;
                Ok(size.map(|size| Described { size, tag: None }))
            }
            Folder::Remote(folder) => folder.describe(name),
        }
    }

    /// Fills `out` from a position of a file.
    ///
    /// # Errors
    /// [`StorageError::FileChanged`] if it is not what was described.
    pub(crate) fn read_at(
        &self,
        name: &str,
        described: &Described,
        position: u64,
        out: &mut [u8],
    ) -> Result<(), StorageError> {
        match self {
            Folder::Local(folder) => {
                let path = folder.join(name);
                let read = fs::File::open(&path).and_then(|file| file.read_exact_at(out, position));
                read.map_err(|error| match error.kind() {
                    ErrorKind::UnexpectedEof => StorageError::FileChanged { path },
                    _ => StorageError::io(&path, Action::Read, error),
                })
            }
            Folder::Remote(folder) => {
                let bytes = folder.range(name, described, position, out.len() as u64)?;
                out.copy_from_slice(&bytes);
                Ok(())
            }
        }
    }
}

/// What is made of a file; nothing of one that is not there.
fn if_there<T>(
    path: &Path,
    make: impl FnOnce(&Path) -> Result<T, std::io::Error>,
) -> Result<Option<T>, StorageError> {
    match make(path) {
        Ok(made) => Ok(Some(made)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StorageError::io(path, Action::Read, error)),
    }
}

//! One open file, shared by all who read it.

use std::{
    fs,
    io::ErrorKind,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use crate::{StorageError, error::Action, identity::Identity};

/// What an HDF5 file begins with; behind a user block at 512 bytes, or at twice that, and so on.
const SIGNATURE: [u8; 8] = *b"\x89HDF\r\n\x1a\n";

/// An open file: a descriptor to read elements with, and the library's handle for everything else.
#[derive(Debug)]
pub(super) struct SharedFile {
    path: PathBuf,
    identity: Identity,
    descriptor: fs::File,
    /// Taken away when the file was seen to have changed: the library would go on to show the old state, even to
    /// whoever opens the file anew.
    library: Mutex<Option<hdf5_metno::File>>,
}

impl SharedFile {
    pub(super) fn open(path: &Path) -> Result<SharedFile, StorageError> {
        let io = |error| StorageError::io(path, Action::Read, error);
        Identity::of_file(path)?;
        let descriptor = fs::File::open(path).map_err(io)?;
        let identity = Identity::of(&descriptor.metadata().map_err(io)?);
        check_signature(path, &descriptor, identity.size())?;
        // No locks: file systems of the network kind often have none, and readers do not need any.
        let library = hdf5_metno::File::with_options()
            .with_fapl(|access| access.file_locking(false))
            .open(path)
            .map_err(|error| damaged(path, &error))?;
        Ok(SharedFile { path: path.to_path_buf(), identity, descriptor, library: Mutex::new(Some(library)) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(super) fn size(&self) -> u64 {
        self.identity.size()
    }

    /// Fills `out` from a position on.
    pub(super) fn read_at(&self, out: &mut [u8], position: u64) -> Result<(), StorageError> {
        self.descriptor.read_exact_at(out, position).map_err(|error| {
            if error.kind() == ErrorKind::UnexpectedEof {
                // The size was enough when the file was opened.
                return StorageError::FileChanged { path: self.path.clone() };
            }
            StorageError::io(&self.path, Action::Read, error)
        })
    }

    /// Makes sure that the file was not written to since it was opened.
    pub(super) fn check_unchanged(&self) -> Result<(), StorageError> {
        let metadata = self.descriptor.metadata();
        let metadata = metadata.map_err(|error| StorageError::io(&self.path, Action::Read, error))?;
        if Identity::of(&metadata) == self.identity {
            return Ok(());
        }
        self.retire();
        Err(StorageError::FileChanged { path: self.path.clone() })
    }

    /// Calls the library. It is the only way to its handle, so that no object outlives the handle.
    pub(super) fn with_library<T>(
        &self,
        call: impl FnOnce(&hdf5_metno::File) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        self.check_unchanged()?;
        let library = self.library.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(library) = library.as_ref() else {
            return Err(StorageError::FileChanged { path: self.path.clone() });
        };
        hdf5_metno::sync::sync(|| call(library))
    }

    /// Closes the library's handle.
    pub(super) fn retire(&self) {
        self.library.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

fn check_signature(path: &Path, descriptor: &fs::File, size: u64) -> Result<(), StorageError> {
    let mut position = 0;
    while position + SIGNATURE.len() as u64 <= size {
        let mut found = [0; SIGNATURE.len()];
        descriptor
            .read_exact_at(&mut found, position)
            .map_err(|error| StorageError::io(path, Action::Read, error))?;
        if found == SIGNATURE {
            return Ok(());
        }
        position = if position == 0 { 512 } else { position * 2 };
    }
    let found = if size == 0 { "it is empty" } else { "it has no HDF5 signature" };
    Err(StorageError::NotHdf5 { path: path.to_path_buf(), found })
}

fn damaged(path: &Path, error: &hdf5_metno::Error) -> StorageError {
    let (path, detail) = (path.to_path_buf(), error.to_string());
    match detail.split_once("truncated file: ") {
        Some((_, detail)) => StorageError::FileTruncated { path, detail: detail.to_owned() },
        None => StorageError::FileDamaged { path, detail },
    }
}

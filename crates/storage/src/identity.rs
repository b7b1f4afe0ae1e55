//! Which state of which file something is.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

#[cfg(feature = "hdf5")]
use crate::{StorageError, error::Action};

/// Tells one state of one file or folder from all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

impl Identity {
    pub(crate) fn of(metadata: &fs::Metadata) -> Identity {
        Identity {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }

    /// The identity of what is at a path, if anything is.
    pub(crate) fn at(path: &Path) -> Option<Identity> {
        fs::metadata(path).ok().map(|metadata| Identity::of(&metadata))
    }

    /// The identity of the file at a path.
    #[cfg(feature = "hdf5")]
    pub(crate) fn of_file(path: &Path) -> Result<Identity, StorageError> {
        let metadata = fs::metadata(path).map_err(|error| StorageError::io(path, Action::Read, error))?;
        let found = match metadata.file_type() {
            kind if kind.is_file() => return Ok(Identity::of(&metadata)),
            kind if kind.is_dir() => "a directory",
            _ => "no regular file",
        };
        Err(StorageError::NotAFile { path: path.to_path_buf(), found })
    }

    /// Bytes of the file.
    #[cfg(feature = "hdf5")]
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Whether both are the same file, be it in another state.
    #[cfg(feature = "hdf5")]
    pub(crate) fn is_same_file(&self, other: &Identity) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

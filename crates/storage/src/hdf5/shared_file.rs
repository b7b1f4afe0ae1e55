//! One open file, shared by all who read it.

use std::{
    fs,
    io::ErrorKind,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::{driver, remote_file::RemoteFile};
use crate::{Described, StorageError, error::Action, identity::Identity, is_remote};

/// What an HDF5 file begins with; behind a user block at 512 bytes, or at twice that, and so on.
const SIGNATURE: [u8; 8] = *b"\x89HDF\r\n\x1a\n";

/// An open file: its bytes, and the library's handle for everything but elements.
#[derive(Debug)]
pub(super) struct SharedFile {
    path: PathBuf,
    bytes: Bytes,
    /// Taken away when the file was seen to have changed: the library would go on to show the old state, even to
    /// whoever opens the file anew.
    library: Mutex<Option<hdf5_metno::File>>,
}

/// Where the bytes of a file come from.
#[derive(Debug)]
enum Bytes {
    Local { descriptor: fs::File, identity: Identity },
    Remote(Arc<RemoteFile>),
}

/// Tells one state of one file from all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    Local(Identity),
    Remote(PathBuf, Described),
}

impl State {
    /// Whether both are the same file, be it in another state.
    pub(super) fn is_same_file(&self, other: &State) -> bool {
        match (self, other) {
            (State::Local(one), State::Local(other)) => one.is_same_file(other),
            (State::Remote(one, _), State::Remote(other, _)) => one == other,
            _ => false,
        }
    }
}

/// A file before the library has it.
pub(super) struct Found(Bytes);

impl Found {
    /// Looks at what is behind a path or URL.
    pub(super) fn look(path: &Path) -> Result<Found, StorageError> {
        if let Some(url) = path.to_str().filter(|path| is_remote(path)) {
            return Ok(Found(Bytes::Remote(Arc::new(RemoteFile::open(url)?))));
        }
        let io = |error| StorageError::io(path, Action::Read, error);
        Identity::of_file(path)?;
        let descriptor = fs::File::open(path).map_err(io)?;
        let identity = Identity::of(&descriptor.metadata().map_err(io)?);
        Ok(Found(Bytes::Local { descriptor, identity }))
    }

    pub(super) fn state(&self) -> State {
        self.0.state()
    }

    /// Opens it.
    pub(super) fn open(self, path: &Path) -> Result<SharedFile, StorageError> {
        let bytes = self.0;
        check_signature(path, &bytes)?;
        let library = match &bytes {
            // No locks: file systems of the network kind often have none, and readers do not need any.
            Bytes::Local { .. } => hdf5_metno::File::with_options()
                .with_fapl(|access| access.file_locking(false))
                .open(path)
                .map_err(|error| damaged(path, &error))?,
            Bytes::Remote(remote) => driver::open_file(remote)
                .map_err(|error| remote.take_trouble().unwrap_or_else(|| damaged(path, &error)))?,
        };
        Ok(SharedFile { path: path.to_path_buf(), bytes, library: Mutex::new(Some(library)) })
    }
}

impl SharedFile {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The state in which it was opened.
    pub(super) fn state(&self) -> State {
        self.bytes.state()
    }

    /// What names its bytes, if it is behind a URL and the server does.
    pub(super) fn tag(&self) -> Option<&str> {
        match &self.bytes {
            Bytes::Local { .. } => None,
            Bytes::Remote(remote) => remote.described().tag.as_deref(),
        }
    }

    pub(super) fn size(&self) -> u64 {
        self.bytes.size()
    }

    /// Fills `out` from a position on.
    pub(super) fn read_at(&self, out: &mut [u8], position: u64) -> Result<(), StorageError> {
        self.bytes.read_at(&self.path, out, position)
    }

    /// Makes sure that the file was not written to since it was opened. Of one behind a URL each read does so.
    pub(super) fn check_unchanged(&self) -> Result<(), StorageError> {
        let Bytes::Local { descriptor, identity } = &self.bytes else { return Ok(()) };
        let metadata = descriptor.metadata();
        let metadata = metadata.map_err(|error| StorageError::io(&self.path, Action::Read, error))?;
        if Identity::of(&metadata) == *identity {
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
        let answer = hdf5_metno::sync::sync(|| call(library));
        match &self.bytes {
            // Whatever the library makes of it, this is why.
            Bytes::Remote(remote) => remote.take_trouble().map_or(answer, Err),
            Bytes::Local { .. } => answer,
        }
    }

    /// Closes the library's handle.
    pub(super) fn retire(&self) {
        self.library.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Bytes {
    fn state(&self) -> State {
        match self {
            Bytes::Local { identity, .. } => State::Local(*identity),
            Bytes::Remote(remote) => State::Remote(remote.path().to_path_buf(), remote.described().clone()),
        }
    }

    fn size(&self) -> u64 {
        match self {
            Bytes::Local { identity, .. } => identity.size(),
            Bytes::Remote(remote) => remote.described().size,
        }
    }

    fn read_at(&self, path: &Path, out: &mut [u8], position: u64) -> Result<(), StorageError> {
        let descriptor = match self {
            Bytes::Local { descriptor, .. } => descriptor,
            Bytes::Remote(remote) => return remote.read_at(out, position),
        };
        descriptor.read_exact_at(out, position).map_err(|error| {
            if error.kind() == ErrorKind::UnexpectedEof {
                // The size was enough when the file was opened.
                return StorageError::FileChanged { path: path.to_path_buf() };
            }
            StorageError::io(path, Action::Read, error)
        })
    }
}

fn check_signature(path: &Path, bytes: &Bytes) -> Result<(), StorageError> {
    let mut position = 0;
    while position + SIGNATURE.len() as u64 <= bytes.size() {
        let mut found = [0; SIGNATURE.len()];
        bytes.read_at(path, &mut found, position)?;
        if found == SIGNATURE {
            return Ok(());
        }
        position = if position == 0 { 512 } else { position * 2 };
    }
    let found = if bytes.size() == 0 { "it is empty" } else { "it has no HDF5 signature" };
    Err(StorageError::NotHdf5 { path: path.to_path_buf(), found })
}

fn damaged(path: &Path, error: &hdf5_metno::Error) -> StorageError {
    let (path, detail) = (path.to_path_buf(), error.to_string());
    match detail.split_once("truncated file: ") {
        Some((_, detail)) => StorageError::FileTruncated { path, detail: detail.to_owned() },
        None => StorageError::FileDamaged { path, detail },
    }
}

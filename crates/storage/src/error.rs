//! What can go wrong between a path and its elements.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bramble_graph::DType;

/// What an error is about, for whoever sorts errors by what a person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The path of a file: it names nothing readable.
    Path,
    /// A file: it is not what it should be.
    File,
    /// A path inside a file: it names nothing, or something else.
    Name,
    /// A dataset: its elements cannot be read.
    Dataset,
    /// A filter of a dataset that is not known here.
    Filter,
    /// What the caller asked for.
    Request,
}

/// An array that cannot be read or written. Only [`StorageError::Io`] may be worth a retry.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StorageError {
    /// The path names nothing.
    #[error("no file at {}", path.display())]
    FileMissing {
        /// The path.
        path: PathBuf,
    },
    /// The path names a folder, a pipe or a device.
    #[error("{} is {found}, expected an HDF5 file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it names.
        found: &'static str,
    },
    /// The path may not be opened.
    #[error("no permission to {action} {}", path.display())]
    PermissionDenied {
        /// The path.
        path: PathBuf,
        /// `read` or `write`.
        action: &'static str,
    },
    /// Something is where something new should be, and was not to be replaced.
    #[error("{} exists already; pass `overwrite: true` to replace it", path.display())]
    Exists {
        /// The path.
        path: PathBuf,
    },
    /// Something that cannot be replaced is where something new should be.
    #[error("{} is {found}, which is not replaced", path.display())]
    Occupied {
        /// The path.
        path: PathBuf,
        /// What is there.
        found: &'static str,
    },
    /// A dataset is where a new one should be, and was not to be replaced.
    #[error("{dataset:?} of {} exists already; pass `overwrite: true` to replace it", file.display())]
    DatasetExists {
        /// Path of the file.
        file: PathBuf,
        /// Path of the dataset.
        dataset: String,
    },
    /// There is no folder to write to.
    #[error("{} cannot be written: there is no folder {}", path.display(), parent(path))]
    FolderMissing {
        /// The path.
        path: PathBuf,
    },
    /// The disk has no room, or the owner's share of it.
    #[error("{} could not be written: the disk is full", path.display())]
    DiskFull {
        /// The path.
        path: PathBuf,
    },
    /// A dataset cannot be written.
    #[error("the dataset {dataset:?} of {} cannot be written: {problem}", file.display())]
    Unwritable {
        /// Path of the file.
        file: PathBuf,
        /// Path of the dataset.
        dataset: String,
        /// Why.
        problem: String,
    },
    /// The operating system refused.
    #[error("{} could not be {action}: {source}", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// What it said.
        source: Arc<std::io::Error>,
    },
    /// A server could not be asked, or failed.
    #[error("{url} cannot be reached: {problem}")]
    Remote {
        /// What was asked for.
        url: String,
        /// Why there is no answer.
        problem: String,
    },
    /// A server does not give what was asked for.
    #[error("no access to {url}: {problem}")]
    RemoteRefused {
        /// What was asked for.
        url: String,
        /// What it said.
        problem: String,
    },
    /// The file has no HDF5 signature.
    #[error("{} is not an HDF5 file: {found}", path.display())]
    NotHdf5 {
        /// Its path.
        path: PathBuf,
        /// What was seen instead.
        found: &'static str,
    },
    /// The file is shorter than it says.
    #[error("the file {} is truncated: {detail}", path.display())]
    FileTruncated {
        /// Its path.
        path: PathBuf,
        /// Where it ends and where it should end.
        detail: String,
    },
    /// The file has the HDF5 signature, but the library cannot make sense of it.
    #[error("the file {} is damaged: {detail}", path.display())]
    FileDamaged {
        /// Its path.
        path: PathBuf,
        /// What the library said.
        detail: String,
    },
    /// This build has no HDF5.
    #[error(
        "HDF5 is not in what is installed; `npm install bramble-array`, or `npm install bramble` for everything"
    )]
    WithoutHdf5,
    /// The file was written to after it had been opened.
    #[error("the file {} has changed since it was opened; open it again", path.display())]
    FileChanged {
        /// Its path.
        path: PathBuf,
    },
    /// A path inside the file leads nowhere.
    #[error("no {missing:?} in {group:?} of {}{}", file.display(), suggest(nearest))]
    NameMissing {
        /// Path of the file.
        file: PathBuf,
        /// The group that was reached.
        group: String,
        /// The name it does not have.
        missing: String,
        /// Names it has, the most similar ones first.
        nearest: Vec<String>,
    },
    /// A link inside the file leads nowhere.
    #[error("the link {link:?} of {} leads to {target:?}, which does not exist", file.display())]
    DanglingLink {
        /// Path of the file.
        file: PathBuf,
        /// The link.
        link: String,
        /// Where it should lead.
        target: String,
    },
    /// A path inside the file names something of another kind.
    #[error("{name:?} of {} is a {found}, expected a {expected}", file.display())]
    WrongKind {
        /// Path of the file.
        file: PathBuf,
        /// The path inside the file.
        name: String,
        /// What it names.
        found: &'static str,
        /// What was needed.
        expected: &'static str,
    },
    /// The elements are of a type that arrays do not have.
    #[error(
        "the dataset {dataset:?} of {} has elements of type {found}; supported are bool, int8 to int64, uint8 to \
         uint64, float32, float64, and complex numbers as h5py writes them",
        file.display()
    )]
    ElementType {
        /// Path of the file.
        file: PathBuf,
        /// Path of the dataset.
        dataset: String,
        /// The type.
        found: String,
    },
    /// The dataset contradicts itself, or the library cannot read it.
    #[error("the dataset {dataset:?} of {} cannot be read: {problem}", file.display())]
    Dataset {
        /// Path of the file.
        file: PathBuf,
        /// Path of the dataset.
        dataset: String,
        /// Why.
        problem: String,
    },
    /// The dataset was written with a filter that is not known here.
    #[error(
        "the dataset {dataset:?} of {} needs the filter {filter} ({id}); known are gzip, shuffle, fletcher32, lzf, \
         scaleoffset and nbit",
        file.display()
    )]
    UnknownFilter {
        /// Path of the file.
        file: PathBuf,
        /// Path of the dataset.
        dataset: String,
        /// Name of the filter, as the file has it.
        filter: String,
        /// Its registered number.
        id: i32,
    },
    /// A stored chunk cannot be decoded.
    #[error("chunk {chunk:?} of the dataset {dataset:?} of {} cannot be read: {problem}", file.display())]
    Chunk {
        /// Path of the file.
        file: PathBuf,
        /// Path of the dataset.
        dataset: String,
        /// Number of the chunk along each axis.
        chunk: Vec<u64>,
        /// Why.
        problem: ChunkProblem,
    },
    /// A region that does not fit the store.
    #[error("region: {problem}")]
    Region {
        /// Why not.
        problem: String,
    },
    /// Bytes in memory that do not fit a shape.
    #[error("{bytes} bytes in memory for an array of shape {shape:?} and dtype {dtype}")]
    Memory {
        /// Type of the elements.
        dtype: DType,
        /// Number of elements along each axis.
        shape: Vec<u64>,
        /// Bytes there are.
        bytes: u64,
    },
    /// The machine has no room.
    #[error("no memory for {bytes} bytes")]
    OutOfMemory {
        /// Bytes that were needed at once.
        bytes: u64,
    },
}

/// Why a stored chunk cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChunkProblem {
    /// It lies behind the end of the file.
    #[error("it ends at byte {end}, the file at byte {size}")]
    BehindTheEnd {
        /// Where it should end.
        end: u64,
        /// Where the file ends.
        size: u64,
    },
    /// The stored checksum is another one.
    #[error("its fletcher32 checksum is {found:#010x}, expected {expected:#010x}")]
    Checksum {
        /// The checksum of the bytes.
        found: u32,
        /// The checksum that was stored.
        expected: u32,
    },
    /// The stored checksum is another one.
    #[error("its CRC32C checksum is {found:#010x}, expected {expected:#010x}")]
    Crc32c {
        /// The checksum of the bytes.
        found: u32,
        /// The checksum that was stored.
        expected: u32,
    },
    /// The stored checksum is another one.
    #[error("its CRC-32 checksum is {found:#010x}, expected {expected:#010x}")]
    Crc32 {
        /// The checksum of the bytes.
        found: u32,
        /// The checksum that was stored.
        expected: u32,
    },
    /// The compressed bytes are damaged.
    #[error("its {filter} data are damaged")]
    Compressed {
        /// Name of the filter.
        filter: &'static str,
    },
    /// More bytes than a filter takes.
    #[error("it has {bytes} bytes, more than {filter} takes")]
    TooLong {
        /// Name of the filter.
        filter: &'static str,
        /// Bytes of the chunk.
        bytes: u64,
    },
    /// The bytes decode to another number of bytes than the chunk has.
    #[error("it decodes to {found} bytes, expected {expected}")]
    Length {
        /// Bytes that came out.
        found: u64,
        /// Bytes of a chunk.
        expected: u64,
    },
    /// The machine has no room to decode it.
    #[error("no memory for {bytes} bytes")]
    OutOfMemory {
        /// Bytes that were needed at once.
        bytes: u64,
    },
}

impl StorageError {
    /// What the error is about.
    pub fn subject(&self) -> Subject {
        match self {
            Self::FileMissing { .. }
            | Self::NotAFile { .. }
            | Self::PermissionDenied { .. }
            | Self::FolderMissing { .. }
            | Self::Occupied { .. }
            | Self::Exists { .. }
            | Self::DiskFull { .. } => Subject::Path,
            Self::Io { .. }
            | Self::NotHdf5 { .. }
            | Self::FileTruncated { .. }
            | Self::FileDamaged { .. }
            | Self::Remote { .. }
            | Self::RemoteRefused { .. }
            | Self::FileChanged { .. } => Subject::File,
            Self::NameMissing { .. } | Self::DanglingLink { .. } | Self::WrongKind { .. } => Subject::Name,
            Self::ElementType { .. } | Self::Dataset { .. } | Self::Chunk { .. } => Subject::Dataset,
            Self::UnknownFilter { .. } => Subject::Filter,
            Self::Region { .. }
            | Self::Memory { .. }
            | Self::DatasetExists { .. }
            | Self::Unwritable { .. }
            | Self::WithoutHdf5
            | Self::OutOfMemory { .. } => Subject::Request,
        }
    }

    /// The operating system's refusal, told apart where a person can do something about it.
    pub(crate) fn io(path: &Path, action: Action, error: std::io::Error) -> StorageError {
        let path = path.to_path_buf();
        match error.kind() {
            std::io::ErrorKind::NotFound if action == Action::Read => StorageError::FileMissing { path },
            std::io::ErrorKind::PermissionDenied => {
                StorageError::PermissionDenied { path, action: action.infinitive() }
            }
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                StorageError::DiskFull { path }
            }
            _ => StorageError::Io { path, action: action.participle(), source: Arc::new(error) },
        }
    }
}

/// What was tried with a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Read,
    Write,
}

impl Action {
    fn infinitive(self) -> &'static str {
        match self {
            Action::Read => "read",
            Action::Write => "write",
        }
    }

    fn participle(self) -> &'static str {
        match self {
            Action::Read => "read",
            Action::Write => "written",
        }
    }
}

fn parent(path: &Path) -> String {
    path.parent().unwrap_or(Path::new("/")).display().to_string()
}

/// The end of a sentence that offers names.
fn suggest(names: &[String]) -> String {
    match names {
        [] => ", which is empty".to_owned(),
        names => {
            let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
            format!("; did you mean {}?", quoted.join(", "))
        }
    }
}

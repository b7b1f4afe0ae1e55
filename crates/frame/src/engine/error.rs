//! What can go wrong, by what a caller can do about it.

use bramble_storage::StorageError;
use polars::prelude::PolarsError;
use thiserror::Error;

/// Why a plan has no columns or no rows.
#[derive(Debug, Error)]
pub enum FrameError {
    /// A column that is not there.
    #[error("{0}")]
    ColumnMissing(String),
    /// Types, names or lengths that don't go together.
    #[error("{0}")]
    Schema(String),
    /// An argument that is not what a function takes.
    #[error("{0}")]
    Argument(String),
    /// Values that can't be what they should be.
    #[error("{0}")]
    Data(String),
    /// An index that a column does not have.
    #[error("{0}")]
    OutOfBounds(String),
    /// A file of these that is not there.
    #[error("{0}")]
    FileMissing(String),
    /// No room for what is written.
    #[error("{0}")]
    DiskFull(String),
    /// A file that can't be read or written.
    #[error("{0}")]
    Io(String),
    /// An object behind a URL that can't be read.
    #[error(transparent)]
    Remote(#[from] StorageError),
    /// A plan that nobody can execute: it was not made by this version.
    #[error("{0}")]
    Plan(String),
    /// Polars panicked.
    #[error("Polars failed: {0}")]
    Panic(String),
}

impl FrameError {
    /// The same, which says which file has such data, unless it does.
    pub(super) fn of_file(self, path: &str) -> FrameError {
        match self {
            FrameError::Data(text) if !text.contains(path) => FrameError::Data(format!("{path}: {text}")),
            other => other,
        }
    }
}

/// What fails with one of them.
pub(crate) type Result<T> = std::result::Result<T, FrameError>;

impl From<PolarsError> for FrameError {
    fn from(error: PolarsError) -> FrameError {
        let text = short(&error.to_string());
        match innermost(&error) {
            PolarsError::ColumnNotFound(_)
            | PolarsError::SchemaFieldNotFound(_)
            | PolarsError::StructFieldNotFound(_) => FrameError::ColumnMissing(text),
            PolarsError::SchemaMismatch(_)
            | PolarsError::ShapeMismatch(_)
            | PolarsError::Duplicate(_)
            | PolarsError::StringCacheMismatch(_)
            | PolarsError::InvalidOperation(_) => FrameError::Schema(text),
            PolarsError::OutOfBounds(_) => FrameError::OutOfBounds(text),
            PolarsError::IO { error, .. } => io_error(error, text),
            _ => match system_error(&text) {
                Some(error) => io_error(&error, text),
                None => FrameError::Data(text),
            },
        }
    }
}

/// The error of a file of which Polars kept only the text, as its writer of Parquet does: the system's number is in it.
fn system_error(text: &str) -> Option<std::io::Error> {
    let (_, from_number) = text.split_once("(os error ")?;
    let (number, _) = from_number.split_once(')')?;
    number.parse().ok().map(std::io::Error::from_raw_os_error)
}

/// The error of a file.
pub(super) fn io_error(error: &std::io::Error, text: String) -> FrameError {
    match error.kind() {
        std::io::ErrorKind::NotFound => FrameError::FileMissing(text),
        // The end of bytes in memory, or of a file that is cut off.
        std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::InvalidData => FrameError::Data(text),
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => FrameError::DiskFull(text),
        _ => FrameError::Io(text),
    }
}

fn innermost(error: &PolarsError) -> &PolarsError {
    match error {
        PolarsError::Context { error, .. } | PolarsError::ExprContext { error, .. } => innermost(error),
        _ => error,
    }
}

/// Polars appends its whole plan, an offset within the bytes that it read at once, and advice on its Python interface.
fn short(text: &str) -> String {
    let ends = [
        "\n\nResolved plan until failure",
        "\n\nThis error occurred",
        "\n\nThe current offset in the file",
        "\n\nYou might want to try",
    ];
    let end = ends.iter().filter_map(|end| text.find(end)).min().unwrap_or(text.len());
    text[..end].trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_known_by_its_number_too() {
        let full = std::io::Error::from_raw_os_error(28);
        let error = PolarsError::ComputeError(format!("parquet: underlying IO error: {full}").into());
        assert!(matches!(FrameError::from(error), FrameError::DiskFull(_)));
        let error = PolarsError::ComputeError("could not parse `(os error` as `i64`".into());
        assert!(matches!(FrameError::from(error), FrameError::Data(_)));
    }
}

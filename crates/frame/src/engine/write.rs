//! Rows into files.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars::prelude::{
    CsvWriterOptions, FileWriteFormat, IpcCompression, IpcWriterOptions, NDJsonWriterOptions,
    ParquetCompression, ParquetWriteOptions, PlRefPath, SerializeOptions, SinkDestination, SinkTarget,
    UnifiedSinkArgs,
};

use super::Frames;
use super::error::{FrameError, Result, io_error};
use super::query::query;
use super::run::{guarded, to_engine};
use crate::{Engine, Format, Plan, Target};

/// Writes the rows of a plan into one file, which has another name beside its own until it is whole.
///
/// # Errors
///
/// What is wrong with the plan, with a file that is read, or with the one that is written; it is gone then.
pub fn write(plan: &Plan, frames: &Frames, target: &Target) -> Result<()> {
    let path = Path::new(&target.path);
    let partial = Partial(partial_name(path));
    guarded(|| {
        let target_path = PlRefPath::try_from_path(&partial.0)?;
        let destination = SinkDestination::File { target: SinkTarget::Path(target_path) };
        let sink =
            query(plan, frames)?.sink(destination, format(&target.format)?, UnifiedSinkArgs::default())?;
        sink.collect_with_engine(to_engine(Engine::Streaming))?;
        Ok(())
    })?;
    let file_error = |error: std::io::Error| io_error(&error, format!("{}: {error}", path.display()));
    fs::File::open(&partial.0).and_then(|file| file.sync_all()).map_err(file_error)?;
    fs::rename(&partial.0, path).map_err(file_error)
}

/// A file that is taken away unless it got another name.
struct Partial(PathBuf);

impl Drop for Partial {
    fn drop(&mut self) {
        // It is not there if it could not be made or has its own name now.
        let _ = fs::remove_file(&self.0);
    }
}

/// Begins with a dot, so that nobody who reads the folder takes it for data.
fn partial_name(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.partial-{}", std::process::id()))
}

fn format(format: &Format) -> Result<FileWriteFormat> {
    Ok(match format {
        Format::Csv { separator, header, null } => {
            let [separator] = separator.as_bytes() else {
                let text = format!("the separator is one character of ASCII, not {separator:?}");
                return Err(FrameError::Argument(text));
            };
            FileWriteFormat::Csv(CsvWriterOptions {
                include_header: *header,
                check_extension: false,
                batch_size: NonZeroUsize::new(1024).expect("1024 is not 0"),
                serialize_options: Arc::new(SerializeOptions {
                    separator: *separator,
                    null: null.as_str().into(),
                    ..SerializeOptions::default()
                }),
                ..CsvWriterOptions::default()
            })
        }
        Format::Parquet { compression, rows } => FileWriteFormat::Parquet(Arc::new(ParquetWriteOptions {
            compression: parquet_compression(compression)?,
            row_group_size: rows.map(|rows| rows as usize),
            ..ParquetWriteOptions::default()
        })),
        Format::Jsonl => {
            FileWriteFormat::NDJson(NDJsonWriterOptions { check_extension: false, ..Default::default() })
        }
        Format::Ipc { compression } => FileWriteFormat::Ipc(IpcWriterOptions {
            compression: ipc_compression(compression)?,
            ..IpcWriterOptions::default()
        }),
    })
}

fn parquet_compression(name: &str) -> Result<ParquetCompression> {
    Ok(match name {
        "zstd" => ParquetCompression::Zstd(None),
        "snappy" => ParquetCompression::Snappy,
        "lz4" => ParquetCompression::Lz4Raw,
        "gzip" => ParquetCompression::Gzip(None),
        "none" => ParquetCompression::Uncompressed,
        other => return Err(FrameError::Argument(format!("Parquet has no compression {other:?}"))),
    })
}

fn ipc_compression(name: &str) -> Result<Option<IpcCompression>> {
    Ok(match name {
        "zstd" => Some(IpcCompression::default()),
        "lz4" => Some(IpcCompression::LZ4),
        "none" => None,
        other => return Err(FrameError::Argument(format!("Arrow files have no compression {other:?}"))),
    })
}

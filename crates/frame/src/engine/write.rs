//! Rows into files.

use std::fs;
use std::io::ErrorKind;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use polars::prelude::{
    CsvWriterOptions, FileWriteFormat, IpcCompression, IpcWriterOptions, NDJsonWriterOptions,
    ParquetCompression, ParquetWriteOptions, PlRefPath, SerializeOptions, SinkDestination, SinkTarget,
    UnifiedSinkArgs,
};

use super::Frames;
use super::error::{FrameError, Result, io_error};
use super::query::executed;
use super::run::{reading, to_engine};
use crate::{Engine, Format, Plan, Target};

/// Writes the rows of a plan into one file, which lies in a folder of its own beside its place until it is whole.
///
/// # Errors
///
/// What is wrong with the plan, with a file that is read, or with the one that is written; it is gone then.
pub fn write(plan: &Plan, frames: &Frames, target: &Target) -> Result<()> {
    let path = Path::new(&target.path);
    let file_error = |error: std::io::Error| io_error(&error, format!("{}: {error}", path.display()));
    let partial = Partial::beside(path).map_err(file_error)?;
    let file = partial.0.join("rows");
    reading(plan, || {
        let destination =
            SinkDestination::File { target: SinkTarget::Path(PlRefPath::try_from_path(&file)?) };
        let sink = executed(plan, frames, Engine::Streaming)?.sink(
            destination,
            format(&target.format)?,
            UnifiedSinkArgs::default(),
        )?;
        sink.collect_with_engine(to_engine(Engine::Streaming))?;
        Ok(())
    })
    .map_err(|error| match error {
        // Polars does not say where.
        FrameError::DiskFull(text) => FrameError::DiskFull(format!("{}: {text}", path.display())),
        other => other,
    })?;
    fs::File::open(&file).and_then(|file| file.sync_all()).map_err(file_error)?;
    fs::rename(&file, path).map_err(file_error)
}

/// A folder for a file that is not whole. It is taken away in the end: a sink that failed may make its file some time
/// after it said so, which it can't without the folder.
struct Partial(PathBuf);

impl Partial {
    /// Its name begins with a dot, so that nobody who reads the folder takes it for data.
    fn beside(path: &Path) -> std::io::Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = path.with_file_name(format!(".{name}.partial-{}-{number}", std::process::id()));
        fs::create_dir(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // A file that is made while the folder is emptied makes this fail, once.
        for _ in 0..100 {
            match fs::remove_dir_all(&self.0) {
                Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {
                    thread::sleep(Duration::from_millis(10));
                }
                _ => return,
            }
        }
    }
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

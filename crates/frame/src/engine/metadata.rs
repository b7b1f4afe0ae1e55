//! What all Parquet files of a folder have, in one file beside them.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use polars_parquet_format::FileMetaData;

use super::error::{FrameError, Result};
use super::remote::{assemble, read_footer};
use super::scans::file_error;

/// Names of files that have no rows of their own. The first is written here.
pub(super) const NAMES: [&str; 2] = ["_metadata", "_common_metadata"];

/// Writes `_metadata` into a folder: the row groups of the files in it that these relative names, with slashes, mean, as
/// Spark, pyarrow and Dask have it. Whoever reads them all needs not open each to know what to skip.
///
/// # Errors
///
/// [`FrameError::Schema`] for files with other columns than the first, [`FrameError::Data`] for broken ones, and what the
/// system says of those that can't be read or written.
pub fn write_metadata(folder: &Path, names: &[String]) -> Result<()> {
    let mut whole: Option<FileMetaData> = None;
    for name in names {
        let mut own = footer_of(&folder.join(name))?;
        for column in own.row_groups.iter_mut().flat_map(|group| &mut group.columns) {
            column.file_path = Some(name.clone());
        }
        whole = Some(match whole {
            None => own,
            Some(whole) if own.schema != whole.schema => {
                let first = &names[0];
                let text = format!("{name} has other columns than {first}: they can't be in one `_metadata`");
                return Err(FrameError::Schema(text));
            }
            Some(mut whole) => {
                whole.num_rows += own.num_rows;
                whole.row_groups.append(&mut own.row_groups);
                whole
            }
        });
    }
    let Some(whole) = whole else { return Ok(()) };
    let bytes = assemble(&[], &whole)?;
    let (path, partial) = (folder.join(NAMES[0]), folder.join(format!(".{}.partial", NAMES[0])));
    let write = || {
        let mut file = File::create(&partial)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&partial, &path)
    };
    write().map_err(|error| {
        // Nothing half written stays; what failed before says more than this.
        let _ = fs::remove_file(&partial);
        file_error(&path.to_string_lossy(), &error)
    })
}

fn footer_of(path: &Path) -> Result<FileMetaData> {
    let name = path.to_string_lossy();
    let wrong = |error: std::io::Error| file_error(&name, &error);
    let file = File::open(path).map_err(wrong)?;
    let size = file.metadata().map_err(wrong)?.len();
    read_footer(&name, size, |start, end| {
        let mut bytes = Vec::new();
        (&file).seek(SeekFrom::Start(start)).map_err(wrong)?;
        (&file).take(end - start).read_to_end(&mut bytes).map_err(wrong)?;
        Ok(bytes)
    })
}

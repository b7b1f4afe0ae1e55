//! Files as sources of rows.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use polars::io::HiveOptions;
use polars::io::path_utils::expand_paths;
use polars::prelude::{
    CsvEncoding, DataType, LazyCsvReader, LazyFileListReader, LazyFrame, LazyJsonLineReader, NullValues,
    PlRefPath, PlSmallStr, ScanArgsParquet, ScanSources, SchemaRef, UnifiedScanArgs,
};
use serde::Serialize;

use super::encoding::refuse_utf16_file;
use super::error::{FrameError, Result};
use super::expressions::literal_column;
use super::known::{as_known, folder_columns};
use super::types::{from_schema, to_schema};
use super::{metadata, remote};
use crate::{Column, CsvOptions, Range, Scan, ScanFormat, StoredObject};

/// What is known of files before they are read.
#[derive(Clone, Debug, Serialize)]
pub struct Sheet {
    /// The files or objects, in order.
    pub paths: Vec<String>,
    /// What the objects are, one for each path.
    pub objects: Vec<StoredObject>,
    /// How large they are together, in bytes.
    pub bytes: u64,
    /// The columns of all of them.
    pub columns: Vec<Column>,
}

/// Finds the files or objects that patterns mean, and the columns of the first.
///
/// # Errors
///
/// [`FrameError::FileMissing`] if there are none; what is wrong with the first if it can't be read.
pub fn scan_schema(scan: &Scan) -> Result<Sheet> {
    refuse_metadata(scan)?;
    if remote::are_remote(&scan.paths)? {
        return remote::sheet(scan);
    }
    let paths = expand(&scan.paths)?;
    let mut bytes = 0;
    for path in &paths {
        let file = std::fs::metadata(path).map_err(|error| file_error(path, &error))?;
        // Polars says of it what it lacks, and not which file it is.
        if file.len() == 0 && matches!(scan.format, ScanFormat::Ipc) {
            return Err(FrameError::Data(format!("{path} is empty, and so no Arrow file")));
        }
        if matches!(scan.format, ScanFormat::Csv(_) | ScanFormat::Jsonl { .. }) {
            refuse_utf16_file(path)?;
        }
        bytes += file.len();
    }
    let found = Scan { paths, ..scan.clone() };
    let first = found.paths.first().map_or("", String::as_str);
    let schema = files(&found)
        .and_then(|mut rows| Ok(rows.collect_schema()?))
        .map_err(|error| error.of_file(first))?;
    Ok(Sheet { paths: found.paths, objects: Vec::new(), bytes, columns: from_schema(&schema) })
}

/// Refuses a file that has no rows of its own.
fn refuse_metadata(scan: &Scan) -> Result<()> {
    let is_parquet = matches!(scan.format, ScanFormat::Parquet { .. });
    let without_rows =
        |path: &&String| path.rsplit('/').next().is_some_and(|name| metadata::NAMES.contains(&name));
    match scan.paths.iter().find(without_rows) {
        Some(path) if is_parquet => {
            Err(FrameError::Argument(format!("{path} says what other files have: read the folder around it")))
        }
        _ => Ok(()),
    }
}

pub(super) fn file_error(path: &str, error: &std::io::Error) -> FrameError {
    super::error::io_error(error, format!("{path}: {error}"))
}

/// Patterns and folders as the files that they mean.
fn expand(patterns: &[String]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for pattern in patterns {
        let hidden = [PlSmallStr::from_static("."), PlSmallStr::from_static("_")];
        let wanted = [PlRefPath::new(pattern.as_str())];
        let paths = polars_core::runtime::ASYNC.block_on(expand_paths(&wanted, true, &hidden, &mut None))?;
        found.extend(
            paths.iter().map(|path| path.as_str().to_owned()).filter(|path| !is_in_hidden(pattern, path)),
        );
    }
    if found.is_empty() {
        return Err(FrameError::FileMissing(format!("No file matches {}", patterns.join(", "))));
    }
    Ok(found)
}

/// Whether a file lies in a folder that is no data, below what a pattern names: one that begins with a dot, as what a
/// writer that was killed left half written, or with an underscore, unless it is a partition (`_key=1`).
pub(super) fn is_in_hidden(pattern: &str, path: &str) -> bool {
    let named = match pattern.find(['*', '?', '[']) {
        Some(wildcard) => pattern[..wildcard].rfind('/').map_or("", |slash| &pattern[..=slash]),
        None => pattern,
    };
    let asks_for_them = |name: &str| name.starts_with(['.', '_']);
    if pattern[named.len()..].split('/').any(asks_for_them) {
        return false;
    }
    let Some((folders, _)) = path.strip_prefix(named).and_then(|below| below.rsplit_once('/')) else {
        return false;
    };
    folders.split('/').any(|name| name.starts_with('.') || (name.starts_with('_') && !name.contains('=')))
}

/// The rows of files, with the columns of the scan where these are known.
pub(super) fn scan(scan: &Scan) -> Result<LazyFrame> {
    as_known(files(scan)?, scan)
}

/// The rows of files as these have them.
fn files(scan: &Scan) -> Result<LazyFrame> {
    if let (Some(range), [path]) = (scan.range, &scan.paths[..]) {
        let bytes = read_range(path, range).map_err(|error| file_error(path, &error))?;
        return scan_sources(scan, in_memory(vec![bytes]));
    }
    let paths = scan.paths.iter().map(|path| PlRefPath::new(path.as_str())).collect();
    scan_sources(scan, ScanSources::Paths(paths))
}

/// Files that are in memory.
pub(super) fn in_memory(files: Vec<Vec<u8>>) -> ScanSources {
    ScanSources::Buffers(files.into_iter().map(Into::into).collect())
}

/// The rows of a Parquet file that is in memory.
pub(super) fn parquet_in_memory(file: Vec<u8>) -> Result<LazyFrame> {
    let args = ScanArgsParquet {
        glob: false,
        hive_options: HiveOptions::new_disabled(),
        ..ScanArgsParquet::default()
    };
    Ok(LazyFrame::scan_parquet_sources(in_memory(vec![file]), args)?)
}

/// The rows of files, wherever they are. Of lines from the middle of a file only the first ones have a header above them.
pub(super) fn scan_sources(scan: &Scan, sources: ScanSources) -> Result<LazyFrame> {
    Ok(match &scan.format {
        ScanFormat::Csv(options) if scan.range.is_some_and(|range| range.from > 0) => {
            csv(scan, &CsvOptions { header: false, skip: 0, ..options.clone() }, sources)?
        }
        ScanFormat::Csv(options) => csv(scan, options, sources)?,
        ScanFormat::Parquet { hive } => LazyFrame::scan_parquet_sources(sources, parquet(scan, *hive)?)?,
        ScanFormat::Jsonl { lenient } => json_lines(scan, sources, *lenient)?,
        ScanFormat::Ipc => {
            let args = UnifiedScanArgs {
                glob: false,
                include_file_paths: path_column(scan),
                ..UnifiedScanArgs::default()
            };
            LazyFrame::scan_ipc_sources(sources, polars::prelude::IpcScanOptions::default(), args)?
        }
    })
}

fn read_range(path: &str, Range { from, to }: Range) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(to.saturating_sub(from)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Begins no line of any text: these code points are for a program's own use. Without SIMD, which needs a nightly compiler,
/// the loop of Polars that finds the ends of lines where there may be comments takes a third of the time of the other, and
/// nothing else of a batch starts before it has ended.
const NO_COMMENT: &str = "\u{fdd0}\u{fdd1}";

pub(super) fn csv(scan: &Scan, options: &CsvOptions, sources: ScanSources) -> Result<LazyFrame> {
    let quote = options.quote.as_deref().map(|quote| byte(quote, "quote")).transpose()?;
    let nulls = (!options.nulls.is_empty())
        .then(|| NullValues::AllColumns(options.nulls.iter().map(|text| text.as_str().into()).collect()));
    let encoding = if options.lossy { CsvEncoding::LossyUtf8 } else { CsvEncoding::Utf8 };
    Ok(LazyCsvReader::new_with_sources(sources)
        .with_glob(false)
        .with_separator(byte(&options.separator, "separator")?)
        .with_quote_char(quote)
        .with_comment_prefix(Some(options.comment.as_deref().unwrap_or(NO_COMMENT).into()))
        .with_has_header(options.header)
        .with_skip_lines(options.skip as usize)
        .with_null_values(nulls)
        .with_try_parse_dates(options.dates)
        .with_truncate_ragged_lines(options.truncate)
        .with_ignore_errors(options.lenient)
        .with_decimal_comma(options.decimal_comma)
        .with_encoding(encoding)
        .with_infer_schema_length(scan.sample.map(|rows| rows as usize))
        .with_schema(known(scan)?)
        .with_dtype_overwrite(types(scan)?)
        .with_include_file_paths(path_column(scan))
        .with_rechunk(false)
        .finish()?)
}

fn json_lines(scan: &Scan, sources: ScanSources, lenient: bool) -> Result<LazyFrame> {
    let sample = scan.sample.and_then(|rows| std::num::NonZeroUsize::new(rows as usize));
    let (known, types) = (known(scan)?, types(scan)?);
    let narrow: Vec<(PlSmallStr, DataType)> =
        known.as_ref().or(types.as_ref()).map_or_else(Vec::new, narrow_integers);
    let rows = LazyJsonLineReader::new_with_sources(sources)
        .with_infer_schema_length(sample)
        .with_schema(known.as_ref().map(widened))
        .with_schema_overwrite(types.as_ref().map(widened))
        .with_ignore_errors(lenient)
        .with_include_file_paths(path_column(scan))
        .finish()?;
    if narrow.is_empty() {
        return Ok(rows);
    }
    let casts = narrow.into_iter().map(|(name, wanted)| {
        let column = literal_column(&name);
        if lenient { column.cast(wanted) } else { column.strict_cast(wanted) }
    });
    Ok(rows.with_columns(casts.collect::<Vec<_>>()))
}

/// The columns of integers that the reader of JSON lines has no loop for.
fn narrow_integers(schema: &SchemaRef) -> Vec<(PlSmallStr, DataType)> {
    let columns = schema.iter().filter(|(_, dtype)| is_narrow(dtype));
    columns.map(|(name, dtype)| (name.clone(), dtype.clone())).collect()
}

/// The same columns, with integers as the reader of JSON lines has them.
fn widened(schema: &SchemaRef) -> SchemaRef {
    let wide = |dtype: &DataType| if is_narrow(dtype) { DataType::Int64 } else { dtype.clone() };
    SchemaRef::new(schema.iter().map(|(name, dtype)| (name.clone(), wide(dtype))).collect())
}

fn is_narrow(dtype: &DataType) -> bool {
    matches!(dtype, DataType::Int8 | DataType::Int16 | DataType::UInt8 | DataType::UInt16)
}

fn parquet(scan: &Scan, hive: bool) -> Result<ScanArgsParquet> {
    let hive_options = if hive {
        HiveOptions { schema: folder_columns(scan)?, ..HiveOptions::new_enabled() }
    } else {
        HiveOptions::new_disabled()
    };
    Ok(ScanArgsParquet {
        glob: false,
        hive_options,
        include_file_paths: path_column(scan),
        ..ScanArgsParquet::default()
    })
}

fn path_column(scan: &Scan) -> Option<PlSmallStr> {
    scan.path_column.as_deref().map(Into::into)
}

/// The columns in the files, if they are known.
fn known(scan: &Scan) -> Result<Option<SchemaRef>> {
    let Some(columns) = &scan.columns else { return Ok(None) };
    let in_file = |column: &&Column| Some(&column.name) != scan.path_column.as_ref();
    let columns: Vec<Column> = columns.iter().filter(in_file).cloned().collect();
    to_schema(&columns).map(Some)
}

/// The names of the columns that are in the files.
pub(super) fn columns_in_file(scan: &Scan) -> Result<Vec<String>> {
    let columns = match known(scan)? {
        Some(columns) => columns,
        None => self::scan(&Scan { path_column: None, ..scan.clone() })?.collect_schema()?,
    };
    Ok(columns.iter_names().map(ToString::to_string).collect())
}

fn types(scan: &Scan) -> Result<Option<SchemaRef>> {
    if scan.types.is_empty() { Ok(None) } else { to_schema(&scan.types).map(Some) }
}

fn byte(text: &str, name: &str) -> Result<u8> {
    match text.as_bytes() {
        [byte] => Ok(*byte),
        _ => Err(FrameError::Argument(format!("the {name} is one character of ASCII, not {text:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::is_in_hidden;

    #[test]
    fn folders_that_are_no_data_are_left_out() {
        for (pattern, path) in [
            ("data", "data/.out.partial-3f/part-0.parquet"),
            ("data/", "data/.out.partial-3f/part-0.parquet"),
            ("/a/data", "/a/data/x/_temporary/part-0.parquet"),
            ("data/**/*.parquet", "data/.out.partial-3f/part-0.parquet"),
            ("**/*.csv", "x/.git/y.csv"),
        ] {
            assert!(is_in_hidden(pattern, path), "{path} of {pattern}");
        }
    }

    #[test]
    fn what_is_named_is_read() {
        for (pattern, path) in [
            ("data", "data/part-0.parquet"),
            ("data", "data/k=1/_j=2/part-0.parquet"),
            ("/home/me/.cache/data", "/home/me/.cache/data/x.parquet"),
            ("/home/me/.cache/*.csv", "/home/me/.cache/x.csv"),
            ("data/.old/*/x.csv", "data/.old/1/x.csv"),
            ("data/.*/x.csv", "data/.old/x.csv"),
            ("x.csv", "x.csv"),
            ("*.csv", "x.csv"),
        ] {
            assert!(!is_in_hidden(pattern, path), "{path} of {pattern}");
        }
    }
}

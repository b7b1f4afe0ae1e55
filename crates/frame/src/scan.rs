//! Files as sources of rows.

use serde::{Deserialize, Serialize};

use crate::Column;

/// Files of one format that are read one behind the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Scan {
    /// Absolute paths, or URLs of objects, in order.
    pub paths: Vec<String>,
    /// What the objects were when they were found, one for each path; nothing of files, and before they are looked for.
    pub objects: Vec<StoredObject>,
    /// What they are.
    pub format: ScanFormat,
    /// The columns, once they are known; those of paths among them.
    pub columns: Option<Vec<Column>>,
    /// Types of some columns that are not to be guessed.
    pub types: Vec<Column>,
    /// How many rows types are guessed from; all if there is no number.
    pub sample: Option<u32>,
    /// Name of a column that says which file a row is from.
    pub path_column: Option<String>,
    /// A part of the one path, whose columns are known; all of the files if there is none.
    pub range: Option<Range>,
}

/// An object behind a URL, as it was when it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StoredObject {
    /// Bytes that it has.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub size: u64,
    /// Names these bytes, if the server does.
    pub tag: Option<String>,
}

/// A part of a file: of text bytes, from the beginning of a line to that of another; of other objects behind URLs numbers of
/// row groups or record batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Range {
    /// The first.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub from: u64,
    /// The one behind the last.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub to: u64,
}

/// A format of files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum ScanFormat {
    /// Comma-separated values, plain or compressed.
    Csv(CsvOptions),
    /// Apache Parquet.
    Parquet {
        /// Whether folders such as `year=2024` are columns.
        hive: bool,
    },
    /// A JSON object on each line, plain or compressed.
    Jsonl {
        /// Whether lines that are no JSON are left out, or else an error.
        lenient: bool,
    },
    /// Arrow IPC files.
    Ipc,
}

/// What there is to know of a CSV file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct CsvOptions {
    /// Between two values; one character of ASCII.
    pub separator: String,
    /// Around values that have a separator or line break in them; none if nothing is quoted.
    pub quote: Option<String>,
    /// Begins lines that are left out.
    pub comment: Option<String>,
    /// Whether the first line of each file is names.
    pub header: bool,
    /// Lines before the header that are left out.
    pub skip: u32,
    /// Texts that stand for null, besides nothing.
    pub nulls: Vec<String>,
    /// Whether text that looks like a date or time becomes one.
    pub dates: bool,
    /// Whether values beyond the last column are left out, or else an error.
    pub truncate: bool,
    /// Whether values that don't fit their column become null, or else an error.
    pub lenient: bool,
    /// Whether a comma is the decimal point.
    pub decimal_comma: bool,
    /// Whether bytes that are no UTF-8 are replaced, or else an error.
    pub lossy: bool,
}

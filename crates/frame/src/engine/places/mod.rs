//! Where in a file of text is what Polars could not read.
//!
//! Polars reads blocks of a file side by side, and says of what is wrong neither which file nor which row it is in. Nothing is
//! counted for that while all goes well: when a query has failed, its files are gone through once more.

mod csv;
mod json;
mod text;

use super::error::FrameError;
use crate::{CsvOptions, Operation, Plan, Scan, ScanFormat};

/// Whoever has more bytes than this would wait long for an error.
const MOST: u64 = 8 << 30;

/// What is wrong with text, as Polars says it.
#[derive(Debug, PartialEq, Eq)]
enum Fault<'a> {
    /// A value that its column can't have.
    Value { text: &'a str, dtype: &'a str, column: usize },
    /// More values in a line than there are columns.
    TooMany,
    /// Bytes that are no text.
    NoUtf8,
    /// A line of JSON that can't be read.
    Json,
}

impl Fault<'_> {
    fn of(message: &str) -> Option<Fault<'_>> {
        if let Some((_, value)) = message.split_once("could not parse `") {
            let (value, column) = value.rsplit_once("(column number ")?;
            let (text, dtype) = value.rsplit_once("` as dtype `")?;
            let (dtype, _) = dtype.split_once('`')?;
            let column = column.split_once(')')?.0.parse::<usize>().ok()?.checked_sub(1)?;
            return Some(Fault::Value { text, dtype, column });
        }
        let has = |part: &str| message.contains(part);
        if has("found more fields than defined") {
            Some(Fault::TooMany)
        } else if has("invalid utf-8 sequence") {
            Some(Fault::NoUtf8)
        } else if has("error parsing line") || has("NDJSON line expected") || has("error deserializing value")
        {
            Some(Fault::Json)
        } else {
            None
        }
    }

    /// What is said of it if it is not found.
    fn alone(&self) -> Option<String> {
        match self {
            Fault::TooMany => Some(format!("a line has more values than there are columns: {TRUNCATE}")),
            _ => None,
        }
    }

    fn find(&self, scan: &Scan) -> Option<String> {
        let sizes = scan.paths.iter().map(|path| std::fs::metadata(path).map(|file| file.len()));
        if sizes.sum::<std::io::Result<u64>>().ok()? > MOST {
            return None;
        }
        scan.paths.iter().find_map(|path| match (self, &scan.format) {
            (Fault::Json, ScanFormat::Jsonl { .. }) => json::find(scan, path),
            (Fault::Json, _) => None,
            (_, ScanFormat::Csv(options)) => csv::find(self, scan, options, path),
            _ => None,
        })
    }
}

/// How lines of several lengths are read.
const TRUNCATE: &str = "`truncateRaggedLines` leaves out what is beyond the last column";

/// The same error; one of text says where in which file that is.
pub(super) fn placed(plan: &Plan, error: FrameError) -> FrameError {
    let FrameError::Data(message) = &error else { return error };
    let Some(fault) = Fault::of(message) else { return error };
    let mut scans = plan.steps.iter().filter_map(|step| match &step.operation {
        Operation::Scan(scan) => Some(scan),
        _ => None,
    });
    match scans.find_map(|scan| fault.find(scan)).or_else(|| fault.alone()) {
        Some(text) => FrameError::Data(text),
        None => error,
    }
}

/// The byte that an option is.
fn byte(option: Option<&str>) -> Option<u8> {
    option.and_then(|text| text.bytes().next())
}

/// How rows are written.
#[derive(Clone, Copy)]
struct Dialect<'a> {
    separator: u8,
    quote: Option<u8>,
    comment: Option<&'a [u8]>,
    header: bool,
    skip: u32,
}

impl<'a> Dialect<'a> {
    fn of(options: &'a CsvOptions) -> Option<Self> {
        Some(Dialect {
            separator: byte(Some(&options.separator))?,
            quote: byte(options.quote.as_deref()),
            comment: options.comment.as_deref().map(str::as_bytes),
            header: options.header,
            skip: options.skip,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_what_polars_says() {
        let value = "could not parse `a` as dtype `b` as dtype `i64` at column 'x' (column number 2)\n\nmore";
        let text = "a` as dtype `b";
        assert_eq!(Fault::of(value), Some(Fault::Value { text, dtype: "i64", column: 1 }));
        assert_eq!(Fault::of("invalid utf-8 sequence"), Some(Fault::NoUtf8));
        assert_eq!(Fault::of("something else"), None);
    }
}

//! What tests of files start from, those within the crate too.

use std::path::Path;

use bramble_frame::{CsvOptions, Scan, ScanFormat};

/// CSV as most of it is: names in the first line, commas, and quotes around what needs them.
pub(crate) fn plain_csv() -> CsvOptions {
    CsvOptions {
        separator: ",".into(),
        quote: Some("\"".into()),
        comment: None,
        header: true,
        skip: 0,
        nulls: vec![],
        dates: false,
        truncate: false,
        lenient: false,
        decimal_comma: false,
        lossy: false,
    }
}

/// Files of which nothing else is known.
pub(crate) fn scan_of(paths: &[impl AsRef<Path>], format: ScanFormat) -> Scan {
    Scan {
        paths: paths.iter().map(|path| path.as_ref().to_str().expect("UTF-8").to_owned()).collect(),
        objects: vec![],
        format,
        columns: None,
        types: vec![],
        sample: None,
        path_column: None,
        range: None,
    }
}

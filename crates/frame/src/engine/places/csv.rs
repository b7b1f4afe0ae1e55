//! Where in CSV.

use std::io;
use std::ops::Range;

use super::text::Text;
use super::{Dialect, Fault, TRUNCATE};
use crate::engine::scans::columns_in_file;
use crate::{CsvOptions, Scan};

/// A byte-order mark before the text.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Says where a fault is in a file, if it is there.
pub(super) fn find(fault: &Fault<'_>, scan: &Scan, options: &CsvOptions, path: &str) -> Option<String> {
    let names = columns_in_file(scan).ok()?;
    let (from, to) = scan.range.map_or((0, u64::MAX), |range| (range.from, range.to));
    let mut rows = Rows::of(Text::open(path).ok()?, Dialect::of(options)?).ok()?;
    while let Some(row) = rows.next().ok()? {
        if row.byte >= to {
            break;
        }
        if row.byte >= from
            && let Some(text) = said(fault, &rows, &row, &names)
        {
            return Some(format!("{path}: line {} (row {}): {text}", row.line, row.number));
        }
    }
    None
}

/// What is said of a row that has the fault.
fn said(fault: &Fault<'_>, rows: &Rows<'_>, row: &Row, names: &[String]) -> Option<String> {
    let bytes = &rows.bytes[..];
    let mut values = values(bytes, rows.dialect);
    let at = |place: usize| rows.text.name_of(row.byte + place as u64);
    match *fault {
        Fault::Value { text, dtype, column } => {
            let value = values.nth(column)?;
            let name = names.get(column)?;
            (String::from_utf8_lossy(&bytes[value.clone()]) == text).then(|| {
                format!(
                    "could not parse `{text}` as dtype `{dtype}` in column {name:?}, at {}. Name its type in `types`, or guess \
                     types from more rows with `sample`; with `nullValues` or `ignoreErrors` it is null",
                    at(value.start)
                )
            })
        }
        Fault::TooMany => {
            let found = values.count();
            (found > names.len()).then(|| {
                format!("{found} values, but there are {} columns, at {}: {TRUNCATE}", names.len(), at(0))
            })
        }
        Fault::NoUtf8 => {
            let place = str::from_utf8(bytes).err()?.valid_up_to();
            let column = values.position(|value| place < value.end).and_then(|column| names.get(column));
            let column = column.map_or_else(String::new, |name| format!(" in column {name:?}"));
            Some(format!(
                "invalid utf-8{column}, at {}: the encoding \"utf8-lossy\" replaces such bytes",
                at(place)
            ))
        }
        Fault::Json => None,
    }
}

/// A row of a file.
struct Row {
    /// From 1 on, without the header.
    number: u64,
    /// The line that it begins with, from 1 on.
    line: u64,
    /// Where it begins.
    byte: u64,
}

/// The rows of a file.
struct Rows<'a> {
    text: Text,
    dialect: Dialect<'a>,
    /// What the last row is.
    bytes: Vec<u8>,
    count: u64,
}

impl<'a> Rows<'a> {
    fn of(mut text: Text, dialect: Dialect<'a>) -> io::Result<Self> {
        let mut line = Vec::new();
        for _ in 0..dialect.skip {
            text.read_line(&mut line)?;
            line.clear();
        }
        let mut rows = Rows { text, dialect, bytes: Vec::new(), count: 0 };
        if dialect.header {
            rows.next()?;
            rows.count = 0;
        }
        Ok(rows)
    }

    fn next(&mut self) -> io::Result<Option<Row>> {
        loop {
            let (line, byte) = (self.text.line + 1, self.text.byte);
            self.bytes.clear();
            if self.text.read_line(&mut self.bytes)? == 0 {
                return Ok(None);
            }
            if self.dialect.comment.is_some_and(|begin| self.bytes.starts_with(begin)) {
                continue;
            }
            self.read_quoted()?;
            self.count += 1;
            return Ok(Some(Row { number: self.count, line, byte }));
        }
    }

    /// Goes on to the end of a line that is not between quotes.
    fn read_quoted(&mut self) -> io::Result<()> {
        let Some(quote) = self.dialect.quote else { return Ok(()) };
        let (mut is_quoted, mut seen) = (false, 0);
        loop {
            is_quoted = self.bytes[seen..].iter().fold(is_quoted, |odd, &byte| odd ^ (byte == quote));
            seen = self.bytes.len();
            if !is_quoted || self.text.read_line(&mut self.bytes)? == 0 {
                return Ok(());
            }
        }
    }
}

/// Where each value of a row begins and ends, quotes included.
fn values<'a>(row: &'a [u8], dialect: Dialect<'a>) -> impl Iterator<Item = Range<usize>> + use<'a> {
    let Dialect { separator, quote, .. } = dialect;
    let row = row.strip_suffix(b"\n").unwrap_or(row);
    let row = row.strip_suffix(b"\r").unwrap_or(row);
    let mut next = Some(if row.starts_with(MARK) { MARK.len() } else { 0 });
    std::iter::from_fn(move || {
        let start = next?;
        let begins_quoted = quote.is_some() && row.get(start).copied() == quote;
        let mut is_quoted = false;
        let length = row[start..].iter().position(|&byte| {
            is_quoted ^= begins_quoted && Some(byte) == quote;
            byte == separator && !is_quoted
        });
        next = length.map(|length| start + length + 1);
        Some(start..length.map_or(row.len(), |length| start + length))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const DIALECT: Dialect<'static> =
        Dialect { separator: b',', quote: Some(b'"'), comment: Some(b"#"), header: true, skip: 0 };

    fn rows(text: &str, dialect: Dialect<'static>) -> Vec<(u64, u64, u64, Vec<String>)> {
        let text = Text::of(Cursor::new(text.to_owned()), false);
        let mut rows = Rows::of(text, dialect).expect("memory");
        let mut found = Vec::new();
        while let Some(row) = rows.next().expect("memory") {
            let value = |at| String::from_utf8_lossy(&rows.bytes[at]).into_owned();
            let values = values(&rows.bytes, dialect).map(value).collect();
            found.push((row.number, row.line, row.byte, values));
        }
        found
    }

    #[test]
    fn rows_end_outside_of_quotes() {
        let text = "a,b\n\"x\ny,z\",1\r\n# it's \" odd\n2,\n";
        let first = (1, 2, 4, vec!["\"x\ny,z\"".into(), "1".into()]);
        let second = (2, 5, 28, vec!["2".into(), String::new()]);
        assert_eq!(rows(text, DIALECT), [first, second]);
    }

    #[test]
    fn a_header_and_lines_before_it_are_no_rows() {
        let dialect = Dialect { skip: 2, ..DIALECT };
        assert_eq!(rows("\"\nskip\na\n1", dialect), [(1, 4, 9, vec!["1".into()])]);
        let bare = Dialect { header: false, ..DIALECT };
        let marked = rows("\u{feff}1,2\n", bare);
        assert_eq!(marked, [(1, 1, 0, vec!["1".into(), "2".into()])]);
    }
}

//! Lines of objects: of CSV and of JSON.

use std::io::{self, BufRead, Read};

use super::fetch::Source;
use crate::engine::cut::{COMPRESSED, cut_lines};
use crate::engine::error::{FrameError, Result};
use crate::{Range, Scan, ScanFormat};

/// First bytes of an object that are looked at, and each time that these are too few four times as many.
const FIRST: u64 = 1 << 20;
/// Bytes in which the end of a line is looked for at once.
const WINDOW: u64 = 64 << 10;
/// Bytes that are asked for at once, in several requests, of an object that is gone through.
const STRETCH: u64 = 32 << 20;

/// What begins and ends lines.
#[derive(Clone, Copy, Default)]
pub(super) struct Lines<'a> {
    /// Around values that may have line ends in them.
    quote: Option<u8>,
    /// Begins lines that are no rows.
    comment: Option<&'a [u8]>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(scan: &'a Scan) -> Lines<'a> {
        match &scan.format {
            ScanFormat::Csv(options) => Lines {
                quote: options.quote.as_deref().and_then(|quote| quote.bytes().next()),
                comment: options.comment.as_deref().map(str::as_bytes),
            },
            _ => Lines::default(),
        }
    }

    /// How many of the lines in some bytes are whole and no comments, and where the last whole one ends.
    fn count(self, bytes: &[u8]) -> (usize, usize) {
        let (mut lines, mut end) = (0, 0);
        loop {
            let line = &bytes[end..];
            let is_comment = self.comment.is_some_and(|begin| line.starts_with(begin));
            let mut is_quoted = false;
            let last = line.iter().position(|&byte| {
                is_quoted ^= !is_comment && Some(byte) == self.quote;
                byte == b'\n' && !is_quoted
            });
            let Some(last) = last else { return (lines, end) };
            end += last + 1;
            lines += usize::from(!is_comment);
        }
    }
}

/// Whole lines from the beginning of an object: so many, if it has them, and seldom many more. All of an object that is
/// compressed.
pub(super) fn beginning(source: &Source, lines: Lines<'_>, wanted: usize) -> Result<Vec<u8>> {
    let (mut bytes, mut length) = (Vec::new(), FIRST);
    loop {
        let end = source.size().min(length);
        bytes.extend(source.range(bytes.len() as u64, end)?);
        if end == source.size() {
            return Ok(bytes);
        }
        if is_compressed(&bytes) {
            bytes.extend(source.range(end, source.size())?);
            return Ok(bytes);
        }
        let (found, last) = lines.count(&bytes);
        if found >= wanted {
            bytes.truncate(last);
            return Ok(bytes);
        }
        length = length.saturating_mul(4);
    }
}

/// About `count` parts of an object, each of whole lines; none of one that is compressed.
pub(super) fn cut(source: &Source, quote: Option<u8>, count: u32) -> Result<Vec<Range>> {
    let size = source.size();
    if is_compressed(&source.range(0, size.min(4))?) {
        return Ok(Vec::new());
    }
    if quote.is_some() {
        // Whether a line end is between quotes is known only by all quotes before.
        let object = Stretches { source, position: 0, bytes: Vec::new(), used: 0 };
        let unread = |_| FrameError::Io(format!("{} could not be read", source.url));
        return cut_lines(object, size, quote, count)
            .map_err(|error| error.downcast::<FrameError>().unwrap_or_else(unread));
    }
    let mut starts = vec![0];
    for number in 1..u64::from(count) {
        let wanted = u64::try_from(u128::from(size) * u128::from(number) / u128::from(count)).unwrap_or(size);
        let begin = next_line(source, wanted)?;
        if begin < size && starts.last() < Some(&begin) {
            starts.push(begin);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([size]);
    Ok(starts.iter().copied().zip(ends).map(|(from, to)| Range { from, to }).collect())
}

/// Where the first line begins behind a byte.
fn next_line(source: &Source, byte: u64) -> Result<u64> {
    let mut position = byte;
    while position < source.size() {
        let end = source.size().min(position + WINDOW);
        let window = source.range(position, end)?;
        if let Some(last) = window.iter().position(|&byte| byte == b'\n') {
            return Ok(position + last as u64 + 1);
        }
        position = end;
    }
    Ok(source.size())
}

fn is_compressed(bytes: &[u8]) -> bool {
    COMPRESSED.iter().any(|begin| bytes.starts_with(begin))
}

/// An object from its beginning to its end.
struct Stretches<'a> {
    source: &'a Source,
    /// Where the next stretch begins.
    position: u64,
    bytes: Vec<u8>,
    used: usize,
}

impl Read for Stretches<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(into)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Stretches<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used == self.bytes.len() && self.position < self.source.size() {
            let end = self.source.size().min(self.position + STRETCH);
            self.bytes = self.source.range(self.position, end).map_err(io::Error::other)?;
            (self.position, self.used) = (end, 0);
        }
        Ok(&self.bytes[self.used..])
    }

    fn consume(&mut self, length: usize) {
        self.used += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_outside_of_quotes_and_comments_are_none() {
        let lines = Lines { quote: Some(b'"'), comment: Some(b"#") };
        assert_eq!(lines.count(b"a,b\n\"x\ny\",1\n# it's \" odd\n2"), (2, 25));
        assert_eq!(Lines::default().count(b"\"\n\"\n"), (2, 4));
        assert_eq!(lines.count(b"\"\n"), (0, 0));
    }
}

//! Files of text, plain or compressed, line by line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};

use polars::io::utils::compression::CompressedReader;

use crate::engine::cut::COMPRESSED;

/// How many bytes are read at once.
const BLOCK: usize = 1 << 20;

/// A file from its beginning.
pub(super) struct Text {
    lines: Box<dyn BufRead>,
    /// Lines that were read.
    pub(super) line: u64,
    /// Bytes that were read, once decompressed.
    pub(super) byte: u64,
    is_compressed: bool,
}

impl Text {
    pub(super) fn open(path: &str) -> io::Result<Text> {
        let mut file = File::open(path)?;
        let mut start = Vec::new();
        file.by_ref().take(4).read_to_end(&mut start)?;
        file.rewind()?;
        if !COMPRESSED.iter().any(|begin| start.starts_with(begin)) {
            return Ok(Text::of(BufReader::with_capacity(BLOCK, file), false));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let text = CompressedReader::try_new(bytes.into()).map_err(io::Error::other)?;
        Ok(Text::of(BufReader::with_capacity(BLOCK, text), true))
    }

    pub(super) fn of(lines: impl BufRead + 'static, is_compressed: bool) -> Text {
        Text { lines: Box::new(lines), line: 0, byte: 0, is_compressed }
    }

    /// Appends the next line with its end; gives how many bytes these are, none behind the last.
    pub(super) fn read_line(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        let length = self.lines.read_until(b'\n', into)?;
        self.line += u64::from(length > 0);
        self.byte += length as u64;
        Ok(length)
    }

    /// How a byte is called.
    pub(super) fn name_of(&self, byte: u64) -> String {
        let of = if self.is_compressed { " of the decompressed text" } else { "" };
        format!("byte {byte}{of}")
    }
}

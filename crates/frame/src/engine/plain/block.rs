//! Blocks of files, as whole lines.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::Range;

/// How much is read at a time of the line that a block ends in.
const TAIL: usize = 4 << 10;
/// Bytes of the block that a file begins with.
const BEGINNING: u64 = 16 << 10;

/// A part of a file. Its lines are those that begin in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The number of the file.
    pub(super) file: usize,
    /// The first byte, and the one behind the last.
    from: u64,
    to: u64,
    /// The bytes that are lines of rows at all.
    part: Range,
    /// Whether the file begins with it: there may be the names of columns, and marks that are no text.
    pub(super) is_first: bool,
}

/// Memory that a thread uses for one block after another.
#[derive(Default)]
pub(super) struct Room {
    pub(super) bytes: Vec<u8>,
    /// Where values end.
    pub(super) ends: Vec<u32>,
}

/// The blocks of a part of a file. The one that a file begins with is short, for Polars reads it when all others are there.
pub(super) fn cut(file: usize, part: Range, size: u64) -> impl Iterator<Item = Block> {
    let first = if part.from == 0 { size.min(BEGINNING) } else { size };
    let mut next = part.from;
    std::iter::from_fn(move || {
        let from = next;
        let size = if from == part.from { first } else { size };
        next = part.to.min(from.saturating_add(size));
        (from < part.to).then_some(Block { file, from, to: next, part, is_first: from == 0 })
    })
}

impl Block {
    /// Its lines; none if a single line from before reaches beyond it.
    ///
    /// # Errors
    ///
    /// The file can't be read, or has become shorter.
    pub(super) fn read<'a>(&self, path: &str, bytes: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
        let Block { from, to, part, .. } = *self;
        let mut file = File::open(path)?;
        // One byte more: a line may have ended right before.
        let start = if from == part.from { from } else { from - 1 };
        file.seek(SeekFrom::Start(start))?;
        bytes.resize(usize::try_from(to - start).map_err(io::Error::other)?, 0);
        file.read_exact(bytes)?;
        let first = match (from == part.from, bytes.iter().position(|&byte| byte == b'\n')) {
            (true, _) => 0,
            // What begins behind the block is another's.
            (false, Some(end)) if end + 1 < bytes.len() => end + 1,
            (false, _) => return Ok(&[]),
        };
        let mut end = to;
        while end < part.to && bytes.last() != Some(&b'\n') {
            let known = bytes.len();
            let more = TAIL.min(usize::try_from(part.to - end).unwrap_or(TAIL));
            bytes.resize(known + more, 0);
            file.read_exact(&mut bytes[known..])?;
            if let Some(length) = bytes[known..].iter().position(|&byte| byte == b'\n') {
                bytes.truncate(known + length + 1);
            }
            end = start + bytes.len() as u64;
        }
        Ok(&bytes[first..])
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn blocks_are_whole_lines_and_together_the_part(
            lines in prop::collection::vec("[a-c]{0,9}", 0..30),
            size in 1..20_u64,
            ends in any::<bool>(),
        ) {
            let mut text = lines.join("\n");
            if ends {
                text.push('\n');
            }
            let mut file = tempfile::NamedTempFile::new().expect("a folder for temporary files");
            file.write_all(text.as_bytes()).expect("a temporary file");
            let path = file.path().to_str().expect("UTF-8");
            let part = Range { from: 0, to: text.len() as u64 };
            let mut room = Room::default();
            let mut read = Vec::new();
            for block in cut(0, part, size) {
                let lines = block.read(path, &mut room.bytes).expect("it is there");
                prop_assert!(read.is_empty() || lines.is_empty() || read.ends_with(b"\n"));
                read.extend_from_slice(lines);
            }
            prop_assert_eq!(read, text.as_bytes());
        }
    }
}

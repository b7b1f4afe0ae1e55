//! Cuts files of lines into parts that begin with a line.

use std::fs::File;
use std::io::{BufRead, BufReader};

use super::error::Result;
use super::remote;
use super::scans::file_error;
use crate::{Range, Scan, ScanFormat};

/// How many bytes are looked at together.
const BLOCK: usize = 1 << 20;
/// How files begin that are compressed: by gzip, zlib and zstd.
pub(super) const COMPRESSED: [&[u8]; 5] =
    [&[0x1F, 0x8B], &[0x78, 0x01], &[0x78, 0x9C], &[0x78, 0xDA], &[0x28, 0xB5, 0x2F, 0xFD]];

/// About `count` parts of the one file of a scan, of about the same size. There is a single one of what has no lines of
/// its own: other formats of files, compressed files, and those of which only a reader knows which quotes count. Other
/// formats of objects have row groups or record batches.
///
/// # Errors
///
/// The file can't be read.
pub fn cut(scan: &Scan, count: u32) -> Result<Vec<Range>> {
    let [path] = &scan.paths[..] else { return Ok(Vec::new()) };
    if count < 2 {
        return Ok(Vec::new());
    }
    if remote::are_remote(&scan.paths)? {
        return remote::cut(scan, count);
    }
    let Some(Quote(quote)) = quoting(scan).filter(|_| scan.path_column.is_none()) else {
        return Ok(Vec::new());
    };
    let open = || -> std::io::Result<Vec<Range>> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        cut_lines(BufReader::with_capacity(BLOCK, file), size, quote, count)
    };
    open().map_err(|error| file_error(path, &error))
}

/// What is around values that may have line ends in them, if there are such.
pub(super) struct Quote(pub(super) Option<u8>);

/// How lines are quoted; nothing of what has no lines, or of which only a reader knows which quotes count.
pub(super) fn quoting(scan: &Scan) -> Option<Quote> {
    match &scan.format {
        // A comment may have any quotes in it, and so may lines that are left out.
        ScanFormat::Csv(options) if options.skip == 0 && options.comment.is_none() => {
            Some(Quote(options.quote.as_deref().and_then(|quote| quote.bytes().next())))
        }
        ScanFormat::Jsonl { .. } => Some(Quote(None)),
        _ => None,
    }
}

/// Parts of lines; none of what is compressed.
pub(super) fn cut_lines(
    mut file: impl BufRead,
    size: u64,
    quote: Option<u8>,
    count: u32,
) -> std::io::Result<Vec<Range>> {
    if COMPRESSED.iter().any(|begin| file.fill_buf().is_ok_and(|bytes| bytes.starts_with(begin))) {
        return Ok(Vec::new());
    }
    let mut starts = vec![0];
    // Where the block begins, and whether that is between quotes.
    let (mut position, mut is_quoted) = (0, false);
    for number in 1..u64::from(count) {
        let wanted = u64::try_from(u128::from(size) * u128::from(number) / u128::from(count)).unwrap_or(size);
        position = pass(&mut file, position, wanted, quote, &mut is_quoted)?;
        position = pass_line(&mut file, position, quote, &mut is_quoted)?;
        if position < size && starts.last() != Some(&position) {
            starts.push(position);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([size]);
    Ok(starts.iter().copied().zip(ends).map(|(from, to)| Range { from, to }).collect())
}

/// Goes on to a position, unless it is there already, and counts quotes.
fn pass(
    file: &mut impl BufRead,
    mut position: u64,
    wanted: u64,
    quote: Option<u8>,
    is_quoted: &mut bool,
) -> std::io::Result<u64> {
    while position < wanted {
        let block = file.fill_buf()?;
        let length = block.len().min(usize::try_from(wanted - position).unwrap_or(usize::MAX));
        if length == 0 {
            break;
        }
        if let Some(quote) = quote {
            // A byte as the sum, so that many are added at once.
            let odd = block[..length].iter().fold(0, |odd, &byte| odd ^ u8::from(byte == quote));
            *is_quoted ^= odd == 1;
        }
        file.consume(length);
        position += length as u64;
    }
    Ok(position)
}

/// Goes on behind the end of a line that is not between quotes.
fn pass_line(
    file: &mut impl BufRead,
    mut position: u64,
    quote: Option<u8>,
    is_quoted: &mut bool,
) -> std::io::Result<u64> {
    loop {
        let block = file.fill_buf()?;
        if block.is_empty() {
            return Ok(position);
        }
        let end = block.iter().position(|&byte| {
            *is_quoted ^= Some(byte) == quote;
            byte == b'\n' && !*is_quoted
        });
        let length = end.map_or(block.len(), |end| end + 1);
        file.consume(length);
        position += length as u64;
        if end.is_some() {
            return Ok(position);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_are_whole_lines_and_together_the_file(
            lines in prop::collection::vec("([a-c,]|\"[a-c\n]{0,9}\"){0,5}", 0..30),
            count in 1..12_u32,
            capacity in 1..20_usize,
            ends in any::<bool>(),
        ) {
            let mut text = lines.join("\n");
            if ends {
                text.push('\n');
            }
            let file = BufReader::with_capacity(capacity, text.as_bytes());
            let parts = cut_lines(file, text.len() as u64, Some(b'"'), count).expect("memory");
            let mut position = 0;
            for Range { from, to } in &parts {
                prop_assert_eq!(*from, position);
                prop_assert!(to > from || text.is_empty());
                position = *to;
                let before = &text[..usize::try_from(*from).expect("it is short")];
                prop_assert_eq!(before.matches('"').count() % 2, 0);
                prop_assert!(before.is_empty() || before.ends_with('\n'));
            }
            prop_assert_eq!(position, text.len() as u64);
            prop_assert!(parts.len() <= count as usize);
        }
    }
}

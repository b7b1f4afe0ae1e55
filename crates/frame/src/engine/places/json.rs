//! Where in lines of JSON.

use polars::prelude::Engine;

use super::text::Text;
use crate::Scan;
use crate::engine::error::{FrameError, Result};
use crate::engine::scans::{in_memory, scan_sources};

/// About how many bytes of lines are read at once.
const BLOCK: usize = 1 << 20;

/// Says which line of a file can't be read, and why.
pub(super) fn find(scan: &Scan, path: &str) -> Option<String> {
    let mut text = Text::open(path).ok()?;
    let (from, to) = scan.range.map_or((0, u64::MAX), |range| (range.from, range.to));
    let (mut bytes, mut ends) = (Vec::new(), Vec::new());
    loop {
        let byte = text.byte;
        let is_end = byte >= to || text.read_line(&mut bytes).ok()? == 0;
        if byte < from {
            bytes.clear();
            continue;
        }
        if !is_end {
            ends.push(bytes.len());
        }
        if (is_end || bytes.len() >= BLOCK) && !ends.is_empty() {
            if let Some((place, error)) = first_bad(&bytes, &ends, |lines| read(scan, lines)) {
                let line = text.line - ends.len() as u64 + place as u64 + 1;
                return Some(format!("{path}: line {line}: {error}"));
            }
            bytes.clear();
            ends.clear();
        }
        if is_end {
            return None;
        }
    }
}

/// The first of some lines that can't be read, found by halves.
fn first_bad(
    bytes: &[u8],
    ends: &[usize],
    read: impl Fn(&[u8]) -> Result<()>,
) -> Option<(usize, FrameError)> {
    let start = |line: usize| if line == 0 { 0 } else { ends[line - 1] };
    let fails = |from: usize, to: usize| read(&bytes[start(from)..start(to)]).err();
    let (mut from, mut to) = (0, ends.len());
    let mut error = fails(from, to)?;
    while to - from > 1 {
        let middle = from.midpoint(to);
        if let Some(found) = fails(from, middle) {
            (to, error) = (middle, found);
        } else {
            from = middle;
            error = fails(from, to)?;
        }
    }
    Some((from, error))
}

fn read(scan: &Scan, lines: &[u8]) -> Result<()> {
    let scan = Scan { paths: vec![], range: None, ..scan.clone() };
    scan_sources(&scan, in_memory(vec![lines.to_vec()]))?.collect_with_engine(Engine::InMemory)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bad_line_is_found() {
        let lines = ["a", "bb", "x", "c", "x", ""].map(|line| format!("{line}\n"));
        let ends = lines.iter().scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        });
        let ends: Vec<usize> = ends.collect();
        let read = |bytes: &[u8]| {
            if bytes.contains(&b'x') { Err(FrameError::Data(String::new())) } else { Ok(()) }
        };
        let found = |count: usize| first_bad(lines.concat().as_bytes(), &ends[..count], read);
        assert_eq!(found(6).map(|(place, _)| place), Some(2));
        assert!(found(2).is_none());
    }
}

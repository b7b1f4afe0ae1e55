//! Text that is not in UTF-8.

use std::fs::File;
use std::io::Read;

use super::error::{FrameError, Result};
use super::scans::file_error;

/// How text begins that is in UTF-16, in either order of bytes.
const UTF16: [&[u8]; 2] = [&[0xFF, 0xFE], &[0xFE, 0xFF]];

/// Refuses a file of text in an encoding that nobody reads: its bytes would be names and values that nobody wrote.
///
/// # Errors
///
/// It says that it is in UTF-16, or it can't be read.
pub(super) fn refuse_utf16_file(path: &str) -> Result<()> {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(2).read_to_end(&mut start));
    read.map_err(|error| file_error(path, &error))?;
    refuse_utf16(path, &start)
}

/// The same of what is in memory.
pub(super) fn refuse_utf16(name: &str, text: &[u8]) -> Result<()> {
    if UTF16.iter().any(|mark| text.starts_with(mark)) {
        let text =
            format!("{name} is UTF-16, and text is read as \"utf8\" or \"utf8-lossy\": convert it to UTF-8");
        return Err(FrameError::Data(text));
    }
    Ok(())
}

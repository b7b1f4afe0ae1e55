//! What a scheduler hears, written down before it says anything: a scheduler that was killed reads it again and goes on.
//!
//! ```text
//! a line    what this is, with the version that wrote it
//! records   u64 length, u32 CRC32C; then what came together:
//!             u32 length of the header, u32 number of parts, u64 length of each part
//!             the header in MessagePack: when it was, and what happened
//!             the parts: frames as they came, their headers and buffers
//! ```
//!
//! A record is written with one call before anything that follows from it is said, so nothing is lost with the process;
//! once a second all is brought to the disk, so a power cut costs no more than that. A record that was cut off ends the
//! journal: what came before it counts. Signs of life are not written down, so that a cluster without graphs writes nothing.
//!
//! When it has grown it begins anew, with how the scheduler stands in the place of all that led there (`rewrite`).

mod entry;
mod rewrite;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bramble_array::AlignedBuffer;

pub(super) use entry::{Entry, Party, State, Words};
use entry::{Stored, restored, stored};
use rewrite::Rewriting;

use crate::error::ClusterError;
use crate::protocol::VERSION;

/// Bytes of the length and the checksum before a record.
const FRONT: usize = 12;

/// Parts up to this size are written with what is before them.
const SMALL: usize = 64 << 10;

/// What happened at one moment.
#[derive(Debug)]
pub(super) struct Record {
    /// Since the scheduler began, the times it did not run left out.
    pub(super) now: Duration,
    pub(super) entries: Vec<Entry>,
}

/// See the module.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// Kept locked: a folder is for one scheduler.
    _lock: File,
    /// What goes to the file next.
    buffer: Vec<u8>,
    /// Bytes of the file.
    length: u64,
    /// Bytes of it that came to be when it began anew.
    begun: u64,
    /// Up to so many it need not begin anew.
    limit: u64,
    rewriting: Option<Rewriting>,
    tell: fn(&str),
    /// Whether something was written that is not known to be on disk.
    is_dirty: bool,
    syncing: Option<tokio::task::JoinHandle<()>>,
}

impl Journal {
    /// Opens the journal of a folder, which is made if it is not there, and reads what it says. It may take `limit` bytes
    /// beyond how the scheduler stands.
    ///
    /// # Errors
    /// [`ClusterError::Journal`]: another scheduler has it, another version wrote it, or the system's word.
    pub(super) fn open(
        folder: &Path,
        limit: u64,
        tell: fn(&str),
    ) -> Result<(Journal, Vec<Record>), ClusterError> {
        let path = folder.join("journal");
        let failed = |why: String| ClusterError::Journal { path: path.clone(), why };
        let system = |error: io::Error| failed(error.to_string());
        fs::create_dir_all(folder).map_err(system)?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("lock"));
        let lock = lock.map_err(system)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(failed("another scheduler has it".into())),
            Err(TryLockError::Error(error)) => return Err(system(error)),
        }
        rewrite::remove_unfinished(&path).map_err(system)?;
        let mut options = OpenOptions::new();
        let mut file =
            options.create(true).truncate(false).read(true).write(true).open(&path).map_err(system)?;
        let length = file.metadata().map_err(system)?.len();
        let records = if is_hardly_begun(&mut file, length).map_err(system)? {
            file.set_len(0).map_err(system)?;
            file.write_all(first_line().as_bytes()).map_err(system)?;
            rewrite::sync_folder(&path).map_err(system)?;
            Vec::new()
        } else {
            let (records, end) = read_all(&mut file, length).map_err(failed)?;
            if end < length {
                let lost = length - end;
                tell(&format!(
                    "{}: its last record was cut off; {lost} bytes count for nothing",
                    path.display()
                ));
                file.set_len(end).map_err(system)?;
            }
            file.seek(SeekFrom::Start(end)).map_err(system)?;
            records
        };
        let length = file.stream_position().map_err(system)?;
        let journal = Journal {
            path,
            file,
            _lock: lock,
            buffer: Vec::new(),
            length,
            begun: 0,
            limit,
            rewriting: None,
            tell,
            is_dirty: true,
            syncing: None,
        };
        Ok((journal, records))
    }

    /// Writes down what has happened.
    ///
    /// # Errors
    /// The system's word: the disk is full, say. The journal is of no use then, and is taken away.
    pub(super) fn write(&mut self, now: Duration, entries: &[Entry]) -> Result<(), ClusterError> {
        self.is_dirty = true;
        match put(&mut self.file, &mut self.buffer, now, entries) {
            Ok(length) => {
                self.length += length;
                Ok(())
            }
            Err(error) => {
                // What it lacks would be missing in what is read from it.
                let _ = fs::remove_file(&self.path);
                Err(ClusterError::Journal { path: self.path.clone(), why: error.to_string() })
            }
        }
    }

    /// What is wrong if its state can't be read.
    pub(super) fn senseless(&self) -> ClusterError {
        ClusterError::Journal { path: self.path.clone(), why: "its state makes no sense".into() }
    }

    /// Brings to the disk what was written, without waiting for it.
    pub(super) fn sync(&mut self) {
        self.end_rewriting();
        let is_busy = self.syncing.as_ref().is_some_and(|syncing| !syncing.is_finished());
        if is_busy || !std::mem::take(&mut self.is_dirty) {
            return;
        }
        if let Ok(file) = self.file.try_clone() {
            // If the disk fails here, the next write will.
            self.syncing = Some(tokio::task::spawn_blocking(move || drop(file.sync_data())));
        }
    }

    /// The scheduler has ended as it should: there is nothing to go on with.
    pub(super) fn forget(mut self) {
        self.stop_rewriting();
        let _ = fs::remove_file(&self.path);
    }
}

/// Writes a record; gives its length.
fn put(file: &mut File, buffer: &mut Vec<u8>, now: Duration, entries: &[Entry]) -> io::Result<u64> {
    let mut parts: Vec<&[u8]> = Vec::new();
    let stored: Vec<Stored> = entries.iter().map(|entry| stored(entry, &mut parts)).collect();
    let micros = u64::try_from(now.as_micros()).unwrap_or(u64::MAX);
    let header = rmp_serde::to_vec(&(micros, stored)).map_err(io::Error::other)?;
    let mut front = Vec::with_capacity(8 + 8 * parts.len());
    front.extend(length(header.len())?.to_le_bytes());
    front.extend(length(parts.len())?.to_le_bytes());
    for part in &parts {
        front.extend((part.len() as u64).to_le_bytes());
    }
    let all = || [&front[..], &header[..]].into_iter().chain(parts.iter().copied());
    let total: u64 = all().map(|part| part.len() as u64).sum();
    let checksum = all().fold(0, crc32c::crc32c_append);
    buffer.clear();
    buffer.extend(total.to_le_bytes());
    buffer.extend(checksum.to_le_bytes());
    for part in all() {
        if part.len() > SMALL {
            file.write_all(buffer)?;
            buffer.clear();
            file.write_all(part)?;
        } else {
            buffer.extend(part);
        }
    }
    file.write_all(buffer)?;
    Ok(FRONT as u64 + total)
}

/// What the file is, for programs and people.
fn first_line() -> String {
    format!("bramble journal 2, protocol {VERSION}, version {}\n", env!("CARGO_PKG_VERSION"))
}

fn length(count: usize) -> io::Result<u32> {
    u32::try_from(count).map_err(|_| io::Error::other("a record that is too long"))
}

/// Whether a file has no more than a piece of the first line: the power went before there was anything else.
fn is_hardly_begun(file: &mut File, length: u64) -> io::Result<bool> {
    let line = first_line();
    if length >= line.len() as u64 {
        return Ok(false);
    }
    let mut piece = Vec::new();
    file.read_to_end(&mut piece)?;
    file.rewind()?;
    Ok(line.as_bytes().starts_with(&piece))
}

/// All whole records, and where they end.
fn read_all(file: &mut File, length: u64) -> Result<(Vec<Record>, u64), String> {
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut line = Vec::new();
    let expected = first_line();
    (&mut reader).take(200).read_until(b'\n', &mut line).map_err(|error| error.to_string())?;
    if line != expected.as_bytes() {
        let found = String::from_utf8_lossy(&line);
        let (found, expected) = (found.trim_end(), expected.trim_end());
        return Err(format!("it begins with {found:?}, not {expected:?}: start the version that wrote it"));
    }
    let mut end = line.len() as u64;
    let mut records = Vec::new();
    while let Some(payload) = read_payload(&mut reader, length - end).map_err(|error| error.to_string())? {
        let Some(record) = decode(&payload) else {
            return Err(format!("the record at {end} makes no sense"));
        };
        end += (FRONT + payload.len()) as u64;
        records.push(record);
    }
    Ok((records, end))
}

/// The next record, of which no more than `left` bytes can be there; nothing if it is not whole.
fn read_payload(reader: &mut impl Read, left: u64) -> io::Result<Option<Vec<u8>>> {
    let mut front = [0; FRONT];
    if left < FRONT as u64 {
        return Ok(None);
    }
    reader.read_exact(&mut front)?;
    let (length, checksum) = front.split_at(8);
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
    let (length, checksum) = (number(length), number(checksum));
    let Some(length) = usize::try_from(length).ok().filter(|_| length <= left - FRONT as u64) else {
        return Ok(None);
    };
    let mut payload = vec![0; length];
    reader.read_exact(&mut payload)?;
    Ok((u64::from(crc32c::crc32c(&payload)) == checksum).then_some(payload))
}

fn decode(payload: &[u8]) -> Option<Record> {
    let number = |at: usize| Some(u32::from_le_bytes(payload.get(at..at + 4)?.try_into().ok()?));
    let (header, count) = (number(0)? as usize, number(4)? as usize);
    let lengths = payload.get(8..8_usize.checked_add(count.checked_mul(8)?)?)?;
    let mut rest = payload.get(8 + lengths.len()..)?;
    let (header, after) = rest.split_at_checked(header)?;
    rest = after;
    let mut parts = Vec::with_capacity(count);
    for length in lengths.chunks_exact(8) {
        let length = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?;
        let (part, after) = rest.split_at_checked(length)?;
        parts.push(part);
        rest = after;
    }
    let (micros, stored): (u64, Vec<Stored>) = rmp_serde::from_slice(header).ok()?;
    let mut parts = parts.into_iter();
    let entries: Option<Vec<Entry>> = stored.into_iter().map(|stored| restored(stored, &mut parts)).collect();
    Some(Record { now: Duration::from_micros(micros), entries: entries? })
}

/// Bytes as they came, where kernels can use them.
fn aligned(bytes: &[u8]) -> Option<AlignedBuffer> {
    AlignedBuffer::copy_of(bytes).ok()
}

#[cfg(test)]
mod tests;

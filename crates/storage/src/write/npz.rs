//! `.npz` files: zip archives of `.npy` files, as they are or compressed. Format: PKWARE's APPNOTE.TXT, 4.3.

use std::{
    fs,
    os::unix::fs::FileExt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bramble_array::Chunk;
use bramble_graph::DType;

use super::{
    ArrayWriter, Kind, Place, Session,
    npz_deflate::{Packed, pack, slack},
    raw::{walk, write_pieces},
};
use crate::{Span, StorageError, region::check_region};

/// Version 4.5 of the format, which counts in 64 bits.
const VERSION: u16 = 45;
/// Bytes of a header in front of a file, without its name, and of the 64-bit lengths behind the name.
const LOCAL: u64 = 30;
const LOCAL_LENGTHS: u64 = 20;
/// What stands in 32 bits for a number that 64 bits tell.
const WIDE: u32 = u32::MAX;
/// The format's number of deflate.
const DEFLATED: u16 = 8;
/// The first of January 1980: what is written does not depend on the clock.
const DATE: u16 = (1 << 5) | 1;
/// Bytes whose checksum is computed at once.
const BUFFER: usize = 1 << 20;

/// An archive under construction.
pub struct NpzFile {
    place: Place,
    file: fs::File,
    is_compressed: bool,
    members: Mutex<Vec<Member>>,
}

/// A file of the archive.
struct Member {
    name: String,
    /// Where its header begins, while it is written.
    start: u64,
    /// Bytes between the header and the file.
    slack: u64,
    /// Bytes of the file.
    size: u64,
}

/// A file of the archive as it is in the end.
struct Entry<'a> {
    member: &'a Member,
    /// Where its header begins.
    start: u64,
    checksum: u32,
    is_packed: bool,
    /// Bytes that it takes.
    length: u64,
}

impl Member {
    fn header_length(&self) -> u64 {
        LOCAL + self.name.len() as u64 + LOCAL_LENGTHS
    }

    fn data(&self) -> u64 {
        self.start + self.header_length() + self.slack
    }

    fn end(&self) -> u64 {
        self.data() + self.size
    }
}

impl NpzFile {
    /// Begins an archive, whose files are compressed when all are written or stay as they are.
    ///
    /// # Errors
    /// The path cannot be written to, or something is there that must not be replaced.
    pub fn create(path: &Path, is_compressed: bool, overwrite: bool) -> Result<Arc<NpzFile>, StorageError> {
        let place = Place::new(path, Kind::File, overwrite)?;
        let opened = fs::File::options().read(true).write(true).open(place.temporary());
        let file = opened.map_err(|error| place.failed(error))?;
        Ok(Arc::new(NpzFile { place, file, is_compressed, members: Mutex::new(Vec::new()) }))
    }

    /// Begins an array of the archive, which is the file `name`.
    ///
    /// # Errors
    /// The disk has no room.
    pub fn add(
        self: &Arc<Self>,
        name: String,
        header: &[u8],
        dtype: DType,
        shape: Vec<u64>,
    ) -> Result<NpzArray, StorageError> {
        let mut members = self.members();
        let bytes = shape.iter().try_fold(dtype.size() as u64, |bytes, &length| bytes.checked_mul(length));
        let size = bytes.and_then(|bytes| bytes.checked_add(header.len() as u64));
        let too_large = || self.place.failed(std::io::ErrorKind::FileTooLarge.into());
        let size = size.ok_or_else(too_large)?;
        let slack = if self.is_compressed { slack(size) } else { 0 };
        let member = Member { name, start: members.last().map_or(0, Member::end), slack, size };
        let offset = member.data() + header.len() as u64;
        self.file
            .write_all_at(header, member.data())
            .and_then(|()| self.file.set_len(member.end()))
            .map_err(|error| self.place.failed(error))?;
        members.push(member);
        drop(members);
        Ok(NpzArray { archive: Arc::clone(self), offset, dtype, shape })
    }

    fn members(&self) -> MutexGuard<'_, Vec<Member>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what stands in front of the files and behind them.
    fn complete(&self) -> Result<(), std::io::Error> {
        let members = self.members();
        let mut start = 0;
        let mut directory = Vec::new();
        for member in members.iter() {
            let entry = self.complete_member(member, start)?;
            self.file.write_all_at(&local_header(&entry), start)?;
            directory.extend(directory_entry(&entry));
            start += member.header_length() + entry.length;
        }
        let end = directory_end(members.len() as u64, directory.len() as u64, start);
        directory.extend(end);
        self.file.write_all_at(&directory, start)?;
        self.file.set_len(start + directory.len() as u64)
    }

    /// Brings a file to where it is in the end, behind a header that begins at `start`.
    fn complete_member<'a>(&self, member: &'a Member, start: u64) -> Result<Entry<'a>, std::io::Error> {
        let entry = Entry { member, start, checksum: 0, is_packed: self.is_compressed, length: member.size };
        if !self.is_compressed {
            return Ok(Entry { checksum: self.checksum(member)?, ..entry });
        }
        let Packed { checksum, length } =
            pack(&self.file, member.data()..member.end(), start + member.header_length())?;
        Ok(Entry { checksum, length, ..entry })
    }

    fn checksum(&self, member: &Member) -> Result<u32, std::io::Error> {
        let mut checksum = libdeflater::Crc::new();
        let mut buffer = vec![0; BUFFER];
        let (mut position, end) = (member.data(), member.end());
        while position < end {
            let length = usize::try_from(end - position).map_or(BUFFER, |rest| rest.min(BUFFER));
            let bytes = &mut buffer[..length];
            self.file.read_exact_at(bytes, position)?;
            checksum.update(bytes);
            position += length as u64;
        }
        Ok(checksum.sum())
    }
}

impl Session for NpzFile {
    fn commit(&self) -> Result<(), StorageError> {
        self.complete().map_err(|error| self.place.failed(error))?;
        self.place.commit()
    }

    fn abort(&self) {
        self.place.abort();
    }
}

/// An array of an archive under construction.
pub struct NpzArray {
    archive: Arc<NpzFile>,
    /// Where its first element lies.
    offset: u64,
    dtype: DType,
    shape: Vec<u64>,
}

impl ArrayWriter for NpzArray {
    fn write(&self, region: &[Span], block: &Chunk) -> Result<(), StorageError> {
        let count = check_region(region, &self.shape, self.dtype.size())?;
        write_pieces(&self.archive.file, self.offset, &walk(region, &self.shape), count, block)
            .map_err(|error| self.archive.place.failed(error))
    }
}

/// What stands in front of a file.
fn local_header(entry: &Entry<'_>) -> Vec<u8> {
    let mut bytes = Bytes::default();
    bytes.long(0x0403_4b50).short(VERSION).what(entry);
    bytes.short(20).text(&entry.member.name);
    // The true lengths.
    bytes.short(1).short(16).wide(entry.member.size).wide(entry.length);
    bytes.0
}

/// What the directory says of a file.
fn directory_entry(entry: &Entry<'_>) -> Vec<u8> {
    let mut bytes = Bytes::default();
    // Made on a Unix system.
    bytes.long(0x0201_4b50).short(VERSION | (3 << 8)).short(VERSION).what(entry);
    // No comment, the first disk, binary data, and everybody may read it.
    bytes.short(28).short(0).short(0).short(0).long(0o100_644 << 16).long(WIDE).text(&entry.member.name);
    bytes.short(1).short(24).wide(entry.member.size).wide(entry.length).wide(entry.start);
    bytes.0
}

/// What stands behind the directory, in 64 bits and in 32.
fn directory_end(count: u64, length: u64, start: u64) -> Vec<u8> {
    let mut bytes = Bytes::default();
    bytes.long(0x0606_4b50).wide(44).short(VERSION).short(VERSION).long(0).long(0);
    bytes.wide(count).wide(count).wide(length).wide(start);
    bytes.long(0x0706_4b50).long(0).wide(start + length).long(1);
    bytes.long(0x0605_4b50).short(0).short(0).short(u16::MAX).short(u16::MAX).long(WIDE).long(WIDE).short(0);
    bytes.0
}

/// Numbers with their lowest byte first.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn short(&mut self, number: u16) -> &mut Bytes {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn long(&mut self, number: u32) -> &mut Bytes {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn wide(&mut self, number: u64) -> &mut Bytes {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn text(&mut self, text: &str) -> &mut Bytes {
        self.0.extend(text.as_bytes());
        self
    }

    /// What both headers say: a name in UTF-8, how it is packed, the date, the checksum, both lengths, that of the name.
    fn what(&mut self, entry: &Entry<'_>) -> &mut Bytes {
        let name = u16::try_from(entry.member.name.len()).unwrap_or(u16::MAX);
        let method = if entry.is_packed { DEFLATED } else { 0 };
        self.short(1 << 11).short(method).short(0).short(DATE).long(entry.checksum);
        self.long(WIDE).long(WIDE).short(name)
    }
}

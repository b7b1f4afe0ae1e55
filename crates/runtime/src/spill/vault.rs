//! Blocks of one computation on disk.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bramble_array::{AlignedBuffer, Block, Chunk, Encoded, Value};
use bramble_graph::{Extent as BlockExtent, Grid};

use super::codec::{self, Described, Packed};
use super::extents::{Extent, Extents};
use super::folder::{SpillError, is_in_memory};
use super::pieces::Pieces;
use super::scratch_file::ScratchFile;
use crate::overlap::{copy_overlap, whole};

/// Writes blocks to a nameless file and reads them back, from any thread.
#[derive(Debug)]
pub(crate) struct Vault {
    folder: PathBuf,
    file: ScratchFile,
    extents: Mutex<Extents>,
}

/// A block on disk. Its space is free again when this is dropped, and whatever shares parts of it.
#[derive(Debug)]
pub(crate) struct Stored {
    room: Arc<Room>,
    content: Content,
}

/// A part of the file, until this is dropped.
#[derive(Debug)]
struct Room {
    vault: Arc<Vault>,
    extent: Extent,
}

#[derive(Debug)]
enum Content {
    Whole(Described),
    Pieces(Box<Pieces>),
    /// A value: the room has its encoding, and each stretch of bytes beside it one of its own.
    Value(Packed, Vec<Stretch>),
}

/// Bytes in a room of their own.
#[derive(Debug)]
struct Stretch {
    room: Arc<Room>,
    packed: Packed,
}

impl Vault {
    /// Makes the file.
    ///
    /// # Errors
    /// [`SpillError::InMemory`], [`SpillError::Create`].
    pub(crate) fn create(folder: &Path) -> Result<Arc<Vault>, SpillError> {
        if is_in_memory(folder) {
            return Err(SpillError::InMemory { folder: folder.to_owned() });
        }
        let file = ScratchFile::create(folder)
            .map_err(|source| SpillError::Create { folder: folder.to_owned(), source })?;
        Ok(Arc::new(Vault { folder: folder.to_owned(), file, extents: Mutex::default() }))
    }

    /// Writes a block, in the parts that its readers want if they are said.
    ///
    /// # Errors
    /// [`SpillError::Write`]; then the space is free again.
    pub(crate) fn store(self: &Arc<Self>, block: &Block, parts: Option<&Grid>) -> Result<Stored, SpillError> {
        if let (Block::Chunk(chunk), Some(parts)) = (block, parts)
            && let Some(pieces) = Pieces::of(chunk, parts)
        {
            return self.store_pieces(chunk, pieces);
        }
        if let Block::Value(Value::Encoded(value)) = block {
            return self.store_value(value);
        }
        let (described, bytes) = codec::pack(block);
        let room = self.reserve(bytes.len() as u64);
        self.file.write(room.extent, &bytes).map_err(|source| self.failed(bytes.len(), source))?;
        Ok(Stored { room: Arc::new(room), content: Content::Whole(described) })
    }

    /// Writes a chunk piece by piece, so that no more than one is in memory twice.
    fn store_pieces(self: &Arc<Self>, chunk: &Chunk, mut pieces: Pieces) -> Result<Stored, SpillError> {
        let length = chunk.bytes().len();
        let mut room = self.reserve(length as u64);
        let start = room.extent.start;
        let written = pieces.write(chunk, |place, bytes| {
            self.file.write(Extent { start: start + place.start, length: place.length }, bytes)
        });
        room.shorten(written.map_err(|source| self.failed(length, source))?);
        Ok(Stored { room: Arc::new(room), content: Content::Pieces(Box::new(pieces)) })
    }

    /// Writes a value stretch by stretch, so that each can be read alone.
    fn store_value(self: &Arc<Self>, value: &Encoded) -> Result<Stored, SpillError> {
        let buffers = value.buffers.iter().map(|buffer| &buffer[..]);
        let length = value.bytes.len() + buffers.clone().map(<[u8]>::len).sum::<usize>();
        let mut left = self.reserve(length as u64);
        let mut write = |bytes: &[u8]| {
            let (packed, bytes) = codec::pack_bytes(Cow::Borrowed(bytes));
            let room = left.split_off(bytes.len() as u64);
            self.file.write(room.extent, &bytes).map_err(|source| self.failed(length, source))?;
            Ok(Stretch { room: Arc::new(room), packed })
        };
        let Stretch { room, packed } = write(&value.bytes)?;
        let stretches = buffers.map(write).collect::<Result<_, _>>()?;
        Ok(Stored { room, content: Content::Value(packed, stretches) })
    }

    fn reserve(self: &Arc<Self>, length: u64) -> Room {
        let extent = self.with_extents(|extents| extents.take(length));
        Room { vault: Arc::clone(self), extent }
    }

    fn failed(&self, bytes: usize, source: io::Error) -> SpillError {
        SpillError::Write { folder: self.folder.clone(), bytes, source }
    }

    fn with_extents<T>(&self, change: impl FnOnce(&mut Extents) -> T) -> T {
        change(&mut self.extents.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Stored {
    /// Bytes that the block takes in memory.
    pub(crate) fn nbytes(&self) -> usize {
        match &self.content {
            Content::Whole(described) => described.nbytes(),
            Content::Pieces(pieces) => pieces.nbytes(),
            Content::Value(packed, stretches) => value_bytes(*packed, stretches),
        }
    }

    /// The most bytes that [`Stored::each_part`] takes at a time.
    pub(crate) fn nbytes_of_part(&self) -> usize {
        match &self.content {
            Content::Whole(described) => described.nbytes(),
            Content::Pieces(pieces) => pieces.longest(),
            Content::Value(packed, stretches) => value_bytes(*packed, stretches),
        }
    }

    /// The shape, if the block is a chunk.
    pub(crate) fn shape(&self) -> Option<&[usize]> {
        match &self.content {
            Content::Whole(described) => described.shape(),
            Content::Pieces(pieces) => Some(pieces.shape()),
            Content::Value(..) => None,
        }
    }

    /// Reads the block back. It stays on disk.
    ///
    /// # Errors
    /// [`SpillError::Read`].
    pub(crate) fn load(&self) -> Result<Block, SpillError> {
        let pieces = match &self.content {
            Content::Whole(described) => {
                let bytes = self.read(self.room.extent)?;
                return codec::unpack(described, bytes).ok_or_else(|| self.damaged());
            }
            Content::Value(packed, stretches) => return self.load_value(*packed, stretches),
            Content::Pieces(pieces) => pieces,
        };
        let whole = whole(pieces.shape());
        let mut joined = pieces.blank().map_err(|error| self.unreadable(io::Error::other(error)))?;
        let Some(target) = joined.bytes_mut() else {
            unreachable!("nobody shares a chunk that was just made")
        };
        self.each_piece(pieces, &whole, |piece, extents| {
            copy_overlap(piece, extents, target, &whole, pieces.shape())
                .map_err(|error| self.unreadable(io::Error::other(error)))
        })?;
        Ok(Block::Chunk(joined))
    }

    fn load_value(&self, packed: Packed, stretches: &[Stretch]) -> Result<Block, SpillError> {
        let read = |room: &Room, packed| {
            codec::unpack_bytes(packed, self.read(room.extent)?).ok_or_else(|| self.damaged())
        };
        let bytes = read(&self.room, packed)?.to_vec();
        let buffers = stretches.iter().map(|Stretch { room, packed }| Ok(Arc::new(read(room, *packed)?)));
        let encoded = Encoded { bytes, buffers: buffers.collect::<Result<_, SpillError>>()? };
        Ok(Block::Value(Value::Encoded(Arc::new(encoded))))
    }

    /// A stretch of bytes that lies beside a value, as an array of its own in the same place; nothing if there is none of
    /// this number.
    pub(crate) fn part(&self, number: usize) -> Option<Stored> {
        let Content::Value(_, stretches) = &self.content else { return None };
        let Stretch { room, packed } = stretches.get(number)?;
        Some(Stored { room: Arc::clone(room), content: Content::Whole(Described::stretch(*packed)) })
    }

    /// Reads the pieces of a block that have something of a box, one at a time, with where in the block they lie; the
    /// whole block if it is not in pieces.
    ///
    /// # Errors
    /// [`SpillError::Read`], and what `visit` says.
    pub(crate) fn each_part<E: From<SpillError>>(
        &self,
        wanted: &[BlockExtent],
        mut visit: impl FnMut(&Chunk, &[BlockExtent]) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Content::Pieces(pieces) = &self.content {
            return self.each_piece(pieces, wanted, visit);
        }
        let Block::Chunk(chunk) = self.load()? else { return Err(self.damaged().into()) };
        visit(&chunk, &whole(chunk.shape()))
    }

    fn each_piece<E: From<SpillError>>(
        &self,
        pieces: &Pieces,
        wanted: &[BlockExtent],
        mut visit: impl FnMut(&Chunk, &[BlockExtent]) -> Result<(), E>,
    ) -> Result<(), E> {
        for piece in pieces.within(wanted) {
            let Extent { start, length } = piece.place;
            let bytes = self.read(Extent { start: self.room.extent.start + start, length })?;
            let chunk = piece.unpack(bytes).ok_or_else(|| self.damaged())?;
            visit(&chunk, &piece.extents)?;
        }
        Ok(())
    }

    fn read(&self, extent: Extent) -> Result<AlignedBuffer, SpillError> {
        self.room.vault.file.read(extent).map_err(|source| self.unreadable(source))
    }

    fn damaged(&self) -> SpillError {
        self.unreadable(io::Error::other("it is not what was written"))
    }

    fn unreadable(&self, source: io::Error) -> SpillError {
        SpillError::Read { folder: self.room.vault.folder.clone(), source }
    }
}

impl Room {
    /// The first so many bytes as a room of their own.
    fn split_off(&mut self, length: u64) -> Room {
        let Extent { start, .. } = self.extent;
        self.extent = Extent { start: start + length, length: self.extent.length - length };
        Room { vault: Arc::clone(&self.vault), extent: Extent { start, length } }
    }

    /// Gives back what lies behind `length` bytes.
    fn shorten(&mut self, length: u64) {
        let rest = Extent { start: self.extent.start + length, length: self.extent.length - length };
        self.vault.with_extents(|extents| extents.give_back(rest));
        self.extent.length = length;
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.vault.with_extents(|extents| extents.give_back(self.extent));
    }
}

fn value_bytes(encoding: Packed, stretches: &[Stretch]) -> usize {
    encoding.length + stretches.iter().map(|stretch| stretch.packed.length).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use bramble_array::{Chunk, to_usize};
    use bramble_graph::Axis;

    use super::*;

    fn chunk(elements: &[f64]) -> Block {
        Block::Chunk(Chunk::from_slice(&[elements.len()], elements).unwrap())
    }

    fn elements(block: &Block) -> Vec<f64> {
        let Block::Chunk(chunk) = block else { panic!("not a chunk") };
        chunk.as_slice().unwrap().to_vec()
    }

    #[test]
    fn gives_back_what_it_was_given() {
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let vault = Vault::create(folder.path()).unwrap();
        let smooth = vec![1.5; 10_000];
        let rough = rough(10_000);
        let stored = [&smooth, &rough, &vec![]].map(|values| vault.store(&chunk(values), None).unwrap());
        assert!(stored[0].room.extent.length < 8_000);
        assert_eq!(stored[1].room.extent.length, 80_000);
        for (stored, expected) in stored.iter().zip([smooth, rough, vec![]]) {
            assert_eq!(elements(&stored.load().unwrap()), expected);
        }
        // Nothing can be seen in the folder, not even while the file is open.
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        drop(stored);
        assert_eq!(vault.store(&chunk(&[1.0]), None).unwrap().room.extent.start, 0);
    }

    /// Some numbers that LZ4 does not make shorter.
    fn rough(count: u64) -> Vec<f64> {
        let bits = (0..count).map(|number| number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 2);
        bits.map(f64::from_bits).collect()
    }

    #[test]
    fn reads_the_pieces_around_what_is_wanted() {
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let vault = Vault::create(folder.path()).unwrap();
        let values = rough(200 * 300);
        let chunk = Block::Chunk(Chunk::from_slice(&[200, 300], &values).unwrap());
        // Pieces of 100 x 25 and 100 x 50 elements; those of 25 columns are joined.
        let parts = Grid::new([Axis::regular(200, 100), Axis::from_lengths([25, 25, 50, 50, 50, 50, 50])]);
        let stored = vault.store(&chunk, Some(&parts)).unwrap();
        assert_eq!(elements(&stored.load().unwrap()), values);
        let wanted = [BlockExtent { start: 0, length: 90 }, BlockExtent { start: 100, length: 50 }];
        let mut seen = Vec::new();
        let visited: Result<(), SpillError> = stored.each_part(&wanted, |piece, at| {
            let first = values[to_usize(at[0].start * 300 + at[1].start).unwrap()];
            assert_eq!(piece.as_slice::<f64>().unwrap()[0].to_bits(), first.to_bits());
            seen.push((at[0], at[1]));
            Ok(())
        });
        visited.unwrap();
        let all: u64 = seen.iter().map(|(rows, columns)| rows.length * columns.length).sum();
        assert!(seen.iter().all(|(rows, _)| rows.start == 0));
        assert!(all < 200 * 300 / 2, "{seen:?}");
    }

    #[test]
    fn shares_the_stretches_of_a_value_where_they_lie() {
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let vault = Vault::create(folder.path()).unwrap();
        let long = [vec![7; 50_000], Vec::new(), b"rest".to_vec()];
        let buffers = long.iter().map(|bytes| Arc::new(AlignedBuffer::copy_of(bytes).unwrap())).collect();
        let value = Encoded { bytes: b"encoding".to_vec(), buffers };
        let stored = vault.store(&Block::Value(Value::Encoded(Arc::new(value))), None).unwrap();
        assert_eq!(stored.nbytes(), 8 + 50_004);
        let first_free = || {
            vault.with_extents(|extents| {
                let free = extents.take(1);
                extents.give_back(free);
                free.start
            })
        };
        let end = first_free();
        let parts: Vec<Stored> = (0..3).map(|number| stored.part(number).unwrap()).collect();
        assert!(stored.part(3).is_none() && parts[0].part(0).is_none());
        // Nothing is written for them.
        assert_eq!(first_free(), end);
        drop(stored);
        for (part, expected) in parts.iter().zip(&long) {
            let Block::Chunk(chunk) = part.load().unwrap() else { panic!("not a chunk") };
            assert_eq!((chunk.bytes(), chunk.shape()), (&expected[..], &[expected.len()][..]));
        }
        // The encoding had its place in front of them.
        assert_eq!(first_free(), 0);
        let last = parts.into_iter().nth(2);
        assert!(first_free() < end);
        drop(last);
        assert_eq!(vault.with_extents(|extents| extents.take(100_000)).start, 0);
    }

    #[test]
    fn says_how_much_a_full_disk_did_not_take() {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let file = ScratchFile::of(full);
        let vault = Arc::new(Vault { folder: "/disk".into(), file, extents: Mutex::default() });
        let refused = vault.store(&chunk(&rough(1000)), None).unwrap_err().to_string();
        assert!(
            refused.contains("8000 bytes that memory has no room for cannot be written to /disk"),
            "{refused}"
        );
        assert!(refused.contains("No space left on device"), "{refused}");
        assert_eq!(vault.with_extents(|extents| extents.take(1)).start, 0);
    }

    #[test]
    fn says_where_it_cannot_write() {
        let refused = Vault::create(Path::new("/dev/shm/bramble")).unwrap_err();
        assert!(refused.to_string().contains("/dev/shm/bramble lies in memory"), "{refused}");
        let refused = Vault::create(Path::new("/proc/bramble")).unwrap_err();
        assert!(refused.to_string().contains("in /proc/bramble"), "{refused}");
    }
}

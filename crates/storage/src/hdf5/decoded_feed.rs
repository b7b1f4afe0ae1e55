//! A block of chunks that have to be decoded.
//!
//! Each stored chunk is read and decoded once, when its first element is wanted, and kept until the feed has left
//! the band of chunks that it belongs to. A shuffled chunk is kept shuffled: its elements are put together where
//! they are wanted, a tile at a time, so that it is not written to memory once more in between.

use std::sync::Arc;

use bramble_array::{Feed, FeedError};
use bramble_graph::DType;

use super::{access::Chunked, dataset::Inner, filter::Decoded, index::StoredChunk};
use crate::{
    Span, StorageError,
    gather::gather,
    region::{Piece, Walk, in_memory, step_in_memory},
    scratch::Scratch,
    swap::{self, fill},
};

/// Reads a region of a dataset with filters.
pub(super) struct DecodedFeed {
    walk: Walk,
    length: usize,
    chunks: Chunks,
    tile: Option<Scratch>,
}

/// The chunks of the present band.
struct Chunks {
    data: Arc<Inner>,
    chunked: Arc<Chunked>,
    /// In the order of their numbers; `None` for a chunk that was never written.
    decoded: Vec<(u64, Option<Decoded>)>,
    band: u64,
}

impl DecodedFeed {
    pub(super) fn new(
        data: Arc<Inner>,
        chunked: Arc<Chunked>,
        region: &[Span],
        length: usize,
    ) -> DecodedFeed {
        let walk = Walk::new(region, &data.shape, &data.chunk);
        DecodedFeed {
            walk,
            length,
            chunks: Chunks { data, chunked, decoded: Vec::new(), band: 0 },
            tile: None,
        }
    }
}

impl Feed for DecodedFeed {
    fn dtype(&self) -> DType {
        self.chunks.data.element.dtype
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError> {
        let size = self.chunks.data.element.dtype.size();
        let bytes = length * size;
        let mut tile = match self.tile.take().filter(|tile| tile.bytes().len() >= bytes) {
            Some(tile) => tile,
            None => Scratch::take(bytes)?,
        };
        self.walk.pieces(start, length, |piece| {
            let out = &mut tile.bytes_mut()[piece.at * size..][..piece.count * size];
            self.chunks.copy(&self.walk, &piece, out)
        })?;
        Ok(&self.tile.insert(tile).bytes()[..bytes])
    }

    fn read_all(&mut self, out: &mut [u8]) -> Result<(), FeedError> {
        let size = self.chunks.data.element.dtype.size();
        self.walk.pieces(0, self.length, |piece| {
            let out = &mut out[piece.at * size..][..piece.count * size];
            if piece.step == 1 && out.len() as u64 == self.chunks.data.chunk_bytes {
                return self.chunks.decode_into(piece.chunk, out);
            }
            self.chunks.copy(&self.walk, &piece, out)
        })?;
        Ok(())
    }
}

impl Chunks {
    /// Copies a piece of a chunk, which is decoded if it is not yet.
    fn copy(&mut self, walk: &Walk, piece: &Piece, out: &mut [u8]) -> Result<(), StorageError> {
        let element = self.data.element;
        let position = match self.decoded.binary_search_by_key(&piece.chunk, |(number, _)| *number) {
            Ok(position) => position,
            Err(_) => self.load(walk, piece.chunk)?,
        };
        let Some(decoded) = &self.decoded[position].1 else {
            fill(out, self.data.fill());
            return Ok(());
        };
        let (offset, step) = (in_memory(piece.offset), step_in_memory(piece.step));
        match decoded {
            Decoded::Plain(bytes) => {
                gather(bytes.bytes(), offset, step, element.dtype.size(), out);
                swap::to_memory(element, out);
            }
            Decoded::Shuffled(shuffled) => shuffled.gather(offset, step, swap::is_foreign(element), out),
        }
        Ok(())
    }

    /// Decodes a chunk and answers where it stands. The chunks of another band are given up first: a feed that is
    /// read in ascending order does not come back to them, and their memory is used again.
    fn load(&mut self, walk: &Walk, number: u64) -> Result<usize, StorageError> {
        let band = walk.band(number);
        if band != self.band {
            self.decoded.clear();
            self.band = band;
        }
        let decoded = self.decode(number)?;
        let position = self.decoded.partition_point(|(other, _)| *other < number);
        self.decoded.insert(position, (number, decoded));
        Ok(position)
    }

    fn decode(&self, number: u64) -> Result<Option<Decoded>, StorageError> {
        let Some(stored) = self.chunked.index.find(number) else { return Ok(None) };
        let length = usize::try_from(self.data.chunk_bytes)
            .map_err(|_| StorageError::OutOfMemory { bytes: self.data.chunk_bytes })?;
        let bytes = self.read(number, stored)?;
        let size = self.data.element.dtype.size();
        let decoded = self.chunked.pipeline.decode(bytes, self.skipped(number, stored), length, size);
        decoded.map(Some).map_err(|problem| self.data.bad_chunk(number, problem))
    }

    /// Decodes a whole chunk to where it is wanted.
    fn decode_into(&self, number: u64, out: &mut [u8]) -> Result<(), StorageError> {
        let Some(stored) = self.chunked.index.find(number) else {
            fill(out, self.data.fill());
            return Ok(());
        };
        let bytes = self.read(number, stored)?;
        let decoded = self.chunked.pipeline.decode_into(bytes, self.skipped(number, stored), out);
        decoded.map_err(|problem| self.data.bad_chunk(number, problem))?;
        swap::to_memory(self.data.element, out);
        Ok(())
    }

    fn read(&self, number: u64, stored: &StoredChunk) -> Result<Scratch, StorageError> {
        let address = self.data.address(number, stored)?;
        let size =
            usize::try_from(stored.size).map_err(|_| StorageError::OutOfMemory { bytes: stored.size })?;
        let mut bytes = Scratch::take(size)?;
        self.data.file.read_at(bytes.bytes_mut(), address)?;
        Ok(bytes)
    }

    fn skipped(&self, number: u64, stored: &StoredChunk) -> u32 {
        if self.data.is_plain_edge(number) { u32::MAX } else { stored.skipped }
    }
}

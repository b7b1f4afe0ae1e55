//! A block of chunks that have to be decoded: each once, when its first element is wanted, and kept until the feed has
//! left the band of chunks that it belongs to.

use std::sync::Arc;

use bramble_array::{Feed, FeedError};
use bramble_graph::DType;

use super::store::Inner;
use crate::{
    Span, StorageError,
    gather::gather,
    region::{Piece, Walk, in_memory, step_in_memory},
    scratch::Scratch,
    swap::fill,
};

/// Reads a region of an array.
pub(super) struct ChunkFeed {
    walk: Walk,
    length: usize,
    chunks: Chunks,
    tile: Option<Scratch>,
}

/// The chunks of the present band.
struct Chunks {
    array: Arc<Inner>,
    /// In the order of their numbers; `None` for a chunk that is not there.
    decoded: Vec<(u64, Option<Vec<u8>>)>,
    band: u64,
}

impl ChunkFeed {
    pub(super) fn new(array: Arc<Inner>, region: &[Span], length: usize) -> ChunkFeed {
        let walk = Walk::new(region, &array.shape, &array.zarr.chunks);
        ChunkFeed { walk, length, chunks: Chunks { array, decoded: Vec::new(), band: 0 }, tile: None }
    }

    fn size(&self) -> usize {
        self.chunks.array.element.dtype.size()
    }
}

impl Feed for ChunkFeed {
    fn dtype(&self) -> DType {
        self.chunks.array.element.dtype
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError> {
        let size = self.size();
        let bytes = length * size;
        let mut tile = match self.tile.take().filter(|tile| tile.bytes().len() >= bytes) {
            Some(tile) => tile,
            None => Scratch::take(bytes)?,
        };
        self.walk.pieces(start, length, |piece| {
            self.chunks.copy(
                &self.walk,
                &piece,
                &mut tile.bytes_mut()[piece.at * size..][..piece.count * size],
            )
        })?;
        Ok(&self.tile.insert(tile).bytes()[..bytes])
    }

    fn read_all(&mut self, out: &mut [u8]) -> Result<(), FeedError> {
        let size = self.size();
        self.walk.pieces(0, self.length, |piece| {
            self.chunks.copy(&self.walk, &piece, &mut out[piece.at * size..][..piece.count * size])
        })?;
        Ok(())
    }
}

impl Chunks {
    /// Copies a piece of a chunk, which is decoded if it is not yet.
    fn copy(&mut self, walk: &Walk, piece: &Piece, out: &mut [u8]) -> Result<(), StorageError> {
        let position = match self.decoded.binary_search_by_key(&piece.chunk, |(number, _)| *number) {
            Ok(position) => position,
            Err(_) => self.load(walk, piece.chunk)?,
        };
        match &self.decoded[position].1 {
            Some(bytes) => {
                let size = self.array.element.dtype.size();
                gather(bytes, in_memory(piece.offset), step_in_memory(piece.step), size, out);
            }
            None => fill(out, &self.array.fill),
        }
        Ok(())
    }

    /// Decodes a chunk and answers where it stands. The chunks of another band are given up first.
    fn load(&mut self, walk: &Walk, number: u64) -> Result<usize, StorageError> {
        let band = walk.band(number);
        if band != self.band {
            self.decoded.clear();
            self.band = band;
        }
        let decoded = self.array.decode(number)?;
        let position = self.decoded.partition_point(|(other, _)| *other < number);
        self.decoded.insert(position, (number, decoded));
        Ok(position)
    }
}

//! A chunk on disk in pieces: who wants a part of it reads the pieces around that part and no others.

use std::borrow::Cow;
use std::io;

use bramble_array::{AlignedBuffer, ArrayError, Chunk, Shape, element_count, to_shape};
use bramble_graph::{Axis, DType, Extent, Grid};

use super::codec::{Packed, pack_bytes, unpack_bytes};
use super::extents::Extent as Place;
use crate::overlap::{copy_overlap, whole};

/// Pieces are joined until they have about so many bytes: shorter ones take longer to find than to read.
const LEAST: u64 = 16 << 10;

/// What a chunk on disk was, but for its bytes.
#[derive(Debug)]
pub(super) struct Pieces {
    dtype: DType,
    shape: Shape,
    /// The pieces, as a grid of this chunk alone.
    grid: Grid,
    /// Where each lies behind the first, by its number in the grid.
    places: Vec<(Place, Packed)>,
}

/// A piece to read.
pub(super) struct Piece {
    /// Where it lies behind the first.
    pub(super) place: Place,
    /// Which part of the chunk it is.
    pub(super) extents: Vec<Extent>,
    dtype: DType,
    packed: Packed,
}

impl Pieces {
    /// Cuts a chunk as its readers do; nothing where that leaves one piece.
    pub(super) fn of(chunk: &Chunk, parts: &Grid) -> Option<Pieces> {
        let grid = join_short(parts.clone(), chunk.dtype().size() as u64);
        let is_cut = grid.block_count() > 1;
        let shape = Shape::from_slice(chunk.shape());
        is_cut.then_some(Pieces { dtype: chunk.dtype(), shape, grid, places: Vec::new() })
    }

    /// Writes the pieces of the chunk one behind the other, by a function that takes a place behind the first byte, and
    /// gives the bytes that they take: no more than the chunk has.
    pub(super) fn write(
        &mut self,
        chunk: &Chunk,
        mut write: impl FnMut(Place, &[u8]) -> io::Result<()>,
    ) -> io::Result<u64> {
        let mut start = 0;
        for number in 0..self.grid.block_count() {
            let extents = self.grid.extents(&self.grid.unravel(number));
            let piece = cut(chunk, &extents).map_err(io::Error::other)?;
            let (packed, bytes) = pack_bytes(Cow::Borrowed(&piece));
            let place = Place { start, length: bytes.len() as u64 };
            write(place, &bytes)?;
            self.places.push((place, packed));
            start += place.length;
        }
        Ok(start)
    }

    /// Bytes of the chunk in memory.
    pub(super) fn nbytes(&self) -> usize {
        self.places.iter().map(|(_, packed)| packed.length).sum()
    }

    /// Bytes of the longest piece in memory.
    pub(super) fn longest(&self) -> usize {
        self.places.iter().map(|(_, packed)| packed.length).max().unwrap_or(0)
    }

    pub(super) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The pieces that have something of a box.
    pub(super) fn within(&self, wanted: &[Extent]) -> impl Iterator<Item = Piece> {
        self.grid.blocks_within(wanted).map(|block| {
            let number = usize::try_from(self.grid.ravel(&block)).expect("each piece has a place");
            let (place, packed) = self.places[number];
            Piece { place, packed, dtype: self.dtype, extents: self.grid.extents(&block).to_vec() }
        })
    }

    /// A chunk for all elements.
    pub(super) fn blank(&self) -> Result<Chunk, ArrayError> {
        Chunk::zeroed(self.dtype, &self.shape)
    }
}

impl Piece {
    /// The elements of bytes that came from disk; nothing if they are not what was written.
    pub(super) fn unpack(&self, stored: AlignedBuffer) -> Option<Chunk> {
        let lengths: Vec<u64> = self.extents.iter().map(|extent| extent.length).collect();
        Chunk::new(self.dtype, &to_shape(&lengths).ok()?, unpack_bytes(self.packed, stored)?).ok()
    }
}

/// The bytes of a part of a chunk.
fn cut(chunk: &Chunk, extents: &[Extent]) -> Result<AlignedBuffer, ArrayError> {
    let lengths: Vec<u64> = extents.iter().map(|extent| extent.length).collect();
    let shape = to_shape(&lengths)?;
    let mut piece = AlignedBuffer::zeroed(element_count(&shape)? * chunk.dtype().size())?;
    copy_overlap(chunk, &whole(chunk.shape()), &mut piece, extents, &shape)?;
    Ok(piece)
}

/// Joins neighbours along the axis with the most pieces, until pieces are long enough.
fn join_short(mut grid: Grid, item_size: u64) -> Grid {
    let bytes = grid.shape().iter().product::<u64>() * item_size;
    while bytes / grid.block_count() < LEAST {
        let Some(most) =
            grid.axes.iter_mut().max_by_key(|axis| axis.blocks()).filter(|axis| axis.blocks() > 1)
        else {
            break;
        };
        let lengths: Vec<u64> = (0..most.blocks()).map(|number| most.extent(number).length).collect();
        *most = Axis::from_lengths(lengths.chunks(2).map(|pair| pair.iter().sum()));
    }
    grid
}

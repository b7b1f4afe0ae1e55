//! A chunk whose elements are read in another order than they lie in.

use bramble_graph::DType;
use bytemuck::Pod;

use super::{Feed, TILE};
use crate::{AlignedBuffer, ArrayError, Chunk, FeedError};

/// An axis of a block over a chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    /// Elements of the block along it.
    pub(super) length: usize,
    /// Elements of the chunk between two of them; 0 where one element repeats.
    pub(super) stride: usize,
}

/// Gathers tiles from a chunk along strided axes.
pub(super) struct Strided {
    chunk: Chunk,
    outer: Vec<Axis>,
    inner: Axis,
    tile: AlignedBuffer,
}

impl Strided {
    pub(super) fn new(chunk: &Chunk, mut axes: Vec<Axis>) -> Result<Strided, ArrayError> {
        let inner = axes.pop().unwrap_or(Axis { length: 1, stride: 0 });
        let tile = AlignedBuffer::zeroed(TILE * chunk.dtype().size())?;
        Ok(Strided { chunk: chunk.clone(), outer: axes, inner, tile })
    }
}

impl Feed for Strided {
    fn dtype(&self) -> DType {
        self.chunk.dtype()
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError> {
        let size = self.chunk.dtype().size();
        let walk = Walk::new(&self.outer, self.inner, start);
        // A tile within one contiguous run needs no copy.
        if self.inner.stride == 1 && walk.position + length <= self.inner.length {
            let first = walk.base + walk.position;
            return Ok(&self.chunk.bytes()[first * size..][..length * size]);
        }
        let (source, tile) = (self.chunk.bytes(), &mut self.tile[..length * size]);
        match size {
            1 => walk.gather::<u8>(source, tile),
            2 => walk.gather::<u16>(source, tile),
            4 => walk.gather::<u32>(source, tile),
            _ => walk.gather::<u64>(source, tile),
        }
        Ok(tile)
    }
}

/// A place in the block, on its way in row-major order.
struct Walk<'a> {
    outer: &'a [Axis],
    inner: Axis,
    /// Where on each outer axis.
    positions: Vec<usize>,
    /// Where on the inner axis.
    position: usize,
    /// Element of the chunk at which the inner run begins.
    base: usize,
}

impl<'a> Walk<'a> {
    fn new(outer: &'a [Axis], inner: Axis, start: usize) -> Walk<'a> {
        let mut positions = vec![0; outer.len()];
        let (mut rest, mut base) = (start / inner.length, 0);
        for (position, axis) in positions.iter_mut().zip(outer).rev() {
            *position = rest % axis.length;
            base += *position * axis.stride;
            rest /= axis.length;
        }
        Walk { outer, inner, positions, position: start % inner.length, base }
    }

    fn gather<T: Pod>(mut self, source: &[u8], tile: &mut [u8]) {
        let source: &[T] = bytemuck::cast_slice(source);
        let mut tile: &mut [T] = bytemuck::cast_slice_mut(tile);
        while !tile.is_empty() {
            let count = tile.len().min(self.inner.length - self.position);
            let (run, rest) = tile.split_at_mut(count);
            let from = &source[self.base + self.position * self.inner.stride..];
            match self.inner.stride {
                0 => run.fill(from[0]),
                1 => run.copy_from_slice(&from[..count]),
                stride => {
                    run.iter_mut().zip(from.iter().step_by(stride)).for_each(|(to, &from)| *to = from);
                }
            }
            self.next_run();
            tile = rest;
        }
    }

    fn next_run(&mut self) {
        self.position = 0;
        for (position, axis) in self.positions.iter_mut().zip(self.outer).rev() {
            *position += 1;
            self.base += axis.stride;
            if *position < axis.length {
                return;
            }
            self.base -= axis.length * axis.stride;
            *position = 0;
        }
    }
}

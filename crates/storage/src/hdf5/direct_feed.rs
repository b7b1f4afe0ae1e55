//! A block of elements that lie in the file as they are.
//!
//! They are read some way ahead into a buffer that fits the processor's cache, so that whoever sums them up finds
//! them there. Mapping the file would save the copy, but a mapped file that somebody truncates kills the process,
//! and a 32-bit machine has little room for maps.

use std::sync::Arc;

use bramble_array::{Feed, FeedError};
use bramble_graph::DType;

use super::{
    access::Chunked,
    dataset::Inner,
    swap::{self, fill},
};
use crate::{
    ChunkProblem, Span, StorageError,
    gather::gather,
    region::{Piece, Walk, in_memory, step_in_memory},
    scratch::Scratch,
};

/// Bytes that are read ahead. On x86-64 the system's copy is a fifth faster to memory that is not in the second-level
/// cache yet; elsewhere that cache is what they should fit.
const WINDOW: usize = if cfg!(target_arch = "x86_64") { 1 << 20 } else { 256 << 10 };

/// Bytes between two wanted ones that are read along with them, for it costs less than another call.
const GAP: u64 = 4 << 10;

/// Where the elements lie.
pub(super) enum Place {
    /// In one piece at a position, or nowhere yet.
    Contiguous(Option<u64>),
    /// In chunks without filters.
    Chunked(Arc<Chunked>),
}

/// Reads a region of a dataset without filters.
pub(super) struct DirectFeed {
    source: Source,
    walk: Walk,
    length: usize,
    window: Option<Window>,
}

/// Elements that were read ahead.
struct Window {
    start: usize,
    length: usize,
    bytes: Scratch,
}

impl DirectFeed {
    pub(super) fn new(data: Arc<Inner>, place: Place, region: &[Span], length: usize) -> DirectFeed {
        let walk = Walk::new(region, &data.shape, &data.chunk);
        DirectFeed { source: Source { data, place }, walk, length, window: None }
    }

    /// The bytes read ahead, if they have these elements, the first one aligned.
    fn position(&self, start: usize, length: usize) -> Option<usize> {
        let window = self.window.as_ref()?;
        let position = start.checked_sub(window.start)? * self.source.size();
        let inside = start + length <= window.start + window.length;
        (inside && position.is_multiple_of(8)).then_some(position)
    }

    fn read_ahead(&mut self, start: usize, length: usize) -> Result<(), StorageError> {
        let size = self.source.size();
        let length = (WINDOW / size).max(length).min(self.length - start);
        let bytes = match self.window.take().map(|window| window.bytes) {
            Some(bytes) if bytes.bytes().len() >= length * size => bytes,
            _ => Scratch::take((length * size).max(WINDOW.min(self.length * size)))?,
        };
        let window = self.window.insert(Window { start, length: 0, bytes });
        self.source.read(&self.walk, start, &mut window.bytes.bytes_mut()[..length * size])?;
        window.length = length;
        Ok(())
    }
}

impl Feed for DirectFeed {
    fn dtype(&self) -> DType {
        self.source.data.element.dtype
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError> {
        let bytes = length * self.source.size();
        let position = if let Some(position) = self.position(start, length) {
            position
        } else {
            self.read_ahead(start, length)?;
            0
        };
        let window = self.window.as_ref().map_or(&[][..], |window| window.bytes.bytes());
        Ok(&window[position..][..bytes])
    }

    fn read_all(&mut self, out: &mut [u8]) -> Result<(), FeedError> {
        let elements = WINDOW / self.source.size();
        for (number, out) in out.chunks_mut(WINDOW).enumerate() {
            self.source.read(&self.walk, number * elements, out)?;
        }
        Ok(())
    }
}

/// A dataset whose bytes in the file are its elements.
struct Source {
    data: Arc<Inner>,
    place: Place,
}

impl Source {
    fn size(&self) -> usize {
        self.data.element.dtype.size()
    }

    /// Reads the elements of a walk from `start` on, as many as fit `out`.
    fn read(&self, walk: &Walk, start: usize, out: &mut [u8]) -> Result<(), StorageError> {
        let size = self.size();
        let count = out.len() / size;
        // What was never written is put in order with everything else, so it has to be in the file's order first.
        let mut unwritten = self.data.fill().to_vec();
        if swap::is_foreign(self.data.element) {
            unwritten.reverse();
        }
        let mut batch = Batch { data: &self.data, size, out, runs: Vec::new(), from: 0, to: 0 };
        walk.pieces(start, count, |piece| {
            if let Some(position) = self.position(&piece)? {
                return batch.add(position, &piece);
            }
            fill(&mut batch.out[piece.at * size..][..piece.count * size], &unwritten);
            Ok(())
        })?;
        batch.read()?;
        swap::to_memory(self.data.element, out);
        Ok(())
    }

    /// Where the chunk of a piece begins in the file; `None` where nothing was ever written.
    fn position(&self, piece: &Piece) -> Result<Option<u64>, StorageError> {
        match &self.place {
            Place::Contiguous(None) => Ok(None),
            Place::Contiguous(Some(address)) => self.check_end(piece, *address).map(Some),
            Place::Chunked(chunked) => match chunked.index.find(piece.chunk) {
                None => Ok(None),
                Some(stored) if stored.size < self.data.chunk_bytes => {
                    let (found, expected) = (stored.size, self.data.chunk_bytes);
                    Err(self.data.bad_chunk(piece.chunk, ChunkProblem::Length { found, expected }))
                }
                Some(stored) => self.data.address(piece.chunk, stored).map(Some),
            },
        }
    }

    fn check_end(&self, piece: &Piece, address: u64) -> Result<u64, StorageError> {
        let (_, last) = piece.bounds();
        let size = self.data.file.size();
        match (last + 1).checked_mul(self.size() as u64).and_then(|bytes| bytes.checked_add(address)) {
            Some(end) if end <= size => Ok(address),
            end => {
                let end = end.unwrap_or(u64::MAX);
                Err(self.data.bad_chunk(piece.chunk, ChunkProblem::BehindTheEnd { end, size }))
            }
        }
    }
}

/// Neighbouring runs of elements that are read in one call.
struct Batch<'a> {
    data: &'a Inner,
    size: usize,
    out: &'a mut [u8],
    runs: Vec<Run>,
    /// The bytes of the file that hold all runs.
    from: u64,
    to: u64,
}

/// Evenly spaced elements.
#[derive(Clone, Copy)]
struct Run {
    /// Position of the first one in the file.
    position: u64,
    /// Elements from one to the next.
    step: i64,
    count: usize,
    /// Number of the first one among those that are read.
    at: usize,
}

impl Batch<'_> {
    /// Takes up a piece of a chunk that begins at `address`.
    fn add(&mut self, address: u64, piece: &Piece) -> Result<(), StorageError> {
        let size = self.size as u64;
        let distance = piece.step.unsigned_abs().saturating_mul(size).max(size);
        // What is read for nothing must not be more than what another call costs, nor all fit no buffer.
        let most = if distance > GAP { 1 } else { (WINDOW as u64 / distance).max(1) };
        let span = Span { start: piece.offset, step: piece.step, count: piece.count as u64 };
        let mut done = 0;
        while done < span.count {
            let count = most.min(span.count - done);
            let (first, last) = (span.at(done), span.at(done + count - 1));
            let run = Run {
                position: address + first * size,
                step: piece.step,
                count: in_memory(count),
                at: piece.at + in_memory(done),
            };
            self.add_run(run, address + first.min(last) * size, address + (first.max(last) + 1) * size)?;
            done += count;
        }
        Ok(())
    }

    fn add_run(&mut self, run: Run, from: u64, to: u64) -> Result<(), StorageError> {
        let joins = !self.runs.is_empty()
            && from >= self.to
            && from - self.to <= GAP
            && to - self.from <= WINDOW as u64;
        if !joins {
            self.read()?;
            self.from = from;
        }
        self.to = to;
        self.runs.push(run);
        Ok(())
    }

    /// Reads what was taken up: straight to where it is wanted if it is in the same order there.
    fn read(&mut self) -> Result<(), StorageError> {
        let Some(first) = self.runs.first() else { return Ok(()) };
        let bytes = in_memory(self.to - self.from);
        let elements: usize = self.runs.iter().map(|run| run.count).sum();
        let follows = |pair: &[Run]| pair[0].at + pair[0].count == pair[1].at;
        let straight = elements * self.size == bytes
            && self.runs.iter().all(|run| run.step == 1 || run.count == 1)
            && self.runs.windows(2).all(follows);
        if straight {
            let out = &mut self.out[first.at * self.size..][..bytes];
            self.data.file.read_at(out, self.from)?;
        } else {
            let mut stored = Scratch::take(bytes)?;
            self.data.file.read_at(stored.bytes_mut(), self.from)?;
            for run in &self.runs {
                let out = &mut self.out[run.at * self.size..][..run.count * self.size];
                let offset = in_memory(run.position - self.from) / self.size;
                gather(stored.bytes(), offset, step_in_memory(run.step), self.size, out);
            }
        }
        self.runs.clear();
        Ok(())
    }
}

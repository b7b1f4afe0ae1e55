//! A block of elements that lie in the file as they are.
//!
//! They are read some way ahead into a buffer that fits the processor's cache, so that whoever sums them up finds
//! them there. Mapping the file would save the copy, but a mapped file that somebody truncates kills the process,
//! and a 32-bit machine has little room for maps.

use bramble_array::{Feed, FeedError};
use bramble_graph::DType;

use crate::{
    Span, StorageError,
    element::Element,
    gather::gather,
    region::{Piece, Walk, in_memory, step_in_memory},
    scratch::Scratch,
    swap::{self, fill},
};

/// Bytes that are read ahead. On x86-64 the system's copy is a fifth faster to memory that is not in the second-level
/// cache yet; elsewhere that cache is what they should fit.
const WINDOW: usize = if cfg!(target_arch = "x86_64") { 1 << 20 } else { 256 << 10 };

/// Bytes between two wanted ones that are read along with them, for it costs less than another call.
const GAP: u64 = 4 << 10;

/// Something whose bytes are its elements.
pub(crate) trait Direct: Send {
    /// What its elements are.
    fn element(&self) -> Element;

    /// What an element has that was never written, as it is in memory.
    fn fill(&self) -> &[u8];

    /// Where the chunk of a piece begins in the file; `None` where nothing was ever written.
    fn position(&self, piece: &Piece) -> Result<Option<u64>, StorageError>;

    /// Fills `out` from a position in the file on.
    fn read_at(&self, out: &mut [u8], position: u64) -> Result<(), StorageError>;
}

/// Reads a region of elements that lie in a file as they are.
pub(crate) struct DirectFeed<S> {
    source: S,
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

impl<S: Direct> DirectFeed<S> {
    /// A feed of the `length` elements of a walk.
    pub(crate) fn new(source: S, walk: Walk, length: usize) -> DirectFeed<S> {
        DirectFeed { source, walk, length, window: None }
    }

    fn size(&self) -> usize {
        self.source.element().dtype.size()
    }

    /// Where these elements lie in the bytes read ahead, if they do.
    fn position(&self, start: usize, length: usize) -> Option<usize> {
        let window = self.window.as_ref()?;
        let position = start.checked_sub(window.start)? * self.size();
        let inside = start + length <= window.start + window.length;
        inside.then_some(position)
    }

    fn read_ahead(&mut self, start: usize, length: usize) -> Result<(), StorageError> {
        let size = self.size();
        let length = (WINDOW / size).max(length).min(self.length - start);
        let bytes = match self.window.take().map(|window| window.bytes) {
            Some(bytes) if bytes.bytes().len() >= length * size => bytes,
            _ => Scratch::take((length * size).max(WINDOW.min(self.length * size)))?,
        };
        let window = self.window.insert(Window { start, length: 0, bytes });
        read(&self.source, &self.walk, start, &mut window.bytes.bytes_mut()[..length * size])?;
        window.length = length;
        Ok(())
    }
}

impl<S: Direct> Feed for DirectFeed<S> {
    fn dtype(&self) -> DType {
        self.source.element().dtype
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], FeedError> {
        let bytes = length * self.size();
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
        let elements = WINDOW / self.size();
        for (number, out) in out.chunks_mut(WINDOW).enumerate() {
            read(&self.source, &self.walk, number * elements, out)?;
        }
        Ok(())
    }
}

/// Reads the elements of a walk from `start` on, as many as fit `out`.
fn read(source: &impl Direct, walk: &Walk, start: usize, out: &mut [u8]) -> Result<(), StorageError> {
    let element = source.element();
    let size = element.dtype.size();
    let count = out.len() / size;
    // What was never written is put in order with everything else, so it has to be in the file's order first.
    let mut unwritten = source.fill().to_vec();
    if swap::is_foreign(element) {
        unwritten.reverse();
    }
    let mut batch = Batch { source, size, out, runs: Vec::new(), from: 0, to: 0 };
    walk.pieces(start, count, |piece| {
        if let Some(position) = source.position(&piece)? {
            return batch.add(position, &piece);
        }
        fill(&mut batch.out[piece.at * size..][..piece.count * size], &unwritten);
        Ok(())
    })?;
    batch.read()?;
    swap::to_memory(element, out);
    Ok(())
}

/// Neighbouring runs of elements that are read in one call.
struct Batch<'a, S> {
    source: &'a S,
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

impl<S: Direct> Batch<'_, S> {
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
            self.source.read_at(out, self.from)?;
        } else {
            let mut stored = Scratch::take(bytes)?;
            self.source.read_at(stored.bytes_mut(), self.from)?;
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

//! Where the chunks of a dataset lie in its file.

use hdf5_metno::Dataset;

/// A chunk that was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct StoredChunk {
    /// Its number, the last axis of the chunk grid running fastest.
    number: u64,
    /// Position of its first byte in the file.
    pub(super) address: u64,
    /// Bytes it has in the file.
    pub(super) size: u64,
    /// Bit n says that filter n was not applied.
    pub(super) skipped: u32,
}

/// The chunks that were written, in the order of their numbers.
#[derive(Debug)]
pub(super) struct ChunkIndex {
    chunks: Vec<StoredChunk>,
}

impl ChunkIndex {
    /// Asks the library for all chunks at once. `grid` is the number of chunks along each axis, `chunk` the number
    /// of elements of one; a file cannot have more chunks than bytes.
    pub(super) fn read(
        dataset: &Dataset,
        grid: &[u64],
        chunk: &[u64],
        file_size: u64,
    ) -> Result<ChunkIndex, String> {
        let mut chunks = Vec::new();
        let mut too_many = false;
        let visited = dataset.chunks_visit(|found| {
            too_many = chunks.len() as u64 >= file_size;
            if too_many {
                return -1;
            }
            if let Some(number) = number(found.offset, grid, chunk) {
                chunks.push(StoredChunk {
                    number,
                    address: found.addr,
                    size: found.size,
                    skipped: found.filter_mask,
                });
            }
            0
        });
        if too_many {
            return Err("its index has more chunks than the file has bytes".to_owned());
        }
        visited.map_err(|error| error.to_string())?;
        chunks.sort_unstable_by_key(|chunk| chunk.number);
        Ok(ChunkIndex { chunks })
    }

    /// The chunk of this number, if it was written.
    pub(super) fn find(&self, number: u64) -> Option<&StoredChunk> {
        // Where all chunks were written, the chunk stands at its own number.
        let guess = usize::try_from(number).ok().and_then(|number| self.chunks.get(number));
        if let Some(chunk) = guess.filter(|chunk| chunk.number == number) {
            return Some(chunk);
        }
        let found = self.chunks.binary_search_by_key(&number, |chunk| chunk.number).ok()?;
        self.chunks.get(found)
    }
}

/// The number of the chunk whose first element is at `offset`; `None` for one outside the grid.
fn number(offset: &[u64], grid: &[u64], chunk: &[u64]) -> Option<u64> {
    offset.iter().zip(grid).zip(chunk).try_fold(0, |number, ((&offset, &grid), &chunk)| {
        let position = offset / chunk;
        (position < grid).then(|| number * grid + position)
    })
}

//! Memory for chunks, used again and again: a fresh allocation of some megabytes for every chunk would cost more
//! in page faults than reading it.

use std::sync::{Mutex, PoisonError};

use bytemuck::{Pod, Zeroable};

use crate::StorageError;

/// How much idle memory is kept for the next chunk.
const KEPT_BYTES: usize = 64 << 20;

/// Into how many pieces, so that looking for one stays cheap.
const KEPT_BUFFERS: usize = 64;

static POOL: Mutex<Vec<Vec<Line>>> = Mutex::new(Vec::new());

/// A line of the processor's cache. The system copies a file to memory up to four times as fast if the memory
/// begins with one.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C, align(64))]
struct Line([u8; 64]);

/// Aligned bytes, with whatever was in them before.
#[derive(Debug)]
pub(crate) struct Scratch {
    lines: Vec<Line>,
    length: usize,
}

impl Scratch {
    /// Takes `length` bytes from the idle ones, or new ones.
    ///
    /// # Errors
    /// [`StorageError::OutOfMemory`].
    pub(crate) fn take(length: usize) -> Result<Scratch, StorageError> {
        let needed = length.div_ceil(size_of::<Line>());
        let mut lines = reuse(needed).unwrap_or_default();
        if lines.len() < needed {
            lines
                .try_reserve_exact(needed - lines.len())
                .map_err(|_| StorageError::OutOfMemory { bytes: length as u64 })?;
            lines.resize(needed, Line::zeroed());
        }
        Ok(Scratch { lines, length })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.lines)[..self.length]
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut bytemuck::cast_slice_mut(&mut self.lines)[..self.length]
    }

    /// Forgets the bytes behind `length`.
    #[cfg(feature = "hdf5")]
    pub(crate) fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }
}

impl AsRef<[u8]> for Scratch {
    fn as_ref(&self) -> &[u8] {
        self.bytes()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        let kept: usize = pool.iter().map(Vec::len).sum();
        let fits = (kept + self.lines.len()) * size_of::<Line>() <= KEPT_BYTES;
        if !self.lines.is_empty() && pool.len() < KEPT_BUFFERS && fits {
            pool.push(std::mem::take(&mut self.lines));
        }
    }
}

/// The smallest idle memory that is large enough, unless it would be a waste of it.
fn reuse(needed: usize) -> Option<Vec<Line>> {
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    let fits = |lines: &Vec<Line>| (needed..=needed.saturating_mul(4)).contains(&lines.len());
    let fitting = pool.iter().enumerate().filter(|(_, lines)| fits(lines));
    let (index, _) = fitting.min_by_key(|(_, lines)| lines.len())?;
    Some(pool.swap_remove(index))
}

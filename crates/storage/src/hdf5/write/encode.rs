//! What is done to a chunk before it is stored.

use std::cell::RefCell;

use libdeflater::Compressor;

use crate::{
    StorageError,
    codec::{deflate, shuffle::shuffle},
    hdf5::filter::fletcher32,
    scratch::Scratch,
};

/// The filters of a new dataset, in the order in which they are applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Encoding {
    /// Whether all first bytes of the elements come first, then all second bytes …
    pub shuffle: bool,
    /// Level of gzip from 0 to 9, if any.
    pub gzip: Option<u8>,
    /// Whether a checksum follows.
    pub fletcher32: bool,
}

thread_local! {
    /// The compressor that was last used, and its level.
    static COMPRESSOR: RefCell<Option<(u8, Compressor)>> = const { RefCell::new(None) };
    /// Room for what it makes.
    static STORED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Encoding {
    /// Encodes a chunk with elements of `size` bytes and hands the result to `store`.
    pub(super) fn encode(
        self,
        chunk: &[u8],
        size: usize,
        store: impl FnOnce(&[u8]) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let mut shuffled;
        let chunk = if self.shuffle && size > 1 {
            shuffled = Scratch::take(chunk.len())?;
            shuffle(chunk, size, shuffled.bytes_mut());
            shuffled.bytes()
        } else {
            chunk
        };
        if self.gzip.is_none() && !self.fletcher32 {
            return store(chunk);
        }
        STORED.with_borrow_mut(|stored| {
            stored.clear();
            match self.gzip {
                Some(level) => compress(level, chunk, stored),
                None => stored.extend_from_slice(chunk),
            }
            if self.fletcher32 {
                fletcher32::append(stored);
            }
            store(stored)
        })
    }
}

fn compress(level: u8, bytes: &[u8], stored: &mut Vec<u8>) {
    COMPRESSOR.with_borrow_mut(|known| {
        let (_, compressor) = match known.take().filter(|(known, _)| *known == level) {
            Some(same) => known.insert(same),
            None => known.insert((level, deflate::compressor(level))),
        };
        deflate::compress(compressor, bytes, stored);
    });
}

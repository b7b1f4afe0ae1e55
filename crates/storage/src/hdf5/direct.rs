//! Datasets without filters: their bytes in the file are their elements.

use std::sync::Arc;

use super::{access::Chunked, dataset::Inner};
use crate::{ChunkProblem, StorageError, direct_feed, element::Element, region::Piece};

/// Where the elements lie.
pub(super) enum Place {
    /// In one piece at a position, or nowhere yet.
    Contiguous(Option<u64>),
    /// In chunks without filters.
    Chunked(Arc<Chunked>),
}

/// A dataset without filters.
pub(super) struct Direct {
    pub(super) data: Arc<Inner>,
    pub(super) place: Place,
}

impl direct_feed::Direct for Direct {
    fn element(&self) -> Element {
        self.data.element
    }

    fn fill(&self) -> &[u8] {
        self.data.fill()
    }

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

    fn read_at(&self, out: &mut [u8], position: u64) -> Result<(), StorageError> {
        self.data.file.read_at(out, position)
    }
}

impl Direct {
    fn check_end(&self, piece: &Piece, address: u64) -> Result<u64, StorageError> {
        let (_, last) = piece.bounds();
        let size = self.data.file.size();
        let bytes = (last + 1).checked_mul(self.data.element.dtype.size() as u64);
        match bytes.and_then(|bytes| bytes.checked_add(address)) {
            Some(end) if end <= size => Ok(address),
            end => {
                let end = end.unwrap_or(u64::MAX);
                Err(self.data.bad_chunk(piece.chunk, ChunkProblem::BehindTheEnd { end, size }))
            }
        }
    }
}

//! A dataset under construction.

use std::{os::unix::fs::FileExt, sync::Arc};

use bramble_array::{Chunk, Region, Shape, copy_region};
use hdf5_metno::h5check;
use hdf5_metno_sys::{h5d::H5Dwrite_chunk, h5p::H5P_DEFAULT};

use super::{NewDataset, Session};
use crate::{
    ArrayWriter, Span, StorageError,
    region::{Walk, check_region, in_memory},
    scratch::Scratch,
};

/// Takes the blocks of a new dataset.
pub struct DatasetWriter {
    session: Arc<Session>,
    /// Its number among the session's.
    number: usize,
    /// Where the elements lie, if they lie in the file as they are.
    address: Option<u64>,
    new: NewDataset,
}

impl DatasetWriter {
    pub(super) fn new(
        session: Arc<Session>,
        number: usize,
        address: Option<u64>,
        new: NewDataset,
    ) -> DatasetWriter {
        DatasetWriter { session, number, address, new }
    }

    /// Encodes and stores one chunk, given its number along each axis and all of its elements, those behind the edge
    /// of the dataset included.
    pub(super) fn write_chunk(
        &self,
        at: &[u64],
        chunks: &[u64],
        elements: Scratch,
    ) -> Result<(), StorageError> {
        let offset: Vec<u64> = at.iter().zip(chunks).map(|(&at, &length)| at * length).collect();
        self.new.encoding.encode(elements, self.new.dtype.size(), |stored| self.store(&offset, stored))
    }

    fn store(&self, offset: &[u64], stored: &[u8]) -> Result<(), StorageError> {
        let library = self.session.library();
        let Some(library) = library.as_ref() else { return Err(self.session.is_over(&self.new.name)) };
        let dataset = &library.datasets[self.number];
        hdf5_metno::sync::sync(|| {
            // SAFETY: the dataset has as many axes as the offset, and there are as many bytes as the length says.
            h5check(unsafe {
                H5Dwrite_chunk(
                    dataset.id(),
                    H5P_DEFAULT,
                    0,
                    offset.as_ptr(),
                    stored.len(),
                    stored.as_ptr().cast(),
                )
            })
            .map(drop)
        })
        .map_err(|error| self.session.failed(&self.new.name, &error))
    }

    /// The chunks that a region consists of, first and number behind the last along each axis.
    fn box_of(&self, region: &[Span], chunks: &[u64]) -> Result<Vec<(u64, u64)>, StorageError> {
        let axes = region.iter().zip(chunks).zip(&self.new.shape);
        let of_axis = |((span, &chunk), &length): ((&Span, &u64), &u64)| {
            let end = span.start + span.count;
            let is_whole = span.step == 1
                && span.start.is_multiple_of(chunk)
                && (end.is_multiple_of(chunk) || end == length);
            is_whole.then(|| (span.start / chunk, end.div_ceil(chunk)))
        };
        axes.map(of_axis).collect::<Option<_>>().ok_or_else(|| StorageError::Region {
            problem: format!("a block that cuts through the chunks {chunks:?} of {:?}", self.new.name),
        })
    }

    fn write_chunks(&self, region: &[Span], chunks: &[u64], block: &Chunk) -> Result<(), StorageError> {
        let box_ = self.box_of(region, chunks)?;
        let shape = chunks.iter().map(|&length| in_memory(length)).collect::<Shape>();
        let size = self.new.dtype.size();
        let bytes = shape.iter().try_fold(size, |bytes, &length| bytes.checked_mul(length));
        let bytes = bytes.ok_or(StorageError::OutOfMemory { bytes: u64::MAX })?;
        let mut at: Vec<u64> = box_.iter().map(|&(first, _)| first).collect();
        loop {
            let mut elements = Scratch::take(bytes)?;
            cut(region, &at, block, elements.bytes_mut(), &shape)?;
            self.write_chunk(&at, chunks, elements)?;
            if !advance(&mut at, &box_) {
                return Ok(());
            }
        }
    }

    /// Writes elements to where they lie.
    fn write_plain(&self, region: &[Span], count: usize, block: &Chunk) -> Result<(), StorageError> {
        let address = self.address.ok_or_else(|| self.session.is_over(&self.new.name))?;
        let size = self.new.dtype.size();
        let whole: Vec<u64> = self.new.shape.iter().map(|&length| length.max(1)).collect();
        Walk::new(region, &self.new.shape, &whole)
            .pieces(0, count, |piece| {
                let bytes = &block.bytes()[piece.at * size..][..piece.count * size];
                self.session.descriptor.write_all_at(bytes, address + piece.offset * size as u64)
            })
            .map_err(|error| self.session.failed_io(error))
    }
}

impl ArrayWriter for DatasetWriter {
    fn write(&self, region: &[Span], block: &Chunk) -> Result<(), StorageError> {
        let count = check_region(region, &self.new.shape, self.new.dtype.size())?;
        if count == 0 {
            return Ok(());
        }
        match &self.new.chunks {
            Some(chunks) => self.write_chunks(region, chunks, block),
            None => self.write_plain(region, count, block),
        }
    }
}

/// Copies one chunk out of a block; what lies behind the edge of the dataset is 0.
fn cut(
    region: &[Span],
    at: &[u64],
    block: &Chunk,
    out: &mut [u8],
    shape: &[usize],
) -> Result<(), StorageError> {
    let (mut from, mut lengths) = (Shape::new(), Shape::new());
    for ((&at, &length), span) in at.iter().zip(shape).zip(region) {
        let start = at * length as u64 - span.start;
        from.push(in_memory(start));
        lengths.push(length.min(in_memory(span.count - start)));
    }
    if lengths[..] != *shape {
        out.fill(0);
    }
    let start: Shape = shape.iter().map(|_| 0).collect();
    copy_region(block, &from, &lengths, out, Region { shape, start: &start })
        .map_err(|error| StorageError::Region { problem: error.to_string() })
}

/// Goes on to the next chunk of a box; answers whether there is one.
fn advance(at: &mut [u64], box_: &[(u64, u64)]) -> bool {
    for (at, &(first, end)) in at.iter_mut().zip(box_).rev() {
        *at += 1;
        if *at < end {
            return true;
        }
        *at = first;
    }
    false
}

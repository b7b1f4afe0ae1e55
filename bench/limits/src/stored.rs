//! The chunks of an HDF5 dataset where they lie in a mapped file.
//!
//! The library that is measured does not map files; nobody cuts the files of a benchmark short while it runs.

use std::{error::Error, fs, ops::Range, path::Path};

use libdeflater::Decompressor;
use memmap2::Mmap;

use crate::{
    cores::{cores, share_out},
    data::DATASET,
    memory::sum,
};

/// A mapped file and where its chunks are.
pub(crate) struct Stored {
    map: Mmap,
    chunks: Vec<Range<usize>>,
    /// Bytes of a chunk, decoded.
    chunk_bytes: usize,
}

impl Stored {
    pub(crate) fn open(path: &Path) -> Result<Stored, Box<dyn Error>> {
        let dataset = hdf5_metno::File::open(path)?.dataset(DATASET)?;
        let mut chunks = Vec::new();
        dataset.chunks_visit(|chunk| {
            let place = usize::try_from(chunk.addr).ok().zip(usize::try_from(chunk.size).ok());
            chunks.extend(place.map(|(start, length)| start..start + length));
            0
        })?;
        let elements = dataset.chunk().ok_or("the dataset has no chunks")?.iter().product::<usize>();
        let file = fs::File::open(path)?;
        // SAFETY: the file is a benchmark's own, written once and not changed any more.
        let map = unsafe { Mmap::map(&file)? };
        Ok(Stored { map, chunks, chunk_bytes: elements * size_of::<f64>() })
    }

    /// The sum of elements without filters, on all cores.
    pub(crate) fn sum(&self) -> f64 {
        let sums = share_out(cores(), self.chunks.len(), |numbers| {
            numbers.map(|number| sum(self.map[self.chunks[number].clone()].as_chunks().0)).sum::<f64>()
        });
        sums.iter().sum()
    }

    /// Decodes all chunks from gzip, on all cores; what comes out is still shuffled.
    pub(crate) fn inflate(&self) -> Result<(), Box<dyn Error>> {
        let results = share_out(cores(), self.chunks.len(), |mut numbers| {
            let mut decompressor = Decompressor::new();
            let mut decoded = vec![0; self.chunk_bytes];
            numbers.try_for_each(|number| {
                let stored = &self.map[self.chunks[number].clone()];
                decompressor.zlib_decompress(stored, &mut decoded).map(drop)
            })
        });
        Ok(results.into_iter().collect::<Result<(), _>>()?)
    }
}

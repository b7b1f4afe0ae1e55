//! A file read piece by piece.

use std::{error::Error, fs::File, os::unix::fs::FileExt, path::Path};

use crate::cores::{cores, share_out};

/// Bytes of a piece: they stay in the second-level cache for whoever reads them next.
const PIECE: usize = 256 << 10;

/// A file of as many whole pieces as it has.
pub(crate) struct Pieces {
    file: File,
    count: usize,
}

impl Pieces {
    pub(crate) fn open(path: &Path) -> Result<Pieces, Box<dyn Error>> {
        let file = File::open(path)?;
        let count = usize::try_from(file.metadata()?.len())? / PIECE;
        Ok(Pieces { file, count })
    }

    /// Reads all pieces on all cores, each thread into a buffer of its own again and again.
    pub(crate) fn read(&self) -> Result<(), Box<dyn Error>> {
        let results = share_out(cores(), self.count, |mut numbers| {
            let mut buffer = vec![0; PIECE];
            numbers.try_for_each(|number| self.file.read_exact_at(&mut buffer, (number * PIECE) as u64))
        });
        Ok(results.into_iter().collect::<Result<(), _>>()?)
    }
}

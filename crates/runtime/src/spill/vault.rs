//! Blocks of one computation on disk.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bramble_array::Block;

use super::codec::{self, Described};
use super::extents::{Extent, Extents};
use super::folder::{SpillError, is_in_memory};
use super::scratch_file::ScratchFile;

/// Writes blocks to a nameless file and reads them back, from any thread.
#[derive(Debug)]
pub(crate) struct Vault {
    folder: PathBuf,
    file: ScratchFile,
    extents: Mutex<Extents>,
}

/// A block on disk. Its space is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Stored {
    vault: Arc<Vault>,
    described: Described,
    extent: Extent,
}

impl Vault {
    /// Makes the file.
    ///
    /// # Errors
    /// [`SpillError::InMemory`], [`SpillError::Create`].
    pub(crate) fn create(folder: &Path) -> Result<Arc<Vault>, SpillError> {
        if is_in_memory(folder) {
            return Err(SpillError::InMemory { folder: folder.to_owned() });
        }
        let file = ScratchFile::create(folder)
            .map_err(|source| SpillError::Create { folder: folder.to_owned(), source })?;
        Ok(Arc::new(Vault { folder: folder.to_owned(), file, extents: Mutex::default() }))
    }

    /// Writes a block.
    ///
    /// # Errors
    /// [`SpillError::Write`]; then the space is free again.
    pub(crate) fn store(self: &Arc<Self>, block: &Block) -> Result<Stored, SpillError> {
        let (described, bytes) = codec::pack(block);
        let extent = self.with_extents(|extents| extents.take(bytes.len() as u64));
        let stored = Stored { vault: Arc::clone(self), described, extent };
        self.file.write(extent, &bytes).map_err(|source| SpillError::Write {
            folder: self.folder.clone(),
            bytes: bytes.len(),
            source,
        })?;
        Ok(stored)
    }

    fn with_extents<T>(&self, change: impl FnOnce(&mut Extents) -> T) -> T {
        change(&mut self.extents.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Stored {
    /// Bytes that the block takes in memory.
    pub(crate) fn nbytes(&self) -> usize {
        self.described.nbytes()
    }

    /// Reads the block back. It stays on disk.
    ///
    /// # Errors
    /// [`SpillError::Read`].
    pub(crate) fn load(&self) -> Result<Block, SpillError> {
        let failed = |source| SpillError::Read { folder: self.vault.folder.clone(), source };
        let bytes = self.vault.file.read(self.extent).map_err(failed)?;
        codec::unpack(&self.described, bytes)
            .ok_or_else(|| failed(std::io::Error::other("it is not what was written")))
    }
}

impl Drop for Stored {
    fn drop(&mut self) {
        self.vault.with_extents(|extents| extents.give_back(self.extent));
    }
}

#[cfg(test)]
mod tests {
    use bramble_array::Chunk;

    use super::*;

    fn chunk(elements: &[f64]) -> Block {
        Block::Chunk(Chunk::from_slice(&[elements.len()], elements).unwrap())
    }

    fn elements(block: &Block) -> Vec<f64> {
        let Block::Chunk(chunk) = block else { panic!("not a chunk") };
        chunk.as_slice().unwrap().to_vec()
    }

    #[test]
    fn gives_back_what_it_was_given() {
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let vault = Vault::create(folder.path()).unwrap();
        let smooth = vec![1.5; 10_000];
        let rough: Vec<f64> = (0..10_000_u64)
            .map(|number| f64::from_bits(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 2))
            .collect();
        let stored = [&smooth, &rough, &vec![]].map(|values| vault.store(&chunk(values)).unwrap());
        assert!(stored[0].extent.length < 8_000);
        assert_eq!(stored[1].extent.length, 80_000);
        for (stored, expected) in stored.iter().zip([smooth, rough, vec![]]) {
            assert_eq!(elements(&stored.load().unwrap()), expected);
        }
        // Nothing can be seen in the folder, not even while the file is open.
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        drop(stored);
        assert_eq!(vault.store(&chunk(&[1.0])).unwrap().extent.start, 0);
    }

    #[test]
    fn says_where_it_cannot_write() {
        let refused = Vault::create(Path::new("/dev/shm/bramble")).unwrap_err();
        assert!(refused.to_string().contains("/dev/shm/bramble lies in memory"), "{refused}");
        let refused = Vault::create(Path::new("/proc/bramble")).unwrap_err();
        assert!(refused.to_string().contains("in /proc/bramble"), "{refused}");
    }
}

//! An HDF5 file behind a URL: ranges of it, and the blocks of the last ones.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{Described, RemoteObject, StorageError};

/// Short reads are answered from blocks of so many bytes, of which so many are kept: what says where a file has what is
/// read in many small steps.
const BLOCK: u64 = 256 << 10;
const KEPT_BLOCKS: usize = 64;

/// See the module.
#[derive(Debug)]
pub(super) struct RemoteFile {
    url: String,
    object: RemoteObject,
    described: Described,
    /// Blocks by their numbers, the one used last in front.
    blocks: Mutex<VecDeque<(u64, Arc<Vec<u8>>)>>,
    /// What kept the HDF5 library from reading, of which it says only that something did.
    trouble: Mutex<Option<StorageError>>,
}

impl RemoteFile {
    /// Asks what is behind a URL.
    ///
    /// # Errors
    /// [`StorageError::FileMissing`], and what keeps a server from an answer.
    pub(super) fn open(url: &str) -> Result<RemoteFile, StorageError> {
        let object = RemoteObject::new(url)?;
        let described = object.describe()?;
        let described = described.ok_or_else(|| StorageError::FileMissing { path: url.into() })?;
        Ok(RemoteFile {
            url: url.to_owned(),
            object,
            described,
            blocks: Mutex::default(),
            trouble: Mutex::default(),
        })
    }

    pub(super) fn path(&self) -> &Path {
        Path::new(&self.url)
    }

    /// What the server said of it.
    pub(super) fn described(&self) -> &Described {
        &self.described
    }

    /// Fills `out` from a position on.
    ///
    /// # Errors
    /// [`StorageError::FileChanged`] if it is no longer what it was when it was opened, and what keeps a server from an
    /// answer.
    pub(super) fn read_at(&self, out: &mut [u8], position: u64) -> Result<(), StorageError> {
        let end = position.checked_add(out.len() as u64).filter(|&end| end <= self.described.size);
        let Some(end) = end else {
            return Err(StorageError::FileTruncated {
                path: self.path().to_path_buf(),
                detail: format!("it ends at byte {}", self.described.size),
            });
        };
        if out.len() as u64 >= BLOCK {
            out.copy_from_slice(&self.object.range(&self.described, position, out.len() as u64)?);
            return Ok(());
        }
        let (mut rest, mut at) = (out, position);
        while at < end {
            let block = self.block(at / BLOCK)?;
            let from = usize::try_from(at % BLOCK).expect("a block fits memory");
            let length = rest.len().min(block.len() - from);
            let (part, behind) = rest.split_at_mut(length);
            part.copy_from_slice(&block[from..from + length]);
            (rest, at) = (behind, at + length as u64);
        }
        Ok(())
    }

    /// As [`RemoteFile::read_at`], for the HDF5 library, which is told only whether it worked.
    pub(super) fn read_for_library(&self, out: &mut [u8], position: u64) -> bool {
        let read = self.read_at(out, position);
        read.map_err(|error| *self.trouble() = Some(error)).is_ok()
    }

    /// What kept the HDF5 library from reading since this was asked.
    pub(super) fn take_trouble(&self) -> Option<StorageError> {
        self.trouble().take()
    }

    fn trouble(&self) -> MutexGuard<'_, Option<StorageError>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn block(&self, number: u64) -> Result<Arc<Vec<u8>>, StorageError> {
        let known = {
            let mut blocks = self.blocks();
            let found = blocks.iter().position(|(other, _)| *other == number);
            found.and_then(|index| blocks.remove(index)).inspect(|block| blocks.push_front(block.clone()))
        };
        if let Some((_, block)) = known {
            return Ok(block);
        }
        let start = number * BLOCK;
        let length = BLOCK.min(self.described.size - start);
        let block = Arc::new(self.object.range(&self.described, start, length)?);
        let mut blocks = self.blocks();
        blocks.push_front((number, Arc::clone(&block)));
        blocks.truncate(KEPT_BLOCKS);
        Ok(block)
    }

    fn blocks(&self) -> MutexGuard<'_, VecDeque<(u64, Arc<Vec<u8>>)>> {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

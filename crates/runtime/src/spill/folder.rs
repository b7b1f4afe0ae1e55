//! Where blocks are spilled to.

use std::ffi::CString;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What can go wrong with blocks on disk.
#[derive(Debug, thiserror::Error)]
pub enum SpillError {
    /// The folder lies in memory, so that spilling to it would free none.
    #[error("{} lies in memory (a tmpfs): choose a folder on a disk for blocks that memory has no room for", folder.display())]
    InMemory {
        /// The folder.
        folder: PathBuf,
    },
    /// The file cannot be made.
    #[error("no file for blocks that memory has no room for can be made in {}: {source}", folder.display())]
    Create {
        /// The folder.
        folder: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// A block cannot be written; worth a retry when the disk has room.
    #[error("{bytes} bytes that memory has no room for cannot be written to {}: {source}", folder.display())]
    Write {
        /// The folder.
        folder: PathBuf,
        /// How many.
        bytes: usize,
        /// The system's word.
        source: io::Error,
    },
    /// So much is there as may be.
    #[error("blocks take the {most} bytes of {} that they may", folder.display())]
    Most {
        /// The folder.
        folder: PathBuf,
        /// How many they may.
        most: u64,
    },
    /// A block cannot be read back.
    #[error("a block that was written to {} cannot be read back: {source}", folder.display())]
    Read {
        /// The folder.
        folder: PathBuf,
        /// The system's word.
        source: io::Error,
    },
}

/// Numbers of tmpfs and ramfs in Linux' `magic.h`.
const IN_MEMORY: [u32; 2] = [0x0102_1994, 0x8584_58f6];

/// Whether files in a folder, or in the nearest folder above it that exists, lie in memory.
pub(super) fn is_in_memory(folder: &Path) -> bool {
    let Some(existing) = folder.ancestors().find(|path| path.exists()) else { return false };
    let Ok(path) = CString::new(existing.as_os_str().as_bytes()) else { return false };
    // SAFETY: `statfs` is plain data, for which zeros are a value.
    let mut found: libc::statfs = unsafe { std::mem::zeroed() };
    // SAFETY: the path ends with a zero, and there is room for one answer.
    if unsafe { libc::statfs(path.as_ptr(), &raw mut found) } != 0 {
        return false;
    }
    #[expect(clippy::allow_attributes, reason = "the field has another type on each machine")]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::unnecessary_cast,
        reason = "the numbers have 32 bits"
    )]
    let kind = found.f_type as u32;
    IN_MEMORY.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_memory_from_disks() {
        assert!(is_in_memory(Path::new("/dev/shm/no/such/folder")));
        assert!(!is_in_memory(Path::new("/proc")));
        assert!(!is_in_memory(Path::new(env!("CARGO_MANIFEST_DIR"))));
    }
}

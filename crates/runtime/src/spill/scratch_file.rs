//! A file without a name, for as long as it is open.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use bramble_array::AlignedBuffer;

use super::extents::Extent;

/// A file that goes when it is closed, however the process ends.
#[derive(Debug)]
pub(super) struct ScratchFile {
    file: File,
}

impl ScratchFile {
    pub(super) fn create(folder: &Path) -> io::Result<ScratchFile> {
        std::fs::create_dir_all(folder)?;
        Ok(ScratchFile::of(tempfile::tempfile_in(folder)?))
    }

    /// A file that is open.
    pub(super) fn of(file: File) -> ScratchFile {
        ScratchFile { file }
    }

    pub(super) fn write(&self, extent: Extent, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, extent.start)
    }

    pub(super) fn read(&self, extent: Extent) -> io::Result<AlignedBuffer> {
        let length = usize::try_from(extent.length).map_err(io::Error::other)?;
        let mut bytes = AlignedBuffer::zeroed(length).map_err(io::Error::other)?;
        self.file.read_exact_at(&mut bytes, extent.start)?;
        Ok(bytes)
    }
}

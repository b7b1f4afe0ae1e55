//! A journal that begins anew, so that it does not grow for ever.
//!
//! ```text
//! journal      ... records that led to the state | records since
//! journal.new  first line, the state              copied at last
//! ```
//!
//! The new file is written beside the old one, which goes on. When the state is on disk, what was written since is added
//! to it, that is brought to the disk too, and the new file takes the name of the old one. Whenever the process is killed
//! or the power goes, one of the two stands whole under the name: a file that did not come to this is not looked at.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::{Entry, Journal, State, first_line, put};

/// A new file that is being written.
pub(super) struct Rewriting {
    /// Gives the file, and its length.
    writer: JoinHandle<io::Result<(File, u64)>>,
    /// What stands in the old one up to here is in the state.
    since: u64,
}

impl Journal {
    /// Whether it has grown enough to begin anew. That costs as much as the state is large, so it has to grow by as much
    /// again before the next time.
    pub(in crate::scheduler) fn has_grown(&self) -> bool {
        self.rewriting.is_none() && self.length > self.begun.saturating_mul(2).max(self.limit)
    }

    /// Begins anew with the state that all that was written has led to.
    pub(in crate::scheduler) fn begin_anew(&mut self, now: Duration, state: State) {
        let path = unfinished(&self.path);
        let write = move || write_anew(&path, now, state);
        let since = self.length;
        match thread::Builder::new().name("journal".into()).spawn(write) {
            Ok(writer) => self.rewriting = Some(Rewriting { writer, since }),
            Err(error) => self.grow_on(&error),
        }
    }

    /// Has the new file take the place of the old one, if the state is on disk.
    pub(super) fn end_rewriting(&mut self) {
        if self.rewriting.as_ref().is_some_and(|rewriting| rewriting.writer.is_finished())
            && let Some(rewriting) = self.rewriting.take()
            && let Err(error) = self.take_over(rewriting)
        {
            self.grow_on(&error);
        }
    }

    /// It stays as it is, and is tried again when it has grown by as much.
    fn grow_on(&mut self, error: &io::Error) {
        let _ = remove_unfinished(&self.path);
        self.begun = self.length;
        (self.tell)(&format!("{}: it could not begin anew and grows on: {error}", self.path.display()));
    }

    fn take_over(&mut self, Rewriting { writer, since }: Rewriting) -> io::Result<()> {
        let (mut file, begun) = writer.join().map_err(|_| io::Error::other("its writer has panicked"))??;
        let mut old = File::open(&self.path)?;
        old.seek(SeekFrom::Start(since))?;
        let copied = io::copy(&mut old.take(self.length - since), &mut file)?;
        if copied < self.length - since {
            return Err(io::Error::other("something was cut off from it"));
        }
        file.sync_data()?;
        fs::rename(unfinished(&self.path), &self.path)?;
        self.file = file;
        self.length = begun + copied;
        self.begun = begun;
        self.is_dirty = true;
        sync_folder(&self.path)
    }

    /// Waits for a new file that is being written, and drops it.
    pub(super) fn stop_rewriting(&mut self) {
        if let Some(rewriting) = self.rewriting.take() {
            let _ = rewriting.writer.join();
            let _ = remove_unfinished(&self.path);
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // Whoever has the folder next must not meet its writer.
        self.stop_rewriting();
    }
}

/// The name of a file that has not taken the place of the journal at `path`.
fn unfinished(path: &Path) -> PathBuf {
    path.with_extension("new")
}

/// Removes what a process left that did not come to its end.
pub(super) fn remove_unfinished(path: &Path) -> io::Result<()> {
    match fs::remove_file(unfinished(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn write_anew(path: &Path, now: Duration, state: State) -> io::Result<(File, u64)> {
    let mut options = OpenOptions::new();
    let mut file = options.create(true).truncate(true).read(true).write(true).open(path)?;
    let line = first_line();
    file.write_all(line.as_bytes())?;
    let length = put(&mut file, &mut Vec::new(), now, &[Entry::State(state)])?;
    file.sync_all()?;
    Ok((file, line.len() as u64 + length))
}

/// Brings to the disk which file has the name.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

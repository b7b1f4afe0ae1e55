//! Takes blocks to disk in the background.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};

use bramble_array::Block;
use bramble_graph::Grid;

use super::{SpillError, Stored, Vault};

/// Bytes that went to disk after which the allocator gives back what it keeps.
const TRIM_AFTER: usize = 16 << 20;

/// Who is told of a block that was to be written.
pub(crate) type OnWritten = Box<dyn FnOnce(Result<Stored, SpillError>) + Send>;

/// A block, the parts in which readers want it, and who is told.
type ToWrite = (Block, Option<Grid>, OnWritten);

/// The way to a thread that writes blocks, which begins with the first block and ends with this.
pub(crate) struct Spiller {
    folder: PathBuf,
    queue: OnceLock<Sender<ToWrite>>,
}

impl Spiller {
    /// Nothing is made in the folder before there is something to write.
    pub(crate) fn new(folder: PathBuf) -> Spiller {
        Spiller { folder, queue: OnceLock::new() }
    }

    /// Hands a block over to be written, in the parts that its readers want if they are said.
    pub(crate) fn send(&self, block: Block, parts: Option<Grid>, on_written: OnWritten) {
        let queue = self.queue.get_or_init(|| {
            let (sender, receiver) = channel();
            let folder = self.folder.clone();
            std::thread::Builder::new()
                .name("bramble-spill".into())
                .spawn(move || write(&folder, &receiver))
                .expect("a process with threads can start another");
            sender
        });
        queue.send((block, parts, on_written)).expect("the thread ends after this");
    }
}

fn write(folder: &Path, queue: &Receiver<ToWrite>) {
    let mut vault: Option<Arc<Vault>> = None;
    let mut freed = 0;
    for (block, parts, on_written) in queue {
        let opened = match &vault {
            Some(vault) => Ok(Arc::clone(vault)),
            None => Vault::create(folder),
        };
        let stored = opened.and_then(|opened| {
            vault = Some(Arc::clone(&opened));
            opened.store(&block, parts.as_ref())
        });
        // Before anybody is told that there is room.
        freed += block.nbytes();
        drop(block);
        if freed >= TRIM_AFTER {
            freed = 0;
            give_back();
        }
        on_written(stored);
    }
}

/// Has the allocator give free memory back to the system. glibc keeps some for each thread, and after a block of some
/// megabytes was freed, most of what is smaller: without this, spilling would free little that others can see.
#[cfg(target_env = "gnu")]
pub fn give_back() {
    // SAFETY: this changes nothing that is allocated.
    unsafe { libc::malloc_trim(0) };
}

/// Other allocators do so by themselves.
#[cfg(not(target_env = "gnu"))]
pub fn give_back() {}

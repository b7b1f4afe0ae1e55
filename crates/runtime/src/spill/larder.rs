//! Blocks that a process holds for others, for as long as somebody has their parcels: in memory, and beyond a limit on
//! disk. A worker of a cluster has one.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use bramble_array::Block;

use super::limits::Limits;
use super::{SpillError, Spiller, Stored};
use crate::passed::NO_SUCH_PART;
use crate::{Passed, TaskError};

/// How long nothing is written after a disk would not take a block.
const RETRY: Duration = Duration::from_secs(5);

/// What became of a block that was to go to disk.
#[derive(Clone, Copy, Debug)]
pub enum Fate<'a> {
    /// It lies there.
    Stored,
    /// It stays in memory, the first in a while.
    Refused(&'a SpillError),
    /// It stays in memory as another one did shortly before.
    RefusedToo,
}

/// Told what became of each.
type OnSettled = Box<dyn Fn(Fate<'_>) + Send + Sync>;

/// Where blocks go that memory has no room for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pantry {
    /// A folder on a disk.
    pub folder: PathBuf,
    /// Bytes that they may take there, as they were in memory; no limit if nobody says.
    pub most: Option<u64>,
}

/// See the module.
#[derive(Clone)]
pub struct Larder(Arc<Shelf>);

struct Shelf {
    limits: Limits,
    pantry: Pantry,
    spiller: Spiller,
    on_settled: OnSettled,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The blocks that may go to disk with their bytes, by the order in which they came.
    order: BTreeMap<u64, (usize, Weak<Parcelled>)>,
    came: u64,
    amounts: Amounts,
    /// When a disk last would not take a block.
    refused: Option<Instant>,
}

impl State {
    /// Whether a disk would not take a block shortly before.
    fn was_refused(&self) -> bool {
        self.refused.is_some_and(|at| at.elapsed() < RETRY)
    }
}

/// Bytes of blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// In memory.
    pub resident: usize,
    /// Of these, on their way to disk.
    pub leaving: usize,
    /// On disk, as they were in memory.
    pub spilled: usize,
}

/// A block of a larder. It is gone when the last copy of this is dropped.
#[derive(Clone)]
pub struct Parcel(Arc<Parcelled>);

struct Parcelled {
    shelf: Arc<Shelf>,
    number: u64,
    bytes: usize,
    content: Mutex<Content>,
}

enum Content {
    Memory(Block),
    /// Being written; readers still find it in memory.
    Leaving(Block),
    Disk(Arc<Stored>),
}

impl Larder {
    /// Holds at most about `limit` bytes in memory, for so many tasks at the same time, and the rest in a file of the
    /// pantry's folder. `on_settled` is called whenever a block has gone to disk or could not; it must not wait.
    pub fn new(
        limit: usize,
        tasks: usize,
        pantry: Pantry,
        on_settled: impl Fn(Fate<'_>) + Send + Sync + 'static,
    ) -> Larder {
        Larder(Arc::new(Shelf {
            limits: Limits::new(limit, tasks),
            spiller: Spiller::new(pantry.folder.clone()),
            pantry,
            on_settled: Box::new(on_settled),
            state: Mutex::default(),
        }))
    }

    /// Takes in a block.
    pub fn keep(&self, block: Block) -> Parcel {
        self.0.keep(block)
    }

    /// Whether nothing should be made until something has gone to disk.
    pub fn is_full(&self) -> bool {
        let Amounts { resident, leaving, .. } = self.amounts();
        self.0.limits.is_full(resident, leaving)
    }

    /// What it holds.
    pub fn amounts(&self) -> Amounts {
        self.0.lock().amounts
    }
}

impl Shelf {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(self: &Arc<Self>, block: Block) -> Parcel {
        let bytes = block.nbytes();
        let may_leave = block.can_be_stored();
        let mut state = self.lock();
        let number = state.came;
        state.came += 1;
        state.amounts.resident += bytes;
        let content = Mutex::new(Content::Memory(block));
        let parcel = Arc::new(Parcelled { shelf: Arc::clone(self), number, bytes, content });
        if may_leave {
            state.order.insert(number, (bytes, Arc::downgrade(&parcel)));
        }
        let (leaving, unsent) = self.take_leaving(&mut state);
        drop(state);
        for parcel in &leaving {
            self.send(parcel);
        }
        if unsent.is_some() {
            self.tell_of_most();
        }
        Parcel(parcel)
    }

    /// Takes in a block that is on disk.
    fn keep_stored(self: &Arc<Self>, stored: Stored) -> Parcel {
        let bytes = stored.nbytes();
        let mut state = self.lock();
        let number = state.came;
        state.came += 1;
        state.amounts.spilled += bytes;
        drop(state);
        let content = Mutex::new(Content::Disk(Arc::new(stored)));
        Parcel(Arc::new(Parcelled { shelf: Arc::clone(self), number, bytes, content }))
    }

    /// The blocks that should go to disk now, and one that should, for which there is no room.
    fn take_leaving(&self, state: &mut State) -> (Vec<Arc<Parcelled>>, Option<Arc<Parcelled>>) {
        let (mut leaving, mut unsent) = (Vec::new(), None);
        let target = self.limits.target();
        if state.amounts.resident - state.amounts.leaving <= target || state.was_refused() {
            return (leaving, unsent);
        }
        let sizes = state.order.values().rev().map(|&(bytes, _)| bytes);
        let latest = self.limits.latest_that_stay(sizes);
        while state.amounts.resident - state.amounts.leaving > target {
            let Some((&number, _)) = state.order.iter().nth_back(latest) else { break };
            // One that is being dropped waits for the lock.
            let Some(parcel) = state.order.remove(&number).and_then(|(_, parcel)| parcel.upgrade()) else {
                continue;
            };
            if !self.has_room_for(parcel.bytes, &state.amounts) {
                state.order.insert(number, (parcel.bytes, Arc::downgrade(&parcel)));
                state.refused = Some(Instant::now());
                // It may be the last of its kind, and waits for the lock when it is dropped.
                unsent = Some(parcel);
                break;
            }
            state.amounts.leaving += parcel.bytes;
            leaving.push(parcel);
        }
        (leaving, unsent)
    }

    /// Whether so many bytes more may go to disk.
    fn has_room_for(&self, bytes: usize, amounts: &Amounts) -> bool {
        let taken = amounts.spilled as u64 + amounts.leaving as u64;
        self.pantry.most.is_none_or(|most| taken + bytes as u64 <= most)
    }

    /// Tells that no more may go to disk.
    fn tell_of_most(&self) {
        let Pantry { folder, most } = self.pantry.clone();
        (self.on_settled)(Fate::Refused(&SpillError::Most { folder, most: most.unwrap_or(u64::MAX) }));
    }

    /// Has a block written. It must not be called with the lock held: the parcel may be the last of its kind.
    fn send(self: &Arc<Self>, parcel: &Arc<Parcelled>) {
        let block = {
            let mut content = parcel.content();
            let Content::Memory(block) = &*content else { return };
            let block = block.clone();
            *content = Content::Leaving(block.clone());
            block
        };
        let (shelf, place) = (Arc::clone(self), Arc::downgrade(parcel));
        self.spiller.send(block, None, Box::new(move |written| shelf.settle(&place, written)));
    }

    /// A block is on disk, or could not be written. One that nobody has any more is not missed.
    fn settle(&self, place: &Weak<Parcelled>, written: Result<Stored, SpillError>) {
        let (stored, refused) = match written {
            Ok(stored) => (Some(stored), None),
            Err(error) => (None, Some(error)),
        };
        if let Some(parcel) = place.upgrade() {
            self.arrive(&parcel, stored);
        }
        let Some(error) = refused else { return (self.on_settled)(Fate::Stored) };
        // Those that were on their way with it most likely share its fate.
        let was_refused = {
            let mut state = self.lock();
            let was_refused = state.was_refused();
            state.refused = Some(Instant::now());
            was_refused
        };
        (self.on_settled)(if was_refused { Fate::RefusedToo } else { Fate::Refused(&error) });
    }

    fn arrive(&self, parcel: &Arc<Parcelled>, stored: Option<Stored>) {
        let is_stored = stored.is_some();
        let mut content = parcel.content();
        let Content::Leaving(block) = &*content else { return };
        let block = block.clone();
        *content = stored.map_or(Content::Memory(block), |stored| Content::Disk(Arc::new(stored)));
        drop(content);
        let mut state = self.lock();
        state.amounts.leaving -= parcel.bytes;
        if is_stored {
            state.amounts.resident -= parcel.bytes;
            state.amounts.spilled += parcel.bytes;
        } else {
            state.order.insert(parcel.number, (parcel.bytes, Arc::downgrade(parcel)));
        }
    }
}

impl Parcel {
    /// Bytes of the block in memory.
    pub fn nbytes(&self) -> usize {
        self.0.bytes
    }

    /// The block, unless it is on disk.
    pub fn in_memory(&self) -> Option<Block> {
        self.found().ok()
    }

    /// What a task passes on of the block. Nothing is read for it: what is on disk stays there.
    ///
    /// # Errors
    /// [`TaskError::WrongBlock`] where the block has no such part.
    pub fn pass_on(&self, passed: Passed) -> Result<Parcel, TaskError> {
        let Passed::Part(part) = passed else { return Ok(self.clone()) };
        match self.found() {
            Ok(block) => Ok(self.0.shelf.keep(passed.of(&block)?)),
            Err(stored) => Ok(self.0.shelf.keep_stored(stored.part(part).ok_or(NO_SUCH_PART)?)),
        }
    }

    /// The block, read back if it is on disk, which takes time.
    ///
    /// # Errors
    /// [`SpillError::Read`].
    pub fn load(&self) -> Result<Block, SpillError> {
        self.found().or_else(|stored| stored.load())
    }

    /// The block, or where on disk it is.
    fn found(&self) -> Result<Block, Arc<Stored>> {
        match &*self.0.content() {
            Content::Memory(block) | Content::Leaving(block) => Ok(block.clone()),
            Content::Disk(stored) => Err(Arc::clone(stored)),
        }
    }
}

impl Parcelled {
    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Parcelled {
    fn drop(&mut self) {
        let content = self.content.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.shelf.lock();
        match content {
            Content::Memory(_) => {
                state.order.remove(&self.number);
                state.amounts.resident -= self.bytes;
            }
            Content::Leaving(_) => {
                state.amounts.resident -= self.bytes;
                state.amounts.leaving -= self.bytes;
            }
            Content::Disk(_) => state.amounts.spilled -= self.bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::mpsc;

    use bramble_array::{AlignedBuffer, Chunk, Encoded, Value};

    use super::*;

    fn block(value: f64) -> Block {
        Block::Chunk(Chunk::from_slice(&[10], &[value; 10]).unwrap())
    }

    fn first(block: &Block) -> f64 {
        let Block::Chunk(chunk) = block else { panic!("not a chunk") };
        chunk.as_slice().unwrap()[0]
    }

    /// A larder, and whether each block that left has come to disk.
    fn larder(limit: usize, folder: &Path) -> (Larder, mpsc::Receiver<bool>) {
        larder_with(limit, folder, None)
    }

    /// The same, of which the disk may have so many bytes.
    fn larder_with(limit: usize, folder: &Path, most: Option<u64>) -> (Larder, mpsc::Receiver<bool>) {
        let (told, news) = mpsc::channel();
        let on_settled = move |fate: Fate<'_>| {
            let _ = told.send(matches!(fate, Fate::Stored));
        };
        (Larder::new(limit, 1, Pantry { folder: folder.to_owned(), most }, on_settled), news)
    }

    #[test]
    fn holds_what_does_not_fit_on_disk() {
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let (larder, news) = larder(1600, folder.path());
        let parcels: Vec<Parcel> = (0..20).map(|number| larder.keep(block(f64::from(number)))).collect();
        for _ in 0..10 {
            assert!(news.recv().unwrap());
        }
        assert_eq!(larder.amounts(), Amounts { resident: 800, leaving: 0, spilled: 800 });
        assert!(!larder.is_full());
        for (number, parcel) in parcels.iter().enumerate() {
            assert_eq!(first(&parcel.load().unwrap()), number as f64);
        }
        assert_eq!(parcels.iter().filter(|parcel| parcel.in_memory().is_none()).count(), 10);
        drop(parcels);
        assert_eq!(larder.amounts(), Amounts::default());
    }

    #[test]
    fn values_go_to_disk_with_their_buffers() {
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let (larder, news) = larder(0, folder.path());
        let long = [AlignedBuffer::copy_of(&[7_u8; 100]).unwrap(), AlignedBuffer::zeroed(0).unwrap()];
        let encoded = Encoded { bytes: b"value".to_vec(), buffers: long.map(Arc::new).to_vec() };
        let parcel = larder.keep(Block::Value(Value::Encoded(Arc::new(encoded))));
        assert!(news.recv().unwrap());
        assert!(parcel.in_memory().is_none());
        let Block::Value(Value::Encoded(loaded)) = parcel.load().unwrap() else { panic!("another kind") };
        let buffers: Vec<&[u8]> = loaded.buffers.iter().map(|buffer| &buffer[..]).collect();
        assert_eq!((&loaded.bytes[..], buffers), (&b"value"[..], vec![&[7_u8; 100][..], &[]]));
    }

    #[test]
    fn passes_on_what_lies_on_disk_without_reading_it() {
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let (larder, news) = larder(0, folder.path());
        let long = [7_u8, 8].map(|byte| Arc::new(AlignedBuffer::copy_of(&[byte; 100]).unwrap()));
        let encoded = Encoded { bytes: b"value".to_vec(), buffers: long.to_vec() };
        let parcel = larder.keep(Block::Value(Value::Encoded(Arc::new(encoded))));
        // In memory, or on its way, it is copied, and goes to disk by itself.
        let early = parcel.pass_on(Passed::Part(1)).unwrap();
        while larder.amounts().resident > 0 {
            assert!(news.recv().unwrap());
        }
        let late = parcel.pass_on(Passed::Part(0)).unwrap();
        assert!(late.in_memory().is_none());
        assert!(matches!(parcel.pass_on(Passed::Part(2)), Err(TaskError::WrongBlock { .. })));
        assert!(matches!(late.pass_on(Passed::Part(0)), Err(TaskError::WrongBlock { .. })));
        let whole = parcel.pass_on(Passed::Whole).unwrap();
        drop((parcel, whole));
        assert_eq!(larder.amounts(), Amounts { resident: 0, leaving: 0, spilled: 200 });
        for (part, byte) in [(early, 8), (late, 7)] {
            let Block::Chunk(chunk) = part.load().unwrap() else { panic!("not a chunk") };
            assert_eq!(chunk.bytes(), [byte; 100]);
        }
        assert_eq!(larder.amounts(), Amounts::default());
    }

    #[test]
    fn keeps_what_a_disk_does_not_take() {
        let (larder, news) = larder(0, Path::new("/proc/no/such/folder"));
        let parcel = larder.keep(block(3.0));
        assert!(!news.recv().unwrap());
        assert_eq!(larder.amounts(), Amounts { resident: 80, leaving: 0, spilled: 0 });
        assert!(!larder.is_full());
        // For a while nothing more is tried.
        let other = larder.keep(block(4.0));
        assert_eq!((first(&parcel.load().unwrap()), first(&other.load().unwrap())), (3.0, 4.0));
        drop((parcel, other));
        assert_eq!(larder.amounts(), Amounts::default());
    }

    #[test]
    fn says_once_why_a_disk_takes_nothing() {
        let (told, news) = mpsc::channel();
        let on_settled = move |fate: Fate<'_>| {
            let _ = told.send(match fate {
                Fate::Refused(error) => error.to_string(),
                fate => format!("{fate:?}"),
            });
        };
        let pantry = Pantry { folder: "/proc/no/such/folder".into(), most: None };
        let larder = Larder::new(400, 1, pantry, on_settled);
        let parcels = [block(1.0), block(2.0)].map(|block| larder.keep(block));
        // Both are on their way before either is refused.
        for parcel in &parcels {
            let mut state = larder.0.lock();
            state.order.remove(&parcel.0.number);
            state.amounts.leaving += parcel.0.bytes;
            drop(state);
            larder.0.send(&parcel.0);
        }
        let (first, second) = (news.recv().unwrap(), news.recv().unwrap());
        assert!(first.contains("/proc/no/such/folder"), "{first}");
        assert_eq!(second, "RefusedToo");
        assert_eq!(larder.amounts(), Amounts { resident: 160, leaving: 0, spilled: 0 });
    }

    #[test]
    fn takes_no_more_of_a_disk_than_it_may() {
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let (larder, news) = larder_with(0, folder.path(), Some(200));
        let mut parcels: Vec<Parcel> = (0..2).map(|number| larder.keep(block(f64::from(number)))).collect();
        assert!(news.recv().unwrap() && news.recv().unwrap());
        parcels.push(larder.keep(block(2.0)));
        assert!(!news.recv().unwrap());
        assert_eq!(larder.amounts(), Amounts { resident: 80, leaving: 0, spilled: 160 });
        assert!(!larder.is_full());
        for (number, parcel) in parcels.iter().enumerate() {
            assert_eq!(first(&parcel.load().unwrap()), number as f64);
        }
        drop(parcels);
        assert_eq!(larder.amounts(), Amounts::default());
    }

    #[test]
    fn counts_right_whoever_drops_first() {
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let (larder, news) = larder(400, folder.path());
        let parcels: Vec<Parcel> = (0..200).map(|number| larder.keep(block(f64::from(number)))).collect();
        let readers: Vec<_> = parcels
            .chunks(50)
            .map(|some| {
                let some = some.to_vec();
                std::thread::spawn(move || {
                    some.iter().map(|parcel| first(&parcel.load().unwrap())).sum::<f64>()
                })
            })
            .collect();
        drop(parcels);
        let sum: f64 = readers.into_iter().map(|reader| reader.join().unwrap()).sum();
        assert_eq!(sum, 19_900.0);
        // The writer may still have some to write.
        while larder.amounts() != Amounts::default() {
            assert!(news.recv().unwrap());
        }
    }
}

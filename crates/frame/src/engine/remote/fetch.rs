//! Ranges of objects, asked for side by side.

use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread;

use bramble_storage::{Described, RemoteObject, StorageError};

use crate::engine::error::Result;
use crate::{Scan, StoredObject};

/// Objects that are read at the same time, and requests for each of them: most of the time of each is waiting.
const AT_ONCE: usize = 8;
/// Bytes of a request.
const MOST: usize = 8 << 20;
/// Bytes between two ranges that are sooner read than another request is made.
const GAP: u64 = 64 << 10;

/// An object of a scan.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) url: String,
    object: RemoteObject,
    described: Described,
}

/// Bytes of some ranges of an object.
pub(super) struct Fetched {
    pub(super) bytes: Vec<u8>,
    /// Of each run of ranges its first byte in the object, the one behind its last, and where it lies in `bytes`.
    runs: Vec<(u64, u64, u64)>,
}

impl Source {
    fn new(url: &str, StoredObject { size, tag }: &StoredObject) -> Result<Source> {
        let described = Described { size: *size, tag: tag.clone() };
        Ok(Source { url: url.to_owned(), object: RemoteObject::new(url)?, described })
    }

    /// The objects of a scan, which have been found.
    pub(super) fn all(scan: &Scan) -> Result<Vec<Source>> {
        scan.paths.iter().zip(&scan.objects).map(|(url, object)| Source::new(url, object)).collect()
    }

    pub(super) fn size(&self) -> u64 {
        self.described.size
    }

    /// Bytes from one to the one before another.
    pub(super) fn range(&self, start: u64, end: u64) -> Result<Vec<u8>> {
        Ok(self.ranges(&[(start, end)])?.bytes)
    }

    /// The bytes of some ranges, each from one byte to the one before another.
    pub(super) fn ranges(&self, wanted: &[(u64, u64)]) -> Result<Fetched> {
        let merged = merge(wanted);
        let total: u64 = merged.iter().map(|(start, end)| end - start).sum();
        let no_room = || StorageError::OutOfMemory { bytes: total };
        let length = usize::try_from(total).map_err(|_| no_room())?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(length).map_err(|_| no_room())?;
        bytes.resize(length, 0);
        let (mut jobs, mut runs, mut rest, mut place) = (Vec::new(), Vec::new(), &mut bytes[..], 0);
        for (start, end) in merged {
            runs.push((start, end, place));
            place += end - start;
            let (own, others) = rest.split_at_mut(usize::try_from(end - start).map_err(|_| no_room())?);
            rest = others;
            let mut position = start;
            for into in own.chunks_mut(MOST) {
                let length = into.len() as u64;
                jobs.push((position, into));
                position += length;
            }
        }
        side_by_side(jobs, |(start, into)| {
            into.copy_from_slice(&self.object.range(&self.described, start, into.len() as u64)?);
            Ok(())
        })?;
        Ok(Fetched { bytes, runs })
    }
}

impl Fetched {
    /// Where a byte of the object lies in the bytes, if it was fetched.
    pub(super) fn place(&self, byte: u64) -> Option<u64> {
        let run = self.runs.iter().find(|(start, end, _)| (*start..*end).contains(&byte));
        run.map(|(start, _, place)| place + byte - start)
    }
}

/// Ranges in order, of which neighbours are one.
fn merge(wanted: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut sorted: Vec<_> = wanted.iter().copied().filter(|(start, end)| start < end).collect();
    sorted.sort_unstable();
    let mut merged: Vec<(u64, u64)> = Vec::new();
    for (start, end) in sorted {
        match merged.last_mut() {
            Some((_, last)) if start <= last.saturating_add(GAP) => *last = end.max(*last),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// Does something with each item, several at once. The error is that of the first item in order that failed; none is
/// begun after that.
pub(super) fn side_by_side<T: Send, U: Send>(
    items: Vec<T>,
    act: impl Fn(T) -> Result<U> + Sync,
) -> Result<Vec<U>> {
    let workers = items.len().min(AT_ONCE);
    if workers < 2 {
        return items.into_iter().map(act).collect();
    }
    let waiting = Mutex::new(items.into_iter().enumerate());
    let work = || {
        let mut done = Vec::new();
        loop {
            let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((number, item)) = next else { return done };
            let outcome = act(item);
            if outcome.is_err() {
                waiting.lock().unwrap_or_else(PoisonError::into_inner).by_ref().for_each(drop);
            }
            done.push((number, outcome));
        }
    };
    let mut done: Vec<(usize, Result<U>)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FrameError;

    #[test]
    fn neighbours_are_asked_for_at_once() {
        assert_eq!(merge(&[(10, 20), (0, 5), (7, 7)]), [(0, 20)]);
        assert_eq!(merge(&[(0, 5), (5 + GAP + 1, 5 + GAP + 2)]), [(0, 5), (5 + GAP + 1, 5 + GAP + 2)]);
        assert_eq!(merge(&[(0, 9), (2, 4)]), [(0, 9)]);
        assert_eq!(merge(&[]), []);
    }

    #[test]
    fn bytes_are_found_again() {
        let fetched = Fetched { bytes: vec![0; 12], runs: vec![(100, 108, 0), (900_000, 900_004, 8)] };
        assert_eq!([100, 107, 900_001].map(|byte| fetched.place(byte)), [Some(0), Some(7), Some(9)]);
        assert_eq!(fetched.place(108), None);
    }

    #[test]
    fn what_is_done_side_by_side_keeps_its_order() {
        let doubled = side_by_side((0..100).collect(), |number: i32| Ok(2 * number)).expect("it can't fail");
        assert_eq!(doubled, (0..100).map(|number| 2 * number).collect::<Vec<_>>());
        let failed = side_by_side(vec![1, 2, 3], |number| {
            if number == 2 { Err(FrameError::Data("two".into())) } else { Ok(number) }
        });
        assert!(matches!(failed, Err(FrameError::Data(text)) if text == "two"));
    }
}

//! Which parts of a file are in use.

use std::collections::{BTreeMap, BTreeSet};

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) start: u64,
    pub(super) length: u64,
}

/// Hands out parts of a file, of the shortest gaps that are long enough the lowest first, and takes them back.
#[derive(Debug, Default)]
pub(super) struct Extents {
    /// Gaps before the end, by their start; no two touch.
    gaps: BTreeMap<u64, u64>,
    /// The same by their length: there may be many thousands, where blocks are small.
    by_length: BTreeSet<(u64, u64)>,
    /// Where everything ends that is in use.
    end: u64,
}

impl Extents {
    /// A part that nobody has.
    pub(super) fn take(&mut self, length: u64) -> Extent {
        let Some(&(room, start)) = self.by_length.range((length, 0)..).next() else {
            let start = self.end;
            self.end += length;
            return Extent { start, length };
        };
        self.remove_gap(start, room);
        if room > length {
            self.add_gap(start + length, room - length);
        }
        Extent { start, length }
    }

    /// Gives a part back.
    pub(super) fn give_back(&mut self, Extent { mut start, mut length }: Extent) {
        if length == 0 {
            return;
        }
        if let Some((&before, &room)) = self.gaps.range(..start).next_back()
            && before + room == start
        {
            self.remove_gap(before, room);
            (start, length) = (before, length + room);
        }
        if let Some(&room) = self.gaps.get(&(start + length)) {
            self.remove_gap(start + length, room);
            length += room;
        }
        if start + length == self.end {
            self.end = start;
        } else {
            self.add_gap(start, length);
        }
    }

    fn add_gap(&mut self, start: u64, length: u64) {
        self.gaps.insert(start, length);
        self.by_length.insert((length, start));
    }

    fn remove_gap(&mut self, start: u64, length: u64) {
        self.gaps.remove(&start);
        self.by_length.remove(&(length, start));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_never_overlap_and_space_is_used_again(steps in prop::collection::vec((any::<bool>(), 1_u64..20, any::<prop::sample::Index>()), 1..80)) {
            let mut extents = Extents::default();
            let mut taken: Vec<Extent> = Vec::new();
            for (takes, length, which) in steps {
                if takes || taken.is_empty() {
                    let extent = extents.take(length);
                    let is_apart = |other: &Extent| {
                        extent.start + extent.length <= other.start || other.start + other.length <= extent.start
                    };
                    prop_assert!(taken.iter().all(is_apart));
                    taken.push(extent);
                } else {
                    extents.give_back(taken.swap_remove(which.index(taken.len())));
                }
                let used: u64 = taken.iter().map(|extent| extent.length).sum();
                let free: u64 = extents.gaps.values().sum();
                prop_assert_eq!(used + free, extents.end);
                prop_assert_eq!(extents.gaps.len(), extents.by_length.len());
            }
            for extent in taken {
                extents.give_back(extent);
            }
            prop_assert_eq!(extents.end, 0);
        }
    }
}

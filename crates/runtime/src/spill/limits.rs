//! How much stays in memory, and for how long.
//!
//! Which block goes to disk? Blocks are made in a fixed order and those that wait long are mostly read again in that
//! order, so of those that wait the one made last is read last: it goes first. The very latest stay, since they
//! wait for the task that is next.

/// How much of a limit is filled when blocks begin to go to disk, and when nothing more is made until some are there.
/// The rest is room for what tasks under way read and make.
const TARGET: f64 = 0.5;
const FULL: f64 = 0.75;

/// Blocks made last that stay in memory, for each task at the same time, if they take no more of the limit than this.
const LATEST: usize = 4;
const LATEST_SHARE: f64 = 0.25;

/// The same of small ones: the many that one task reads came one behind the other.
const LATEST_SMALL: usize = 256;
const SMALL_SHARE: f64 = 0.125;

/// See the module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    limit: usize,
    tasks: usize,
}

impl Limits {
    /// For at most about `limit` bytes in memory, with so many tasks at the same time.
    pub(crate) fn new(limit: usize, tasks: usize) -> Limits {
        Limits { limit, tasks }
    }

    /// Bytes that stay in memory.
    pub(crate) fn target(&self) -> usize {
        part(self.limit, TARGET)
    }

    /// Whether nothing should be made until something has gone to disk.
    pub(crate) fn is_full(&self, resident: usize, leaving: usize) -> bool {
        leaving > 0 && resident > part(self.limit, FULL)
    }

    /// Whether so many bytes more stay within the limit.
    pub(crate) fn has_room(&self, taken: usize, more: usize) -> bool {
        taken.saturating_add(more) <= self.limit
    }

    /// How many of the blocks made last stay, of their sizes from the last one on.
    pub(crate) fn latest_that_stay(&self, sizes: impl Iterator<Item = usize>) -> usize {
        let most = |count: usize, share| (count.saturating_mul(self.tasks), part(self.limit, share));
        let (any, small) = (most(LATEST, LATEST_SHARE), most(LATEST_SMALL, SMALL_SHARE));
        let mut taken = 0;
        sizes
            .zip(1..)
            .take_while(|&(size, count)| {
                taken += size;
                [any, small].iter().any(|&(most, room)| count <= most && taken <= room)
            })
            .count()
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a size is a size")]
fn part(size: usize, share: f64) -> usize {
    (size as f64 * share) as usize
}

//! Blocks that can be made, apart by what they demand of the worker that makes them: where nobody can meet one demand
//! now, others go on.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

/// Bytes that any worker has room for.
const SMALL: u64 = 64 << 20;

/// Bytes to which needs are rounded up, so that few are told apart.
const STEP: u64 = 16 << 20;

/// What the tasks of some blocks have in common when a worker is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Demand {
    /// Those with the highest go first.
    priority: Reverse<i32>,
    /// What is asked for them, by its number among the annotations of the plan.
    pub(crate) asked: Option<u32>,
    /// Whether the block is made of nothing, so that it only takes room.
    pub(crate) is_source: bool,
    /// Whether functions are called.
    pub(crate) calls: bool,
    /// Bytes that a worker needs for the block and what it reads, rounded up; 0 where any worker has so much.
    pub(crate) room: u64,
    /// Whether the block is that of another graph, which is adopted by one who has it.
    pub(crate) is_loan: bool,
}

impl Demand {
    /// What is had by adoption waits for nothing but its turn.
    pub(crate) const LOAN: Demand = Demand { is_loan: true, ..Demand::new(i32::MAX, None, false) };

    pub(crate) const fn new(priority: i32, asked: Option<u32>, calls: bool) -> Demand {
        Demand { priority: Reverse(priority), asked, is_source: false, calls, room: 0, is_loan: false }
    }

    /// The same for blocks that are made of nothing, or not.
    pub(crate) fn of_source(self, is_source: bool) -> Demand {
        Demand { is_source, ..self }
    }

    /// The same for blocks that take so many bytes with all that they read.
    pub(crate) fn of_bytes(self, bytes: u64) -> Demand {
        let room = if bytes < SMALL { 0 } else { bytes.saturating_add(STEP - 1) / STEP * STEP };
        Demand { room, ..self }
    }
}

/// A block whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Next {
    pub(crate) block: u64,
    pub(crate) demand: Demand,
    /// Where it stands among those of its demand.
    turn: i64,
}

/// See the module.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ready {
    /// Each in the order in which they go, the first one last.
    queues: BTreeMap<Demand, VecDeque<(i64, u64)>>,
    len: usize,
    count: i64,
}

impl Ready {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Adds a block whose last input has come: of equal priority it goes first, so that what was begun comes to its end.
    pub(crate) fn wake(&mut self, demand: Demand, id: u64) {
        self.count += 1;
        self.len += 1;
        self.queues.entry(demand).or_default().push_back((self.count, id));
    }

    /// Adds a block that waited for nothing when it was found; they go in the order in which they were found.
    pub(crate) fn find(&mut self, demand: Demand, id: u64) {
        self.count += 1;
        self.len += 1;
        self.queues.entry(demand).or_default().push_front((-self.count, id));
    }

    /// Puts a block back where it was.
    pub(crate) fn put_back(&mut self, Next { block, demand, turn }: Next) {
        self.len += 1;
        self.queues.entry(demand).or_default().push_back((turn, block));
    }

    /// Takes the block that should be made next, of those with this priority or a higher one whose demand can be met.
    pub(crate) fn pop(&mut self, level: i32, unmet: &[Demand]) -> Option<Next> {
        let met = self.queues.iter().filter(|(demand, queue)| {
            demand.priority.0 >= level && !queue.is_empty() && !unmet.contains(demand)
        });
        let rank = |demand: &Demand, queue: &VecDeque<(i64, u64)>| {
            (demand.priority, Reverse(queue.back().map(|&(at, _)| at)))
        };
        let (&demand, _) = met.min_by_key(|&(demand, queue)| rank(demand, queue))?;
        let (turn, block) = self.queues.get_mut(&demand)?.pop_back()?;
        self.len -= 1;
        Some(Next { block, demand, turn })
    }

    /// Keeps those of which something is true.
    pub(crate) fn retain(&mut self, keep: impl Fn(u64) -> bool) {
        for queue in self.queues.values_mut() {
            queue.retain(|&(_, id)| keep(id));
        }
        self.len = self.queues.values().map(VecDeque::len).sum();
    }

    /// What is demanded, with a block for each demand.
    pub(crate) fn demands(&self) -> impl Iterator<Item = (Demand, u64)> {
        self.queues.iter().filter_map(|(&demand, queue)| Some((demand, queue.back()?.1)))
    }

    /// Whether a block is among them, for comparison.
    #[cfg(test)]
    pub(crate) fn contains(&self, id: u64) -> bool {
        self.queues.values().flatten().any(|&(_, other)| other == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(ready: &mut Ready, level: i32, unmet: &[Demand]) -> Vec<u64> {
        std::iter::from_fn(|| ready.pop(level, unmet).map(|next| next.block)).collect()
    }

    #[test]
    fn goes_by_priority_then_by_what_was_woken_last_then_by_what_was_found_first() {
        let mut ready = Ready::default();
        let (low, plain, called) =
            (Demand::new(-1, Some(0), false), Demand::new(0, None, false), Demand::new(0, None, true));
        ready.find(plain, 1);
        ready.wake(low, 2);
        ready.find(called, 3);
        ready.wake(plain, 4);
        ready.wake(called, 5);
        ready.find(plain, 6);
        ready.wake(Demand::LOAN, 7);
        assert_eq!(ready.demands().count(), 4);
        assert_eq!(all(&mut ready, 0, &[]), [7, 5, 4, 1, 3, 6]);
        assert_eq!(ready.len(), 1);
        assert_eq!(all(&mut ready, -1, &[]), [2]);
    }

    #[test]
    fn passes_over_what_nobody_can_do_now() {
        let mut ready = Ready::default();
        let (some, other) = (Demand::new(0, Some(0), false), Demand::new(5, Some(1), false));
        ready.wake(some, 1);
        ready.wake(other, 2);
        ready.wake(some, 3);
        let next = ready.pop(0, &[other]).unwrap();
        assert_eq!((next.block, next.demand), (3, some));
        ready.retain(|id| id != 1);
        assert_eq!(ready.pop(0, &[other]), None);
        let next = ready.pop(0, &[]).unwrap();
        assert_eq!((next.block, next.demand, ready.len()), (2, other, 0));
    }

    #[test]
    fn puts_back_where_it_was() {
        let mut ready = Ready::default();
        let (some, other) = (Demand::new(0, None, false), Demand::new(0, None, true));
        ready.find(some, 1);
        ready.find(some, 2);
        ready.wake(other, 3);
        let next = ready.pop(0, &[other]).unwrap();
        ready.put_back(next);
        assert_eq!(ready.len(), 3);
        assert_eq!(all(&mut ready, 0, &[]), [3, 1, 2]);
    }
}

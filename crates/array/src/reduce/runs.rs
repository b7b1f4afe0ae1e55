//! Reduces contiguous runs, each to one value.
//!
//! Element `j` of a run goes to lane `j % 16`, so that a row of 16 elements is merged with vector
//! instructions. After 16 rows, a *segment*, the lanes go into a cascade: like a binary counter, it holds for
//! each power of two at most one merged group of that many segments. This is pairwise summation.

use super::method::Monoid;

/// Elements that are merged side by side.
const LANES: usize = 16;

/// Elements between two pushes into the cascade.
const SEGMENT: usize = 16 * LANES;

type Lanes<A> = [A; LANES];

/// Turns a stream of elements into the values of its runs.
pub(super) struct Runs<M: Monoid> {
    /// Elements of each run, at least 2.
    length: usize,
    /// Elements of the run under way that have been seen.
    seen: usize,
    /// The segment under way.
    lanes: Lanes<M::Acc>,
    /// Complete segments of the run; level `k` is in use where bit `k` of `segments` is set.
    cascade: Vec<Lanes<M::Acc>>,
    segments: usize,
}

impl<M: Monoid> Runs<M> {
    pub(super) fn new(length: usize) -> Runs<M> {
        Runs { length, seen: 0, lanes: [M::IDENTITY; LANES], cascade: Vec::new(), segments: 0 }
    }

    /// Takes in elements and appends the values of the runs that they complete.
    #[inline(always)]
    pub(super) fn feed(&mut self, mut elements: &[M::Acc], values: &mut Vec<M::Acc>) {
        while !elements.is_empty() {
            if self.length <= LANES && self.seen == 0 && self.length <= elements.len() {
                let runs = elements.chunks_exact(self.length);
                elements = runs.remainder();
                values.extend(runs.map(short_run::<M>));
                continue;
            }
            let (now, later) = elements.split_at(elements.len().min(self.length - self.seen));
            self.absorb(now);
            if self.seen == self.length {
                values.push(self.close());
            }
            elements = later;
        }
    }

    /// Takes in elements of the run under way, segment by segment.
    #[inline(always)]
    fn absorb(&mut self, mut elements: &[M::Acc]) {
        while !elements.is_empty() {
            let filled = self.seen % SEGMENT;
            let (now, later) = elements.split_at(elements.len().min(SEGMENT - filled));
            absorb_in_segment::<M>(&mut self.lanes, filled % LANES, now);
            self.seen += now.len();
            if self.seen.is_multiple_of(SEGMENT) {
                self.push();
            }
            elements = later;
        }
    }

    /// Moves the segment into the cascade.
    #[inline(always)]
    fn push(&mut self) {
        let mut lanes = std::mem::replace(&mut self.lanes, [M::IDENTITY; LANES]);
        let level = self.segments.trailing_ones() as usize;
        for older in &self.cascade[..level] {
            lanes = merge::<M>(older, &lanes);
        }
        match self.cascade.get_mut(level) {
            Some(place) => *place = lanes,
            None => self.cascade.push(lanes),
        }
        self.segments += 1;
    }

    /// The value of the run under way, which is complete; starts the next.
    #[inline(always)]
    fn close(&mut self) -> M::Acc {
        let mut lanes = std::mem::replace(&mut self.lanes, [M::IDENTITY; LANES]);
        for (level, older) in self.cascade.iter().enumerate() {
            if self.segments >> level & 1 == 1 {
                lanes = merge::<M>(older, &lanes);
            }
        }
        (self.seen, self.segments) = (0, 0);
        fold::<M>(lanes)
    }
}

/// Merges elements of which the first goes to lane `first`.
#[inline(always)]
fn absorb_in_segment<M: Monoid>(lanes: &mut Lanes<M::Acc>, first: usize, elements: &[M::Acc]) {
    let (head, body) = elements.split_at(elements.len().min((LANES - first) % LANES));
    let (rows, tail) = body.as_chunks::<LANES>();
    merge_into::<M>(&mut lanes[first..], head);
    // A copy, so that it stays in vector registers while the rows go by.
    *lanes = M::merge_rows(*lanes, rows.iter());
    merge_into::<M>(lanes, tail);
}

#[inline(always)]
fn merge_into<M: Monoid>(lanes: &mut [M::Acc], elements: &[M::Acc]) {
    for (lane, &element) in lanes.iter_mut().zip(elements) {
        *lane = M::merge(*lane, element);
    }
}

#[inline(always)]
fn merge<M: Monoid>(older: &Lanes<M::Acc>, newer: &Lanes<M::Acc>) -> Lanes<M::Acc> {
    std::array::from_fn(|lane| M::merge(older[lane], newer[lane]))
}

#[inline(always)]
fn fold<M: Monoid>(mut lanes: Lanes<M::Acc>) -> M::Acc {
    for half in [8, 4, 2, 1] {
        for lane in 0..half {
            lanes[lane] = M::merge(lanes[lane], lanes[lane + half]);
        }
    }
    lanes[0]
}

/// The value of a run of at most 16 elements: each lane has one element or the identity, which the fold may
/// leave out without a change of bits.
#[inline(always)]
fn short_run<M: Monoid>(elements: &[M::Acc]) -> M::Acc {
    let mut lanes = [M::IDENTITY; LANES];
    for (lane, &element) in lanes.iter_mut().zip(elements) {
        *lane = element;
    }
    let mut used = elements.len();
    for half in [8, 4, 2, 1] {
        for lane in half..used {
            lanes[lane - half] = M::merge(lanes[lane - half], lanes[lane]);
        }
        used = used.min(half);
    }
    lanes[0]
}

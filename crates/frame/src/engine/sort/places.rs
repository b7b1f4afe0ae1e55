//! The order of keys, found in buckets that fit into a core's cache.

use std::mem::take;
use std::slice::IterMut;

use rayon::prelude::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator, ParallelSlice};

/// How many keys a bucket has, about: their pairs fit into the second cache of small machines too.
const BUCKET: usize = 1 << 14;
/// How many buckets there are at most: as many places are written to in turns.
const MOST_BUCKETS: usize = 1 << 10;
/// How many samples there are for each bucket.
const SAMPLES: usize = 16;
/// How many keys are dealt out in one go, at least.
const BLOCK: usize = 1 << 16;
/// How many blocks there are for each thread.
const BLOCKS: usize = 4;
/// How many keys look for their buckets side by side, so that none waits for another.
const ABREAST: usize = 8;

/// A key before its place. Pairs all differ, so that sorting them in any way keeps the order of equal keys.
type Pair = u128;

/// The places of keys in the order of the keys, of equal ones in theirs. There are fewer than 2^32. Runs on the threads of the
/// pool that it is called in, and takes 28 bytes a key, of which 4 are the places.
///
/// A sample sort (Frazer and `McKellar`, "Samplesort: A Sampling Approach to Minimal Storage Tree Sorting", 1970), whose search for
/// buckets has no branches (Sanders and Winkel, "Super Scalar Sample Sort", 2004): keys are dealt out, in their order, to buckets between
/// sampled values, and each bucket is sorted by itself.
pub(super) fn places(keys: &[u64]) -> Vec<u32> {
    if keys.is_sorted() {
        return (0..).take(keys.len()).collect();
    }
    let splitters = Splitters::of(keys, (keys.len() / BUCKET).next_power_of_two().min(MOST_BUCKETS));
    let blocks = rayon::current_num_threads() * BLOCKS;
    let block = keys.len().div_ceil(blocks).max(BLOCK);
    let counts: Vec<Vec<usize>> = keys.par_chunks(block).map(|keys| splitters.count(keys)).collect();

    let mut pairs: Vec<Pair> = vec![0; keys.len()];
    let parts = parts_of_blocks(&mut pairs, &counts);
    keys.par_chunks(block)
        .zip(parts)
        .enumerate()
        .for_each(|(number, (keys, parts))| splitters.deal(keys, number * block, parts));

    let mut places = vec![0; keys.len()];
    buckets(&mut pairs, &mut places, &counts).into_par_iter().with_max_len(1).for_each(|(pairs, places)| {
        pairs.sort_unstable();
        for (place, &pair) in places.iter_mut().zip(&*pairs) {
            *place = place_of(pair);
        }
    });
    places
}

#[expect(clippy::cast_possible_truncation, reason = "a place is in the lower bits")]
fn place_of(pair: Pair) -> u32 {
    pair as u32
}

/// Where each block writes the keys that it has for each bucket: behind one another lie the buckets, and in these the blocks.
fn parts_of_blocks<'a>(mut pairs: &'a mut [Pair], counts: &[Vec<usize>]) -> Vec<Vec<IterMut<'a, Pair>>> {
    let buckets = counts.first().map_or(0, Vec::len);
    let mut parts: Vec<Vec<IterMut<Pair>>> = counts.iter().map(|_| Vec::with_capacity(buckets)).collect();
    for bucket in 0..buckets {
        for (parts, counts) in parts.iter_mut().zip(counts) {
            let (part, rest) = take(&mut pairs).split_at_mut(counts[bucket]);
            parts.push(part.iter_mut());
            pairs = rest;
        }
    }
    parts
}

/// The pairs of each bucket, and where their places go.
fn buckets<'a>(
    mut pairs: &'a mut [Pair],
    mut places: &'a mut [u32],
    counts: &[Vec<usize>],
) -> Vec<(&'a mut [Pair], &'a mut [u32])> {
    let buckets = counts.first().map_or(0, Vec::len);
    let bucket = |number: usize| {
        let count = counts.iter().map(|counts| counts[number]).sum();
        let (own_pairs, other_pairs) = take(&mut pairs).split_at_mut(count);
        let (own_places, other_places) = take(&mut places).split_at_mut(count);
        (pairs, places) = (other_pairs, other_places);
        (own_pairs, own_places)
    };
    (0..buckets).map(bucket).collect()
}

/// The values between buckets, as a search tree whose node `n` has the children `2n` and `2n + 1`; 0 is no node.
struct Splitters(Vec<u64>);

impl Splitters {
    /// Of so many buckets, a power of 2.
    fn of(keys: &[u64], buckets: usize) -> Self {
        // In steps of the golden section, modulo all: even spread, in step with no pattern of the keys.
        let drawn = |number: u32| {
            keys[((u64::from(number.wrapping_mul(0x9E37_79B9)) * keys.len() as u64) >> 32) as usize]
        };
        let mut samples: Vec<u64> = (0..).take(buckets * SAMPLES).map(drawn).collect();
        samples.sort_unstable();
        let mut tree = vec![0; buckets];
        fill(&mut tree, 1, &samples);
        Self(tree)
    }

    /// How many of some keys each bucket gets.
    fn count(&self, keys: &[u64]) -> Vec<usize> {
        let mut counts = vec![0; self.0.len()];
        self.each(keys, |_, bucket| counts[bucket] += 1);
        counts
    }

    /// Puts keys, of which the first has a place, where those of their buckets go.
    fn deal(&self, keys: &[u64], first: usize, mut parts: Vec<IterMut<Pair>>) {
        let mut place = first as Pair;
        self.each(keys, |key, bucket| {
            let pair = parts[bucket].next().expect("a place for each key that was counted");
            *pair = Pair::from(key) << 32 | place;
            place += 1;
        });
    }

    /// Calls with each key and its bucket: as many splitters are smaller than the key.
    #[inline]
    fn each(&self, keys: &[u64], mut then: impl FnMut(u64, usize)) {
        let (rows, rest) = keys.as_chunks::<ABREAST>();
        for row in rows {
            for (&key, bucket) in row.iter().zip(self.buckets(row)) {
                then(key, bucket);
            }
        }
        for &key in rest {
            let [bucket] = self.buckets(&[key]);
            then(key, bucket);
        }
    }

    #[inline]
    fn buckets<const N: usize>(&self, keys: &[u64; N]) -> [usize; N] {
        let tree = &self.0[..];
        let mut nodes = [1; N];
        for _ in 0..tree.len().trailing_zeros() {
            for (node, &key) in nodes.iter_mut().zip(keys) {
                // No node lies outside, which the mask tells the compiler.
                *node = 2 * *node + usize::from(tree[*node & (tree.len() - 1)] < key);
            }
        }
        nodes.map(|node| node - tree.len())
    }
}

/// Fills the tree from a node on with the values that part sorted samples.
fn fill(tree: &mut [u64], node: usize, samples: &[u64]) {
    if node >= tree.len() {
        return;
    }
    let (below, above) = samples.split_at(samples.len() / 2);
    tree[node] = below.last().copied().unwrap_or_default();
    fill(tree, 2 * node, below);
    fill(tree, 2 * node + 1, above);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers from a generator of Marsaglia's (xorshift).
    fn numbers(count: usize) -> Vec<u64> {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let next = |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        (0..count).map(next).collect()
    }

    fn expected(keys: &[u64]) -> Vec<u32> {
        let mut places: Vec<u32> = (0..).take(keys.len()).collect();
        places.sort_by_key(|&place| keys[place as usize]);
        places
    }

    #[test]
    fn few_keys_and_many_come_in_order() {
        for count in [0, 1, 2, 7, BUCKET - 1, 2 * BUCKET + 3, 20 * BUCKET + 5] {
            let keys = numbers(count);
            assert_eq!(places(&keys), expected(&keys), "{count} keys");
        }
    }

    #[test]
    fn equal_keys_stay_in_their_order() {
        for different in [1, 2, 3, 100, 5000] {
            let keys: Vec<u64> = numbers(5 * BUCKET).iter().map(|number| number % different).collect();
            assert_eq!(places(&keys), expected(&keys), "{different} different keys");
        }
    }

    #[test]
    fn keys_that_have_an_order_already_come_in_order() {
        let up: Vec<u64> = (0..).take(4 * BUCKET).collect();
        let down: Vec<u64> = up.iter().rev().copied().collect();
        let saw: Vec<u64> = up.iter().map(|key| key % 1000).collect();
        let ends: Vec<u64> = up.iter().map(|key| if key % 2 == 0 { 0 } else { u64::MAX - key }).collect();
        for keys in [up, down, saw, ends] {
            assert_eq!(places(&keys), expected(&keys));
        }
    }

    #[test]
    fn any_number_of_threads_finds_the_same_order() {
        let keys: Vec<u64> = numbers(9 * BUCKET).iter().map(|number| number % 10_000).collect();
        for threads in 1..5 {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            assert_eq!(pool.install(|| places(&keys)), expected(&keys), "{threads} threads");
        }
    }
}

//! Maps from numbers of our own, such as those of blocks and graphs: no stranger chooses them, so that they need not be
//! hashed as if one did.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// See the module.
pub(crate) type NumberMap<K, V> = HashMap<K, V, BuildHasherDefault<Spread>>;

/// 2^64 over the golden ratio.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Spreads numbers that come one after the other (Fibonacci hashing; Knuth, The Art of Computer Programming, 6.4).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn write_u64(&mut self, number: u64) {
        let product = (self.0.rotate_left(5) ^ number).wrapping_mul(FACTOR);
        // Tables take the lowest bits for the place, and the highest for a first comparison.
        self.0 = product ^ (product >> 32);
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(byte.into());
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::{BuildHasher, BuildHasherDefault};

    use super::*;
    use crate::protocol::{ClientId, RunId};

    #[test]
    fn spreads_numbers_with_any_step_over_the_lowest_and_the_highest_bits() {
        let hash = BuildHasherDefault::<Spread>::default();
        for step in [1, 2, 64, 1000, 1 << 20, 1 << 32, (1 << 33) + 1] {
            let hashes: Vec<u64> = (0..4096_u64).map(|number| hash.hash_one(number * step)).collect();
            let low: HashSet<u64> = hashes.iter().map(|hash| hash % 4096).collect();
            let high: HashSet<u64> = hashes.iter().map(|hash| hash >> 57).collect();
            // By chance alone 63 % of the places would be taken.
            assert!(low.len() > 2000 && high.len() == 128, "step {step}: {} and {}", low.len(), high.len());
        }
    }

    #[test]
    fn tells_pairs_apart() {
        let hash = BuildHasherDefault::<Spread>::default();
        let pairs = (0..64).flat_map(|client| (0..64).map(move |run| RunId(ClientId(client), run)));
        let hashes: HashSet<u64> = pairs.map(|run| hash.hash_one((run, 7_u64))).collect();
        assert_eq!(hashes.len(), 64 * 64);
    }
}

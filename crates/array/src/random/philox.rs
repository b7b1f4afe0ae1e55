//! Philox 4x64 with 10 rounds: a bijection of a counter, so that any number of the sequence costs the same.
//!
//! Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The sequence is that
//! of NumPy's `numpy.random.Philox`, whose first block has the counter 1.

/// Numbers that one counter gives.
const WORDS: u64 = 4;
const ROUNDS: usize = 10;
const MULTIPLIERS: [u64; 2] = [0xD2E7_470E_E14C_6C93, 0xCA5A_8263_9512_1157];
/// The golden ratio and the square root of 3, less 1: added to the key after each round.
const WEYL: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xBB67_AE85_84CA_A73B];

/// A sequence of 2^66 numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Philox {
    key: [u64; 2],
}

impl Philox {
    /// The sequence of a key, given as its low and high halves of 32 bits.
    pub(crate) fn new([a, b, c, d]: [u32; 4]) -> Philox {
        let join = |low, high| u64::from(low) | u64::from(high) << 32;
        Philox { key: [join(a, b), join(c, d)] }
    }

    /// One number of the sequence.
    #[inline(always)]
    pub(crate) fn word(self, position: u64) -> u64 {
        self.block(position / WORDS)[usize::from((position % WORDS) as u8)]
    }

    /// Numbers in a row.
    #[inline(always)]
    pub(crate) fn fill(self, position: u64, out: &mut [u64]) {
        let ahead = (WORDS - position % WORDS) % WORDS;
        let ahead = out.len().min(usize::from(ahead as u8));
        let (head, rest) = out.split_at_mut(ahead);
        for (word, position) in head.iter_mut().zip(position..) {
            *word = self.word(position);
        }
        let first = position.wrapping_add(ahead as u64) / WORDS;
        for (words, number) in rest.chunks_mut(4).zip(0_u64..) {
            let block = self.block(first.wrapping_add(number));
            words.copy_from_slice(&block[..words.len()]);
        }
    }

    /// The numbers of a counter.
    #[inline(always)]
    fn block(self, number: u64) -> [u64; 4] {
        let (low, carried) = number.overflowing_add(1);
        let mut words = [low, u64::from(carried), 0, 0];
        let mut key = self.key;
        for round in 0..ROUNDS {
            if round > 0 {
                key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
            }
            let [(low0, high0), (low1, high1)] =
                [multiply(MULTIPLIERS[0], words[0]), multiply(MULTIPLIERS[1], words[2])];
            words = [high1 ^ words[1] ^ key[0], low1, high0 ^ words[3] ^ key[1], low0];
        }
        words
    }
}

/// The low and the high half of a product.
#[inline(always)]
fn multiply(a: u64, b: u64) -> (u64, u64) {
    let product = u128::from(a) * u128::from(b);
    #[expect(clippy::cast_possible_truncation, reason = "the halves are taken apart")]
    (product as u64, (product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `numpy.random.Philox(key=[1, 2]).random_raw(6)`.
    const NUMPY: [u64; 6] = [
        5_705_853_004_827_290_377,
        6_584_680_345_644_299_050,
        680_768_428_710_196_683,
        17_743_966_978_540_583_234,
        350_372_593_450_749_763,
        7_894_911_970_127_314_984,
    ];

    #[test]
    fn gives_the_sequence_of_numpy() {
        let philox = Philox::new([1, 0, 2, 0]);
        let mut words = [0; 6];
        philox.fill(0, &mut words);
        assert_eq!(words, NUMPY);
    }

    #[test]
    fn gives_any_part_of_the_sequence() {
        let philox = Philox::new([5, 6, 7, 8]);
        let mut whole = [0; 50];
        philox.fill(0, &mut whole);
        for start in 0..10 {
            for length in 0..20 {
                let mut part = vec![0; length];
                philox.fill(start as u64, &mut part);
                assert_eq!(part, whole[start..start + length]);
            }
            assert_eq!(philox.word(start as u64), whole[start]);
        }
    }
}

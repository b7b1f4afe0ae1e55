//! Whole numbers below a bound, all equally likely.
//!
//! Source: Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019).

use super::Draws;

/// A number below `bound`, made of 64 random bits; of `bound` 0, which stands for 2^64, the bits themselves.
#[expect(clippy::cast_possible_truncation, reason = "the halves of a product are taken apart")]
pub(crate) fn below(bits: u64, bound: u64) -> u64 {
    if bound == 0 {
        return bits;
    }
    let mut product = u128::from(bits) * u128::from(bound);
    if (product as u64) < bound {
        // As many of the lowest products as would make some numbers more likely than others are drawn again.
        let refused = bound.wrapping_neg() % bound;
        let mut draws = Draws::from_bits(bits);
        while (product as u64) < refused {
            product = u128::from(draws.bits()) * u128::from(bound);
        }
    }
    (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Philox;

    #[test]
    fn all_numbers_are_equally_likely() {
        let sequence = Philox::new([1, 2, 3, 4]);
        for bound in [1, 2, 7, 10] {
            let mut counts = vec![0_u32; 10];
            for position in 0..70_000 {
                counts[usize::try_from(below(sequence.word(position), bound)).unwrap()] += 1;
            }
            let expected = 70_000.0 / bound as f64;
            for (number, &count) in (0..).zip(&counts) {
                let off = (f64::from(count) - if number < bound { expected } else { 0.0 }).abs();
                assert!(off <= 6.0 * expected.sqrt(), "{number} of {bound}: {count}");
            }
        }
    }

    #[test]
    fn stays_below_large_bounds() {
        let sequence = Philox::new([1, 2, 3, 4]);
        for bound in [u64::MAX, (1 << 63) + 1, 3 << 61] {
            assert!((0..1000).all(|position| below(sequence.word(position), bound) < bound));
        }
        assert_eq!(below(17, 0), 17);
        assert_eq!(below(0, u64::MAX), below(0, u64::MAX));
    }
}

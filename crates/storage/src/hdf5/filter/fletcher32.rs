//! The checksum that HDF5 puts behind a chunk.

use crate::ChunkProblem;

/// Bytes of the checksum.
pub(super) const LENGTH: usize = 4;

/// How many words are summed before the sums are folded.
const WORDS: usize = 360;

/// The bytes before the checksum, if they have this checksum.
pub(super) fn verify(stored: &[u8]) -> Result<&[u8], ChunkProblem> {
    let too_short = ChunkProblem::Length { found: stored.len() as u64, expected: LENGTH as u64 };
    let (payload, checksum) = stored.split_last_chunk::<LENGTH>().ok_or(too_short)?;
    let (found, expected) = (fletcher32(payload), u32::from_le_bytes(*checksum));
    // Libraries before 1.6.3 stored each half with its bytes the other way round.
    let old = found.swap_bytes().rotate_left(16);
    if found != expected && old != expected {
        return Err(ChunkProblem::Checksum { found, expected });
    }
    Ok(payload)
}

/// Puts the checksum of some bytes behind them.
pub(in crate::hdf5) fn append(bytes: &mut Vec<u8>) {
    let checksum = fletcher32(bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
}

/// The library's own variant: sums start at 0, words are big-endian, and a last odd byte is the high half of one.
fn fletcher32(bytes: &[u8]) -> u32 {
    let words = bytes.chunks_exact(2);
    let odd = words.remainder();
    let (mut low, mut high) = (0_u32, 0_u32);
    for block in bytes[..bytes.len() - odd.len()].chunks(2 * WORDS) {
        for word in block.chunks_exact(2) {
            low += u32::from(u16::from_be_bytes([word[0], word[1]]));
            high = high.wrapping_add(low);
        }
        (low, high) = (fold(low), fold(high));
    }
    if let [byte] = odd {
        low += u32::from(*byte) << 8;
        high += low;
        (low, high) = (fold(low), fold(high));
    }
    (fold(high) << 16) | fold(low)
}

fn fold(sum: u32) -> u32 {
    (sum & 0xffff) + (sum >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_both_byte_orders_and_nothing_else() {
        let payload = b"some bytes, an odd number";
        let checksum = fletcher32(payload);
        let stored = |checksum: u32| [payload.as_slice(), &checksum.to_le_bytes()].concat();
        assert_eq!(verify(&stored(checksum)), Ok(payload.as_slice()));
        let [a, b, c, d] = checksum.to_le_bytes();
        assert_eq!(verify(&stored(u32::from_le_bytes([b, a, d, c]))), Ok(payload.as_slice()));
        let expected = checksum ^ 1;
        assert_eq!(verify(&stored(expected)), Err(ChunkProblem::Checksum { found: checksum, expected }));
        assert!(verify(b"abc").is_err());
    }
}

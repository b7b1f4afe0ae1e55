//! LZF, the filter that h5py brings.

use crate::ChunkProblem;

/// A stored byte decodes to at most this many: three bytes say "repeat 264".
pub(super) const MOST_EXPANSION: usize = 88;

const DAMAGED: ChunkProblem = ChunkProblem::Compressed { filter: "lzf" };

/// Decodes LZF data that have as many bytes as there is room.
pub(super) fn decompress(mut stored: &[u8], out: &mut [u8]) -> Result<(), ChunkProblem> {
    let mut done = 0;
    while let Some((&control, rest)) = stored.split_first() {
        let control = usize::from(control);
        if control < 32 {
            let (literal, rest) = rest.split_at_checked(control + 1).ok_or(DAMAGED)?;
            out.get_mut(done..done + literal.len()).ok_or(DAMAGED)?.copy_from_slice(literal);
            done += literal.len();
            stored = rest;
        } else {
            let (extra, rest) = if control >> 5 == 7 { next(rest)? } else { (0, rest) };
            let (low, rest) = next(rest)?;
            let length = (control >> 5) + extra + 2;
            let from = done.checked_sub(((control & 31) << 8) + low + 1).ok_or(DAMAGED)?;
            repeat(out, from, done, length)?;
            done += length;
            stored = rest;
        }
    }
    if done == out.len() {
        return Ok(());
    }
    Err(ChunkProblem::Length { found: done as u64, expected: out.len() as u64 })
}

fn next(stored: &[u8]) -> Result<(usize, &[u8]), ChunkProblem> {
    let (&byte, rest) = stored.split_first().ok_or(DAMAGED)?;
    Ok((usize::from(byte), rest))
}

/// Copies what stands at `from` to `to`; where both overlap, the copy repeats itself.
fn repeat(out: &mut [u8], from: usize, to: usize, length: usize) -> Result<(), ChunkProblem> {
    let out = out.get_mut(..to + length).ok_or(DAMAGED)?;
    if from + length <= to {
        out.copy_within(from..from + length, to);
    } else {
        for position in 0..length {
            out[to + position] = out[from + position];
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_literals_and_overlapping_repeats() {
        let mut out = [0; 9];
        decompress(&[1, b'a', b'b', 5 << 5, 1], &mut out).unwrap();
        assert_eq!(&out, b"ababababa");
    }

    #[test]
    fn refuses_what_reaches_behind_the_beginning_or_the_end() {
        assert_eq!(decompress(&[0, b'a', 1 << 5, 1], &mut [0; 4]), Err(DAMAGED));
        assert_eq!(decompress(&[7, b'a'], &mut [0; 8]), Err(DAMAGED));
        assert_eq!(decompress(&[0, b'a', 7 << 5], &mut [0; 8]), Err(DAMAGED));
        let short = ChunkProblem::Length { found: 1, expected: 2 };
        assert_eq!(decompress(&[0, b'a'], &mut [0; 2]), Err(short));
    }
}

//! Shuffle: all first bytes of the elements, then all second bytes, and so on, so that similar bytes stand together.

use crate::scratch::Scratch;

/// A chunk that is still shuffled: one *plane* of bytes for each byte of an element.
#[derive(Debug)]
pub(crate) struct Shuffled {
    bytes: Scratch,
    size: usize,
}

impl Shuffled {
    /// Elements of `size` bytes: 2, 4 or 8.
    pub(crate) fn new(bytes: Scratch, size: usize) -> Shuffled {
        Shuffled { bytes, size }
    }

    /// Writes the elements at `offset, offset + step, …` to `out`, which says how many there are; with their
    /// bytes in the opposite order if `swapped`.
    ///
    /// # Panics
    /// When an element lies outside the chunk.
    pub(crate) fn gather(&self, offset: usize, step: isize, swapped: bool, out: &mut [u8]) {
        match self.size {
            2 => self.gather_sized::<2>(offset, step, swapped, out),
            4 => self.gather_sized::<4>(offset, step, swapped, out),
            _ => self.gather_sized::<8>(offset, step, swapped, out),
        }
    }

    fn gather_sized<const N: usize>(&self, offset: usize, step: isize, swapped: bool, out: &mut [u8]) {
        let bytes = self.bytes.bytes();
        let length = bytes.len() / N;
        let planes: [&[u8]; N] = std::array::from_fn(|byte| {
            let plane = if swapped { N - 1 - byte } else { byte };
            &bytes[plane * length..][..length]
        });
        if step == 1 {
            interleave(planes.map(|plane| &plane[offset..][..out.len() / N]), out);
            return;
        }
        let mut position = offset;
        for element in out.chunks_exact_mut(N) {
            for (byte, plane) in element.iter_mut().zip(planes) {
                *byte = plane[position];
            }
            position = position.wrapping_add_signed(step);
        }
    }
}

/// Undoes the shuffle of a whole chunk. Bytes behind the last whole element were not shuffled.
pub(crate) fn unshuffle(stored: &[u8], size: usize, out: &mut [u8]) {
    let length = stored.len() / size;
    let (planes, rest) = stored.split_at(length * size);
    let (elements, out_rest) = out.split_at_mut(length * size);
    out_rest.copy_from_slice(rest);
    match size {
        2 => unshuffle_sized::<2>(planes, elements),
        4 => unshuffle_sized::<4>(planes, elements),
        8 => unshuffle_sized::<8>(planes, elements),
        _ => {
            for (position, byte) in planes.iter().enumerate() {
                elements[position % length * size + position / length] = *byte;
            }
        }
    }
}

fn unshuffle_sized<const N: usize>(stored: &[u8], out: &mut [u8]) {
    let length = stored.len() / N;
    interleave::<N>(std::array::from_fn(|plane| &stored[plane * length..][..length]), out);
}

/// Shuffles elements of `size` bytes. Bytes behind the last whole element stay where they are.
pub(crate) fn shuffle(elements: &[u8], size: usize, out: &mut [u8]) {
    let length = elements.len() / size;
    let (elements, rest) = elements.split_at(length * size);
    let (planes, out_rest) = out.split_at_mut(length * size);
    out_rest.copy_from_slice(rest);
    for (plane, out) in planes.chunks_exact_mut(length.max(1)).enumerate() {
        for (byte, element) in out.iter_mut().zip(elements.chunks_exact(size)) {
            *byte = element[plane];
        }
    }
}

/// Writes the first bytes of all planes, then their second bytes, and so on.
fn interleave<const N: usize>(planes: [&[u8]; N], out: &mut [u8]) {
    let done = interleave_lanes(planes, out);
    let planes = planes.map(|plane| &plane[done..]);
    for (position, element) in out[done * N..].chunks_exact_mut(N).enumerate() {
        for (byte, plane) in element.iter_mut().zip(planes) {
            *byte = plane[position];
        }
    }
}

/// Bytes of a vector register.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
const LANES: usize = 16;

/// Interleaves as many whole registers as there are, and answers how many bytes of each plane that were.
///
/// Each round zips register k with register k + N / 2; after log2(N) rounds the bytes are in order. Written with
/// the instruction itself, for compilers do not find it: this is eight times as fast as the plain loop.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn interleave_lanes<const N: usize>(planes: [&[u8]; N], out: &mut [u8]) -> usize {
    let mut done = 0;
    for out in out.chunks_exact_mut(N * LANES) {
        let mut registers = planes.map(|plane| lanes::load(&plane[done..]));
        for _ in 0..N.ilog2() {
            let zipped = registers;
            for pair in 0..N / 2 {
                [registers[2 * pair], registers[2 * pair + 1]] =
                    lanes::zip(zipped[pair], zipped[pair + N / 2]);
            }
        }
        for (register, out) in registers.into_iter().zip(out.chunks_exact_mut(LANES)) {
            lanes::store(register, out);
        }
        done += LANES;
    }
    done
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn interleave_lanes<const N: usize>(_planes: [&[u8]; N], _out: &mut [u8]) -> usize {
    0
}

/// The instructions of x86-64.
#[cfg(target_arch = "x86_64")]
mod lanes {
    use std::arch::x86_64::{__m128i, _mm_unpackhi_epi8, _mm_unpacklo_epi8};

    use super::LANES;

    pub(super) fn load(bytes: &[u8]) -> __m128i {
        bytemuck::pod_read_unaligned(&bytes[..LANES])
    }

    pub(super) fn store(register: __m128i, out: &mut [u8]) {
        out.copy_from_slice(bytemuck::bytes_of(&register));
    }

    pub(super) fn zip(a: __m128i, b: __m128i) -> [__m128i; 2] {
        // SAFETY: every x86-64 has SSE2.
        unsafe { [_mm_unpacklo_epi8(a, b), _mm_unpackhi_epi8(a, b)] }
    }
}

/// The instructions of 64-bit ARM.
#[cfg(target_arch = "aarch64")]
mod lanes {
    use std::arch::aarch64::{uint8x16_t, vzip1q_u8, vzip2q_u8};

    use super::LANES;

    pub(super) fn load(bytes: &[u8]) -> uint8x16_t {
        bytemuck::pod_read_unaligned(&bytes[..LANES])
    }

    pub(super) fn store(register: uint8x16_t, out: &mut [u8]) {
        out.copy_from_slice(bytemuck::bytes_of(&register));
    }

    pub(super) fn zip(a: uint8x16_t, b: uint8x16_t) -> [uint8x16_t; 2] {
        // SAFETY: every 64-bit ARM has NEON.
        unsafe { [vzip1q_u8(a, b), vzip2q_u8(a, b)] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn undoes_itself(bytes in prop::collection::vec(any::<u8>(), 0..1200), size in 1usize..12) {
            let whole = bytes.len() / size * size;
            let mut shuffled = bytes.clone();
            if whole > 0 {
                shuffle(&bytes[..whole], size, &mut shuffled[..whole]);
            }
            let mut out = vec![0; bytes.len()];
            unshuffle(&shuffled, size, &mut out);
            prop_assert_eq!(out, bytes);
        }

        #[test]
        fn gathers_what_the_whole_chunk_has(
            elements in prop::collection::vec(any::<u64>(), 1..200),
            size in prop_oneof![Just(2usize), Just(4), Just(8)],
            step in prop_oneof![Just(1isize), Just(3), Just(-1)],
            swapped: bool,
        ) {
            let bytes: Vec<u8> = elements.iter().flat_map(|element| element.to_le_bytes()).collect();
            let length = bytes.len() / size;
            let mut scratch = Scratch::take(bytes.len()).unwrap();
            shuffle(&bytes, size, scratch.bytes_mut());
            let shuffled = Shuffled::new(scratch, size);
            let offset = if step < 0 { length - 1 } else { 0 };
            let count = if step.abs() == 1 { length } else { length.div_ceil(3) };
            let mut out = vec![0; count * size];
            shuffled.gather(offset, step, swapped, &mut out);
            for (index, element) in out.chunks_exact_mut(size).enumerate() {
                if swapped {
                    element.reverse();
                }
                let position = offset.wrapping_add_signed(step * index.cast_signed());
                prop_assert_eq!(&*element, &bytes[position * size..][..size]);
            }
        }
    }
}

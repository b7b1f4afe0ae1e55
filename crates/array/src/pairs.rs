//! Complex numbers: their real parts and their imaginary ones, one behind the other.

use bytemuck::Pod;

use crate::simd::{self, Loop};

/// Real and imaginary parts in turns. They have `size` bytes each, 4 or 8.
pub(crate) fn interleave(size: usize, re: &[u8], im: &[u8], out: &mut [u8]) {
    match size {
        4 => interleave_words::<u32>(re, im, out),
        _ => interleave_words::<u64>(re, im, out),
    }
}

fn interleave_words<W: Pod>(re: &[u8], im: &[u8], out: &mut [u8]) {
    let [re, im] = [re, im].map(bytemuck::cast_slice::<u8, W>);
    simd::run(Interleave { re, im, out: bytemuck::cast_slice_mut(out) });
}

struct Interleave<'a, W> {
    re: &'a [W],
    im: &'a [W],
    out: &'a mut [[W; 2]],
}

impl<W: Pod> Loop for Interleave<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for ((out, &re), &im) in self.out.iter_mut().zip(self.re).zip(self.im) {
            *out = [re, im];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_take_turns() {
        let (re, im) = ([1.0_f64, 3.0, 5.0], [2.0_f64, 4.0, 6.0]);
        let mut pairs = [0.0_f64; 6];
        let out = bytemuck::cast_slice_mut(&mut pairs);
        interleave(8, bytemuck::cast_slice(&re), bytemuck::cast_slice(&im), out);
        assert_eq!(pairs, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let (re, im) = ([1.0_f32, 3.0], [2.0_f32, 4.0]);
        let mut pairs = [0.0_f32; 4];
        let out = bytemuck::cast_slice_mut(&mut pairs);
        interleave(4, bytemuck::cast_slice(&re), bytemuck::cast_slice(&im), out);
        assert_eq!(pairs, [1.0, 2.0, 3.0, 4.0]);
    }
}

//! Merges the states of neighbouring blocks.

use super::method::Monoid;
use crate::{AlignedBuffer, ArrayError};

/// Accumulators that are merged at a time: few enough to keep a whole tree of them on the stack.
const STRIP: usize = 64;

/// Merges parts as a balanced tree: the first half (the longer one) with the rest, each merged likewise.
pub(super) fn by_halves<M: Monoid>(parts: &[&[u8]]) -> Result<AlignedBuffer, ArrayError> {
    let parts: Vec<&[M::Acc]> = parts.iter().map(|part| bytemuck::cast_slice(part)).collect();
    let mut merged = AlignedBuffer::zeroed(size_of_val(parts[0]))?;
    for (strip, out) in merged.as_mut_slice().chunks_mut(STRIP).enumerate() {
        halves::<M>(&parts, strip * STRIP, out);
    }
    Ok(merged)
}

/// Merges the accumulators of all parts that stand at `first` and behind, as many as `out` takes.
fn halves<M: Monoid>(parts: &[&[M::Acc]], first: usize, out: &mut [M::Acc]) {
    if let [part] = parts {
        out.copy_from_slice(&part[first..first + out.len()]);
        return;
    }
    let (front, back) = parts.split_at(parts.len().div_ceil(2));
    let mut newer = [M::IDENTITY; STRIP];
    let newer = &mut newer[..out.len()];
    halves::<M>(front, first, out);
    halves::<M>(back, first, newer);
    for (older, &newer) in out.iter_mut().zip(&*newer) {
        *older = M::merge(*older, newer);
    }
}

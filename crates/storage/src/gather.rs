//! Copies evenly spaced elements next to each other.

use bytemuck::Pod;

/// Copies the elements at `offset, offset + step, …` of `from` to `out`, which says how many there are. Elements have
/// `size` bytes: 1, 2, 4 or 8.
///
/// # Panics
/// When an element lies outside `from`.
pub(crate) fn gather(from: &[u8], offset: usize, step: isize, size: usize, out: &mut [u8]) {
    if step == 1 {
        out.copy_from_slice(&from[offset * size..][..out.len()]);
        return;
    }
    match size {
        1 => gather_words::<[u8; 1]>(from, offset, step, out),
        2 => gather_words::<[u8; 2]>(from, offset, step, out),
        4 => gather_words::<[u8; 4]>(from, offset, step, out),
        _ => gather_words::<[u8; 8]>(from, offset, step, out),
    }
}

fn gather_words<W: Pod>(from: &[u8], offset: usize, step: isize, out: &mut [u8]) {
    let whole = from.len() - from.len() % size_of::<W>();
    let from: &[W] = bytemuck::cast_slice(&from[..whole]);
    let out = bytemuck::cast_slice_mut::<_, W>(out);
    if step == 2 {
        return every_second(&from[offset..], out);
    }
    let mut position = offset;
    for word in out {
        *word = from[position];
        position = position.wrapping_add_signed(step);
    }
}

/// One part of pairs, of which the last may lack its second element: a loop that becomes vector code.
fn every_second<W: Pod>(from: &[W], out: &mut [W]) {
    let (pairs, rest) = from.as_chunks::<2>();
    let (whole, last) = out.split_at_mut(out.len().min(pairs.len()));
    for (word, &[first, _]) in whole.iter_mut().zip(pairs) {
        *word = first;
    }
    last.copy_from_slice(&rest[..last.len()]);
}

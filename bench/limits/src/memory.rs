//! Memory: how fast it is read and how fast the system gives it out.

use std::{hint::black_box, mem::MaybeUninit, sync::Mutex};

use crate::cores::{cores, share_out};

/// Elements that a thread takes at once.
const PIECE: usize = 1 << 17;

/// An `f64` at any address.
pub(crate) type Element = [u8; 8];

/// The sum of some elements, added up by some threads.
pub(crate) fn sum_on(threads: usize, elements: &[Element]) -> f64 {
    let pieces: Vec<&[Element]> = elements.chunks(PIECE).collect();
    let sums =
        share_out(threads, pieces.len(), |numbers| numbers.map(|number| sum(pieces[number])).sum::<f64>());
    sums.iter().sum()
}

/// The sum of some elements; 32 of them at a time, so that no addition waits for the one before.
pub(crate) fn sum(elements: &[Element]) -> f64 {
    let (blocks, rest) = elements.as_chunks::<32>();
    let mut lanes = [0.0; 32];
    for block in blocks {
        for (lane, &element) in lanes.iter_mut().zip(block) {
            *lane += f64::from_ne_bytes(element);
        }
    }
    lanes.into_iter().chain(rest.iter().map(|&element| f64::from_ne_bytes(element))).sum()
}

/// Copies memory, and the copy, as whoever goes to a thread that must not write to the original and comes back.
pub(crate) fn copy_twice(original: &[u8]) {
    let there = black_box(original.to_vec());
    black_box(there.clone());
}

/// Takes memory from the system and writes to all of it, on all cores.
pub(crate) fn touch(bytes: usize) {
    let mut memory: Vec<u8> = Vec::with_capacity(bytes);
    let pieces = Mutex::new(memory.spare_capacity_mut().chunks_mut(PIECE * size_of::<Element>()));
    let next = || pieces.lock().expect("no other thread panics").next();
    share_out(cores(), cores(), |_| {
        while let Some(piece) = next() {
            piece.fill(MaybeUninit::new(1));
        }
    });
    black_box(&mut memory);
}

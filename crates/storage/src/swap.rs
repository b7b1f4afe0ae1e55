//! Puts elements as the file has them in order.

use bramble_array::Chunk;
use bramble_graph::DType;

use crate::{StorageError, element::Element};

/// Makes elements of the file's byte order elements of this machine's memory.
pub(crate) fn to_memory(element: Element, bytes: &mut [u8]) {
    if is_foreign(element) {
        swap(element.dtype.size(), bytes);
    }
    normalise(element.dtype, bytes);
}

/// Elements of this machine's memory as the file has them.
pub(crate) fn to_store(element: Element, chunk: &Chunk) -> Result<Chunk, StorageError> {
    if !is_foreign(element) {
        return Ok(chunk.clone());
    }
    let failed = |error: bramble_array::ArrayError| StorageError::Region { problem: error.to_string() };
    let mut stored = chunk.unshared().map_err(failed)?;
    if let Some(bytes) = stored.bytes_mut() {
        swap(element.dtype.size(), bytes);
    }
    Ok(stored)
}

/// Whether the file has the bytes of an element in the opposite order.
pub(crate) fn is_foreign(element: Element) -> bool {
    element.big_endian != cfg!(target_endian = "big")
}

/// Repeats an element that was never written.
pub(crate) fn fill(out: &mut [u8], element: &[u8]) {
    for out in out.chunks_exact_mut(element.len()) {
        out.copy_from_slice(element);
    }
}

/// Makes every true 1: a byte of a file may hold anything.
pub(crate) fn normalise(dtype: DType, bytes: &mut [u8]) {
    if dtype == DType::Bool {
        for byte in bytes {
            *byte = u8::from(*byte != 0);
        }
    }
}

fn swap(size: usize, bytes: &mut [u8]) {
    match size {
        2 => swap_sized::<2>(bytes),
        4 => swap_sized::<4>(bytes),
        8 => swap_sized::<8>(bytes),
        _ => {}
    }
}

fn swap_sized<const N: usize>(bytes: &mut [u8]) {
    for element in bytes.as_chunks_mut::<N>().0 {
        element.reverse();
    }
}

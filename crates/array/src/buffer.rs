//! Memory for elements.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::NonNull;

use bytemuck::Pod;

use crate::{ArrayError, huge_pages};

/// Alignment of every buffer: a cache line, which is also enough for any vector unit.
pub const ALIGNMENT: usize = 64;

/// What the allocator is asked for. It zeroes lazily (fresh pages come zeroed from the system) only for
/// small alignments, so the buffer aligns itself within a slightly longer allocation.
const BASE_ALIGNMENT: usize = 8;

/// Bytes on the heap whose first one lies on a multiple of [`ALIGNMENT`].
///
/// The bytes do not move when the buffer does, so the node layer may hand [`AlignedBuffer::as_mut_ptr`] to
/// JavaScript and keep the buffer until the finaliser has run.
pub struct AlignedBuffer {
    /// `None` for a buffer of no bytes, which owns no memory.
    base: Option<NonNull<u8>>,
    /// Distance from `base` to the first byte.
    offset: usize,
    length: usize,
}

// SAFETY: the buffer owns its bytes alone, as a `Box<[u8]>` does.
unsafe impl Send for AlignedBuffer {}
// SAFETY: a shared reference gives shared access to plain bytes only.
unsafe impl Sync for AlignedBuffer {}

impl AlignedBuffer {
    /// A buffer of no bytes.
    pub fn empty() -> AlignedBuffer {
        AlignedBuffer { base: None, offset: 0, length: 0 }
    }

    /// A buffer of `length` zero bytes.
    ///
    /// # Errors
    /// [`ArrayError::OutOfMemory`] when the allocator refuses.
    pub fn zeroed(length: usize) -> Result<AlignedBuffer, ArrayError> {
        if length == 0 {
            return Ok(AlignedBuffer::empty());
        }
        let refused = || ArrayError::OutOfMemory { bytes: length };
        let layout = allocation(length).ok_or_else(refused)?;
        // SAFETY: the layout's size is not zero.
        let base = NonNull::new(unsafe { alloc_zeroed(layout) }).ok_or_else(refused)?;
        huge_pages::ask(base, layout.size());
        Ok(AlignedBuffer { base: Some(base), offset: base.align_offset(ALIGNMENT), length })
    }

    /// A buffer of `count` elements, all equal to `value`.
    ///
    /// # Errors
    /// [`ArrayError::OutOfMemory`] when the allocator refuses.
    pub fn filled<T: Pod>(count: usize, value: T) -> Result<AlignedBuffer, ArrayError> {
        let bytes = count.checked_mul(size_of::<T>()).ok_or(ArrayError::OutOfMemory { bytes: usize::MAX })?;
        let mut buffer = AlignedBuffer::zeroed(bytes)?;
        buffer.as_mut_slice().fill(value);
        Ok(buffer)
    }

    /// A copy of these elements.
    ///
    /// # Errors
    /// [`ArrayError::OutOfMemory`] when the allocator refuses.
    pub fn copy_of<T: Pod>(elements: &[T]) -> Result<AlignedBuffer, ArrayError> {
        let mut buffer = AlignedBuffer::zeroed(size_of_val(elements))?;
        buffer.as_mut_slice().copy_from_slice(elements);
        Ok(buffer)
    }

    /// All bytes as elements. `T` is at most 64 bytes aligned and divides the length.
    ///
    /// # Panics
    /// When the length is no multiple of the size of `T`.
    pub fn as_slice<T: Pod>(&self) -> &[T] {
        bytemuck::cast_slice(self)
    }

    /// All bytes as elements, to write to.
    ///
    /// # Panics
    /// When the length is no multiple of the size of `T`.
    pub fn as_mut_slice<T: Pod>(&mut self) -> &mut [T] {
        bytemuck::cast_slice_mut(self)
    }

    /// Address of the first byte, valid as long as the buffer lives, wherever it moves.
    pub fn as_mut_ptr(&mut self) -> *mut u8 {
        self.start().as_ptr()
    }

    fn start(&self) -> NonNull<u8> {
        match self.base {
            // SAFETY: `offset` stays within the allocation, which is longer than the bytes by one alignment.
            Some(base) => unsafe { base.add(self.offset) },
            None => NonNull::<Aligned>::dangling().cast(),
        }
    }
}

/// Stands for an address at which every element type is aligned.
#[repr(align(64))]
struct Aligned;

/// The bytes and the room to align them.
fn allocation(length: usize) -> Option<Layout> {
    Layout::from_size_align(length.checked_add(ALIGNMENT - BASE_ALIGNMENT)?, BASE_ALIGNMENT).ok()
}

impl Drop for AlignedBuffer {
    fn drop(&mut self) {
        if let (Some(base), Some(layout)) = (self.base, allocation(self.length)) {
            // SAFETY: `base` was allocated with this very layout, and nobody else frees it.
            unsafe { dealloc(base.as_ptr(), layout) }
        }
    }
}

impl std::ops::Deref for AlignedBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: `start` is valid for `length` initialised bytes that live as long as the buffer.
        unsafe { std::slice::from_raw_parts(self.start().as_ptr(), self.length) }
    }
}

impl std::ops::DerefMut for AlignedBuffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and the buffer is borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.start().as_ptr(), self.length) }
    }
}

impl Default for AlignedBuffer {
    /// The buffer of no bytes.
    fn default() -> AlignedBuffer {
        AlignedBuffer { base: None, offset: 0, length: 0 }
    }
}

impl std::fmt::Debug for AlignedBuffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AlignedBuffer({} bytes)", self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_on_a_cache_line_and_holds_zeros() {
        for length in [0, 1, 7, 64, 1000, 1 << 20] {
            let mut buffer = AlignedBuffer::zeroed(length).unwrap();
            assert_eq!(buffer.as_mut_ptr() as usize % ALIGNMENT, 0);
            assert_eq!(buffer.len(), length);
            assert!(buffer.iter().all(|&byte| byte == 0));
            buffer.fill(255);
        }
    }

    #[test]
    fn keeps_its_bytes_in_place_when_it_moves() {
        let mut buffer = AlignedBuffer::copy_of(&[1.5_f64, 2.5]).unwrap();
        let address = buffer.as_mut_ptr();
        let mut boxed = Box::new(buffer);
        assert_eq!(boxed.as_mut_ptr(), address);
        assert_eq!(boxed.as_slice::<f64>(), [1.5, 2.5]);
    }

    #[test]
    fn reports_what_cannot_be_allocated() {
        for length in [usize::MAX, usize::MAX / 2 + 1] {
            assert!(matches!(
                AlignedBuffer::zeroed(length),
                Err(ArrayError::OutOfMemory { bytes }) if bytes == length
            ));
        }
        // A 32-bit system may give one such buffer, but it has no addresses for four.
        let quarter = isize::MAX as usize / 2;
        let buffers: Result<Vec<_>, _> = (0..4).map(|_| AlignedBuffer::zeroed(quarter)).collect();
        assert!(matches!(buffers, Err(ArrayError::OutOfMemory { bytes }) if bytes == quarter));
    }
}

//! Asks for memory that will be read soon, so that it comes while something else is computed. What the CPU finds out by itself ends with
//! each page, and where little is read of each row it begins anew with each of them.

use bytemuck::NoUninit;

/// Bytes that are fetched together; where lines are shorter, every other one is.
pub(super) const LINE: usize = 64;

/// Asks for the memory around a byte, as far as the second-level cache.
#[inline(always)]
pub(super) fn fetch(byte: &u8) {
    let place = std::ptr::from_ref(byte);
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint, which changes nothing but caches; every x64 CPU has it.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T1>(place.cast());
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above; it is part of all of the architecture's versions.
    unsafe {
        std::arch::asm!("prfm pldl2keep, [{}]", in(reg) place, options(nostack, preserves_flags, readonly));
    }
    #[cfg(target_arch = "arm")]
    // SAFETY: as above; it is part of ARMv7, and of all versions since the fifth.
    unsafe {
        std::arch::asm!("pld [{}]", in(reg) place, options(nostack, preserves_flags, readonly));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "arm")))]
    let _ = place;
}

/// Asks for the memory of some elements.
#[inline(always)]
pub(crate) fn fetch_all<T: NoUninit>(elements: &[T]) {
    for line in bytemuck::cast_slice::<T, u8>(elements).chunks(LINE) {
        fetch(&line[0]);
    }
}

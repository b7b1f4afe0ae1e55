//! Fewer, larger pages for large buffers. Most of what writing to fresh memory costs is the system's work for each
//! page, so a buffer in pages of 2 MiB is filled several times as fast. NumPy asks for the same from 4 MiB on.

use std::ptr::NonNull;

/// Smallest allocation for which it is worth the call.
const WORTH_IT: usize = 4 << 20;

/// Says of an allocation that nobody has written to that it may be backed by huge pages.
#[cfg(target_os = "linux")]
pub(crate) fn ask(base: NonNull<u8>, length: usize) {
    if length < WORTH_IT {
        return;
    }
    // The allocator's own words stand before the first whole page.
    let page = page_size();
    let skipped = base.as_ptr().align_offset(page);
    let whole = length.saturating_sub(skipped) / page * page;
    // SAFETY: the range lies within an allocation of ours, and the advice changes no byte of it. What it returns
    // does not matter: a kernel without huge pages refuses, and then the buffer has small ones.
    let _ = unsafe { libc::madvise(base.as_ptr().add(skipped).cast(), whole, libc::MADV_HUGEPAGE) };
}

/// Elsewhere the system decides alone.
#[cfg(not(target_os = "linux"))]
pub(crate) fn ask(_: NonNull<u8>, _: usize) {}

#[cfg(target_os = "linux")]
fn page_size() -> usize {
    // SAFETY: asks for a number that never changes. Pis have pages of 4 or of 16 KiB.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(1 << 16)
}

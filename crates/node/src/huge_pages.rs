//! The allocator of all that is Rust here, Polars included: the system's, which is asked for huge pages where much is wanted.
//!
//! Most of what writing to fresh memory costs is the system's work for each page. The rows of a query are written to fresh
//! memory again and again: read, sorted, encoded, handed over. `crates/array` asks for its own buffers, from 4 MiB on and in
//! every program; here it is what is large beside all else of a process, so that pages which nobody fills are few.

use std::alloc::{GlobalAlloc, Layout, System};

/// Smallest allocation for which it is asked.
#[cfg(target_os = "linux")]
const WORTH_IT: usize = 16 << 20;
/// A multiple of the size of a page, wherever Linux runs.
#[cfg(target_os = "linux")]
const PAGES: usize = 64 << 10;

#[global_allocator]
static ALLOCATOR: HugePages = HugePages;

struct HugePages;

// SAFETY: all memory is the system allocator's, and its rules are passed on.
unsafe impl GlobalAlloc for HugePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps to the rules.
        ask(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps to the rules.
        ask(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps to the rules.
        unsafe { System.dealloc(start, layout) }
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps to the rules.
        ask(unsafe { System.realloc(start, layout, size) }, size)
    }
}

/// Says of an allocation that it may be backed by huge pages, and gives it back.
#[cfg(target_os = "linux")]
fn ask(start: *mut u8, length: usize) -> *mut u8 {
    if length >= WORTH_IT && !start.is_null() {
        let skipped = start.align_offset(PAGES);
        let whole = (length - skipped) / PAGES * PAGES;
        // SAFETY: the range lies within the allocation, and the advice changes no byte of it. What it returns does not
        // matter: a kernel without huge pages refuses, and then there are small ones.
        let _ = unsafe { libc::madvise(start.add(skipped).cast(), whole, libc::MADV_HUGEPAGE) };
    }
    start
}

/// Elsewhere the system decides alone.
#[cfg(not(target_os = "linux"))]
fn ask(start: *mut u8, _: usize) -> *mut u8 {
    start
}

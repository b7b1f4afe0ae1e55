//! Memory of the pieces of a query whose rows wait in files.

use std::sync::Mutex;

/// Blocks of memory from which on each is mapped by itself, and given back as soon as it is free.
const MAPPED_FROM: i32 = 256 << 10;
/// The most that glibc lets this grow to by itself, where nobody said a number.
const MOST: i32 = if cfg!(target_pointer_width = "64") { 32 << 20 } else { 512 << 10 };

/// How many are there.
static COUNT: Mutex<u32> = Mutex::new(0);

/// For as long as it is there, memory that is free goes back to the system at once. glibc has an area for each thread
/// instead, where what was freed stays, as large as the largest pieces that the thread ever had: of Polars' threads,
/// together several times what a query needs. Mapping costs time, so that other work does without.
pub(crate) struct Frugal(());

impl Frugal {
    pub(crate) fn new() -> Frugal {
        let mut count = COUNT.lock().expect("nobody fails with it");
        *count += 1;
        map_from(MAPPED_FROM);
        Frugal(())
    }
}

impl Drop for Frugal {
    fn drop(&mut self) {
        let mut count = COUNT.lock().expect("nobody fails with it");
        *count -= 1;
        bramble_runtime::give_back();
        if *count == 0 {
            map_from(MOST);
        }
    }
}

#[cfg(target_env = "gnu")]
fn map_from(bytes: i32) {
    // SAFETY: the call takes no pointer, may come from any thread, and changes nothing that is allocated.
    unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, bytes) };
}

/// Other allocators have no such number.
#[cfg(not(target_env = "gnu"))]
fn map_from(_: i32) {}

//! Rayon pools, one for each number of threads that was asked for, kept for the life of the process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::RunError;

/// Threads of the machine's own pool: as many as it has cores for this process.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// A pool of at least `threads` threads. Computations at the same time share it.
pub(crate) fn pool(threads: usize) -> Result<Arc<ThreadPool>, RunError> {
    static POOLS: OnceLock<Mutex<HashMap<usize, Arc<ThreadPool>>>> = OnceLock::new();
    let threads = threads.max(cores());
    let mut pools = POOLS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pool) = pools.get(&threads) {
        return Ok(Arc::clone(pool));
    }
    let built =
        ThreadPoolBuilder::new().num_threads(threads).thread_name(|index| format!("bramble-{index}")).build();
    let pool = Arc::new(built.map_err(|source| RunError::Threads { threads, source })?);
    pools.insert(threads, Arc::clone(&pool));
    Ok(pool)
}

//! Work on every core.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// Cores that this process may use.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Numbers that several threads take from, each number once.
pub(crate) struct Numbers<'next> {
    next: &'next AtomicUsize,
    end: usize,
}

impl Iterator for Numbers<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        Some(self.next.fetch_add(1, Ordering::Relaxed)).filter(|&number| number < self.end)
    }
}

/// Calls `work` in some threads at once; together they get the numbers below `end`.
pub(crate) fn share_out<T: Send>(
    threads: usize,
    end: usize,
    work: impl Fn(Numbers<'_>) -> T + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let run = || work(Numbers { next: &next, end });
    thread::scope(|scope| {
        // The calling thread is one of them.
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut results = vec![run()];
        results.extend(others.into_iter().map(|other| other.join().expect("the work does not panic")));
        results
    })
}

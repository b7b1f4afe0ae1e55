//! Sleeping.

use std::thread;
use std::time::Duration;

use crate::cores::cores;

/// Naps that the threads of all cores share.
pub(crate) struct Naps {
    /// How many there are.
    pub(crate) count: usize,
    /// How long each takes at least.
    pub(crate) each: Duration,
}

impl Naps {
    /// Takes all of them.
    pub(crate) fn sleep(&self) {
        let cores = cores();
        thread::scope(|scope| {
            for core in 0..cores {
                scope.spawn(move || (core..self.count).step_by(cores).for_each(|_| thread::sleep(self.each)));
            }
        });
    }
}

//! The least that a scheduler can do for a task.

use std::sync::atomic::{AtomicUsize, Ordering};

use crossbeam_deque::Worker;

use crate::cores::{cores, share_out};

/// Tasks that stand on a deque at the same time.
const BATCH: usize = 64;

/// Puts tasks on a deque for each core, takes them off, and counts them down in a number that all cores share.
pub(crate) fn run(count: usize) {
    let waiting = AtomicUsize::new(count);
    share_out(cores(), count.div_ceil(BATCH), |batches| {
        let deque = Worker::new_lifo();
        for batch in batches {
            let first = batch * BATCH;
            (first..count.min(first + BATCH)).for_each(|task| deque.push(task));
            while deque.pop().is_some() {
                waiting.fetch_sub(1, Ordering::AcqRel);
            }
        }
    });
}

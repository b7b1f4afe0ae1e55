//! How long tasks take, as those that ended say.

/// What one task counts as at most: so many times what is known, or so many microseconds.
///
/// Where more threads want to run than there are cores, one is put aside for milliseconds in the middle of a task of a
/// microsecond. Taken at its word, that one task would make all that follow look long, and they would be handed out by
/// the dozen: more words, and more threads that want to run.
const MOST_TIMES: u64 = 2;
const ALWAYS: u64 = 16;

/// What is known once a task has taken so many microseconds, of which it makes up one part in so many: a moving average that
/// follows what most tasks take, since one counts at most twice what is known. Tasks that do take longer from some point on
/// are known for it after some dozens of them. It is rounded down, so that a few microseconds are not told from none.
pub(crate) fn learn(known: u64, micros: u64, parts: u64) -> u64 {
    let counted = micros.min(known.saturating_mul(MOST_TIMES).max(ALWAYS));
    (known.saturating_mul(parts - 1).saturating_add(counted)) / parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many tasks of so many microseconds it takes until that is nearly known.
    fn tasks_until_known(known: u64, micros: u64) -> usize {
        let is_near = |known: &u64| known.abs_diff(micros) <= micros / 4 + 8;
        let learnt = std::iter::successors(Some(known), |&known| Some(learn(known, micros, 8)));
        learnt.take(1000).position(|known| is_near(&known)).unwrap()
    }

    #[test]
    fn a_tenth_of_tasks_that_were_put_aside_makes_others_look_little_longer() {
        let known =
            (0..10_000).fold(100, |known, task| learn(known, if task % 10 == 0 { 4000 } else { 100 }, 8));
        assert!((90..=130).contains(&known), "{known}");
    }

    #[test]
    fn tasks_that_do_take_longer_or_less_are_soon_known_for_it() {
        assert!(tasks_until_known(0, 100) < 60);
        assert!(tasks_until_known(2, 1_000_000) < 120);
        assert!(tasks_until_known(1_000_000, 100) < 80);
    }

    #[test]
    fn the_longest_task_is_no_overflow() {
        assert!(learn(u64::MAX, u64::MAX, 8) > u64::MAX / 10);
    }
}

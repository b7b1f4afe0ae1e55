//! Whether this process takes more memory than it should, whatever takes it.

use bramble_runtime::give_back;

/// Of its limit, what a process may take before it begins nothing more that it need not.
const HIGH: f64 = 0.8;

/// Watches what a process takes.
pub(super) struct MemoryWatch {
    high: Option<u64>,
    is_high: bool,
}

impl MemoryWatch {
    /// For a limit in bytes, if there is one.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a size is a size")]
    pub(super) fn new(limit: Option<u64>) -> MemoryWatch {
        MemoryWatch { high: limit.map(|limit| (limit as f64 * HIGH) as u64), is_high: false }
    }

    /// Takes note of what the process takes. What was freed and is kept for later use is given back to the system
    /// first, for then it may take less: what to do about it shows at the next look.
    pub(super) fn look(&mut self, resident: u64) {
        self.is_high = self.high.is_some_and(|high| resident > high);
        if self.is_high {
            give_back();
        }
    }

    /// Whether it took too much at the last look.
    pub(super) fn is_high(&self) -> bool {
        self.is_high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_a_process_that_takes_too_much() {
        let mut watch = MemoryWatch::new(Some(1000));
        assert!(!watch.is_high());
        watch.look(801);
        assert!(watch.is_high());
        watch.look(800);
        assert!(!watch.is_high());
    }

    #[test]
    fn has_nothing_to_say_without_a_limit() {
        let mut watch = MemoryWatch::new(None);
        watch.look(u64::MAX);
        assert!(!watch.is_high());
    }
}

//! What this process takes of the machine, as Linux tells it.

use std::fs;
use std::time::Instant;

/// Measures from one look to the next.
#[derive(Default)]
pub(super) struct Usage {
    last: Option<(Instant, f64)>,
}

/// Clock ticks in a second: so many on every Linux that Node runs on.
const TICKS: f64 = 100.0;

/// Bytes of a page in `/proc/self/statm`.
fn page_size() -> u64 {
    // SAFETY: the call takes a name and gives a number.
    u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

impl Usage {
    /// Bytes of memory, and percent of one core since the last look. Zeros where the system does not tell.
    pub(super) fn measure(&mut self) -> (u64, f32) {
        (resident().unwrap_or(0), self.cpu().unwrap_or(0.0))
    }

    #[expect(clippy::cast_possible_truncation, reason = "a percentage for people")]
    fn cpu(&mut self) -> Option<f32> {
        let seconds = cpu_seconds()?;
        let now = Instant::now();
        let (then, before) = self.last.replace((now, seconds))?;
        Some((100.0 * (seconds - before) / (now - then).as_secs_f64().max(1e-3)) as f32)
    }
}

fn resident() -> Option<u64> {
    let statm = fs::read_to_string("/proc/self/statm").ok()?;
    Some(statm.split_whitespace().nth(1)?.parse::<u64>().ok()? * page_size())
}

fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program, in brackets, may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_what_this_process_takes() {
        let mut usage = Usage::default();
        let (resident, cpu) = usage.measure();
        assert!(resident > 100_000);
        assert_eq!(cpu, 0.0);
        assert!(usage.measure().1 >= 0.0);
    }
}

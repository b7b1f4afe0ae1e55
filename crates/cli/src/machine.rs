//! What this machine has.

use std::path::PathBuf;

use crate::arguments::MemoryLimit;

/// Of the memory that there is, what a worker may take: the rest is the system's.
const SHARE: f64 = 0.9;
/// A machine with little memory has other programs that take the same as on a large one.
const SMALL: u64 = 2 << 30;
const SHARE_OF_SMALL: f64 = 0.8;
/// Of what a worker may take, the share of its blocks: the rest is for tasks under way.
const SHARE_OF_BLOCKS: f64 = 0.7;

/// Bytes that the blocks of a worker may take, of a machine that has `total`.
pub(crate) fn block_memory(limit: MemoryLimit, total: u64) -> u64 {
    let share = if total <= SMALL { SHARE_OF_SMALL } else { SHARE };
    let bytes = match limit {
        MemoryLimit::Auto => total as f64 * share,
        MemoryLimit::Share(share) => total as f64 * share,
        MemoryLimit::Bytes(bytes) => bytes.min(total) as f64,
    };
    // On a 32-bit machine a process has less room for addresses than there may be memory.
    let most = (usize::MAX as f64 / 2.0).min(bytes);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a u64")]
    let blocks = (most * SHARE_OF_BLOCKS) as u64;
    blocks
}

/// Bytes of memory that this process may have: the machine's, or what its group is held to.
pub(crate) fn total_memory() -> Option<u64> {
    let meminfo = std::fs::read_to_string("/proc/meminfo").ok()?;
    let machine = fact(&meminfo, "MemTotal")?;
    let group = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let held = group.and_then(|text| text.trim().parse().ok()).unwrap_or(u64::MAX);
    Some(machine.min(held))
}

/// A line of `/proc/meminfo`, in bytes.
fn fact(meminfo: &str, name: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// The machine's name.
pub(crate) fn host_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { format!("worker-{}", std::process::id()) } else { name.to_owned() }
}

/// The folder of this user's settings, where the cluster's key is.
pub(crate) fn settings_folder() -> PathBuf {
    folder_of_user("XDG_CONFIG_HOME", ".config")
}

/// The folder of what this user's programs can make again.
pub(crate) fn cache_folder() -> PathBuf {
    folder_of_user("XDG_CACHE_HOME", ".cache")
}

fn folder_of_user(variable: &str, name: &str) -> PathBuf {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set(variable).or_else(|| set("HOME").map(|home| home.join(name)));
    folder.unwrap_or_else(|| PathBuf::from("/root").join(name)).join("bramble")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    #[test]
    fn a_small_machine_keeps_more_for_itself() {
        assert_eq!(block_memory(MemoryLimit::Auto, GIB), 601_295_421);
        assert_eq!(block_memory(MemoryLimit::Share(0.5), GIB), 375_809_638);
        assert_eq!(block_memory(MemoryLimit::Bytes(100_000_000), GIB), 70_000_000);
    }

    #[test]
    fn nobody_gets_more_than_there_is() {
        assert_eq!(
            block_memory(MemoryLimit::Bytes(8 * GIB), GIB),
            block_memory(MemoryLimit::Share(1.0), GIB)
        );
    }

    #[test]
    fn reads_what_the_kernel_writes() {
        assert_eq!(fact("MemTotal:         945512 kB\nMemFree: 1 kB\n", "MemTotal"), Some(968_204_288));
        assert_eq!(fact("MemTotalX: 1 kB\n", "MemTotal"), None);
        assert!(total_memory().is_some_and(|bytes| bytes > 1 << 20));
    }
}

//! How warm the machine is, and whether that or its power supply holds it back, as a Raspberry Pi tells.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the firmware's word can be read, in old kernels and in new ones.
const THROTTLED: [&str; 2] = [
    "sys/devices/platform/soc/soc:firmware/get_throttled",
    "sys/devices/platform/axi/axi:firmware/get_throttled",
];

/// The bits that say what is so now; those above say what was so before.
const NOW: u32 = 0xf;

/// Knows where to look.
pub(super) struct Climate {
    temperature: PathBuf,
    throttled: Option<PathBuf>,
}

impl Climate {
    /// Of the machine whose files begin here.
    pub(super) fn of(root: &Path) -> Climate {
        let throttled = THROTTLED.map(|file| root.join(file)).into_iter().find(|file| file.exists());
        Climate { temperature: root.join("sys/class/thermal/thermal_zone0/temp"), throttled }
    }

    /// Degrees Celsius; nothing where the system does not tell.
    #[expect(clippy::cast_precision_loss, reason = "a temperature for people")]
    pub(super) fn temperature(&self) -> Option<f32> {
        let thousandths: i32 = fs::read_to_string(&self.temperature).ok()?.trim().parse().ok()?;
        Some(thousandths as f32 / 1000.0)
    }

    /// What holds the machine back now: see [`Beat::throttled`](crate::protocol::Beat::throttled). 0 where nothing does, or
    /// the system does not tell.
    pub(super) fn throttled(&self) -> u8 {
        let word = self.throttled.as_ref().and_then(|file| fs::read_to_string(file).ok());
        let bits = word.and_then(|word| u32::from_str_radix(word.trim().trim_start_matches("0x"), 16).ok());
        u8::try_from(bits.unwrap_or(0) & NOW).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_a_raspberry_pi_does() {
        let root = tempfile::tempdir().unwrap();
        let put = |file: &str, text: &str| {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let climate = Climate::of(root.path());
        assert_eq!((climate.temperature(), climate.throttled()), (None, 0));
        put("sys/class/thermal/thermal_zone0/temp", "61834\n");
        // Throttled and under-voltage now, and both before.
        put(THROTTLED[0], "50005\n");
        let climate = Climate::of(root.path());
        assert_eq!((climate.temperature(), climate.throttled()), (Some(61.834), 5));
        put(THROTTLED[0], "50000\n");
        assert_eq!(climate.throttled(), 0);
        put("sys/class/thermal/thermal_zone0/temp", "who knows");
        assert_eq!(climate.temperature(), None);
    }
}

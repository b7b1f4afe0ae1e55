//! The key of a cluster: 256 random bits, in a file that its owner alone can read.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};
use ring::{digest, hmac};

use super::error::KeyError;

/// Bytes of a key.
const LENGTH: usize = 32;
/// The variable of the environment that holds a key's text.
const VARIABLE: &str = "BRAMBLE_KEY";

/// The key that all members of a cluster have.
#[derive(Clone)]
pub struct ClusterKey {
    bytes: [u8; LENGTH],
}

/// Where keys are looked for.
#[derive(Clone, Debug)]
pub struct KeyPlace {
    /// The text of `BRAMBLE_KEY`, which counts more than the file.
    pub text: Option<String>,
    /// The file.
    pub file: PathBuf,
}

impl KeyPlace {
    /// The variable `BRAMBLE_KEY` and the file `cluster.key` in a folder of settings.
    pub fn new(folder: &Path) -> KeyPlace {
        let text = std::env::var(VARIABLE).ok().filter(|text| !text.trim().is_empty());
        KeyPlace { text, file: folder.join("cluster.key") }
    }

    /// The key that is there.
    ///
    /// # Errors
    /// `Missing` if there is none; others if it can't be used.
    pub fn find(&self) -> Result<ClusterKey, KeyError> {
        match &self.text {
            Some(text) => {
                ClusterKey::parse(text).ok_or_else(|| KeyError::Invalid { place: VARIABLE.to_owned() })
            }
            None => read(&self.file),
        }
    }

    /// The key that is there, or a new one. Of several processes that make one at once all get the same.
    ///
    /// # Errors
    /// If it can't be used, or not be written.
    pub fn find_or_make(&self) -> Result<ClusterKey, KeyError> {
        match self.find() {
            Err(KeyError::Missing { .. }) => {}
            found => return found,
        }
        let key = ClusterKey::random()?;
        match stage(&self.file, &key)?.persist_noclobber(&self.file) {
            Ok(_) => Ok(key),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => read(&self.file),
            Err(error) => Err(io_error("write", &self.file)(error.error)),
        }
    }

    /// Puts a new key into the file, in the place of one that was there.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn rotate(&self) -> Result<ClusterKey, KeyError> {
        let key = ClusterKey::random()?;
        stage(&self.file, &key)?
            .persist(&self.file)
            .map_err(|error| io_error("write", &self.file)(error.error))?;
        Ok(key)
    }
}

impl ClusterKey {
    /// A new one.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub fn random() -> Result<ClusterKey, KeyError> {
        let mut bytes = [0; LENGTH];
        SystemRandom::new().fill(&mut bytes).map_err(|_| KeyError::Random)?;
        Ok(ClusterKey { bytes })
    }

    /// Reads 64 hexadecimal digits, with white space around them.
    pub fn parse(text: &str) -> Option<ClusterKey> {
        let digits = text.trim().as_bytes();
        if digits.len() != 2 * LENGTH {
            return None;
        }
        let mut bytes = [0; LENGTH];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            *byte = u8::try_from(high * 16 + low).ok()?;
        }
        Some(ClusterKey { bytes })
    }

    /// The secret, as `parse` reads it.
    pub fn text(&self) -> String {
        hexadecimal(&self.bytes)
    }

    /// A few digits that tell keys apart and don't give them away.
    pub fn fingerprint(&self) -> String {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(b"bramble fingerprint");
        context.update(&self.bytes);
        let digits = hexadecimal(&context.finish().as_ref()[..8]);
        [&digits[..4], &digits[4..8], &digits[8..12], &digits[12..]].join("-")
    }

    pub(super) fn mac(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.bytes)
    }
}

/// Shows the fingerprint: secrets have no place in logs.
impl fmt::Debug for ClusterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ClusterKey({})", self.fingerprint())
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

fn read(path: &Path) -> Result<ClusterKey, KeyError> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(KeyError::Missing { path: path.to_owned() });
        }
        Err(error) => return Err(io_error("read", path)(error)),
    };
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(KeyError::Exposed { path: path.to_owned() });
    }
    let invalid = || KeyError::Invalid { place: path.display().to_string() };
    // No key is so long: whatever was put there is not read into memory.
    if metadata.len() > 1024 {
        return Err(invalid());
    }
    let bytes = fs::read(path).map_err(io_error("read", path))?;
    str::from_utf8(&bytes).ok().and_then(ClusterKey::parse).ok_or_else(invalid)
}

/// Writes a key to a file of its own beside its place, readable by its owner only.
fn stage(path: &Path, key: &ClusterKey) -> Result<tempfile::NamedTempFile, KeyError> {
    let failed = io_error("write", path);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(&failed)?;
    let mut file = tempfile::Builder::new().prefix(".cluster.key-").tempfile_in(folder).map_err(&failed)?;
    writeln!(file, "{}", key.text()).map_err(&failed)?;
    file.as_file().sync_all().map_err(&failed)?;
    Ok(file)
}

fn io_error(action: &'static str, path: &Path) -> impl Fn(io::Error) -> KeyError {
    move |source| KeyError::Io { action, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn place() -> (tempfile::TempDir, KeyPlace) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bramble/cluster.key");
        (folder, KeyPlace { text: None, file })
    }

    #[test]
    fn makes_a_key_once_that_its_owner_alone_can_read() {
        let (_folder, place) = place();
        assert!(matches!(place.find(), Err(KeyError::Missing { .. })));
        let made = place.find_or_make().unwrap();
        assert_eq!(made.text(), place.find_or_make().unwrap().text());
        assert_eq!(fs::metadata(&place.file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(place.file.parent().unwrap()).unwrap().count(), 1, "nothing stays beside it");
    }

    #[test]
    fn makes_one_key_for_many_that_start_at_once() {
        let (_folder, place) = place();
        let place = Arc::new(place);
        let makers: Vec<_> = (0..8)
            .map(|_| {
                let place = Arc::clone(&place);
                std::thread::spawn(move || place.find_or_make().unwrap().text())
            })
            .collect();
        let mut texts: Vec<_> = makers.into_iter().map(|maker| maker.join().unwrap()).collect();
        texts.dedup();
        assert_eq!(texts, [place.find().unwrap().text()]);
    }

    #[test]
    fn replaces_a_key_when_it_is_rotated() {
        let (_folder, place) = place();
        let old = place.find_or_make().unwrap();
        let new = place.rotate().unwrap();
        assert_ne!(old.fingerprint(), new.fingerprint());
        assert_eq!(place.find().unwrap().text(), new.text());
    }

    #[test]
    fn refuses_a_key_that_others_can_read() {
        let (_folder, place) = place();
        place.find_or_make().unwrap();
        fs::set_permissions(&place.file, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(place.find(), Err(KeyError::Exposed { .. })));
    }

    #[test]
    fn refuses_what_is_no_key_without_repeating_it() {
        let (_folder, place) = place();
        place.find_or_make().unwrap();
        for content in ["", "secret of another kind", &"g".repeat(64), &"0".repeat(63), &"0".repeat(2000)] {
            fs::write(&place.file, content).unwrap();
            let error = place.find().unwrap_err();
            assert!(matches!(error, KeyError::Invalid { .. }), "{content}");
            assert!(!error.to_string().contains("secret"));
        }
        let place = KeyPlace { text: Some("password".to_owned()), ..place };
        assert!(matches!(place.find(), Err(KeyError::Invalid { .. })));
    }

    #[test]
    fn takes_the_variable_before_the_file() {
        let (_folder, place) = place();
        place.find_or_make().unwrap();
        let place = KeyPlace { text: Some(format!(" {}\n", "Ab".repeat(32))), ..place };
        assert_eq!(place.find().unwrap().text(), "ab".repeat(32));
    }

    #[test]
    fn tells_keys_apart_without_giving_them_away() {
        let key = ClusterKey::parse(&"00".repeat(32)).unwrap();
        assert_eq!(format!("{key:?}"), format!("ClusterKey({})", key.fingerprint()));
        assert_eq!(key.fingerprint().len(), 19);
        assert!(!format!("{key:?}").contains("00000000"));
    }
}

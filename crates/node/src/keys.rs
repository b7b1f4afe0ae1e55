//! The key of the cluster, for those who look at it, replace it or start a member.

use std::path::Path;

use bramble_cluster::security::{ClusterKey, KeyPlace};
use napi_derive::napi;

use crate::error::{Result, key_error};

/// A key, and where it is.
#[napi(object)]
pub struct NativeKey {
    /// The secret.
    pub text: String,
    /// What tells keys apart and is no secret.
    pub fingerprint: String,
    /// The file of keys.
    pub file: String,
    /// Whether `BRAMBLE_KEY` holds it.
    pub is_from_variable: bool,
}

/// The key that `BRAMBLE_KEY` or a file in a folder of settings holds.
#[napi]
pub fn find_key(folder: String) -> Result<NativeKey> {
    let place = KeyPlace::new(Path::new(&folder));
    place.find().map(|key| describe(&key, &place)).map_err(key_error)
}

/// The same, or a new one.
#[napi]
pub fn find_or_make_key(folder: String) -> Result<NativeKey> {
    let place = KeyPlace::new(Path::new(&folder));
    place.find_or_make().map(|key| describe(&key, &place)).map_err(key_error)
}

/// Puts a new key into the file.
#[napi]
pub fn rotate_key(folder: String) -> Result<NativeKey> {
    let place = KeyPlace::new(Path::new(&folder));
    let key = place.rotate().map_err(key_error)?;
    Ok(NativeKey { is_from_variable: false, ..describe(&key, &place) })
}

fn describe(key: &ClusterKey, place: &KeyPlace) -> NativeKey {
    NativeKey {
        text: key.text(),
        fingerprint: key.fingerprint(),
        file: place.file.display().to_string(),
        is_from_variable: place.text.is_some(),
    }
}

//! Objects behind URLs, read in a thread of its own.

use bramble_storage::{Described, RemoteObject, StorageError};
use napi::Env;
use napi::bindgen_prelude::{Object, Uint8Array};
use napi_derive::napi;

use crate::error::{Failure, Result, internal};

/// What was read of an object.
#[napi(object)]
#[derive(Default)]
pub struct NativeObjectRead {
    /// Bytes from its beginning: all, or as many as were asked for. None if there is no object.
    pub bytes: Option<Uint8Array>,
    /// How many it has.
    pub size: Option<f64>,
    /// What names them, if the server does; of objects that were asked for as a whole nothing.
    pub tag: Option<String>,
    /// Or why nothing was read.
    pub error: Option<Failure>,
}

/// Reads the first bytes of an object, or all of it. It never rejects.
#[napi(ts_return_type = "Promise<NativeObjectRead>")]
pub fn read_object(env: &Env, url: String, most: Option<u32>) -> Result<Object<'_>> {
    let (deferred, promise) = env.create_deferred::<NativeObjectRead, _>().map_err(internal)?;
    std::thread::spawn(move || {
        let result = read(&url, most);
        deferred.resolve(move |_| {
            Ok(match result {
                Ok(Some((bytes, Described { size, tag }))) => {
                    NativeObjectRead { bytes: Some(bytes.into()), size: Some(size as f64), tag, error: None }
                }
                Ok(None) => NativeObjectRead::default(),
                Err(error) => {
                    NativeObjectRead { error: Some(Failure::from(&error)), ..NativeObjectRead::default() }
                }
            })
        });
    });
    Ok(promise)
}

/// Bytes from the beginning of an object, and what is known of it.
fn read(url: &str, most: Option<u32>) -> std::result::Result<Option<(Vec<u8>, Described)>, StorageError> {
    let object = RemoteObject::new(url)?;
    let Some(most) = most else {
        return Ok(object.get()?.map(|bytes| {
            let size = bytes.len() as u64;
            (bytes, Described { size, tag: None })
        }));
    };
    let Some(described) = object.describe()? else { return Ok(None) };
    let bytes = object.range(&described, 0, described.size.min(most.into()))?;
    Ok(Some((bytes, described)))
}

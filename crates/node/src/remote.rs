//! Objects behind URLs, which a thread of its own asks for.

use std::path::PathBuf;

use bramble_storage::{Described, RemoteObject, StorageError, remove_objects, upload_objects};
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

/// What objects were listed, or why none were.
#[napi(object)]
pub struct NativeObjectNames {
    /// What follows the URL and a slash, in order.
    pub names: Option<Vec<String>>,
    /// What went wrong.
    pub error: Option<Failure>,
}

/// Lists the objects of S3 whose URLs begin with this one and a slash. It never rejects.
#[napi(ts_return_type = "Promise<NativeObjectNames>")]
pub fn list_objects(env: &Env, url: String) -> Result<Object<'_>> {
    let (deferred, promise) = env.create_deferred::<NativeObjectNames, _>().map_err(internal)?;
    std::thread::spawn(move || {
        let listed = RemoteObject::new(&url).and_then(|folder| folder.list());
        deferred.resolve(move |_| {
            Ok(match listed {
                Ok(objects) => {
                    let names = objects.into_iter().map(|(name, _)| name).collect();
                    NativeObjectNames { names: Some(names), error: None }
                }
                Err(error) => NativeObjectNames { names: None, error: Some(Failure::from(&error)) },
            })
        });
    });
    Ok(promise)
}

/// Puts files under URLs of S3, one for each, all of them or none, and then removes the objects of other URLs. The promise gives
/// what went wrong, and never rejects.
#[napi(ts_return_type = "Promise<Failure | undefined>")]
pub fn put_objects(
    env: &Env,
    paths: Vec<String>,
    urls: Vec<String>,
    removed: Vec<String>,
) -> Result<Object<'_>> {
    let (deferred, promise) = env.create_deferred::<Option<Failure>, _>().map_err(internal)?;
    std::thread::spawn(move || {
        let files: Vec<_> = paths.into_iter().map(PathBuf::from).zip(urls).collect();
        let result = upload_objects(&files).and_then(|()| remove_objects(&removed));
        deferred.resolve(move |_| Ok(result.err().as_ref().map(Failure::from)));
    });
    Ok(promise)
}

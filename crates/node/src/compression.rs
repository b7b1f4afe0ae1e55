//! Compression and decompression of files, in a thread of its own.

use std::fmt::Display;

use bramble_bag::{Codec, compress as compress_all, decompress as decompress_all};
use napi::Env;
use napi::bindgen_prelude::{Object, Uint8Array};
use napi_derive::napi;

use crate::error::{Code, Error, Result, internal};

/// How a compression or decompression ended.
#[napi(object)]
pub struct NativeCompressed {
    /// What came out.
    pub bytes: Option<Uint8Array>,
    /// Or why nothing did.
    pub problem: Option<String>,
}

/// Compresses a file, by the name of its codec: `bzip2`, `xz`, `zstd` or `snappy`. The bytes must not change meanwhile.
/// It never rejects.
#[napi(ts_return_type = "Promise<NativeCompressed>")]
pub fn compress(env: &Env, bytes: Uint8Array, codec: String) -> Result<Object<'_>> {
    aside(env, bytes, &codec, compress_all)
}

/// Decompresses a file, likewise.
#[napi(ts_return_type = "Promise<NativeCompressed>")]
pub fn decompress(env: &Env, bytes: Uint8Array, codec: String) -> Result<Object<'_>> {
    aside(env, bytes, &codec, decompress_all)
}

fn aside<'env, E: Display + 'static>(
    env: &'env Env,
    bytes: Uint8Array,
    codec: &str,
    change: fn(Codec, &[u8]) -> std::result::Result<Vec<u8>, E>,
) -> Result<Object<'env>> {
    let codec = Codec::named(codec)
        .ok_or_else(|| Error::new(Code::InvalidArgument, format!("there is no codec {codec}")))?;
    let (deferred, promise) = env.create_deferred::<NativeCompressed, _>().map_err(internal)?;
    std::thread::spawn(move || {
        let result = change(codec, &bytes).map_err(|error| error.to_string());
        deferred.resolve(move |_| {
            // Dropped where JavaScript runs, as what belongs to it must be.
            drop(bytes);
            Ok(match result {
                Ok(bytes) => NativeCompressed { bytes: Some(bytes.into()), problem: None },
                Err(problem) => NativeCompressed { bytes: None, problem: Some(problem) },
            })
        });
    });
    Ok(promise)
}

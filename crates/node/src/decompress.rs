//! Decompression of files, in a thread of its own.

use bramble_bag::{Codec, decompress as decompress_all};
use napi::Env;
use napi::bindgen_prelude::{Object, Uint8Array};
use napi_derive::napi;

use crate::error::{Code, Error, Result, internal};

/// How a decompression ended.
#[napi(object)]
pub struct NativeDecompressed {
    /// What came out.
    pub bytes: Option<Uint8Array>,
    /// Or why nothing did.
    pub problem: Option<String>,
}

/// Decompresses a file, by the name of its codec: `bzip2`, `xz` or `zstd`. The bytes must not change meanwhile. It
/// never rejects.
#[napi(ts_return_type = "Promise<NativeDecompressed>")]
pub fn decompress(env: &Env, bytes: Uint8Array, codec: String) -> Result<Object<'_>> {
    let codec = Codec::named(&codec)
        .ok_or_else(|| Error::new(Code::InvalidArgument, format!("there is no codec {codec}")))?;
    let (deferred, promise) = env.create_deferred::<NativeDecompressed, _>().map_err(internal)?;
    std::thread::spawn(move || {
        let result = decompress_all(codec, &bytes);
        deferred.resolve(move |_| {
            // Dropped where JavaScript runs, as what belongs to it must be.
            drop(bytes);
            Ok(match result {
                Ok(bytes) => NativeDecompressed { bytes: Some(bytes.into()), problem: None },
                Err(error) => NativeDecompressed { bytes: None, problem: Some(error.to_string()) },
            })
        });
    });
    Ok(promise)
}

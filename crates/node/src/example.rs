//! The example file that `npm start` reads.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use bramble_storage::hdf5::{ExampleDataset, write_example};
use napi::Env;
use napi::bindgen_prelude::{Function, Object};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;

use crate::error::{Failure, Result, internal};

/// Where the dataset of an example file is.
const DATASET: &str = "/file/path";

/// How the making of a file ended.
#[napi(object)]
pub struct NativeWritten {
    /// Set when it failed.
    pub error: Option<Failure>,
}

/// Writes a two-dimensional `float64` dataset, gzip and shuffle, of smooth data with some noise in it: a
/// temperature field, day by place. Calls `on_progress` with the chunks written so far; settles with an error
/// where the file could not be written, and then leaves nothing behind.
#[napi(ts_return_type = "Promise<NativeWritten>")]
pub fn make_example_file<'env>(
    env: &'env Env,
    path: String,
    rows: u32,
    columns: u32,
    chunk: u32,
    on_progress: Function<'_, u32, ()>,
) -> Result<Object<'env>> {
    let on_progress =
        on_progress.build_threadsafe_function::<u32>().weak::<true>().build().map_err(internal)?;
    let (deferred, promise) = env.create_deferred::<NativeWritten, _>().map_err(internal)?;
    std::thread::spawn(move || {
        let written = AtomicU32::new(0);
        let new = ExampleDataset {
            name: DATASET.into(),
            shape: [rows.into(), columns.into()],
            chunks: [chunk.into(), chunk.into()],
            level: 1,
        };
        let result = write_example(Path::new(&path), &new, |at, out| {
            fill(at, chunk, out);
            let done = written.fetch_add(1, Ordering::Relaxed) + 1;
            on_progress.call(done, ThreadsafeFunctionCallMode::NonBlocking);
        });
        let error = result.err().map(|error| Failure::from(&error));
        deferred.resolve(move |_| Ok(NativeWritten { error }));
    });
    Ok(promise)
}

/// One chunk of the field: seasons along the rows, a slope along the columns, noise of a few degrees, in steps of
/// 1/1024 degree. The same on every machine.
fn fill(at: [u64; 2], chunk: u32, out: &mut [f64]) {
    let side = u64::from(chunk);
    let columns = usize::try_from(chunk).expect("chunks fit in memory");
    for (row, values) in (at[0] * side..).zip(out.chunks_exact_mut(columns)) {
        // A year of 365 rows, a parabola up and one down.
        let phase = (row % 365) as f64 / 182.5 - 1.0;
        let season = 40.0 * phase * (1.0 - phase.abs());
        for (column, value) in (at[1] * side..).zip(values) {
            let noise = (hash(row << 32 | column) >> 54) as f64 / 1024.0;
            *value = 12.0 + season - column as f64 / 512.0 + 4.0 * noise;
        }
    }
}

/// `SplitMix64` of one number.
fn hash(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

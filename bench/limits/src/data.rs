//! The files that benchmarks read: the same numbers, once as they are and once with shuffle and gzip.

use std::{error::Error, fs, path::Path};

use bramble_storage::hdf5::{ExampleDataset, write_example};
use ndarray::{ArrayView2, s};

/// Where the dataset is in the files.
pub(crate) const DATASET: &str = "/data";

/// What h5py takes if nobody says otherwise.
const GZIP_LEVEL: u8 = 4;

/// Number of elements along the axes, and of a chunk along each of them.
pub(crate) struct Size {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) chunk: usize,
}

/// Writes both files, which are complete when they appear.
pub(crate) fn write(plain: &Path, gzip: &Path, size: &Size) -> Result<(), Box<dyn Error>> {
    write_gzip(gzip, size)?;
    let partial = plain.with_extension("partial");
    write_plain(&partial, size)?;
    Ok(fs::rename(partial, plain)?)
}

fn write_gzip(path: &Path, size: &Size) -> Result<(), Box<dyn Error>> {
    let new = ExampleDataset {
        name: DATASET.into(),
        shape: [size.rows as u64, size.columns as u64],
        chunks: [size.chunk as u64; 2],
        level: GZIP_LEVEL,
    };
    write_example(path, &new, |[row, column], out| {
        fill([row, column].map(|position| position * size.chunk as u64), size.chunk, out);
    })?;
    Ok(())
}

fn write_plain(path: &Path, size: &Size) -> Result<(), Box<dyn Error>> {
    let file = hdf5_metno::File::create(path)?;
    let shape = (size.rows, size.columns);
    let dataset = file.new_dataset::<f64>().shape(shape).chunk((size.chunk, size.chunk)).create(DATASET)?;
    let mut elements = vec![0.0; size.chunk * size.chunk];
    for row in (0..size.rows).step_by(size.chunk) {
        for column in (0..size.columns).step_by(size.chunk) {
            fill([row as u64, column as u64], size.chunk, &mut elements);
            let block = ArrayView2::from_shape((size.chunk, size.chunk), &elements)?;
            dataset.write_slice(block, s![row..row + size.chunk, column..column + size.chunk])?;
        }
    }
    Ok(file.close()?)
}

/// A block of a field of temperatures, day by place: the seasons along the rows, a slope along the columns, and
/// noise of some degrees in steps of 1/1024. It compresses as measured data does, to about a third.
fn fill(start: [u64; 2], columns: usize, out: &mut [f64]) {
    for (row, values) in (start[0]..).zip(out.chunks_exact_mut(columns)) {
        let phase = (row % 365) as f64 / 182.5 - 1.0;
        let season = 40.0 * phase * (1.0 - phase.abs());
        for (column, value) in (start[1]..).zip(values) {
            let noise = (hash(row << 32 | column) >> 54) as f64 / 1024.0;
            *value = 12.0 + season - column as f64 / 512.0 + 4.0 * noise;
        }
    }
}

/// `SplitMix64` of one number.
fn hash(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

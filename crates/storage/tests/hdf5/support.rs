//! What the tests of this folder share.

use std::path::PathBuf;

use bramble_graph::DType;
use bramble_storage::{ArrayStore, Span};

/// A file that `__test__/oracle/make_hdf5.py` made.
pub(crate) fn oracle(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../__test__/oracle/data/hdf5").join(name)
}

/// All elements of a region, as texts that tell all values apart.
pub(crate) fn read(
    store: &dyn ArrayStore,
    region: &[Span],
) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let size = store.dtype().size();
    let length = length(region);
    let mut out = vec![0; length * size];
    store.feed(region)?.read_all(&mut out)?;
    Ok(texts(store.dtype(), &out))
}

/// All elements of a region, read in tiles of `tile` elements.
pub(crate) fn read_tiles(
    store: &dyn ArrayStore,
    region: &[Span],
    tile: usize,
    backwards: bool,
) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let size = store.dtype().size();
    let length = length(region);
    let mut out = vec![0; length * size];
    let mut starts: Vec<usize> = (0..length).step_by(tile).collect();
    if backwards {
        starts.reverse();
    }
    let mut feed = store.feed(region)?;
    for start in starts {
        let count = tile.min(length - start);
        let bytes = feed.tile(start, count)?;
        assert!(bytes.as_ptr().align_offset(size) == 0, "tiles are aligned for their type");
        out[start * size..][..count * size].copy_from_slice(bytes);
    }
    Ok(texts(store.dtype(), &out))
}

fn length(region: &[Span]) -> usize {
    let length = region.iter().map(|span| span.count).product::<u64>();
    usize::try_from(length).expect("a small region")
}

/// Elements as texts.
pub(crate) fn texts(dtype: DType, bytes: &[u8]) -> Vec<String> {
    fn each<const N: usize>(bytes: &[u8], text: impl Fn([u8; N]) -> String) -> Vec<String> {
        bytes.as_chunks::<N>().0.iter().map(|&bytes| text(bytes)).collect()
    }
    match dtype {
        DType::Bool => each(bytes, |[byte]| match byte {
            0 => "false".to_owned(),
            1 => "true".to_owned(),
            other => format!("a bool of {other}"),
        }),
        DType::Int8 => each(bytes, |bytes| i8::from_ne_bytes(bytes).to_string()),
        DType::Int16 => each(bytes, |bytes| i16::from_ne_bytes(bytes).to_string()),
        DType::Int32 => each(bytes, |bytes| i32::from_ne_bytes(bytes).to_string()),
        DType::Int64 => each(bytes, |bytes| i64::from_ne_bytes(bytes).to_string()),
        DType::UInt8 => each(bytes, |bytes| u8::from_ne_bytes(bytes).to_string()),
        DType::UInt16 => each(bytes, |bytes| u16::from_ne_bytes(bytes).to_string()),
        DType::UInt32 => each(bytes, |bytes| u32::from_ne_bytes(bytes).to_string()),
        DType::UInt64 => each(bytes, |bytes| u64::from_ne_bytes(bytes).to_string()),
        DType::Float32 => each(bytes, |bytes| format!("{:?}", f64::from(f32::from_ne_bytes(bytes)))),
        DType::Float64 => each(bytes, |bytes| format!("{:?}", f64::from_ne_bytes(bytes))),
    }
}

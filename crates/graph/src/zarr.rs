//! Arrays in Zarr's format, as far as whoever reads and writes their chunks must know it.

use serde::{Deserialize, Serialize};

use crate::Scalar;

/// An array in a folder with a file for each chunk, or for each shard of chunks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Zarr {
    /// Absolute path of the folder.
    pub path: String,
    /// Elements of a chunk along each axis: what is decoded as a whole.
    #[cfg_attr(feature = "typescript", ts(type = "number[]"))]
    pub chunks: Vec<u64>,
    /// Whether names of files begin with `c`.
    pub prefix: bool,
    /// What stands between the numbers in a name.
    pub separator: String,
    /// The axes of a chunk as it is stored, outermost first.
    pub order: Vec<u32>,
    /// Whether elements have their highest byte first.
    pub big_endian: bool,
    /// What was done to the bytes of a chunk, in order.
    pub codecs: Vec<Codec>,
    /// Set where several chunks are in one file.
    pub shards: Option<Shards>,
    /// The value of elements whose chunk is not there.
    pub fill: Scalar,
}

/// How chunks lie in a file with others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Shards {
    /// Chunks of a shard along each axis.
    #[cfg_attr(feature = "typescript", ts(type = "number[]"))]
    pub counts: Vec<u64>,
    /// Whether the index stands at the end of the file rather than at its beginning.
    pub index_at_end: bool,
    /// Whether the index has a checksum.
    pub index_checksum: bool,
}

/// Something that is done to bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ZarrCodec"))]
#[serde(rename_all = "lowercase")]
pub enum Codec {
    /// A gzip stream of a level from 0 to 9.
    Gzip(u8),
    /// A zlib stream.
    Zlib(u8),
    /// Zstandard frames.
    Zstd,
    /// A frame of c-blosc 1, which says itself what is in it. It is written without compression.
    Blosc,
    /// An LZ4 block behind its length.
    Lz4,
    /// All first bytes of elements of this size come first, then all second bytes …
    Shuffle(u32),
    /// A checksum follows.
    Crc32c,
}

/// An array to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NewZarr {
    /// What it will be.
    pub array: Zarr,
    /// Its metadata: files of its folder.
    pub metadata: Vec<TextFile>,
    /// Metadata of the groups that it is in, which is written where there is none.
    pub groups: Vec<TextFile>,
    /// Whether a folder of that name gives way.
    pub overwrite: bool,
}

/// A small file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TextFile {
    /// Its path: absolute, or in the folder that it belongs to.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// Checks that the parts of an array have as many axes as the array.
pub(crate) fn check_zarr(zarr: &Zarr, ndim: usize) -> Result<(), String> {
    let mut order: Vec<u32> = zarr.order.clone();
    order.sort_unstable();
    let is_order = order.len() == ndim && (0..).zip(&order).all(|(axis, &found)| found == axis);
    let counts = zarr.shards.as_ref().map_or(&zarr.chunks, |shards| &shards.counts);
    let lengths = |lengths: &[u64]| lengths.len() == ndim && !lengths.contains(&0);
    let counted = zarr.chunks.iter().zip(counts).try_fold(8_u64, |product, (&chunk, &count)| {
        product.checked_mul(chunk).and_then(|product| product.checked_mul(count))
    });
    if is_order && lengths(&zarr.chunks) && lengths(counts) && counted.is_some() {
        return Ok(());
    }
    Err(format!("chunks {:?} in the order {:?} of an array with {ndim} axes", zarr.chunks, zarr.order))
}

//! gzip, as HDF5 calls it: a zlib stream.

use std::cell::RefCell;

use libdeflater::{CompressionLvl, Compressor, Crc, DecompressionError, Decompressor};

use crate::ChunkProblem;

/// A stored byte decodes to at most this many.
pub(crate) const MOST_EXPANSION: usize = 1032;

thread_local! {
    static DECOMPRESSOR: RefCell<Decompressor> = RefCell::new(Decompressor::new());
}

/// Decodes a zlib stream that has as many bytes as there is room.
pub(crate) fn decompress(stored: &[u8], out: &mut [u8]) -> Result<(), ChunkProblem> {
    let found = DECOMPRESSOR.with_borrow_mut(|decompressor| decompressor.zlib_decompress(stored, out));
    check(found, out.len() as u64)
}

#[expect(clippy::needless_pass_by_value, reason = "what the library gives")]
fn check(found: Result<usize, DecompressionError>, expected: u64) -> Result<(), ChunkProblem> {
    match found {
        Ok(found) if found as u64 == expected => Ok(()),
        Ok(found) => Err(ChunkProblem::Length { found: found as u64, expected }),
        Err(DecompressionError::BadData) => Err(ChunkProblem::Compressed { filter: "gzip" }),
        // The stream goes on behind the room; how far is not known.
        Err(DecompressionError::InsufficientSpace) => {
            Err(ChunkProblem::Length { found: expected + 1, expected })
        }
    }
}

/// Decodes a deflate stream without a header, as zip files have it, that has as many bytes as there is room.
pub(crate) fn inflate(stored: &[u8], out: &mut [u8]) -> Result<(), ChunkProblem> {
    let found = DECOMPRESSOR.with_borrow_mut(|decompressor| decompressor.deflate_decompress(stored, out));
    check(found, out.len() as u64)
}

/// Compares the checksum that zip files have of a member.
pub(crate) fn check_crc32(bytes: &[u8], expected: u32) -> Result<(), ChunkProblem> {
    let mut checksum = Crc::new();
    checksum.update(bytes);
    let found = checksum.sum();
    if found == expected { Ok(()) } else { Err(ChunkProblem::Crc32 { found, expected }) }
}

/// Encodes bytes as a zlib stream; levels 0 to 9 as gzip has them.
pub(crate) fn compress(compressor: &mut Compressor, bytes: &[u8], out: &mut Vec<u8>) {
    out.resize(compressor.zlib_compress_bound(bytes.len()), 0);
    let length = compressor.zlib_compress(bytes, out).expect("the bound leaves room");
    out.truncate(length);
}

/// A compressor of a level from 0 to 9.
pub(crate) fn compressor(level: u8) -> Compressor {
    Compressor::new(CompressionLvl::new(i32::from(level.min(9))).unwrap_or_default())
}

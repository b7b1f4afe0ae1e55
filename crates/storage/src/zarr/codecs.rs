//! What was done to the bytes of a chunk, and its undoing.

use std::cell::RefCell;

use bramble_graph::Codec;
use libdeflater::{CompressionLvl, Compressor, DecompressionError, Decompressor};
use ruzstd::{
    decoding::FrameDecoder,
    encoding::{CompressionLevel, compress_to_vec},
};

use super::blosc;
use crate::{
    ChunkProblem,
    codec::shuffle::{shuffle, unshuffle},
};

/// Bytes of a CRC32C checksum.
const CHECKSUM: usize = 4;

thread_local! {
    static DECOMPRESSOR: RefCell<Decompressor> = RefCell::new(Decompressor::new());
}

/// Undoes codecs, the last one first. What comes out has `length` bytes.
pub(super) fn decode(codecs: &[Codec], mut bytes: Vec<u8>, length: usize) -> Result<Vec<u8>, ChunkProblem> {
    for (number, codec) in codecs.iter().enumerate().rev() {
        // What codecs in front of it have added.
        let added: usize =
            codecs[..number].iter().filter(|codec| **codec == Codec::Crc32c).count() * CHECKSUM;
        let room = length + added;
        bytes = match *codec {
            Codec::Gzip(_) => inflate("gzip", &bytes, room, Decompressor::gzip_decompress)?,
            Codec::Zlib(_) => inflate("zlib", &bytes, room, Decompressor::zlib_decompress)?,
            Codec::Zstd => unzstd(&bytes, room)?,
            Codec::Blosc => blosc::decode(&bytes, room)?,
            Codec::Lz4 => unlz4(&bytes, room)?,
            Codec::Shuffle(size) => {
                let mut out = vec![0; bytes.len()];
                unshuffle(&bytes, (size as usize).max(1), &mut out);
                out
            }
            Codec::Crc32c => {
                verify(&bytes)?;
                bytes.truncate(bytes.len() - CHECKSUM);
                bytes
            }
        };
    }
    if bytes.len() == length {
        return Ok(bytes);
    }
    Err(ChunkProblem::Length { found: bytes.len() as u64, expected: length as u64 })
}

/// Applies codecs.
pub(super) fn encode(codecs: &[Codec], mut bytes: Vec<u8>) -> Result<Vec<u8>, ChunkProblem> {
    for codec in codecs {
        bytes = match *codec {
            Codec::Gzip(level) => {
                let mut compressor = compressor(level);
                let mut out = vec![0; compressor.gzip_compress_bound(bytes.len())];
                let length = compressor.gzip_compress(&bytes, &mut out).expect("the bound leaves room");
                out.truncate(length);
                out
            }
            Codec::Zlib(level) => {
                let mut compressor = compressor(level);
                let mut out = vec![0; compressor.zlib_compress_bound(bytes.len())];
                let length = compressor.zlib_compress(&bytes, &mut out).expect("the bound leaves room");
                out.truncate(length);
                out
            }
            Codec::Shuffle(size) => {
                let mut out = vec![0; bytes.len()];
                shuffle(&bytes, (size as usize).max(1), &mut out);
                out
            }
            Codec::Crc32c => {
                append_checksum(&mut bytes);
                bytes
            }
            Codec::Zstd => zstd(&bytes),
            Codec::Blosc => blosc::copied(&bytes)?,
            // numcodecs' LZ4: the length in four bytes, then one block.
            Codec::Lz4 if u32::try_from(bytes.len()).is_err() => {
                return Err(ChunkProblem::TooLong { filter: "lz4", bytes: bytes.len() as u64 });
            }
            Codec::Lz4 => lz4_flex::block::compress_prepend_size(&bytes),
        };
    }
    Ok(bytes)
}

/// A Zstandard frame. It says how many bytes are in it, which numcodecs wants to know and `ruzstd` leaves out.
fn zstd(bytes: &[u8]) -> Vec<u8> {
    /// The magic number, what follows, and how far back it refers.
    const HEADER: usize = 6;
    /// The number of bytes follows, in eight.
    const HAS_LENGTH: u8 = 0xc0;
    let mut frame = compress_to_vec(bytes, CompressionLevel::Fastest);
    frame[4] |= HAS_LENGTH;
    frame.splice(HEADER..HEADER, (bytes.len() as u64).to_le_bytes());
    frame
}

/// Puts the checksum of some bytes behind them.
pub(super) fn append_checksum(bytes: &mut Vec<u8>) {
    let checksum = crc32c::crc32c(bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
}

/// The bytes before the checksum, if they have this checksum.
pub(super) fn verify(bytes: &[u8]) -> Result<&[u8], ChunkProblem> {
    let too_short = ChunkProblem::Length { found: bytes.len() as u64, expected: CHECKSUM as u64 };
    let (payload, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(too_short)?;
    let (found, expected) = (crc32c::crc32c(payload), u32::from_le_bytes(*checksum));
    if found == expected { Ok(payload) } else { Err(ChunkProblem::Crc32c { found, expected }) }
}

fn compressor(level: u8) -> Compressor {
    Compressor::new(CompressionLvl::new(i32::from(level.min(9))).unwrap_or_default())
}

fn inflate(
    filter: &'static str,
    bytes: &[u8],
    room: usize,
    decompress: impl Fn(&mut Decompressor, &[u8], &mut [u8]) -> Result<usize, DecompressionError>,
) -> Result<Vec<u8>, ChunkProblem> {
    let mut out = take(room)?;
    match DECOMPRESSOR.with_borrow_mut(|decompressor| decompress(decompressor, bytes, &mut out)) {
        Ok(length) => {
            out.truncate(length);
            Ok(out)
        }
        Err(DecompressionError::BadData) => Err(ChunkProblem::Compressed { filter }),
        Err(DecompressionError::InsufficientSpace) => {
            Err(ChunkProblem::Length { found: room as u64 + 1, expected: room as u64 })
        }
    }
}

/// Decodes Zstandard frames.
pub(super) fn unzstd(bytes: &[u8], room: usize) -> Result<Vec<u8>, ChunkProblem> {
    let mut out = take(room)?;
    let length = FrameDecoder::new()
        .decode_all(bytes, &mut out)
        .map_err(|_| ChunkProblem::Compressed { filter: "zstd" })?;
    out.truncate(length);
    Ok(out)
}

/// numcodecs' LZ4: the length in four bytes, then one block.
fn unlz4(bytes: &[u8], room: usize) -> Result<Vec<u8>, ChunkProblem> {
    let damaged = ChunkProblem::Compressed { filter: "lz4" };
    let (_, block) = bytes.split_first_chunk::<4>().ok_or(damaged)?;
    lz4_block(block, room)
}

/// Decodes an LZ4 block.
pub(super) fn lz4_block(block: &[u8], room: usize) -> Result<Vec<u8>, ChunkProblem> {
    let mut out = take(room)?;
    let length = lz4_flex::block::decompress_into(block, &mut out)
        .map_err(|_| ChunkProblem::Compressed { filter: "lz4" })?;
    out.truncate(length);
    Ok(out)
}

/// Decodes a zlib stream.
pub(super) fn unzlib(bytes: &[u8], room: usize) -> Result<Vec<u8>, ChunkProblem> {
    inflate("zlib", bytes, room, Decompressor::zlib_decompress)
}

/// Room for bytes, of which the machine may have too few.
pub(super) fn take(length: usize) -> Result<Vec<u8>, ChunkProblem> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(|_| ChunkProblem::OutOfMemory { bytes: length as u64 })?;
    bytes.resize(length, 0);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codec() -> impl Strategy<Value = Codec> {
        prop_oneof![
            (0_u8..10).prop_map(Codec::Gzip),
            (0_u8..10).prop_map(Codec::Zlib),
            (1_u32..9).prop_map(Codec::Shuffle),
            Just(Codec::Crc32c),
            Just(Codec::Zstd),
            Just(Codec::Blosc),
            Just(Codec::Lz4),
        ]
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(
            bytes in prop::collection::vec(0_u8..4, 0..300), compressor in codec(), outer in prop::option::of(Just(Codec::Crc32c)),
        ) {
            let codecs: Vec<Codec> = [compressor].into_iter().chain(outer).collect();
            let encoded = encode(&codecs, bytes.clone()).unwrap();
            prop_assert_eq!(&decode(&codecs, encoded.clone(), bytes.len()).unwrap(), &bytes);
            prop_assert!(decode(&codecs, encoded, bytes.len() + 1).is_err());
        }

        #[test]
        fn damaged_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), compressor in codec()) {
            let _ = decode(&[compressor], bytes.clone(), 100);
            let _ = decode(&[Codec::Blosc], bytes.clone(), 100);
            let _ = decode(&[Codec::Zstd], bytes.clone(), 100);
            let _ = decode(&[Codec::Lz4], bytes, 100);
        }
    }

    #[test]
    fn a_wrong_checksum_is_found() {
        let mut bytes = encode(&[Codec::Crc32c], b"some bytes".to_vec()).unwrap();
        bytes[3] ^= 1;
        assert!(matches!(decode(&[Codec::Crc32c], bytes, 10), Err(ChunkProblem::Crc32c { .. })));
    }
}

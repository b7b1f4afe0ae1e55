//! Compression, as the programs do it that are named like the codecs, with the level that they have by default; zstd with
//! its level 1, which is all that there is in portable code.

use std::io::{self, Read, Write};

use bzip2::Compression;
use bzip2::read::BzEncoder;
use lzma_rust2::{XzOptions, XzWriter};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use crate::Codec;

/// Compresses bytes to a file of a codec, or to a block.
///
/// # Errors
///
/// If there are too many bytes for the codec: 4 GiB for Snappy.
pub fn compress(codec: Codec, bytes: &[u8]) -> io::Result<Vec<u8>> {
    match codec {
        Codec::Bzip2 => {
            let mut compressed = Vec::new();
            BzEncoder::new(bytes, Compression::best()).read_to_end(&mut compressed)?;
            Ok(compressed)
        }
        Codec::Xz => {
            let mut writer = XzWriter::new(Vec::new(), XzOptions::default())?;
            writer.write_all(bytes)?;
            writer.finish()
        }
        Codec::Zstd => Ok(compress_to_vec(bytes, CompressionLevel::Fastest)),
        Codec::Snappy => {
            let mut compressed = snap::raw::Encoder::new().compress_vec(bytes)?;
            compressed.extend(crc32fast::hash(bytes).to_be_bytes());
            Ok(compressed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decompress;

    const CODECS: [Codec; 4] = [Codec::Bzip2, Codec::Xz, Codec::Zstd, Codec::Snappy];

    /// Texts of every kind: nothing, a byte, what repeats, what does not.
    fn texts() -> Vec<Vec<u8>> {
        let mut state = 1_u32;
        let noise = (0..300_000).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_le_bytes()[3]
        });
        vec![vec![], vec![7], b"line\n".repeat(50_000), noise.collect()]
    }

    #[test]
    fn what_was_compressed_decompresses() {
        for codec in CODECS {
            for text in texts() {
                let compressed = compress(codec, &text).unwrap();
                assert!(decompress(codec, &compressed).unwrap() == text, "{codec:?} of {}", text.len());
            }
        }
    }

    #[test]
    fn what_repeats_becomes_small() {
        let text = b"line\n".repeat(50_000);
        for codec in CODECS {
            assert!(compress(codec, &text).unwrap().len() < text.len() / 15, "{codec:?}");
        }
    }

    #[test]
    fn a_wrong_sum_behind_snappy_is_an_error() {
        let mut compressed = compress(Codec::Snappy, b"some text").unwrap();
        *compressed.last_mut().unwrap() ^= 1;
        assert!(decompress(Codec::Snappy, &compressed).is_err());
    }
}

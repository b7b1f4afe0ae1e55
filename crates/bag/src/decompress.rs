//! Decompression of whole files and blocks, as the programs do that are named like the codecs: files that are several compressed
//! ones behind one another come out as one.

use std::io::{self, Read};

use bzip2::read::MultiBzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

use crate::Codec;

/// Why a file cannot be decompressed. There is no use in trying again.
#[derive(Debug, thiserror::Error)]
pub enum DecompressError {
    /// The bytes are no such file, or a damaged or truncated one.
    #[error("{0}")]
    Malformed(#[from] io::Error),
    /// The same of zstd.
    #[error("{0}")]
    Frame(#[from] FrameDecoderError),
    /// The same of Snappy.
    #[error("{0}")]
    Snappy(#[from] snap::Error),
}

/// What a file decompresses to.
///
/// # Errors
///
/// If it is no file of the codec, or a damaged or truncated one.
pub fn decompress(codec: Codec, bytes: &[u8]) -> Result<Vec<u8>, DecompressError> {
    let mut decompressed = Vec::new();
    match codec {
        Codec::Bzip2 => {
            MultiBzDecoder::new(bytes).read_to_end(&mut decompressed)?;
        }
        Codec::Xz => {
            XzReader::new(bytes, true).read_to_end(&mut decompressed)?;
        }
        Codec::Zstd => decompress_frames(bytes, &mut decompressed)?,
        Codec::Snappy => return decompress_block(bytes),
    }
    Ok(decompressed)
}

/// Frame by frame; those that are for other programs are left out.
fn decompress_frames(mut bytes: &[u8], decompressed: &mut Vec<u8>) -> Result<(), DecompressError> {
    while !bytes.is_empty() {
        match StreamingDecoder::new(&mut bytes) {
            Ok(mut frame) => {
                frame.read_to_end(decompressed)?;
            }
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length, ..
            })) => {
                let rest = usize::try_from(length).ok().and_then(|length| bytes.get(length..));
                bytes = rest.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Bytes that a byte of Snappy can stand for at most: a copy of 64 takes 3 bytes, so there are fewer.
const MOST_SNAPPY: usize = 32;

fn decompress_block(bytes: &[u8]) -> Result<Vec<u8>, DecompressError> {
    let malformed = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let (block, sum) = bytes.split_last_chunk::<4>().ok_or_else(|| malformed("a block ends early"))?;
    // The length is what the block says, and memory is taken for it.
    if snap::raw::decompress_len(block)? > block.len().saturating_mul(MOST_SNAPPY) {
        return Err(malformed("a block says that it is longer than it can be").into());
    }
    let decompressed = snap::raw::Decoder::new().decompress_vec(block)?;
    if crc32fast::hash(&decompressed).to_be_bytes() == *sum {
        return Ok(decompressed);
    }
    Err(malformed("the checksum of a block is wrong").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` twice over as the codec's own program writes it: two files, one behind the other.
    const BZIP2: &[u8] = include_bytes!("../tests/data/two.bz2");
    const XZ: &[u8] = include_bytes!("../tests/data/two.xz");
    const ZSTD: &[u8] = include_bytes!("../tests/data/two.zst");

    #[test]
    fn files_behind_one_another_come_out_as_one() {
        for (codec, bytes) in [(Codec::Bzip2, BZIP2), (Codec::Xz, XZ), (Codec::Zstd, ZSTD)] {
            let text = "one\n".repeat(500) + &"two\n".repeat(500);
            assert_eq!(decompress(codec, bytes).unwrap(), text.as_bytes(), "{codec:?}");
        }
    }

    #[test]
    fn a_file_that_ends_early_is_an_error() {
        for (codec, bytes) in [(Codec::Bzip2, BZIP2), (Codec::Xz, XZ), (Codec::Zstd, ZSTD)] {
            assert!(decompress(codec, &bytes[..bytes.len() - 5]).is_err(), "{codec:?}");
            assert!(decompress(codec, b"plain text, which is no such file").is_err(), "{codec:?}");
        }
    }

    #[test]
    fn frames_for_others_are_left_out() {
        let mut bytes = vec![0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
        bytes.extend(ZSTD);
        assert_eq!(decompress(Codec::Zstd, &bytes).unwrap().len(), 4000);
        assert!(decompress(Codec::Zstd, &bytes[..10]).is_err());
    }
}

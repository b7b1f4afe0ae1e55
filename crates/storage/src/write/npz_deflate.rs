//! Files of an archive as deflate streams, packed within the file in which they lie.
//!
//! ```text
//! before   slack  elements ................   each segment is packed on its own, several at a time,
//! after    packed ......   next member        and ends with a whole byte, so that they follow each other
//! ```

use std::{fs, io, ops::Range, os::unix::fs::FileExt};

use flate2::{Compress, Compression, FlushCompress, Status};
use rayon::prelude::*;

/// Bytes that are packed at once.
const SEGMENT: usize = 1 << 20;
/// An empty last block, which ends a stream.
const END: [u8; 2] = [3, 0];

/// A file that was packed.
pub(super) struct Packed {
    /// Of its bytes as they were.
    pub(super) checksum: u32,
    /// Bytes that it takes now.
    pub(super) length: u64,
}

/// Bytes by which what was packed may be longer than what it was made of: some for each segment, some for what does not
/// get shorter, and the end.
pub(super) fn slack(size: u64) -> u64 {
    size / 1000 + 64 * (1 + size / SEGMENT as u64) + END.len() as u64
}

/// Packs a part of a file to a place before it, at least [`slack`] bytes before it.
pub(super) fn pack(file: &fs::File, part: Range<u64>, to: u64) -> io::Result<Packed> {
    let mut checksum = libdeflater::Crc::new();
    let mut end = to;
    let at_once = SEGMENT * rayon::current_num_threads();
    for start in (part.start..part.end).step_by(at_once) {
        let stop = part.end.min(start + at_once as u64);
        let mut bytes = vec![0; usize::try_from(stop - start).map_err(io::Error::other)?];
        file.read_exact_at(&mut bytes, start)?;
        checksum.update(&bytes);
        let segments: Vec<Vec<u8>> =
            bytes.par_chunks(SEGMENT).map(pack_segment).collect::<io::Result<_>>()?;
        for segment in segments {
            end = write(file, &segment, end, stop)?;
        }
    }
    end = write(file, &END, end, part.end)?;
    Ok(Packed { checksum: checksum.sum(), length: end - to })
}

/// Writes packed bytes and gives where they end, which is before what was not read yet.
fn write(file: &fs::File, bytes: &[u8], start: u64, unread: u64) -> io::Result<u64> {
    let end = start + bytes.len() as u64;
    if end > unread {
        return Err(io::Error::other("packed bytes are longer than they can be"));
    }
    file.write_all_at(bytes, start)?;
    Ok(end)
}

fn pack_segment(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = Compress::new(Compression::default(), false);
    let mut packed = Vec::with_capacity(bytes.len() + bytes.len() / 1000 + 64);
    loop {
        let read = usize::try_from(stream.total_in()).map_err(io::Error::other)?;
        let status = stream
            .compress_vec(&bytes[read..], &mut packed, FlushCompress::Sync)
            .map_err(io::Error::other)?;
        let is_done = stream.total_in() == bytes.len() as u64 && packed.len() < packed.capacity();
        match status {
            Status::Ok | Status::BufError if is_done => return Ok(packed),
            Status::Ok | Status::BufError => packed.reserve(packed.len() / 2 + 64),
            Status::StreamEnd => return Err(io::Error::other("a segment ended its stream")),
        }
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Decompress, FlushDecompress};
    use proptest::prelude::*;

    use super::*;

    fn unpacked(packed: &[u8], length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 1);
        let mut stream = Decompress::new(false);
        let status = stream.decompress_vec(packed, &mut bytes, FlushDecompress::Finish).unwrap();
        assert_eq!(status, Status::StreamEnd);
        assert_eq!(stream.total_in(), packed.len() as u64);
        bytes
    }

    fn check(bytes: &[u8], before: u64) {
        let file = tempfile::tempfile().unwrap();
        let size = bytes.len() as u64;
        let start = before + slack(size);
        file.write_all_at(bytes, start).unwrap();
        let packed = pack(&file, start..start + size, before).unwrap();
        let mut stored = vec![0; usize::try_from(packed.length).unwrap()];
        file.read_exact_at(&mut stored, before).unwrap();
        assert_eq!(unpacked(&stored, bytes.len()), bytes);
        let mut checksum = libdeflater::Crc::new();
        checksum.update(bytes);
        assert_eq!(packed.checksum, checksum.sum());
    }

    #[test]
    fn long_files_are_packed_in_place() {
        let mut state = 1_u64;
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_le_bytes()[7]
        };
        let rough: Vec<u8> = (0..(5 << 20) + 17).map(|_| noise()).collect();
        let smooth: Vec<u8> = (0..5_u64 << 20).map(|number| (number / 5000).to_le_bytes()[0]).collect();
        check(&rough, 0);
        check(&smooth, 100);
        check(&rough[..SEGMENT], 3);
    }

    proptest! {
        #[test]
        fn short_files_too(bytes in prop::collection::vec(any::<u8>(), 0..300), before in 0_u64..50) {
            check(&bytes, before);
        }
    }
}

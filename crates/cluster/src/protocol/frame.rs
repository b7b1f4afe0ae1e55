//! Frames: a header in MessagePack and raw buffers behind it.
//!
//! ```text
//! u32  length of the header         all numbers little-endian
//! u32  number of buffers
//! u64  length of each buffer
//!      the header
//!      zeros up to a multiple of 64, then a buffer; and so on for each
//! ```
//!
//! A frame is written with one vectored call and read straight into memory that kernels can use.

use std::io::{self, IoSlice};
use std::sync::Arc;

use bramble_array::AlignedBuffer;
use bramble_storage::SharedBytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::error::FrameError;

/// Where buffers begin, counted from the start of a frame.
const ALIGNMENT: u64 = 64;

/// How much one peer may make another allocate.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a header.
    pub header: u32,
    /// Buffers of a frame.
    pub buffers: u32,
    /// Bytes of all buffers of a frame together.
    pub bytes: u64,
}

/// What a peer that has proved its key may send: as much as this machine can address.
impl Default for Limits {
    fn default() -> Limits {
        Limits { header: 64 << 20, buffers: 1 << 16, bytes: (usize::MAX / 4) as u64 }
    }
}

/// What a stranger may send.
pub const STRANGER: Limits = Limits { header: 1 << 12, buffers: 0, bytes: 0 };

/// A frame that came.
#[derive(Debug, Default)]
pub struct Frame {
    /// MessagePack.
    pub header: Vec<u8>,
    /// What the header refers to.
    pub buffers: Vec<AlignedBuffer>,
}

/// A frame to send. Its buffers may belong to others too.
#[derive(Clone, Default)]
pub struct Outgoing {
    /// MessagePack.
    pub header: Vec<u8>,
    /// What the header refers to.
    pub buffers: Vec<SharedBytes>,
}

/// Memory of a block as a part of a frame.
pub struct SharedBuffer(pub Arc<AlignedBuffer>);

impl AsRef<[u8]> for SharedBuffer {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Writes a frame. It is on its way after a flush.
///
/// # Errors
/// What the stream says; [`io::ErrorKind::InvalidInput`] if the header is longer than any peer accepts.
pub async fn write_frame(stream: &mut (impl AsyncWrite + Unpin), frame: &Outgoing) -> io::Result<()> {
    let too_long = |_| io::Error::new(io::ErrorKind::InvalidInput, "a frame that no peer accepts");
    let mut head = Vec::with_capacity(8 + 8 * frame.buffers.len() + frame.header.len());
    head.extend(u32::try_from(frame.header.len()).map_err(too_long)?.to_le_bytes());
    head.extend(u32::try_from(frame.buffers.len()).map_err(too_long)?.to_le_bytes());
    for buffer in &frame.buffers {
        head.extend((bytes_of(buffer).len() as u64).to_le_bytes());
    }
    head.extend(&frame.header);
    let mut parts: Vec<&[u8]> = vec![&head];
    let mut end = head.len() as u64;
    for buffer in &frame.buffers {
        let bytes = bytes_of(buffer);
        parts.push(&ZEROS[..padding(end)]);
        parts.push(bytes);
        end += padding(end) as u64 + bytes.len() as u64;
    }
    write_all(stream, &parts).await
}

fn bytes_of(buffer: &SharedBytes) -> &[u8] {
    (**buffer).as_ref()
}

const ZEROS: [u8; 64] = [0; 64];

/// Bytes up to the next border.
#[expect(clippy::cast_possible_truncation, reason = "less than 64")]
fn padding(end: u64) -> usize {
    (end.next_multiple_of(ALIGNMENT) - end) as usize
}

/// Writes parts one behind the other, as many as the system takes at a time.
async fn write_all(stream: &mut (impl AsyncWrite + Unpin), parts: &[&[u8]]) -> io::Result<()> {
    let mut slices: Vec<IoSlice> = parts.iter().map(|part| IoSlice::new(part)).collect();
    let mut left = &mut slices[..];
    IoSlice::advance_slices(&mut left, 0);
    while !left.is_empty() {
        let written = stream.write_vectored(left).await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        IoSlice::advance_slices(&mut left, written);
    }
    Ok(())
}

/// Reads a frame; nothing if the peer has closed the stream between two.
///
/// # Errors
/// [`FrameError`]; after one the stream is of no use any more.
pub async fn read_frame(
    stream: &mut (impl AsyncRead + Unpin),
    limits: Limits,
) -> Result<Option<Frame>, FrameError> {
    let mut first = [0; 4];
    if stream.read(&mut first[..1]).await? == 0 {
        return Ok(None);
    }
    stream.read_exact(&mut first[1..]).await?;
    let (header, buffers) = (u32::from_le_bytes(first), stream.read_u32_le().await?);
    if header > limits.header || buffers > limits.buffers {
        return Err(FrameError::TooLarge { header, buffers, bytes: 0 });
    }
    let mut lengths = Vec::new();
    for _ in 0..buffers {
        lengths.push(stream.read_u64_le().await?);
    }
    let total = lengths.iter().try_fold(0_u64, |total, &length| total.checked_add(length));
    if total.is_none_or(|total| total > limits.bytes) {
        return Err(FrameError::TooLarge { header, buffers, bytes: total.unwrap_or(u64::MAX) });
    }
    let header = read_header(stream, header).await?;
    let mut end = 8 + 8 * u64::from(buffers) + header.len() as u64;
    let mut read = Vec::new();
    for length in lengths {
        stream.read_exact(&mut [0; 64][..padding(end)]).await?;
        end += padding(end) as u64 + length;
        read.push(read_buffer(stream, length).await?);
    }
    Ok(Some(Frame { header, buffers: read }))
}

/// Memory grows with what has come, not with what was announced.
async fn read_header(stream: &mut (impl AsyncRead + Unpin), length: u32) -> Result<Vec<u8>, FrameError> {
    let mut header = Vec::new();
    stream.take(length.into()).read_to_end(&mut header).await?;
    if header.len() as u64 == u64::from(length) { Ok(header) } else { Err(FrameError::Truncated) }
}

/// The system gives memory when it is written to, so that what never comes takes none.
async fn read_buffer(
    stream: &mut (impl AsyncRead + Unpin),
    length: u64,
) -> Result<AlignedBuffer, FrameError> {
    let bytes = usize::try_from(length).map_err(|_| FrameError::OutOfMemory { bytes: length })?;
    let mut buffer = AlignedBuffer::zeroed(bytes).map_err(|_| FrameError::OutOfMemory { bytes: length })?;
    stream.read_exact(&mut buffer).await?;
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    fn outgoing(header: &[u8], buffers: &[&[u8]]) -> Outgoing {
        let shared = |bytes: &&[u8]| Arc::new(bytes.to_vec()) as SharedBytes;
        Outgoing { header: header.to_vec(), buffers: buffers.iter().map(shared).collect() }
    }

    fn written(frame: &Outgoing) -> Vec<u8> {
        let mut bytes = Vec::new();
        run(write_frame(&mut bytes, frame)).unwrap();
        bytes
    }

    #[test]
    fn has_these_bytes() {
        let bytes = written(&outgoing(&[0xc0], &[&[1, 2], &[], &[3]]));
        let mut expected = vec![1, 0, 0, 0, 3, 0, 0, 0];
        expected.extend([2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        expected.push(0xc0);
        expected.resize(64, 0);
        expected.extend([1, 2]);
        expected.resize(128, 0);
        expected.push(3);
        assert_eq!(bytes, expected);
    }

    #[test]
    fn tells_an_end_from_a_cut() {
        let bytes = written(&outgoing(b"header", &[&[7; 100]]));
        assert!(run(read_frame(&mut &bytes[..0], Limits::default())).unwrap().is_none());
        for cut in 1..bytes.len() {
            let error = run(read_frame(&mut &bytes[..cut], Limits::default())).unwrap_err();
            assert!(matches!(error, FrameError::Truncated | FrameError::Io(_)), "{error}");
        }
    }

    #[test]
    fn refuses_what_is_too_large_before_it_allocates() {
        let bytes = written(&outgoing(b"header", &[&[7; 100]]));
        for limits in [
            Limits { header: 5, ..Limits::default() },
            Limits { buffers: 0, ..Limits::default() },
            Limits { bytes: 99, ..Limits::default() },
            STRANGER,
        ] {
            let error = run(read_frame(&mut &bytes[..], limits)).unwrap_err();
            assert!(matches!(error, FrameError::TooLarge { .. }), "{error}");
        }
        // Two lengths whose sum does not fit in 64 bits.
        let mut bytes = vec![0, 0, 0, 0, 2, 0, 0, 0];
        bytes.extend([255; 16]);
        let error = run(read_frame(&mut &bytes[..], Limits::default())).unwrap_err();
        assert!(matches!(error, FrameError::TooLarge { .. }), "{error}");
    }

    proptest! {
        #[test]
        fn gives_back_what_was_written(
            header in prop::collection::vec(any::<u8>(), 0..200),
            buffers in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..5),
        ) {
            let slices: Vec<&[u8]> = buffers.iter().map(|bytes| &bytes[..]).collect();
            let mut bytes = written(&outgoing(&header, &slices));
            bytes.extend(written(&outgoing(b"next", &[])));
            let mut stream = &bytes[..];
            let frame = run(read_frame(&mut stream, Limits::default())).unwrap().unwrap();
            prop_assert_eq!(frame.header, header);
            let read: Vec<Vec<u8>> = frame.buffers.iter().map(|buffer| buffer.to_vec()).collect();
            prop_assert_eq!(read, buffers);
            let next = run(read_frame(&mut stream, Limits::default())).unwrap().unwrap();
            prop_assert_eq!(next.header, b"next");
        }

        #[test]
        fn survives_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let limits = Limits { header: 1 << 10, buffers: 16, bytes: 1 << 16 };
            let mut stream = &bytes[..];
            while let Ok(Some(_)) = run(read_frame(&mut stream, limits)) {}
        }
    }
}

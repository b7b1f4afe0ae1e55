//! Messages over a stream: whoever sends does not wait, and what waits together goes out in one flush.

use std::sync::Arc;

use bramble_array::AlignedBuffer;
use bramble_storage::SharedBytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncWriteExt, BufReader, BufWriter, ReadHalf, WriteHalf, split};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::batch::Batch;
use crate::error::FrameError;
use crate::protocol::{Limits, Outgoing, Pulse, SharedBuffer, read_frame, write_frame};
use crate::silence::{SILENCE, Watched};
use crate::transport::BoxStream;

/// Bytes that are read or written at once, where messages are small.
const BUFFER: usize = 64 << 10;

/// Frames that are looked at before a flush.
const BATCH: usize = 64;

/// What a pulse begins with, and no list of messages.
const NIL: u8 = 0xc0;

/// Reads messages.
pub(crate) struct Receiver {
    stream: BufReader<Watched<ReadHalf<BoxStream>>>,
    limits: Limits,
}

/// Sends messages. When it is dropped, the stream is closed after the last one.
pub(crate) struct Sender<M> {
    frames: Frames,
    /// What goes into the next frame.
    pending: Batch<M>,
}

/// The way to the task that writes frames.
pub(crate) type Frames = UnboundedSender<Arc<Outgoing>>;

/// Messages of one frame, and the buffers that come with them.
pub(crate) type Received<M> = (Vec<M>, Vec<AlignedBuffer>);

/// A frame of a conversation.
pub(crate) enum Word<M> {
    Messages(Heard<M>),
    Pulse(Pulse),
}

/// Messages, as they came and as they are meant.
pub(crate) struct Heard<M> {
    pub(crate) header: Vec<u8>,
    pub(crate) messages: Vec<M>,
    pub(crate) buffers: Vec<AlignedBuffer>,
}

/// Both directions of a connection that has been greeted. The task that writes ends with the sender, or the stream.
pub(crate) fn open<M: Serialize + Send + 'static>(
    stream: BoxStream,
    limits: Limits,
) -> (Sender<M>, Receiver) {
    let (read, write) = split(stream);
    let (frames, queue) = unbounded_channel();
    tokio::spawn(write_frames(write, queue));
    let stream = BufReader::with_capacity(BUFFER, Watched::new(read));
    (Sender { frames, pending: Batch::default() }, Receiver { stream, limits })
}

async fn write_frames(stream: WriteHalf<BoxStream>, mut queue: UnboundedReceiver<Arc<Outgoing>>) {
    let mut stream = BufWriter::with_capacity(BUFFER, stream);
    let mut frames = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut frames, BATCH).await > 0 {
        for frame in frames.drain(..) {
            if write_frame(&mut stream, &frame).await.is_err() {
                // The side that reads will tell.
                return;
            }
        }
        if queue.is_empty() && stream.flush().await.is_err() {
            return;
        }
    }
    let _ = stream.flush().await;
    let _ = stream.shutdown().await;
}

impl Receiver {
    /// The messages of the next frame; nothing when the other side has closed the connection.
    pub(crate) async fn receive<M: DeserializeOwned>(&mut self) -> Result<Option<Received<M>>, FrameError> {
        let Some(frame) = read_frame(&mut self.stream, self.limits).await? else { return Ok(None) };
        Ok(Some((rmp_serde::from_slice(&frame.header)?, frame.buffers)))
    }

    /// From now on the stream has failed when nothing comes for too long: the other side sends pulses.
    pub(crate) fn expect_pulses(&mut self) {
        self.stream.get_mut().watch(SILENCE);
    }

    /// The next frame of a conversation; nothing when the other side has closed the connection.
    pub(crate) async fn hear<M: DeserializeOwned>(&mut self) -> Result<Option<Word<M>>, FrameError> {
        let Some(frame) = read_frame(&mut self.stream, self.limits).await? else { return Ok(None) };
        if let Some((&NIL, pulse)) = frame.header.split_first() {
            return Ok(Some(Word::Pulse(rmp_serde::from_slice(pulse)?)));
        }
        let messages = rmp_serde::from_slice(&frame.header)?;
        Ok(Some(Word::Messages(Heard { header: frame.header, messages, buffers: frame.buffers })))
    }
}

impl<M: Serialize> Sender<M> {
    /// Adds a message to those that wait; one with buffers goes at once, behind them.
    pub(crate) fn add(&mut self, message: M, buffers: Vec<SharedBytes>) {
        for frame in self.pending.add(message, buffers) {
            self.post(frame);
        }
    }

    /// Sends a message at once.
    pub(crate) fn send(&mut self, message: M) {
        self.add(message, Vec::new());
        self.flush();
    }

    /// Sends what waits.
    pub(crate) fn flush(&mut self) {
        if let Some(frame) = self.pending.take() {
            self.post(frame);
        }
    }

    fn post(&self, frame: Arc<Outgoing>) {
        // A connection that has ended is told of by the side that reads.
        let _ = self.frames.send(frame);
    }
}

/// Messages on their way.
pub(crate) fn frame<M: Serialize>(messages: &[M], buffers: Vec<SharedBytes>) -> Arc<Outgoing> {
    let header = rmp_serde::to_vec(messages).expect("messages hold nothing that MessagePack has not");
    Arc::new(Outgoing { header, buffers })
}

/// A pulse on its way.
pub(crate) fn pulse_frame(pulse: Pulse) -> Arc<Outgoing> {
    let mut header = vec![NIL];
    header.extend(rmp_serde::to_vec(&pulse).expect("a pulse is some numbers"));
    Arc::new(Outgoing { header, buffers: Vec::new() })
}

impl<M> Sender<M> {
    /// The same connection for messages of another kind. What waits must have been sent.
    pub(crate) fn retyped<N>(self) -> Sender<N> {
        Sender { frames: self.frames, pending: Batch::default() }
    }

    /// The way to the task that writes. What waits must have been sent.
    pub(crate) fn into_frames(self) -> Frames {
        self.frames
    }
}

/// Buffers that came, to be passed on or kept.
pub(crate) fn share(buffers: Vec<AlignedBuffer>) -> Vec<SharedBytes> {
    buffers.into_iter().map(|buffer| Arc::new(SharedBuffer(Arc::new(buffer))) as SharedBytes).collect()
}

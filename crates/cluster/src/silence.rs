//! A stream of which nothing comes for too long has failed: the other side, or what is between, is gone without a word.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, Sleep};

/// Time between two signs of life.
pub(crate) const PULSE: Duration = Duration::from_secs(1);

/// How long nothing may come from one who gives signs of life.
pub(crate) const SILENCE: Duration = Duration::from_secs(15);

/// See the module.
pub(crate) struct Watched<S> {
    stream: S,
    /// When something came last.
    last: Instant,
    alarm: Option<(Duration, Pin<Box<Sleep>>)>,
}

impl<S> Watched<S> {
    pub(crate) fn new(stream: S) -> Watched<S> {
        Watched { stream, last: Instant::now(), alarm: None }
    }

    /// From now on it fails when nothing comes for so long.
    pub(crate) fn watch(&mut self, silence: Duration) {
        self.last = Instant::now();
        self.alarm = Some((silence, Box::pin(tokio::time::sleep_until(self.last + silence))));
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let Watched { last, alarm, .. } = &mut *self;
        let Some((silence, alarm)) = alarm else { return read };
        if read.is_ready() {
            *last = Instant::now();
            return read;
        }
        // It is set anew only when it rings: something comes all the time.
        while alarm.as_mut().poll(context).is_ready() {
            let due = *last + *silence;
            if due <= Instant::now() {
                let words = format!("nothing came for {} s", silence.as_secs());
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, words)));
            }
            alarm.as_mut().reset(due);
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
    }

    #[test]
    fn fails_when_nothing_comes_for_too_long() {
        runtime().block_on(async {
            let (mut far, near) = tokio::io::duplex(64);
            let mut near = Watched::new(near);
            far.write_all(b"x").await.unwrap();
            let silence = Duration::from_millis(40);
            near.watch(silence);
            assert_eq!(near.read_u8().await.unwrap(), b'x');
            let before = Instant::now();
            assert_eq!(near.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
            assert!(before.elapsed() >= silence / 2);
        });
    }

    #[test]
    fn says_nothing_of_a_stream_that_goes_on() {
        runtime().block_on(async {
            let (mut far, near) = tokio::io::duplex(64);
            let mut near = Watched::new(near);
            near.watch(Duration::from_mins(10));
            tokio::spawn(async move {
                for _ in 0..20 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    far.write_all(b"x").await.unwrap();
                }
            });
            let mut all = Vec::new();
            near.read_to_end(&mut all).await.unwrap();
            assert_eq!(all.len(), 20);
        });
    }
}

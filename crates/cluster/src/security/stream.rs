//! A connection whose peer was let in.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsStream;

/// Bytes from and to a peer, encrypted or as they are.
#[derive(Debug)]
pub enum SecureStream<S> {
    /// Within a machine, or insecure.
    Plain(S),
    /// From one machine to another.
    Encrypted(Box<TlsStream<S>>),
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for SecureStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            SecureStream::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            SecureStream::Encrypted(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for SecureStream<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            SecureStream::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            SecureStream::Encrypted(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            SecureStream::Plain(stream) => Pin::new(stream).poll_write_vectored(context, slices),
            SecureStream::Encrypted(stream) => Pin::new(stream).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            SecureStream::Plain(stream) => stream.is_write_vectored(),
            SecureStream::Encrypted(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            SecureStream::Plain(stream) => Pin::new(stream).poll_flush(context),
            SecureStream::Encrypted(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            SecureStream::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            SecureStream::Encrypted(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

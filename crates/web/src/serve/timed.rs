//! A stream that gives up: on a peer that sends nothing at first, and on one that does not read its answer.
//!
//! hyper times the head of a request, but neither the bytes by which HTTP/1 and HTTP/2 are told apart nor its own
//! writes; these two gaps are closed here.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// Bytes by which HTTP/2's preface is told from a request line.
const PREFACE_BYTES: usize = 24;

pub(super) struct Timed<S> {
    stream: S,
    read: usize,
    first: Pin<Box<Sleep>>,
    write: Pin<Box<Sleep>>,
    writing: bool,
    silence: Duration,
}

impl<S> Timed<S> {
    pub(super) fn new(stream: S, first: Duration, silence: Duration) -> Self {
        let (first, write) = (Box::pin(sleep(first)), Box::pin(sleep(silence)));
        Self { stream, read: 0, first, write, writing: false, silence }
    }

    /// Fails a write that has made no progress for the whole silence.
    fn watch_write<T>(&mut self, cx: &mut Context<'_>, done: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if done.is_ready() {
            self.writing = false;
            return done;
        }
        if !self.writing {
            self.writing = true;
            self.write.set(sleep_until(Instant::now() + self.silence));
        }
        match self.write.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        match Pin::new(&mut this.stream).poll_read(cx, buffer) {
            Poll::Pending if this.read < PREFACE_BYTES => match this.first.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                Poll::Pending => Poll::Pending,
            },
            done => {
                this.read = this.read.saturating_add(buffer.filled().len() - before);
                done
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let done = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.watch_write(cx, done)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let done = Pin::new(&mut this.stream).poll_flush(cx);
        this.watch_write(cx, done)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let done = Pin::new(&mut this.stream).poll_shutdown(cx);
        this.watch_write(cx, done)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let done = Pin::new(&mut this.stream).poll_write_vectored(cx, bytes);
        this.watch_write(cx, done)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

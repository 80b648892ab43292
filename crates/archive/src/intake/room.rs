//! Memory for the bodies of messages (fault 10): whatever many peers send at once, the archive holds so much of it and no
//! more. A large message waits until there is room; while it waits not a byte of it is read, and the sender's own buffers
//! fill. Who has waited too long is told to come again, once all of the message is read and thrown away: an answer given
//! before would be lost with the connection, whose other end still writes. Small ones, which nearly all are, need no room:
//! as many of them as there are connections fit into memory, so no crowd of large ones keeps them waiting.

use super::{door::MESSAGE_BYTES_MAX, reply};
use crate::App;
use axum::{
    body::{Body, HttpBody as _},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use futures::StreamExt as _;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Bytes of large bodies held at once: more of the largest than there are seats for checking them.
const ROOM_BYTES: usize = 128 << 20;
/// Longest body that needs no room.
const SMALL_BYTES: usize = 128 << 10;
/// Room is counted in such pieces.
const PIECE: usize = 4 << 10;
/// Longest wait for room: well within what a connection is given on which nothing moves (`web::Limits`).
const PATIENCE: Duration = Duration::from_secs(10);

/// See the module.
#[derive(Debug)]
pub struct Room(Semaphore);

impl Default for Room {
    fn default() -> Self {
        Self(Semaphore::new(ROOM_BYTES / PIECE))
    }
}

impl Room {
    /// Waits for room for a body of so many bytes; one that does not say how long it is may be the longest.
    /// None when the archive ends.
    async fn take(&self, bytes: Option<u64>) -> Option<SemaphorePermit<'_>> {
        let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(MESSAGE_BYTES_MAX);
        let pieces = if bytes <= SMALL_BYTES { 0 } else { bytes.min(MESSAGE_BYTES_MAX).div_ceil(PIECE) };
        self.0.acquire_many(u32::try_from(pieces).ok()?).await.ok()
    }
}

/// Lets a message in when there is room for it, and keeps the room until it is answered.
pub async fn when_there_is_room(State(app): State<App>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, app.room.take(request.body().size_hint().exact())).await {
        Ok(Some(_room)) => next.run(request).await,
        Ok(None) => reply::unavailable(),
        Err(_) => {
            throw_away(request.into_body()).await;
            reply::unavailable()
        }
    }
}

async fn throw_away(body: Body) {
    let mut pieces = body.into_data_stream();
    while pieces.next().await.is_some_and(|piece| piece.is_ok()) {}
}

//! Memory for the bodies of messages (fault 10): whatever many peers send at once, the archive holds so much of it and no
//! more. A large message waits until there is room; while it waits not a byte of it is read, and the sender's own buffers
//! fill. Small ones, which nearly all are, need no room: as many of them as there are connections fit into memory, so no
//! crowd of large ones keeps them waiting.

use super::door::MESSAGE_BYTES_MAX;
use crate::App;
use axum::{
    body::HttpBody as _,
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Bytes of large bodies held at once: more of the largest than there are seats for checking them.
const ROOM_BYTES: usize = 128 << 20;
/// Longest body that needs no room.
const SMALL_BYTES: usize = 128 << 10;
/// Room is counted in such pieces.
const PIECE: usize = 4 << 10;

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
    let Some(_room) = app.room.take(request.body().size_hint().exact()).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    next.run(request).await
}

//! Recordings (video- ja äänitallenteet, functional specification 3.29; FR-95): a signed document describes a recording
//! and travels as any other; the bytes come behind it in the same request and go, encrypted, into the object store.
//!
//! **The way in** is `POST /sanomat/tallenne`, mutual TLS like `/sanomat`. The body is the SOAP message (service request
//! SP12, [`kanta::ids::ServiceRequest::ArchiveRecording`]) and right behind it the bytes of the recording; the header
//! `Vakka-Message-Length` says where the message ends. **The way out** is `POST /sanomat/tallenne/haku` with an ordinary
//! question for the describing document by its OID; the answer's body is the recording. Kela's way is not known: all of
//! this is ours and `confirmed = false`.
//!
//! Nothing of a recording is read before the message has been believed and the day has come. The receipt leaves after
//! the blob is durable and then its row and log row: a crash in between leaves a blob that nobody was promised, which
//! [`sweep`] removes at the next start.

mod blob;
mod fetch;
mod store;

pub use blob::{Blobs, Digest};
pub use fetch::fetch;
pub use store::{archive, sweep};

use crate::entry::Denial;
use crate::{
    sabotage::{self, Fault},
    settings::Settings,
};
use jiff::Timestamp;
use records::{refusal::Refusal, time::finnish_date};

/// The header that tells how long the message before the recording is, in bytes.
pub const LENGTH_HEADER: &str = "vakka-message-length";
/// Longest message before a recording: a description without attachments.
pub const MESSAGE_BYTES_MAX: usize = 1024 * 1024;

/// Recordings are taken from the day of the setting on (FR-95).
///
/// # Errors
/// `GO_LIVE_NOT_REACHED`.
pub fn check_day(settings: &Settings, now: Timestamp) -> Result<(), Denial> {
    let from = settings.recordings_from;
    if from <= finnish_date(now) || sabotage::active(Fault::RecordingsAnyDay) {
        return Ok(());
    }
    let sentence = format!(
        "Tallenteita otetaan vastaan {}.{}.{} alkaen. Säilytä tallenne siihen asti omassa järjestelmässä.",
        from.day(),
        from.month(),
        from.year()
    );
    Err(Denial::with(Refusal::GoLiveNotReached, sentence))
}

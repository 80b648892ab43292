//! Forms that only our own pages may send.
//!
//! Two guards: [`crate::shell::wrap`] refuses cross-site requests by `Sec-Fetch-Site` and `Origin` (tower-http's
//! layer), and every form of a session carries the session's token in a hidden field called `csrf`.

use crate::error::PageError;
use crate::session::same_secret;

/// Name of the hidden field.
pub const FIELD: &str = "csrf";

/// Checks the token of a form against the session's.
///
/// # Errors
/// A page of status 403 that says what to do; the text that was sent is not stored.
pub fn check(session: &str, sent: &str) -> Result<(), PageError> {
    if !session.is_empty() && same_secret(session, sent) { Ok(()) } else { Err(PageError::stale_form()) }
}

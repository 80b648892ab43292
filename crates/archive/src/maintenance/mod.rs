//! What keeps the archive trustworthy over the years: verification of everything, export in open form, checkpoints.

pub mod export;
pub mod stored;
pub mod verify;

pub use export::export;
pub use verify::{Report, verify, verify_with};

use crate::App;

/// Puts a signed checkpoint of every log aside. A failure is loud in the application log but stops nothing: the rows
/// themselves are durable.
pub async fn checkpoint(app: &App) {
    if let Err(error) = store::log::checkpoint(&app.db, &app.vault, &app.witness).await {
        tracing::error!(%error, "a checkpoint could not be put aside");
    }
}

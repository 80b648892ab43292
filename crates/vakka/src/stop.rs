//! The signals by which an operator, a service manager or a container ends the process in good order.

/// Waits until the process is asked to stop: Ctrl+C, or SIGTERM where there is one.
///
/// # Errors
/// When the signals cannot be listened to.
pub async fn stopped() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            asked = tokio::signal::ctrl_c() => asked,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

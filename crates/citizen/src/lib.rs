//! The citizen's view of the social welfare client data archive, as the OmaKanta view would be.
//!
//! It shows and never decides: whose data a person may see, what is shown and what is logged is the archive's, asked
//! over the archive's own citizen interface (decisions.md 16). Here live the login, the words and the pages. Read
//! [`routes`] first: it is the table of everything that can be done here. Every page works without script.

pub mod app;
pub mod archive;
pub mod behalf;
pub mod display;
pub mod documents;
pub mod login;
pub mod op;
pub mod overview;
pub mod routes;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod uses;
pub mod wills;
#[cfg(test)]
mod wills_tests;

use records::{Lang, id::PersonalIdentityCode, time::Clock};
use std::{io, net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

pub use app::App;

/// The application's own texts, complete in all three languages (decisions.md 15).
pub const TEXTS: [(Lang, &str); 3] = [
    (Lang::Fi, include_str!("../texts/fi.ftl")),
    (Lang::Sv, include_str!("../texts/sv.ftl")),
    (Lang::En, include_str!("../texts/en.ftl")),
];

/// What the citizen view needs to know.
pub struct Config {
    /// Where it listens over http.
    pub http: SocketAddr,
    /// Where it listens over https, and with what certificate.
    pub https: Option<(SocketAddr, Arc<rustls::ServerConfig>)>,
    /// The archive's citizen interface, e.g. `http://127.0.0.1:8713`.
    pub archive_url: String,
    /// The bearer key of that interface.
    pub archive_key: String,
    /// The registers, e.g. `http://127.0.0.1:8705`.
    pub registers_url: String,
    /// Product time; the demo's can be moved.
    pub clock: Arc<dyn Clock>,
    /// The system's time, for the age of sessions.
    pub system_clock: Arc<dyn Clock>,
    /// Demo identities that may log in without strong identification. Empty: nobody can log in.
    pub people: Vec<PersonalIdentityCode>,
}

/// Why the citizen view cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The texts are not in order.
    #[error("the texts: {0}")]
    Texts(#[from] web::texts::TextsError),
    /// The client of the archive cannot be made.
    #[error("the client of the archive: {0}")]
    Client(#[from] reqwest::Error),
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's words.
        error: io::Error,
    },
}

/// The running citizen view.
pub struct Handle {
    /// Address of plain http.
    pub http: SocketAddr,
    /// Address of https, when configured.
    pub https: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Handle {
    /// Stops listening; open requests finish within the server's grace.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// Opens the citizen view and serves its pages over http, and https when configured.
///
/// # Errors
/// [`StartError`] when an address cannot be used.
pub async fn serve(config: Config) -> Result<Handle, StartError> {
    let (plain, secure) = (config.http, config.https.clone());
    let app = App::open(config)?;
    let (stop, stopped) = watch::channel(false);
    let mut tasks = Vec::new();
    let (listener, http) = listen(plain).await?;
    tasks.push(spawn(listener, routes::router(&app, false), None, stopped.clone()));
    let mut https = None;
    if let Some((address, tls)) = secure {
        let (listener, bound) = listen(address).await?;
        https = Some(bound);
        tasks.push(spawn(listener, routes::router(&app, true), Some(tls), stopped));
    }
    Ok(Handle { http, https, stop, tasks })
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let fault = |error| StartError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(fault)?;
    let bound = listener.local_addr().map_err(fault)?;
    Ok((listener, bound))
}

fn spawn(
    listener: TcpListener,
    routes: axum::Router,
    tls: Option<Arc<rustls::ServerConfig>>,
    mut stopped: watch::Receiver<bool>,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let stop = async move {
            let _ = stopped.changed().await;
        };
        if let Err(error) = web::serve(listener, routes, tls, web::Limits::default(), stop).await {
            tracing::error!(%error, "the citizen view's listener ended");
        }
    })
}

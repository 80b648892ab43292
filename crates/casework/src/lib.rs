//! The client information system (asiakastietojärjestelmä) of organisers and producers.
//!
//! Several organisations live in one installation and never see each other's rows. The system reaches the archive only
//! over the wire, as a client of `/sanomat`, so that the real archive can take the stand-in's place. Read [`routes`]
//! first: it is the table of everything that can be done here.

#![recursion_limit = "256"]

pub mod access_rights;
pub mod app;
pub mod archiving;
pub mod batches;
pub mod cases;
pub mod clients;
pub mod error;
pub mod finding;
pub mod login;
pub mod notes;
pub mod numbers;
pub mod op;
pub mod palette;
pub mod people;
pub mod phone;
pub mod posted;
pub mod printing;
pub mod recording;
pub mod relationships;
pub mod rights;
#[cfg(test)]
mod rights_tests;
pub mod routes;
pub mod sabotage;
pub mod schema;
pub mod search;
#[cfg(feature = "stand-ins")]
pub mod seed;
pub mod settings;
pub mod sheet;
pub mod signing;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod today;
pub mod together;
pub mod use_log;

use std::net::SocketAddr;

use records::Lang;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

pub use app::{App, Config, Connection, Https, StartError};

/// The application's own texts.
pub const TEXTS: [(Lang, &str); 2] =
    [(Lang::Fi, include_str!("../texts/fi.ftl")), (Lang::Sv, include_str!("../texts/sv.ftl"))];

/// The running application.
pub struct Handle {
    /// Address of plain http.
    pub http: SocketAddr,
    /// Address of https, when configured.
    pub https: Option<SocketAddr>,
    /// The application, for the seed and for tests.
    pub app: App,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Handle {
    /// Stops listening and the outbox worker; open requests finish within the server's grace.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// Opens the application and serves it: pages over http and https, and the outbox worker.
///
/// # Errors
/// [`StartError`] when the database, the keys or an address cannot be used.
pub async fn serve(config: Config) -> Result<Handle, StartError> {
    let https = config.https.clone();
    let address = config.http;
    let app = App::open(config).await?;
    let (stop, stopped) = watch::channel(false);
    let mut tasks = Vec::new();
    let listener = listen(address).await?;
    let http = listener.local_addr().map_err(|error| StartError::Listen { address, error })?;
    tasks.push(spawn(listener, routes::router(&app, false), None, stopped.clone()));
    let mut secure = None;
    if let Some(https) = https {
        let listener = listen(https.listen).await?;
        secure = listener.local_addr().ok();
        tasks.push(spawn(listener, routes::router(&app, true), Some(https.tls), stopped.clone()));
    }
    let older = app.clone();
    tokio::spawn(async move {
        match finding::backfill::all(&older).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "indexed for search"),
            Err(fault) => tracing::warn!(%fault, "the index of words is not whole"),
        }
    });
    let (batches, mut ended) = (app.clone(), stopped.clone());
    tasks.push(tokio::spawn(async move {
        tokio::select! {
            () = batches::worker::run(batches) => {}
            _ = ended.changed() => {}
        }
    }));
    let worker = app.clone();
    let mut end = stopped;
    tasks.push(tokio::spawn(async move {
        tokio::select! {
            () = archiving::worker::run(worker) => {}
            _ = end.changed() => {}
        }
    }));
    Ok(Handle { http, https: secure, app, stop, tasks })
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| StartError::Listen { address, error })
}

fn spawn(
    listener: TcpListener,
    routes: axum::Router,
    tls: Option<std::sync::Arc<rustls::ServerConfig>>,
    stopped: watch::Receiver<bool>,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        if let Err(error) = web::serve(listener, routes, tls, web::Limits::default(), until(stopped)).await {
            tracing::error!(%error, "the listener");
        }
    })
}

async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.changed().await;
}

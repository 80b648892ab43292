//! Opens the doors and closes them again.

use crate::{App, Config, archivist, intake, maintenance, recordings, routes};
use std::{io, net::SocketAddr, time::Duration};
use store::StoreError;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// How often a signed checkpoint of every log is put aside.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);

/// Longest time for sending a recording: 4 GB over a slow line.
const RECORDING_TIME: Duration = Duration::from_secs(6 * 3600);

/// A running archive.
pub struct Handle {
    /// Its parts, for what runs in the same process (verify, export, the demo's landing page).
    pub app: App,
    /// Address of `/sanomat`.
    pub messages: SocketAddr,
    /// Address of the management door.
    pub management: SocketAddr,
    /// Address of the citizen interface.
    pub citizen: SocketAddr,
    /// Address of the log door, when it is open.
    pub log: Option<SocketAddr>,
    /// Address of the archivist's pages over https, when they are open.
    pub pages: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Why the archive did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database or a key.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A listener.
    #[error("an address of the archive cannot be opened: {0}")]
    Listen(#[from] io::Error),
}

impl Handle {
    /// Stops taking messages, answers those that came, puts aside a last checkpoint.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
        maintenance::checkpoint(&self.app).await;
    }
}

/// Starts the archive; returns when all its doors are open.
///
/// # Errors
/// When the database cannot be migrated or an address cannot be opened.
pub async fn serve(config: Config) -> Result<Handle, ServeError> {
    let (messages, management, citizen) = (
        TcpListener::bind(config.doors.messages).await?,
        TcpListener::bind(config.doors.management).await?,
        TcpListener::bind(config.doors.citizen).await?,
    );
    let log = match config.doors.log {
        Some(address) => Some(TcpListener::bind(address).await?),
        None => None,
    };
    let log_address = log.as_ref().map(TcpListener::local_addr).transpose()?;
    let pages = match &config.doors.pages {
        Some((address, tls)) => Some((TcpListener::bind(address).await?, tls.clone())),
        None => None,
    };
    let pages_address = pages.as_ref().map(|(listener, _)| listener.local_addr()).transpose()?;
    let tls = config.doors.messages_tls.clone();
    // The writer ends by itself when the last sender is gone.
    let (app, _writer) = App::start(config).await?;
    let (stop, _) = watch::channel(false);
    // The routes limit a message's size and time; a recording is limited by the setting and by silence only.
    let longest = usize::try_from(app.settings_now().recording_bytes_max).unwrap_or(usize::MAX);
    let limits = web::Limits {
        body_bytes: longest.saturating_add(recordings::MESSAGE_BYTES_MAX),
        connections: 2048,
        request: RECORDING_TIME,
        ..web::Limits::default()
    };
    let plain = web::Limits { body_bytes: 2 * intake::door::MESSAGE_BYTES_MAX, ..web::Limits::default() };
    let addresses = (messages.local_addr()?, management.local_addr()?, citizen.local_addr()?);
    let mut tasks = vec![
        open(messages, routes::messages(app.clone()), Some(tls), limits, &stop),
        open(management, routes::management(app.clone()), None, plain.clone(), &stop),
        open(citizen, routes::citizen(app.clone()), None, plain.clone(), &stop),
        checkpoints(app.clone(), stop.subscribe()),
    ];
    tasks.extend(log.map(|log| open(log, routes::log(app.clone()), None, plain.clone(), &stop)));
    tasks.extend(pages.map(|(pages, tls)| {
        open(pages, routes::archivist_pages(app.clone(), true), Some(tls), web::Limits::default(), &stop)
    }));
    let (messages, management, citizen) = addresses;
    Ok(Handle { app, messages, management, citizen, log: log_address, pages: pages_address, stop, tasks })
}

fn open(
    listener: TcpListener,
    routes: axum::Router,
    tls: Option<std::sync::Arc<rustls::ServerConfig>>,
    limits: web::Limits,
    stop: &watch::Sender<bool>,
) -> JoinHandle<()> {
    #[cfg(feature = "sabotage")]
    let routes = routes.layer(axum::middleware::from_fn(|request, next: axum::middleware::Next| async move {
        crate::sabotage::held::visit().await;
        next.run(request).await
    }));
    let mut stopped = stop.subscribe();
    tokio::spawn(async move {
        let shutdown = async move {
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        if let Err(error) = web::serve(listener, routes, tls, limits, shutdown).await {
            tracing::error!(%error, "a door of the archive broke");
        }
    })
}

fn checkpoints(app: App, mut stopped: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut tick = tokio::time::interval(CHECKPOINT_EVERY);
        loop {
            let ticked = tokio::select! {
                _ = tick.tick() => true,
                _ = stopped.changed() => false,
            };
            if !ticked {
                return;
            }
            maintenance::checkpoint(&app).await;
            archivist::arrivals::watch(&app).await;
        }
    })
}

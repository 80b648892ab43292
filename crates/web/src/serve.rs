//! The HTTP server, with every time-out and limit set by hand: axum's own `serve` has none.
//!
//! Half-sent headers, silent connections, slow bodies and readers that never read must cost an attacker more than us
//! (security-and-faults 5.3). TLS comes in as a finished `rustls::ServerConfig`, so the same function serves people
//! over https and systems over mutual TLS.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

#[cfg(test)]
mod tests;
mod timed;
use timed::Timed;

/// Limits of a listener. The defaults suit people's browsers; a message endpoint raises body and concurrency.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections open at once; more wait in the kernel's queue.
    pub connections: usize,
    /// Time for the TLS handshake.
    pub handshake: Duration,
    /// Time for the whole head of a request, and for a kept-alive connection to begin its next one.
    pub head: Duration,
    /// Longest silence in either direction while bytes are due: a body half sent, an answer not read.
    pub silence: Duration,
    /// Time for one whole request, its body included, until its answer begins.
    pub request: Duration,
    /// Largest body, in bytes; enforced while it streams.
    pub body_bytes: usize,
    /// Largest head, in bytes.
    pub head_bytes: usize,
    /// Streams at once on one HTTP/2 connection.
    pub streams: u32,
    /// How long open requests may run on after the shutdown signal.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(15),
            silence: Duration::from_secs(30),
            request: Duration::from_secs(60),
            body_bytes: 2 * 1024 * 1024,
            head_bytes: 32 * 1024,
            streams: 128,
            grace: Duration::from_secs(10),
        }
    }
}

/// The client's certificate of a mutual TLS connection, DER, as a request extension. TLS has checked it against the
/// configured issuers; what it may do is the application's question.
#[derive(Clone)]
pub struct PeerCertificate(pub Arc<Vec<u8>>);

/// Serves until `shutdown` resolves, then lets open requests finish within the grace.
///
/// # Errors
/// Only when the listener itself is broken; a failed connection is its own affair.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    tls: Option<Arc<rustls::ServerConfig>>,
    limits: Limits,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let acceptor = tls.map(TlsAcceptor::from);
    let seats = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let routes = limited(routes, &limits);
    tokio::pin!(shutdown);
    loop {
        // When every seat is taken, the end must still be heard.
        let seat = tokio::select! {
            seat = Arc::clone(&seats).acquire_owned() => seat.map_err(io::Error::other)?,
            () = &mut shutdown => break,
        };
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) if is_of_the_connection(&error) => continue,
                Err(error) => {
                    // Too many open files: wait for some to close instead of spinning.
                    tracing::warn!(%error, "cannot accept");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = &mut shutdown => break,
        };
        let (routes, limits, acceptor) = (routes.clone(), limits.clone(), acceptor.clone());
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            if let Err(error) = connection(stream, peer, routes, acceptor, &limits, watcher).await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(seat);
        });
    }
    drop(listener);
    if timeout(limits.grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish within the grace");
    }
    Ok(())
}

/// One connection from handshake to end.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    routes: Router,
    acceptor: Option<TlsAcceptor>,
    limits: &Limits,
    watcher: Watcher,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // Answers are written whole; waiting to fill a packet would only delay them.
    stream.set_nodelay(true)?;
    let Some(acceptor) = acceptor else {
        return speak(stream, peer, None, routes, limits, watcher).await;
    };
    let stream = timeout(limits.handshake, acceptor.accept(stream)).await??;
    let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    let certificate = certificate.map(|der| PeerCertificate(Arc::new(der.to_vec())));
    speak(stream, peer, certificate, routes, limits, watcher).await
}

/// HTTP/1.1 or HTTP/2 on a stream.
async fn speak<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    peer: SocketAddr,
    certificate: Option<PeerCertificate>,
    routes: Router,
    limits: &Limits,
    watcher: Watcher,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(limits.head_bytes.max(8192));
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
        .keep_alive_interval(limits.silence)
        .keep_alive_timeout(limits.silence);
    let service = routes.map_request(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        if let Some(certificate) = &certificate {
            request.extensions_mut().insert(certificate.clone());
        }
        request.map(Body::new)
    });
    let io = TokioIo::new(Timed::new(stream, limits.head, limits.silence));
    let serving = builder.serve_connection(io, TowerToHyperService::new(service)).into_owned();
    watcher.watch(serving).await
}

fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

fn limited(routes: Router, limits: &Limits) -> Router {
    use axum::http::StatusCode;
    use tower_http::limit::RequestBodyLimitLayer;
    use tower_http::timeout::TimeoutLayer;
    routes
        .layer(RequestBodyLimitLayer::new(limits.body_bytes))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits.request))
}

//! Slow, silent and oversized peers, and who is on the other end of mutual TLS.

use super::{Limits, PeerCertificate, serve};
use axum::body::Bytes;
use axum::routing::{get, post};
use axum::{Extension, Router};
use rcgen::{CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(5);

fn impatient() -> Limits {
    Limits {
        handshake: Duration::from_millis(300),
        head: Duration::from_millis(300),
        silence: Duration::from_millis(500),
        request: Duration::from_millis(800),
        body_bytes: 1000,
        ..Limits::default()
    }
}

fn routes() -> Router {
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/slow", get(|| async { tokio::time::sleep(Duration::from_millis(400)).await }))
        .route("/body", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/flood", get(|| async { vec![b'x'; 64 << 20] }))
        .route("/peer", get(|Extension(peer): Extension<PeerCertificate>| async move { peer.0.to_vec() }))
}

async fn start(tls: Option<Arc<rustls::ServerConfig>>) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let running = tokio::spawn(async move {
        let stopped = async { stopped.await.unwrap_or(()) };
        serve(listener, routes(), tls, impatient(), stopped).await.unwrap();
    });
    (address, stop, running)
}

/// Sends bytes, reads until the server closes, and gives what it said; fails when the server never closes.
async fn talk(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A reset is an end too.
    let _ = timeout(SOON, stream.read_to_end(&mut answer)).await.expect("the server hangs on this peer");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn silent_and_half_sent_peers_are_let_go() {
    let (address, _stop, _) = start(None).await;
    assert_eq!(talk(address, b"").await, "", "nothing sent");
    assert_eq!(talk(address, b"PRI * HTTP/2.0\r\n").await, "", "half a preface of HTTP/2");
    let half_head = talk(address, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: a").await;
    assert!(!half_head.contains("200"), "{half_head}");
    let half_body = talk(address, b"POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc").await;
    assert!(half_body.starts_with("HTTP/1.1 408"), "{half_body}");
    let kept_alive = talk(address, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(kept_alive.starts_with("HTTP/1.1 200") && kept_alive.ends_with("hello"), "answered, then let go");
}

#[tokio::test]
async fn a_peer_that_does_not_read_is_let_go() {
    let (address, stop, running) = start(None).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    stop.send(()).unwrap();
    let began = Instant::now();
    running.await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(1), "the connection was still open");
    drop(stream);
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused_with_and_without_its_length() {
    let (address, _stop, _) = start(None).await;
    let head = "POST /body HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    let told = format!("{head}Content-Length: 2000\r\n\r\n{}", "x".repeat(2000));
    assert!(talk(address, told.as_bytes()).await.starts_with("HTTP/1.1 413"));
    let untold = format!("{head}Transfer-Encoding: chunked\r\n\r\n7d0\r\n{}\r\n0\r\n\r\n", "x".repeat(2000));
    let answer = talk(address, untold.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413") || answer.starts_with("HTTP/1.1 400"), "{answer}");
    let small = format!("{head}Content-Length: 3\r\n\r\nabc");
    assert!(talk(address, small.as_bytes()).await.ends_with('3'));
}

#[tokio::test]
async fn open_requests_finish_when_the_server_stops() {
    let (address, stop, running) = start(None).await;
    let asking = tokio::spawn(async move { talk(address, b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n").await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.send(()).unwrap();
    assert!(asking.await.unwrap().starts_with("HTTP/1.1 200"));
    timeout(SOON, running).await.expect("the server did not stop").unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

/// With every seat taken by one who says nothing, the server still hears that it is to end.
#[tokio::test]
async fn a_full_house_hears_the_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let limits = Limits { connections: 1, grace: Duration::from_millis(100), ..Limits::default() };
    let running = tokio::spawn(async move {
        let stopped = async { stopped.await.unwrap_or(()) };
        serve(listener, routes(), None, limits, stopped).await.unwrap();
    });
    let _silent = TcpStream::connect(address).await.unwrap();
    // Until the seat is taken and the next one waited for.
    tokio::time::sleep(Duration::from_millis(200)).await;
    stop.send(()).unwrap();
    timeout(SOON, running).await.expect("it waits for a seat instead of ending").unwrap();
}

#[tokio::test]
async fn mutual_tls_tells_whose_certificate_it_was_and_refuses_none() {
    let pair = || KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new(vec![]).unwrap();
    ca.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(ca, pair()).unwrap();
    let issue = |usage| {
        let key = pair();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.extended_key_usages = vec![usage];
        let certificate = params.signed_by(&key, &ca).unwrap().der().clone();
        (certificate, PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    };
    let mut roots = rustls::RootCertStore::empty();
    roots.add(ca.der().clone()).unwrap();
    let roots = Arc::new(roots);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier =
        rustls::server::WebPkiClientVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider));
    let (certificate, key) = issue(ExtendedKeyUsagePurpose::ServerAuth);
    let server = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let (address, _stop, _) = start(Some(Arc::new(server))).await;
    assert_eq!(talk(address, b"").await, "", "a silent handshake is let go");

    let client = |own: Option<(CertificateDer<'static>, PrivateKeyDer<'static>)>| {
        let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(Arc::clone(&roots));
        match own {
            Some((certificate, key)) => builder.with_client_auth_cert(vec![certificate], key).unwrap(),
            None => builder.with_no_client_auth(),
        }
    };
    let (certificate, key) = issue(ExtendedKeyUsagePurpose::ClientAuth);
    let known = ask_peer(address, client(Some((certificate.clone(), key)))).await.unwrap();
    assert!(known.ends_with(certificate.as_ref()));
    assert!(ask_peer(address, client(None)).await.is_none_or(|answer| answer.is_empty()));
}

async fn ask_peer(address: SocketAddr, config: rustls::ClientConfig) -> Option<Vec<u8>> {
    let stream = TcpStream::connect(address).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let mut stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.ok()?;
    stream.write_all(b"GET /peer HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.ok()?;
    let mut answer = Vec::new();
    let _ = timeout(SOON, stream.read_to_end(&mut answer)).await.expect("the server hangs");
    Some(answer)
}

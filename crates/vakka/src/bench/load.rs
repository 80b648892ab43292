//! The load generator: keep-alive connections over mutual TLS, each sending its own file of messages.

use super::{
    keys::Keys,
    messages::{LaneReader, Message, Side},
    plan::{Part, Plan},
    server::{ORGANISER, PRODUCER},
};
use anyhow::{Context, Result};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// What an acknowledgement of acceptance holds.
const ACCEPTED: &[u8] = b"<acknowledgement typeCode=\"AA\">";

/// TLS of both organisations' connections.
#[derive(Clone)]
pub struct Callers {
    organiser: TlsConnector,
    producer: TlsConnector,
}

impl Callers {
    /// Reads their keys.
    ///
    /// # Errors
    /// When a key cannot be read.
    pub fn open(keys: &Keys) -> Result<Self> {
        let trust = keys.trust()?;
        let of = |organisation: &str| -> Result<TlsConnector> {
            Ok(TlsConnector::from(seal::tls::client(Some(&keys.tls(organisation)?), &trust)?))
        };
        Ok(Self { organiser: of(ORGANISER)?, producer: of(PRODUCER)? })
    }
}

/// One keep-alive connection.
pub struct Caller(SendRequest<Full<Bytes>>);

/// What the archive said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The document is archived.
    Accepted,
    /// It is not; what was said.
    Refused(String),
    /// The archive could not take it now.
    Unavailable,
}

impl Caller {
    /// Connects as a side.
    ///
    /// # Errors
    /// When nobody answers or does not accept the certificate.
    pub async fn connect(address: SocketAddr, callers: &Callers, side: Side) -> Result<Self> {
        let connector = if side == Side::Organiser { &callers.organiser } else { &callers.producer };
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let stream = connector.connect("localhost".try_into()?, stream).await?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            // Its end shows in the next request.
            let _ = connection.await;
        });
        Ok(Self(sender))
    }

    /// Posts a message and reads the answer.
    ///
    /// # Errors
    /// When the connection broke: then nobody knows whether the document is archived.
    pub async fn post(&mut self, message: Vec<u8>) -> Result<Answer> {
        let (status, body) = self.exchange(message).await?;
        if status == 503 {
            return Ok(Answer::Unavailable);
        }
        let accepted = status == 200 && body.windows(ACCEPTED.len()).any(|window| window == ACCEPTED);
        Ok(if accepted { Answer::Accepted } else { Answer::Refused(told(status, &body)) })
    }

    /// Posts a message; gives status and body of the answer.
    async fn exchange(&mut self, message: Vec<u8>) -> Result<(u16, Bytes)> {
        self.0.ready().await?;
        let request = Request::post("/sanomat")
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/soap+xml; charset=utf-8")
            .body(Full::new(Bytes::from(message)))?;
        let response = self.0.send_request(request).await?;
        let status = response.status().as_u16();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    }
}

/// Sends questions that are ready, on one connection for each list, and counts those that found something.
///
/// # Errors
/// When a connection breaks.
pub async fn ask(address: SocketAddr, callers: &Callers, lanes: Vec<(Side, Vec<Vec<u8>>)>) -> Result<Load> {
    let mut connected = Vec::with_capacity(lanes.len());
    for (side, questions) in lanes {
        connected.push((Caller::connect(address, callers, side).await?, questions));
    }
    let start = Instant::now();
    let asking: Vec<_> = connected
        .into_iter()
        .map(|(mut caller, questions)| {
            tokio::spawn(async move {
                let mut load = Load::default();
                for question in questions {
                    let begun = Instant::now();
                    match caller.exchange(question).await? {
                        (200, body) if found(&body) => load.accepted += 1,
                        (status, body) => load.refused.push(told(status, &body)),
                    }
                    load.latencies_ms.push(begun.elapsed().as_secs_f64() * 1000.0);
                }
                anyhow::Ok(load)
            })
        })
        .collect();
    let mut load = Load::default();
    for lane in asking {
        let lane = lane.await.context("a connection's task broke")??;
        load.accepted += lane.accepted;
        load.refused.extend(lane.refused);
        load.latencies_ms.extend(lane.latencies_ms);
    }
    load.seconds = start.elapsed().as_secs_f64();
    load.latencies_ms.sort_by(f64::total_cmp);
    Ok(load)
}

/// Whether an answer says that something was found. The word stands near its beginning or its end: in between are only
/// documents.
fn found(body: &[u8]) -> bool {
    const FOUND: &[u8] = b"<queryResponseCode code=\"OK\"/>";
    const LOOKED_AT: usize = 4096;
    let (head, tail) = (&body[..body.len().min(LOOKED_AT)], &body[body.len().saturating_sub(LOOKED_AT)..]);
    [head, tail].iter().any(|part| part.windows(FOUND.len()).any(|window| window == FOUND))
}

/// The texts of a refusal, for the benchmark's own error message; refusals name no person.
fn told(status: u16, body: &[u8]) -> String {
    let limits = kanta::Limits::default();
    let details = kanta::soap::decode(body, &limits)
        .and_then(|envelope| kanta::ack::decode(&envelope.body_xml, &limits))
        .map(|ack| ack.details.iter().map(|detail| format!("{} {}", detail.code, detail.text)).collect::<Vec<_>>());
    format!("{status} {}", details.unwrap_or_default().join("; "))
}

/// How fast messages are sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// Each connection sends the next when the last is answered.
    Full,
    /// So many per second altogether, each due at its own time; waiting counts (no coordinated omission).
    PerSecond(f64),
}

/// What a part of a run showed.
#[derive(Debug, Default)]
pub struct Load {
    /// Documents accepted.
    pub accepted: u64,
    /// Documents refused, and the first few answers.
    pub refused: Vec<String>,
    /// Seconds from the first message to the last answer.
    pub seconds: f64,
    /// Milliseconds per message, sorted.
    pub latencies_ms: Vec<f64>,
}

impl Load {
    /// The latency that a share of the messages stayed under, in milliseconds.
    pub fn percentile_ms(&self, share: f64) -> f64 {
        let last = self.latencies_ms.len().saturating_sub(1);
        let index = ((self.latencies_ms.len() as f64 * share).ceil() as usize).saturating_sub(1);
        self.latencies_ms.get(index.min(last)).copied().unwrap_or(0.0)
    }

    /// Documents per second.
    pub fn per_s(&self) -> f64 {
        self.accepted as f64 / self.seconds.max(0.001)
    }
}

/// Sends a part of a plan from its files.
///
/// # Errors
/// When a connection breaks.
pub async fn send(
    address: SocketAddr,
    callers: &Callers,
    files: &Path,
    plan: &Plan,
    part: Part,
    pace: Pace,
) -> Result<Load> {
    let mut lanes = Vec::new();
    for lane in 0..plan.lanes {
        let caller = Caller::connect(address, callers, Side::of(part, lane)).await?;
        let reader = LaneReader::open(&files.join(part.file(lane)))?;
        lanes.push((caller, reader, Schedule { pace, lane, lanes: plan.lanes }));
    }
    let start = Instant::now();
    let sending: Vec<_> = lanes
        .into_iter()
        .map(|(caller, reader, schedule)| tokio::spawn(run(caller, reader, schedule, start)))
        .collect();
    let mut load = Load::default();
    for lane in sending {
        let lane = lane.await.context("a connection's task broke")??;
        load.accepted += lane.accepted;
        load.refused.extend(lane.refused);
        load.latencies_ms.extend(lane.latencies_ms);
    }
    load.seconds = start.elapsed().as_secs_f64();
    load.latencies_ms.sort_by(f64::total_cmp);
    Ok(load)
}

/// When a lane's messages are due.
#[derive(Clone, Copy)]
struct Schedule {
    pace: Pace,
    lane: u64,
    lanes: u64,
}

impl Schedule {
    /// Waits until the `index`th message of the lane is due; gives the instant from which its time counts.
    async fn due(self, start: Instant, index: u64) -> Instant {
        let Pace::PerSecond(rate) = self.pace else { return Instant::now() };
        let due = start + Duration::from_secs_f64((index * self.lanes + self.lane) as f64 / rate);
        tokio::time::sleep_until(due.into()).await;
        due
    }
}

async fn run(mut caller: Caller, mut reader: LaneReader, schedule: Schedule, start: Instant) -> Result<Load> {
    let mut load = Load::default();
    let mut index = 0;
    while let Some(Message { document, bytes, .. }) = reader.next()? {
        let begun = schedule.due(start, index).await;
        index += 1;
        match caller.post(bytes).await? {
            Answer::Accepted => load.accepted += 1,
            Answer::Refused(told) => load.refused.push(format!("{document}: {told}")),
            Answer::Unavailable => load.refused.push(format!("{document}: 503")),
        }
        load.latencies_ms.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(load)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_measured_value() {
        let load = Load { latencies_ms: (1..=100).map(f64::from).collect(), ..Load::default() };
        assert_eq!((load.percentile_ms(0.5), load.percentile_ms(0.99), load.percentile_ms(1.0)), (50.0, 99.0, 100.0));
        assert_eq!(Load::default().percentile_ms(0.99), 0.0);
    }
}

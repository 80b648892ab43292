//! The wire to the archive: one frame in a SOAP envelope over mutual TLS, beside it the signed `Toimija`
//! (decisions.md 1, 2). This module is the only one that speaks to the archive, so that the real one can take the
//! place of the stand-in by configuration.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use kanta::{
    Limits,
    ack::{self, AckType, Acknowledgement},
    document::Document,
    frame::{self, Frame, MessageId, Processing, Sending, User},
    ids::{ARCHIVE_PARTY, Situation},
    query::{self, Query, QueryResponse},
    soap,
    toimija::{self, LoginEvidence, SearchKey, Toimija},
};
use records::id::{Oid, OrganisationId, PersonalIdentityCode, RegistrationNumber, ServiceUnitId};

use crate::app::{Config, Connection};

/// Longest wait for a connection; the archive is on a network that answers at once or is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest wait for an answer; its loss is safe, since the same OID may be sent again.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// Purpose of use of every act of this system: the client's matter.
pub const PURPOSE: &str = "asiakkuuden hoito";

/// Why there is no answer that could be believed. The outcome of what was sent is then unknown.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// No connection, no answer in time, or an answer of another kind.
    #[error("the archive does not answer")]
    Down,
    /// An answer that is not what was asked for.
    #[error("the archive answered something that cannot be read")]
    Garbage,
    /// The organisation has no connection, or its key does not sign: a fault of the installation.
    #[error("this organisation has no working connection to the archive: {0}")]
    NotConnected(String),
}

/// Who acts, as kept sealed with a document in the queue: everything that the frame and `Toimija` need later.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Acting {
    /// The worker's id in this system; who owns a returned document.
    pub person: String,
    /// Personal identity code.
    pub hetu: String,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Registration number, if a professional.
    pub registration: Option<String>,
    /// Active unit.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// Duty (työtehtävä).
    pub duty: String,
    /// Own service tasks.
    pub tasks: Vec<String>,
    /// Strength of login.
    pub strength: String,
    /// Evidence of a card login: challenge, signature, certificate, in base64.
    pub evidence: Option<[String; 3]>,
}

impl std::fmt::Debug for Acting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Acting(…)")
    }
}

/// The client of `/sanomat` for all organisations of this installation.
pub struct Archive {
    url: String,
    clients: Vec<(OrganisationId, reqwest::Client)>,
    /// Microseconds since the first failed call; 0 while it answers.
    down: AtomicI64,
    /// Microseconds of the last answer; 0 before the first.
    answered: AtomicI64,
}

impl Archive {
    /// Prepares a connection per organisation. Nothing is sent yet.
    ///
    /// # Errors
    /// When the TLS configuration cannot be used.
    pub fn new(config: &Config) -> Result<Self, String> {
        let clients = config
            .connections
            .iter()
            .map(|one| {
                let client = reqwest::Client::builder()
                    .tls_backend_preconfigured((*one.tls).clone())
                    .connect_timeout(CONNECT_TIMEOUT)
                    .timeout(ANSWER_TIMEOUT)
                    .no_proxy()
                    .build()
                    .map_err(|error| error.to_string())?;
                Ok((one.organisation.clone(), client))
            })
            .collect::<Result<_, String>>()?;
        Ok(Self { url: config.archive_url.clone(), clients, down: AtomicI64::new(0), answered: AtomicI64::new(0) })
    }

    /// Since when the archive has not answered; `None` while it does.
    pub fn down_since(&self) -> Option<Timestamp> {
        match self.down.load(Ordering::Relaxed) {
            0 => None,
            micros => Timestamp::from_microsecond(micros).ok(),
        }
    }

    /// When it answered last; `None` before the first answer since the start.
    pub fn answered(&self) -> Option<Timestamp> {
        match self.answered.load(Ordering::Relaxed) {
            0 => None,
            micros => Timestamp::from_microsecond(micros).ok(),
        }
    }

    fn note(&self, up: bool, now: Timestamp) {
        let since = self.down.load(Ordering::Relaxed);
        if up {
            self.answered.store(now.as_microsecond().max(1), Ordering::Relaxed);
            self.down.store(0, Ordering::Relaxed);
        } else if since == 0 {
            self.down.store(now.as_microsecond().max(1), Ordering::Relaxed);
        }
    }

    /// Sends a signed document. An acknowledgement of any kind is an answer; only its lack is an error.
    ///
    /// # Errors
    /// [`WireError`]; the document may or may not have been stored, and is sent again under the same OID.
    pub async fn store(
        &self,
        connection: &Connection,
        acting: &Acting,
        document: &Document,
        bytes: Vec<u8>,
        now: Timestamp,
    ) -> Result<Acknowledgement, WireError> {
        let rko = document.header.custodian.id != connection.organisation;
        let sending = sending(connection, acting, rko, now)?;
        self.exchange(connection, acting, frame::archive(document, bytes, sending), None, now).await
    }

    /// Asks the archive to invalidate a document (mitätöinti), with the reason.
    ///
    /// # Errors
    /// As [`Self::store`].
    pub async fn nullify(
        &self,
        connection: &Connection,
        acting: &Acting,
        document: &Document,
        reason: &str,
        now: Timestamp,
    ) -> Result<Acknowledgement, WireError> {
        let rko = document.header.custodian.id != connection.organisation;
        let sending = sending(connection, acting, rko, now)?;
        self.exchange(connection, acting, frame::nullify(&document.header, reason, sending), None, now).await
    }

    /// Searches or fetches. A refusal is an answer too.
    ///
    /// # Errors
    /// As [`Self::store`]; nothing has changed in the archive.
    pub async fn ask(
        &self,
        connection: &Connection,
        acting: &Acting,
        query: Query,
        key: SearchKey,
        now: Timestamp,
    ) -> Result<QueryResponse, WireError> {
        let rko = query.controller != connection.organisation;
        let frame = frame::query(query, sending(connection, acting, rko, now)?);
        let body = self.post(connection, acting, &frame, Some(key), now).await?;
        let answer = self.envelope(&body)?;
        let answer = query::decode_response(&answer, &Limits::default()).map_err(|_| WireError::Garbage);
        self.note(answer.is_ok(), now);
        answer
    }

    async fn exchange(
        &self,
        connection: &Connection,
        acting: &Acting,
        frame: Frame,
        key: Option<SearchKey>,
        now: Timestamp,
    ) -> Result<Acknowledgement, WireError> {
        let sent = frame.message_id.clone();
        let body = self.post(connection, acting, &frame, key, now).await?;
        let answer = self.envelope(&body)?;
        let answer = ack::decode(&answer, &Limits::default()).map_err(|_| WireError::Garbage)?;
        // An acknowledgement of another message must not settle this one.
        if answer.target.as_ref().is_some_and(|target| *target != sent) {
            return Err(WireError::Garbage);
        }
        let down = answer.kind != AckType::Accepted && answer.details.iter().any(|one| is_downtime(&one.code));
        self.note(!down, now);
        if down { Err(WireError::Down) } else { Ok(answer) }
    }

    fn envelope(&self, body: &[u8]) -> Result<Vec<u8>, WireError> {
        let envelope = soap::decode(body, &Limits::default()).map_err(|_| WireError::Garbage)?;
        Ok(envelope.body_xml.into_owned())
    }

    async fn post(
        &self,
        connection: &Connection,
        acting: &Acting,
        frame: &Frame,
        key: Option<SearchKey>,
        now: Timestamp,
    ) -> Result<Vec<u8>, WireError> {
        let (_, client) = self
            .clients
            .iter()
            .find(|(organisation, _)| *organisation == connection.organisation)
            .ok_or_else(|| WireError::NotConnected("no TLS identity".into()))?;
        let header = signed_toimija(connection, acting, key, now)?;
        let body = String::from_utf8(frame::encode(frame)).map_err(|_| WireError::NotConnected("frame".into()))?;
        let message = soap::encode(Some(&header), &body);
        let sent = client
            .post(&self.url)
            .header(reqwest::header::CONTENT_TYPE, soap::Version::V12.content_type())
            .body(message)
            .send()
            .await;
        let answer = match sent {
            Ok(answer) if answer.status().as_u16() < 502 => answer.bytes().await.ok(),
            Ok(_) => None,
            Err(error) => {
                tracing::warn!(
                    timeout = error.is_timeout(),
                    connect = error.is_connect(),
                    "the archive does not answer"
                );
                None
            }
        };
        match answer {
            Some(bytes) => Ok(bytes.to_vec()),
            None => {
                self.note(false, now);
                Err(WireError::Down)
            }
        }
    }
}

/// Whether a code of the catalogue tells of the way and not of the content: then the queue tries again by itself.
pub fn is_downtime(code: &str) -> bool {
    records::refusal::Refusal::parse(code).is_some_and(records::refusal::Refusal::retryable)
}

fn sending(connection: &Connection, acting: &Acting, rko: bool, now: Timestamp) -> Result<Sending, WireError> {
    let damaged = |what: &str| WireError::NotConnected(format!("the sender's {what} is damaged"));
    let root = connection.organisation.0.clone();
    Ok(Sending {
        message_id: MessageId { root, extension: crate::numbers::random_id() },
        created: now,
        processing: Processing::Debugging,
        receiver: Oid::parse(ARCHIVE_PARTY).map_err(|_| damaged("archive id"))?,
        situation: if rko { Situation::RegisterAccess } else { Situation::OwnRegister },
        user: User {
            hetu: PersonalIdentityCode::parse(&acting.hetu).map_err(|_| damaged("identity"))?,
            family: acting.family.clone(),
            given: acting.given.clone(),
            unit: ServiceUnitId::parse(&acting.unit).map_err(|_| damaged("unit"))?,
            unit_name: acting.unit_name.clone(),
        },
    })
}

/// The `Toimija` element, signed with the connecting organisation's system key.
fn signed_toimija(
    connection: &Connection,
    acting: &Acting,
    key: Option<SearchKey>,
    now: Timestamp,
) -> Result<String, WireError> {
    let damaged = |what: &str| WireError::NotConnected(format!("the sender's {what} is damaged"));
    let evidence = match &acting.evidence {
        None => None,
        Some([challenge, signature, certificate]) => {
            let decode = |text: &str| BASE64_STANDARD.decode(text).map_err(|_| damaged("evidence"));
            Some(LoginEvidence {
                challenge: decode(challenge)?,
                signature: decode(signature)?,
                certificate: decode(certificate)?,
            })
        }
    };
    let toimija = Toimija {
        worker: PersonalIdentityCode::parse(&acting.hetu).map_err(|_| damaged("identity"))?,
        registration: acting.registration.as_deref().and_then(|number| RegistrationNumber::parse(number).ok()),
        unit: ServiceUnitId::parse(&acting.unit).map_err(|_| damaged("unit"))?,
        duty: acting.duty.clone(),
        own_tasks: acting.tasks.clone(),
        // The register of users knows tasks, not services; the archive then counts the unit's own documents alone.
        own_services: Vec::new(),
        strength: acting.strength.clone(),
        evidence,
        purpose: PURPOSE.into(),
        search_key: key,
        special_reason: None,
        time: now,
        nonce: crate::numbers::random_id(),
        connecting: connection.organisation.clone(),
    };
    let xml = toimija::encode(&toimija);
    let id = attribute(&xml, "ID").ok_or_else(|| damaged("header"))?;
    let signed = seal::enveloped::sign(xml.as_bytes(), id, connection.system_key.as_ref())
        .map_err(|error| WireError::NotConnected(error.to_string()))?;
    String::from_utf8(signed).map_err(|_| damaged("header"))
}

/// The value of the first attribute of that name in XML of our own making.
fn attribute<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let start = xml.find(&format!(" {name}=\""))? + name.len() + 3;
    let end = start + xml[start..].find('"')?;
    Some(&xml[start..end])
}

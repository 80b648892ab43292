//! A vendor's system: speaks to the archive over `/sanomat` as an organisation of the cast, with nothing but the connection
//! kit and the wire. What no page of ours shows is played through it.

mod documents;

pub use documents::Person;

use super::people::Stage;
use crate::demo::kit::{FACTS, Facts, Worker};
use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use kanta::ack::{AckType, Acknowledgement};
use kanta::document::Document;
use kanta::frame::{Frame, MessageId, Processing, Sending, User};
use kanta::ids::Situation;
use kanta::query::{Query, QueryKind, QueryResponse};
use kanta::toimija::{LoginEvidence, Toimija};
use kanta::{Limits, soap};
use records::id::{Oid, OrganisationId, PersonalIdentityCode, RegistrationNumber, ServiceUnitId};
use seal::{PolicyFamily, Role, SigningKey, SoftwareKey, TrustStore};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// What came back: an acknowledgement, or an answer to a question.
pub enum Reply {
    /// An acknowledgement.
    Ack(Box<Acknowledgement>),
    /// An answer.
    Answer(Box<QueryResponse>),
}

impl Reply {
    /// `AA`, or the first code of the refusal.
    pub fn code(&self) -> &str {
        let (kind, details) = match self {
            Self::Ack(ack) => (&ack.kind, &ack.details),
            Self::Answer(answer) => (&answer.ack, &answer.details),
        };
        if *kind == AckType::Accepted {
            return "AA";
        }
        details.first().map_or("", |detail| detail.code.as_str())
    }

    /// Fails unless the code is this.
    ///
    /// # Errors
    /// When it is another.
    pub fn must_be(&self, code: &str, what: &str) -> Result<()> {
        ensure!(self.code() == code, "{what}: the archive answers {:?}, not {code}", self.code());
        Ok(())
    }

    /// What was found on the one page that there is, or the code of the refusal.
    ///
    /// # Errors
    /// When an acceptance is no answer, or more follows.
    pub fn found(self) -> Result<Result<Box<QueryResponse>, String>> {
        let code = self.code().to_owned();
        match self {
            Self::Answer(answer) if code == "AA" => {
                ensure!(answer.next_page.is_none(), "more is found than the player reads");
                Ok(Ok(answer))
            }
            Self::Ack(_) if code == "AA" => bail!("the question is acknowledged and not answered"),
            Self::Answer(_) | Self::Ack(_) => Ok(Err(code)),
        }
    }
}

/// The system of every organisation of the kit.
pub struct Vendor {
    kit: PathBuf,
    facts: Facts,
    messages: String,
    origin: String,
    now: Timestamp,
    numbers: AtomicU64,
}

impl Vendor {
    /// Reads the kit of a demo, and its clock.
    ///
    /// # Errors
    /// When there is no kit.
    pub async fn open(stage: &Stage) -> Result<Self> {
        let kit = stage.kit().to_owned();
        let facts = serde_json::from_slice(&std::fs::read(kit.join(FACTS)).context("there is no connection kit")?)?;
        let (messages, origin) = (stage.places().messages.clone(), stage.places().casework_https.clone());
        // Numbers are those of no other run on the same data: the clock only goes on.
        let now = stage.now().await?;
        let numbers = AtomicU64::new(now.as_microsecond().unsigned_abs() % 1_000_000_000_000_000);
        Ok(Self { kit, facts, messages, origin, now, numbers })
    }

    /// A worker of the kit.
    ///
    /// # Errors
    /// When the kit has none of that login.
    pub fn worker(&self, login: &str) -> Result<&Worker> {
        self.facts.workers.iter().find(|worker| worker.login == login).with_context(|| format!("no {login} in the kit"))
    }

    fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn key(&self, name: &str) -> Result<SoftwareKey> {
        SoftwareKey::load(&self.kit, name).with_context(|| format!("the kit's key {name} cannot be read"))
    }

    fn system(&self, worker: &Worker) -> Result<SoftwareKey> {
        self.key(&format!("{}-system", worker.organisation))
    }

    /// Signs a document with the system key of the worker's organisation and sends it.
    ///
    /// # Errors
    /// When the archive does not answer; a refusal is an answer.
    pub async fn archive(&self, worker: &Worker, document: &Document) -> Result<Reply> {
        let bytes = seal::sign(&kanta::document::encode(document), Role::System, &self.system(worker)?, self.now)?;
        let own = document.header.custodian.id.as_str() == worker.organisation;
        let situation = if own { Situation::OwnRegister } else { Situation::RegisterAccess };
        self.send(worker, &kanta::frame::archive(document, bytes, self.sending(worker, situation)?)).await
    }

    /// Archives a document that the archive has to take.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn stored(&self, worker: &Worker, document: &Document, what: &str) -> Result<()> {
        self.archive(worker, document).await?.must_be("AA", what)
    }

    /// Asks the own register about a client; the code of the refusal when it tells nothing.
    ///
    /// # Errors
    /// When the archive does not answer.
    pub async fn own(
        &self,
        worker: &Worker,
        person: Person<'_>,
        kind: QueryKind,
    ) -> Result<Result<Box<QueryResponse>, String>> {
        let mut query = Query::new(kind, "1", OrganisationId::parse(&worker.organisation)?);
        query.client = Some(person.id()?);
        self.ask(worker, query, Situation::OwnRegister).await?.found()
    }

    /// Asks a question.
    ///
    /// # Errors
    /// When the archive does not answer; a refusal is an answer.
    pub async fn ask(&self, worker: &Worker, query: Query, situation: Situation) -> Result<Reply> {
        self.send(worker, &kanta::frame::query(query, self.sending(worker, situation)?)).await
    }

    fn sending(&self, worker: &Worker, situation: Situation) -> Result<Sending> {
        Ok(Sending {
            message_id: MessageId { root: Oid::parse(&worker.organisation)?, extension: self.number().to_string() },
            created: self.now,
            processing: Processing::Debugging,
            receiver: Oid::parse(kanta::ids::ARCHIVE_PARTY)?,
            situation,
            user: User {
                hetu: PersonalIdentityCode::parse(&worker.hetu)?,
                family: worker.family.clone(),
                given: worker.given.clone(),
                unit: ServiceUnitId::parse(&worker.unit)?,
                unit_name: worker.unit_name.clone(),
            },
        })
    }

    async fn send(&self, worker: &Worker, frame: &Frame) -> Result<Reply> {
        let trust = TrustStore::from_folder(&self.kit.join("ca"), PolicyFamily::Test)?;
        let tls = seal::tls::client(Some(&self.key(&format!("{}-tls", worker.organisation))?), &trust)?;
        let client = reqwest::Client::builder().tls_backend_preconfigured((*tls).clone()).no_proxy().build()?;
        let body = String::from_utf8(kanta::frame::encode(frame))?;
        let message = soap::encode(Some(&self.toimija(worker)?), &body);
        let request = client.post(&self.messages).header("content-type", soap::Version::V12.content_type());
        let answer = request.body(message).send().await?.bytes().await?;
        let limits = Limits::default();
        let unreadable = |fault: kanta::Fault| anyhow::anyhow!("the archive's answer is not readable: {fault:?}");
        let envelope = soap::decode(&answer, &limits).map_err(unreadable)?;
        if let Ok(ack) = kanta::ack::decode(&envelope.body_xml, &limits) {
            return Ok(Reply::Ack(Box::new(ack)));
        }
        let answer = kanta::query::decode_response(&envelope.body_xml, &limits).map_err(unreadable)?;
        Ok(Reply::Answer(Box::new(answer)))
    }

    /// The signed header that says who acts, with what the card signed at login.
    fn toimija(&self, worker: &Worker) -> Result<String> {
        let card = self.key(&format!("card-{}-login", worker.login))?;
        let challenge = seal::login::Challenge::new(&self.origin, &[9; 32], self.now);
        let evidence = LoginEvidence {
            challenge: challenge.text().as_bytes().to_vec(),
            signature: card.sign(challenge.text().as_bytes())?,
            certificate: card.certificate_der().to_vec(),
        };
        let toimija = Toimija {
            worker: PersonalIdentityCode::parse(&worker.hetu)?,
            registration: worker.registration.as_deref().map(RegistrationNumber::parse).transpose()?,
            unit: ServiceUnitId::parse(&worker.unit)?,
            duty: worker.duty.clone(),
            own_tasks: worker.tasks.clone(),
            own_services: Vec::new(),
            strength: "card".to_owned(),
            evidence: Some(evidence),
            purpose: "asiakastyo".to_owned(),
            search_key: None,
            special_reason: None,
            time: self.now,
            nonce: format!("{:032x}", self.number()),
            connecting: OrganisationId::parse(&worker.organisation)?,
        };
        let xml = kanta::toimija::encode(&toimija);
        let id = xml.split(" ID=\"").nth(1).and_then(|rest| rest.split('"').next()).context("Toimija has no ID")?;
        Ok(String::from_utf8(seal::enveloped::sign(xml.as_bytes(), id, &self.system(worker)?)?)?)
    }
}

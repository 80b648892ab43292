//! A fake `/sanomat`: mutual TLS and real messages, no judgement of its own but what a test tells it. It keeps what it
//! gets, so that a test sees what the archive would have.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, response::IntoResponse, routing::post};
use kanta::{
    Limits,
    ack::{AckType, Acknowledgement, Detail, Receipt},
    document::Document,
    frame::{self, Frame, MessageId},
    ids::ARCHIVE_PARTY,
    query::{self, MetadataRow, QueryKind, QueryResponse, VersionState},
    soap,
    toimija::{self, Toimija},
};
use records::{id::Oid, refusal::Refusal, time::Clock};

use super::{Stage, TestClock};

/// How the archive behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Takes everything.
    Up,
    /// Answers 503.
    Down,
    /// Stores, and loses the receipt.
    LosesReceipt,
    /// Refuses every message.
    Refuses(Refusal),
}

/// A stored document.
#[derive(Clone)]
pub struct Kept {
    /// The bytes as they came.
    pub bytes: Vec<u8>,
    /// What they say.
    pub document: Document,
    /// Who sent it.
    pub toimija: Toimija,
}

/// Judges a document as a rule of the archive would: why it is refused, if it is.
pub type Judge = Arc<dyn Fn(&Document, &Toimija) -> Option<Detail> + Send + Sync>;

#[derive(Default)]
struct Shelf {
    kept: Vec<Kept>,
    nullified: Vec<(String, String)>,
    messages: usize,
    queries: Vec<(query::Query, Toimija)>,
    summary: Option<query::summary::Summary>,
}

/// The fake.
#[derive(Clone)]
pub struct FakeArchive {
    /// Address of `/sanomat`.
    pub url: String,
    mode: Arc<Mutex<Mode>>,
    judge: Arc<Mutex<Option<Judge>>>,
    shelf: Arc<Mutex<Shelf>>,
    clock: Arc<TestClock>,
}

impl FakeArchive {
    /// Listens on a free port.
    pub async fn start(stage: &Stage, clock: Arc<TestClock>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}/sanomat", listener.local_addr().unwrap().port());
        let fake =
            Self { url, mode: Arc::new(Mutex::new(Mode::Up)), judge: Arc::default(), shelf: Arc::default(), clock };
        let routes = Router::new().route("/sanomat", post(answer)).with_state(fake.clone());
        let tls = seal::tls::mutual_server(&stage.archive_key, &stage.trust).unwrap();
        let limits = web::Limits { body_bytes: 32 << 20, ..web::Limits::default() };
        tokio::spawn(web::serve(listener, routes, Some(tls), limits, std::future::pending()));
        fake
    }

    /// Behaves so from now on.
    pub fn set(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }

    /// Gives this summary to whoever asks for one.
    pub fn summarise(&self, summary: query::summary::Summary) {
        self.shelf.lock().unwrap().summary = Some(summary);
    }

    /// Judges every document so from now on, while it is [`Mode::Up`]. What changes in the document changes the verdict.
    pub fn judge(&self, judge: impl Fn(&Document, &Toimija) -> Option<Detail> + Send + Sync + 'static) {
        *self.judge.lock().unwrap() = Some(Arc::new(judge));
    }

    fn verdict(&self, frame: &Frame, toimija: &Toimija) -> Option<Detail> {
        let judge = self.judge.lock().unwrap().clone()?;
        let bytes = frame.package.as_ref()?;
        let document = kanta::document::decode(bytes, &Limits::default()).ok()?.document;
        judge(&document, toimija)
    }

    /// What it has, in the order of arrival.
    pub fn kept(&self) -> Vec<Kept> {
        self.shelf.lock().unwrap().kept.clone()
    }

    /// Kinds of what it has: `1505.1` and `1505.2` for the control documents.
    pub fn kinds(&self) -> Vec<String> {
        self.kept().iter().map(|one| kind(&one.document)).collect()
    }

    /// What was made void: OID and reason.
    pub fn nullified(&self) -> Vec<(String, String)> {
        self.shelf.lock().unwrap().nullified.clone()
    }

    /// How many messages came.
    pub fn messages(&self) -> usize {
        self.shelf.lock().unwrap().messages
    }

    /// Every question with its asker.
    pub fn queries(&self) -> Vec<(query::Query, Toimija)> {
        self.shelf.lock().unwrap().queries.clone()
    }

    fn take(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let envelope = soap::decode(bytes, &Limits::default()).ok()?;
        let header = envelope.toimija_xml.as_ref()?;
        seal::enveloped::verify(header).expect("the Toimija is signed");
        let toimija = toimija::decode(header, &Limits::default()).ok()?;
        let frame = frame::decode(&envelope.body_xml, &Limits::default()).ok()?;
        let mode = *self.mode.lock().unwrap();
        let mut shelf = self.shelf.lock().unwrap();
        shelf.messages += 1;
        if let Some(query) = &frame.query {
            shelf.queries.push((query.clone(), toimija));
            let answer = self.respond(&frame, query, mode, &shelf);
            return Some(query::encode_response(&answer));
        }
        let receipt = match (mode, self.verdict(&frame, &toimija)) {
            (Mode::Refuses(refusal), _) => Err(Detail::refusal(refusal)),
            (Mode::Up, Some(detail)) => Err(detail),
            _ => Ok(store(&frame, toimija, &mut shelf)),
        };
        Some(kanta::ack::encode(&self.acknowledge(&frame, receipt)))
    }

    fn acknowledge(&self, frame: &Frame, receipt: Result<Option<Receipt>, Detail>) -> Acknowledgement {
        let receipt = receipt.map(|receipt| receipt.map(|one| Receipt { archived: self.clock.now(), ..one }));
        Acknowledgement {
            message_id: id(),
            created: self.clock.now(),
            processing: frame.processing,
            sender: Oid::parse(ARCHIVE_PARTY).unwrap(),
            receiver: Some(frame.controller.clone()),
            kind: if receipt.is_ok() { AckType::Accepted } else { AckType::Error },
            target: Some(frame.message_id.clone()),
            details: receipt.as_ref().err().cloned().into_iter().collect(),
            receipt: receipt.ok().flatten(),
        }
    }

    fn respond(&self, frame: &Frame, query: &query::Query, mode: Mode, shelf: &Shelf) -> QueryResponse {
        let found: Vec<&Kept> = shelf
            .kept
            .iter()
            .filter(|one| one.document.header.custodian.id == query.controller)
            .filter(|one| query.case.is_none() || one.document.header.case == query.case)
            .filter(|one| query.document.as_ref().is_none_or(|oid| &one.document.header.id == oid))
            .collect();
        let refused = match mode {
            Mode::Refuses(refusal) => vec![Detail::refusal(refusal)],
            _ => Vec::new(),
        };
        let shown = if refused.is_empty() { found } else { Vec::new() };
        let rows = shown.iter().map(|one| MetadataRow {
            header: one.document.header.clone(),
            state: VersionState::Valid,
            archived: self.clock.now(),
        });
        QueryResponse {
            message_id: id(),
            created: self.clock.now(),
            sender: Oid::parse(ARCHIVE_PARTY).unwrap(),
            receiver: query.controller.clone(),
            processing: frame.processing,
            target: frame.message_id.clone(),
            kind: query.kind,
            query_id: query.id.clone(),
            ack: if refused.is_empty() { AckType::Accepted } else { AckType::Error },
            details: refused,
            rows: rows.collect(),
            documents: match query.kind {
                QueryKind::Metadata | QueryKind::Summary => Vec::new(),
                _ => shown.iter().map(|one| one.bytes.clone()).collect(),
            },
            next_page: None,
            summary: shelf.summary.clone().filter(|_| query.kind == QueryKind::Summary),
        }
    }
}

fn id() -> MessageId {
    MessageId { root: Oid::parse(ARCHIVE_PARTY).unwrap(), extension: crate::numbers::random_id() }
}

fn kind(document: &Document) -> String {
    let header = &document.header;
    match &header.specific_type {
        Some(kind) => kind.code.clone(),
        None => format!("1505.{}", header.group.code),
    }
}

/// Stores once: the same OID again gives the same receipt (interfaces.md 4).
fn store(frame: &Frame, toimija: Toimija, shelf: &mut Shelf) -> Option<Receipt> {
    let Some(bytes) = &frame.package else {
        let subject = frame.subject.as_ref().expect("a document to nullify");
        shelf.nullified.push((subject.id.to_string(), frame.reason.clone().unwrap_or_default()));
        return None;
    };
    let document = kanta::document::decode(bytes, &Limits::default()).expect("a readable document").document;
    frame::agree(frame, &document).expect("frame and document agree");
    seal::verify(bytes, &document.header.id).expect("signatures verify");
    let receipt = Receipt {
        document: document.header.id.clone(),
        set: document.header.set_id.clone(),
        version: document.header.version,
        archived: frame.created,
        reference: "1".into(),
    };
    if !shelf.kept.iter().any(|one| one.document.header.id == document.header.id) {
        shelf.kept.push(Kept { bytes: bytes.clone(), document, toimija });
    }
    Some(receipt)
}

async fn answer(State(fake): State<FakeArchive>, bytes: Bytes) -> axum::response::Response {
    let mode = *fake.mode.lock().unwrap();
    if mode == Mode::Down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    match fake.take(&bytes) {
        Some(_) if mode == Mode::LosesReceipt => StatusCode::GATEWAY_TIMEOUT.into_response(),
        Some(body) => soap::encode(None, &String::from_utf8(body).unwrap()).into_response(),
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

//! The golden messages of `docs/messages/door`: requests that are sent to the archive's door in this test, and what it
//! answered, on both databases. Nobody writes them by hand; `VAKKA_BLESS=1 cargo test -p archive --test goldens` writes them
//! anew, and without it a file that is not fresh fails. Keys differ from machine to machine, so what they make (signatures,
//! digests, certificates, nonces) stands as the word "normalised" in base64, and a receipt's reference as zeros.

mod common;

use archive::{
    Settings,
    recordings::LENGTH_HEADER,
    routes,
    testing::{consents::*, kinds::pdf, *},
};
use axum::{Extension, body::Body as HttpBody, http::Request};
use base64::{Engine, prelude::BASE64_STANDARD};
use common::*;
use http_body_util::BodyExt;
use kanta::{
    Limits, code,
    document::{Body, Document},
    frame::Frame,
    ids::Situation,
    query::{DisclosureTerms, LegalGround, Query, QueryKind},
};
use records::{
    code::{ServiceProcess, ServiceTask},
    consent::{Target, Will},
    time::Clock,
};
use seal::SigningKey;
use std::{cell::RefCell, collections::BTreeMap, path::PathBuf, sync::Arc};
use store::testing::for_each_engine;
use tower::ServiceExt;

/// "normalised" in base64: a message stays one that a reader of the format can decode.
const NORMALISED: &str = "bm9ybWFsaXNlZA==";
/// Elements whose text depends on keys; the digests of a document do not, and a reader may hold his own against them.
const OF_KEYS: &[&str] = &["SignatureValue", "X509Certificate", "signature", "certificate"];
/// The digest of a `Toimija` depends on the evidence in it.
const OF_TOIMIJA: &[&str] = &["SignatureValue", "X509Certificate", "signature", "certificate", "DigestValue"];
/// Who is unknown at night, and who he turns out to be.
const UNKNOWN: &str = "1.2.246.10.99990015.22.2026|010175-901Z";
const SAMI: &str = "010177-9532";
const GROUND_TEXT: &str = "Asiakas on hoidon tarpeessa eikä vastaa yhteydenottoihin.";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/messages/door")
}

/// The text with the leaves of these names as they are on every machine.
fn without(names: &[&str], text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').map_or(rest.len() - start, |at| at + 1);
        let tag = &rest[start..end];
        let name = tag.trim_start_matches('<').split([' ', '>', '/']).next().unwrap_or_default();
        out.push_str(&rest[..end]);
        rest = &rest[end..];
        let local = name.rsplit(':').next().unwrap_or_default();
        let content = rest.find('<').unwrap_or_default();
        let leaf = !tag.ends_with("/>") && rest[content..].starts_with("</");
        if names.contains(&local) && leaf {
            out.push_str(NORMALISED);
            rest = &rest[content..];
        }
    }
    out + rest
}

/// The text with the references of receipts as they are on every machine: they are digests of signed bytes.
fn without_references(text: &str) -> String {
    const REFERENCE: &str = "<vakka:reference value=\"";
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(REFERENCE) {
        let start = at + REFERENCE.len();
        let end = start + rest[start..].find('"').expect("the end of a value");
        out.push_str(&rest[..start]);
        out.push_str(&"0".repeat(end - start));
        rest = &rest[end..];
    }
    out + rest
}

/// The message with every document in it normalised inside its package, which travels as base64 of a MIME entity.
fn normalised(message: &str) -> String {
    let text = without_references(&without(OF_TOIMIJA, message));
    let (mut out, mut rest) = (String::with_capacity(text.len()), text.as_str());
    while let Some(at) = rest.find("mediaType=\"multipart/related\"") {
        let start = at + rest[at..].find('>').expect("a start tag") + 1;
        let end = start + rest[start..].find('<').expect("an end tag");
        out.push_str(&rest[..start]);
        if let Ok(entity) = BASE64_STANDARD.decode(&rest[start..end]) {
            out.push_str(&BASE64_STANDARD.encode(without(OF_KEYS, &String::from_utf8(entity).expect("UTF-8"))));
        }
        rest = &rest[end..];
    }
    out + rest
}

/// The door of an archive and what went through it.
struct Door<'a> {
    world: &'a World,
    files: RefCell<BTreeMap<String, String>>,
}

impl<'a> Door<'a> {
    fn new(world: &'a World) -> Self {
        Self { world, files: RefCell::default() }
    }

    fn keep(&self, name: &str, what: &str, text: &[u8]) {
        let text = std::str::from_utf8(text).expect("UTF-8");
        let text = if what == "document" { without(OF_KEYS, text) } else { normalised(text) };
        assert!(self.files.borrow_mut().insert(format!("{name}.{what}.xml"), text).is_none(), "{name} twice");
    }

    /// The message of a frame. Its nonce is the frame's number: in a fresh archive that is as good as a random one.
    fn message(&self, member: &Member, frame: &Frame, change: Change<'_>) -> Vec<u8> {
        self.world.message_with(member, frame, &|toimija| {
            toimija.nonce = format!("{:0>16}", frame.message_id.extension);
            change(toimija);
        })
    }

    /// Sends a message, keeps it and its answer, and expects a code (`AA`, `ANSWER`, or a refusal).
    async fn sends(&self, name: &str, member: &Member, message: Vec<u8>, code: &str) {
        self.keep(name, "request", &message);
        let request = Request::post("/sanomat").body(HttpBody::from(message)).expect("a request");
        let (status, answer) = self.exchange(member, request).await;
        self.keep(name, "answer", &answer);
        let reply = read_reply(status, &answer);
        assert_eq!(reply.code(), code, "{name}: {}", reply.texts());
    }

    async fn exchange(&self, member: &Member, request: Request<HttpBody>) -> (u16, Vec<u8>) {
        let certificate = self.world.pki.tls(member.organisation.as_str()).certificate_der().to_vec();
        let peer = Extension(web::PeerCertificate(Arc::new(certificate)));
        let response = routes::messages(self.world.app.clone()).layer(peer).oneshot(request).await.expect("an answer");
        let status = response.status().as_u16();
        (status, response.into_body().collect().await.expect("a body").to_bytes().to_vec())
    }

    /// Archives a document that the member's system signs; the document is kept too, as it was signed.
    async fn archives(&self, name: &str, member: &Member, document: &Document, code: &str) {
        let signed = self.world.sign(document, member.organisation.as_str());
        self.keep(name, "document", &signed);
        let frame = frame_of(self.world, member, document, signed);
        self.sends(name, member, self.message(member, &frame, &|_| {}), code).await;
    }

    async fn asks(&self, name: &str, member: &Member, query: Query, code: &str) {
        let frame = self.question(member, query);
        self.sends(name, member, self.message(member, &frame, &|_| {}), code).await;
    }

    /// The frame of a question, with the usage situation that it rests on.
    fn question(&self, member: &Member, query: Query) -> Frame {
        let mut sending = self.world.sending(member, query.controller.as_str());
        if query.kind.is_disclosure() {
            let by_law = query.disclosure.ground.is_some();
            sending.situation = if by_law { Situation::DisclosureLaw } else { Situation::DisclosurePermit };
        }
        kanta::frame::query(query, sending)
    }

    /// Writes the files, or holds them against those that are written.
    fn judge(self, group: &str) {
        let bless = std::env::var_os("VAKKA_BLESS").is_some();
        let table = std::fs::read_to_string(folder().with_file_name("README.md")).expect("the table of goldens");
        let place = folder().join(group);
        let files = self.files.into_inner();
        if bless {
            std::fs::create_dir_all(&place).expect("a folder");
            files.iter().for_each(|(name, text)| std::fs::write(place.join(name), text).expect("written"));
        }
        let mut faults = Vec::new();
        for (name, text) in &files {
            if std::fs::read_to_string(place.join(name)).ok().as_ref() != Some(text) {
                faults.push(format!("{group}/{name} is not what the door says today"));
            }
            let shown = name.split('.').next().unwrap_or_default();
            if !table.contains(&format!("`door/{group}/{shown}`")) {
                faults.push(format!("{group}/{shown} is not in docs/messages/README.md"));
            }
        }
        for entry in std::fs::read_dir(&place).into_iter().flatten().flatten() {
            let name = entry.file_name().into_string().expect("UTF-8");
            if !files.contains_key(&name) {
                faults.push(format!("{group}/{name} came through no door"));
            }
        }
        assert!(faults.is_empty(), "VAKKA_BLESS=1 cargo test -p archive --test goldens\n{}", faults.join("\n"));
    }
}

/// Today's archive with recordings taken already.
async fn aino(db: store::Db) -> Aino {
    let (recordings_from, entries) = (jiff::civil::date(2026, 9, 28), Some(jiff::civil::date(2026, 9, 1)));
    Aino::with(db, Settings { recordings_from, entries_shown_from: entries, ..Settings::default() }).await
}

/// A decision of Antti's, signed by him and by the system: what an enriched summary shows.
async fn stored_decision(aino: &Aino) {
    let antti = Member { unit: aino.marja.unit.clone(), ..aino.world.worker("antti") };
    let decision = aino.world.sample(&antti, JHHVA, &aino.case, AINO, "11000", ServiceProcess::Arranging);
    let (xml, now) = (kanta::document::encode(&decision), aino.world.clock.now());
    let signed = seal::sign(&xml, seal::Role::Professional, aino.world.pki.key("antti-sign"), now).unwrap();
    let signed = seal::sign(&signed, seal::Role::System, aino.world.pki.system(JHHVA), now).unwrap();
    assert_eq!(aino.world.archive(&antti, &decision, signed).await.code(), "AA");
}

#[tokio::test]
async fn fr_59_the_summary_as_it_travels() {
    for_each_engine(async |db| {
        let aino = aino(db).await;
        let plan = aino.world.sample(&aino.liisa, JHHVA, &aino.case, AINO, "15004", ServiceProcess::CarryingOut);
        expect(&aino.world, &aino.liisa, &plan, "AA").await;
        stored_decision(&aino).await;
        let door = Door::new(&aino.world);
        door.asks("basic", &aino.liisa, by_case(QueryKind::Summary, &aino.case), "ANSWER").await;
        let enriched = Query { enriched: true, ..by_client(QueryKind::Summary, JHHVA, AINO) };
        door.asks("enriched", &aino.marja, enriched, "ANSWER").await;
        let henna = aino.world.worker("henna");
        door.asks("refused", &henna, by_case(QueryKind::Summary, &aino.case), "RKO_NOT_VALID").await;
        door.judge("summary");
    })
    .await;
}

#[tokio::test]
async fn fr_33_fr_95_fr_96_other_kinds_of_documents_as_they_travel() {
    for_each_engine(async |db| {
        let aino = aino(db).await;
        let (world, marja) = (&aino.world, &aino.marja);
        let door = Door::new(world);
        let made = |group, kind, bytes| world.unstructured(marja, JHHVA, &aino.case, AINO, group, kind, bytes);
        door.archives("first-phase", marja, &made(code::GROUP_CLIENT_PHASE_1, "15003", None), "AA").await;
        door.archives("pdf", marja, &made(code::GROUP_CLIENT, "4006", Some(pdf(""))), "AA").await;
        let acting = pdf("4 0 obj << /S /JavaScript >> endobj");
        let acting = made(code::GROUP_CLIENT, "4006", Some(acting));
        door.archives("pdf-refused", marja, &acting, "DISPLAY_INVALID").await;
        let archivist = Member { duty: "arkistointi".to_owned(), ..marja.clone() };
        let mut old = made(code::GROUP_OLD, "1000", None);
        (old.header.case, old.header.process) = (None, None);
        old.header.event_time = Some("1999-04-12T09:00:00Z".parse().unwrap());
        door.archives("old", &archivist, &old, "AA").await;
        door.archives("old-relationship", marja, &world.old_relationship(marja, AINO), "AA").await;
        recording(&aino, &door).await;
        door.judge("kinds");
    })
    .await;
}

/// A recording comes behind its message at a door of its own, and is fetched at another.
async fn recording(aino: &Aino, door: &Door<'_>) {
    let sound = b"OggS: a minute of words".to_vec();
    let document = aino.world.recording(&aino.marja, JHHVA, &aino.case, AINO, &sound);
    let signed = aino.world.sign(&document, JHHVA);
    door.keep("recording", "document", &signed);
    let message = door.message(&aino.marja, &frame_of(&aino.world, &aino.marja, &document, signed), &|_| {});
    door.keep("recording", "request", &message);
    let request = Request::post("/sanomat/tallenne").header(LENGTH_HEADER, message.len());
    let request = request.body(HttpBody::from([message, sound.clone()].concat())).expect("a request");
    let (status, answer) = door.exchange(&aino.marja, request).await;
    assert_eq!(read_reply(status, &answer).code(), "AA");
    door.keep("recording", "answer", &answer);
    for (name, member, code) in
        [("recording-fetch", &aino.marja, "200"), ("recording-fetch-refused", &aino.liisa, "ROLE_FORBIDDEN")]
    {
        let mut query = Query::new(QueryKind::Document, "1", organisation(JHHVA));
        query.document = Some(document.header.id.clone());
        let message = door.message(member, &door.question(member, query), &|_| {});
        door.keep(name, "request", &message);
        let request = Request::post("/sanomat/tallenne/haku").body(HttpBody::from(message)).expect("a request");
        let (status, answer) = door.exchange(member, request).await;
        let reply = read_reply(status, &answer);
        assert_eq!(reply.code(), code, "{name}: {}", reply.texts());
        if code == "200" {
            assert_eq!(answer, sound);
        } else {
            door.keep(name, "answer", &answer);
        }
    }
}

/// Sami has moved from Järvi-Häme, where Marja wrote of him, to Rannikko-Savo, where Oona works.
struct Moved {
    world: World,
    oona: Member,
}

impl Moved {
    async fn new(db: store::Db) -> Self {
        let world = World::new(db).await;
        let marja = world.worker("marja");
        let (case, _) = world.open_client(&marja, SAMI, &[]).await;
        let entry = world.entry(&marja, JHHVA, &case, SAMI, ENTRY_AT, "Kävi toimistolla.");
        expect(&world, &marja, &entry, "AA").await;
        let oona = world.worker("oona");
        world.open_client(&oona, SAMI, &[]).await;
        Self { world, oona }
    }

    fn will(&self, will: Will) -> Document {
        self.world.will(&self.oona, SAMI, will)
    }

    fn elsewhere(&self, kind: QueryKind, disclosure: DisclosureTerms) -> Query {
        Query { disclosure, type_code: Some("19007".to_owned()), ..by_client(kind, RSHVA, SAMI) }
    }
}

#[tokio::test]
async fn fr_51_fr_52_fr_56_wills_and_disclosure_as_they_travel() {
    for_each_engine(async |db| {
        let moved = Moved::new(db).await;
        let (oona, today) = (&moved.oona, moved.world.today());
        let door = Door::new(&moved.world);
        let none = DisclosureTerms::default;
        let search = |terms| moved.elsewhere(QueryKind::DisclosureSearch, terms);
        door.asks("search-not-informed", oona, search(none()), "NOT_INFORMED").await;
        door.archives("informing", oona, &moved.will(informed(today)), "AA").await;
        door.asks("search-no-consent", oona, search(none()), "NO_CONSENT").await;
        let given = moved.will(permission(true, today));
        door.archives("permission", oona, &given, "AA").await;
        let beside = moved.will(permission(true, today));
        door.archives("permission-refused", oona, &beside, "VERSION_CONFLICT").await;
        let targets = [Target::Task(ServiceTask::SubstanceAbuse), Target::Controller(organisation(KIELO))];
        door.archives("denials", oona, &moved.will(denials(&targets, today)), "AA").await;
        door.asks("consents", oona, by_client(QueryKind::Consents, RSHVA, SAMI), "ANSWER").await;
        door.asks("search", oona, search(none()), "ANSWER").await;
        door.asks("fetch", oona, moved.elsewhere(QueryKind::DisclosureFetch, none()), "ANSWER").await;
        let by_law = |text: &str| {
            let ground = Some(LegalGround { code: "L56-1".to_owned(), text: text.to_owned() });
            DisclosureTerms { ground, holder: Some(organisation(JHHVA)), ..none() }
        };
        door.asks("search-by-law", oona, search(by_law(GROUND_TEXT)), "ANSWER").await;
        door.asks("search-by-law-refused", oona, search(by_law("lyhyt")), "REASON_REQUIRED").await;
        let withdrawn = moved.world.next_will(oona, &given, SAMI, permission(false, today));
        door.archives("permission-withdrawn", oona, &withdrawn, "AA").await;
        door.judge("disclosure");
    })
    .await;
}

#[tokio::test]
async fn fr_62_the_joining_of_a_temporary_id_as_it_travels() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let marja = world.worker("marja");
        let door = Door::new(&world);
        let id = world.relationship_id(JHHVA);
        let relationship = world.relationship(&marja, &id, UNKNOWN, &[]);
        door.archives("temporary-relationship", &marja, &relationship, "AA").await;
        let named = world.relationship(&marja, &id, SAMI, &[]);
        let joined = world.following(named.clone(), &relationship, "HENKILOLLISYYS_VAHVISTETTU ajokortti");
        let other = world.following(named, &relationship, "kirjoitusvirhe");
        door.archives("joining-refused", &marja, &other, "CONTEXT_MISMATCH").await;
        door.archives("joining", &marja, &joined, "AA").await;
        door.judge("joining");
    })
    .await;
}

#[tokio::test]
async fn fr_03_fr_16_fr_17_fr_33_fr_39_refusals_as_they_travel() {
    for_each_engine(async |db| {
        let aino = aino(db).await;
        let (world, liisa) = (&aino.world, &aino.liisa);
        let door = Door::new(world);
        let entry = aino.entry();
        door.archives("entry", liisa, &entry, "AA").await;
        let mut unknown = aino.entry();
        unknown.header.case = Some(world.case_id(JHHVA));
        door.archives("unknown-case", liisa, &unknown, "RKO_NOT_VALID").await;
        let mut faulty = aino.entry();
        if let Body::Structured { json, .. } = &mut faulty.body {
            *json = b"{\"merkinta_asiakkaan_arjesta\":{}}".to_vec();
        }
        door.archives("schema", liisa, &faulty, "SCHEMA_INVALID").await;
        let mut other = world.entry(liisa, JHHVA, &aino.case, AINO, ENTRY_AT, "Toinen teksti.");
        if let Body::Structured { xhtml, .. } = &mut other.body {
            *xhtml = xhtml.replace(other.header.id.as_str(), entry.header.id.as_str());
        }
        (other.header.id, other.header.set_id) = (entry.header.id.clone(), entry.header.set_id.clone());
        door.archives("duplicate-oid", liisa, &other, "DUPLICATE_OID").await;
        let changed = aino.entry();
        let signed = String::from_utf8(world.sign(&changed, KIELO)).unwrap();
        let frame = frame_of(world, liisa, &changed, unsigned(&signed).into_bytes());
        door.sends("signature-missing", liisa, door.message(liisa, &frame, &|_| {}), "SIGNATURE_MISSING").await;
        let stale = door.message(liisa, &frame_of(world, liisa, &changed, signed.into_bytes()), &|toimija| {
            toimija.time = "2026-09-28T08:00:00Z".parse().unwrap();
        });
        door.sends("actor-stale", liisa, stale, "ACTOR_INVALID").await;
        let henna = world.worker("henna");
        door.asks("search-other-unit", &henna, by_case(QueryKind::Metadata, &aino.case), "RKO_NOT_VALID").await;
        door.asks("search", liisa, by_case(QueryKind::Metadata, &aino.case), "ANSWER").await;
        door.judge("refusals");
    })
    .await;
}

/// The document with an empty collection of signatures.
fn unsigned(signed: &str) -> String {
    let document = kanta::document::decode(signed.as_bytes(), &Limits::default()).expect("a document").document;
    String::from_utf8(kanta::document::encode(&document)).expect("UTF-8")
}

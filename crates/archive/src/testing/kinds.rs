//! Documents of other kinds than the usual one: without a structured form, PDF/A, old ones, recordings.

use super::{Member, Reply, World, documents::client, read_reply};
use crate::routes;
use axum::{
    Extension,
    body::{Body as HttpBody, Bytes},
    http::Request,
};
use http_body_util::BodyExt;
use kanta::{
    Code,
    document::{Body, Document, Recording},
    query::{Query, QueryKind},
};
use records::{
    code::ServiceProcess,
    id::{CaseId, DocumentId, RelationshipId},
    relationship::Relationship,
    time::Period,
};
use seal::SigningKey;
use std::sync::Arc;
use tower::ServiceExt;

/// A PDF/A-2b of one empty page, as far as the gate looks.
pub fn pdf(more: &str) -> Vec<u8> {
    let xmp = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:Description \
               xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" pdfaid:part=\"2\" pdfaid:conformance=\"B\"/></x:xmpmeta>";
    format!(
        "%PDF-1.7\n1 0 obj << /Type /Catalog /Metadata 2 0 R >> endobj\n2 0 obj << /Type /Metadata /Subtype /XML \
         /Length {} >>\nstream\n{xmp}\nendstream endobj\n{more}\ntrailer << /Root 1 0 R >>\n%%EOF\n",
        xmp.len()
    )
    .into_bytes()
}

/// A display form of one sentence.
pub fn display(id: &DocumentId, text: &str) -> Body {
    let xhtml = format!(
        "<div class=\"soc-document\" id=\"OID{id}\" xmlns=\"http://www.w3.org/1999/xhtml\"><p>{text}</p></div>"
    );
    Body::Display { xhtml }
}

impl World {
    /// A document without a structured form: a display form of one sentence, or a PDF when its bytes are given.
    #[expect(clippy::too_many_arguments, reason = "a test says every one of them")]
    pub fn unstructured(
        &self,
        member: &Member,
        controller: &str,
        case: &CaseId,
        hetu: &str,
        group: &str,
        type_code: &str,
        pdf: Option<Vec<u8>>,
    ) -> Document {
        let structure = self.structure("19007");
        let carried_out = ServiceProcess::CarryingOut;
        let mut header = self.client_header(member, controller, case, &client(hetu), structure, carried_out);
        header.group = Code::new(group);
        header.specific_type = Some(Code::new(type_code));
        header.general_type = None;
        header.event_time = Some(self.clock_now());
        let body = pdf.map_or_else(|| display(&header.id, "Saapunut kirje."), Body::Pdf);
        Document { header, body }
    }

    fn clock_now(&self) -> jiff::Timestamp {
        use records::time::Clock;
        self.clock.now()
    }

    /// The document that describes a recording.
    pub fn recording(&self, member: &Member, controller: &str, case: &CaseId, hetu: &str, bytes: &[u8]) -> Document {
        let group = kanta::code::GROUP_RECORDING;
        let mut document = self.unstructured(member, controller, case, hetu, group, "TALLENNE", None);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
        let sha256 = hex::encode(digest);
        document.body = display(&document.header.id, &format!("Kuuleminen 28.9.2026. Tiiviste {sha256}."));
        document.header.recording = Some(Recording {
            media: "audio/ogg".to_owned(),
            bytes: bytes.len() as u64,
            sha256,
            seconds: 61,
            basis: "asiakkaan suostumus".to_owned(),
        });
        document
    }

    /// Old relationship data (vanha asiakkuus), without an OID of the relationship.
    pub fn old_relationship(&self, member: &Member, hetu: &str) -> Document {
        let controller = member.organisation.as_str();
        let id: RelationshipId = self.relationship_id(controller);
        self.changed_relationship(member, &id, hetu, |mut relationship| {
            relationship.old = true;
            relationship.id = None;
            relationship.operating_unit = None;
            relationship.tasks.clear();
            relationship.period =
                Period { start: jiff::civil::date(1998, 3, 1), end: Some(jiff::civil::date(2004, 5, 31)) };
            relationship
        })
    }

    /// A relationship document with changes to its content.
    pub fn changed_relationship(
        &self,
        member: &Member,
        id: &RelationshipId,
        hetu: &str,
        change: impl Fn(Relationship) -> Relationship,
    ) -> Document {
        let mut document = self.relationship(member, id, hetu, &[]);
        let json = document.body.json().and_then(|json| serde_json::from_slice(json).ok()).expect("JSON");
        let changed = change(Relationship::parse(&json).expect("a relationship"));
        if changed.id.is_none() {
            document.header.relationship = None;
        }
        document.body = self.body_of(&document.header, self.structure("1505.1"), &changed.to_json());
        document
    }
}

/// Sending and fetching recordings over the router.
impl World {
    /// Sends a recording behind its message. `sent` are the bytes that travel.
    pub async fn send_recording(&self, member: &Member, document: &Document, sent: Vec<u8>) -> Reply {
        let signed = self.sign(document, member.organisation.as_str());
        let sending = self.sending(member, document.header.custodian.id.as_str());
        let message = self.message(member, &kanta::frame::archive(document, signed, sending));
        let request = Request::post("/sanomat/tallenne")
            .header(crate::recordings::LENGTH_HEADER, message.len())
            .body(HttpBody::from([message, sent].concat()))
            .expect("a request");
        let (status, bytes) = self.exchange(member, request).await;
        read_reply(status, &bytes)
    }

    /// Fetches a recording: its bytes, or the code of the refusal.
    pub async fn fetch_recording(&self, member: &Member, document: &Document) -> Result<Vec<u8>, String> {
        let controller = document.header.custodian.id.clone();
        let sending = self.sending(member, controller.as_str());
        let mut query = Query::new(QueryKind::Document, "1", controller);
        query.document = Some(document.header.id.clone());
        let message = self.message(member, &kanta::frame::query(query, sending));
        let request = Request::post("/sanomat/tallenne/haku").body(HttpBody::from(message)).expect("a request");
        let (status, bytes) = self.exchange(member, request).await;
        match read_reply(status, &bytes) {
            Reply::Other(200) => Ok(bytes.to_vec()),
            refused => Err(refused.code()),
        }
    }

    async fn exchange(&self, member: &Member, request: Request<HttpBody>) -> (u16, Bytes) {
        let certificate = self.pki.tls(member.organisation.as_str()).certificate_der().to_vec();
        let peer = Extension(web::PeerCertificate(Arc::new(certificate)));
        let response = routes::messages(self.app.clone()).layer(peer).oneshot(request).await.expect("an answer");
        let status = response.status().as_u16();
        (status, response.into_body().collect().await.expect("a body").to_bytes())
    }
}

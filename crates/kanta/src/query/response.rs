//! Answers to queries.

use super::{MetadataRow, QueryKind, QueryResponse, VersionState};
use crate::document::{self, Header, decode_header, write_header};
use crate::frame::{self, MessageId, write_party, write_wrapper};
use crate::ids::Interaction;
use crate::limits::PAGE_ROWS_MAX;
use crate::xml::{self, HL7, Writer, base64_encode};
use crate::{Fault, Limits, ack, mime, stamp};
use records::id::OrganisationId;
use roxmltree::Node;

/// The namespace of what HL7's answer has no place for. Ours.
const ROW: &str = "urn:vakka:haku:1";

impl QueryKind {
    fn word(self) -> &'static str {
        match self {
            Self::Relationship => "relationship",
            Self::Case => "case",
            Self::Metadata => "metadata",
            Self::Document => "document",
            Self::Summary => "summary",
            Self::Consents => "consents",
            Self::DisclosureSearch => "disclosure_search",
            Self::DisclosureFetch => "disclosure_fetch",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    fn response(self) -> Interaction {
        match self {
            Self::Metadata | Self::DisclosureSearch => Interaction::MetadataResponse,
            _ => Interaction::DocumentResponse,
        }
    }
}

impl VersionState {
    /// The word on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Replaced => "replaced",
            Self::Nullified => "nullified",
        }
    }

    /// Reads the word.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Valid, Self::Replaced, Self::Nullified].into_iter().find(|state| state.code() == code)
    }
}

/// A header as a row of an answer carries it. An archive may keep it beside its documents and answer with it as it is.
pub fn header_form(header: &Header) -> String {
    let mut w = Writer::new(4_500);
    write_header(&mut w, header, None);
    w.finish()
}

/// A row whose header is written already.
#[derive(Clone, PartialEq, Eq)]
pub struct WrittenRow {
    /// As [`header_form`] gave it.
    pub header: String,
    /// Where the version stands.
    pub state: VersionState,
    /// When the archive stored it.
    pub archived: jiff::Timestamp,
}

/// A header names people.
impl std::fmt::Debug for WrittenRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WrittenRow").field("state", &self.state).finish_non_exhaustive()
    }
}

/// Writes an answer; the same value gives the same bytes.
pub fn encode_response(response: &QueryResponse) -> Vec<u8> {
    let written =
        |row: &MetadataRow| WrittenRow { header: header_form(&row.header), state: row.state, archived: row.archived };
    encode_response_with(response, &response.rows.iter().map(written).collect::<Vec<_>>())
}

/// Writes an answer with these rows in the place of its own.
pub fn encode_response_with(response: &QueryResponse, rows: &[WrittenRow]) -> Vec<u8> {
    let content: usize = response.documents.iter().map(Vec::len).sum();
    let headers: usize = rows.iter().map(|row| row.header.len() + 500).sum();
    let mut w = Writer::new(3_000 + headers + content * 2);
    let interaction = response.kind.response();
    w.open(interaction.code(), &[("xmlns", HL7), ("xmlns:vakka", ROW), ("ITSVersion", "XML_1.0")]);
    write_wrapper(&mut w, &response.message_id, response.created, interaction, response.processing);
    write_party(&mut w, "receiver", "RCV", response.receiver.as_str());
    write_party(&mut w, "sender", "SND", response.sender.as_str());
    ack::write_acknowledgement(&mut w, response.ack, Some(&response.target), &response.details, None);
    w.open("controlActProcess", &[("classCode", "CACT"), ("moodCode", "EVN")]);
    for (n, row) in rows.iter().enumerate() {
        write_row(&mut w, row, response.documents.get(n).map(Vec::as_slice));
    }
    write_query_ack(&mut w, response, rows.is_empty());
    w.close("controlActProcess");
    w.close(interaction.code());
    w.finish().into_bytes()
}

fn write_row(w: &mut Writer, row: &WrittenRow, document: Option<&[u8]>) {
    w.open("subject", &[]);
    w.open("clinicalDocument", &[("classCode", "DOCCLIN"), ("moodCode", "EVN")]);
    w.plain(&row.header);
    w.empty("vakka:state", &[("code", row.state.code())]);
    w.empty("vakka:archived", &[("value", &stamp::write(row.archived))]);
    if let Some(document) = document {
        w.open("text", &[("mediaType", "multipart/related"), ("representation", "B64")]);
        w.plain(&base64_encode(&mime::pack(document)));
        w.close("text");
    }
    w.close("clinicalDocument");
    w.close("subject");
}

fn write_query_ack(w: &mut Writer, response: &QueryResponse, no_rows: bool) {
    let found = if no_rows && response.summary.is_none() { "NF" } else { "OK" };
    let code = if response.ack == ack::AckType::Accepted { found } else { "AE" };
    w.open("queryAck", &[]);
    w.empty("queryId", &[("extension", &response.query_id)]);
    w.empty("queryResponseCode", &[("code", code)]);
    w.empty("vakka:kind", &[("code", response.kind.word())]);
    if let Some(page) = &response.next_page {
        w.empty("vakka:nextPage", &[("value", page)]);
    }
    if let Some(summary) = &response.summary {
        super::summary::write(w, summary);
    }
    w.close("queryAck");
}

/// Reads an answer.
///
/// # Errors
/// `BAD_REQUEST` when it is not one; `XML_INVALID`, `DTD_FORBIDDEN`, `LIMIT_EXCEEDED` before that.
pub fn decode_response(bytes: &[u8], limits: &Limits) -> Result<QueryResponse, Fault> {
    let tree = xml::parse(bytes, limits, limits.message_bytes)?;
    let root = tree.root();
    let interaction = frame::interaction_of(root)?;
    let act = xml::required(root, HL7, "controlActProcess")?;
    let answer = xml::required(act, HL7, "queryAck")?;
    let kind = QueryKind::parse(xml::required_attribute(xml::required(answer, ROW, "kind")?, "code")?)
        .filter(|kind| kind.response() == interaction)
        .ok_or_else(|| frame::bad("/", "Sanoma ei ole haun vastaus.", "Odotettu vastaussanoman juurielementti."))?;
    let (message_id, created, processing) = frame::wrapper(root)?;
    let acknowledgement = xml::required(root, HL7, "acknowledgement")?;
    let target = ack::target(acknowledgement)?;
    let (rows, documents) = rows(act, limits)?;
    Ok(QueryResponse {
        message_id,
        created,
        processing,
        sender: frame::party(root, "sender")?,
        receiver: OrganisationId(frame::party(root, "receiver")?),
        target: target.ok_or_else(|| Fault::missing(xml::place_of(acknowledgement, "targetMessage/id")))?,
        kind,
        query_id: xml::required_attribute(xml::required(answer, HL7, "queryId")?, "extension")?.to_owned(),
        ack: ack::decode_type(acknowledgement)?,
        details: ack::decode_details(acknowledgement)?,
        rows,
        documents,
        next_page: xml::child(answer, ROW, "nextPage")?
            .map(|page| xml::required_attribute(page, "value").map(str::to_owned))
            .transpose()?,
        summary: super::summary::read(answer)?,
    })
}

fn rows(act: Node<'_, '_>, limits: &Limits) -> Result<(Vec<MetadataRow>, Vec<Vec<u8>>), Fault> {
    let (mut rows, mut documents) = (Vec::new(), Vec::new());
    for subject in xml::children(act, HL7, "subject") {
        if rows.len() == PAGE_ROWS_MAX as usize {
            return Err(Fault::limit(xml::place(subject), format!("Vastauksessa on yli {PAGE_ROWS_MAX} riviä.")));
        }
        let node = xml::required(subject, HL7, "clinicalDocument")?;
        let (header, _, _) = decode_header(node, false)?;
        let state = xml::required_attribute(xml::required(node, ROW, "state")?, "code")?;
        let state = VersionState::parse(state)
            .ok_or_else(|| Fault::wrong(xml::place_of(node, "state/@code"), "Version tilaa ei tunneta."))?;
        let archived = document::time_of(xml::required(node, ROW, "archived")?)?;
        if let Some(text) = xml::child(node, HL7, "text")? {
            let document = mime::read(text, limits.document_bytes)?;
            documents.push(document.ok_or_else(|| Fault::missing(xml::place(text)))?);
        }
        rows.push(MetadataRow { header, state, archived });
    }
    if !documents.is_empty() && documents.len() != rows.len() {
        return Err(Fault::missing(xml::place_of(act, "subject/clinicalDocument/text")));
    }
    Ok((rows, documents))
}

impl QueryResponse {
    /// The answer to a question in a frame, accepted and empty.
    ///
    /// # Arguments
    /// `message_id` is the answer's own; `created` when it is made.
    pub fn to(frame: &frame::Frame, query: &super::Query, message_id: MessageId, created: jiff::Timestamp) -> Self {
        Self {
            message_id,
            created,
            processing: frame.processing,
            sender: frame.receiver.clone(),
            receiver: frame.controller.clone(),
            target: frame.message_id.clone(),
            kind: query.kind,
            query_id: query.id.clone(),
            ack: ack::AckType::Accepted,
            details: Vec::new(),
            rows: Vec::new(),
            documents: Vec::new(),
            next_page: None,
            summary: None,
        }
    }
}

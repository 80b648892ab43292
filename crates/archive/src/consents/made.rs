//! Making the document of an expression of will in the citizen view: the next version of what stands, in the register of
//! its own, without author and unit since no worker took it down.

use super::{REGISTER_NAME, Will, register};
use crate::facts::PersonName;
use jiff::Timestamp;
use kanta::{
    Code,
    document::{Body, Document, Header, Organisation, Patient, Replaced},
};
use records::{
    Lang,
    consent::{Consent, Written, infotext, to_json},
    id::{DocumentId, SetId},
    time::finnish_date,
};
use structures::{Catalogue, Display, Kind, Structure};

/// What a document is made of.
pub struct Made<'a> {
    /// Whose will, and what.
    pub consent: &'a Consent,
    /// The client's name in the population data.
    pub client: &'a PersonName,
    /// The version that this one follows; none when the client has never expressed the kind.
    pub before: Option<&'a Will>,
    /// Language of the page on which it was expressed; English pages make Finnish documents.
    pub language: Lang,
    /// Now.
    pub now: Timestamp,
    /// A number that the archive has given no other document.
    pub number: u64,
}

/// The document, unsigned. None when the catalogue lacks the structure or an identifier does not hold.
pub fn make(catalogue: &Catalogue, made: &Made<'_>) -> Option<Document> {
    let kind = made.consent.will.kind();
    let structure = catalogue.newest(kind.type_code())?;
    let language = if made.language == Lang::Sv { Lang::Sv } else { Lang::Fi };
    let header = header(made, structure, language)?;
    let written = Written {
        family: &made.client.family,
        given: &made.client.given,
        infotext: fixed_text(structure).unwrap_or_else(|| infotext(kind, language)),
        made: finnish_date(made.now),
    };
    let json = to_json(made.consent, &written);
    let display =
        Display { document: &header.id, organisation: REGISTER_NAME, date: written.made, language, on_behalf: None };
    let xhtml = structures::display_form(structure, &json, &display);
    Some(Document { header, body: Body::Structured { xhtml, json: json.to_string().into_bytes() } })
}

fn header(made: &Made<'_>, structure: &Structure, language: Lang) -> Option<Header> {
    let custodian = Organisation { id: register(), name: REGISTER_NAME.to_owned() };
    let year = finnish_date(made.now).year();
    let id = DocumentId::parse(&format!("{}.95.{year}.1.{}", custodian.id.arc(), made.number)).ok()?;
    let mut header = Header::new(id, Code::new(made.consent.will.kind().group().code()), custodian, made.now);
    header.language = language;
    header.structure_oid = Some(structure.oid().to_owned());
    let client = made.consent.client.clone();
    header.patients = vec![Patient {
        birth_date: client.hetu().map(|hetu| hetu.birth_date()),
        id: client,
        family: made.client.family.clone(),
        given: made.client.given.clone(),
        calling: None,
        sex: None,
    }];
    if let Some(before) = made.before {
        header.set_id = SetId::parse(&before.set).ok()?;
        header.version = before.version.checked_add(1)?;
        header.replaces = Some(Replaced {
            id: DocumentId::parse(&before.document).ok()?,
            set_id: header.set_id.clone(),
            version: before.version,
        });
    }
    Some(header)
}

/// THL's own wording of what the document means, where its structure is at hand.
fn fixed_text(structure: &Structure) -> Option<&str> {
    match &structure.root().child("infoteksti")?.kind {
        Kind::Phrase(text) => Some(text),
        _ => None,
    }
}

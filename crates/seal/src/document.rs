//! Signatures of a document: `ep2:signatureCollection` of wire-format 7.1 and 15.
//!
//! A signature covers the body and its own timestamp, not the header (decisions.md 5): the header is secured by the
//! hash of the whole document in the archive's log, and the client in it must agree with the signed JSON.

use crate::{
    SealError, SigningKey, c14n,
    public_key::{KeyKind, fixed_form},
    signature::{self, Covered, Target},
    xml::{self, DS, EP2, V3, is, only_child},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use records::id::{DocumentId, Oid};
use roxmltree::{Document, Node};

/// Code system of the kind of signature (Sähköisen allekirjoituksen tyyppi).
const KIND_OF_SIGNATURE: &str = "1.2.246.537.5.40127.2006";
/// More signatures than any document has; each costs an RSA operation to check.
const SIGNATURES_MAX: usize = 16;

/// Who a signature speaks for; the code of 1.2.246.537.5.40127.2006.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A professional with a card (ammattihenkilön allekirjoitus).
    Professional = 1,
    /// The storing organisation's system (järjestelmäallekirjoitus).
    System = 3,
}

impl Role {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Role::Professional => ("1", "Ammattihenkilön allekirjoitus"),
            Role::System => ("3", "Järjestelmäallekirjoitus"),
        }
    }

    fn parse(code: &str) -> Option<Self> {
        match code {
            "1" => Some(Role::Professional),
            "3" => Some(Role::System),
            _ => None,
        }
    }
}

/// A document with a signature that still lacks its value.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The bytes that the key has to sign: canonical `SignedInfo`. This is what goes to SCS as `content`.
    pub to_sign: Vec<u8>,
    head: Vec<u8>,
    tail: Vec<u8>,
    kind: KeyKind,
}

/// One signature whose mathematics and coverage hold. Whose it is, and whether that one may sign, is not yet decided:
/// give `certificate_der` and `at` to [`crate::TrustStore::check`] with the purpose of the role.
#[derive(Clone, PartialEq, Eq)]
pub struct Verified {
    /// The role that the signature claims. The claim is unsigned: only the certificate's purpose makes it true.
    pub role: Role,
    /// The signed time of signing, as the signer says. Whoever holds a revoked key could write an earlier one: the
    /// archive must hold it against the time of arrival.
    pub at: Timestamp,
    /// The certificate inside the signature.
    pub certificate_der: Vec<u8>,
}

impl std::fmt::Debug for Verified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verified").field("role", &self.role).field("at", &self.at).finish_non_exhaustive()
    }
}

/// Adds a signature without a value to the document's `signatureCollection`. `at` is written in whole seconds.
///
/// # Errors
/// `Xml` or `Layout` when the bytes are not a document with a body and a collection, `Certificate`, `SmallKey` or
/// `Algorithm` when nobody would accept a signature by that certificate.
pub fn prepare(document_xml: &[u8], role: Role, certificate_der: &[u8], at: Timestamp) -> Result<Prepared, SealError> {
    let tree = xml::parse(document_xml)?;
    let places = Places::find(&tree)?;
    let ids = xml::unique_ids(&tree)?;
    let name = xml::qualified_name(places.collection, tree.input_text());
    let prefix = name.strip_suffix("signatureCollection").unwrap_or_default();
    let (signature_id, timestamp_id) = free_ids(places.body_id, &ids);

    let time = Timestamp::from_second(at.as_second()).unwrap_or(at);
    let declaration = match prefix.trim_end_matches(':') {
        "" => format!(" xmlns=\"{EP2}\""),
        prefix => format!(" xmlns:{prefix}=\"{EP2}\""),
    };
    let timestamp = |declaration: &str| {
        format!("<{prefix}signatureTimestamp{declaration} ID=\"{timestamp_id}\">{time}</{prefix}signatureTimestamp>")
    };
    let body = c14n::canonical(places.body, None)?;
    let canonical_timestamp = timestamp(&declaration);
    let covered = [
        Covered { id: places.body_id, canonical: &body },
        Covered { id: &timestamp_id, canonical: canonical_timestamp.as_bytes() },
    ];
    let draft = signature::draft(&covered, role == Role::System, certificate_der)?;

    let (code, words) = role.words();
    let head = format!(
        "<{prefix}signature ID=\"{signature_id}\"><{prefix}signatureDescription code=\"{code}\" \
         codeSystem=\"{KIND_OF_SIGNATURE}\" codeSystemName=\"Sähköisen allekirjoituksen tyyppi\" \
         displayName=\"{words}\"/>{}{}",
        timestamp(""),
        draft.head
    );
    let tail = format!("{}</{prefix}signature>", draft.tail);
    let (before, after) = open_up(&tree, places.collection, name);
    Ok(Prepared {
        to_sign: draft.to_sign,
        head: [before.as_bytes(), head.as_bytes()].concat(),
        tail: [tail.as_bytes(), after.as_bytes()].concat(),
        kind: draft.kind,
    })
}

/// Puts the value into the prepared signature and gives the signed document. The value is not checked here: a value
/// from a card goes through [`verify`] before anything believes it.
pub fn finish(prepared: Prepared, signature_value: &[u8]) -> Vec<u8> {
    let value = BASE64_STANDARD.encode(fixed_form(prepared.kind, signature_value));
    let mut whole = prepared.head;
    whole.extend_from_slice(value.as_bytes());
    whole.extend_from_slice(&prepared.tail);
    whole
}

/// Signs with a key at hand: [`prepare`], the key, [`finish`].
///
/// # Errors
/// Those of [`prepare`], and `Key` when the key cannot sign.
pub fn sign(document_xml: &[u8], role: Role, key: &dyn SigningKey, at: Timestamp) -> Result<Vec<u8>, SealError> {
    let prepared = prepare(document_xml, role, key.certificate_der(), at)?;
    let value = key.sign(&prepared.to_sign)?;
    Ok(finish(prepared, &value))
}

/// Verifies every signature of a document, in document order (FR-39).
///
/// A body whose ID has the form `OID<oid>` must name this very document, so that a signed body cannot be sent again
/// under another OID; another vendor's ID of any other form is accepted (wire-format 15).
///
/// # Errors
/// `Missing` when there is none; otherwise the first fault of any signature: one bad signature spoils the document.
pub fn verify(document_xml: &[u8], document: &DocumentId) -> Result<Vec<Verified>, SealError> {
    let tree = xml::parse(document_xml)?;
    let places = Places::find(&tree)?;
    xml::unique_ids(&tree)?;
    if let Some(oid) = places.body_id.strip_prefix("OID").and_then(|oid| Oid::parse(oid).ok())
        && oid != document.0
    {
        return Err(SealError::Layout("the body is another document's"));
    }
    let signatures: Vec<Node> = places.collection.children().filter(Node::is_element).collect();
    if signatures.is_empty() {
        return Err(SealError::Missing);
    }
    let stray = tree.descendants().filter(|node| is(*node, DS, "Signature")).count() != signatures.len();
    if stray || signatures.len() > SIGNATURES_MAX {
        return Err(SealError::Layout("signatures outside the collection, or too many"));
    }
    let body = c14n::canonical(places.body, None)?;
    signatures.into_iter().map(|signature| verify_one(signature, &places, &body)).collect()
}

fn verify_one(signature: Node, places: &Places, body: &[u8]) -> Result<Verified, SealError> {
    if !is(signature, EP2, "signature") {
        return Err(SealError::Layout("an element of the collection is not a signature"));
    }
    let description = only_child(signature, EP2, "signatureDescription", "signatureDescription")?;
    let role = description.attribute("code").and_then(Role::parse).ok_or(SealError::Layout("role of the signature"))?;
    let timestamp = only_child(signature, EP2, "signatureTimestamp", "signatureTimestamp")?;
    let timestamp_id = xml::id_of(timestamp).ok_or(SealError::Layout("ID of signatureTimestamp"))?;
    let at = time_of(timestamp)?;
    let value = only_child(signature, DS, "Signature", "exactly one ds:Signature")?;
    let targets = [
        Target { id: places.body_id, node: places.body, canonical: Some(body) },
        Target { id: timestamp_id, node: timestamp, canonical: None },
    ];
    let certificate_der = signature::check(value, &targets, false)?;
    Ok(Verified { role, at, certificate_der })
}

/// Reads the time: xs:dateTime with a zone, up to nine decimals.
fn time_of(timestamp: Node) -> Result<Timestamp, SealError> {
    let text = xml::text_of(timestamp, "signatureTimestamp")?;
    let text = text.trim();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"-:.T+Z".contains(&byte)) && text.contains('T');
    if !plain {
        return Err(SealError::Layout("time of the signature"));
    }
    text.parse().map_err(|_| SealError::Layout("time of the signature"))
}

/// Where body and collection stand. Both are found by position, never by an ID.
struct Places<'a, 'i> {
    body: Node<'a, 'i>,
    body_id: &'a str,
    collection: Node<'a, 'i>,
}

impl<'a, 'i> Places<'a, 'i> {
    fn find(tree: &'a Document<'i>) -> Result<Self, SealError> {
        let root = tree.root_element();
        if !is(root, V3, "ClinicalDocument") {
            return Err(SealError::Layout("the root is not ClinicalDocument"));
        }
        let component = only_child(root, V3, "component", "exactly one component")?;
        let body = only_child(component, V3, "nonXMLBody", "exactly one nonXMLBody at component")?;
        let header = only_child(root, EP2, "localSocialHeader", "exactly one localSocialHeader")?;
        let collection = only_child(header, EP2, "signatureCollection", "exactly one signatureCollection")?;
        let named =
            |name: &str| tree.descendants().filter(|node| node.is_element() && node.tag_name().name() == name).count();
        if named("nonXMLBody") != 1 || named("signatureCollection") != 1 {
            return Err(SealError::Layout("a second nonXMLBody or signatureCollection"));
        }
        let body_id = xml::id_of(body).ok_or(SealError::Layout("ID of nonXMLBody"))?;
        Ok(Self { body, body_id, collection })
    }
}

/// Two IDs that the document does not have yet.
fn free_ids(body_id: &str, ids: &[&str]) -> (String, String) {
    let mut number = 1;
    loop {
        let pair = (format!("S{number}.{body_id}"), format!("T{number}.{body_id}"));
        if !ids.iter().any(|id| *id == pair.0 || *id == pair.1) {
            return pair;
        }
        number += 1;
    }
}

/// The source before and after the place where the next signature goes: at the end inside the collection.
fn open_up(tree: &Document, collection: Node, name: &str) -> (String, String) {
    let source = tree.input_text();
    let range = collection.range();
    let element = &source[range.clone()];
    match element.strip_suffix("/>") {
        Some(open) => {
            (format!("{}{}>", &source[..range.start], open.trim_end()), format!("</{name}>{}", &source[range.end..]))
        }
        None => {
            let close = range.start + element.rfind("</").unwrap_or(element.len());
            (source[..close].to_owned(), source[close..].to_owned())
        }
    }
}

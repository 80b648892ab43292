//! The enveloped signature of one element, used for the `Toimija` header (decisions.md 2).

use crate::{
    SealError, SigningKey, c14n,
    public_key::fixed_form,
    signature::{self, Covered, Target},
    xml::{self, DS, is},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use roxmltree::Node;

/// A signed element found inside a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Enveloped {
    /// The signer's certificate, DER.
    pub certificate_der: Vec<u8>,
    /// The signed element without its signature, canonical: exactly the bytes that were digested, standing alone.
    pub canonical: Vec<u8>,
}

/// Signs the root element of `xml`, whose attribute `ID` is `id`; the `ds:Signature` becomes its last child.
/// `xml` is that element alone, as `kanta::toimija` encodes it.
///
/// # Errors
/// `Xml` or `Layout` when there is no such root element, `Key` when the key cannot sign.
pub fn sign(xml: &[u8], id: &str, key: &dyn SigningKey) -> Result<Vec<u8>, SealError> {
    let tree = xml::parse(xml)?;
    let root = tree.root_element();
    if xml::id_of(root) != Some(id) {
        return Err(SealError::Layout("the root has another ID"));
    }
    xml::unique_ids(&tree)?;
    let canonical = c14n::canonical(root, None)?;
    let draft = signature::draft(&[Covered { id, canonical: &canonical }], true, key.certificate_der())?;
    let value = BASE64_STANDARD.encode(fixed_form(draft.kind, &key.sign(&draft.to_sign)?));

    let source = tree.input_text();
    let range = root.range();
    let element = &source[range.clone()];
    let name = xml::qualified_name(root, source);
    let signature = format!("{}{value}{}", draft.head, draft.tail);
    let signed = match element.strip_suffix("/>") {
        Some(open) => format!("{}{}>{signature}</{name}>", &source[..range.start], open.trim_end()),
        None => {
            let close = range.start + element.rfind("</").unwrap_or(element.len());
            format!("{}{signature}{}", &source[..close], &source[close..range.end])
        }
    };
    Ok([signed.as_bytes(), &source.as_bytes()[range.end..]].concat())
}

/// Verifies that the root element of `xml` is signed as a whole, and gives the signer's certificate.
///
/// `xml` is the element as it stood in the message: a slice is right when it declares the namespaces it uses. For
/// messages that declare them further out, use [`verify_within`].
///
/// # Errors
/// `Missing` without a signature, otherwise the fault.
pub fn verify(xml: &[u8]) -> Result<Vec<u8>, SealError> {
    let tree = xml::parse(xml)?;
    check(tree.root_element()).map(|signed| signed.certificate_der)
}

/// Verifies the only element of that name in a whole message, wherever its namespaces are declared.
///
/// # Errors
/// `Layout` when there is not exactly one such element, `Missing` when it has no signature, otherwise the fault.
pub fn verify_within(message_xml: &[u8], namespace: &str, name: &str) -> Result<Enveloped, SealError> {
    let tree = xml::parse(message_xml)?;
    let mut found = tree.descendants().filter(|node| is(*node, namespace, name));
    match (found.next(), found.next()) {
        (Some(one), None) => check(one),
        _ => Err(SealError::Layout("exactly one signed element")),
    }
}

fn check(element: Node) -> Result<Enveloped, SealError> {
    xml::unique_ids(element.document())?;
    let id = xml::id_of(element).ok_or(SealError::Layout("the signed element has no ID"))?;
    let mut signatures = element.descendants().filter(|node| is(*node, DS, "Signature"));
    let signature = signatures.next().ok_or(SealError::Missing)?;
    if signatures.next().is_some() || signature.parent() != Some(element) {
        return Err(SealError::Layout("exactly one signature, as a child"));
    }
    let canonical = c14n::canonical(element, Some(signature))?;
    let target = Target { id, node: element, canonical: Some(&canonical) };
    let certificate_der = signature::check(signature, &[target], true)?;
    Ok(Enveloped { certificate_der, canonical })
}

//! The `ds:Signature` element itself: writing and checking, shared by documents and the enveloped `Toimija`.
//!
//! The check is narrow on purpose. xmlsec1 alone is fooled by references that point elsewhere (wire-format 15); here a
//! reference is not looked up at all: the caller says which nodes must be covered, and the references must name them.

use crate::{
    SealError, c14n,
    public_key::{EcForm, Hash, KeyKind, PublicKey},
    xml::{DS, base64_of, is, only_child},
};
use aws_lc_rs::digest;
use base64::{Engine, prelude::BASE64_STANDARD};
use roxmltree::Node;
use std::fmt::Write;

const EXCLUSIVE_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const RSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384";
const RSA_SHA512: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";
const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
const ECDSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#sha384";
const SHA512: &str = "http://www.w3.org/2001/04/xmlenc#sha512";

/// A thing to be referred to in a new signature: its ID and its canonical bytes.
pub struct Covered<'a> {
    pub id: &'a str,
    pub canonical: &'a [u8],
}

/// A new `ds:Signature` in pieces: canonical `SignedInfo`, and what stands around the value.
pub struct Draft {
    /// What the key signs.
    pub to_sign: Vec<u8>,
    /// From `<ds:Signature` to before the value.
    pub head: String,
    /// From after the value to `</ds:Signature>`.
    pub tail: String,
    /// Kind of key, to bring an ECDSA value into XML's form.
    pub kind: KeyKind,
}

/// Writes a signature over the given things. `enveloped` writes that transform first, as system signatures have it.
pub fn draft(covered: &[Covered], enveloped: bool, certificate_der: &[u8]) -> Result<Draft, SealError> {
    let kind = PublicKey::of_certificate(certificate_der)?.kind;
    let method = match kind {
        KeyKind::Rsa => RSA_SHA256,
        KeyKind::P256 => ECDSA_SHA256,
        KeyKind::P384 => ECDSA_SHA384,
    };
    let mut inner = format!(
        "<ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE_C14N}\"></ds:CanonicalizationMethod>\
         <ds:SignatureMethod Algorithm=\"{method}\"></ds:SignatureMethod>"
    );
    let first =
        if enveloped { format!("<ds:Transform Algorithm=\"{ENVELOPED}\"></ds:Transform>") } else { String::new() };
    for thing in covered {
        let value = BASE64_STANDARD.encode(digest::digest(&digest::SHA256, thing.canonical));
        // Writing to a String cannot fail.
        let _ = write!(
            inner,
            "<ds:Reference URI=\"#{}\"><ds:Transforms>{first}\
             <ds:Transform Algorithm=\"{EXCLUSIVE_C14N}\"></ds:Transform></ds:Transforms>\
             <ds:DigestMethod Algorithm=\"{SHA256}\"></ds:DigestMethod>\
             <ds:DigestValue>{value}</ds:DigestValue></ds:Reference>",
            thing.id
        );
    }
    // The pieces are written in canonical form at once: only the namespace declaration moves.
    Ok(Draft {
        to_sign: format!("<ds:SignedInfo xmlns:ds=\"{DS}\">{inner}</ds:SignedInfo>").into_bytes(),
        head: format!("<ds:Signature xmlns:ds=\"{DS}\"><ds:SignedInfo>{inner}</ds:SignedInfo><ds:SignatureValue>"),
        tail: format!(
            "</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate>\
             </ds:X509Data></ds:KeyInfo></ds:Signature>",
            BASE64_STANDARD.encode(certificate_der)
        ),
        kind,
    })
}

/// A node that must be covered, with the ID by which the reference must name it and, once known, its canonical bytes:
/// several signatures of one document digest its body once.
pub struct Target<'a, 'i> {
    pub id: &'a str,
    pub node: Node<'a, 'i>,
    pub canonical: Option<&'a [u8]>,
}

/// Checks one `ds:Signature`: exact layout, exactly one reference per target, digests, value. Gives the certificate.
///
/// With `must_envelop` every reference has the enveloped transform, and this signature is left out of its target;
/// without, the transform may stand there but changes nothing, since no target holds a signature.
pub fn check(signature: Node, targets: &[Target], must_envelop: bool) -> Result<Vec<u8>, SealError> {
    let [signed_info, value, key_info] = children(signature, "children of Signature")?;
    if !is(signed_info, DS, "SignedInfo") || !is(value, DS, "SignatureValue") || !is(key_info, DS, "KeyInfo") {
        return Err(SealError::Layout("children of Signature"));
    }
    let certificate = certificate_of(key_info)?;
    let parts: Vec<Node> = signed_info.children().filter(Node::is_element).collect();
    let [method_of_c14n, method, references @ ..] = parts.as_slice() else {
        return Err(SealError::Layout("children of SignedInfo"));
    };
    expect(*method_of_c14n, "CanonicalizationMethod", EXCLUSIVE_C14N)?;
    if references.len() != targets.len() {
        return Err(SealError::Layout("number of references"));
    }
    let mut covered = vec![false; targets.len()];
    for reference in references {
        let at = check_reference(*reference, signature, targets, must_envelop)?;
        if std::mem::replace(&mut covered[at], true) {
            return Err(SealError::Layout("two references to one element"));
        }
    }
    let key = PublicKey::of_certificate(&certificate)?;
    let hash = hash_of_method(*method, key.kind)?;
    let canonical = c14n::canonical(signed_info, None)?;
    key.verify(hash, EcForm::Fixed, &canonical, &base64_of(value, "SignatureValue")?)?;
    Ok(certificate)
}

/// Checks one reference and gives the index of the target it names.
fn check_reference(
    reference: Node,
    signature: Node,
    targets: &[Target],
    must_envelop: bool,
) -> Result<usize, SealError> {
    let [transforms, method, value] = children(reference, "children of Reference")?;
    let named = is(reference, DS, "Reference") && is(transforms, DS, "Transforms") && is(value, DS, "DigestValue");
    let uri = reference.attribute("URI").and_then(|uri| uri.strip_prefix('#'));
    let at = targets.iter().position(|target| Some(target.id) == uri);
    let (true, Some(at)) = (named, at) else {
        return Err(SealError::Layout("a reference does not name what must be signed"));
    };
    let enveloped = check_transforms(transforms)?;
    if must_envelop && !enveloped {
        return Err(SealError::Algorithm("transforms"));
    }
    let algorithm = digest_of(method)?;
    let target = &targets[at];
    let computed;
    let canonical = match target.canonical {
        Some(bytes) => bytes,
        None => {
            computed = c14n::canonical(target.node, must_envelop.then_some(signature))?;
            &computed
        }
    };
    let expected = base64_of(value, "DigestValue")?;
    if digest::digest(algorithm, canonical).as_ref() == expected { Ok(at) } else { Err(SealError::Digest) }
}

/// Exactly [exc-C14N] or [enveloped, exc-C14N]; tells whether the enveloped one is there.
fn check_transforms(transforms: Node) -> Result<bool, SealError> {
    let list: Vec<Node> = transforms.children().filter(Node::is_element).collect();
    let (enveloped, last) = match list.as_slice() {
        [last] => (false, *last),
        [first, last] => {
            expect(*first, "Transform", ENVELOPED)?;
            (true, *last)
        }
        _ => return Err(SealError::Algorithm("transforms")),
    };
    expect(last, "Transform", EXCLUSIVE_C14N)?;
    Ok(enveloped)
}

fn digest_of(method: Node) -> Result<&'static digest::Algorithm, SealError> {
    match bare_algorithm(method, "DigestMethod")? {
        SHA256 => Ok(&digest::SHA256),
        SHA384 => Ok(&digest::SHA384),
        SHA512 => Ok(&digest::SHA512),
        _ => Err(SealError::Algorithm("digest")),
    }
}

fn hash_of_method(method: Node, kind: KeyKind) -> Result<Hash, SealError> {
    match (bare_algorithm(method, "SignatureMethod")?, kind) {
        (RSA_SHA256, KeyKind::Rsa) | (ECDSA_SHA256, KeyKind::P256) => Ok(Hash::Sha256),
        (RSA_SHA384, KeyKind::Rsa) | (ECDSA_SHA384, KeyKind::P384) => Ok(Hash::Sha384),
        (RSA_SHA512, KeyKind::Rsa) => Ok(Hash::Sha512),
        _ => Err(SealError::Algorithm("signature method")),
    }
}

fn certificate_of(key_info: Node) -> Result<Vec<u8>, SealError> {
    let data = only_child(key_info, DS, "X509Data", "X509Data")?;
    base64_of(only_child(data, DS, "X509Certificate", "exactly one certificate")?, "X509Certificate")
}

/// The element must have that name, exactly that algorithm, and no parameters below it.
fn expect(node: Node, name: &'static str, algorithm: &str) -> Result<(), SealError> {
    if bare_algorithm(node, name)? == algorithm { Ok(()) } else { Err(SealError::Algorithm(name)) }
}

fn bare_algorithm<'a>(node: Node<'a, '_>, name: &'static str) -> Result<&'a str, SealError> {
    if !is(node, DS, name) || node.children().any(|child| child.is_element()) {
        return Err(SealError::Layout(name));
    }
    node.attribute("Algorithm").ok_or(SealError::Algorithm(name))
}

fn children<'a, 'i, const N: usize>(parent: Node<'a, 'i>, fault: &'static str) -> Result<[Node<'a, 'i>; N], SealError> {
    let list: Vec<Node> = parent.children().filter(Node::is_element).collect();
    list.try_into().map_err(|_| SealError::Layout(fault))
}

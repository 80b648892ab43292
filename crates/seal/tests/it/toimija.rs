//! The enveloped signature of the `Toimija` header (decisions.md 2).

use crate::fixture::{World, noon};
use seal::{SealError, SigningKey, enveloped};

const NAMESPACE: &str = "urn:vakka:toimija";

fn plain() -> String {
    format!(
        r#"<t:Toimija xmlns:t="{NAMESPACE}" ID="toimija-1"><t:aika>2026-11-15</t:aika><t:syy lang="fi">ä &amp; ö</t:syy></t:Toimija>"#
    )
}

fn signed(world: &World) -> String {
    String::from_utf8(enveloped::sign(plain().as_bytes(), "toimija-1", &world.key("system")).unwrap()).unwrap()
}

#[test]
fn a_signed_toimija_verifies_alone_and_within_its_message() {
    let world = World::new();
    let xml = signed(&world);
    assert_eq!(enveloped::verify(xml.as_bytes()).unwrap(), world.key("system").certificate_der());
    let message =
        format!("<?xml version=\"1.0\"?>\n<s:E xmlns:s=\"urn:s\" xmlns=\"urn:x\"><s:Header>{xml}</s:Header></s:E>");
    let found = enveloped::verify_within(message.as_bytes(), NAMESPACE, "Toimija").unwrap();
    assert_eq!(String::from_utf8(found.canonical).unwrap(), plain());
}

#[test]
fn a_namespace_declared_further_out_is_found_within_the_message() {
    let world = World::new();
    let declaration = format!(" xmlns:t=\"{NAMESPACE}\"");
    let xml = signed(&world).replace(&declaration, "");
    assert!(matches!(enveloped::verify(xml.as_bytes()), Err(SealError::Xml(_))));
    let message = format!("<s:E xmlns:s=\"urn:s\"{declaration}>{xml}</s:E>");
    let found = enveloped::verify_within(message.as_bytes(), NAMESPACE, "Toimija").unwrap();
    assert_eq!(found.certificate_der, world.key("system").certificate_der());
}

#[test]
fn an_unsigned_changed_or_wrapped_toimija_is_refused() {
    let world = World::new();
    let xml = signed(&world);
    assert!(matches!(enveloped::verify(plain().as_bytes()), Err(SealError::Missing)));
    for changed in [
        xml.replace("2026-11-15", "2026-11-16"),
        xml.replace("lang=\"fi\"", "lang=\"sv\""),
        xml.replace("<t:aika>", "<t:uusi></t:uusi><t:aika>"),
    ] {
        assert!(matches!(enveloped::verify(changed.as_bytes()), Err(SealError::Digest)), "{changed}");
    }
    let evil = plain().replace("2026-11-15", "2026-11-16").replace("toimija-1", "evil");
    let inside = xml.clone();
    let wrapped = evil.replace("</t:Toimija>", &format!("{inside}</t:Toimija>"));
    assert!(matches!(enveloped::verify(wrapped.as_bytes()), Err(SealError::Layout(_))));
    let signature = &xml[xml.find("<ds:Signature ").unwrap()..xml.find("</t:Toimija>").unwrap()];
    let moved = evil.replace("</t:Toimija>", &format!("{signature}</t:Toimija>"));
    assert!(matches!(enveloped::verify(moved.as_bytes()), Err(SealError::Layout(_))));
    let two = format!("<s:E xmlns:s=\"urn:s\">{xml}{evil}</s:E>");
    assert!(matches!(enveloped::verify_within(two.as_bytes(), NAMESPACE, "Toimija"), Err(SealError::Layout(_))));
    let no_id = xml.replace(" ID=\"toimija-1\"", "");
    assert!(matches!(enveloped::verify(no_id.as_bytes()), Err(SealError::Layout(_))));
}

#[test]
fn only_the_root_with_that_id_is_signed() {
    let world = World::new();
    let key = world.key("system");
    assert!(matches!(enveloped::sign(plain().as_bytes(), "other", &key), Err(SealError::Layout(_))));
    let empty = format!("<Toimija xmlns=\"{NAMESPACE}\" ID=\"a\"/>");
    let xml = enveloped::sign(empty.as_bytes(), "a", &key).unwrap();
    assert!(enveloped::verify(&xml).is_ok());
}

#[test]
fn a_document_signature_is_no_toimija() {
    let world = World::new();
    let document =
        seal::sign(crate::fixture::document().as_bytes(), seal::Role::System, &world.key("system"), noon()).unwrap();
    assert!(enveloped::verify(&document).is_err());
}

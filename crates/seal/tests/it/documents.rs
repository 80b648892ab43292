//! FR-39 and FR-40: what a valid signature is, and every way of not being one.

use crate::fixture::{DOCUMENT, World, at, document, document_id, noon};
use seal::{Role, SealError, prepare, sign, verify};

fn refused(document: &str) -> SealError {
    match verify(document.as_bytes(), &document_id()) {
        Ok(_) => panic!("accepted: {document}"),
        Err(error) => error,
    }
}

fn signed(world: &World) -> String {
    String::from_utf8(sign(document().as_bytes(), Role::System, &world.key("system"), noon()).unwrap()).unwrap()
}

#[test]
fn fr_39_a_system_signature_verifies_and_names_role_time_and_certificate() {
    let world = World::new();
    let found = verify(signed(&world).as_bytes(), &document_id()).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].role, found[0].at), (Role::System, noon()));
    assert_eq!(found[0].certificate_der, world.key("system").chain()[0]);
}

#[test]
fn fr_39_a_document_without_signature_is_refused() {
    assert!(matches!(refused(&document()), SealError::Missing));
    let open = document().replace("<ep2:signatureCollection/>", "<ep2:signatureCollection> </ep2:signatureCollection>");
    assert!(matches!(refused(&open), SealError::Missing));
}

#[test]
fn fr_40_professionals_sign_first_and_the_system_after_them() {
    let world = World::new();
    let mut xml = document().into_bytes();
    for (role, name) in
        [(Role::Professional, "professional-sign"), (Role::Professional, "temporary-sign"), (Role::System, "system")]
    {
        xml = sign(&xml, role, &world.key(name), noon()).unwrap();
    }
    let roles: Vec<Role> = verify(&xml, &document_id()).unwrap().into_iter().map(|one| one.role).collect();
    assert_eq!(roles, [Role::Professional, Role::Professional, Role::System]);
}

#[test]
fn fr_39_one_bad_signature_among_good_ones_spoils_the_document() {
    let world = World::new();
    let first = sign(document().as_bytes(), Role::Professional, &world.key("professional-sign"), noon()).unwrap();
    let prepared = prepare(&first, Role::System, world.key("system").chain()[0].as_slice(), noon()).unwrap();
    let both = seal::finish(prepared, &[7; 256]);
    assert!(matches!(verify(&both, &document_id()), Err(SealError::Value)));
}

#[test]
fn fr_39_a_signature_changes_nothing_outside_its_collection() {
    let world = World::new();
    let xml = signed(&world);
    let (before, rest) = xml.split_once("<ep2:signature ").unwrap();
    let (_, after) = rest.rsplit_once("</ep2:signature>").unwrap();
    let whole = format!("{before}{after}");
    assert_eq!(
        whole.replace("<ep2:signatureCollection></ep2:signatureCollection>", "<ep2:signatureCollection/>"),
        document()
    );
}

#[test]
fn fr_39_a_changed_body_or_time_is_refused() {
    let world = World::new();
    let xml = signed(&world);
    for (from, to) in [
        ("eyJhIjoxfQ==", "eyJhIjoyfQ=="),
        ("PGRpdj5IZWk8L2Rpdj4=", "PGRpdj5Ib2k8L2Rpdj4="),
        ("representation=\"B64\"", "representation=\"TXT\""),
        (">2026-11-15T10:00:00Z<", ">2026-11-15T10:00:01Z<"),
        ("<ep2:json ", "<text/><ep2:json "),
    ] {
        assert!(xml.contains(from), "{from}");
        assert!(matches!(refused(&xml.replace(from, to)), SealError::Digest), "{from}");
    }
}

#[test]
fn fr_39_the_header_is_not_covered_and_may_change() {
    let world = World::new();
    let xml = signed(&world).replace("<ep2:localSocialHeader ", "<languageCode code=\"fi\"/><ep2:localSocialHeader ");
    assert!(verify(xml.as_bytes(), &document_id()).is_ok());
}

#[test]
fn fr_39_comments_and_outer_white_space_do_not_break_a_signature() {
    let world = World::new();
    let xml = signed(&world)
        .replace("eyJhIjoxfQ==", "eyJh<!-- c -->IjoxfQ==")
        .replace("<component>", "<component>\r\n\t")
        .replace("ID=\"OID", "  ID = \"OID");
    assert!(verify(xml.as_bytes(), &document_id()).is_ok());
}

#[test]
fn fr_39_a_body_of_another_document_is_refused() {
    let world = World::new();
    let other = records::id::DocumentId::parse("1.2.246.10.99990031.95.2026.2.1002").unwrap();
    assert!(matches!(verify(signed(&world).as_bytes(), &other), Err(SealError::Layout(_))));
}

#[test]
fn fr_39_any_other_ncname_is_accepted_as_the_id_of_the_body() {
    let world = World::new();
    let own = document().replace(&format!("OID{DOCUMENT}"), "_body-1.é");
    let xml = sign(own.as_bytes(), Role::System, &world.key("system"), noon()).unwrap();
    assert!(verify(&xml, &document_id()).is_ok());
}

#[test]
fn fr_39_wrapping_is_refused_wherever_the_signed_body_is_moved() {
    let world = World::new();
    let xml = signed(&world);
    let start = xml.find("<nonXMLBody").unwrap();
    let end = xml.find("</nonXMLBody>").unwrap() + "</nonXMLBody>".len();
    let body = xml[start..end].to_owned();
    let forged = body.replace("eyJhIjoxfQ==", "eyJhIjoyfQ==");
    let renamed = forged.replace(&format!("OID{DOCUMENT}"), "evil");
    let swap = |new: &str| format!("{}{new}{}", &xml[..start], &xml[end..]);
    let header = |moved: &str, new: &str| {
        swap(new).replace("<ep2:localSocialHeader ", &format!("{moved}<ep2:localSocialHeader "))
    };
    for attack in [
        swap(&format!("{body}{renamed}")),
        swap(&format!("{renamed}{body}")),
        swap(&renamed.replace("</nonXMLBody>", &format!("{body}</nonXMLBody>"))),
        header(&format!("<component>{body}</component>"), &renamed),
        header(&format!("<x>{body}</x>"), &renamed),
        header(&format!("<x>{body}</x>"), &forged),
        swap(&renamed),
        header(&body.replace("nonXMLBody", "text"), &renamed),
        header(&body.replace("<nonXMLBody ", "<nonXMLBody xmlns=\"urn:x\" "), &forged),
    ] {
        assert!(matches!(refused(&attack), SealError::Layout(_) | SealError::Digest), "{attack}");
    }
}

#[test]
fn fr_39_an_identifier_that_stands_twice_is_refused() {
    let world = World::new();
    let xml = signed(&world);
    for attribute in ["ID", "Id", "id", "xml:id"] {
        let twice = xml.replace("<id root", &format!("<id {attribute}=\"OID{DOCUMENT}\" root"));
        assert!(matches!(refused(&twice), SealError::Layout("an identifier stands twice")), "{attribute}");
    }
}

#[test]
fn fr_39_a_signature_outside_the_collection_is_refused() {
    let world = World::new();
    let xml = signed(&world);
    let start = xml.find("<ds:Signature ").unwrap();
    let end = xml.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    let signature = xml[start..end].to_owned();
    let stray = xml.replace("<component>", &format!("<x>{signature}</x><component>"));
    assert!(matches!(refused(&stray), SealError::Layout(_)));
    let doubled = xml.replace("</ds:Signature>", &format!("</ds:Signature>{signature}"));
    assert!(matches!(refused(&doubled), SealError::Layout(_)));
    let inside = xml.replace("<ep2:json ", &format!("{signature}<ep2:json "));
    assert!(matches!(refused(&inside), SealError::Layout(_)));
}

/// Signs a changed `SignedInfo` with the true key: what is wrong is then only what the change made wrong.
fn resigned(world: &World, change: impl Fn(&str) -> String) -> String {
    use base64::{Engine, prelude::BASE64_STANDARD};
    use seal::SigningKey;
    let key = world.key("system");
    let prepared = prepare(document().as_bytes(), Role::System, key.certificate_der(), noon()).unwrap();
    let canonical = String::from_utf8(prepared.to_sign.clone()).unwrap();
    let changed = change(&canonical);
    assert_ne!(changed, canonical);
    let value = BASE64_STANDARD.encode(key.sign(changed.as_bytes()).unwrap());
    let whole = String::from_utf8(seal::finish(prepared, &[0])).unwrap();
    let start = whole.find("<ds:SignedInfo>").unwrap();
    let end = whole.find("</ds:SignedInfo>").unwrap() + "</ds:SignedInfo>".len();
    format!("{}{changed}{}", &whole[..start], whole[end..].replace(">AA==<", &format!(">{value}<")))
}

#[test]
fn fr_39_re_signing_without_a_change_of_meaning_still_verifies() {
    // The control of the tests below: the helper itself makes valid signatures.
    let world = World::new();
    let both = |text: &str| {
        let (head, rest) = text.split_once("<ds:Reference").unwrap();
        let (one, two) = rest.split_once("<ds:Reference").unwrap();
        let two = two.strip_suffix("</ds:SignedInfo>").unwrap();
        format!("{head}<ds:Reference{two}<ds:Reference{one}</ds:SignedInfo>")
    };
    let xml = resigned(&world, both);
    assert!(verify(xml.as_bytes(), &document_id()).is_ok(), "the two references in either order");
    let enveloped = "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>";
    let xml = resigned(&world, |text| text.replacen(enveloped, "", 1));
    assert!(verify(xml.as_bytes(), &document_id()).is_ok(), "exc-C14N alone");
}

#[test]
fn fr_39_fewer_more_or_other_references_are_refused() {
    let world = World::new();
    let cut = |text: &str, nth: usize| {
        let parts: Vec<&str> = text.split("<ds:Reference").collect();
        let kept = parts[3 - nth].trim_end_matches("</ds:SignedInfo>");
        format!("{}<ds:Reference{kept}</ds:SignedInfo>", parts[0])
    };
    let thrice = |text: &str| {
        let from = text.find("<ds:Reference").unwrap();
        let to = text.find("</ds:Reference>").unwrap() + "</ds:Reference>".len();
        text.replace("</ds:SignedInfo>", &format!("{}</ds:SignedInfo>", &text[from..to]))
    };
    let twice = |text: &str| {
        let parts: Vec<&str> = text.split("<ds:Reference").collect();
        format!("{}<ds:Reference{1}<ds:Reference{1}</ds:SignedInfo>", parts[0], parts[1])
    };
    let whole = |text: &str| text.replace(&format!("URI=\"#OID{DOCUMENT}\""), "URI=\"\"");
    let outside = |text: &str| text.replace(&format!("URI=\"#OID{DOCUMENT}\""), "URI=\"http://localhost/x\"");
    let forged: [(&str, String); 6] = [
        ("the timestamp alone", resigned(&world, |text| cut(text, 1))),
        ("the body alone", resigned(&world, |text| cut(text, 2))),
        ("three references", resigned(&world, thrice)),
        ("the body twice", resigned(&world, twice)),
        ("the whole document", resigned(&world, whole)),
        ("another place", resigned(&world, outside)),
    ];
    for (what, xml) in forged {
        assert!(matches!(refused(&xml), SealError::Layout(_)), "{what}: {:?}", refused(&xml));
    }
}

#[test]
fn fr_39_another_signatures_timestamp_cannot_be_referred_to() {
    let world = World::new();
    let xml = sign(signed(&world).as_bytes(), Role::System, &world.key("system"), noon()).unwrap();
    let xml = String::from_utf8(xml).unwrap();
    let (one, two) = (format!("T1.OID{DOCUMENT}"), format!("T2.OID{DOCUMENT}"));
    let swapped = xml
        .replace(&format!("ID=\"{one}\""), "ID=\"swap\"")
        .replace(&format!("ID=\"{two}\""), &format!("ID=\"{one}\""))
        .replace("ID=\"swap\"", &format!("ID=\"{two}\""));
    assert!(matches!(refused(&swapped), SealError::Layout(_)));
}

#[test]
fn fr_39_algorithms_outside_the_list_are_refused() {
    let world = World::new();
    let sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";
    let rsa_sha1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
    let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    let xpath = "http://www.w3.org/TR/1999/REC-xpath-19991116";
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
    let prefixes = "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"x\">\
                    </ec:InclusiveNamespaces></ds:Transform>";
    for (from, to) in [
        ("http://www.w3.org/2001/04/xmlenc#sha256".to_owned(), sha1.to_owned()),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256".into(), rsa_sha1.into()),
        (
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256".into(),
            "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256".into(),
        ),
        (exclusive.into(), inclusive.into()),
        (exclusive.into(), format!("{exclusive}WithComments")),
        (enveloped.into(), xpath.into()),
        ("</ds:Transforms>".into(), format!("<ds:Transform Algorithm=\"{exclusive}\"></ds:Transform></ds:Transforms>")),
        ("#enveloped-signature\"></ds:Transform>".into(), format!("#enveloped-signature\">{prefixes}")),
    ] {
        let xml = resigned(&world, |text| text.replace(&from, &to));
        assert!(matches!(refused(&xml), SealError::Algorithm(_) | SealError::Layout(_)), "{to}");
    }
}

#[test]
fn fr_39_an_xml_with_doctype_or_other_text_is_refused() {
    let world = World::new();
    let xml = signed(&world);
    let typed = xml.replace("?>\n", "?>\n<!DOCTYPE ClinicalDocument [<!ENTITY a \"b\">]>\n");
    assert!(matches!(refused(&typed), SealError::Xml(_)));
    assert!(matches!(refused(&xml.replace("?>\n", "?>\n<!DOCTYPE ClinicalDocument>\n")), SealError::Xml(_)));
    assert!(matches!(refused(&xml[..xml.len() - 5]), SealError::Xml(_)));
    assert!(matches!(verify(b"\xff\xfe<", &document_id()), Err(SealError::Xml(_))));
}

#[test]
fn fr_39_the_time_has_up_to_seven_decimals_and_a_zone() {
    let world = World::new();
    let timed = |time: &str| {
        // The time is signed, so it has to stand there before signing: written by hand, through the re-signing helper.
        let xml = resigned_time(&world, time);
        verify(xml.as_bytes(), &document_id()).map(|found| found[0].at)
    };
    assert_eq!(timed("2026-11-15T10:00:00.1234567Z").unwrap(), at("2026-11-15T10:00:00.1234567Z"));
    assert_eq!(timed("2026-11-15T12:00:00+02:00").unwrap(), noon());
    for wrong in ["2026-11-15T10:00:00", "2026-11-15", "15.11.2026", "2026-11-15 10:00:00Z", ""] {
        assert!(matches!(timed(wrong), Err(SealError::Layout(_))), "{wrong}");
    }
}

fn resigned_time(world: &World, time: &str) -> String {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let stamp = |time: &str| {
        format!(
            "<ep2:signatureTimestamp xmlns:ep2=\"urn:hl7finland\" ID=\"T1.OID{DOCUMENT}\">{time}</ep2:signatureTimestamp>"
        )
    };
    let digest = |time: &str| {
        BASE64_STANDARD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, stamp(time).as_bytes()))
    };
    let old = "2026-11-15T10:00:00Z";
    resigned(world, |text| {
        assert!(text.contains(&digest(old)));
        text.replace(&digest(old), &digest(time))
    })
    .replace(&format!(">{old}<"), &format!(">{time}<"))
}

#[test]
fn fr_39_the_certificate_inside_must_be_one_and_readable() {
    let world = World::new();
    let xml = signed(&world);
    let start = xml.find("<ds:X509Certificate>").unwrap();
    let end = xml.find("</ds:X509Certificate>").unwrap() + "</ds:X509Certificate>".len();
    let certificate = xml[start..end].to_owned();
    assert!(matches!(
        refused(&xml.replace(&certificate, &format!("{certificate}{certificate}"))),
        SealError::Layout(_)
    ));
    assert!(matches!(refused(&xml.replace(&certificate, "")), SealError::Layout(_)));
    let garbage = "<ds:X509Certificate>QUJD</ds:X509Certificate>";
    assert!(matches!(refused(&xml.replace(&certificate, garbage)), SealError::Certificate));
}

#[test]
fn fr_39_another_key_than_the_certificates_is_refused() {
    let world = World::new();
    let xml = signed(&world);
    use base64::{Engine, prelude::BASE64_STANDARD};
    let own = BASE64_STANDARD.encode(&world.key("system").chain()[0]);
    let other = BASE64_STANDARD.encode(&world.key("tls").chain()[0]);
    assert!(matches!(refused(&xml.replace(&own, &other)), SealError::Value));
}

/// Not a test of right and wrong: prints microseconds per verification. Run with `--release -- --ignored --nocapture`.
#[test]
#[ignore = "a timing, not a test"]
#[allow(clippy::print_stdout)]
fn timing_of_verification() {
    use seal::pki::{KeySize, Validity};
    let world = World::new();
    let system = crate::fixture::system_of(crate::fixture::ORGANISATION);
    let key = world.ca.issue(&system, KeySize::Rsa4096, Validity::DEMO).unwrap().key().unwrap();
    let plain = crate::fixture::document_of(11);
    let xml = sign(plain.as_bytes(), Role::System, &key, noon()).unwrap();
    let rounds = 2000;
    let started = std::time::Instant::now();
    for _ in 0..rounds {
        assert_eq!(verify(&xml, &document_id()).unwrap().len(), 1);
    }
    let each = started.elapsed().as_micros() / rounds;
    println!("verify: {each} µs per document of {} bytes, RSA-4096", xml.len());
    let started = std::time::Instant::now();
    for _ in 0..50 {
        sign(plain.as_bytes(), Role::System, &key, noon()).unwrap();
    }
    println!("sign: {} µs", started.elapsed().as_micros() / 50);
}

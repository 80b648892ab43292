//! Card login through SCS (security-and-faults 1.6): every item of the server's check list with its refusal.

use crate::fixture::{World, at, noon};
use jiff::SignedDuration;
use seal::{
    LoginError, SigningKey, TrustError,
    login::{Challenge, verify, verify_evidence},
    pki::Issuer,
    scs::{Emulator, SignRequest, SignResponse, SoftwareCard},
};

const ORIGIN: &str = "https://localhost:8711";

fn emulator(world: &World) -> Emulator {
    let card = |name: &str, login: &str, sign: Option<&str>| SoftwareCard {
        name: name.into(),
        login: world.key(login),
        signature: sign.map(|sign| world.key(sign)),
        pin1: "1234".into(),
        pin2: "123456".into(),
    };
    Emulator::new(vec![
        card("marja", "professional-login", Some("professional-sign")),
        card("pekka", "personnel-login", None),
        card("vara", "temporary-login", Some("temporary-sign")),
        card("kansalainen", "citizen-login", Some("citizen-sign")),
        card("nurin", "professional-sign", Some("professional-login")),
    ])
}

fn challenge() -> Challenge {
    Challenge::new(ORIGIN, &[7; 32], noon())
}

fn answer(world: &World, card: &str) -> SignResponse {
    emulator(world).sign(card, Some(ORIGIN), &challenge().request(), Some("1234"))
}

#[test]
fn a_worker_logs_in_with_a_professional_staff_or_temporary_card() {
    let mut world = World::new();
    let trust = world.trust();
    for card in ["marja", "pekka", "vara"] {
        let answer = answer(&world, card);
        let (facts, evidence) = verify(&challenge(), ORIGIN, &answer, &trust, noon()).unwrap();
        let (again, made) = verify_evidence(&evidence, &trust).unwrap();
        assert_eq!((facts, made), (again, noon()), "{card}");
    }
}

#[test]
fn a_citizens_card_and_a_signature_certificate_do_not_log_in() {
    let mut world = World::new();
    let trust = world.trust();
    let login = |card| verify(&challenge(), ORIGIN, &answer(&world, card), &trust, noon()).map(|_| ());
    assert_eq!(login("kansalainen"), Err(LoginError::Trust(TrustError::Issuer)));
    assert_eq!(login("nurin"), Err(LoginError::Trust(TrustError::KeyUsage)));
}

#[test]
fn a_challenge_lives_two_minutes() {
    let mut world = World::new();
    let trust = world.trust();
    let answer = answer(&world, "marja");
    let after = |seconds| {
        let now = noon() + SignedDuration::from_secs(seconds);
        verify(&challenge(), ORIGIN, &answer, &trust, now).map(|_| ())
    };
    assert_eq!(after(120), Ok(()));
    assert_eq!(after(121), Err(LoginError::TooOld));
    assert_eq!(after(-1), Err(LoginError::Challenge));
}

#[test]
fn another_challenge_origin_or_content_is_refused() {
    let mut world = World::new();
    let trust = world.trust();
    let marjas = answer(&world, "marja");
    let check = |challenge: &Challenge, origin: &str| verify(challenge, origin, &marjas, &trust, noon()).map(|_| ());
    assert_eq!(check(&Challenge::new(ORIGIN, &[8; 32], noon()), ORIGIN), Err(LoginError::Signature));
    assert_eq!(check(&challenge(), "https://localhost:8712"), Err(LoginError::Challenge));
    let short = Challenge::from_text(&format!("{ORIGIN}\n{}\n0011", noon()));
    assert_eq!(check(&short, ORIGIN), Err(LoginError::Challenge));
    let http = Challenge::new("http://localhost:8701", &[7; 32], noon());
    assert_eq!(check(&http, "http://localhost:8701"), Err(LoginError::Challenge));
}

#[test]
fn another_workers_certificate_or_a_weak_hash_is_refused() {
    let mut world = World::new();
    let trust = world.trust();
    let check = |answer: &SignResponse| verify(&challenge(), ORIGIN, answer, &trust, noon()).map(|_| ());
    let marja = answer(&world, "marja");
    let swapped = SignResponse { chain: answer(&world, "pekka").chain, ..marja.clone() };
    assert_eq!(check(&swapped), Err(LoginError::Signature));
    let sha1 = SignResponse { signature_algorithm: "SHA1withRSA".into(), ..marja.clone() };
    assert_eq!(check(&sha1), Err(LoginError::Unreadable));
    let bare = SignResponse { chain: Vec::new(), ..marja.clone() };
    assert_eq!(check(&bare), Err(LoginError::Unreadable));
    let failed = SignResponse { status: "failed".into(), ..marja };
    assert_eq!(check(&failed), Err(LoginError::NotSigned));
}

#[test]
fn a_revoked_card_does_not_log_in() {
    let mut world = World::new();
    let trust = world.trust();
    let key = world.key("professional-login");
    let serial = trust.check_login(key.certificate_der(), noon()).unwrap().serial_hex.clone();
    world.ca.revoke(Issuer::Professional, &serial, at("2026-11-15T09:00:00Z")).unwrap();
    trust.put_crl(&world.ca.crl(Some(Issuer::Professional), noon(), at("2026-12-01T00:00:00Z")).unwrap()).unwrap();
    let found = verify(&challenge(), ORIGIN, &answer(&world, "marja"), &trust, noon()).map(|_| ());
    assert_eq!(found, Err(LoginError::Trust(TrustError::Revoked)));
    assert_eq!(records::refusal::Refusal::from(found.unwrap_err()), records::refusal::Refusal::CardRevoked);
}

#[test]
fn evidence_of_another_text_is_refused() {
    let mut world = World::new();
    let trust = world.trust();
    let (_, mut evidence) = verify(&challenge(), ORIGIN, &answer(&world, "marja"), &trust, noon()).unwrap();
    evidence.challenge = evidence.challenge.replace("8711", "8712");
    assert_eq!(verify_evidence(&evidence, &trust).map(|_| ()), Err(LoginError::Signature));
}

#[test]
fn the_emulator_keeps_the_rules_of_the_real_software() {
    let world = World::new();
    let emulator = emulator(&world);
    let request = challenge().request();
    let code = |origin, request: &SignRequest, pin| {
        let answer = emulator.sign("marja", origin, request, pin);
        assert_eq!(answer.status == "ok", answer.reason_code == 200);
        answer.reason_code
    };
    assert_eq!(code(Some(ORIGIN), &request, Some("1234")), 200);
    assert_eq!(code(Some(ORIGIN), &request, Some("4321")), 401);
    assert_eq!(code(Some(ORIGIN), &request, None), 401);
    assert_eq!(code(Some("https://evil.example"), &request, Some("1234")), 403);
    assert_eq!(
        code(Some("https://localhost"), &request, Some("1234")),
        403,
        "a prefix of the origin is not the origin"
    );
    assert_eq!(code(Some("http://localhost:8711"), &request, Some("1234")), 403);
    assert_eq!(code(None, &request, Some("1234")), 403);
    let short = SignRequest::for_login(format!("{ORIGIN}\nshort").as_bytes());
    assert_eq!(code(Some(ORIGIN), &short, Some("1234")), 403);
    let document = SignRequest::for_signature(b"<ds:SignedInfo/>");
    assert_eq!(code(Some(ORIGIN), &document, Some("123456")), 200);
    assert_eq!(code(Some(ORIGIN), &document, Some("1234")), 401, "PIN1 does not sign");
    let sha1 = SignRequest { hash_algorithm: "SHA1".into(), ..request.clone() };
    assert_eq!(code(Some(ORIGIN), &sha1, Some("1234")), 400);
    assert_eq!(emulator.sign("pekka", Some(ORIGIN), &document, Some("123456")).reason_code, 404);
    assert_eq!(emulator.sign("nobody", Some(ORIGIN), &request, Some("1234")).reason_code, 404);
}

#[test]
fn fr_40_a_card_signs_a_document_through_scs() {
    use crate::fixture::{document, document_id};
    let mut world = World::new();
    let trust = world.trust();
    let certificate = world.key("professional-sign").certificate_der().to_vec();
    let prepared = seal::prepare(document().as_bytes(), seal::Role::Professional, &certificate, noon()).unwrap();
    let request = SignRequest::for_signature(&prepared.to_sign);
    let answer = emulator(&world).sign("marja", Some(ORIGIN), &request, Some("123456"));
    let (value, leaf) = answer.parts().unwrap();
    assert_eq!(leaf, certificate);
    let found = seal::verify(&seal::finish(prepared, &value), &document_id()).unwrap();
    assert!(trust.check(&found[0].certificate_der, seal::Purpose::ProfessionalSignature, found[0].at).is_ok());
}

#[test]
fn the_json_is_that_of_scs_1_1() {
    let request = serde_json::to_value(challenge().request()).unwrap();
    assert_eq!(request["contentType"], "data");
    assert_eq!(request["selector"]["keyusages"][0], "digitalsignature");
    let version = serde_json::to_value(Emulator::version()).unwrap();
    assert_eq!(version["selectorAvailable"], true);
    let sparse: SignResponse = serde_json::from_str(r#"{"status":"failed","reasonCode":401,"other":1}"#).unwrap();
    assert_eq!(sparse.parts().unwrap_err(), LoginError::NotSigned);
}

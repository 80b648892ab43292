//! Who may sign, as time goes by: a card that is revoked, a right that is suspended. Apart, for a revocation list holds
//! for the whole process.

#[path = "common/browser.rs"]
mod browser;
mod common;

use archive::testing::{pki::Pki, *};
use browser::*;
use common::*;
use kanta::document::Document;
use kanta::query::QueryKind;
use records::code::ServiceProcess;
use records::time::Clock;
use seal::pki::{Issuer, KeySize, TestCa, Validity};
use seal::{Purpose, SigningKey as _};
use store::testing::for_each_engine;

/// When Antti's signing card and Henna's login card were revoked. Worlds begin at 9.
const REVOKED_AT: &str = "2026-09-28T10:00:00Z";

/// Revokes the two cards, on a copy of the CA's folder: the shared one would keep it for every other test.
fn revoke() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let pki = Pki::shared(&registers::cast::Cast::built_in().unwrap());
        let copy = tempfile::tempdir().unwrap();
        for file in std::fs::read_dir(pki.folder.join("ca")).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
        let mut ca = TestCa::open_or_create(copy.path(), KeySize::Rsa2048, Validity::DEMO).unwrap();
        let at = REVOKED_AT.parse().unwrap();
        let purposes = [("antti-sign", Purpose::ProfessionalSignature), ("henna-login", Purpose::ProfessionalLogin)];
        for (card, purpose) in purposes {
            let facts = pki.trust.check(pki.key(card).certificate_der(), purpose, at).unwrap();
            ca.revoke(Issuer::Professional, &facts.serial_hex, at).unwrap();
        }
        let always = ("2020-01-01T00:00:00Z".parse().unwrap(), "2099-12-31T00:00:00Z".parse().unwrap());
        let list = ca.crl(Some(Issuer::Professional), always.0, always.1).unwrap();
        pki.trust.put_crl(&list).unwrap();
    });
}

fn decision(aino: &Aino, antti: &Member) -> Document {
    aino.world.sample(antti, JHHVA, &aino.case, AINO, "11000", ServiceProcess::Arranging)
}

/// Signed with Antti's card now, then by the organiser's system.
fn signed(aino: &Aino, document: &Document) -> Vec<u8> {
    let (pki, now) = (&aino.world.pki, aino.world.clock.now());
    let xml = kanta::document::encode(document);
    let signed = seal::sign(&xml, seal::Role::Professional, pki.key("antti-sign"), now).unwrap();
    seal::sign(&signed, seal::Role::System, pki.system(JHHVA), now).unwrap()
}

fn antti(aino: &Aino) -> Member {
    Member { unit: aino.marja.unit.clone(), ..aino.world.worker("antti") }
}

#[tokio::test]
async fn fr_41_what_a_card_signed_before_its_revocation_stays_valid_and_nothing_after() {
    revoke();
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let antti = antti(&aino);
        let before = decision(&aino, &antti);
        let bytes = signed(&aino, &before);
        // The queue waited beyond the revocation.
        aino.world.clock.set("2026-09-28T11:00:00Z");
        let reply = aino.world.archive(&antti, &before, bytes).await;
        assert_eq!(reply.code(), "AA", "{}", reply.texts());
        let after = decision(&aino, &antti);
        let reply = aino.world.archive(&antti, &after, signed(&aino, &after)).await;
        assert_eq!(reply.code(), "CARD_REVOKED", "{}", reply.texts());
        let found = aino.finds(&aino.marja, by_client(QueryKind::Document, JHHVA, AINO)).await.unwrap();
        assert!(found.contains(&before.header.id.as_str().to_owned()));
        assert!(!found.contains(&after.header.id.as_str().to_owned()));
    })
    .await;
}

#[tokio::test]
async fn fr_41_a_revoked_card_does_not_log_in() {
    revoke();
    for_each_engine(async |db| {
        let aino = Aino::with(db, pages()).await;
        assert_eq!(Browser::new(&aino.world).log_in("henna").await.status, 303, "before the revocation");
        aino.world.clock.set("2026-09-28T11:00:00Z");
        assert_eq!(Browser::new(&aino.world).log_in("henna").await.status, 401);
        assert_eq!(Browser::new(&aino.world).log_in("elina").await.status, 303, "another card");
        // Nor does it prove a login behind a message.
        let henna = Member { organisation: organisation(KIELO), ..aino.world.worker("henna") };
        let reply = search(&aino.world, &henna, by_case(QueryKind::Metadata, &aino.case)).await;
        assert_eq!(reply.code(), "CARD_REVOKED", "{}", reply.texts());
    })
    .await;
}

#[tokio::test]
async fn fr_41_an_expired_card_neither_logs_in_nor_signs() {
    for_each_engine(async |db| {
        let aino = Aino::with(db, pages()).await;
        // The cards of the cast end with the year 2099.
        aino.world.clock.set("2100-01-02T09:00:00Z");
        assert_ne!(Browser::new(&aino.world).log_in("elina").await.status, 303);
        let reply = search(&aino.world, &aino.marja, by_case(QueryKind::Metadata, &aino.case)).await;
        assert_ne!(reply.code(), "AA");
        let antti = antti(&aino);
        let late = decision(&aino, &antti);
        assert_ne!(aino.world.archive(&antti, &late, signed(&aino, &late)).await.code(), "AA");
    })
    .await;
}

#[tokio::test]
async fn fr_104_a_suspended_professional_signs_no_more_and_the_reason_is_told() {
    for_each_engine(async |db| {
        // Facts of the registers are asked anew each time.
        let aino = Aino::with(db, archive::Settings { register_cache_ms: 0, ..archive::Settings::default() }).await;
        let antti = antti(&aino);
        let number = antti.registration.clone().unwrap();
        let first = decision(&aino, &antti);
        assert_eq!(aino.world.archive(&antti, &first, signed(&aino, &first)).await.code(), "AA");
        aino.world.suspend(&number, true);
        // Sent by a colleague, so that it is the signature that is judged.
        let second = decision(&aino, &antti);
        let reply = aino.world.archive(&aino.marja, &second, signed(&aino, &second)).await;
        assert_eq!(reply.code(), "SIGNER_FORBIDDEN");
        assert!(reply.texts().contains("ammattioikeus ei ole voimassa"), "{}", reply.texts());
        // Nor does he act himself; what was stored stays.
        let reply = aino.world.archive(&antti, &second, signed(&aino, &second)).await;
        assert_eq!(reply.code(), "ACTOR_INVALID");
        assert!(reply.texts().contains("Ammattioikeus ei ole voimassa"), "{}", reply.texts());
        let found = aino.finds(&aino.marja, by_client(QueryKind::Document, JHHVA, AINO)).await.unwrap();
        assert!(found.contains(&first.header.id.as_str().to_owned()));
        // Given back, the same bytes are good.
        aino.world.suspend(&number, false);
        assert_eq!(aino.world.archive(&antti, &second, signed(&aino, &second)).await.code(), "AA");
    })
    .await;
}

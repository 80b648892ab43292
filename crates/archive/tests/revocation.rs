//! Revocation lists at the archive's door as time goes by (faults 22 and 24): fresh, shrinking, of a lower number, naming
//! half a house, and old because nobody can be reached who gives a newer one. One test in steps and a file of its own, for
//! a list holds for the whole process.

mod common;

use archive::testing::{pki::Pki, *};
use common::*;
use jiff::Timestamp;
use kanta::document::Document;
use records::code::ServiceProcess;
use records::time::Clock;
use seal::pki::{Issuer, KeySize, TestCa, Validity};
use seal::trust::folder::{JUMP, Odd};
use seal::{Purpose, SigningKey as _};
use std::path::Path;
use store::testing::TestDb;

/// Until when the lists of this test are fresh.
const FRESH_UNTIL: &str = "2026-10-01T00:00:00Z";

/// The CA in a copy of its folder, so that no other test hears of what it does, and the folder that lists are put into.
struct Publisher {
    ca: TestCa,
    pki: std::sync::Arc<Pki>,
    lists: tempfile::TempDir,
    _copy: tempfile::TempDir,
}

impl Publisher {
    fn new() -> Self {
        let pki = Pki::shared(&registers::cast::Cast::built_in().unwrap());
        let copy = tempfile::tempdir().unwrap();
        for file in std::fs::read_dir(pki.folder.join("ca")).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
        let ca = TestCa::open_or_create(copy.path(), KeySize::Rsa2048, Validity::DEMO).unwrap();
        Self { ca, pki, lists: tempfile::tempdir().unwrap(), _copy: copy }
    }

    fn list(&mut self, issuer: Issuer) -> Vec<u8> {
        let (from, until): (Timestamp, Timestamp) = ("2020-01-01T00:00:00Z".parse().unwrap(), at(FRESH_UNTIL));
        self.ca.crl(Some(issuer), from, until).unwrap()
    }

    /// What an archive that reads the folder again says of what lies there.
    fn put(&self, list: &[u8]) -> Vec<Odd> {
        std::fs::write(self.lists.path().join("list.crl"), list).unwrap();
        let odd = self.pki.trust.renew_crls(self.lists.path()).unwrap();
        assert!(odd.iter().all(|(name, _)| name == "list.crl"));
        odd.into_iter().map(|(_, odd)| odd).collect()
    }

    fn revoke(&mut self, serial: &str) {
        self.ca.revoke(Issuer::Professional, serial, at("2026-09-28T08:00:00Z")).unwrap();
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn decision(aino: &Aino, antti: &Member) -> (Document, Vec<u8>) {
    let document = aino.world.sample(antti, JHHVA, &aino.case, AINO, "11000", ServiceProcess::Arranging);
    let (pki, now) = (&aino.world.pki, aino.world.clock.now());
    let xml = kanta::document::encode(&document);
    let signed = seal::sign(&xml, seal::Role::Professional, pki.key("antti-sign"), now).unwrap();
    let bytes = seal::sign(&signed, seal::Role::System, pki.system(JHHVA), now).unwrap();
    (document, bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_41_fault_22_fault_24_revocation_lists_that_shrink_jump_or_grow_old() {
    let test = TestDb::sqlite().await;
    let aino = Aino::new(test.db.clone()).await;
    let antti = Member { unit: aino.marja.unit.clone(), ..aino.world.worker("antti") };
    // Sent by Marja, so that it is the signature that is judged and not who acts.
    let signed = async || {
        let (document, bytes) = decision(&aino, &antti);
        aino.world.archive(&aino.marja, &document, bytes).await.code()
    };
    let mut publisher = Publisher::new();
    let card = publisher.pki.key("antti-sign").certificate_der().to_vec();
    let serial = publisher.pki.trust.check(&card, Purpose::ProfessionalSignature, aino.world.clock.now()).unwrap();
    let serial = serial.serial_hex.clone();
    assert_eq!(signed().await, "AA", "fresh, and nobody revoked");

    // Of a lower number than the one in use: not taken, and told of.
    let earlier = publisher.list(Issuer::Professional);
    publisher.revoke(&serial);
    let revoking = publisher.list(Issuer::Professional);
    assert_eq!(publisher.put(&revoking), [], "one card more is nothing odd");
    assert_eq!(signed().await, "CARD_REVOKED", "known without a restart");
    assert_eq!(publisher.put(&earlier), [Odd::Older]);
    assert_eq!(signed().await, "CARD_REVOKED", "an older list takes nothing back");
    // Half a list is none, and the one in use stays.
    assert_eq!(publisher.put(&revoking[..revoking.len() / 2]), []);
    assert_eq!(signed().await, "CARD_REVOKED");

    // Shrinking: the issuer's right list of a higher number counts, and is told of.
    let forgetful = shorter(&mut publisher);
    assert!(matches!(publisher.put(&forgetful)[..], [Odd::Shrunk(change)] if change.gone == 1), "it names one less");
    assert_eq!(signed().await, "AA", "who is on no list is not revoked");

    // A false mass revocation: everybody on it is refused, it is told of, and its correction lets them in again.
    publisher.revoke(&serial);
    for number in 0..JUMP {
        publisher.revoke(&format!("7f{number:06x}"));
    }
    let mass = publisher.list(Issuer::Professional);
    assert!(matches!(publisher.put(&mass)[..], [Odd::Jumped(change)] if change.now > JUMP));
    assert_eq!(signed().await, "CARD_REVOKED");
    expect(&aino.world, &aino.liisa, &aino.entry(), "AA").await;
    let corrected = shorter(&mut publisher);
    assert!(matches!(publisher.put(&corrected)[..], [Odd::Shrunk(_)]));
    assert_eq!(signed().await, "AA");

    // Nobody can be reached who publishes: the list in use holds to its end, then nothing is believed and nothing refused
    // for good. The list of the houses' own certificates is treated alike.
    for issuer in [Issuer::Professional, Issuer::Service] {
        let list = publisher.list(issuer);
        aino.world.clock.set("2026-09-30T23:59:59Z");
        publisher.put(&list);
        assert_eq!(signed().await, "AA", "to the end");
        let (document, bytes) = decision(&aino, &antti);
        aino.world.clock.set("2026-10-01T00:00:01Z");
        let (stored, logged) = (aino.world.count("documents").await, aino.world.count("log_row").await);
        let reply = aino.world.archive(&aino.marja, &document, bytes.clone()).await;
        assert_eq!(reply.code(), "503", "{issuer:?}: {}", reply.texts());
        assert_eq!((aino.world.count("documents").await, aino.world.count("log_row").await), (stored, logged));
        // A newer list, and the same document goes in.
        let newer = publisher.ca.crl(Some(issuer), at("2020-01-01T00:00:00Z"), at("2099-12-31T00:00:00Z")).unwrap();
        publisher.put(&newer);
        let reply = aino.world.archive(&aino.marja, &document, bytes).await;
        assert_eq!(reply.code(), "AA", "{issuer:?}: {}", reply.texts());
    }
    assert_eq!(archive::verify(&aino.world.app).await.unwrap().faults, Vec::<String>::new());
}

/// The issuer's next list with nobody on it: from a copy of its folder in which revocations were forgotten.
fn shorter(publisher: &mut Publisher) -> Vec<u8> {
    let folder = publisher._copy.path();
    forget(folder);
    publisher.ca = TestCa::open_or_create(folder, KeySize::Rsa2048, Validity::DEMO).unwrap();
    publisher.list(Issuer::Professional)
}

/// Takes the serials, and not the numbers of lists, out of what the CA remembers.
fn forget(folder: &Path) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let mut remembered: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            for issuer in remembered.as_object_mut().unwrap().values_mut() {
                issuer["serials"] = serde_json::json!({});
            }
            std::fs::write(&path, remembered.to_string()).unwrap();
        }
    }
}

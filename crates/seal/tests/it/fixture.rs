//! A test CA with its cards, made once per build folder (keys are slow), and documents of both vendors.

use jiff::Timestamp;
use records::id::{DocumentId, OrganisationId, RegistrationNumber};
use seal::{
    SoftwareKey, TrustStore,
    pki::{CardUse, Holder, Issuer, KeySize, Profile, TestCa, Validity},
};
use std::path::{Path, PathBuf};

pub const DOCUMENT: &str = "1.2.246.10.99990031.95.2026.2.1001";
pub const ORGANISATION: &str = "1.2.246.10.99990031.10.0";
pub const NUMBER: &str = "25199900017";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn noon() -> Timestamp {
    at("2026-11-15T10:00:00Z")
}

pub fn document_id() -> DocumentId {
    DocumentId::parse(DOCUMENT).unwrap()
}

/// An own copy of the common CA: what one test revokes does not reach another.
pub struct World {
    pub folder: tempfile::TempDir,
    pub ca: TestCa,
}

impl World {
    pub fn new() -> Self {
        let common = common_folder();
        let folder = tempfile::tempdir().unwrap();
        for file in std::fs::read_dir(common).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
        }
        let ca = TestCa::open_or_create(folder.path(), KeySize::Rsa2048, Validity::DEMO).unwrap();
        Self { folder, ca }
    }

    pub fn key(&self, name: &str) -> SoftwareKey {
        SoftwareKey::load(self.folder.path(), name).unwrap()
    }

    pub fn pem(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn trust(&mut self) -> TrustStore {
        self.ca.trust_store(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")).unwrap()
    }

    /// A certificate that the common folder does not have.
    pub fn issue(&self, profile: &Profile, validity: Validity) -> (SoftwareKey, String) {
        let issued = self.ca.issue(profile, KeySize::Rsa2048, validity).unwrap();
        (issued.key().unwrap(), issued.serial_hex)
    }
}

pub fn professional() -> Holder {
    let number = RegistrationNumber::parse(NUMBER).unwrap();
    Holder::professional("Marja Ääri", "Testinen", &number, "251 sosionomi, socionom")
}

pub fn system_of(organisation: &str) -> Profile {
    Profile::System {
        organisation: OrganisationId::parse(organisation).unwrap(),
        organisation_name: "Kielo Oy".into(),
        system: "Vakka".into(),
    }
}

fn common_folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("seal-ca-1");
    if !folder.exists() {
        let fresh = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let ca = TestCa::open_or_create(fresh.path(), KeySize::Rsa2048, Validity::DEMO).unwrap();
        let staff = Holder::personnel("Pekka", "Testaaja", "80012345", "Kielo Oy");
        let tls = Profile::Tls {
            organisation: OrganisationId::parse(ORGANISATION).unwrap(),
            organisation_name: "Kielo Oy".into(),
            hosts: vec!["localhost".into(), "127.0.0.1".into()],
        };
        let wanted = [
            ("professional-login", Profile::Card(Issuer::Professional, CardUse::Login, professional())),
            ("professional-sign", Profile::Card(Issuer::Professional, CardUse::Signature, professional())),
            ("personnel-login", Profile::Card(Issuer::Personnel, CardUse::Login, staff.clone())),
            ("temporary-login", Profile::Card(Issuer::Temporary, CardUse::Login, professional())),
            ("temporary-sign", Profile::Card(Issuer::Temporary, CardUse::Signature, professional())),
            ("citizen-login", Profile::Card(Issuer::Citizen, CardUse::Login, staff.clone())),
            ("citizen-sign", Profile::Card(Issuer::Citizen, CardUse::Signature, staff)),
            ("system", system_of(ORGANISATION)),
            ("tls", tls),
        ];
        for (name, profile) in wanted {
            ca.issue(&profile, KeySize::Rsa2048, Validity::DEMO).unwrap().write(fresh.path(), name).unwrap();
        }
        // Tests run in processes of their own: who comes second uses what the first has made.
        let _ = std::fs::rename(fresh.path(), &folder);
    }
    folder
}

/// A document as `kanta::document::encode` writes it, with an empty collection.
pub fn document() -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <id root="{DOCUMENT}"/>
  <ep2:localSocialHeader xmlns:ep2="urn:hl7finland">
    <ep2:signatureCollection/>
  </ep2:localSocialHeader>
  <component><nonXMLBody ID="OID{DOCUMENT}">
    <text mediaType="application/xhtml+xml" representation="B64">PGRpdj5IZWk8L2Rpdj4=</text>
    <ep2:json xmlns:ep2="urn:hl7finland">eyJhIjoxfQ==</ep2:json>
  </nonXMLBody></component>
</ClinicalDocument>
"#
    )
}

/// A body of about `kilobytes` kB, for timing.
pub fn document_of(kilobytes: usize) -> String {
    document().replace("eyJhIjoxfQ==", &"QUJD".repeat(kilobytes * 256))
}

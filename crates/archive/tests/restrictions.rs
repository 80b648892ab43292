//! Decisions that restrict a child: what the archive can judge of them (FR-44).

mod common;

use archive::testing::*;
use common::*;
use documents::Row;
use kanta::{Code, document::Document};
use records::code::{ServiceProcess, ServiceTask};
use records::id::CaseId;
use records::time::Clock;
use serde_json::{Value, json};
use store::testing::for_each_engine;
use structures::Catalogue;

const EETU: &str = "230911A957T";
const MAJAKKA: &str = "1.2.246.10.99990058.10.41";

/// Small structures of our own under the types' codes: THL's are no part of the project.
fn catalogue() -> Catalogue {
    let named = |name: &str| json!([{ "lang": "fi", "value": name }]);
    let field = |name: &str, representation: &str| json!({ "sosmeta": { "name": named(name), "representation": named(representation) } });
    let period = json!({
        "sosmeta": { "name": named("Ajanjakso") },
        "properties": { "alkamispaiva": field("Alkamispäivä", "Pvm"), "paattymispaiva": field("Päättymispäivä", "Pvm") },
    });
    let mut catalogue = Catalogue::built_in();
    for code in ["11009", "11026", "11027", "11032"] {
        let structure = json!({
            "sosmeta": { "oid": format!("1.2.246.537.6.1506.{code}.2026.1.1"), "documentType": "Päätös", "documentSubject": "Koe" },
            "properties": { "koeasiakirja": {
                "sosmeta": { "name": named("Koeasiakirja") },
                "properties": {
                    "paivamaara": field("Päivämäärä", "Pvm"),
                    "ensimmainen_paatos": field("Ensimmäinen päätös", "Kytkin"),
                    "rajoitus": { "sosmeta": { "name": named("Rajoitus") }, "properties": { "ajanjakso": period } },
                },
            } },
        });
        catalogue.import(structure.to_string().as_bytes()).expect("a structure");
    }
    catalogue
}

/// Eetu in Järvi-Häme's child protection, with a right of Majakka's.
struct Eetu {
    world: World,
    antti: Member,
    iida: Member,
    case: CaseId,
}

impl Eetu {
    async fn new(db: store::Db) -> Self {
        let world = World::knowing(db, catalogue()).await;
        let (antti, iida) = (world.worker("antti").in_unit("1.2.246.10.99990015.10.12"), world.worker("iida"));
        let antti = Member { duty: "lapsen_asioista_vastaava".to_owned(), tasks: vec!["10".to_owned()], ..antti };
        let case = world.case_id(JHHVA);
        let eetu = Self { world, antti, iida, case };
        let own = [Row::from(eetu.antti.unit.as_str(), "2026-09-07").on("24")];
        let right = [Row::from(MAJAKKA, "2026-09-07").on("24")];
        let id = eetu.world.relationship_id(JHHVA);
        let task = ServiceTask::ChildProtection;
        let relationship = eetu.world.relationship_in(task, &eetu.antti, &id, EETU, &own, &right);
        expect(&eetu.world, &eetu.antti, &relationship, "AA").await;
        let document = eetu.world.case_of(&eetu.antti, &eetu.case, EETU, |mut case| {
            case.task = task;
            case
        });
        expect(&eetu.world, &eetu.antti, &document, "AA").await;
        eetu
    }

    /// A decision with this content.
    fn decision(&self, member: &Member, type_code: &str, content: Value) -> Document {
        let process =
            if member.organisation.as_str() == JHHVA { ServiceProcess::Arranging } else { ServiceProcess::CarryingOut };
        let mut document = self.world.sample(member, JHHVA, &self.case, EETU, type_code, process);
        document.header.tasks = vec![Code::new("10")];
        document.header.services = vec![Code::new("24")];
        let structure = self.world.app.catalogue.newest(type_code).expect("a structure");
        document.body = self.world.body_of(&document.header, structure, &json!({ "koeasiakirja": content }));
        document
    }

    fn movement(&self, member: &Member, first: bool, from: &str, until: &str) -> Document {
        let period = json!({ "ajanjakso": { "alkamispaiva": from, "paattymispaiva": until } });
        self.decision(member, "11032", json!({ "ensimmainen_paatos": first, "rajoitus": period }))
    }

    /// Stores it, and expects a code and a word of the sentence.
    async fn expect(&self, member: &Member, document: &Document, code: &str, word: &str) {
        let now = self.world.clock.now();
        let xml = kanta::document::encode(document);
        let card = self.world.pki.key(&format!("{}-sign", member.login));
        let signed = seal::sign(&xml, seal::Role::Professional, card, now).unwrap();
        let system = self.world.pki.system(member.organisation.as_str());
        let bytes = seal::sign(&signed, seal::Role::System, system, now).unwrap();
        let reply = self.world.archive(member, document, bytes).await;
        assert_eq!(reply.code(), code, "{}", reply.texts());
        assert!(reply.texts().contains(word), "{word}: {}", reply.texts());
    }
}

#[tokio::test]
async fn fr_44_a_restriction_decision_is_for_a_placed_child_within_the_days_of_who_decides() {
    for_each_engine(async |db| {
        let eetu = Eetu::new(db).await;
        let (antti, iida) = (&eetu.antti, &eetu.iida);
        let week = || eetu.movement(iida, true, "2026-09-28", "2026-10-05");
        eetu.expect(iida, &week(), "ROLE_FORBIDDEN", "sijoituspäätöstä").await;
        let placed = eetu.decision(antti, "11027", json!({ "paivamaara": "2026-09-20" }));
        eetu.expect(antti, &placed, "AA", "").await;
        eetu.expect(iida, &eetu.movement(iida, true, "2026-09-19", "2026-09-21"), "ROLE_FORBIDDEN", "sijoitus").await;
        // Seven days by the institution, and not one more; the organiser continues for 23.
        eetu.expect(iida, &eetu.movement(iida, true, "2026-09-28", "2026-10-12"), "SCHEMA_INVALID", "enintään 7").await;
        eetu.expect(iida, &week(), "AA", "").await;
        eetu.expect(
            iida,
            &eetu.movement(iida, false, "2026-10-05", "2026-10-06"),
            "ROLE_FORBIDDEN",
            "palvelunjärjestäjä",
        )
        .await;
        eetu.expect(antti, &eetu.movement(antti, false, "2026-10-05", "2026-10-29"), "SCHEMA_INVALID", "enintään 23")
            .await;
        eetu.expect(antti, &eetu.movement(antti, false, "2026-10-05", "2026-10-15"), "AA", "").await;
        // Without its end nobody sees that it has one.
        let endless = eetu.decision(iida, "11032", json!({ "ensimmainen_paatos": true }));
        eetu.expect(iida, &endless, "SCHEMA_INVALID", "päättymispäivä").await;
    })
    .await;
}

#[tokio::test]
async fn fr_44_restrictions_are_a_matter_of_child_protection_and_end_with_the_placement() {
    for_each_engine(async |db| {
        let eetu = Eetu::new(db).await;
        let antti = &eetu.antti;
        let seizure = |day: &str| eetu.decision(antti, "11009", json!({ "paivamaara": day }));
        let placed = eetu.decision(antti, "11027", json!({ "paivamaara": "2026-09-20" }));
        eetu.expect(antti, &placed, "AA", "").await;
        eetu.expect(antti, &seizure("2026-09-22"), "AA", "").await;
        let mut elsewhere = seizure("2026-09-22");
        elsewhere.header.tasks = vec![Code::new("24")];
        eetu.expect(antti, &elsewhere, "CONTEXT_MISMATCH", "lastensuojelu").await;
        let ended = eetu.decision(antti, "11026", json!({ "paivamaara": "2026-09-25" }));
        eetu.expect(antti, &ended, "AA", "").await;
        eetu.expect(antti, &seizure("2026-09-25"), "ROLE_FORBIDDEN", "sijoituspäätöstä").await;
        eetu.expect(antti, &seizure("2026-09-24"), "AA", "").await;
        // Of age is no child, placed or not.
        eetu.world.clock.set("2029-09-23T09:00:00Z");
        eetu.expect(antti, &seizure("2029-09-23"), "ROLE_FORBIDDEN", "lasta").await;
    })
    .await;
}

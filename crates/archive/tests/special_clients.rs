//! Clients who need special care: temporary ids and their joining, turvakielto, joint cases, linked cases. Acted through
//! `/sanomat` and the citizen interface, on both databases.

mod common;

use archive::testing::{documents::Row, *};
use common::*;
use kanta::{document::Document, query::QueryKind};
use records::{case::CaseClient, code::ServiceProcess, id::CaseId};
use store::testing::for_each_engine;

/// The unknown man of the night (C.4).
const UNKNOWN: &str = "1.2.246.10.99990015.22.2026|010175-901Z";
/// Who he turns out to be.
const SAMI: &str = "010177-9532";
const CONFIRMED: &str = "HENKILOLLISYYS_VAHVISTETTU ajokortti";
const UNDONE: &str = "Henkilöllisyyden vahvistus peruttu, väärä henkilö";

/// The unknown man's relationship, case and entry.
struct Night {
    world: World,
    marja: Member,
    case: CaseId,
    relationship: Document,
    case_document: Document,
    entry: Document,
}

impl Night {
    async fn new(db: store::Db) -> Self {
        let world = World::new(db).await;
        let marja = world.worker("marja");
        let relationship = world.relationship(&marja, &world.relationship_id(JHHVA), UNKNOWN, &[]);
        expect(&world, &marja, &relationship, "AA").await;
        let case = world.case_id(JHHVA);
        let case_document = world.case(&marja, &case, UNKNOWN);
        expect(&world, &marja, &case_document, "AA").await;
        let entry = world.entry(&marja, JHHVA, &case, UNKNOWN, ENTRY_AT, "Löytyi asemalta.");
        expect(&world, &marja, &entry, "AA").await;
        Self { world, marja, case, relationship, case_document, entry }
    }

    /// The three documents about another name, as next versions of the given ones.
    fn as_of(&self, id: &str, before: [&Document; 3], reason: &str) -> [Document; 3] {
        let relationship_id = before[0].header.relationship.clone().unwrap();
        let relationship = self.world.relationship(&self.marja, &relationship_id, id, &[]);
        let case = self.world.case(&self.marja, &self.case, id);
        let entry = self.world.entry(&self.marja, JHHVA, &self.case, id, ENTRY_AT, "Löytyi asemalta.");
        let [one, two, three] = before;
        [
            self.world.following(relationship, one, reason),
            self.world.following(case, two, reason),
            self.world.following(entry, three, reason),
        ]
    }

    fn joined(&self) -> [Document; 3] {
        self.as_of(SAMI, [&self.relationship, &self.case_document, &self.entry], CONFIRMED)
    }

    async fn found_by(&self, id: &str) -> Result<Vec<String>, String> {
        match search(&self.world, &self.marja, by_client(QueryKind::Metadata, JHHVA, id)).await {
            Reply::Answer(answer) if answer.ack == kanta::ack::AckType::Accepted => {
                let mut sets: Vec<String> =
                    answer.rows.iter().map(|row| row.header.set_id.as_str().to_owned()).collect();
                sets.sort();
                Ok(sets)
            }
            other => Err(other.code()),
        }
    }

    fn sets(&self) -> Vec<String> {
        let all = [&self.relationship, &self.case_document, &self.entry];
        let mut sets: Vec<String> = all.iter().map(|document| document.header.set_id.as_str().to_owned()).collect();
        sets.sort();
        sets
    }
}

#[tokio::test]
async fn fr_61_a_structure_that_demands_a_personal_identity_code_is_refused_for_a_temporary_id() {
    for_each_engine(async |db| {
        let night = Night::new(db).await;
        let demanding = ["11000", "15003", "1009", "19014"].into_iter().find(|code| {
            night.world.app.catalogue.newest(code).is_some_and(|structure| !structure.temporary_id_allowed())
        });
        let demanding = demanding.expect("a structure that demands a code");
        let made = |id: &str| {
            let planning = ServiceProcess::Planning;
            night.world.sample(&night.marja, JHHVA, &night.case, id, demanding, planning)
        };
        expect(&night.world, &night.marja, &made(UNKNOWN), "TEMP_ID_NOT_ALLOWED").await;
        // A scan of the same kind is no way around, and other kinds are taken.
        let scan = |code: &str| {
            let bytes = Some(kinds::pdf(""));
            night.world.unstructured(&night.marja, JHHVA, &night.case, UNKNOWN, "5", code, bytes)
        };
        expect(&night.world, &night.marja, &scan(demanding), "TEMP_ID_NOT_ALLOWED").await;
        expect(&night.world, &night.marja, &scan("4006"), "AA").await;
    })
    .await;
}

#[tokio::test]
async fn fr_62_after_a_join_a_search_by_either_id_finds_all() {
    for_each_engine(async |db| {
        let night = Night::new(db).await;
        let [relationship, case, entry] = night.joined();
        assert_eq!(night.found_by(SAMI).await, Err("NO_CONTEXT_RELATION".to_owned()));
        // The relationship first: the others follow its link.
        expect(&night.world, &night.marja, &case, "CONTEXT_MISMATCH").await;
        expect(&night.world, &night.marja, &relationship, "AA").await;
        // Half-way already both names find all.
        assert_eq!(night.found_by(UNKNOWN).await.unwrap(), night.sets());
        assert_eq!(night.found_by(SAMI).await.unwrap(), night.sets());
        expect(&night.world, &night.marja, &case, "AA").await;
        expect(&night.world, &night.marja, &entry, "AA").await;
        assert_eq!(night.found_by(UNKNOWN).await.unwrap(), night.sets());
        assert_eq!(night.found_by(SAMI).await.unwrap(), night.sets());
        assert_eq!(night.world.count("relationships").await, 1, "one live relationship");
        // Nobody is called by the temporary id any more.
        let late = night.world.entry(&night.marja, JHHVA, &night.case, UNKNOWN, ENTRY_AT, "Myöhässä.");
        expect(&night.world, &night.marja, &late, "TEMP_ID_NOT_ALLOWED").await;
        let new = night.world.entry(&night.marja, JHHVA, &night.case, SAMI, ENTRY_AT, "Jatkuu.");
        expect(&night.world, &night.marja, &new, "AA").await;
    })
    .await;
}

#[tokio::test]
async fn fr_62_a_version_does_not_change_its_client_without_a_join() {
    for_each_engine(async |db| {
        let night = Night::new(db).await;
        let before = [&night.relationship, &night.case_document, &night.entry];
        let [relationship, _, entry] = night.as_of(SAMI, before, "kirjoitusvirhe");
        expect(&night.world, &night.marja, &relationship, "CONTEXT_MISMATCH").await;
        // Nor from one code to another, whatever the reason says.
        let (case, _) = night.world.open_client(&night.marja, AINO, &[]).await;
        let first = night.world.entry(&night.marja, JHHVA, &case, AINO, ENTRY_AT, "Aino.");
        expect(&night.world, &night.marja, &first, "AA").await;
        let (of_sami, _) = night.world.open_client(&night.marja, SAMI, &[]).await;
        let mut other = night.world.entry(&night.marja, JHHVA, &of_sami, SAMI, ENTRY_AT, "Sami.");
        other = night.world.following(other, &first, CONFIRMED);
        expect(&night.world, &night.marja, &other, "CONTEXT_MISMATCH").await;
        // Joining the entry before its relationship is refused as well.
        let confirmed = night.joined()[2].clone();
        let code = night.world.store(&night.marja, &confirmed).await.code();
        assert_ne!(code, "AA", "{code}");
        assert_ne!(night.world.store(&night.marja, &entry).await.code(), "AA");
        assert_eq!(night.world.count("temporary_links").await, 0);
    })
    .await;
}

#[tokio::test]
async fn fr_62_the_older_relationship_stays_and_the_cases_move_to_it() {
    for_each_engine(async |db| {
        let night = Night::new(db).await;
        // Sami has been a client for a week longer.
        let older = night.world.changed_relationship(
            &night.marja,
            &night.world.relationship_id(JHHVA),
            SAMI,
            |mut relationship| {
                relationship.period.start = "2026-09-01".parse().unwrap();
                relationship
            },
        );
        expect(&night.world, &night.marja, &older, "AA").await;
        let [open, case, entry] = night.joined();
        // Two live relationships would be one too many.
        expect(&night.world, &night.marja, &open, "VERSION_CONFLICT").await;
        let id = night.relationship.header.relationship.clone().unwrap();
        let ended = night.world.changed_relationship(&night.marja, &id, SAMI, |mut relationship| {
            let last = "2026-09-28".parse().ok();
            relationship.period.end = last;
            relationship.end_reason = Some("Yhdistetty vanhempaan asiakkuuteen.".to_owned());
            for row in relationship.tasks.iter_mut().flat_map(|task| task.organiser_units.iter_mut()) {
                row.period.end = last;
            }
            relationship
        });
        let ended = night.world.following(ended, &night.relationship, CONFIRMED);
        expect(&night.world, &night.marja, &ended, "AA").await;
        expect(&night.world, &night.marja, &case, "AA").await;
        expect(&night.world, &night.marja, &entry, "AA").await;
        assert_eq!(night.world.count("relationships").await, 1);
        let mut all = night.sets();
        all.push(older.header.set_id.as_str().to_owned());
        all.sort();
        assert_eq!(night.found_by(SAMI).await.unwrap(), all);
        assert_eq!(night.found_by(UNKNOWN).await.unwrap(), all);
        let report = archive::verify(&night.world.app).await.unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        // The older one goes on as before.
        let next = night.world.next_relationship(&night.marja, &older, SAMI, &[Row::from(AHOLA, "2026-09-28")]);
        expect(&night.world, &night.marja, &next, "AA").await;
    })
    .await;
}

#[tokio::test]
async fn fr_62_a_wrong_join_is_undone_by_new_versions() {
    for_each_engine(async |db| {
        let night = Night::new(db).await;
        let joined = night.joined();
        for document in &joined {
            expect(&night.world, &night.marja, document, "AA").await;
        }
        let [relationship, case, entry] = night.as_of(UNKNOWN, [&joined[0], &joined[1], &joined[2]], UNDONE);
        expect(&night.world, &night.marja, &case, "TEMP_ID_NOT_ALLOWED").await;
        expect(&night.world, &night.marja, &relationship, "AA").await;
        expect(&night.world, &night.marja, &case, "AA").await;
        expect(&night.world, &night.marja, &entry, "AA").await;
        assert_eq!(night.found_by(UNKNOWN).await.unwrap(), night.sets());
        assert_eq!(night.found_by(SAMI).await, Err("NO_CONTEXT_RELATION".to_owned()), "nothing is left under his name");
        let report = archive::verify(&night.world.app).await.unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        // A document that was never under a temporary id is not put under one.
        let (case, _) = night.world.open_client(&night.marja, AINO, &[]).await;
        let first = night.world.entry(&night.marja, JHHVA, &case, AINO, ENTRY_AT, "Aino.");
        expect(&night.world, &night.marja, &first, "AA").await;
        let hidden = night.world.entry(&night.marja, JHHVA, &night.case, UNKNOWN, ENTRY_AT, "Aino.");
        let hidden = night.world.following(hidden, &first, UNDONE);
        expect(&night.world, &night.marja, &hidden, "CONTEXT_MISMATCH").await;
    })
    .await;
}

#[tokio::test]
async fn fr_62_only_the_controller_joins() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let (marja, liisa) = (world.worker("marja"), world.worker("liisa"));
        let rows = [Row::from(AHOLA, "2026-09-28")];
        let relationship = world.relationship(&marja, &world.relationship_id(JHHVA), UNKNOWN, &rows);
        expect(&world, &marja, &relationship, "AA").await;
        let case = world.case_id(JHHVA);
        let case_document = world.case(&marja, &case, UNKNOWN);
        expect(&world, &marja, &case_document, "AA").await;
        // A grant works with a temporary id.
        let entry = world.entry(&liisa, JHHVA, &case, UNKNOWN, ENTRY_AT, "Yö.");
        expect(&world, &liisa, &entry, "AA").await;
        let joined = world.next_relationship(&marja, &relationship, SAMI, &rows);
        let mut joined = joined;
        joined.header.reason_of_correction = Some(CONFIRMED.to_owned());
        expect(&world, &marja, &joined, "AA").await;
        let case_joined = world.following(world.case(&marja, &case, SAMI), &case_document, CONFIRMED);
        expect(&world, &marja, &case_joined, "AA").await;
        let of = |member: &Member| {
            world.following(world.entry(member, JHHVA, &case, SAMI, ENTRY_AT, "Yö."), &entry, CONFIRMED)
        };
        expect(&world, &liisa, &of(&liisa), "ROLE_FORBIDDEN").await;
        let mut by_controller = of(&liisa);
        by_controller.header.authors = world.entry(&marja, JHHVA, &case, SAMI, ENTRY_AT, "x").header.authors;
        expect(&world, &marja, &by_controller, "AA").await;
        // The document is still its author's, and the right went on under the code.
        let correction =
            world.following(world.entry(&liisa, JHHVA, &case, SAMI, ENTRY_AT, "Yö 2."), &by_controller, "lisäys");
        expect(&world, &liisa, &correction, "AA").await;
        expect(&world, &liisa, &world.entry(&liisa, JHHVA, &case, SAMI, ENTRY_AT, "Aamu."), "AA").await;
        // It may take back what it has made, though an earlier version named the temporary id.
        let frame = kanta::frame::nullify(&correction.header, "väärä kirjaus", world.sending(&liisa, JHHVA));
        let reply = world.send(&liisa, &frame).await;
        assert_eq!(reply.code(), "AA", "{}", reply.texts());
    })
    .await;
}

#[tokio::test]
async fn fr_60_a_relationship_under_turvakielto_shows_no_place() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let marja = world.worker("marja");
        let id = world.relationship_id(JHHVA);
        let hiding = |contacts: serde_json::Value, municipality: bool| {
            world.changed_relationship(&marja, &id, AINO, |mut relationship| {
                relationship.client.non_disclosure = true;
                relationship.client.other.insert("yhteystiedot".to_owned(), contacts.clone());
                if municipality {
                    let code = serde_json::json!({ "system": "urn:oid:1.2.246.537.6.21", "code": "999", "display": "Keskinen" });
                    relationship.client.other.insert("kotikunta".to_owned(), serde_json::json!({ "kunta": code }));
                }
                relationship
            })
        };
        let home = serde_json::json!({ "osoite": [{ "lahiosoite": "Kuusitie 4" }] });
        let phone = serde_json::json!({ "puhelinnumero": "040 1234567" });
        for hidden in [hiding(home, false), hiding(phone.clone(), true)] {
            let reply = world.store(&marja, &hidden).await;
            assert_eq!(reply.code(), "SCHEMA_INVALID", "{}", reply.texts());
        }
        assert_eq!(world.count("documents").await, 0);
        let reply = world.store(&marja, &hiding(phone, false)).await;
        assert_eq!(reply.code(), "AA", "{}", reply.texts());
    })
    .await;
}

#[tokio::test]
async fn fr_63_a_document_names_only_clients_who_are_in_the_case_on_the_day() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let marja = world.worker("marja");
        for hetu in [AINO, LEENA] {
            world.open_client(&marja, hetu, &[]).await;
        }
        let case = world.case_id(JHHVA);
        let joint = |left: Option<&str>| {
            let moment = |text: &str| records::projection::Moment::Day(text.parse().unwrap());
            let mut document = world.case_of(&marja, &case, AINO, |mut case| {
                case.joint = true;
                case.clients[0].joined = Some(moment("2026-09-07"));
                let mut leena = CaseClient::new(documents::client(LEENA), "Heikkinen", "Leena");
                (leena.joined, leena.left) = (Some(moment("2026-09-15")), left.map(moment));
                case.clients.push(leena);
                case
            });
            let mut second = document.header.patients[0].clone();
            second.id = documents::client(LEENA);
            second.birth_date = None;
            document.header.patients.push(second);
            document
        };
        let first = joint(None);
        expect(&world, &marja, &first, "AA").await;
        let entry = |day: &str| world.entry(&marja, JHHVA, &case, LEENA, &format!("{day}T10:00:00+03:00"), "Käynti.");
        expect(&world, &marja, &entry("2026-09-14"), "CASE_CLIENT_MISMATCH").await;
        expect(&world, &marja, &entry("2026-09-20"), "AA").await;
        // She leaves; her past stays, later documents do not name her.
        let second = world.following(joint(Some("2026-09-22")), &first, "poistui asiasta");
        expect(&world, &marja, &second, "AA").await;
        expect(&world, &marja, &entry("2026-09-23"), "CASE_CLIENT_MISMATCH").await;
        expect(&world, &marja, &entry("2026-09-21"), "AA").await;
        // A member does not just disappear.
        let lost = world.following(world.case(&marja, &case, AINO), &second, "väärin");
        expect(&world, &marja, &lost, "SCHEMA_INVALID").await;
    })
    .await;
}

#[tokio::test]
async fn fr_05_a_case_is_linked_once_to_another_of_the_same_register() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let linked = |to: &[&CaseId]| {
            let mut document = aino.world.case(&aino.marja, &aino.world.case_id(JHHVA), AINO);
            let link = |case: &&CaseId| kanta::document::CaseLink {
                case: (*case).clone(),
                since: jiff::civil::date(2026, 9, 28),
                reason: None,
            };
            document.header.links = to.iter().map(link).collect();
            document
        };
        let unknown = aino.world.case_id(JHHVA);
        expect(&aino.world, &aino.marja, &linked(&[&unknown]), "CASE_UNKNOWN").await;
        // Twice would break the group of everybody who sends at the same moment.
        expect(&aino.world, &aino.marja, &linked(&[&aino.case, &aino.case]), "HEADER_INVALID").await;
        let itself = {
            let mut document = linked(&[&aino.case]);
            document.header.links[0].case = document.header.case.clone().unwrap();
            document
        };
        expect(&aino.world, &aino.marja, &itself, "CASE_UNKNOWN").await;
        expect(&aino.world, &aino.marja, &linked(&[&aino.case]), "AA").await;
        assert_eq!(aino.world.count("case_links").await, 1);
    })
    .await;
}

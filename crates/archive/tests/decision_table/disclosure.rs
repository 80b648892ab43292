//! Disclosure: what another county gets of a client's documents, by duty and by what the client has willed.

use super::common::{by_client, expect};
use super::scene::{By, Scene, stored, succeed};
use super::table::Table;
use archive::{
    joining::{self, Joining},
    testing::{consents::*, documents::Row, *},
};
use kanta::{
    document::Document,
    ids::Situation,
    query::{DisclosureTerms, LegalGround, Query, QueryKind},
    toimija::SpecialReason,
};
use records::{
    access::{
        Duty,
        policy::{Kind, OWN_TASK, gates, own_services, policy_rows},
    },
    code::ServiceTask,
    consent::Target,
    time::Clock,
};
use std::collections::BTreeSet;

/// The requester of a row: a worker of the other county.
fn requester(world: &World, duty: Duty) -> Member {
    let services = own_services(duty).iter().map(|service| service.code().to_owned()).collect();
    Member { duty: duty.code().to_owned(), tasks: vec![OWN_TASK.code().to_owned()], services, ..world.worker("oona") }
}

/// The client's relationship with the other county, in which its unit works.
async fn related(world: &World, hetu: &str) -> Document {
    let oona = requester(world, Duty::BroadResponsibility);
    let own = [Row::from(oona.unit.as_str(), "2026-09-07")];
    let document = world.relationship_in(OWN_TASK, &oona, &world.relationship_id(RSHVA), hetu, &own, &[]);
    stored(world, &oona, &document).await;
    document
}

/// The unit's work ended yesterday.
async fn unrelated(world: &World, hetu: &str, related: &Document) {
    let oona = requester(world, Duty::BroadResponsibility);
    let own = [Row::from(oona.unit.as_str(), "2026-09-07").until("2026-09-27")];
    let id = related.header.relationship.clone().expect("a relationship");
    let ended = world.relationship_in(OWN_TASK, &oona, &id, hetu, &own, &[]);
    stored(world, &oona, &succeed(ended, related)).await;
}

/// The client is informed and permits.
async fn willing(world: &World, hetu: &str) {
    let oona = requester(world, Duty::BroadResponsibility);
    for will in [informed(world.today()), permission(true, world.today())] {
        expect(world, &oona, &world.will(&oona, hetu, will), "AA").await;
    }
}

/// Walks the column of the matrix: the documents are stored once and asked for by every duty.
pub async fn walk(world: &World, table: &Table) -> BTreeSet<String> {
    let scene = Scene::open(world, ServiceTask::ALL).await;
    related(world, &scene.hetu).await;
    willing(world, &scene.hetu).await;
    let rows = policy_rows();
    let mut documents = Vec::new();
    for row in rows.iter().filter(|row| row.duty == Duty::ALL[0]) {
        let document = match row.kind.id.as_str() {
            "relationship" => scene.relationship.clone(),
            "case" => scene.cases[&OWN_TASK].clone(),
            _ => scene.fixture(&row.kind, By::Own).await,
        };
        documents.push((row.kind.id.clone(), document));
    }
    let (mut seen, mut wrong) = (BTreeSet::new(), Vec::new());
    for duty in Duty::ALL {
        let query = by_client(QueryKind::DisclosureSearch, RSHVA, &scene.hetu);
        let found = found(ask(world, &requester(world, *duty), query, false).await, &["ROLE_FORBIDDEN"]);
        for (kind, document) in &documents {
            let id = format!("{}/{kind}", duty.code());
            let answer = if found.contains(document.header.id.as_str()) { "R" } else { "-" };
            let printed = table.answer(&id, 2);
            if answer != printed {
                wrong.push(format!("{id}: printed {printed}, over the wire {answer}"));
            }
            seen.insert(id);
        }
    }
    assert!(wrong.is_empty(), "{} rows differ:\n{}", wrong.len(), wrong.join("\n"));
    seen
}

async fn ask(world: &World, member: &Member, query: Query, reason: bool) -> Reply {
    let mut sending = world.sending(member, RSHVA);
    let by_law = query.disclosure.ground.is_some();
    sending.situation = if by_law { Situation::DisclosureLaw } else { Situation::DisclosurePermit };
    let message = world.message_with(member, &kanta::frame::query(query, sending), &|toimija| {
        let text = "Puhelu päivystyksestä, henki uhattuna.".to_owned();
        toimija.special_reason = reason.then(|| SpecialReason { code: "KIIREELLINEN".to_owned(), text });
    });
    world.post(RSHVA, message).await
}

/// The OIDs that are found; nothing when the duty is refused as such.
fn found(reply: Reply, refusals: &[&str]) -> BTreeSet<String> {
    if refusals.contains(&reply.code().as_str()) {
        return BTreeSet::new();
    }
    reply.answer().rows.iter().map(|row| row.header.id.as_str().to_owned()).collect()
}

/// Walks what must be true besides.
pub async fn walk_gates(world: &World, table: &Table) -> BTreeSet<String> {
    // With a second discloser every document's clients are looked up, not told from the key that seals it; the rows that
    // change the index by hand need that.
    join(world, Joining { disclosure: true, ..Joining::joined(KIELO) }).await;
    let (mut seen, mut wrong) = (BTreeSet::new(), Vec::new());
    for gate in gates().iter().filter(|gate| gate.id.starts_with("disclosure/")) {
        let asked = Asked::of(world, gate.id).await;
        for (column, ground) in [None, Some("L55-2A"), Some("L56-1")].into_iter().enumerate() {
            let (answer, printed) = (asked.answer(ground).await, table.answer(gate.id, column));
            if answer != printed {
                wrong.push(format!("{} column {column}: printed {printed}, over the wire {answer}", gate.id));
            }
        }
        for oid in [JHHVA, RSHVA] {
            join(world, Joining { disclosure: true, ..Joining::joined(oid) }).await;
        }
        seen.insert(gate.id.to_owned());
    }
    assert!(wrong.is_empty(), "{} answers differ:\n{}", wrong.len(), wrong.join("\n"));
    seen
}

/// A question about one document, with one fact of the sample world changed.
struct Asked<'w> {
    scene: Scene<'w>,
    member: Member,
    document: Document,
    reason: bool,
    words: &'static str,
    wide: bool,
}

impl<'w> Asked<'w> {
    async fn of(world: &'w World, id: &str) -> Self {
        let scene = Scene::open(world, &[OWN_TASK]).await;
        let kind = decision();
        let document = scene.fixture(&kind, By::Own).await;
        let member = requester(world, Duty::BroadResponsibility);
        let words = "Asiakas on katuojassa eikä pysty huolehtimaan itsestään.";
        let mut asked = Self { scene, member, document, reason: false, words, wide: id.contains("wide") };
        let relationship = related(world, &asked.scene.hetu).await;
        asked.will(id).await;
        if ["disclosure/no-relation", "disclosure/special-reason", "disclosure/special-reason-denied"].contains(&id) {
            unrelated(world, &asked.scene.hetu, &relationship).await;
        }
        asked.change(id).await;
        asked
    }

    /// What the client has been told and has willed.
    async fn will(&self, id: &str) {
        let (world, hetu) = (self.scene.world, &self.scene.hetu);
        let oona = requester(world, Duty::BroadResponsibility);
        match id {
            "disclosure/not-informed" => {}
            "disclosure/no-permission" => {
                expect(world, &oona, &world.will(&oona, hetu, informed(world.today())), "AA").await;
            }
            _ => willing(world, hetu).await,
        }
        let target = match id {
            "disclosure/controller-denied" => Target::Controller(super::common::organisation(JHHVA)),
            "disclosure/document-denied" => Target::Document(self.document.header.set_id.as_str().to_owned()),
            "disclosure/other-task-denied" => Target::Task(ServiceTask::SubstanceAbuse),
            "disclosure/task-denied" | "disclosure/wide-denied" | "disclosure/special-reason-denied" => {
                Target::Task(OWN_TASK)
            }
            _ => return,
        };
        expect(world, &oona, &world.will(&oona, hetu, denials(&[target], world.today())), "AA").await;
    }

    async fn change(&mut self, id: &str) {
        let world = self.scene.world;
        match id {
            "disclosure/not-joined" => join(world, Joining::joined(RSHVA)).await,
            "disclosure/controller-not-joined" => join(world, Joining::joined(JHHVA)).await,
            "disclosure/without-card" => self.member.card = false,
            "disclosure/special-reason" | "disclosure/special-reason-denied" => self.reason = true,
            "disclosure/few-words" => self.words = "Yhdeksäntoista mrkk",
            "disclosure/unstructured" | "disclosure/unstructured-wide" => {
                self.index("document_group = '3', structure_oid = NULL").await
            }
            "disclosure/old" | "disclosure/old-wide" => self.index("document_group = '4'").await,
            "disclosure/temporary-id" => self.temporary().await,
            "disclosure/joint" | "disclosure/joint-silent" | "disclosure/joint-denied" => self.joint(id).await,
            "disclosure/own-register" => {
                let case = world.case_id(RSHVA);
                let task = |opened| records::case::Case { task: OWN_TASK, ..opened };
                stored(world, &self.member, &world.case_of(&self.member, &case, &self.scene.hetu, task)).await;
                let process = decision().document.process.expect("a process");
                let mut own = world.sample(&self.member, RSHVA, &case, &self.scene.hetu, "11001", process);
                own.header.tasks = vec![kanta::Code::new(OWN_TASK.code())];
                stored(world, &self.member, &own).await;
                self.document = own;
            }
            // Made by the relationship and the wills, or by the question alone.
            "disclosure/open"
            | "disclosure/no-relation"
            | "disclosure/not-informed"
            | "disclosure/no-permission"
            | "disclosure/controller-denied"
            | "disclosure/task-denied"
            | "disclosure/document-denied"
            | "disclosure/other-task-denied"
            | "disclosure/wide-denied" => {}
            unknown => panic!("{unknown} is printed, but nobody knows how to make it true"),
        }
    }

    /// Changes the document's row as the archive keeps it, where no message of ours makes such a document.
    async fn index(&self, change: &'static str) {
        let mut tx = self.scene.world.app.db.write().await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(format!("UPDATE documents SET {change} WHERE document_oid = $1")))
            .bind(self.document.header.id.as_str().to_owned())
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    async fn temporary(&self) {
        let mut tx = self.scene.world.app.db.write().await.unwrap();
        sqlx::query("UPDATE document_clients SET temporary = 1 WHERE document_oid = $1")
            .bind(self.document.header.id.as_str().to_owned())
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Makes the document one of another client too, who permits, is silent or denies.
    async fn joint(&self, id: &str) {
        let world = self.scene.world;
        let other = Scene::open(world, &[]).await;
        let oona = requester(world, Duty::BroadResponsibility);
        related(world, &other.hetu).await;
        if id != "disclosure/joint-silent" {
            willing(world, &other.hetu).await;
        }
        if id == "disclosure/joint-denied" {
            let denial = world.will(&oona, &other.hetu, denials(&[Target::Task(OWN_TASK)], world.today()));
            expect(world, &oona, &denial, "AA").await;
        }
        let mut tx = world.app.db.write().await.unwrap();
        sqlx::query(
            "INSERT INTO document_clients (client, controller, document_oid, temporary, created, place) \
             SELECT c.client, c.controller, d.document_oid, 0, c.created, d.place \
             FROM document_clients c, documents d WHERE d.document_oid = $1 AND c.document_oid = $2",
        )
        .bind(self.document.header.id.as_str().to_owned())
        .bind(other.relationship.header.id.as_str().to_owned())
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    async fn answer(&self, ground: Option<&str>) -> String {
        let mut query = by_client(QueryKind::DisclosureFetch, RSHVA, &self.scene.hetu);
        query.document = Some(self.document.header.id.clone());
        query.disclosure = DisclosureTerms {
            holder: None,
            ground: ground.map(|code| LegalGround { code: code.to_owned(), text: self.words.to_owned() }),
            wide_search: self.wide.then(|| "PALVELUTARVE".to_owned()),
        };
        match ask(self.scene.world, &self.member, query, self.reason).await {
            Reply::Answer(answer) if answer.ack == kanta::ack::AckType::Accepted => {
                if answer.rows.is_empty() {
                    "empty".to_owned()
                } else {
                    "given".to_owned()
                }
            }
            refused => refused.code(),
        }
    }
}

fn decision() -> Kind {
    policy_rows().into_iter().map(|row| row.kind).find(|kind| kind.id == "decision").expect("a kind of the table")
}

async fn join(world: &World, joining: Joining) {
    let mut tx = world.app.db.write().await.unwrap();
    joining::set(&mut tx, &joining, world.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

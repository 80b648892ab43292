//! The matrix: sixteen duties, twenty-four kinds of documents, four acts, by two routes.

use super::common::{by_case, by_client};
use super::scene::{self, By, OTHER, Scene, admin, as_sent_by, born_in, own_rows, succeed, worker};
use super::table::Table;
use archive::testing::*;
use kanta::{document::Document, query::QueryKind};
use records::{
    access::{
        Duty,
        policy::{Kind, OWN_TASK, PolicyRow, policy_rows},
    },
    code::{DocumentGroup, ServiceTask},
};
use std::collections::BTreeSet;

/// Refusals that are an answer about rights. Any other would mean that the test's message is not in order.
const ABOUT_RIGHTS: &[&str] = &["RKO_NOT_VALID", "ROLE_FORBIDDEN", "NOT_AUTHOR", "UNIT_MISMATCH", "CONTEXT_MISMATCH"];

/// Walks the rows of the duties, and gives back those that it has hit.
pub async fn walk(world: &World, table: &Table, duties: &[Duty]) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for duty in duties {
        let scene = Scene::open(world, ServiceTask::ALL).await;
        for row in policy_rows().iter().filter(|row| row.duty == *duty) {
            for (by, column) in [(By::Own, 0), (By::Right, 1)] {
                let letters = letters(&scene, row, by).await;
                let printed = table.answer(&row.id(), column);
                if letters != printed {
                    wrong.push(format!("{} {by:?}: printed {printed}, over the wire {letters}", row.id()));
                }
            }
            seen.insert(row.id());
        }
    }
    assert!(wrong.is_empty(), "{} rows differ:\n{}", wrong.len(), wrong.join("\n"));
    seen
}

/// The letters of a cell, tried one act after the other: read, write, correct, invalidate.
async fn letters(scene: &Scene<'_>, row: &PolicyRow, by: By) -> String {
    let worker = worker(scene.world, row.duty, by);
    let target = Target::store(scene, &row.kind, by).await;
    let mut letters = String::new();
    if target.read(scene, &worker, by).await {
        letters.push('R');
    }
    if row.kind.writable && target.writes(scene, &worker, &row.kind, by).await {
        letters.push('W');
    }
    let corrected = target.corrected(scene, &worker, &row.kind, by);
    let newest = if send(scene, &worker, &corrected).await {
        letters.push('C');
        &corrected
    } else {
        &target.document
    };
    let frame = kanta::frame::nullify(&newest.header, "Väärä asiakas", scene.world.sending(&worker, JHHVA));
    if granted(scene.world.send(&worker, &frame).await) {
        letters.push('I');
    }
    if letters.is_empty() { "-".to_owned() } else { letters }
}

async fn send(scene: &Scene<'_>, worker: &Member, document: &Document) -> bool {
    granted(scene.world.store(worker, document).await)
}

fn granted(reply: Reply) -> bool {
    let code = reply.code();
    assert!(code == "AA" || ABOUT_RIGHTS.contains(&code.as_str()), "{code}: {}", reply.texts());
    code == "AA"
}

/// A stored document that a row is about, and the client whom it concerns.
struct Target {
    document: Document,
    hetu: String,
}

impl Target {
    async fn store(scene: &Scene<'_>, kind: &Kind, by: By) -> Self {
        let world = scene.world;
        let (document, hetu) = match (kind.document.group, by) {
            (DocumentGroup::ClientDocument, _) => (scene.fixture(kind, by).await, scene.hetu.clone()),
            (DocumentGroup::Case, _) => {
                let document = scene.case_document(OWN_TASK);
                scene::stored(world, &admin(world), &document).await;
                (document, scene.hetu.clone())
            }
            // The client's one relationship document would be gone after the row: another client's stands for it.
            (_, By::Own) => {
                let hetu = structures::sample::hetu(world.number());
                let document = scene::relationship(world, &hetu, None, &own_rows(), &[]);
                scene::stored(world, &admin(world), &document).await;
                (document, hetu)
            }
            (_, By::Right) => (scene.relationship.clone(), scene.hetu.clone()),
        };
        Self { document, hetu }
    }

    /// Opens the document; finding it by a search must say the same.
    async fn read(&self, scene: &Scene<'_>, worker: &Member, by: By) -> bool {
        let ask = |kind| match by {
            By::Own => by_client(kind, JHHVA, &self.hetu),
            By::Right => by_case(kind, scene.case()),
        };
        let mut opened = ask(QueryKind::Document);
        opened.document = Some(self.document.header.id.clone());
        let mut searched = ask(QueryKind::Metadata);
        searched.set = Some(self.document.header.set_id.clone());
        let opened = self.answered(scene, worker, opened).await;
        let found = self.answered(scene, worker, searched).await;
        assert_eq!(opened, found, "what is found can be opened and nothing else");
        opened
    }

    async fn answered(&self, scene: &Scene<'_>, worker: &Member, query: kanta::query::Query) -> bool {
        match super::common::search(scene.world, worker, query).await {
            Reply::Answer(answer) if answer.ack == kanta::ack::AckType::Accepted => {
                answer.rows.iter().any(|row| row.header.id == self.document.header.id)
            }
            refused => granted(refused),
        }
    }

    /// Writes a new document of the same kind.
    async fn writes(&self, scene: &Scene<'_>, worker: &Member, kind: &Kind, by: By) -> bool {
        let reply = scene.world.store(worker, &self.another(scene, worker, kind, by)).await;
        // A relationship is written for a new client, to whom only who opens cases has a relation.
        let opening = by == By::Own && kind.document.group == DocumentGroup::Relationship;
        if opening && reply.code() == "NO_CONTEXT_RELATION" { false } else { granted(reply) }
    }

    /// A new document of the same kind, of the worker's own unit.
    fn another(&self, scene: &Scene<'_>, worker: &Member, kind: &Kind, by: By) -> Document {
        let document = match kind.document.group {
            DocumentGroup::ClientDocument => return scene.document(worker, kind, scene.case_of(kind, by)),
            DocumentGroup::Case => scene.case_document(OWN_TASK),
            _ => {
                let hetu = structures::sample::hetu(scene.world.number());
                scene::relationship(scene.world, &hetu, None, &own_rows(), &[])
            }
        };
        if by == By::Own { document } else { as_sent_by(document, worker) }
    }

    /// The next version. Under a right it comes from the worker's own unit, as it must; in the own register the document
    /// stays of the unit where it was born.
    fn corrected(&self, scene: &Scene<'_>, worker: &Member, kind: &Kind, by: By) -> Document {
        let case = self.document.header.case.as_ref();
        let next = match kind.document.group {
            DocumentGroup::ClientDocument => {
                let next = scene.document(worker, kind, case.unwrap_or(scene.case()));
                if by == By::Own && !kind.own_unit { born_in(next, OTHER) } else { next }
            }
            DocumentGroup::Case => {
                let world = scene.world;
                let case = case.unwrap_or(scene.case());
                world
                    .case_of(&admin(world), case, &self.hetu, |opened| records::case::Case { task: OWN_TASK, ..opened })
            }
            _ => {
                let id = self.document.header.relationship.clone();
                let providers = if by == By::Own { Vec::new() } else { vec![scene::right("2026-09-07")] };
                scene::relationship(scene.world, &self.hetu, id, &own_rows(), &providers)
            }
        };
        let next = if by == By::Own || kind.document.group == DocumentGroup::ClientDocument {
            next
        } else {
            as_sent_by(next, worker)
        };
        succeed(next, &self.document)
    }
}

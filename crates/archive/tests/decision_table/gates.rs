//! What must be true besides the matrix: one fact is changed, then the worker searches, writes and corrects.

use super::common::{by_case, by_client, search};
use super::scene::{self, By, OTHER, Scene, admin, go_live, own_rows, right, stored, succeed, worker};
use super::table::Table;
use archive::{
    joining::{self, Joining},
    testing::*,
};
use kanta::{
    document::Document,
    query::{Query, QueryKind},
    toimija::SpecialReason,
};
use records::{
    access::{
        Duty,
        policy::{Kind, OWN_TASK, gates, policy_rows},
    },
    code::CaseState,
    id::CaseId,
    time::Clock,
};
use std::collections::BTreeSet;

/// Walks the rows of the own register and of rights, and gives back those that it has hit.
pub async fn walk(world: &World, table: &Table) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for gate in gates().iter().filter(|gate| !gate.id.starts_with("disclosure/")) {
        let mut try_out = TryOut::begin(world, gate.id).await;
        try_out.change(gate.id).await;
        let answers = try_out.answers().await;
        try_out.restore().await;
        for (column, answer) in answers.iter().enumerate() {
            let printed = table.answer(gate.id, column);
            if answer != printed {
                wrong.push(format!("{} column {column}: printed {printed}, over the wire {answer}", gate.id));
            }
        }
        seen.insert(gate.id.to_owned());
    }
    assert!(wrong.is_empty(), "{} answers differ:\n{}", wrong.len(), wrong.join("\n"));
    seen
}

/// A client, a stored entry of the worker's own, and what is asked in the end.
struct TryOut<'w> {
    scene: Scene<'w>,
    by: By,
    member: Member,
    kind: Kind,
    entry: Document,
    /// Whose system sends, when it is not the worker's organisation.
    through: Option<&'static str>,
    reason: bool,
    /// The case that is named.
    case: CaseId,
}

impl<'w> TryOut<'w> {
    async fn begin(world: &'w World, id: &str) -> Self {
        let by = if id.starts_with("own/") { By::Own } else { By::Right };
        let scene = Scene::open(world, &[OWN_TASK]).await;
        let kind = policy_rows().into_iter().map(|row| row.kind).find(|kind| kind.id == "entry").unwrap();
        let entry = scene.fixture(&kind, by).await;
        let (member, case) = (worker(world, Duty::CarryingOut, by), scene.case().clone());
        Self { scene, by, member, kind, entry, through: None, reason: false, case }
    }

    /// Makes the row's fact true.
    async fn change(&mut self, id: &str) {
        let world = self.scene.world;
        let tomorrow = "2026-09-29";
        let other_unit = [scene::own_rows()[1].clone()];
        match id {
            "own/relation" | "rko/in-force" => {}
            "own/no-relation" => self.scene.change_relationship(&other_unit, &[]).await,
            "own/relation-not-begun" => {
                let rows = [documents::Row::from(GUIDANCE, tomorrow), documents::Row::from(OTHER, "2026-09-07")];
                self.scene.change_relationship(&rows, &[]).await;
            }
            "own/special-reason" => {
                self.scene.change_relationship(&other_unit, &[]).await;
                self.reason = true;
            }
            "own/without-card" | "rko/without-card" => self.member.card = false,
            "own/strict-without-card" | "rko/strict-without-card" => {
                self.member.card = false;
                join(world, Joining { strict: true, ..Joining::joined(self.member.organisation.as_str()) }).await;
            }
            "own/not-joined" | "rko/organiser-not-joined" => join(world, suspended(JHHVA)).await,
            "rko/not-joined" => join(world, suspended(KIELO)).await,
            "own/case-closed" => self.close_case().await,
            "own/case-unknown" | "rko/case-unknown" => self.case = world.case_id(JHHVA),
            "own/other-client" => {
                let other = Scene::open(world, &[OWN_TASK]).await;
                self.case = other.case().clone();
            }
            "rko/no-grant" => self.scene.change_relationship(&own_rows(), &[]).await,
            "rko/not-begun" => self.scene.change_relationship(&own_rows(), &[right(tomorrow)]).await,
            "rko/in-grace" => self.end_right("2026-09-27").await,
            "rko/event-after-the-end" => self.end_right("2026-09-14").await,
            "rko/past-grace" => {
                self.end_right("2026-09-20").await;
                world.clock.set("2026-10-21T09:00:00Z");
            }
            "rko/other-unit" => self.member.unit = records::id::ServiceUnitId::parse(LEHTO).unwrap(),
            "rko/other-client" => {
                self.scene.change_relationship(&own_rows(), &[]).await;
                Scene::open(world, &[OWN_TASK]).await;
            }
            "rko/other-task" => self.member.tasks = vec!["TYOIK".to_owned()],
            "rko/not-live" => go_live(world, tomorrow).await,
            "rko/guest" => {
                let model = "parallel".to_owned();
                let main_joiner = JHHVA.to_owned();
                join(world, Joining { state: "not_joined".into(), model, main_joiner, ..Joining::joined(KIELO) }).await;
                self.through = Some(JHHVA);
            }
            "rko/special-reason" => {
                self.scene.change_relationship(&own_rows(), &[]).await;
                self.reason = true;
            }
            unknown => panic!("{unknown} is printed, but nobody knows how to make it true"),
        }
    }

    /// The row of the right with an end; rows that have ended stay in every later version.
    async fn end_right(&mut self, end: &str) {
        self.scene.change_relationship(&own_rows(), &[right("2026-09-07").until(end)]).await;
    }

    async fn close_case(&mut self) {
        let world = self.scene.world;
        let case = self.scene.case();
        let opened = self.scene.cases[&OWN_TASK].clone();
        let closed = world.case_of(&admin(world), case, &self.scene.hetu, |opened| records::case::Case {
            task: OWN_TASK,
            state: CaseState::Closed,
            closed: Some("2026-09-14".parse().unwrap()),
            ..opened
        });
        stored(world, &admin(world), &succeed(closed, &opened)).await;
    }

    /// Search, write, correct.
    async fn answers(&self) -> [String; 3] {
        let world = self.scene.world;
        let query = match self.by {
            By::Own => by_client(QueryKind::Metadata, JHHVA, &self.scene.hetu),
            By::Right => by_case(QueryKind::Metadata, &self.case),
        };
        let written = self.scene.document(&self.member, &self.kind, &self.case);
        let corrected = succeed(self.scene.document(&self.member, &self.kind, &self.case), &self.entry);
        let searched = self.search(query).await;
        let mut answers = [searched, String::new(), String::new()];
        for (answer, document) in answers[1..].iter_mut().zip([written, corrected]) {
            let bytes = world.sign(&document, self.member.organisation.as_str());
            let frame = kanta::frame::archive(&document, bytes, world.sending(&self.member, JHHVA));
            *answer = told(self.send(&frame).await);
        }
        answers
    }

    async fn search(&self, query: Query) -> String {
        if !self.reason && self.through.is_none() {
            return told(search(self.scene.world, &self.member, query).await);
        }
        let frame = kanta::frame::query(query, self.scene.world.sending(&self.member, JHHVA));
        told(self.send(&frame).await)
    }

    async fn send(&self, frame: &kanta::frame::Frame) -> Reply {
        let world = self.scene.world;
        let connecting = self.through.unwrap_or(self.member.organisation.as_str());
        let mut toimija = world.toimija(&self.member);
        toimija.connecting = super::common::organisation(connecting);
        if self.reason {
            let text = "Puhelu päivystyksestä, henki uhattuna.".to_owned();
            toimija.special_reason = Some(SpecialReason { code: "KIIREELLINEN".to_owned(), text });
        }
        let header = world.sign_toimija(&toimija, connecting);
        let body = String::from_utf8(kanta::frame::encode(frame)).unwrap();
        world.post(connecting, kanta::soap::encode(Some(&header), &body)).await
    }

    /// Back to the sample world, its clock too.
    async fn restore(&self) {
        let world = self.scene.world;
        for oid in [JHHVA, KIELO] {
            join(world, Joining { disclosure: oid == JHHVA, ..Joining::joined(oid) }).await;
        }
        go_live(world, "2026-09-01").await;
        world.clock.set("2026-09-28T09:00:00Z");
    }
}

fn told(reply: Reply) -> String {
    match reply.code().as_str() {
        "AA" | "ANSWER" => "given".to_owned(),
        code => code.to_owned(),
    }
}

fn suspended(oid: &str) -> Joining {
    Joining { state: "suspended".to_owned(), ..Joining::joined(oid) }
}

async fn join(world: &World, joining: Joining) {
    let mut tx = world.app.db.write().await.unwrap();
    joining::set(&mut tx, &joining, world.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

//! Documents: entries, corrections, what is refused, and what comes twice.

use super::{
    kinds::Kind,
    organisers::RECORDINGS_FROM,
    player::{CLIENTS, CONTROLLERS, Outcome, Player},
    state::{Other, Set},
};
use archive::testing::{documents, kinds::pdf, *};
use jiff::{ToSpan, civil::Date};
use kanta::{
    document::Document,
    query::{Query, QueryKind},
};
use records::id::{CaseId, OrganisationId};

impl Player<'_> {
    /// An entry of a worker about a day.
    pub(super) fn an_entry(
        &self,
        worker: usize,
        controller: &str,
        case: &CaseId,
        client: &str,
        event: Date,
        text: &str,
    ) -> Document {
        let at = format!("{event}T09:00:00+03:00");
        self.world.entry(&self.workers[worker], controller, case, client, &at, text)
    }

    pub(super) async fn entry(&mut self, under_right: bool) -> Outcome {
        let (index, worker) = if under_right { self.case_and_provider() } else { (self.a_case(), 0) };
        let (controller, client) = (self.state.cases[index].controller, self.state.cases[index].client);
        let worker = if under_right { worker } else { Self::controller_worker(controller) };
        if under_right && self.house(worker) == controller {
            return Box::pin(self.entry(false)).await;
        }
        let today = self.today();
        let event = today.checked_add(self.rng.between(-15, 0).days()).unwrap();
        let text = format!("Merkintä {}.", self.world.number());
        let document = self.an_entry(worker, controller, &self.state.cases[index].oid, client, event, &text);
        let right = if under_right {
            self.state.may_write(controller, client, self.workers[worker].unit.as_str(), event, today)
        } else {
            self.state.relationships.contains_key(&(controller, client))
        };
        let allowed = self.joined(worker, controller) && right && self.state.case_takes(index, event, today);
        let kind = if under_right { Kind::ProviderEntry } else { Kind::OwnEntry };
        let bytes = self.store(kind, worker, &document, allowed).await?;
        if allowed {
            let versions = vec![(document, bytes, worker)];
            let (case, author, invalidated, disposed) = (index, worker, false, false);
            self.state.sets.push(Set {
                controller,
                client,
                case,
                author,
                event,
                text,
                versions,
                invalidated,
                disposed,
            });
        }
        Ok(())
    }

    /// Whether the author may still change the set (FR-23, FR-35).
    fn may_change(&self, set: &Set, needs_open_case: bool) -> bool {
        let today = self.today();
        let worker = set.author;
        let right = if self.house(worker) == set.controller {
            self.state.relationships.contains_key(&(set.controller, set.client))
        } else {
            let unit = self.workers[worker].unit.as_str();
            self.state.may_write(set.controller, set.client, unit, set.event, today)
        };
        let case = !needs_open_case || self.state.case_takes(set.case, set.event, today);
        self.joined(worker, set.controller) && right && case && set.live()
    }

    pub(super) async fn correct(&mut self) -> Outcome {
        let index = self.a_set();
        let stranger = self.rng.one_in(4);
        let set = &self.state.sets[index];
        let document = self.world.next_version(set.newest());
        let worker = if stranger {
            let another = |other: &usize| *other != set.author && self.house(*other) != set.controller;
            let others: Vec<usize> = (CONTROLLERS.len()..self.workers.len()).filter(another).collect();
            others[self.rng.below(others.len())]
        } else {
            set.author
        };
        // Nobody corrects what another has made (the controller may, in ways that this model does not play).
        let allowed = !stranger && self.may_change(&self.state.sets[index], true);
        let bytes = self.store(Kind::Correct, worker, &document, allowed).await?;
        if allowed {
            self.state.sets[index].versions.push((document, bytes, worker));
        }
        Ok(())
    }

    /// B.5 invariant 10: a version that has come already, or one before its turn.
    pub(super) async fn correct_stale(&mut self) -> Outcome {
        let index = self.a_set();
        let set = &self.state.sets[index];
        let mut document = self.world.next_version(&set.versions[0].0);
        if set.versions.len() == 1 {
            document.header.version += 1;
        }
        let worker = set.author;
        self.store(Kind::CorrectStale, worker, &document, false).await.map(drop)
    }

    /// B.5 invariant 10: a document before its case, or before its client's relationship.
    pub(super) async fn too_early(&mut self) -> Outcome {
        let (today, text) = (self.today(), "Liian aikaisin.");
        if self.rng.one_in(2) {
            let index = self.a_case();
            let (controller, client) = (self.state.cases[index].controller, self.state.cases[index].client);
            let worker = Self::controller_worker(controller);
            let case = self.world.case_id(controller);
            let document = self.an_entry(worker, controller, &case, client, today, text);
            return self.store(Kind::TooEarly, worker, &document, false).await.map(drop);
        }
        let orphan = |case: &super::state::Case| !case.disposed && !self.has_relationship(case);
        if !self.state.cases.iter().any(orphan) {
            let (controller, _) = CONTROLLERS[self.rng.below(CONTROLLERS.len())];
            let unrelated = CLIENTS.into_iter().find(|client| !self.state.related(controller, client));
            let Some(client) = unrelated else { return self.correct_stale_or_entry().await };
            self.begin(Kind::OpenCase, controller, client).await?;
        }
        let orphan = |case: &&super::state::Case| !case.disposed && !self.has_relationship(case);
        let Some(case) = self.state.cases.iter().find(orphan) else { return Ok(()) };
        let worker = Self::controller_worker(case.controller);
        let document = self.an_entry(worker, case.controller, &case.oid, case.client, today, text);
        self.store(Kind::TooEarly, worker, &document, false).await.map(drop)
    }

    async fn correct_stale_or_entry(&mut self) -> Outcome {
        if self.state.sets.is_empty() { Box::pin(self.entry(false)).await } else { self.correct_stale().await }
    }

    /// B.5 invariant 5: a new version of one register's document, in another register and a case of it.
    pub(super) async fn change_register(&mut self) -> Outcome {
        let index = self.a_set();
        let register = self.state.sets[index].controller;
        let elsewhere = |case: &&super::state::Case| {
            case.controller != register && !case.disposed && case.closed.is_none() && self.has_relationship(case)
        };
        let there: Vec<usize> =
            self.state.cases.iter().enumerate().filter(|(_, case)| elsewhere(case)).map(|(number, _)| number).collect();
        if there.is_empty() {
            return self.open_case().await;
        }
        let case = &self.state.cases[there[self.rng.below(there.len())]];
        let worker = Self::controller_worker(case.controller);
        let document =
            self.an_entry(worker, case.controller, &case.oid, case.client, self.today(), "Toiseen rekisteriin.");
        let document = self.world.following(document, self.state.sets[index].newest(), "korjaus");
        self.store(Kind::ChangeRegister, worker, &document, false).await.map(drop)
    }

    pub(super) async fn invalidate(&mut self) -> Outcome {
        let index = self.a_set();
        let set = &self.state.sets[index];
        let (worker, header) = (set.author, set.newest().header.clone());
        let allowed = self.may_change(set, false);
        let member = self.workers[worker].clone();
        let frame = kanta::frame::nullify(&header, "kirjattu väärälle", self.world.sending(&member, set.controller));
        let code = self.world.send(&member, &frame).await.code();
        self.told(Kind::Invalidate, &code, allowed).await?;
        if allowed {
            self.state.sets[index].invalidated = true;
        }
        Ok(())
    }

    /// FR-94: the first receipt again, and nothing stored. What was disposed of does not come back.
    pub(super) async fn resend(&mut self) -> Outcome {
        let index = if self.rng.one_in(3) { self.rng.below(self.state.sets.len()) } else { self.a_set() };
        let set = &self.state.sets[index];
        let (document, bytes, sender) = set.versions[self.rng.below(set.versions.len())].clone();
        let (member, allowed) = (self.workers[sender].clone(), !set.disposed);
        let stored = self.world.count("documents").await;
        let code = self.world.archive(&member, &document, bytes).await.code();
        self.told(Kind::Resend, &code, allowed).await?;
        if self.world.count("documents").await == stored { Ok(()) } else { Err("B.5/6: stored twice".to_owned()) }
    }

    pub(super) async fn same_number(&mut self) -> Outcome {
        let index = self.a_set();
        let set = &self.state.sets[index];
        let (worker, mut document) = (set.author, set.newest().clone());
        document.header.reason_of_correction = Some("toinen sisältö".to_owned());
        self.store(Kind::SameNumberOtherBytes, worker, &document, false).await.map(drop)
    }

    /// The very message again, whether it was answered or refused.
    pub(super) async fn replay(&mut self) -> Outcome {
        let worker = self.rng.below(CONTROLLERS.len());
        let (controller, client) = (CONTROLLERS[worker].0, CLIENTS[self.rng.below(CLIENTS.len())]);
        let member = self.workers[worker].clone();
        let mut query = Query::new(QueryKind::Metadata, "1", OrganisationId::parse(controller).unwrap());
        query.client = Some(documents::client(client));
        let frame = kanta::frame::query(query, self.world.sending(&member, controller));
        let message = self.world.message(&member, &frame);
        let allowed = self.joined(worker, controller) && self.state.related(controller, client);
        for allowed in [allowed, false] {
            let code = self.world.post(controller, message.clone()).await.code();
            let (kind, code) = (Kind::Replay, if code == "ANSWER" { "AA" } else { &code });
            self.told(kind, code, allowed).await?;
        }
        Ok(())
    }

    /// B.5 invariant 1: a document in the case of somebody else, by whoever has a right to that case.
    pub(super) async fn foreign_case(&mut self) -> Outcome {
        let index = self.a_case();
        let (controller, client) = (self.state.cases[index].controller, self.state.cases[index].client);
        let names = self.state.names(controller, client);
        let others: Vec<&str> = CLIENTS.into_iter().filter(|other| !names.contains(other)).collect();
        let related: Vec<&str> = others
            .iter()
            .copied()
            .filter(|other| self.state.relationships.contains_key(&(controller, *other)))
            .collect();
        let from = if related.is_empty() { others } else { related };
        let other = from[self.rng.below(from.len())];
        let any = self.rng.below(self.workers.len());
        let worker = if self.rng.one_in(2) { Self::controller_worker(controller) } else { any };
        let oid = self.state.cases[index].oid.clone();
        let document = self.an_entry(worker, controller, &oid, other, self.today(), "Väärä asiakas.");
        self.store(Kind::ForeignCase, worker, &document, false).await.map(drop)
    }

    /// FR-96: a controller's old document, without case and process, from whoever archives there.
    pub(super) async fn old_document(&mut self) -> Outcome {
        let index = self.a_case();
        let case = &self.state.cases[index];
        let (controller, client, oid) = (case.controller, case.client, case.oid.clone());
        let worker = Self::controller_worker(controller);
        let bytes = self.rng.one_in(2).then(|| pdf(""));
        let member = Member { duty: "arkistointi".to_owned(), ..self.workers[worker].clone() };
        let group = kanta::code::GROUP_OLD;
        let mut document = self.world.unstructured(&member, controller, &oid, client, group, "1000", bytes);
        (document.header.case, document.header.process) = (None, None);
        document.header.event_time = Some("1999-04-12T09:00:00Z".parse().unwrap());
        let allowed = self.joined(worker, controller);
        self.store_as(Kind::OldDocument, &member, &document, allowed).await?;
        if allowed {
            self.keep_other(&document, controller, client, None);
        }
        Ok(())
    }

    fn keep_other(&mut self, document: &Document, controller: &'static str, client: &'static str, case: Option<usize>) {
        let (oid, set) = (document.header.id.as_str().to_owned(), document.header.set_id.as_str().to_owned());
        self.state.others.push(Other { controller, client, case, oid, set, disposed: false });
    }

    /// FR-95: until its day no recording is taken, whoever sends it; then it is, and played by its controller.
    pub(super) async fn recording(&mut self) -> Outcome {
        let index = self.a_case();
        let case = &self.state.cases[index];
        let (controller, client) = (case.controller, case.client);
        let worker = Self::controller_worker(controller);
        let sound = format!("OggS puhetta {}", self.world.number()).into_bytes();
        let member = self.workers[worker].clone();
        let document = self.world.recording(&member, controller, &case.oid, client, &sound);
        let today = self.today();
        let early = today < RECORDINGS_FROM;
        let kind = if early { Kind::RecordingTooEarly } else { Kind::Recording };
        let allowed = !early && self.joined(worker, controller) && self.state.case_takes(index, today, today);
        let reply = self.world.send_recording(&member, &document, sound.clone()).await;
        self.heard(kind, &member, &document, &sound, &reply, allowed).await?;
        if !allowed {
            return Ok(());
        }
        self.keep_other(&document, controller, client, Some(index));
        match self.world.fetch_recording(&member, &document).await {
            Ok(played) if played == sound => {}
            other => return Err(format!("FR-95: the recording is played as {:?}", other.map(|bytes| bytes.len()))),
        }
        let rows = self.rows_since().await;
        if rows == 1 { Ok(()) } else { Err(format!("B.5/9: playing left {rows} log rows")) }
    }
}

//! Plays one history: the same act on the archive, through its doors, and on the model.

use super::{
    rng::Rng,
    state::{Case, Histories, Kind, Relationship, Row, Set, State},
    wills::DISCLOSERS,
};
use archive::{
    joining::{self, Joining},
    testing::{documents, *},
};
use jiff::{Timestamp, ToSpan, civil::Date};
use kanta::{
    document::{Document, Replaced},
    query::QueryKind,
};
use records::{
    id::{OrganisationId, ServiceUnitId},
    time::{Clock, finnish_date},
};

const MAJAKKA: &str = "1.2.246.10.99990058.10.0";
/// The sixth organisation of the cast: exempt from joining, until a history makes it join.
const PIHLAJA: &str = "1.2.246.10.99990066.10.0";
const PIHLAJA_UNIT: &str = "1.2.246.10.99990066.10.51";
/// Registers, each with the worker who acts in it: two organisers', and a provider's own.
pub(super) const CONTROLLERS: [(&str, &str); 3] = [(JHHVA, "antti"), (RSHVA, "oona"), (KIELO, "ritva")];
/// Those who work under rights: two units of one house, another house, and one who now and then works for a third.
const PROVIDERS: [&str; 4] = ["liisa", "henna", "iida", "iida"];
pub(super) const CLIENTS: [&str; 6] = [AINO, LEENA, "280744-916L", "150135-9239", "090748-9051", "010177-9532"];
/// How often each kind comes, in the order of `Kind::ALL`.
const WEIGHTS: [usize; 28] = [6, 5, 9, 6, 18, 12, 8, 3, 3, 3, 3, 3, 10, 6, 5, 5, 3, 8, 4, 5, 6, 5, 6, 8, 8, 3, 3, 3];

pub(super) type Outcome = Result<(), String>;

pub struct Player<'w> {
    pub(super) world: &'w World,
    pub(super) rng: Rng,
    /// Controllers' workers first, then the providers'.
    pub(super) workers: Vec<Member>,
    pub(super) state: State,
    pub(super) counts: Histories,
}

impl<'w> Player<'w> {
    pub fn new(world: &'w World, seed: u64) -> Self {
        let logins = CONTROLLERS.iter().map(|(_, login)| *login).chain(PROVIDERS);
        let workers = logins.map(|login| {
            let mut worker = world.worker(login);
            worker.tasks = vec!["IAKAS".to_owned()];
            worker.services = vec!["85".to_owned()];
            worker
        });
        let mut workers: Vec<Member> = workers.collect();
        let last = workers.last_mut().unwrap();
        last.organisation = OrganisationId::parse(PIHLAJA).unwrap();
        last.unit = ServiceUnitId::parse(PIHLAJA_UNIT).unwrap();
        let mut state = State::default();
        state.suspended.insert(PIHLAJA, true);
        Self { world, rng: Rng::new(seed), workers, state, counts: Histories::default() }
    }

    pub fn counts(&self) -> &Histories {
        &self.counts
    }

    pub(super) fn today(&self) -> Date {
        finnish_date(self.world.clock.now())
    }

    fn pick_kind(&mut self) -> Kind {
        let mut left = self.rng.below(WEIGHTS.iter().sum());
        for (kind, weight) in Kind::ALL.iter().zip(WEIGHTS) {
            if left < weight {
                return *kind;
            }
            left -= weight;
        }
        Kind::Days
    }

    /// A kind that can be played now. What it needs is made first, so that a short history is not all beginnings.
    fn next_kind(&mut self) -> Kind {
        let kind = self.pick_kind();
        let ready = match kind {
            Kind::OpenCase | Kind::Grant | Kind::EndGrant | Kind::OwnSearch => !self.state.relationships.is_empty(),
            Kind::ProviderEntry | Kind::OwnEntry | Kind::CloseOrReopen | Kind::ProviderSearch | Kind::ForeignCase => {
                !self.state.cases.is_empty()
            }
            Kind::OldDocument | Kind::Recording => !self.state.cases.is_empty(),
            Kind::Correct | Kind::CorrectStale | Kind::Invalidate | Kind::Resend | Kind::SameNumberOtherBytes => {
                !self.state.sets.is_empty()
            }
            _ => true,
        };
        match (ready, self.state.relationships.is_empty(), self.state.cases.is_empty()) {
            (true, ..) => kind,
            (false, true, _) => Kind::OpenClient,
            (false, false, true) => Kind::OpenCase,
            (false, false, false) => Kind::OwnEntry,
        }
    }

    pub async fn step(&mut self) -> Outcome {
        let kind = self.next_kind();
        match kind {
            Kind::OpenClient => self.open_client().await,
            Kind::OpenCase => self.open_case().await,
            Kind::Grant => self.grant().await,
            Kind::EndGrant => self.end_grant().await,
            Kind::ProviderEntry => self.entry(true).await,
            Kind::OwnEntry => self.entry(false).await,
            Kind::Correct => self.correct().await,
            Kind::CorrectStale => self.correct_stale().await,
            Kind::Invalidate => self.invalidate().await,
            Kind::Resend => self.resend().await,
            Kind::SameNumberOtherBytes => self.same_number().await,
            Kind::CloseOrReopen => self.close_or_reopen().await,
            Kind::ProviderSearch => self.provider_search().await,
            Kind::OwnSearch => self.own_search().await,
            Kind::CitizenView => self.citizen_view().await,
            Kind::SuspendOrJoin => self.suspend_or_join().await,
            Kind::ForeignCase => self.foreign_case().await,
            Kind::Days => self.days(),
            Kind::Inform => self.inform().await,
            Kind::Permit => self.permit(true).await,
            Kind::WithdrawPermission => self.permit(false).await,
            Kind::Deny => self.deny(true).await,
            Kind::UndoDenial => self.deny(false).await,
            Kind::DisclosureSearch => self.disclose(QueryKind::DisclosureSearch).await,
            Kind::DisclosureFetch => self.disclose(QueryKind::DisclosureFetch).await,
            Kind::OldDocument => self.old_document().await,
            Kind::Recording => self.recording().await,
            Kind::SpecialReason => self.special_reason().await,
        }
        .map_err(|what| format!("{kind:?}: {what}"))
    }

    // ---- what every message has in common ----

    /// Compares the answer with the model, and that exactly one log row was written (B.5 invariant 9).
    pub(super) async fn told(&mut self, kind: Kind, rows_before: i64, code: &str, allowed: bool) -> Outcome {
        self.told_with(kind, rows_before, code, allowed, 1).await
    }

    /// The same with another number of log rows: a disclosure is in the log of each that gave something, too.
    pub(super) async fn told_with(
        &mut self,
        kind: Kind,
        rows_before: i64,
        code: &str,
        allowed: bool,
        logged: i64,
    ) -> Outcome {
        self.counts.note(kind, allowed);
        self.state.messages += 1;
        if (code == "AA") != allowed {
            let should = if allowed { "allow" } else { "refuse" };
            let now = self.world.clock.now();
            return Err(format!("{now}: the archive answered {code}, the model would {should} it"));
        }
        let rows = self.world.count("log_row WHERE register <> '2.999.246.537.8'").await - rows_before;
        if rows == logged { Ok(()) } else { Err(format!("{rows} log rows for one message instead of {logged}")) }
    }

    pub(super) async fn store(
        &mut self,
        kind: Kind,
        worker: usize,
        document: &Document,
        allowed: bool,
    ) -> Result<Vec<u8>, String> {
        let member = self.workers[worker].clone();
        self.store_as(kind, &member, document, allowed).await
    }

    pub(super) async fn store_as(
        &mut self,
        kind: Kind,
        member: &Member,
        document: &Document,
        allowed: bool,
    ) -> Result<Vec<u8>, String> {
        let bytes = self.world.sign(document, member.organisation.as_str());
        let before = self.world.count("log_row WHERE register <> '2.999.246.537.8'").await;
        let reply = self.world.archive(member, document, bytes.clone()).await;
        let (code, texts) = (reply.code(), reply.texts());
        self.told(kind, before, &code, allowed).await.map_err(|what| {
            let register = document.header.custodian.id.as_str();
            format!("{what}; {} in the register {register}: {texts}", member.login)
        })?;
        Ok(bytes)
    }

    pub(super) fn house(&self, worker: usize) -> &str {
        self.workers[worker].organisation.as_str()
    }

    /// The other kinds of refusal aside: both houses take part in the archive.
    pub(super) fn joined(&self, worker: usize, controller: &str) -> bool {
        self.state.joined(self.house(worker)) && self.state.joined(controller)
    }

    pub(super) fn a_relationship(&mut self) -> (&'static str, &'static str) {
        let mut all: Vec<_> = self.state.relationships.keys().copied().collect();
        all.sort_unstable();
        all[self.rng.below(all.len())]
    }

    fn a_case(&mut self) -> usize {
        self.rng.below(self.state.cases.len())
    }

    /// A case and somebody of a provider: mostly one whose unit stands on the client's relationship, for chance alone
    /// would nearly always be refused.
    pub(super) fn case_and_provider(&mut self) -> (usize, usize) {
        let (mut case, mut worker) = (self.a_case(), CONTROLLERS.len() + self.rng.below(PROVIDERS.len()));
        for _ in 0..12 {
            let known = &self.state.cases[case];
            let unit = self.workers[worker].unit.as_str();
            let on_it = |relationship: &Relationship| relationship.rows.iter().any(|row| row.unit == unit);
            if self.state.relationships.get(&(known.controller, known.client)).is_some_and(on_it) || self.rng.one_in(12)
            {
                break;
            }
            (case, worker) = (self.a_case(), CONTROLLERS.len() + self.rng.below(PROVIDERS.len()));
        }
        (case, worker)
    }

    pub(super) fn controller_worker(controller: &str) -> usize {
        CONTROLLERS.iter().position(|(oid, _)| *oid == controller).unwrap()
    }

    // ---- organisers ----

    async fn open_client(&mut self) -> Outcome {
        let worker = self.rng.below(CONTROLLERS.len());
        let (controller, client) = (CONTROLLERS[worker].0, CLIENTS[self.rng.below(CLIENTS.len())]);
        let known = self.state.relationships.contains_key(&(controller, client));
        let id = self.world.relationship_id(controller);
        let document = self.world.relationship(&self.workers[worker], &id, client, &[]);
        // FR-09: one live relationship per client and register.
        let allowed = self.joined(worker, controller) && !known;
        self.store(Kind::OpenClient, worker, &document, allowed).await?;
        if allowed {
            self.state.relationships.insert((controller, client), Relationship { document, rows: Vec::new() });
        }
        Ok(())
    }

    async fn open_case(&mut self) -> Outcome {
        let (controller, client) = self.a_relationship();
        let worker = Self::controller_worker(controller);
        let oid = self.world.case_id(controller);
        let document = self.world.case(&self.workers[worker], &oid, client);
        let allowed = self.joined(worker, controller);
        self.store(Kind::OpenCase, worker, &document, allowed).await?;
        if allowed {
            self.state.cases.push(Case { oid, controller, client, document, closed: None });
        }
        Ok(())
    }

    async fn grant(&mut self) -> Outcome {
        let key = self.a_relationship();
        let today = self.today();
        let providers: Vec<usize> =
            (CONTROLLERS.len()..self.workers.len()).filter(|worker| self.house(*worker) != key.0).collect();
        let provider = providers[self.rng.below(providers.len())];
        let unit = self.workers[provider].unit.as_str().to_owned();
        let mut rows = self.state.relationships[&key].rows.clone();
        let earlier: Vec<Option<Date>> = rows.iter().filter(|row| row.unit == unit).map(|row| row.end).collect();
        if earlier.contains(&None) {
            // The unit's row is open: a second one beside it would be refused.
            return self.days();
        }
        let start = match earlier.into_iter().flatten().max() {
            Some(end) => end.checked_add(self.rng.between(1, 6).days()).unwrap(),
            None => today.checked_add(self.rng.between(-12, 6).days()).unwrap(),
        };
        let length = self.rng.between(0, 25);
        let end = if self.rng.one_in(2) { None } else { Some(start.checked_add(length.days()).unwrap()) };
        rows.push(Row { unit, start, end });
        self.new_rows(Kind::Grant, key, rows, true).await
    }

    async fn end_grant(&mut self) -> Outcome {
        let key = self.a_relationship();
        let today = self.today();
        let mut rows = self.state.relationships[&key].rows.clone();
        if rows.is_empty() {
            return self.grant().await;
        }
        let chosen = self.rng.below(rows.len());
        let ended = rows[chosen].end.is_some_and(|end| end < today);
        if self.rng.one_in(3) {
            // Withdrawn as if it had never been; FR-10: what has ended stays on the document.
            rows.remove(chosen);
            return self.new_rows(Kind::EndGrant, key, rows, !ended).await;
        }
        if ended {
            return self.days();
        }
        let end = today.checked_add(self.rng.between(-2, 5).days()).unwrap();
        rows[chosen].end = Some(end.max(rows[chosen].start));
        self.new_rows(Kind::EndGrant, key, rows, true).await
    }

    async fn new_rows(
        &mut self,
        kind: Kind,
        key: (&'static str, &'static str),
        rows: Vec<Row>,
        sound: bool,
    ) -> Outcome {
        let worker = Self::controller_worker(key.0);
        let on_paper: Vec<documents::Row> = rows
            .iter()
            .map(|row| {
                let written = documents::Row::from(&row.unit, &row.start.to_string());
                row.end.map_or(written.clone(), |end| written.until(&end.to_string()))
            })
            .collect();
        let old = &self.state.relationships[&key].document;
        let document = self.world.next_relationship(&self.workers[worker], old, key.1, &on_paper);
        let allowed = self.joined(worker, key.0) && sound && !overlapping(&rows);
        self.store(kind, worker, &document, allowed).await?;
        if allowed {
            self.state.relationships.insert(key, Relationship { document, rows });
        }
        Ok(())
    }

    async fn close_or_reopen(&mut self) -> Outcome {
        let index = self.a_case();
        let case = &self.state.cases[index];
        let worker = Self::controller_worker(case.controller);
        let closed = if case.closed.is_some() { None } else { Some(self.today()) };
        let mut document = self.world.case_of(&self.workers[worker], &case.oid, case.client, |case| match closed {
            Some(day) => case.closed_on(day),
            None => case,
        });
        let old = &case.document.header;
        document.header.set_id = old.set_id.clone();
        document.header.version = old.version + 1;
        document.header.replaces =
            Some(Replaced { id: old.id.clone(), set_id: old.set_id.clone(), version: old.version });
        // A case is opened anew with a reason.
        document.header.reason_of_correction = Some("asia jatkuu".to_owned());
        let allowed = self.joined(worker, case.controller);
        self.store(Kind::CloseOrReopen, worker, &document, allowed).await?;
        if allowed {
            let case = &mut self.state.cases[index];
            (case.document, case.closed) = (document, closed);
        }
        Ok(())
    }

    async fn suspend_or_join(&mut self) -> Outcome {
        let houses = [JHHVA, RSHVA, KIELO, MAJAKKA, PIHLAJA];
        let out: Vec<&'static str> = houses.into_iter().filter(|house| !self.state.joined(house)).collect();
        let changed = match out.as_slice() {
            // Pihlaja begins outside, where most of the time it stays.
            [] | [PIHLAJA] if !self.rng.one_in(2) => vec![(houses[self.rng.below(houses.len())], true)],
            all => all.iter().map(|house| (*house, false)).collect(),
        };
        let mut tx = self.world.app.db.write().await.unwrap();
        for (house, suspended) in changed {
            let state = if suspended { "suspended" } else { "joined" };
            let disclosure = DISCLOSERS.contains(&house);
            let joining = Joining { state: state.to_owned(), disclosure, ..Joining::joined(house) };
            joining::set(&mut tx, &joining, self.world.clock.now()).await.unwrap();
            self.state.suspended.insert(house, suspended);
        }
        tx.commit().await.unwrap();
        self.counts.note(Kind::SuspendOrJoin, true);
        Ok(())
    }

    fn days(&mut self) -> Outcome {
        let hours = self.rng.between(1, 60);
        let next: Timestamp = self.world.clock.now().checked_add(hours.hours()).unwrap();
        self.world.clock.set(&next.to_string());
        self.counts.note(Kind::Days, true);
        Ok(())
    }

    // ---- documents ----

    async fn entry(&mut self, under_right: bool) -> Outcome {
        let (index, worker) = if under_right { self.case_and_provider() } else { (self.a_case(), 0) };
        let (controller, client) = (self.state.cases[index].controller, self.state.cases[index].client);
        let worker = if under_right { worker } else { Self::controller_worker(controller) };
        if under_right && self.house(worker) == controller {
            return Box::pin(self.entry(false)).await;
        }
        let today = self.today();
        let event = today.checked_add(self.rng.between(-15, 0).days()).unwrap();
        let at = format!("{event}T09:00:00+03:00");
        let number = self.world.number();
        let case = &self.state.cases[index];
        let text = format!("Merkintä {number}.");
        let document = self.world.entry(&self.workers[worker], controller, &case.oid, client, &at, &text);
        let right = if under_right {
            self.state.may_write(controller, client, self.workers[worker].unit.as_str(), event, today)
        } else {
            self.state.relationships.contains_key(&(controller, client))
        };
        let allowed = self.joined(worker, controller) && right && self.state.case_takes(index, event, today);
        let kind = if under_right { Kind::ProviderEntry } else { Kind::OwnEntry };
        let bytes = self.store(kind, worker, &document, allowed).await?;
        if allowed {
            let versions = vec![(document, bytes)];
            self.state.sets.push(Set {
                controller,
                client,
                case: index,
                author: worker,
                event,
                versions,
                invalidated: false,
            });
        }
        Ok(())
    }

    /// Whether the author may still change the set (FR-23, FR-35).
    fn may_change(&self, set: &Set, needs_open_case: bool) -> bool {
        let today = self.today();
        let worker = set.author;
        let right = if self.house(worker) == set.controller {
            true
        } else {
            let unit = self.workers[worker].unit.as_str();
            self.state.may_write(set.controller, set.client, unit, set.event, today)
        };
        let case = !needs_open_case || self.state.case_takes(set.case, set.event, today);
        self.joined(worker, set.controller) && right && case && !set.invalidated
    }

    async fn correct(&mut self) -> Outcome {
        let index = self.rng.below(self.state.sets.len());
        let set = &self.state.sets[index];
        let document = self.world.next_version(set.newest());
        let stranger = self.rng.one_in(4);
        let set = &self.state.sets[index];
        let worker = if stranger {
            let another = |other: &usize| *other != set.author && self.house(*other) != set.controller;
            let others: Vec<usize> = (CONTROLLERS.len()..self.workers.len()).filter(another).collect();
            others[self.rng.below(others.len())]
        } else {
            set.author
        };
        let set = &self.state.sets[index];
        // Nobody corrects what another has made (the controller may, in ways that this model does not play).
        let allowed = !stranger && self.may_change(set, true);
        let bytes = self.store(Kind::Correct, worker, &document, allowed).await?;
        if allowed {
            self.state.sets[index].versions.push((document, bytes));
        }
        Ok(())
    }

    async fn correct_stale(&mut self) -> Outcome {
        let index = self.rng.below(self.state.sets.len());
        let set = &self.state.sets[index];
        let (worker, first) = (set.author, set.versions[0].0.clone());
        let mut document = self.world.next_version(&first);
        if set.versions.len() == 1 {
            document.header.version += 1;
        }
        self.store(Kind::CorrectStale, worker, &document, false).await.map(drop)
    }

    async fn invalidate(&mut self) -> Outcome {
        let index = self.rng.below(self.state.sets.len());
        let set = &self.state.sets[index];
        let (worker, header) = (set.author, set.newest().header.clone());
        let allowed = self.may_change(set, false);
        let member = self.workers[worker].clone();
        let frame = kanta::frame::nullify(&header, "kirjattu väärälle", self.world.sending(&member, set.controller));
        let before = self.world.count("log_row WHERE register <> '2.999.246.537.8'").await;
        let code = self.world.send(&member, &frame).await.code();
        self.told(Kind::Invalidate, before, &code, allowed).await?;
        if allowed {
            self.state.sets[index].invalidated = true;
        }
        Ok(())
    }

    async fn resend(&mut self) -> Outcome {
        let index = self.rng.below(self.state.sets.len());
        let set = &self.state.sets[index];
        let (document, bytes) = set.versions[self.rng.below(set.versions.len())].clone();
        let member = self.workers[set.author].clone();
        let stored = self.world.count("documents").await;
        let before = self.world.count("log_row WHERE register <> '2.999.246.537.8'").await;
        let code = self.world.archive(&member, &document, bytes).await.code();
        // FR-94: the first receipt again, and nothing stored.
        self.told(Kind::Resend, before, &code, true).await?;
        if self.world.count("documents").await == stored { Ok(()) } else { Err("stored twice".to_owned()) }
    }

    async fn same_number(&mut self) -> Outcome {
        let index = self.rng.below(self.state.sets.len());
        let set = &self.state.sets[index];
        let (worker, mut document) = (set.author, set.newest().clone());
        document.header.reason_of_correction = Some("toinen sisältö".to_owned());
        self.store(Kind::SameNumberOtherBytes, worker, &document, false).await.map(drop)
    }

    async fn foreign_case(&mut self) -> Outcome {
        let index = self.a_case();
        let (controller, client) = (self.state.cases[index].controller, self.state.cases[index].client);
        let others: Vec<&str> = CLIENTS.into_iter().filter(|other| *other != client).collect();
        let other = others[self.rng.below(others.len())];
        let worker = self.rng.below(self.workers.len());
        let at = format!("{}T09:00:00+03:00", self.today());
        let oid = self.state.cases[index].oid.clone();
        let document = self.world.entry(&self.workers[worker], controller, &oid, other, &at, "Väärä asiakas.");
        self.store(Kind::ForeignCase, worker, &document, false).await.map(drop)
    }
}

/// Two rows of one unit that hold on the same day: the document would not say which of them is meant.
fn overlapping(rows: &[Row]) -> bool {
    rows.iter().enumerate().any(|(number, one)| {
        let meets = |other: &Row| one.holds_on(other.start) || other.holds_on(one.start);
        rows[number + 1..].iter().any(|other| other.unit == one.unit && meets(other))
    })
}

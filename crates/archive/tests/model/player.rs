//! Plays one history: the same act on the archive, through its doors, and on the model.

use super::{
    kinds::{Histories, Kind},
    rng::Rng,
    state::{Case, Client, Relationship, State},
    watch::Watch,
};
use archive::testing::*;
use jiff::civil::Date;
use kanta::{document::Document, query::QueryKind};
use records::{
    id::{OrganisationId, ServiceUnitId},
    time::{Clock, finnish_date},
};

/// The sixth organisation of the cast: exempt from joining, until a history makes it join.
pub(super) const PIHLAJA: &str = "1.2.246.10.99990066.10.0";
const PIHLAJA_UNIT: &str = "1.2.246.10.99990066.10.51";
/// Registers, each with the worker who acts in it: two organisers', and a provider's own.
pub(super) const CONTROLLERS: [(&str, &str); 3] = [(JHHVA, "antti"), (RSHVA, "oona"), (KIELO, "ritva")];
/// Those who work under rights: two units of one house, another house, and one who now and then works for a third.
pub(super) const PROVIDERS: [&str; 4] = ["liisa", "henna", "iida", "iida"];
pub(super) const CLIENTS: [&str; 6] = [AINO, LEENA, "280744-916L", "150135-9239", "090748-9051", "010177-9532"];

/// Rows of the registers' own logs: a look at what a client has expressed stands beside them, in the log of that register.
const LOG_ROWS: &str = "log_row WHERE register <> '2.999.246.537.8'";

pub(super) type Outcome = Result<(), String>;

pub struct Player<'w> {
    pub(super) world: &'w World,
    pub(super) rng: Rng,
    /// Controllers' workers first, then the providers'.
    pub(super) workers: Vec<Member>,
    pub(super) state: State,
    pub(super) watch: Watch,
    pub(super) counts: Histories,
    /// Rows in the log when the last event was over.
    logged: i64,
}

impl<'w> Player<'w> {
    pub async fn new(world: &'w World, seed: u64) -> Self {
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
        let (rng, logged) = (Rng::new(seed), world.count(LOG_ROWS).await);
        Self { world, rng, workers, state, watch: Watch::default(), counts: Histories::default(), logged }
    }

    pub fn counts(&self) -> &Histories {
        &self.counts
    }

    pub(super) fn today(&self) -> Date {
        finnish_date(self.world.clock.now())
    }

    fn pick_kind(&mut self) -> Kind {
        let mut left = self.rng.below(Kind::ALL.iter().map(|kind| kind.weight()).sum());
        for kind in Kind::ALL {
            if left < kind.weight() {
                return *kind;
            }
            left -= kind.weight();
        }
        Kind::Days
    }

    /// A kind that can be played now. What it needs is made first, so that a short history is not all beginnings.
    fn next_kind(&mut self) -> Kind {
        let kind = self.pick_kind();
        let case = self.state.cases.iter().any(|case| !case.disposed && self.has_relationship(case));
        let ready = match kind {
            Kind::OpenCase | Kind::Grant | Kind::EndGrant | Kind::OwnSearch => !self.state.relationships.is_empty(),
            Kind::ChangeClient => !self.state.relationships.is_empty(),
            Kind::ProviderEntry | Kind::OwnEntry | Kind::CloseCase | Kind::ReopenCase | Kind::ProviderSearch => case,
            Kind::OldDocument | Kind::RecordingTooEarly | Kind::Recording | Kind::ForeignCase | Kind::TooEarly => case,
            Kind::Hold => case,
            Kind::Correct | Kind::CorrectStale | Kind::Invalidate | Kind::Resend => !self.state.sets.is_empty(),
            Kind::SameNumberOtherBytes | Kind::ChangeRegister => !self.state.sets.is_empty(),
            _ => true,
        };
        match (ready, self.state.relationships.is_empty(), case) {
            (true, ..) => kind,
            (false, true, _) => Kind::OpenClient,
            (false, false, false) => Kind::OpenCase,
            (false, false, true) => Kind::OwnEntry,
        }
    }

    pub async fn step(&mut self) -> Outcome {
        let kind = self.next_kind();
        match kind {
            Kind::OpenClient => self.open_client().await,
            Kind::OpenCase => self.open_case().await,
            Kind::OpenUnknown => self.open_unknown().await,
            Kind::JoinIdentity => self.join_identity().await,
            Kind::UndoJoin => self.undo_join().await,
            Kind::TemporaryMisused => self.temporary_misused().await,
            Kind::ChangeClient => self.change_client().await,
            Kind::Grant => self.grant().await,
            Kind::EndGrant => self.end_grant().await,
            Kind::ProviderEntry => self.entry(true).await,
            Kind::OwnEntry => self.entry(false).await,
            Kind::ForeignCase => self.foreign_case().await,
            Kind::Correct => self.correct().await,
            Kind::CorrectStale => self.correct_stale().await,
            Kind::TooEarly => self.too_early().await,
            Kind::ChangeRegister => self.change_register().await,
            Kind::Invalidate => self.invalidate().await,
            Kind::Resend => self.resend().await,
            Kind::SameNumberOtherBytes => self.same_number().await,
            Kind::Replay => self.replay().await,
            Kind::CloseCase => self.close_or_reopen(true).await,
            Kind::ReopenCase => self.close_or_reopen(false).await,
            Kind::ProviderSearch => self.provider_search().await,
            Kind::OwnSearch => self.own_search().await,
            Kind::CitizenView => self.citizen_view().await,
            Kind::SuspendOrJoin => self.suspend_or_join().await,
            Kind::Days => self.days(),
            Kind::Leap => self.leap(),
            Kind::Inform => self.inform().await,
            Kind::Permit => self.permit(true).await,
            Kind::WithdrawPermission => self.permit(false).await,
            Kind::Deny => self.deny(true).await,
            Kind::UndoDenial => self.deny(false).await,
            Kind::DisclosureSearch => self.disclose(QueryKind::DisclosureSearch).await,
            Kind::DisclosureFetch => self.disclose(QueryKind::DisclosureFetch).await,
            Kind::OldDocument => self.old_document().await,
            Kind::RecordingTooEarly | Kind::Recording => self.recording().await,
            Kind::SpecialReason => self.special_reason().await,
            Kind::Hold => self.hold().await,
            Kind::Dispose => self.dispose().await,
        }
    }

    // ---- what every event has in common ----

    /// Compares the answer with the model, and that exactly one log row was written (B.5 invariant 9).
    pub(super) async fn told(&mut self, kind: Kind, code: &str, allowed: bool) -> Outcome {
        self.told_with(kind, code, allowed, 1).await
    }

    /// The same with another number of log rows: a disclosure is in the log of each that gave something, too.
    pub(super) async fn told_with(&mut self, kind: Kind, code: &str, allowed: bool, logged: i64) -> Outcome {
        self.counts.note(kind, allowed);
        if (code == "AA") != allowed {
            let should = if allowed { "allow" } else { "refuse" };
            let (now, rule) = (self.world.clock.now(), kind.rule());
            return Err(format!("{rule}: {kind:?} at {now}: the archive answered {code}, the model would {should} it"));
        }
        let rows = self.rows_since().await;
        if rows == logged { Ok(()) } else { Err(format!("B.5/9: {kind:?} left {rows} log rows instead of {logged}")) }
    }

    /// Log rows since this was asked last.
    pub(super) async fn rows_since(&mut self) -> i64 {
        let before = std::mem::replace(&mut self.logged, self.world.count(LOG_ROWS).await);
        self.logged - before
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
        let reply = self.world.archive(member, document, bytes.clone()).await;
        self.heard(kind, member, document, &bytes, &reply, allowed).await?;
        Ok(bytes)
    }

    /// An answer to a document, judged by the listener and by the model.
    pub(super) async fn heard(
        &mut self,
        kind: Kind,
        member: &Member,
        document: &Document,
        bytes: &[u8],
        reply: &Reply,
        allowed: bool,
    ) -> Outcome {
        let (code, register) = (reply.code(), document.header.custodian.id.as_str());
        let place = format!("{} in the register {register}: {}", member.login, reply.texts());
        if code == "AA" {
            self.watch.accepted(document, bytes).map_err(|what| format!("{what}; {kind:?}, {place}"))?;
        }
        self.told(kind, &code, allowed).await.map_err(|what| format!("{what}; {place}"))
    }

    pub(super) fn house(&self, worker: usize) -> &str {
        self.workers[worker].organisation.as_str()
    }

    /// The other kinds of refusal aside: both houses take part in the archive.
    pub(super) fn joined(&self, worker: usize, controller: &str) -> bool {
        self.state.joined(self.house(worker)) && self.state.joined(controller)
    }

    pub(super) fn a_relationship(&mut self) -> (&'static str, Client) {
        let mut all: Vec<_> = self.state.relationships.keys().copied().collect();
        all.sort_unstable();
        all[self.rng.below(all.len())]
    }

    pub(super) fn has_relationship(&self, case: &Case) -> bool {
        self.state.relationships.contains_key(&(case.controller, case.client))
    }

    /// A case that is there, of a client who has a relationship.
    pub(super) fn a_case(&mut self) -> usize {
        let fits = |number: &usize| {
            let case = &self.state.cases[*number];
            !case.disposed && self.has_relationship(case)
        };
        let all: Vec<usize> = (0..self.state.cases.len()).filter(fits).collect();
        all[self.rng.below(all.len())]
    }

    /// A set under its case's name: mostly one that is still there.
    pub(super) fn a_set(&mut self) -> usize {
        let plain = |number: &usize| {
            let set = &self.state.sets[*number];
            set.client == self.state.cases[set.case].client
        };
        let all: Vec<usize> = (0..self.state.sets.len()).filter(plain).collect();
        let live: Vec<usize> = all.iter().copied().filter(|number| self.state.sets[*number].live()).collect();
        let from = if live.is_empty() || self.rng.one_in(6) { all } else { live };
        if from.is_empty() { 0 } else { from[self.rng.below(from.len())] }
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
}

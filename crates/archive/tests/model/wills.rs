//! Expressions of will, disclosure between controllers, and special reasons.

use super::{
    identity::is_temporary,
    kinds::Kind,
    player::{CLIENTS, CONTROLLERS, Outcome, Player},
    state::{Client, Denied},
};
use archive::testing::{consents::*, *};
use jiff::ToSpan;
use kanta::{
    ids::Situation,
    query::{DisclosureTerms, LegalGround, Query, QueryKind},
};
use records::{
    code::{ServiceTask, SpecialReason},
    consent::{self, Target, Will},
    id::OrganisationId,
    time::Clock,
};

/// The controllers of the cast that have joined with the disclosure function.
pub(super) const DISCLOSERS: [&str; 2] = [JHHVA, RSHVA];
const GROUND_TEXT: &str = "Asiakas ei pysty huolehtimaan itsestään.";

impl Player<'_> {
    /// A controller's worker and a client, mostly one of the controller's own.
    fn worker_and_client(&mut self) -> (usize, &'static str) {
        if self.state.relationships.is_empty() || self.rng.one_in(6) {
            return (self.rng.below(CONTROLLERS.len()), CLIENTS[self.rng.below(CLIENTS.len())]);
        }
        let (controller, client) = self.a_relationship();
        (Self::controller_worker(controller), client)
    }

    /// Who asks another controller: every second time somebody whose client has permitted and denied something, and is
    /// known in both registers, so that the denial has something to hold back.
    fn asker_and_client(&mut self) -> (usize, &'static str) {
        let known = |client| DISCLOSERS.iter().all(|by| self.state.relationships.contains_key(&(*by, client)));
        let wishes = self.state.wishes.iter();
        let chosen = wishes.filter(|(_, wishes)| wishes.informed && wishes.permitted && !wishes.denied.is_empty());
        let mut chosen: Vec<Client> = chosen.map(|(client, _)| *client).filter(|client| known(*client)).collect();
        if chosen.is_empty() || self.rng.one_in(2) {
            return self.worker_and_client();
        }
        chosen.sort_unstable();
        let asker = DISCLOSERS[self.rng.below(DISCLOSERS.len())];
        (Self::controller_worker(asker), chosen[self.rng.below(chosen.len())])
    }

    fn related(&self, worker: usize, client: Client) -> bool {
        self.state.relationships.contains_key(&(CONTROLLERS[worker].0, client))
    }

    /// FR-52, FR-53: whoever has the client takes his will down, as the next version of what stands anywhere.
    async fn express(&mut self, kind: Kind, worker: usize, client: &'static str, will: Will) -> Result<bool, String> {
        let slot = (client, will.kind());
        let member = self.workers[worker].clone();
        let document = match self.state.wills.get(&slot) {
            Some(old) => self.world.next_will(&member, old, client, will),
            None => self.world.will(&member, client, will),
        };
        let related = self.related(worker, client) && !is_temporary(client);
        let allowed = self.joined(worker, CONTROLLERS[worker].0) && related;
        self.store(kind, worker, &document, allowed).await?;
        if allowed {
            self.state.wills.insert(slot, document);
        }
        Ok(allowed)
    }

    pub(super) async fn inform(&mut self) -> Outcome {
        let (worker, client) = self.worker_and_client();
        let will = informed(self.today());
        if self.express(Kind::Inform, worker, client, will).await? {
            self.state.wishes.entry(client).or_default().informed = true;
        }
        Ok(())
    }

    pub(super) async fn permit(&mut self, given: bool) -> Outcome {
        let (worker, client) = self.worker_and_client();
        let kind = if given { Kind::Permit } else { Kind::WithdrawPermission };
        if !given && !self.state.wills.contains_key(&(client, consent::Kind::Permission)) {
            // Nothing was ever given that could be taken back.
            return Box::pin(self.permit(true)).await;
        }
        let will = permission(given, self.today());
        if self.express(kind, worker, client, will).await? {
            self.state.wishes.entry(client).or_default().permitted = given;
        }
        Ok(())
    }

    /// A denial on one more of its levels, or the newest one taken back. The document is always the whole set.
    pub(super) async fn deny(&mut self, more: bool) -> Outcome {
        let (worker, client) = self.worker_and_client();
        let mut denied = self.state.wishes.get(client).map(|wishes| wishes.denied.clone()).unwrap_or_default();
        let taken_back = !more && denied.pop().is_some();
        if !taken_back {
            let one = self.a_denial(client);
            if !denied.contains(&one) {
                denied.push(one);
            }
        }
        let targets: Vec<Target> = denied.iter().map(|one| self.target(one)).collect();
        let kind = if taken_back { Kind::UndoDenial } else { Kind::Deny };
        let will = denials(&targets, self.today());
        if self.express(kind, worker, client, will).await? {
            self.state.wishes.entry(client).or_default().denied = denied;
        }
        Ok(())
    }

    fn a_denial(&mut self, client: &str) -> Denied {
        let sets = self.state.sets.iter().enumerate().filter(|(_, set)| set.client == client);
        let sets: Vec<usize> = sets.map(|(number, _)| number).collect();
        match self.rng.below(6) {
            0 => Denied::Task(ServiceTask::Elderly),
            1 => Denied::Task(ServiceTask::SubstanceAbuse),
            2 => Denied::Register(DISCLOSERS[self.rng.below(DISCLOSERS.len())]),
            _ if sets.is_empty() => Denied::Task(ServiceTask::WorkingAge),
            _ => Denied::Set(sets[self.rng.below(sets.len())]),
        }
    }

    fn target(&self, denied: &Denied) -> Target {
        match denied {
            Denied::Task(task) => Target::Task(*task),
            Denied::Register(controller) => Target::Controller(OrganisationId::parse(controller).unwrap()),
            Denied::Set(set) => Target::Document(self.state.sets[*set].versions[0].0.header.id.as_str().to_owned()),
        }
    }

    /// B.5 invariant 8: what another controller gets is exactly what the client's will and the law give it.
    pub(super) async fn disclose(&mut self, kind: QueryKind) -> Outcome {
        let (worker, client) = self.asker_and_client();
        let controller = CONTROLLERS[worker].0;
        let (by_law, wide) = (self.rng.one_in(4), self.rng.one_in(3));
        let wishes = self.state.wishes.get(client).cloned().unwrap_or_default();
        let allowed = self.joined(worker, controller)
            && DISCLOSERS.contains(&controller)
            && self.related(worker, client)
            && (by_law || wishes.informed && wishes.permitted);
        let ground = || LegalGround { code: "L56-1".to_owned(), text: GROUND_TEXT.to_owned() };
        let mut query = Query::new(kind, "1", OrganisationId::parse(controller).unwrap());
        query.client = Some(documents::client(client));
        query.disclosure = DisclosureTerms {
            holder: None,
            ground: by_law.then(ground),
            wide_search: wide.then(|| "PALVELUTARVE".to_owned()),
        };
        let member = self.workers[worker].clone();
        let mut sending = self.world.sending(&member, controller);
        sending.situation = if by_law { Situation::DisclosureLaw } else { Situation::DisclosurePermit };
        let reply = self.world.send(&member, &kanta::frame::query(query, sending)).await;
        let (code, mut found) = match reply {
            Reply::Answer(answer) if answer.ack == kanta::ack::AckType::Accepted => {
                answer.rows.iter().try_for_each(|row| self.watch.shown(&row.header))?;
                let rows = answer.rows.iter();
                ("AA".to_owned(), rows.map(|row| row.header.id.as_str().to_owned()).collect::<Vec<String>>())
            }
            other => (other.code(), Vec::new()),
        };
        let right = if allowed { self.state.disclosable(controller, client, by_law, wide) } else { Vec::new() };
        let givers = DISCLOSERS.into_iter().filter(|giver| right.iter().any(|(by, _)| by == giver)).count();
        let mut right: Vec<String> = right.into_iter().map(|(_, oid)| oid).collect();
        right.sort();
        found.sort();
        if allowed && code == "AA" && found != right {
            let now = self.world.clock.now();
            let asks = format!("{now}: {controller} asks of {client} (by law {by_law}, wide {wide}; {wishes:?})");
            return Err(format!("B.5/8: {asks} and gets {found:?}, not {right:?}; {}", self.told_of(client)));
        }
        // FR-57: a use in the requester's log, and a disclosure in the log of each that gave something.
        let kind = if kind == QueryKind::DisclosureFetch { Kind::DisclosureFetch } else { Kind::DisclosureSearch };
        self.told_with(kind, &code, allowed, 1 + i64::try_from(givers).unwrap()).await
    }

    /// For the message of a failure: what the model knows of a client in the disclosers' registers.
    fn told_of(&self, client: &str) -> String {
        let sets = self.state.sets.iter().filter(|set| set.client == client);
        let sets = sets.map(|set| {
            let oids: Vec<&str> = set.versions.iter().map(|(version, ..)| version.header.id.as_str()).collect();
            format!("{} by {}: {oids:?}", set.controller, self.workers[set.author].login)
        });
        let cases = self.state.cases.iter().filter(|case| case.client == client);
        let cases = cases.map(|case| format!("{} case {}", case.controller, case.document.header.id));
        let papers = self.state.relationships.iter().filter(|((_, whose), _)| *whose == client);
        let papers = papers.map(|((by, _), known)| {
            let header = &known.document.header;
            format!("{by} relationship {} v{}", header.id, header.version)
        });
        sets.chain(cases).chain(papers).collect::<Vec<_>>().join("; ")
    }

    /// FR-51: 24 hours with one client from the first use of a reason in one's own words; then the same words end.
    pub(super) async fn special_reason(&mut self) -> Outcome {
        let (worker, client) = (self.rng.below(CONTROLLERS.len()), CLIENTS[self.rng.below(CLIENTS.len())]);
        let controller = CONTROLLERS[worker].0;
        let member = self.workers[worker].clone();
        let now = self.world.clock.now();
        let begun = self.state.reasons.get(&(worker, client)).copied();
        let in_time = begun.is_none_or(|begun| now < begun.checked_add(24.hours()).unwrap());
        let related = self.related(worker, client);
        let allowed = self.joined(worker, controller) && (related || in_time);
        let mut query = Query::new(QueryKind::Metadata, "1", OrganisationId::parse(controller).unwrap());
        query.client = Some(documents::client(client));
        let mut sending = self.world.sending(&member, controller);
        sending.situation = Situation::SpecialReason;
        let text = "Asiakas soitti päivystykseen hädissään.".to_owned();
        let reason = kanta::toimija::SpecialReason { code: SpecialReason::UrgentHelp.code().to_owned(), text };
        let message = self.world.message_with(&member, &kanta::frame::query(query, sending), &|toimija| {
            toimija.special_reason = Some(reason.clone());
        });
        let code = self.world.post(controller, message).await.code();
        let code = if code == "ANSWER" { "AA".to_owned() } else { code };
        self.told(Kind::SpecialReason, &code, allowed).await?;
        if allowed && !related && begun.is_none() {
            self.state.reasons.insert((worker, client), now);
        }
        Ok(())
    }
}

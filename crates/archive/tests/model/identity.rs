//! Who somebody is: unknown people under a temporary id, their joining to an identity code and its undoing (FR-61,
//! FR-62), and what must never be taken: a document that becomes another person's (B.5 invariant 3).

use super::{
    kinds::Kind,
    organisers::on_paper,
    player::{CLIENTS, CONTROLLERS, Outcome, Player},
    state::{Client, Link},
};
use archive::testing::{kinds::pdf, *};
use kanta::document::Document;
use records::{
    code::ServiceProcess,
    id::{OrganisationId, PersonalIdentityCode},
};

const CONFIRMED: &str = "HENKILOLLISYYS_VAHVISTETTU ajokortti";
const UNDONE: &str = "Henkilöllisyyden vahvistus peruttu, väärä henkilö";
/// A type whose structure demands a personal identity code.
const DEMANDING: &str = "15003";

pub(super) fn is_temporary(client: &str) -> bool {
    client.contains('|')
}

/// A person of the 900 series whom nobody has met before in this history.
fn a_stranger(number: usize) -> Client {
    let birth = format!("0101{:02}", number % 90 + 10);
    let individual = 900 + number / 90 % 100;
    let code = b"0123456789ABCDEFHJKLMNPRSTUVWXY".iter().map(|check| format!("{birth}-{individual}{}", *check as char));
    let code = code.into_iter().find(|code| PersonalIdentityCode::parse(code).is_ok()).unwrap();
    Box::leak(code.into_boxed_str())
}

impl Player<'_> {
    /// A relationship and a case of somebody whose code is not known.
    pub(super) async fn open_unknown(&mut self) -> Outcome {
        let worker = self.rng.below(CONTROLLERS.len());
        let controller = CONTROLLERS[worker].0;
        let arc = OrganisationId::parse(controller).unwrap().arc();
        let number = self.world.number();
        let id = format!("{arc}.22.2026|0101{:02}-9{:02}Z", number % 80 + 10, number / 80 % 100);
        let client: Client = Box::leak(id.into_boxed_str());
        self.relate(Kind::OpenUnknown, worker, controller, client).await?;
        if self.state.relationships.contains_key(&(controller, client)) {
            self.begin(Kind::OpenUnknown, controller, client).await?;
        }
        Ok(())
    }

    fn an_unknown(&mut self) -> Option<(&'static str, Client)> {
        let mut all: Vec<_> =
            self.state.relationships.keys().copied().filter(|(_, client)| is_temporary(client)).collect();
        all.sort_unstable();
        if all.is_empty() { None } else { Some(all[self.rng.below(all.len())]) }
    }

    /// Identity is confirmed: new versions of everything. Who is a client already has a live relationship: then refused.
    pub(super) async fn join_identity(&mut self) -> Outcome {
        let Some((controller, temporary)) = self.an_unknown() else { return self.open_unknown().await };
        let known = self.rng.one_in(4);
        let stranger = a_stranger(usize::try_from(self.world.number()).unwrap());
        let hetu = if known { CLIENTS[self.rng.below(CLIENTS.len())] } else { stranger };
        let before = (self.state.cases.len(), self.state.sets.len(), self.state.others.len());
        // Papers that somebody had by the code before the join never had the temporary id: undoing leaves them.
        let of = |owner: &str, client: &str| owner == controller && client == hetu;
        let alone = !self.state.cases.iter().any(|case| of(case.controller, case.client))
            && !self.state.sets.iter().any(|set| of(set.controller, set.client));
        if self.rename(Kind::JoinIdentity, controller, temporary, hetu, CONFIRMED).await? {
            self.state.links.push(Link { controller, temporary, hetu, before, alone });
            self.rename_papers(Kind::JoinIdentity, controller, temporary, hetu, CONFIRMED).await?;
        }
        Ok(())
    }

    /// A join that was wrong, undone before anything new was written under the code.
    pub(super) async fn undo_join(&mut self) -> Outcome {
        let untouched = |link: &Link| {
            let (cases, sets, others) = link.before;
            let of = |controller: &str, client: &str| controller == link.controller && client == link.hetu;
            link.alone
                && !self.state.cases[cases..].iter().any(|case| of(case.controller, case.client))
                && !self.state.sets[sets..].iter().any(|set| of(set.controller, set.client))
                && !self.state.others[others..].iter().any(|other| of(other.controller, other.client))
        };
        let Some(at) = self.state.links.iter().position(untouched) else { return self.join_identity().await };
        let Link { controller, temporary, hetu, .. } = self.state.links[at];
        if self.rename(Kind::UndoJoin, controller, hetu, temporary, UNDONE).await? {
            self.state.links.remove(at);
            self.rename_papers(Kind::UndoJoin, controller, hetu, temporary, UNDONE).await?;
        }
        Ok(())
    }

    /// The relationship under another name. Gives whether it was taken.
    async fn rename(
        &mut self,
        kind: Kind,
        controller: &'static str,
        from: Client,
        to: Client,
        reason: &str,
    ) -> Result<bool, String> {
        let worker = Self::controller_worker(controller);
        let known = &self.state.relationships[&(controller, from)];
        let rows = on_paper(&known.rows);
        let mut document = self.world.next_relationship(&self.workers[worker], &known.document, to, &rows);
        document.header.reason_of_correction = Some(reason.to_owned());
        let free = !self.state.relationships.contains_key(&(controller, to));
        let allowed = self.joined(worker, controller) && free;
        self.store(kind, worker, &document, allowed).await?;
        if allowed {
            let mut known = self.state.relationships.remove(&(controller, from)).unwrap();
            known.document = document;
            self.state.ended.insert((controller, from));
            self.state.relationships.insert((controller, to), known);
        }
        Ok(allowed)
    }

    /// The cases of the client and all that lies in them, under the other name.
    async fn rename_papers(
        &mut self,
        kind: Kind,
        controller: &'static str,
        from: Client,
        to: Client,
        reason: &str,
    ) -> Outcome {
        let worker = Self::controller_worker(controller);
        for index in 0..self.state.cases.len() {
            let case = &self.state.cases[index];
            if case.controller != controller || case.client != from || case.disposed {
                continue;
            }
            let document = self.case_version(case, to, case.closed, reason);
            self.store(kind, worker, &document, true).await?;
            let case = &mut self.state.cases[index];
            (case.document, case.client) = (document, to);
        }
        for index in 0..self.state.sets.len() {
            let set = &self.state.sets[index];
            if set.controller != controller || set.client != from || !set.live() {
                continue;
            }
            let document = self.renamed(index, to, reason);
            let set = &self.state.sets[index];
            let allowed = self.state.case_takes(set.case, set.event, self.today());
            let bytes = self.store(kind, worker, &document, allowed).await?;
            if allowed {
                let set = &mut self.state.sets[index];
                set.versions.push((document, bytes, worker));
                set.client = to;
            }
        }
        Ok(())
    }

    /// A set's text about the client by another name, as the controller writes it.
    fn renamed(&self, index: usize, to: Client, reason: &str) -> Document {
        let set = &self.state.sets[index];
        let (controller, case) = (set.controller, &self.state.cases[set.case].oid);
        let mut document = self.an_entry(set.author, controller, case, to, set.event, &set.text);
        let own = self.an_entry(Self::controller_worker(controller), controller, case, to, set.event, &set.text);
        document.header.authors = own.header.authors;
        self.world.following(document, set.newest(), reason)
    }

    /// FR-61: a temporary id where a code is demanded, where it has been joined, or under an expression of will.
    pub(super) async fn temporary_misused(&mut self) -> Outcome {
        let planning = ServiceProcess::Planning;
        let joined = self.state.cases.iter().find(|case| {
            let names = self.state.names(case.controller, case.client);
            !case.disposed && names.len() > 1
        });
        if let Some(case) = joined.filter(|_| self.rng.one_in(3)) {
            let names = self.state.names(case.controller, case.client);
            let temporary = names.into_iter().find(|name| is_temporary(name)).unwrap();
            let worker = Self::controller_worker(case.controller);
            let document = self.an_entry(worker, case.controller, &case.oid, temporary, self.today(), "Myöhässä.");
            return self.store(Kind::TemporaryMisused, worker, &document, false).await.map(drop);
        }
        let unknown = |case: &&super::state::Case| !case.disposed && is_temporary(case.client);
        let Some(case) = self.state.cases.iter().find(unknown) else { return self.open_unknown().await };
        let (controller, oid, client) = (case.controller, case.oid.clone(), case.client);
        let worker = Self::controller_worker(controller);
        let member = self.workers[worker].clone();
        let document = match self.rng.below(3) {
            0 => self.world.sample(&member, controller, &oid, client, DEMANDING, planning),
            1 => self.world.unstructured(&member, controller, &oid, client, "5", DEMANDING, Some(pdf(""))),
            _ => self.world.will(&member, client, consents::informed(self.today())),
        };
        self.store(Kind::TemporaryMisused, worker, &document, false).await.map(drop)
    }

    /// A version that makes a relationship, or an entry, somebody else's.
    pub(super) async fn change_client(&mut self) -> Outcome {
        let reason = if self.rng.one_in(2) { "kirjoitusvirhe" } else { CONFIRMED };
        let (controller, client) = self.a_relationship();
        if is_temporary(client) {
            return self.join_identity().await;
        }
        let worker = Self::controller_worker(controller);
        let names = self.state.names(controller, client);
        let other = |other: &&str| !names.contains(other);
        let strangers: Vec<&str> = CLIENTS.into_iter().filter(other).collect();
        let other = strangers[self.rng.below(strangers.len())];
        let sets = self.state.sets.iter().filter(|set| set.controller == controller && set.client == client);
        let document = match sets.rev().find(|set| set.live()) {
            Some(set) if self.rng.one_in(2) => {
                let case = &self.state.cases[set.case].oid;
                let document = self.an_entry(worker, controller, case, other, set.event, &set.text);
                self.world.following(document, set.newest(), reason)
            }
            _ => {
                let known = &self.state.relationships[&(controller, client)];
                let rows = on_paper(&known.rows);
                let mut document = self.world.next_relationship(&self.workers[worker], &known.document, other, &rows);
                document.header.reason_of_correction = Some(reason.to_owned());
                document
            }
        };
        self.store(Kind::ChangeClient, worker, &document, false).await.map(drop)
    }
}

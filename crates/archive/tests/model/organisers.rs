//! What organisers do: clients, cases, rights; and what happens around them: houses are suspended, time passes.

use super::{
    kinds::Kind,
    player::{CLIENTS, CONTROLLERS, Outcome, PIHLAJA, Player},
    state::{Case, Client, Relationship, Row, State},
    wills::DISCLOSERS,
};
use archive::{
    joining::{self, Joining},
    testing::{documents, *},
};
use jiff::{Timestamp, ToSpan, civil::Date};
use kanta::document::Document;
use records::time::Clock;

const MAJAKKA: &str = "1.2.246.10.99990058.10.0";
/// FR-95: from this day on recordings are taken.
pub(super) const RECORDINGS_FROM: Date = jiff::civil::date(2029, 10, 1);
/// Certificates of the cast end in 2099; a history ends long before.
const LAST_YEAR: i16 = 2085;

impl Player<'_> {
    pub(super) async fn open_client(&mut self) -> Outcome {
        let worker = self.rng.below(CONTROLLERS.len());
        let (controller, client) = (CONTROLLERS[worker].0, CLIENTS[self.rng.below(CLIENTS.len())]);
        self.relate(Kind::OpenClient, worker, controller, client).await
    }

    /// FR-09: one live relationship per client and register.
    pub(super) async fn relate(
        &mut self,
        kind: Kind,
        worker: usize,
        controller: &'static str,
        client: Client,
    ) -> Outcome {
        let known = self.state.relationships.contains_key(&(controller, client));
        let id = self.world.relationship_id(controller);
        let document = self.world.relationship(&self.workers[worker], &id, client, &[]);
        let allowed = self.joined(worker, controller) && !known;
        self.store(kind, worker, &document, allowed).await?;
        if allowed {
            self.state.relationships.insert((controller, client), Relationship { document, rows: Vec::new() });
        }
        Ok(())
    }

    pub(super) async fn open_case(&mut self) -> Outcome {
        let (controller, client) = self.a_relationship();
        self.begin(Kind::OpenCase, controller, client).await
    }

    pub(super) async fn begin(&mut self, kind: Kind, controller: &'static str, client: Client) -> Outcome {
        let worker = Self::controller_worker(controller);
        let oid = self.world.case_id(controller);
        let document = self.world.case(&self.workers[worker], &oid, client);
        let allowed = self.joined(worker, controller);
        self.store(kind, worker, &document, allowed).await?;
        if allowed {
            self.state.cases.push(Case { oid, controller, client, document, closed: None, disposed: false });
        }
        Ok(())
    }

    pub(super) async fn grant(&mut self) -> Outcome {
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

    pub(super) async fn end_grant(&mut self) -> Outcome {
        let key = self.a_relationship();
        let today = self.today();
        let mut rows = self.state.relationships[&key].rows.clone();
        if rows.is_empty() {
            return self.grant().await;
        }
        let chosen = self.rng.below(rows.len());
        let ended = rows[chosen].end.is_some_and(|end| end < today);
        if self.rng.one_in(3) || ended {
            // Withdrawn as if it had never been; FR-10: what has ended stays on the document.
            rows.remove(chosen);
            return self.new_rows(Kind::EndGrant, key, rows, !ended).await;
        }
        let end = today.checked_add(self.rng.between(-2, 5).days()).unwrap();
        rows[chosen].end = Some(end.max(rows[chosen].start));
        self.new_rows(Kind::EndGrant, key, rows, true).await
    }

    async fn new_rows(&mut self, kind: Kind, key: (&'static str, Client), rows: Vec<Row>, sound: bool) -> Outcome {
        let worker = Self::controller_worker(key.0);
        let old = &self.state.relationships[&key].document;
        let document = self.world.next_relationship(&self.workers[worker], old, key.1, &on_paper(&rows));
        let allowed = self.joined(worker, key.0) && sound && !overlapping(&rows);
        self.store(kind, worker, &document, allowed).await?;
        if allowed {
            self.state.relationships.insert(key, Relationship { document, rows });
        }
        Ok(())
    }

    /// The next version of a case document, under a name of its client.
    pub(super) fn case_version(&self, case: &Case, client: Client, closed: Option<Date>, reason: &str) -> Document {
        let worker = Self::controller_worker(case.controller);
        let document = self.world.case_of(&self.workers[worker], &case.oid, client, |case| match closed {
            Some(day) => case.closed_on(day),
            None => case,
        });
        self.world.following(document, &case.document, reason)
    }

    pub(super) async fn close_or_reopen(&mut self, close: bool) -> Outcome {
        let fits = |number: &usize| {
            let case = &self.state.cases[*number];
            !case.disposed && case.closed.is_none() == close
        };
        let fitting: Vec<usize> = (0..self.state.cases.len()).filter(fits).collect();
        let (close, index) = match fitting.as_slice() {
            [] => {
                let index = self.a_case();
                (self.state.cases[index].closed.is_none(), index)
            }
            all => (close, all[self.rng.below(all.len())]),
        };
        self.turn_case(index, close).await
    }

    pub(super) async fn turn_case(&mut self, index: usize, close: bool) -> Outcome {
        let case = &self.state.cases[index];
        let (controller, closed) = (case.controller, close.then(|| self.today()));
        let worker = Self::controller_worker(controller);
        // A case is opened anew with a reason.
        let document = self.case_version(case, case.client, closed, "asia jatkuu");
        let allowed = self.joined(worker, controller);
        let kind = if close { Kind::CloseCase } else { Kind::ReopenCase };
        self.store(kind, worker, &document, allowed).await?;
        if allowed {
            let case = &mut self.state.cases[index];
            (case.document, case.closed) = (document, closed);
        }
        Ok(())
    }

    pub(super) async fn suspend_or_join(&mut self) -> Outcome {
        let houses = [JHHVA, RSHVA, KIELO, MAJAKKA, PIHLAJA];
        let out: Vec<&'static str> = houses.into_iter().filter(|house| !self.state.joined(house)).collect();
        let changed = match out.as_slice() {
            // Pihlaja begins outside, where most of the time it stays.
            [] | [PIHLAJA] if !self.rng.one_in(2) => vec![(houses[self.rng.below(houses.len())], true)],
            all => all.iter().map(|house| (*house, false)).collect(),
        };
        self.set_joined(&changed).await;
        self.counts.note(Kind::SuspendOrJoin, true);
        Ok(())
    }

    /// Sets which houses are suspended.
    pub(super) async fn set_joined(&mut self, changed: &[(&'static str, bool)]) {
        let mut tx = self.world.app.db.write().await.unwrap();
        for (house, suspended) in changed {
            let state = if *suspended { "suspended" } else { "joined" };
            let disclosure = DISCLOSERS.contains(house);
            let joining = Joining { state: state.to_owned(), disclosure, ..Joining::joined(house) };
            joining::set(&mut tx, &joining, self.world.clock.now()).await.unwrap();
            self.state.suspended.insert(house, *suspended);
        }
        tx.commit().await.unwrap();
    }

    pub(super) fn days(&mut self) -> Outcome {
        let hours = self.rng.between(1, 60);
        let next: Timestamp = self.world.clock.now().checked_add(hours.hours()).unwrap();
        self.world.clock.set(&next.to_string());
        self.counts.note(Kind::Days, true);
        Ok(())
    }

    /// Years pass: to the days about 1.10.2029, to the days about a disposal, or a few of them.
    pub(super) fn leap(&mut self) -> Outcome {
        let today = self.today();
        if today < RECORDINGS_FROM && self.rng.one_in(2) {
            return self.days();
        }
        let due = self.state.cases.iter().filter_map(State::due).filter(|due| *due > today).min();
        let to = match due {
            _ if today < RECORDINGS_FROM => RECORDINGS_FROM,
            Some(due) if !self.rng.one_in(3) => due,
            _ => today.checked_add(self.rng.between(30, 900).days()).unwrap(),
        };
        let to = to.checked_add(self.rng.between(-2, 2).days()).unwrap();
        if to <= today || to.year() > LAST_YEAR {
            return self.days();
        }
        self.world.clock.set(&format!("{to}T09:00:00Z"));
        self.counts.note(Kind::Leap, true);
        Ok(())
    }
}

pub(super) fn on_paper(rows: &[Row]) -> Vec<documents::Row> {
    rows.iter()
        .map(|row| {
            let written = documents::Row::from(&row.unit, &row.start.to_string());
            row.end.map_or(written.clone(), |end| written.until(&end.to_string()))
        })
        .collect()
}

/// Two rows of one unit that hold on the same day: the document would not say which of them is meant.
fn overlapping(rows: &[Row]) -> bool {
    rows.iter().enumerate().any(|(number, one)| {
        let meets = |other: &Row| one.holds_on(other.start) || other.holds_on(one.start);
        rows[number + 1..].iter().any(|other| other.unit == one.unit && meets(other))
    })
}

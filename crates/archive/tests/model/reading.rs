//! What is read and what must hold: searches, the citizen's view, and the invariants at the end of a history.

use super::{
    kinds::Kind,
    player::{CLIENTS, CONTROLLERS, Outcome, Player},
    state::{Client, Set},
};
use archive::{
    routes,
    testing::{documents, *},
};
use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use jiff::Timestamp;
use kanta::query::{MetadataRow, Query, QueryKind};
use records::{id::OrganisationId, time::finnish_date};
use serde_json::{Value, json};
use sqlx::Row as _;
use std::collections::{BTreeSet, HashMap};
use tower::ServiceExt;

impl Player<'_> {
    /// Rows that a search finds, each as the listener knows it.
    async fn search(
        &mut self,
        kind: Kind,
        worker: usize,
        query: Query,
        allowed: bool,
    ) -> Result<Vec<MetadataRow>, String> {
        let member = self.workers[worker].clone();
        let controller = query.controller.as_str().to_owned();
        let frame = kanta::frame::query(query, self.world.sending(&member, &controller));
        let reply = self.world.send(&member, &frame).await;
        let (code, found) = match reply {
            Reply::Answer(answer) if answer.ack == kanta::ack::AckType::Accepted => ("AA".to_owned(), answer.rows),
            other => (other.code(), Vec::new()),
        };
        self.told(kind, &code, allowed).await?;
        found.iter().try_for_each(|row| self.watch.shown(&row.header))?;
        Ok(found)
    }

    /// What was found is this client's in this register, newest and valid; case and relationship documents too.
    fn nothing_else(&self, found: &[String], controller: &'static str, client: Client) -> Outcome {
        let mut right = Vec::new();
        for name in self.state.names(controller, client) {
            right.extend(self.state.current(Some(controller), name));
            let cases = self.state.cases.iter().filter(|case| case.controller == controller && case.client == name);
            right.extend(cases.filter(|case| !case.disposed).map(|case| case.document.header.id.as_str().to_owned()));
            let relationship = self.state.relationships.get(&(controller, name));
            right.extend(relationship.map(|known| known.document.header.id.as_str().to_owned()));
            let others =
                self.state.others.iter().filter(|other| other.controller == controller && other.client == name);
            right.extend(others.filter(|other| !other.disposed).map(|other| other.oid.clone()));
        }
        match found.iter().find(|oid| !right.contains(oid)) {
            Some(oid) => Err(format!("B.5/5: found {oid} in {controller}, which must not be found there")),
            None => Ok(()),
        }
    }

    pub(super) async fn provider_search(&mut self) -> Outcome {
        let (index, worker) = self.case_and_provider();
        let case = &self.state.cases[index];
        let (controller, client, oid) = (case.controller, case.client, case.oid.clone());
        if self.house(worker) == controller {
            return self.own_search().await;
        }
        let unit = self.workers[worker].unit.as_str().to_owned();
        let allowed = self.joined(worker, controller) && self.state.may_read(controller, client, &unit, self.today());
        let mut query = Query::new(QueryKind::Metadata, "1", OrganisationId::parse(controller).unwrap());
        query.case = Some(oid);
        let found = oids(&self.search(Kind::ProviderSearch, worker, query, allowed).await?);
        self.nothing_else(&found, controller, client)?;
        if !allowed {
            return Ok(());
        }
        let own = |set: &&Set| {
            set.controller == controller
                && set.client == client
                && set.live()
                && self.house(set.author) == self.house(worker)
        };
        let missing = |set: &&Set| !found.iter().any(|found| found == set.newest().header.id.as_str());
        match self.state.sets.iter().filter(own).find(missing) {
            Some(set) => Err(format!("B.5/2: own document {} was not found", set.newest().header.id)),
            None => Ok(()),
        }
    }

    pub(super) async fn own_search(&mut self) -> Outcome {
        let any = self.rng.one_in(3) || self.state.relationships.is_empty();
        let (controller, client) = if any {
            (CONTROLLERS[self.rng.below(CONTROLLERS.len())].0, CLIENTS[self.rng.below(CLIENTS.len())])
        } else {
            self.a_relationship()
        };
        // FR-62: by either name.
        let names = self.state.names(controller, client);
        let name = names[self.rng.below(names.len())];
        self.own_search_of(controller, name, false).await.map(drop)
    }

    async fn own_search_of(
        &mut self,
        controller: &'static str,
        client: Client,
        all_versions: bool,
    ) -> Result<Vec<MetadataRow>, String> {
        let worker = Self::controller_worker(controller);
        let allowed = self.joined(worker, controller) && self.state.related(controller, client);
        let mut query = Query::new(QueryKind::Metadata, "1", OrganisationId::parse(controller).unwrap());
        query.client = Some(documents::client(client));
        query.all_versions = all_versions;
        let rows = self.search(Kind::OwnSearch, worker, query, allowed).await?;
        let found = oids(&rows);
        if !all_versions {
            self.nothing_else(&found, controller, client)?;
        }
        let names = self.state.names(controller, client);
        let right = names.into_iter().flat_map(|name| self.state.current(Some(controller), name));
        match right.into_iter().find(|oid| allowed && !found.contains(oid)) {
            Some(oid) => Err(format!("B.5/5: {oid} was not found in its own register {controller}")),
            None => Ok(rows),
        }
    }

    /// B.5 invariant 7: the client sees exactly the newest valid versions in which he is the client; and each register
    /// that shows something notes it (B.5 invariant 9).
    pub(super) async fn citizen_view(&mut self) -> Outcome {
        let joined: Vec<Client> = self.state.links.iter().map(|link| link.hetu).collect();
        let client = match self.rng.below(CLIENTS.len() + joined.len()) {
            number if number < CLIENTS.len() => CLIENTS[number],
            number => joined[number - CLIENTS.len()],
        };
        let question = json!({ "person": client, "subject": client, "name": "Asiakas" });
        let request = Request::post("/citizen/documents")
            .header("authorization", "Bearer salaisuus")
            .header("content-type", "application/json")
            .body(Body::from(question.to_string()))
            .unwrap();
        let response = routes::citizen(self.world.app.clone()).oneshot(request).await.unwrap();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let lines = answer["documents"].as_array().cloned().unwrap_or_default();
        let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
        let mut shown: Vec<String> = lines.iter().map(|line| text(line, "document")).collect();
        shown.sort();
        let right = self.state.current(None, client);
        if shown != right {
            return Err(format!("B.5/7: the client sees {shown:?} instead of {right:?}"));
        }
        let registers: BTreeSet<String> = lines.iter().map(|line| text(line, "controller")).collect();
        let logged = i64::try_from(registers.len()).unwrap();
        self.told_with(Kind::CitizenView, "AA", true, logged).await
    }

    // ---- at the end ----

    pub async fn invariants(&mut self) -> Outcome {
        self.last_look().await?;
        let report = archive::verify(&self.world.app).await.map_err(|error| error.to_string())?;
        if let Some(fault) = report.faults.first() {
            return Err(format!("FR-84: {fault}"));
        }
        self.grants_are_those_of_the_newest_relationships().await?;
        self.every_document_under_a_right_had_one().await
    }

    /// Every client is looked up in every register by its own worker: what is there is what was acknowledged for it
    /// (`watch`), no set lies in two registers (B.5 invariant 5) or under two people (3), and relationship, case and
    /// versions came in their order (10).
    async fn last_look(&mut self) -> Outcome {
        let out: Vec<_> =
            self.state.suspended.iter().filter(|(_, out)| **out).map(|(house, _)| (*house, false)).collect();
        self.set_joined(&out).await;
        let mut owners: HashMap<String, (&str, Client)> = HashMap::new();
        let mut all: Vec<_> = self.state.relationships.keys().copied().collect();
        all.sort_unstable();
        for (controller, client) in all {
            for row in &self.own_search_of(controller, client, false).await? {
                let set = row.header.set_id.as_str().to_owned();
                let owner = *owners.entry(set.clone()).or_insert((controller, client));
                if owner != (controller, client) {
                    return Err(format!("B.5/5: {set} lies in {} and in {controller}, or under two people", owner.0));
                }
            }
            let rows = self.own_search_of(controller, client, true).await?;
            let names = self.state.names(controller, client);
            let ended = self.state.ended.contains(&(controller, client));
            in_order(&rows, ended, |set| self.watch.numbers(set, &names))?;
        }
        Ok(())
    }

    /// Grants come from relationship documents and from nothing else (B.5 invariants 2 and 4).
    async fn grants_are_those_of_the_newest_relationships(&self) -> Outcome {
        let mut tx = self.world.app.db.read().await.unwrap();
        let rows = sqlx::query(
            "SELECT controller, unit, starts, ends FROM grants WHERE superseded_at = 0 AND via <> 'organiser'",
        )
        .fetch_all(&mut *tx)
        .await
        .unwrap();
        let text = |row: &sqlx::any::AnyRow, n: usize| row.get::<String, _>(n);
        let mut stored: Vec<_> =
            rows.iter().map(|row| (text(row, 0), text(row, 1), text(row, 2), text(row, 3))).collect();
        let mut right = Vec::new();
        for ((controller, _), relationship) in &self.state.relationships {
            for row in &relationship.rows {
                let end = row.end.map(|end| end.to_string()).unwrap_or_default();
                right.push(((*controller).to_owned(), row.unit.clone(), row.start.to_string(), end));
            }
        }
        stored.sort();
        right.sort();
        if stored == right { Ok(()) } else { Err(format!("B.5/4: grants are {stored:?} instead of {right:?}")) }
    }

    /// B.5 invariant 2, by the archive's own rows. The rights of a disposed relationship are gone with it, so nothing that
    /// is older than the relationship that stands can be judged.
    async fn every_document_under_a_right_had_one(&self) -> Outcome {
        let mut tx = self.world.app.db.read().await.unwrap();
        let grants = sqlx::query("SELECT client, unit, starts, ends FROM grants WHERE via <> 'organiser'")
            .fetch_all(&mut *tx)
            .await
            .unwrap();
        let mut periods: HashMap<(String, String), Vec<(String, String)>> = HashMap::new();
        for row in &grants {
            periods.entry((row.get(0), row.get(1))).or_default().push((row.get(2), row.get(3)));
        }
        let documents = sqlx::query(
            "SELECT d.document_oid, c.client, d.unit, d.event_from FROM documents d \
             JOIN document_clients c ON c.document_oid = d.document_oid \
             JOIN relationships r ON r.controller = d.controller AND r.client = c.client \
             JOIN documents o ON o.set_oid = r.set_oid AND o.version = 1 \
             WHERE d.basis = 'rko' AND r.started <> '' AND d.archived_at >= o.archived_at",
        )
        .fetch_all(&mut *tx)
        .await
        .unwrap();
        for row in &documents {
            let day = finnish_date(Timestamp::from_microsecond(row.get(3)).unwrap()).to_string();
            let held = |(start, end): &(String, String)| *start <= day && (end.is_empty() || day <= *end);
            let key = (row.get(1), row.get(2));
            if !periods.get(&key).is_some_and(|all| all.iter().any(held)) {
                let (oid, had) = (row.get::<&str, _>(0), periods.get(&key));
                return Err(format!("B.5/2: {oid} about {day} was stored under no right: its unit had {had:?}"));
            }
        }
        Ok(())
    }
}

fn oids(rows: &[MetadataRow]) -> Vec<String> {
    rows.iter().map(|row| row.header.id.as_str().to_owned()).collect()
}

/// Versions of each set one after the other and none of them missing, and each document after its relationship and its
/// case (B.5 invariant 10). `acknowledged` gives the numbers of a set's versions under the client's names: a version of
/// a join that was undone is another person's. Where a relationship has `ended`, by disposal or such an undoing, the
/// documents may be older than the next one.
fn in_order(rows: &[MetadataRow], ended: bool, acknowledged: impl Fn(&str) -> Vec<u32>) -> Outcome {
    let mut sets: HashMap<&str, Vec<(u32, Timestamp)>> = HashMap::new();
    for row in rows {
        sets.entry(row.header.set_id.as_str()).or_default().push((row.header.version, row.archived));
    }
    for (set, versions) in &mut sets {
        versions.sort_unstable();
        let whole = acknowledged(set) == versions.iter().map(|(number, _)| *number).collect::<Vec<u32>>();
        if !whole || !versions.is_sorted_by_key(|(_, archived)| *archived) {
            return Err(format!("B.5/10: the versions of {set} did not come one after the other: {versions:?}"));
        }
    }
    let first =
        |wanted: &dyn Fn(&MetadataRow) -> bool| rows.iter().filter(|row| wanted(row)).map(|row| row.archived).min();
    let relationship = first(&|row| row.header.group.code == "1");
    let in_case = |row: &&MetadataRow| row.header.group.code == "5" || row.header.recording.is_some();
    for row in rows.iter().filter(in_case) {
        let (id, came) = (&row.header.id, row.archived);
        let case = first(&|other| other.header.group.code == "2" && other.header.case == row.header.case);
        if case.is_none_or(|case| came < case) || !ended && relationship.is_none_or(|first| came < first) {
            let before = format!("its case at {case:?}, its client's relationship at {relationship:?}");
            return Err(format!("B.5/10: {id} came at {came}, {before}"));
        }
    }
    Ok(())
}

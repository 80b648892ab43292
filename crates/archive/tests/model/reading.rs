//! What is read and what must hold: searches, the citizen's view, and the invariants at the end of a history.

use super::{
    player::{CLIENTS, CONTROLLERS, Outcome, Player},
    state::{Kind, Set},
};
use archive::{
    routes,
    testing::{documents, *},
};
use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use jiff::Timestamp;
use kanta::query::{Query, QueryKind};
use records::{id::OrganisationId, time::finnish_date};
use serde_json::{Value, json};
use sqlx::Row as _;
use std::collections::HashMap;
use tower::ServiceExt;

impl Player<'_> {
    async fn search(&mut self, kind: Kind, worker: usize, query: Query, allowed: bool) -> Result<Vec<String>, String> {
        let member = self.workers[worker].clone();
        let controller = query.controller.as_str().to_owned();
        let frame = kanta::frame::query(query, self.world.sending(&member, &controller));
        let before = self.world.count("log_row WHERE register <> '2.999.246.537.8'").await;
        let reply = self.world.send(&member, &frame).await;
        let (code, found) = match reply {
            Reply::Answer(answer) if answer.ack == kanta::ack::AckType::Accepted => {
                ("AA".to_owned(), answer.rows.iter().map(|row| row.header.id.as_str().to_owned()).collect())
            }
            other => (other.code(), Vec::new()),
        };
        self.told(kind, before, &code, allowed).await?;
        Ok(found)
    }

    /// What was found is this client's in this register, newest and valid; case and relationship documents too.
    fn nothing_else(&self, found: &[String], controller: &str, client: &str) -> Outcome {
        let mut right = self.state.current(Some(controller), client);
        let cases = self.state.cases.iter().filter(|case| case.controller == controller && case.client == client);
        right.extend(cases.map(|case| case.document.header.id.as_str().to_owned()));
        let relationship = self.state.relationships.get(&(controller, client));
        right.extend(relationship.map(|known| known.document.header.id.as_str().to_owned()));
        let old = self.state.old.iter().filter(|old| old.controller == controller && old.client == client);
        right.extend(old.map(|old| old.oid.clone()));
        match found.iter().find(|oid| !right.contains(oid)) {
            Some(oid) => Err(format!("found {oid}, which must not be found")),
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
        let found = self.search(Kind::ProviderSearch, worker, query, allowed).await?;
        self.nothing_else(&found, controller, client)?;
        if !allowed {
            return Ok(());
        }
        let own = |set: &&Set| {
            set.controller == controller
                && set.client == client
                && !set.invalidated
                && self.house(set.author) == self.house(worker)
        };
        match self.state.sets.iter().filter(own).find(|set| !found.iter().any(|f| f == set.newest().header.id.as_str()))
        {
            Some(set) => Err(format!("own document {} was not found", set.newest().header.id)),
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
        let worker = Self::controller_worker(controller);
        let related = self.state.relationships.contains_key(&(controller, client));
        let allowed = self.joined(worker, controller) && related;
        let mut query = Query::new(QueryKind::Metadata, "1", OrganisationId::parse(controller).unwrap());
        query.client = Some(documents::client(client));
        let found = self.search(Kind::OwnSearch, worker, query, allowed).await?;
        self.nothing_else(&found, controller, client)?;
        let missing = |oid: &&String| !found.contains(*oid);
        match self.state.current(Some(controller), client).iter().find(missing).filter(|_| allowed) {
            Some(oid) => Err(format!("{oid} was not found in its own register")),
            None => Ok(()),
        }
    }

    /// B.5 invariant 7: the client sees exactly the newest valid versions in which he is the client.
    pub(super) async fn citizen_view(&mut self) -> Outcome {
        let client = CLIENTS[self.rng.below(CLIENTS.len())];
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
        let mut shown: Vec<String> =
            lines.iter().filter_map(|line| line["document"].as_str().map(str::to_owned)).collect();
        shown.sort();
        self.counts.note(Kind::CitizenView, true);
        let right = self.state.current(None, client);
        if shown == right { Ok(()) } else { Err(format!("the client sees {shown:?} instead of {right:?}")) }
    }

    // ---- at the end ----

    pub async fn invariants(&self) -> Outcome {
        let report = archive::verify(&self.world.app).await.map_err(|error| error.to_string())?;
        if let Some(fault) = report.faults.first() {
            return Err(fault.clone());
        }
        self.grants_are_those_of_the_newest_relationships().await?;
        self.every_document_under_a_right_had_one().await
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
        if stored == right { Ok(()) } else { Err(format!("grants are {stored:?} instead of {right:?}")) }
    }

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
             JOIN document_clients c ON c.document_oid = d.document_oid WHERE d.basis = 'rko'",
        )
        .fetch_all(&mut *tx)
        .await
        .unwrap();
        for row in &documents {
            let day = finnish_date(Timestamp::from_microsecond(row.get(3)).unwrap()).to_string();
            let held = |(start, end): &(String, String)| *start <= day && (end.is_empty() || day <= *end);
            let key = (row.get(1), row.get(2));
            if !periods.get(&key).is_some_and(|all| all.iter().any(held)) {
                return Err(format!("{} was stored under no right", row.get::<&str, _>(0)));
            }
        }
        Ok(())
    }
}

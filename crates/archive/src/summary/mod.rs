//! The client data summary (asiakastiedon kooste, FR-59): made on request from rows and structured content, stored
//! nowhere, its log row naming every source (functional specification 3.12).
//!
//! It says nothing that the asker could not find otherwise, with one exception that the decree makes: under a right to
//! another's register it gives the client's basic data and the provider's own rows of the relationship document, which
//! itself is never given there (docs/decisions/0003). What the right does not reach is absent, without a count.

mod cases;
mod content;
mod relationship;
mod view;

use crate::{
    app::App,
    intake::decide::Acting,
    queries::{
        fetch,
        found::{Asked, Row},
    },
};
use jiff::{ToSpan, civil::Date};
use kanta::{
    document::Organisation,
    frame::Frame,
    query::{
        Query,
        summary::{ClientSummary, SUMMARY_PARTS_MAX, Summary},
    },
};
use records::{access::Allowed, time::finnish_date};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use store::{StoreError, log::LogDocument};
use view::View;

/// Most decisions that are opened for one client: the newest ones. Who has more looks for the older ones by search.
const DECISIONS_MAX: usize = 50;
/// How far back the enriched form lists documents, in months.
const LISTED_MONTHS: i32 = 12;

/// A summary and what it was made of.
pub struct Made {
    /// The summary.
    pub summary: Summary,
    /// Every document that something in it was taken from, for the log.
    pub sources: Vec<LogDocument>,
}

/// Makes the summary of the clients whom the right reaches.
///
/// # Errors
/// What the database says; `Inconsistent` when a source is not what was archived.
pub async fn make(
    app: &App,
    frame: &Frame,
    query: &Query,
    acting: &Acting,
    allowed: &Allowed,
    asked: &Asked,
) -> Result<Made, StoreError> {
    let (settings, now) = (app.settings_now(), app.clock.now());
    let controller = controller(app, query).await;
    let view = View::new(allowed, acting, &settings, &controller);
    let chosen = Chosen::of(query, asked, &view, finnish_date(now));
    let sources = chosen.sources();
    let content = open(app, chosen.opened()).await?;
    let clients = chosen.clients.iter().map(|client| client.summary(&content, &view)).collect();
    let summary = Summary { made: now, enriched: query.enriched, basis: frame.situation, controller, clients };
    Ok(Made { summary, sources })
}

async fn controller(app: &App, query: &Query) -> Organisation {
    let name = app.registers.organisation(&query.controller).await.ok().flatten().unwrap_or_default();
    Organisation { id: query.controller.clone(), name }
}

/// Structured content by document.
type Content = HashMap<String, Value>;

async fn open(app: &App, rows: Vec<Row>) -> Result<Content, StoreError> {
    let documents = fetch::open(app, &rows).await?;
    let mut content = Content::with_capacity(rows.len());
    for (row, bytes) in rows.iter().zip(documents) {
        let decoded = kanta::document::decode(&bytes, &kanta::Limits::default()).map_err(|_| fetch::unreadable(row))?;
        if let Some(json) = decoded.document.body.json().and_then(|json| structures::parse_strict(json).ok()) {
            content.insert(row.document.as_str().to_owned(), json);
        }
    }
    Ok(content)
}

/// What the summary is made of.
struct Chosen<'r> {
    clients: Vec<OfClient<'r>>,
}

/// One client's sources.
struct OfClient<'r> {
    today: Date,
    relationship: Option<&'r Row>,
    cases: Vec<&'r Row>,
    decisions: Vec<&'r Row>,
    plans: Vec<&'r Row>,
    listed: Vec<&'r Row>,
}

impl<'r> Chosen<'r> {
    fn of(query: &Query, asked: &'r Asked, view: &View<'_>, today: Date) -> Self {
        let of_client = |client: &records::access::ClientKey| {
            let key = (query.controller.as_str().to_owned(), client.as_str().to_owned());
            let newest = asked.state.relationships.get(&key).map(|relationship| relationship.document.as_str());
            let own = |row: &&Row| row.state == "current" && row.clients.iter().any(|one| one == client.as_str());
            let basic =
                |row: &&Row| Some(row.document.as_str()) == newest && (view.reaches_basic_data() || view.covers(row));
            let rows: Vec<&Row> = asked.rows.iter().filter(own).collect();
            let covered: Vec<&Row> = rows.iter().copied().filter(|row| view.covers(row)).collect();
            OfClient::of(rows.into_iter().find(basic), covered, query.enriched, today)
        };
        Self { clients: view.clients().iter().map(of_client).collect() }
    }

    /// Every row once, however many clients it is of.
    fn each(&self, rows: impl Fn(&OfClient<'r>) -> Vec<&'r Row>) -> Vec<&'r Row> {
        let all = self.clients.iter().flat_map(rows);
        all.map(|row| (row.document.as_str(), row)).collect::<BTreeMap<_, _>>().into_values().collect()
    }

    /// The rows whose content is read.
    fn opened(&self) -> Vec<Row> {
        self.each(OfClient::opened).into_iter().cloned().collect()
    }

    fn sources(&self) -> Vec<LogDocument> {
        let all = self.each(|client| client.opened().into_iter().chain(client.listed.iter().copied()).collect());
        all.iter().map(|row| LogDocument { id: row.document.as_str().to_owned(), version: row.version }).collect()
    }
}

impl<'r> OfClient<'r> {
    /// `covered` is newest first.
    fn of(relationship: Option<&'r Row>, covered: Vec<&'r Row>, enriched: bool, today: Date) -> Self {
        let since = today.checked_sub(LISTED_MONTHS.months()).unwrap_or(Date::MIN);
        let of_group = |group: &str| covered.iter().copied().filter(|row| row.group == group).collect();
        let of_type =
            |general: &'static str| covered.iter().copied().filter(move |row| enriched && row.general_type == general);
        let mut plans: Vec<&Row> = Vec::new();
        for plan in of_type("15") {
            if !plans.iter().any(|known| known.type_code == plan.type_code) {
                plans.push(plan);
            }
        }
        let recent = |row: &&Row| enriched && finnish_date(row.event_from) >= since;
        Self {
            today,
            relationship,
            cases: of_group("2"),
            decisions: of_type("11").take(DECISIONS_MAX).collect(),
            plans,
            listed: covered.iter().copied().filter(recent).take(SUMMARY_PARTS_MAX).collect(),
        }
    }

    fn opened(&self) -> Vec<&'r Row> {
        let lists = [&self.cases, &self.decisions, &self.plans];
        self.relationship.into_iter().chain(lists.into_iter().flatten().copied()).collect()
    }

    fn summary(&self, content: &Content, view: &View<'_>) -> ClientSummary {
        let of = |row: &&'r Row| content.get(row.document.as_str()).map(|json| (*row, json));
        let each = |rows: &[&'r Row]| -> Vec<(&'r Row, &Value)> { rows.iter().filter_map(of).collect() };
        let mut summary = ClientSummary::default();
        if let Some((row, json)) = self.relationship.as_ref().and_then(of) {
            relationship::fill(&mut summary, row, json, view, self.today);
        }
        summary.cases = cases::cases(&each(&self.cases));
        summary.decisions = cases::decisions(&each(&self.decisions), self.today);
        summary.plans = cases::plans(&each(&self.plans));
        let protects = summary.person.as_ref().is_none_or(|person| person.non_disclosure);
        summary.documents = self.listed.iter().filter_map(|row| cases::line(row, view, protects)).collect();
        summary
    }
}

//! What is searched for over `/sanomat`: relationship, case, metadata, documents; in the own register by client and
//! metadata, under a register access right by case OID (functional specification 3.9, 3.10).
//!
//! Every answer is decided in a snapshot, its log row handed to the writer, which checks again that what it rested on
//! still holds; only then does the first byte leave (decisions.md 18).

mod disclosure;
pub(crate) mod fetch;
pub mod found;

use crate::{
    app::App,
    consents,
    entry::{Basis, Denial},
    intake::{
        actor::{self, Actor},
        check,
        decide::{self, Acting},
        door, reply,
        working::{Wanted, WorkingSet},
    },
    log::{Event, log_client},
    rights,
    special::{self, SpecialUse},
    summary,
    writer::{Reading, Record, Rest, WillRest},
};
use axum::response::Response;
use found::Row;
use kanta::{
    frame::Frame,
    query::{Query, QueryKind, WrittenRow, summary::Summary},
    soap,
};
use records::{
    access::{self, Act, Allowed, ClientKey, Subject, login::Operation},
    id::{CaseId, OrganisationId},
    refusal::Refusal,
};
use store::{
    StoreError,
    log::{Action, LogDocument},
};

/// Answers a query, or refuses it; the log row is durable either way.
pub async fn answer(
    app: &App,
    version: soap::Version,
    connecting: OrganisationId,
    frame: Frame,
    actor: Actor,
    mut event: Event,
) -> Response {
    app.metrics.query();
    let refusal = match decide_and_find(app, &connecting, &frame, &actor, &mut event).await {
        Ok(answer) => return give(app, version, &frame, &actor, event, answer).await,
        Err(denial) => denial,
    };
    if refusal.cause == Refusal::ServiceUnavailable {
        return reply::unavailable();
    }
    door::refused(app, version, Some(&frame), Some(&actor), event, refusal).await
}

/// What will be given, once its log row is durable.
#[derive(Default)]
pub struct Answer {
    rows: Vec<WrittenRow>,
    documents: Vec<Vec<u8>>,
    next_page: Option<String>,
    summary: Option<Summary>,
    rests: Vec<Rest>,
    /// What of it crosses from other controllers, one event for each of them.
    disclosed: Vec<Event>,
    wills: Vec<WillRest>,
    specials: Vec<SpecialUse>,
}

impl Answer {
    /// Whether anything may be read.
    pub fn found(&self) -> bool {
        !self.rows.is_empty()
    }
}

/// Decides a question as [`answer`] does; nothing is logged yet.
///
/// # Errors
/// The refusal.
pub async fn permitted(
    app: &App,
    connecting: &OrganisationId,
    frame: &Frame,
    actor: &Actor,
    event: &mut Event,
) -> Result<Answer, Denial> {
    app.metrics.query();
    decide_and_find(app, connecting, frame, actor, event).await
}

/// Makes the log row of what was permitted durable; only then may it be given.
///
/// # Errors
/// The refusal when the right has changed meanwhile, or `SERVICE_UNAVAILABLE`.
pub async fn record(app: &App, actor: &Actor, event: Event, answer: Answer) -> Result<(), Denial> {
    let Answer { rests, disclosed, wills, specials, .. } = answer;
    let record = Record { event, rests, nonce: Some(actor.nonce()) };
    app.writer.read(Reading { record, disclosed, wills, specials }).await
}

fn broken(error: StoreError) -> Denial {
    tracing::error!(%error, "a query could not be answered");
    Denial::new(Refusal::ServiceUnavailable)
}

async fn decide_and_find(
    app: &App,
    connecting: &OrganisationId,
    frame: &Frame,
    actor: &Actor,
    event: &mut Event,
) -> Result<Answer, Denial> {
    let query = frame.query.as_ref().ok_or_else(|| Denial::with(Refusal::BadRequest, "Sanomassa ei ole hakua."))?;
    if query.controller != frame.controller {
        return Err(Denial::with(Refusal::FrameMismatch, "Haun rekisterinpitäjä on eri kuin siirtokehyksen."));
    }
    let mut acting = actor::acting(actor, connecting, &app.registers, app.clock.now()).await?;
    event.organisation = acting.organisation.clone();
    describe(query, event);
    if query.kind.is_disclosure() {
        return disclosure::answer(app, frame, query, actor, acting, event).await;
    }
    let basis = decide::basis(&acting, query.controller.as_str());
    event.basis(basis);
    actor::check_situation(frame.situation, basis)?;
    let mut tx = app.db.read_here().await.map_err(broken)?;
    let asked = found::asked(app, &mut tx, query).await.map_err(broken)?;
    let specials = special::uses(&app.vault, actor, query.controller.as_str(), &asked.clients);
    special::begin(&mut tx, &mut acting, &specials).await.map_err(broken)?;
    let allowed = decide(app, query, &acting, basis, &asked).await?;
    event.ground.reference = Some(allowed.ground().reference());
    let page = match query.kind {
        QueryKind::Summary | QueryKind::Consents => None,
        _ => Some(page(app, &mut tx, query, basis, &allowed, &asked).await.map_err(broken)?),
    };
    // Before keys are asked for: they may need a connection of their own.
    tx.rollback().await.map_err(broken)?;
    let mut answer = match page {
        Some(page) => list(app, query, basis, page, event).await?,
        None if query.kind == QueryKind::Consents => wills(app, query, event).await?,
        None => summarise(app, frame, query, &acting, &allowed, &asked, event).await?,
    };
    // A use of the special reason is one only when the access rests on it.
    if matches!(allowed.ground(), access::Ground::SpecialReason { .. }) {
        answer.specials = specials;
    }
    answer.rests = asked.rests(query.controller.as_str());
    let clients = fetch::identities(app, query.controller.as_str(), allowed.clients(), query.client.as_ref()).await;
    event.clients = clients.map_err(broken)?.iter().map(log_client).collect();
    Ok(answer)
}

/// The page of rows that the right covers and the query asks for, newest first. What is not covered leaves no trace and
/// no count.
async fn page(
    app: &App,
    tx: &mut store::Tx,
    query: &Query,
    basis: Basis,
    allowed: &Allowed,
    asked: &found::Asked,
) -> Result<found::Page, StoreError> {
    let author =
        query.author.as_ref().map(|number| check::author_index(&app.vault, query.controller.as_str(), number.as_str()));
    let history = query.all_versions && basis == Basis::Own;
    let wanted = |row: &Row| {
        (row.state == "current" || (history && row.state == "replaced"))
            && author.as_ref().is_none_or(|author| row.authors.contains(author))
            && found::fits(query, row)
            && allowed.covers(&row.facts(&query.controller))
    };
    let rows_max = app.settings_now().page_rows;
    match asked.clients.as_slice() {
        [client] if asked.paged => found::page_of(tx, query, client, rows_max, wanted).await,
        _ => Ok(found::page(query, asked.rows.iter().filter(|row| wanted(row)).collect(), rows_max)),
    }
}

/// Rows of a page, with or without content.
async fn list(app: &App, query: &Query, basis: Basis, page: found::Page, event: &mut Event) -> Result<Answer, Denial> {
    let with_content = query.kind != QueryKind::Metadata;
    if with_content && query.document.is_some() && page.rows.is_empty() {
        return Err(Denial::new(Refusal::NoContextRelation).under(basis));
    }
    let found = fetch::fetch(app, &page.rows, with_content).await.map_err(broken)?;
    event.action = if with_content { Action::Read } else { Action::Search };
    event.documents = logged(&page.rows);
    event.count = u32::try_from(event.documents.len()).unwrap_or(u32::MAX);
    Ok(Answer { rows: found.rows, documents: found.documents, next_page: page.next, ..Answer::default() })
}

/// The summary (FR-59), logged as one event that names its sources.
async fn summarise(
    app: &App,
    frame: &Frame,
    query: &Query,
    acting: &Acting,
    allowed: &Allowed,
    asked: &found::Asked,
    event: &mut Event,
) -> Result<Answer, Denial> {
    let made = summary::make(app, frame, query, acting, allowed, asked).await.map_err(broken)?;
    event.action = Action::Read;
    event.count = u32::try_from(made.sources.len()).unwrap_or(u32::MAX);
    event.documents = made.sources;
    Ok(Answer { summary: Some(made.summary), ..Answer::default() })
}

/// What the client has expressed: the newest informing, permission and denial document. They are told to a worker with a
/// relation, who takes down the next version of them and prints them on request (§ 58).
async fn wills(app: &App, query: &Query, event: &mut Event) -> Result<Answer, Denial> {
    let client = query.client.as_ref();
    let client =
        client.ok_or_else(|| Denial::with(Refusal::BadRequest, "Tahdonilmaisut haetaan asiakkaan tunnuksella."))?;
    let rows = consents::newest(app, client).await.map_err(broken)?;
    let found = fetch::fetch(app, &rows, true).await.map_err(broken)?;
    event.action = Action::Read;
    event.documents = logged(&rows);
    event.wills = Some(event.documents.clone());
    event.count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    Ok(Answer { rows: found.rows, documents: found.documents, ..Answer::default() })
}

/// Rows as a log event names them.
fn logged(rows: &[Row]) -> Vec<LogDocument> {
    rows.iter().map(|row| LogDocument { id: row.document.as_str().to_owned(), version: row.version }).collect()
}

/// What was searched by, for the log; a client's identifier stands in the row's own field.
fn describe(query: &Query, event: &mut Event) {
    event.case = query.case.as_ref().map(|case| case.as_str().to_owned());
    event.clients = query.client.iter().map(log_client).collect();
    let mut terms = vec![format!("kind={:?}", query.kind)];
    let mut term = |name: &str, value: Option<String>| terms.extend(value.map(|value| format!("{name}={value}")));
    term("document", query.document.as_ref().map(|document| document.as_str().to_owned()));
    term("set", query.set.as_ref().map(|set| set.as_str().to_owned()));
    term("task", query.task.clone());
    term("service", query.service.clone());
    term("process", query.process.clone());
    term("type", query.type_code.clone());
    term("unit", query.unit.as_ref().map(|unit| unit.as_str().to_owned()));
    term("from", query.from.map(|day| day.to_string()));
    term("to", query.to.map(|day| day.to_string()));
    term("holder", query.disclosure.holder.as_ref().map(|holder| holder.as_str().to_owned()));
    term("ground", query.disclosure.ground.as_ref().map(|ground| ground.code.clone()));
    term("wide_search", query.disclosure.wide_search.clone());
    term("extent", (query.kind == QueryKind::Summary && query.enriched).then(|| "enriched".to_owned()));
    event.detail = Some(terms.join(" "));
}

async fn decide(
    app: &App,
    query: &Query,
    acting: &Acting,
    basis: Basis,
    asked: &found::Asked,
) -> Result<Allowed, Denial> {
    decide::check_sends_for(acting, &asked.state)?;
    let unknown_case = query.case.as_ref().is_some_and(|case| {
        asked.state.cases.get(case.as_str()).is_none_or(|stored| stored.controller != query.controller.as_str())
    });
    if basis == Basis::Own && unknown_case {
        return Err(Denial::new(Refusal::CaseUnknown));
    }
    let nothing = query.client.is_none() && query.case.is_none() && query.document.is_none() && query.set.is_none();
    if nothing {
        return Err(Denial::with(Refusal::BadRequest, "Haku tarvitsee asiakkaan, asian tai asiakirjan tunnisteen."));
    }
    if query.kind == QueryKind::Summary {
        check_summary(query, acting, basis)?;
    }
    let clients: Vec<ClientKey> = asked.clients.iter().map(|client| ClientKey::new(client.clone())).collect();
    // One named document is read; everything else is a search, filtered by what the right covers.
    let document = query
        .document
        .as_ref()
        .and_then(|document| asked.rows.iter().find(|row| row.document == *document))
        .filter(|row| row.state != "invalidated")
        .map(|row| row.facts(&query.controller));
    let act = if document.is_some() { Act::Read } else { Act::Search };
    let case = query.case.clone().or_else(|| document.as_ref().and_then(|facts| facts.case.clone()));
    let subject = Subject { controller: query.controller.clone(), clients, case, document };
    rights::decide(acting, act, &subject, &asked.state, &app.settings_now(), app.clock.now())
}

/// A summary is of a client or a case as a whole, and always needs a card (spec 3.12).
fn check_summary(query: &Query, acting: &Acting, basis: Basis) -> Result<(), Denial> {
    let bare = Query {
        client: query.client.clone(),
        case: query.case.clone(),
        enriched: query.enriched,
        ..Query::new(query.kind, query.id.clone(), query.controller.clone())
    };
    if bare != *query {
        return Err(Denial::with(
            Refusal::BadRequest,
            "Kooste haetaan asiakkaan tai asian tunnisteella, ei muilla ehdoilla.",
        ));
    }
    access::login::check(Operation::Summary, acting.login, &access::Settings::default())
        .map_err(|refusal| Denial::new(refusal).under(basis))
}

/// Makes the log row durable, then answers.
async fn give(
    app: &App,
    version: soap::Version,
    frame: &Frame,
    actor: &Actor,
    event: Event,
    answer: Answer,
) -> Response {
    let Answer { rows, documents, next_page, summary, rests, disclosed, wills, specials } = answer;
    let record = Record { event: event.clone(), rests, nonce: Some(actor.nonce()) };
    match app.writer.read(Reading { record, disclosed, wills, specials }).await {
        Ok(()) => {}
        Err(denial) if denial.cause == Refusal::ServiceUnavailable => return reply::unavailable(),
        Err(denial) => return reply::refuse(app, version, Some(frame), &denial),
    }
    let Some(query) = &frame.query else { return reply::unavailable() };
    let mut response = reply::answer(app, frame, query);
    response.documents = documents;
    response.next_page = next_page;
    response.summary = summary;
    reply::envelope(version, kanta::query::encode_response_with(&response, &rows))
}

/// The working set of a query, read in its own snapshot.
async fn state_of(tx: &mut store::Tx, clients: &[String], case: Option<&CaseId>) -> Result<WorkingSet, StoreError> {
    let mut wanted = Wanted::default();
    wanted.clients.extend(clients.iter().cloned());
    wanted.cases.extend(case.map(|case| case.as_str().to_owned()));
    WorkingSet::load(tx, &wanted).await
}

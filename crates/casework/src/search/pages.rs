//! `/haku`: the archive asked by the worker. Another's register is searched by case OID under a right, the own one by
//! metadata; every question and every opened document is logged on both sides.

use axum::{http::StatusCode, response::Response};
use kanta::{
    Limits,
    ack::AckType,
    query::{Query, QueryKind, QueryResponse, VersionState},
    toimija::SearchKey,
};
use records::{
    access::{Operation, Settings, login},
    code::{ServiceProcess, ServiceTask, SocialService},
    id::{CaseId, ClientId, DocumentId, HETU_ROOT, OrganisationId, RegistrationNumber, ServiceUnitId},
    refusal::Refusal,
};
use store::log::{Action, Outcome};
use web::ui::{Field, Input, Notice, Tone};

use crate::{
    access_rights::order::organiser_of,
    archiving::{store::acting, wire::WireError},
    clients::store as clients,
    error::{Fault, Result},
    op::{Kind, Op},
    people,
    posted::Posted,
    sheet::{Block, Cell, Form, Group, Row, Sheet, Table},
    use_log::{self, Event},
};

/// `GET /haku`
pub async fn show(op: Op) -> Result<Response> {
    Ok(blank(&op).html())
}

fn blank(op: &Op) -> Sheet {
    let title = op.t.get("search-title");
    let mut sheet = Sheet::new(op.page(&title), &title);
    if op.kind == Kind::Provider {
        let field = Field::line("asia", op.t.get("col-case-oid"), "");
        let field = field.hint(op.t.get("search-case-hint")).required().scoped("jarjestaja_");
        sheet = sheet.with(Block::Heading(op.t.get("search-case"))).with(Block::Form(Form::new(
            "haku-asia",
            "/haku/asia",
            vec![field],
            op.t.get("search-submit"),
        )));
    }
    sheet.with(Block::Heading(op.t.get("search-own"))).with(Block::Form(own_form(op, &[])))
}

fn own_form(op: &Op, typed: &[(String, String)]) -> Form {
    let value = |name: &str| typed.iter().find(|(key, _)| key == name).map(|(_, v)| v.clone()).unwrap_or_default();
    let mut tasks = vec![(String::new(), op.t.get("any"))];
    tasks.extend(ServiceTask::ALL.iter().map(|task| (task.code().to_owned(), task.name(op.lang()).to_owned())));
    let mut services = vec![(String::new(), op.t.get("any"))];
    services.extend(SocialService::table().map(|row| (row.code.to_owned(), row.name(op.lang()).to_owned())));
    let mut processes = vec![(String::new(), op.t.get("any"))];
    processes.extend(ServiceProcess::ALL.iter().map(|one| (one.code().to_owned(), one.name(op.lang()).to_owned())));
    let states = ["valid", "all"].map(|state| (state.to_owned(), op.t.get(&format!("search-state-{state}")))).to_vec();
    let line = |name: &'static str, key: &str| Field::line(name, op.t.get(key), value(name));
    let first = vec![line("asiakas", "field-code").hint(op.t.get("search-client-hint")), line("asia", "col-case-oid")];
    let more = vec![
        Field::new("tehtava", op.t.get("col-task"), value("tehtava"), Input::Choice(tasks)),
        Field::new("palvelu", op.t.get("field-service"), value("palvelu"), Input::Choice(services)),
        Field::new("prosessi", op.t.get("col-process"), value("prosessi"), Input::Choice(processes)),
        line("tyyppi", "search-type"),
        line("yksikko", "search-unit"),
        line("laatija", "search-author"),
        Field::new("alkaen", op.t.get("search-from"), value("alkaen"), Input::Line("date")),
        Field::new("asti", op.t.get("search-to"), value("asti"), Input::Line("date")),
        Field::new("tila", op.t.get("col-state"), value("tila"), Input::Choice(states)),
    ];
    Form {
        id: "haku-oma".into(),
        action: "/haku/oma".into(),
        groups: vec![
            Group { fields: first, ..Group::default() },
            Group { legend: op.t.get("search-more"), folded: true, fields: more },
        ],
        submit: op.t.get("search-submit"),
        ..Form::default()
    }
}

/// `POST /haku/asia`: `asia` — the organiser's register under the unit's right (FR-16, FR-17)
pub async fn by_case(op: Op, posted: Posted) -> Result<Response> {
    let typed = posted.get("asia");
    let found = crate::access_rights::order::find_case(typed).unwrap_or_else(|| typed.to_owned());
    let Ok(case) = CaseId::parse(&found) else {
        return Ok(blank(&op).fault(op.t.get("fault-case-oid")).html_as(StatusCode::UNPROCESSABLE_ENTITY));
    };
    let controller = organiser_of(&case).ok_or_else(|| op.refuse(Refusal::RkoNotValid))?;
    strong(&op, Operation::SearchRegisterRight)?;
    let mut query = Query::new(QueryKind::Metadata, crate::numbers::random_id(), controller);
    query.case = Some(case.clone());
    let key = SearchKey { kind: "case".into(), value: case.to_string() };
    let answer = ask(&op, query, key).await?;
    let outcome = outcome(&answer);
    let event = Event::plain(Action::Search, "grant").case(case.as_str()).outcome(outcome).count(answer.rows.len());
    use_log::write_now(&op, event).await?;
    let ended = answer.details.iter().any(|detail| detail.code == Refusal::RkoNotValid.code());
    clients::note_answer(&op, &case, ended).await?;
    if answer.ack != AckType::Accepted {
        return refused(&op, &answer, Some(&case)).await;
    }
    Ok(results(&op, &answer, "search-of-organiser"))
}

/// `POST /haku/oma`: the own register by metadata (FR-49)
pub async fn own(op: Op, posted: Posted) -> Result<Response> {
    strong(&op, Operation::SearchOwnRegister)?;
    let query = match own_query(&op, &posted) {
        Ok(query) => query,
        Err(key) => return Ok(blank(&op).fault(op.t.get(key)).html_as(StatusCode::UNPROCESSABLE_ENTITY)),
    };
    let key = match (&query.case, &query.client) {
        (Some(case), _) => SearchKey { kind: "case".into(), value: case.to_string() },
        (None, Some(client)) => SearchKey { kind: "client".into(), value: client.extension().to_owned() },
        (None, None) => {
            return Ok(blank(&op).fault(op.t.get("search-needs-key")).html_as(StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let answer = ask(&op, query, key).await?;
    let event = Event::plain(Action::Search, "own_register").outcome(outcome(&answer)).count(answer.rows.len());
    use_log::write_now(&op, event).await?;
    if answer.ack != AckType::Accepted {
        return refused(&op, &answer, None).await;
    }
    Ok(results(&op, &answer, "search-of-own"))
}

fn own_query(op: &Op, posted: &Posted) -> Result<Query, &'static str> {
    let text = |name: &str| Some(posted.get(name)).filter(|value| !value.is_empty()).map(str::to_owned);
    let mut query = Query::new(QueryKind::Metadata, crate::numbers::random_id(), op.org.clone());
    if let Some(code) = text("asiakas") {
        query.client = Some(ClientId::parse(HETU_ROOT, &code).map_err(|_| "fault-identity")?);
    }
    if let Some(case) = text("asia") {
        query.case = Some(CaseId::parse(&case).map_err(|_| "fault-case-oid")?);
    }
    query.task = text("tehtava");
    query.service = text("palvelu");
    query.process = text("prosessi");
    query.type_code = text("tyyppi");
    if let Some(unit) = text("yksikko") {
        query.unit = Some(ServiceUnitId::parse(&unit).map_err(|_| "fault-unit")?);
    }
    if let Some(author) = text("laatija") {
        query.author = Some(RegistrationNumber::parse(&author).map_err(|_| "fault-author")?);
    }
    for (name, place) in [("alkaen", &mut query.from), ("asti", &mut query.to)] {
        if let Some(day) = text(name) {
            *place = Some(people::read_day(&day).ok_or("fault-day")?);
        }
    }
    query.all_versions = posted.get("tila") == "all";
    Ok(query)
}

fn strong(op: &Op, operation: Operation) -> Result<()> {
    match login::check(operation, op.strength(), &Settings::default()) {
        Ok(()) => Ok(()),
        // Say where to go on: the card makes the same session stronger (functional specification 3.8b).
        Err(refusal) => {
            Err(crate::error::refusal_page(refusal, op.lang()).onward("/kirjaudu/kortti", "login-with-card").into())
        }
    }
}

async fn ask(op: &Op, query: Query, key: SearchKey) -> Result<QueryResponse> {
    let connection = op.app.connection(&op.org).ok_or_else(|| op.refuse(Refusal::OrgNotJoined))?;
    match op.app.archive.ask(connection, &acting(op), query, key, op.now).await {
        Ok(answer) => Ok(answer),
        Err(WireError::Down) => Err(op.refuse(Refusal::ServiceUnavailable)),
        Err(WireError::Garbage) => Err(op.refuse(Refusal::Timeout)),
        Err(error) => Err(Fault::failed(error)),
    }
}

fn outcome(answer: &QueryResponse) -> Outcome {
    match answer.details.first() {
        Some(detail) if answer.ack != AckType::Accepted => Outcome::Refused(detail.code.clone()),
        _ => Outcome::Done,
    }
}

/// A refusal in the archive's words; to a refusal under a right this system adds what its own list of rights tells, and
/// nothing of the client (FR-17).
async fn refused(op: &Op, answer: &QueryResponse, case: Option<&CaseId>) -> Result<Response> {
    let code = answer.details.first().map_or("RKO_NOT_VALID", |detail| detail.code.as_str()).to_owned();
    let refusal = Refusal::parse(&code);
    let said = refusal.map_or_else(
        || answer.details.first().map(|detail| detail.text.clone()).unwrap_or_default(),
        |refusal| refusal.sentence(op.lang()).to_owned(),
    );
    let title = op.t.get("search-title");
    let mut sheet = Sheet::new(op.page(&title), &title)
        .with(Block::Notice(Notice::new(Tone::Bad, said)))
        .with(Block::Small(format!("{}: {code}", op.t.get("error-code-label"))));
    if let (Some(case), Some(Refusal::RkoNotValid)) = (case, refusal)
        && let Some(explanation) = explain(op, case).await?
    {
        sheet = sheet.with(Block::Notice(explanation));
    }
    Ok(sheet.html_as(StatusCode::FORBIDDEN))
}

async fn explain(op: &Op, case: &CaseId) -> Result<Option<Notice>> {
    let mut tx = op.read().await?;
    let rights = clients::rights_to_case(op, &mut tx, case).await?;
    let today = op.today().to_string();
    let mine: Vec<_> = rights.iter().filter(|right| right.unit == op.unit.as_str()).collect();
    if let Some(right) = mine.first() {
        let key = if right.ended(&today) { "explain-ended" } else { "explain-future" };
        if right.covers(&today) {
            return Ok(Some(Notice::new(Tone::Info, op.t.get("explain-not-yet-stored"))));
        }
        let day = people::day_text(right.to.as_deref().filter(|_| right.ended(&today)).unwrap_or(&right.from));
        return Ok(Some(Notice::new(Tone::Info, op.t.with(key, &[("day", day)]))));
    }
    let Some(other) = rights.first() else {
        return Ok(Some(Notice::new(Tone::Info, op.t.get("explain-unknown"))));
    };
    let unit: Option<String> = sqlx::query_scalar("SELECT name FROM cw_unit WHERE org = $1 AND unit = $2")
        .bind(op.org())
        .bind(&other.unit)
        .fetch_optional(&mut *tx)
        .await?;
    let unit = unit.unwrap_or_else(|| other.unit.clone());
    let title = op.t.with("explain-other-unit", &[("unit", unit)]);
    Ok(Some(Notice::new(Tone::Info, title).text(format!("{}: UNIT_MISMATCH", op.t.get("error-code-label")))))
}

fn results(op: &Op, answer: &QueryResponse, mark: &'static str) -> Response {
    let title = op.t.get("search-results");
    let mut sheet = Sheet::new(op.page(&title), &title).with(Block::Notice(Notice::new(Tone::Info, op.t.get(mark))));
    if answer.rows.is_empty() {
        return sheet.with(Block::Empty(op.t.get("search-empty"))).html();
    }
    let rows = answer.rows.iter().map(|row| {
        let header = &row.header;
        let kind = header.specific_type.as_ref().or(header.general_type.as_ref()).unwrap_or(&header.group);
        let title = kind.name.clone().unwrap_or_else(|| kind.code.clone());
        let state = match row.state {
            VersionState::Valid => "archived",
            VersionState::Replaced => "replaced",
            VersionState::Nullified => "invalidated",
        };
        let hidden = |name: &str, value: &str| Field::new(name, "", value, Input::Hidden);
        let case = header.case.as_ref().map(ToString::to_string).unwrap_or_default();
        let fields = vec![
            hidden("rekisteri", header.custodian.id.as_str()),
            hidden("oid", header.id.as_str()),
            hidden("asia", &case),
        ];
        Row {
            key: header.id.to_string(),
            state: state.into(),
            kind: code_of(header),
            case: header.case.as_ref().map(ToString::to_string).unwrap_or_default(),
            cells: vec![
                Cell::Text(title),
                Cell::Text(people::moment(header.effective_time)),
                Cell::Text(header.unit.as_ref().map(|unit| unit.name.clone()).unwrap_or_default()),
                Cell::Text(header.tasks.iter().filter_map(|task| task.name.clone()).collect::<Vec<_>>().join(", ")),
                Cell::Text(header.custodian.name.clone()),
                Cell::Text(header.version.to_string()),
                Cell::Form(Form::new(format!("avaa-{}", header.id), "/haku/avaa", fields, op.t.get("open"))),
            ],
        }
    });
    sheet = sheet.with(Block::Table(Table {
        id: "tulokset",
        caption: op.t.with("search-found", [("n", answer.rows.len())]),
        head: ["col-document", "col-event", "col-unit", "col-task", "col-register", "col-version", "col-action"]
            .map(|key| op.t.get(key))
            .to_vec(),
        rows: rows.collect(),
    }));
    if answer.next_page.is_some() {
        sheet = sheet.with(Block::Small(op.t.get("search-more-rows")));
    }
    sheet.html()
}

/// Kind of a found document: the specific type, or the control document's own number.
fn code_of(header: &kanta::document::Header) -> String {
    header.specific_type.as_ref().map_or_else(|| format!("1505.{}", header.group.code), |kind| kind.code.clone())
}

/// `POST /haku/avaa`: `rekisteri`, `oid`, `asia` — one document, shown after the gate of the display form
pub async fn open(op: Op, posted: Posted) -> Result<Response> {
    let controller = OrganisationId::parse(posted.get("rekisteri")).map_err(|_| Fault::NotFound)?;
    let document = DocumentId::parse(posted.get("oid")).map_err(|_| Fault::NotFound)?;
    let rko = controller != op.org;
    strong(&op, if rko { Operation::SearchRegisterRight } else { Operation::SearchOwnRegister })?;
    let mut query = Query::new(QueryKind::Document, crate::numbers::random_id(), controller);
    query.document = Some(document.clone());
    query.case = CaseId::parse(posted.get("asia")).ok();
    let key = match &query.case {
        Some(case) if rko => SearchKey { kind: "case".into(), value: case.to_string() },
        _ => SearchKey { kind: "document".into(), value: document.to_string() },
    };
    let case = query.case.clone();
    let answer = ask(&op, query, key).await?;
    let basis = if rko { "grant" } else { "own_register" };
    let mut event = Event::plain(Action::Read, basis).outcome(outcome(&answer)).detail(document.to_string());
    if let Some(case) = &case {
        event = event.case(case.as_str());
    }
    use_log::write_now(&op, event).await?;
    if answer.ack != AckType::Accepted {
        return refused(&op, &answer, case.as_ref().filter(|_| rko)).await;
    }
    let Some(bytes) = answer.documents.first() else { return Err(Fault::NotFound) };
    shown(&op, bytes, rko)
}

fn shown(op: &Op, bytes: &[u8], rko: bool) -> Result<Response> {
    let decoded = kanta::document::decode(bytes, &Limits::default()).map_err(|_| op.refuse(Refusal::XmlInvalid))?;
    let header = &decoded.document.header;
    let kind = header.specific_type.as_ref().and_then(|kind| kind.name.clone());
    let title = kind.unwrap_or_else(|| op.t.get("col-document"));
    let mark = if rko { "search-of-organiser" } else { "search-of-own" };
    let mut sheet = Sheet::new(op.page(&title), &title)
        .with(Block::Notice(Notice::new(Tone::Info, op.t.get(mark))))
        .with(Block::Facts(vec![
            (op.t.get("col-register"), header.custodian.name.clone()),
            (op.t.get("col-unit"), header.unit.as_ref().map(|unit| unit.name.clone()).unwrap_or_default()),
            (op.t.get("col-event"), people::moment(header.effective_time)),
            (op.t.get("col-version"), header.version.to_string()),
            (op.t.get("col-document-oid"), header.id.to_string()),
            (op.t.get("signatures"), decoded.signatures.to_string()),
        ]));
    sheet = match decoded.document.body.xhtml() {
        // What another system wrote passes the same gate as at the archive, or is not shown.
        Some(xhtml) if kanta::xhtml::check(xhtml, &header.id).is_ok() => sheet.with(Block::Document(xhtml.to_owned())),
        _ => sheet.with(Block::Notice(Notice::new(Tone::Warning, op.t.get("display-not-shown")))),
    };
    Ok(sheet.html())
}

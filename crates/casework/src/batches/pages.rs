//! `/arkistointi/era`: a card holder chooses, sees what would go and what stays out, presses once, and follows.

use std::collections::BTreeMap;

use ::store::{Tx, log::Action};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use jiff::civil::Date;
use records::{
    access::{Operation, Settings, login},
    refusal::Refusal,
};
use sqlx::Row as _;
use web::{
    Page,
    ui::{self, Chip, Field, Input, Tone},
};

use super::store::{self, Batch, Count, Progress, ROLE, Selection};
use crate::{
    archiving::store::{acting, name_of},
    error::{Fault, Result},
    op::Op,
    people,
    posted::Posted,
    routes::see,
    sheet::{Block, Cell, Form, Link, Row, Sheet, Table},
    use_log::{self, Event},
};

/// Days back that the form begins with: a weekend and the night before it.
const DAYS_BACK: i64 = 7;
/// Failed entries that a report shows.
const FAILED_MAX: i64 = 20;

/// Whether the worker has the role.
fn may(op: &Op) -> bool {
    op.actor.roles.iter().any(|role| role == ROLE)
}

fn need_role(op: &Op) -> Result<()> {
    if may(op) { Ok(()) } else { Err(op.refuse(Refusal::RoleForbidden)) }
}

fn need_card(op: &Op) -> Result<()> {
    login::check(Operation::MassArchive, op.strength(), &Settings::default()).map_err(|refusal| {
        crate::error::refusal_page(refusal, op.lang()).onward("/kirjaudu/kortti", "login-with-card").into()
    })
}

/// Units that the worker works in: OID and name.
async fn units(op: &Op, tx: &mut Tx) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query(
        "SELECT n.unit, n.name FROM cw_membership m JOIN cw_unit n ON n.org = m.org AND n.unit = m.unit
          WHERE m.org = $1 AND m.person = $2 ORDER BY n.name",
    )
    .bind(op.org())
    .bind(&op.actor.person)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("unit")?, row.try_get("name")?))).collect()
}

/// Links of the archiving desk: what waits for a card, for those who may archive it, and the batch that runs.
///
/// # Errors
/// When the database does not answer.
pub async fn desk_links(op: &Op, tx: &mut Tx) -> Result<Vec<Link>> {
    if !may(op) {
        return Ok(Vec::new());
    }
    let units: Vec<String> = units(op, tx).await?.into_iter().map(|(unit, _)| unit).collect();
    let mut links = Vec::new();
    let mut waiting: i64 = 0;
    for unit in &units {
        waiting += sqlx::query_scalar::<_, i64>(
            "SELECT COUNT(*) FROM cw_ready WHERE org = $1 AND unit = $2 AND batch IS NULL",
        )
        .bind(op.org())
        .bind(unit)
        .fetch_one(&mut **tx)
        .await?;
    }
    if waiting > 0 {
        links.push(Link::main("era", "/arkistointi/era", op.t.with("batch-link", [("n", waiting)])));
    } else {
        links.push(Link::new("era", "/arkistointi/era", op.t.get("batch-title")));
    }
    for batch in store::newest(tx, op.org(), &units).await?.into_iter().filter(|batch| batch.state != "done") {
        let progress = store::progress(tx, &batch).await?;
        let share = (batch.total - progress.left) * 100 / batch.total.max(1);
        links.push(Link::new(
            "era-kaynnissa",
            format!("/arkistointi/era/{}", batch.id),
            op.t.with("batch-running-link", [("n", share)]),
        ));
    }
    Ok(links)
}

/// What the address of the form may say. A writer is named by his id, which tells nothing.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    yksikko: String,
    alkaen: String,
    asti: String,
    laatija: String,
}

/// `GET /arkistointi/era`: `yksikko`, `alkaen`, `asti`, `laatija`
pub async fn choose(op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    need_role(&op)?;
    let mut tx = op.read().await?;
    let units = units(&op, &mut tx).await?;
    let chosen = selection(&op, &units, &asked.yksikko, &asked.alkaen, &asked.asti, &asked.laatija)?;
    let counts = store::preview(&op, &mut tx, &chosen).await?;
    let form = choice(&op, &mut tx, units.clone(), &chosen).await?;
    let title = op.t.get("batch-title");
    let mut sheet =
        Sheet::new(op.page(&title), &title).with(Block::Text(op.t.get("batch-text"))).with(Block::Form(form));
    let goes: i64 = counts.iter().filter(|count| count.out.is_empty()).map(|count| count.n).sum();
    let names = registers(&op, &mut tx).await?;
    if goes > 0 {
        sheet = sheet.with(Block::Table(going(&op, &counts, &names)));
    } else {
        sheet = sheet.with(Block::Empty(op.t.get("batch-nothing")));
    }
    if counts.iter().any(|count| !count.out.is_empty()) {
        sheet = sheet.with(Block::Table(staying(&op, &counts, &names)));
    }
    if goes > 0 {
        let hidden = |name: &str, value: &str| Field::new(name, "", value, Input::Hidden);
        let fields = vec![
            hidden("yksikko", &chosen.unit),
            hidden("alkaen", &chosen.from.to_string()),
            hidden("asti", &chosen.to.to_string()),
            hidden("laatija", chosen.author.as_deref().unwrap_or_default()),
        ];
        let form = Form::new("arkistoi-era", "/arkistointi/era", fields, op.t.with("batch-submit", [("n", goes)]));
        sheet = sheet.with(Block::Form(form));
        if need_card(&op).is_err() {
            sheet = sheet.with(Block::Small(op.t.get("batch-needs-card")));
        }
    }
    let ids: Vec<String> = units.into_iter().map(|(unit, _)| unit).collect();
    let batches = store::newest(&mut tx, op.org(), &ids).await?;
    if !batches.is_empty() {
        sheet = sheet.with(Block::Table(history(&op, &mut tx, &batches).await?));
    }
    Ok(sheet.html())
}

fn selection(op: &Op, units: &[(String, String)], unit: &str, from: &str, to: &str, author: &str) -> Result<Selection> {
    let known = |wanted: &str| units.iter().any(|(unit, _)| unit == wanted);
    let unit = if unit.is_empty() { op.unit.as_str() } else { unit };
    if !known(unit) {
        return Err(op.refuse(Refusal::UnitMismatch));
    }
    let day = |text: &str, otherwise: Date| match text {
        "" => Ok(otherwise),
        text => people::read_day(text).ok_or(Fault::Form("fault-day")),
    };
    let week = jiff::Span::new().days(DAYS_BACK);
    let to = day(to, op.today())?;
    let from = day(from, to.checked_sub(week).unwrap_or(to))?;
    if to < from {
        return Err(Fault::Form("fault-day"));
    }
    let author = (!author.is_empty()).then(|| author.to_owned());
    Ok(Selection { unit: unit.to_owned(), from, to, author })
}

async fn choice(op: &Op, tx: &mut Tx, units: Vec<(String, String)>, chosen: &Selection) -> Result<Form> {
    let writers: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT person FROM cw_ready WHERE org = $1 AND unit = $2 AND batch IS NULL")
            .bind(op.org())
            .bind(&chosen.unit)
            .fetch_all(&mut **tx)
            .await?;
    let mut authors = vec![(String::new(), op.t.get("any"))];
    for person in writers {
        let name = name_of(tx, op.org(), &person).await?;
        authors.push((person, name));
    }
    let author = chosen.author.clone().unwrap_or_default();
    let fields = vec![
        Field::new("yksikko", op.t.get("unit-label"), chosen.unit.clone(), Input::Choice(units)),
        Field::new("alkaen", op.t.get("search-from"), chosen.from.to_string(), Input::Line("date")),
        Field::new("asti", op.t.get("search-to"), chosen.to.to_string(), Input::Line("date")),
        Field::new("laatija", op.t.get("col-author"), author, Input::Choice(authors)),
    ];
    let mut form = Form::new("rajaa", "/arkistointi/era", fields, op.t.get("batch-show"));
    form.get = true;
    form.folded = op.t.with("batch-narrow", &[("from", people::day(chosen.from)), ("to", people::day(chosen.to))]);
    Ok(form)
}

/// Names of the registers that entries go to.
async fn registers(op: &Op, tx: &mut Tx) -> Result<BTreeMap<String, String>> {
    let rows = sqlx::query("SELECT DISTINCT organiser, organiser_name FROM cw_right WHERE org = $1")
        .bind(op.org())
        .fetch_all(&mut **tx)
        .await?;
    let mut names = BTreeMap::new();
    for row in &rows {
        names.insert(row.try_get("organiser")?, row.try_get("organiser_name")?);
    }
    names.insert(op.org().to_owned(), op.t.with("register-own", [("name", &op.org_name)]));
    Ok(names)
}

fn going(op: &Op, counts: &[Count], names: &BTreeMap<String, String>) -> Table {
    let rows = counts.iter().filter(|count| count.out.is_empty()).map(|count| Row {
        key: count.register.clone(),
        state: "ready".into(),
        cells: vec![
            Cell::Text(names.get(&count.register).unwrap_or(&count.register).clone()),
            Cell::Text(count.title.clone()),
            Cell::Text(count.n.to_string()),
        ],
        ..Row::default()
    });
    Table {
        id: "lahtee",
        caption: op.t.get("batch-going"),
        head: ["col-register", "col-document", "col-count"].map(|key| op.t.get(key)).to_vec(),
        rows: rows.collect(),
    }
}

fn staying(op: &Op, counts: &[Count], names: &BTreeMap<String, String>) -> Table {
    let rows = counts.iter().filter(|count| !count.out.is_empty()).map(|count| Row {
        key: count.register.clone(),
        state: count.out.into(),
        cells: vec![
            Cell::Text(names.get(&count.register).unwrap_or(&count.register).clone()),
            Cell::Text(count.title.clone()),
            Cell::Text(count.n.to_string()),
            Cell::Text(op.t.get(&format!("batch-out-{}", count.out))),
        ],
        ..Row::default()
    });
    Table {
        id: "jaa",
        caption: op.t.get("batch-staying"),
        head: ["col-register", "col-document", "col-count", "col-reason"].map(|key| op.t.get(key)).to_vec(),
        rows: rows.collect(),
    }
}

async fn history(op: &Op, tx: &mut Tx, batches: &[Batch]) -> Result<Table> {
    let mut rows = Vec::new();
    for batch in batches {
        rows.push(Row {
            key: batch.id.clone(),
            state: batch.state.clone(),
            cells: vec![
                Cell::link(format!("/arkistointi/era/{}", batch.id), people::moment(batch.created)),
                Cell::Text(name_of(tx, op.org(), &batch.person).await?),
                Cell::Text(batch.total.to_string()),
                Cell::Chip(chip(op, &batch.state)),
            ],
            ..Row::default()
        });
    }
    Ok(Table {
        id: "erat",
        caption: op.t.get("batch-history"),
        head: ["col-started", "col-archiver", "col-count", "col-state"].map(|key| op.t.get(key)).to_vec(),
        rows,
    })
}

fn chip(op: &Op, state: &str) -> Chip {
    let tone = match state {
        "done" => Tone::Good,
        "paused" | "returned" => Tone::Warning,
        _ => Tone::Busy,
    };
    Chip::new(tone, op.t.get(&format!("batch-state-{state}")))
}

/// `POST /arkistointi/era`: the same fields; takes everything that fits and that nobody has taken
pub async fn begin(op: Op, posted: Posted) -> Result<Response> {
    need_role(&op)?;
    need_card(&op)?;
    let mut tx = op.read().await?;
    let units = units(&op, &mut tx).await?;
    drop(tx);
    let field = |name: &str| posted.get(name);
    let chosen = selection(&op, &units, field("yksikko"), field("alkaen"), field("asti"), field("laatija"))?;
    // The archive compares the archiver's unit with the documents': it is the chosen one, in which he works.
    let mut archiver = acting(&op);
    archiver.unit.clone_from(&chosen.unit);
    archiver.unit_name =
        units.iter().find(|(unit, _)| *unit == chosen.unit).map(|(_, name)| name.clone()).unwrap_or_default();
    let mut tx = op.write().await?;
    let Some(batch) = store::begin(&op, &mut tx, &chosen, &archiver).await? else {
        drop(tx);
        return already(&op, &units).await;
    };
    let event = Event::plain(Action::Archive, "own_task")
        .detail(format!("erä {} alkoi", batch.id))
        .count(usize::try_from(batch.total).unwrap_or(usize::MAX));
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(see(&format!("/arkistointi/era/{}", batch.id)))
}

/// Nothing is left to take: somebody has pressed before. His batch is shown; without one, the list as it is now.
async fn already(op: &Op, units: &[(String, String)]) -> Result<Response> {
    let ids: Vec<String> = units.iter().map(|(unit, _)| unit.clone()).collect();
    let mut tx = op.read().await?;
    let newest = store::newest(&mut tx, op.org(), &ids).await?;
    Ok(match newest.first() {
        Some(batch) => see(&format!("/arkistointi/era/{}", batch.id)),
        None => see("/arkistointi/era"),
    })
}

#[derive(Template)]
#[template(path = "batch.html")]
struct Follow {
    page: Page,
    heading: String,
    state: String,
    chip: Chip,
    said: String,
    total: i64,
    done: i64,
    figures: Vec<(String, String)>,
    control: Option<(&'static str, String, String)>,
    failed: ui::Table,
}

async fn load(op: &Op, id: &str) -> Result<(Batch, Progress)> {
    need_role(op)?;
    let mut tx = op.read().await?;
    let units: Vec<String> = units(op, &mut tx).await?.into_iter().map(|(unit, _)| unit).collect();
    let batch = store::by_id(&mut tx, op.org(), id, &units).await?;
    let progress = store::progress(&mut tx, &batch).await?;
    Ok((batch, progress))
}

/// `GET /arkistointi/era/{id}`: progress while it runs, the report when it is done
pub async fn follow(op: Op, Path(id): Path<String>) -> Result<Response> {
    let (batch, progress) = load(&op, &id).await?;
    let mut tx = op.read().await?;
    let who = name_of(&mut tx, op.org(), &batch.person).await?;
    let failed = failed(&op, &mut tx, &batch).await?;
    drop(tx);
    // Signed is not archived: a batch is through when nothing of it is on the way any more.
    let done = progress.archived + progress.failed;
    let state = match batch.state.as_str() {
        "done" if progress.sent > 0 => "sending",
        "done" if progress.failed > 0 => "returned",
        other => other,
    };
    let title = op.t.get("batch-one-title");
    let control = match batch.state.as_str() {
        "running" => Some(("tauko", format!("/arkistointi/era/{id}/tauko"), op.t.get("batch-pause"))),
        "paused" => Some(("jatka", format!("/arkistointi/era/{id}/jatka"), op.t.get("batch-go-on"))),
        _ => None,
    };
    let figures = vec![
        (op.t.get("batch-archived"), progress.archived.to_string()),
        (op.t.get("batch-sent"), progress.sent.to_string()),
        (op.t.get("batch-left"), progress.left.to_string()),
        (op.t.get("batch-failed"), progress.failed.to_string()),
        (op.t.get("col-started"), people::moment(batch.created)),
        (op.t.get("col-archiver"), who),
    ];
    let follow = Follow {
        page: op.page(&title),
        heading: title,
        state: state.to_owned(),
        chip: chip(&op, state),
        said: op.t.with("batch-said", &[("done", progress.archived.to_string()), ("total", batch.total.to_string())]),
        total: batch.total,
        done,
        figures,
        control,
        failed,
    };
    Ok(web::html(&follow))
}

/// The entries that did not go, with the reason; their names are on the desk, which asks for the right to see them.
async fn failed(op: &Op, tx: &mut Tx, batch: &Batch) -> Result<ui::Table> {
    let rows = sqlx::query(
        "SELECT b.oid, d.title, d.author, COALESCE(d.mend, b.reason) AS said, COALESCE(d.refusal, b.reason) AS code
          FROM cw_batch_row b JOIN cw_document d ON d.org = b.org AND d.oid = b.oid
          WHERE b.org = $1 AND b.batch = $2 AND d.state IN ('rejected', 'waiting_right', 'waiting_go_live')
          ORDER BY b.at, b.oid LIMIT $3",
    )
    .bind(op.org())
    .bind(&batch.id)
    .bind(FAILED_MAX)
    .fetch_all(&mut **tx)
    .await?;
    let mut table = ui::Table {
        caption: op.t.get("batch-failed"),
        head: ["col-document", "col-author", "col-reason", "col-document-oid"].map(|key| op.t.get(key)).to_vec(),
        rows: Vec::new(),
    };
    for row in &rows {
        let text = |name: &str| row.try_get::<String, _>(name);
        table.rows.push(vec![
            text("title")?,
            text("author")?,
            format!("{} ({})", text("said")?, text("code")?),
            text("oid")?,
        ]);
    }
    Ok(table)
}

/// `POST /arkistointi/era/{id}/tauko`
pub async fn pause(op: Op, Path(id): Path<String>, _: Posted) -> Result<Response> {
    switch(&op, &id, "paused").await
}

/// `POST /arkistointi/era/{id}/jatka`
pub async fn go_on(op: Op, Path(id): Path<String>, _: Posted) -> Result<Response> {
    switch(&op, &id, "running").await
}

async fn switch(op: &Op, id: &str, state: &str) -> Result<Response> {
    need_card(op)?;
    let (batch, _) = load(op, id).await?;
    let mut tx = op.write().await?;
    store::set_state(&mut tx, &batch, state, op.now).await?;
    use_log::write(op, &mut tx, Event::plain(Action::Archive, "own_task").detail(format!("erä {id}: {state}"))).await?;
    tx.commit().await?;
    Ok(see(&format!("/arkistointi/era/{id}")))
}

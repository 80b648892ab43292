//! `/asetukset`: when each organiser starts the use of register access rights (FR-25), and who may do what.

use axum::response::Response;
use records::code::ServiceTask;
use sqlx::Row as _;
use store::log::Action;
use web::ui::{Field, Input};

use super::keys;
use crate::{
    error::{Fault, Result},
    op::{Kind, Op},
    people,
    posted::Posted,
    routes::see,
    sheet::{Block, Cell, Form, Link, Row, Sheet, Table},
    use_log::{self, Event},
};

/// `GET /asetukset`
pub async fn show(op: Op) -> Result<Response> {
    let title = op.t.get("settings-title");
    let mut sheet = Sheet::new(op.page(&title), &title);
    let mut links = vec![Link::new("fraasit", "/fraasit", op.t.get("phrases-title"))];
    links.push(Link::new("puhelin", "/puhelin", op.t.get("phone-title")));
    if crate::notes::patient::has_health_profession(&op).await? {
        links.push(Link::new("potilastiedot", "/potilastiedot", op.t.get("patient-title")));
    }
    if crate::signing::templates::keeps(&op).await? {
        links.push(Link::new("paatospohjat", "/paatospohjat", op.t.get("templates-title")));
    }
    sheet = sheet.with(Block::Links(links));
    if op.kind == Kind::Provider {
        sheet = sheet.with(Block::Heading(op.t.get("golive-title"))).with(golive(&op).await?);
        sheet = sheet.with(Block::Form(golive_form(&op).await?));
    }
    for block in keys::forms(&op) {
        sheet = sheet.with(block);
    }
    sheet = sheet.with(Block::Heading(op.t.get("feed-title"))).with(Block::Text(op.t.get("feed-text")));
    let submit = op.t.get("feed-create");
    sheet = sheet.with(Block::Form(Form::new("syote", "/asetukset/kalenteri", Vec::new(), submit)));
    if crate::today::feed::exists(&op).await? {
        let submit = op.t.get("feed-remove");
        sheet = sheet.with(Block::Form(Form::new("syote-pois", "/asetukset/kalenteri/poista", Vec::new(), submit)));
    }
    if let Some(form) = crate::printing::letterhead::form(&op).await? {
        sheet = sheet.with(Block::Heading(op.t.get("letterhead-title"))).with(Block::Text(op.t.get("letterhead-text")));
        sheet = sheet.with(Block::Form(form.quiet()));
    }
    let (table, workers) = users(&op).await?;
    sheet = sheet.with(Block::Heading(op.t.get("users-title"))).with(Block::Table(table));
    let mut tx = op.read().await?;
    for form in super::cards::forms(&op, &mut tx, workers).await? {
        sheet = sheet.with(Block::Form(form));
    }
    Ok(sheet.html())
}

async fn golive(op: &Op) -> Result<Block> {
    let mut tx = op.read().await?;
    let rows = sqlx::query("SELECT organiser, task, day FROM cw_golive WHERE org = $1 ORDER BY organiser, task")
        .bind(op.org())
        .fetch_all(&mut *tx)
        .await?;
    if rows.is_empty() {
        return Ok(Block::Empty(op.t.get("golive-none")));
    }
    let mut table = Table {
        id: "kayttoonotot",
        caption: op.t.get("golive-title"),
        head: ["col-organiser", "col-task", "col-golive"].map(|key| op.t.get(key)).to_vec(),
        rows: Vec::new(),
    };
    for row in &rows {
        let (organiser, task, day): (String, String, String) =
            (row.try_get("organiser")?, row.try_get("task")?, row.try_get("day")?);
        let name =
            ServiceTask::parse(&task).map_or_else(|| op.t.get("all-tasks"), |task| task.name(op.lang()).to_owned());
        table.rows.push(Row {
            key: format!("{organiser} {task}"),
            state: String::new(),
            kind: String::new(),
            case: String::new(),
            cells: vec![Cell::Text(organiser), Cell::Text(name), Cell::Text(people::day_text(&day))],
        });
    }
    Ok(Block::Table(table))
}

async fn golive_form(op: &Op) -> Result<Form> {
    let mut tx = op.read().await?;
    let organisers: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT organiser FROM cw_golive WHERE org = $1 ORDER BY organiser")
            .bind(op.org())
            .fetch_all(&mut *tx)
            .await?;
    let tasks = ServiceTask::ALL.iter().map(|task| (task.code().to_owned(), task.name(op.lang()).to_owned())).collect();
    let fields = vec![
        Field::new(
            "jarjestaja",
            op.t.get("col-organiser"),
            "",
            Input::Choice(organisers.into_iter().map(|oid| (oid.clone(), oid)).collect()),
        )
        .required(),
        Field::new("tehtava", op.t.get("col-task"), "", Input::Choice(tasks)).required(),
        Field::new("paiva", op.t.get("col-golive"), "", Input::Line("date")).required(),
    ];
    Ok(Form::new("kayttoonotto", "/asetukset/kayttoonotto", fields, op.t.get("golive-submit"))
        .folded(op.t.get("golive-change")))
}

/// `POST /asetukset/kayttoonotto`: `jarjestaja`, `tehtava`, `paiva`
pub async fn go_live(op: Op, posted: Posted) -> Result<Response> {
    let day = people::read_day(posted.get("paiva")).ok_or(Fault::Form("fault-day"))?;
    let task = ServiceTask::parse(posted.get("tehtava")).ok_or(Fault::Form("fault-task"))?;
    let organiser =
        records::id::OrganisationId::parse(posted.get("jarjestaja")).map_err(|_| Fault::Form("fault-organiser"))?;
    let mut tx = op.write().await?;
    sqlx::query(
        "INSERT INTO cw_golive (org, organiser, task, day) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org, organiser, task) DO UPDATE SET day = excluded.day",
    )
    .bind(op.org())
    .bind(organiser.as_str())
    .bind(task.code())
    .bind(day.to_string())
    .execute(&mut *tx)
    .await?;
    let event =
        Event::plain(Action::Administer, "own_task").detail(format!("go-live {organiser} {} {day}", task.code()));
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    op.app.wake.notify_one();
    Ok(see("/asetukset"))
}

/// The register of users as its own people may see it: names, units, duties and the right to decide (3.20).
async fn users(op: &Op) -> Result<(Table, Vec<(String, String)>)> {
    let mut tx = op.read().await?;
    let rows = sqlx::query(
        "SELECT u.person, u.given, u.family, u.title, m.duty, n.name FROM cw_user u
           JOIN cw_membership m ON m.org = u.org AND m.person = u.person JOIN cw_unit n ON n.org = m.org AND n.unit = m.unit
          WHERE u.org = $1 AND m.unit = $2 ORDER BY u.family, u.given",
    )
    .bind(op.org())
    .bind(op.unit.as_str())
    .fetch_all(&mut *tx)
    .await?;
    let mut table = Table {
        id: "kayttajat",
        caption: op.t.get("users-title"),
        head: ["col-name", "col-title", "col-unit", "col-duty", "col-card"].map(|key| op.t.get(key)).to_vec(),
        rows: Vec::new(),
    };
    let mut workers = Vec::new();
    for row in &rows {
        let text = |name: &str| row.try_get::<String, _>(name);
        workers.push((text("person")?, format!("{} {}", text("given")?, text("family")?)));
        let card = super::cards::cell(op, &mut tx, &text("person")?).await?;
        let duty = text("duty")?;
        let duty = records::access::Duty::parse(&duty).map_or(duty, |duty| duty.name(op.lang()).to_owned());
        table.rows.push(Row {
            cells: vec![
                Cell::Text(format!("{} {}", text("given")?, text("family")?)),
                Cell::Text(text("title")?),
                Cell::Text(text("name")?),
                Cell::Text(duty),
                card,
            ],
            ..Row::default()
        });
    }
    Ok((table, workers))
}

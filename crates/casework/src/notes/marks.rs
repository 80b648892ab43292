//! What is kept of a note beside its document: the goals that it is about, and that it is significant. The document's
//! structure has no place for them, so they stay here; they are sealed as the document is.

use serde_json::Value;
use store::Tx;
use web::ui::{Field, Input};

use crate::{
    clients::{self, store::Seen},
    error::{Fault, Result},
    op::Op,
    posted::Posted,
    recording::shape,
};

/// Kinds of plan whose goals stand beside a note, the nearest to daily work first.
const PLANS: [&str; 2] = ["15004", "15003"];
/// Goals shown; a plan that has more is not read beside a note.
const GOALS_MAX: usize = 12;

/// One mark of a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mark {
    /// The note is about this goal of the client's plan, by its name.
    Goal(String),
    /// Whoever reads the client's matters shall see it.
    Significant,
}

/// The goals of the client's newest plan that the worker may read.
///
/// # Errors
/// When the database does not answer.
pub async fn goals(op: &Op, tx: &mut Tx, seen: &Seen) -> Result<Vec<String>> {
    for kind in PLANS {
        let Some(plan) = shape::newest(op, tx, seen, kind, None).await? else { continue };
        let body = plan.body(&op.app, tx, op.org()).await?;
        let mut names = Vec::new();
        names_in(&body, &mut names);
        names.truncate(GOALS_MAX);
        if !names.is_empty() {
            return Ok(names);
        }
    }
    Ok(Vec::new())
}

fn names_in(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, below) in map {
                match below.as_array().filter(|_| key == "asetettavat_tavoitteet") {
                    Some(goals) => {
                        let name = |goal: &Value| goal.get("nimi").and_then(Value::as_str).map(str::to_owned);
                        names.extend(goals.iter().filter_map(name));
                    }
                    None => names_in(below, names),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names_in(item, names)),
        _ => {}
    }
}

/// The name of a goal's box in the form: it stays the same while the plan's order changes.
fn box_of(op: &Op, goal: &str) -> String {
    format!("tavoite-{}", &op.app.vault.blind_index(&format!("casework {} goals", op.org()), goal)[..12])
}

/// The boxes beside a note.
pub fn fields(op: &Op, goals: &[String], fields: &[(String, String)]) -> Vec<Field> {
    let typed = |name: &str| fields.iter().find(|(had, _)| had == name).map_or("", |(_, value)| value.as_str());
    let mut boxes: Vec<Field> = goals
        .iter()
        .map(|goal| {
            let name = box_of(op, goal);
            let ticked = typed(&name).to_owned();
            Field::new(name, op.t.with("note-goal", [("goal", goal.as_str())]), ticked, Input::Check)
        })
        .collect();
    boxes.push(Field::new("merkittava", op.t.get("note-significant"), typed("merkittava"), Input::Check));
    boxes
}

/// The marks that the form says, of the goals that there are.
pub fn read(op: &Op, goals: &[String], posted: &Posted) -> Vec<Mark> {
    let text = posted.get("teksti").to_lowercase();
    let named = |goal: &&String| {
        // `#ulkoilu` in the text names a goal as its box does.
        let first = goal.split_whitespace().next().unwrap_or_default().to_lowercase();
        posted.ticked(&box_of(op, goal))
            || (!first.is_empty()
                && text.split_whitespace().any(|word| {
                    word.strip_prefix('#')
                        .is_some_and(|tag| tag.trim_end_matches(|c: char| !c.is_alphanumeric()) == first)
                }))
    };
    let mut marks: Vec<Mark> = goals.iter().filter(named).cloned().map(Mark::Goal).collect();
    if posted.ticked("merkittava") {
        marks.push(Mark::Significant);
    }
    marks
}

/// Keeps the marks of a new document, in the transaction that stores it. Significance stands where the client's page
/// changes it too.
///
/// # Errors
/// When the database refuses.
pub async fn store(op: &Op, tx: &mut Tx, client: &str, set: &str, marks: &[Mark]) -> Result<()> {
    if marks.is_empty() {
        return Ok(());
    }
    let key = op.app.vault.data_key(tx, op.org(), client).await?;
    for (place, mark) in marks.iter().enumerate() {
        let Mark::Goal(goal) = mark else {
            clients::marks::mark(op, tx, client, set).await?;
            continue;
        };
        sqlx::query(
            "INSERT INTO cw_note_goal (org, set_id, place, client, body, created) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(op.org())
        .bind(set)
        .bind(i64::try_from(place).unwrap_or(i64::MAX))
        .bind(client)
        .bind(key.seal(goal.as_bytes(), seal_of(set).as_bytes()))
        .bind(op.now.as_microsecond())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// What a goal's text is sealed to.
fn seal_of(set: &str) -> String {
    format!("note goal {set}")
}

/// The marks of a document's set.
///
/// # Errors
/// When the database does not answer or what is stored is damaged.
pub async fn of_set(op: &Op, tx: &mut Tx, client: &str, set: &str) -> Result<Vec<Mark>> {
    let rows: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT body FROM cw_note_goal WHERE org = $1 AND set_id = $2 ORDER BY place")
            .bind(op.org())
            .bind(set)
            .fetch_all(&mut **tx)
            .await?;
    let mut marks = Vec::new();
    if !rows.is_empty() {
        let key = op.app.vault.existing_data_key(tx, op.org(), client).await?.ok_or(Fault::NotFound)?;
        for body in &rows {
            let text = key.open(body, seal_of(set).as_bytes())?;
            marks.push(Mark::Goal(String::from_utf8(text).map_err(|_| Fault::damaged("cw_note_goal.body"))?));
        }
    }
    if clients::marks::significant(op, tx, client).await?.contains(set) {
        marks.push(Mark::Significant);
    }
    Ok(marks)
}

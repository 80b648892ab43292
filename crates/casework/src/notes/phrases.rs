//! Phrases: a short code that a worker writes as `;aamu`, and the sentence that it stands for. A person's own win over
//! those that the organisation shares.

use axum::{extract::Path, response::Response};
use sqlx::Row as _;
use store::Tx;
use web::ui::{Field, Input};

use crate::{
    error::{Fault, Result},
    op::Op,
    posted::Posted,
    routes::see,
    sheet::{Block, Cell, Form, Row, Sheet, Table},
};

/// Longest phrase: a paragraph.
const TEXT_MAX: usize = 2_000;
/// Longest code.
const CODE_MAX: usize = 20;
/// Most phrases of one owner.
const PHRASES_MAX: i64 = 200;
/// The owner of what the organisation shares.
const SHARED: &str = "";

/// A phrase.
#[derive(Clone, PartialEq, Eq)]
pub struct Phrase {
    /// The code without its semicolon.
    pub code: String,
    /// What it stands for.
    pub text: String,
    /// Whether the organisation shares it.
    pub shared: bool,
}

/// The worker's phrases and the organisation's, by code; of two with one code the worker's own.
///
/// # Errors
/// When the database does not answer.
pub async fn of_worker(op: &Op, tx: &mut Tx) -> Result<Vec<Phrase>> {
    let rows = sqlx::query(
        "SELECT owner, code, body FROM cw_phrase WHERE org = $1 AND owner IN ($2, $3) ORDER BY code, owner DESC",
    )
    .bind(op.org())
    .bind(SHARED)
    .bind(&op.actor.person)
    .fetch_all(&mut **tx)
    .await?;
    let key = op.app.vault.register_key("casework-phrase", op.org());
    let mut phrases: Vec<Phrase> = Vec::new();
    for row in &rows {
        let (owner, code): (String, String) = (row.try_get("owner")?, row.try_get("code")?);
        let text = key.open(&row.try_get::<Vec<u8>, _>("body")?, aad(&owner, &code).as_bytes())?;
        let text = String::from_utf8(text).map_err(|_| Fault::damaged("cw_phrase.body"))?;
        if phrases.last().is_none_or(|had| had.code != code) {
            phrases.push(Phrase { code, text, shared: owner == SHARED });
        }
    }
    Ok(phrases)
}

fn aad(owner: &str, code: &str) -> String {
    format!("{owner} {code}")
}

/// The text with every `;code` that is known written out. A semicolon inside a word or before an unknown code stays.
pub fn expanded(text: &str, phrases: &[Phrase]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(';') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let code: String = after[1..].chars().take_while(|c| c.is_alphanumeric()).collect();
        let starts = out.chars().next_back().is_none_or(char::is_whitespace);
        match phrases.iter().find(|one| starts && one.code == code.to_lowercase()) {
            Some(phrase) => out.push_str(&phrase.text),
            None => out.push_str(&after[..1 + code.len()]),
        }
        rest = &after[1 + code.len()..];
    }
    out + rest
}

/// Writes out the phrases of what was posted; without a semicolon nothing is read.
///
/// # Errors
/// When the database does not answer.
pub async fn expand(op: &Op, mut posted: Posted) -> Result<Posted> {
    if !posted.0.iter().any(|(_, value)| value.contains(';')) {
        return Ok(posted);
    }
    let mut tx = op.read().await?;
    let phrases = of_worker(op, &mut tx).await?;
    for (_, value) in posted.0.iter_mut().filter(|(name, value)| name != "csrf" && value.contains(';')) {
        *value = expanded(value, &phrases);
    }
    Ok(posted)
}

/// `GET /fraasit`
pub async fn show(op: Op) -> Result<Response> {
    page(&op, None).await
}

async fn page(op: &Op, fault: Option<(&str, &Posted)>) -> Result<Response> {
    let mut tx = op.read().await?;
    let phrases = of_worker(op, &mut tx).await?;
    drop(tx);
    let mut sheet = Sheet::new(op.page(op.t.get("phrases-title")), op.t.get("phrases-title"));
    if let Some((key, _)) = fault {
        sheet = sheet.fault(op.t.get(key));
    }
    sheet = sheet.with(Block::Text(op.t.get("phrases-text")));
    sheet = if phrases.is_empty() {
        sheet.with(Block::Empty(op.t.get("phrases-none")))
    } else {
        sheet.with(Block::Table(table(op, &phrases)))
    };
    let typed = |name: &str| fault.map(|(_, posted)| posted.get(name).to_owned()).unwrap_or_default();
    let mut fields = vec![
        Field::line("koodi", op.t.get("phrase-code"), typed("koodi")).hint(op.t.get("phrase-code-hint")).required(),
        Field::new("sisalto", op.t.get("phrase-text"), typed("sisalto"), Input::Text(4)).required(),
    ];
    if may_share(op) {
        fields.push(Field::new("yhteinen", op.t.get("phrase-shared-new"), typed("yhteinen"), Input::Check));
    }
    let form = Form::new("fraasi", "/fraasit", fields, op.t.get("phrase-save"));
    let sheet = sheet.with(Block::Heading(op.t.get("phrase-new"))).with(Block::Form(form));
    Ok(match fault {
        Some(_) => sheet.html_as(axum::http::StatusCode::UNPROCESSABLE_ENTITY),
        None => sheet.html(),
    })
}

fn table(op: &Op, phrases: &[Phrase]) -> Table {
    let rows = phrases.iter().map(|one| {
        let whose = op.t.get(if one.shared { "phrase-shared" } else { "phrase-own" });
        let removable = !one.shared || may_share(op);
        let remove = Form::new(
            format!("poista-{}", one.code),
            format!("/fraasit/{}/poista", one.code),
            vec![Field::new("yhteinen", "", if one.shared { "on" } else { "" }, Input::Hidden)],
            op.t.get("draft-discard"),
        );
        Row {
            key: one.code.clone(),
            cells: vec![
                Cell::Text(format!(";{}", one.code)),
                Cell::Text(one.text.clone()),
                Cell::Text(whose),
                if removable { Cell::Form(remove) } else { Cell::Text(String::new()) },
            ],
            ..Row::default()
        }
    });
    Table {
        id: "fraasit",
        caption: op.t.get("phrases-title"),
        head: ["phrase-code", "phrase-text", "phrase-whose", "col-action"].map(|key| op.t.get(key)).to_vec(),
        rows: rows.collect(),
    }
}

/// The organisation's phrases are kept by whoever decides or administers there.
fn may_share(op: &Op) -> bool {
    op.actor.roles.iter().any(|role| matches!(role.as_str(), "unit_manager" | "access_admin"))
}

/// `POST /fraasit`: `koodi`, `sisalto`, `yhteinen`
pub async fn save(op: Op, posted: Posted) -> Result<Response> {
    let code = posted.get("koodi").trim_start_matches(';').to_lowercase();
    let text = posted.get("sisalto").replace("\r\n", "\n");
    let fits = !code.is_empty() && code.chars().count() <= CODE_MAX && code.chars().all(char::is_alphanumeric);
    if !fits {
        return page(&op, Some(("fault-phrase-code", &posted))).await;
    }
    // A phrase that holds a code would be written out again and again.
    if text.is_empty() || text.len() > TEXT_MAX || text.contains(';') {
        return page(&op, Some(("fault-phrase-text", &posted))).await;
    }
    let owner = owner(&op, &posted)?;
    let sealed =
        op.app.vault.register_key("casework-phrase", op.org()).seal(text.as_bytes(), aad(&owner, &code).as_bytes());
    let mut tx = op.write().await?;
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM cw_phrase WHERE org = $1 AND owner = $2 AND code <> $3")
        .bind(op.org())
        .bind(&owner)
        .bind(&code)
        .fetch_one(&mut *tx)
        .await?;
    if count >= PHRASES_MAX {
        drop(tx);
        return page(&op, Some(("fault-phrase-many", &posted))).await;
    }
    sqlx::query(
        "INSERT INTO cw_phrase (org, owner, code, body, updated) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org, owner, code) DO UPDATE SET body = excluded.body, updated = excluded.updated",
    )
    .bind(op.org())
    .bind(&owner)
    .bind(&code)
    .bind(sealed)
    .bind(op.now.as_microsecond())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(see("/fraasit"))
}

fn owner(op: &Op, posted: &Posted) -> Result<String> {
    match (posted.ticked("yhteinen"), may_share(op)) {
        (false, _) => Ok(op.actor.person.clone()),
        (true, true) => Ok(SHARED.to_owned()),
        (true, false) => Err(op.refuse(records::refusal::Refusal::RoleForbidden)),
    }
}

/// `POST /fraasit/{koodi}/poista`: `yhteinen`
pub async fn remove(op: Op, Path(code): Path<String>, posted: Posted) -> Result<Response> {
    let owner = owner(&op, &posted)?;
    let mut tx = op.write().await?;
    sqlx::query("DELETE FROM cw_phrase WHERE org = $1 AND owner = $2 AND code = $3")
        .bind(op.org())
        .bind(&owner)
        .bind(&code)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(see("/fraasit"))
}

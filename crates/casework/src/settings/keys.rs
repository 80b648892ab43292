//! A worker's own settings: single-key shortcuts, which can be remapped and switched off (WCAG 2.1.4), and after how many
//! minutes a page locks itself.

use std::collections::HashMap;

use axum::response::Response;
use sqlx::Row;
use store::Tx;
use web::ui::{Field, Input};

use crate::{
    error::{Fault, Result},
    op::Op,
    posted::Posted,
    routes::see,
    sheet::{Block, Form, Sheet},
};

/// What a single key does, with its usual key, in the order of the page.
pub const ACTS: [(&str, &str); 6] =
    [("next", "j"), ("previous", "k"), ("record", "e"), ("snooze", "s"), ("select", "x"), ("help", "?")];
/// Minutes without a touch after which a page locks, as the form offers them. The session itself ends after fifteen.
const LOCKS: [&str; 4] = ["2", "5", "10", "14"];
/// What is used until the worker chooses: long enough for a conversation, short enough for a corridor.
const LOCK_USUAL: &str = "5";

/// Reads a worker's settings. A PIN's hash is none of a page's business.
///
/// # Errors
/// When the database does not answer.
pub async fn read(tx: &mut Tx, org: &str, person: &str) -> Result<HashMap<String, String>> {
    let rows = sqlx::query("SELECT name, value FROM cw_preference WHERE org = $1 AND person = $2 AND name <> 'pin'")
        .bind(org)
        .bind(person)
        .fetch_all(&mut **tx)
        .await?;
    rows.iter().map(|row| Ok((row.try_get("name")?, row.try_get("value")?))).collect()
}

/// Keeps one setting of the worker; an empty value takes it away.
///
/// # Errors
/// When the database refuses.
pub async fn keep(op: &Op, tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    if value.is_empty() {
        sqlx::query("DELETE FROM cw_preference WHERE org = $1 AND person = $2 AND name = $3")
            .bind(op.org())
            .bind(&op.actor.person)
            .bind(name)
            .execute(&mut **tx)
            .await?;
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO cw_preference (org, person, name, value) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org, person, name) DO UPDATE SET value = excluded.value",
    )
    .bind(op.org())
    .bind(&op.actor.person)
    .bind(name)
    .bind(value)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn key_of<'a>(preferences: &'a HashMap<String, String>, act: &str, usual: &'a str) -> &'a str {
    preferences.get(&format!("key-{act}")).map_or(usual, String::as_str)
}

fn on(preferences: &HashMap<String, String>) -> bool {
    preferences.get("keys").is_none_or(|word| word != "off")
}

/// Minutes without a touch after which a page locks.
pub fn minutes(preferences: &HashMap<String, String>) -> &str {
    preferences.get("lock").map_or(LOCK_USUAL, String::as_str)
}

/// What the page's script needs to know.
pub fn meta(preferences: &HashMap<String, String>) -> Vec<(&'static str, String)> {
    let mut keys = Vec::new();
    if on(preferences) {
        keys.extend(ACTS.iter().map(|(act, usual)| format!("{act} {}", key_of(preferences, act, usual))));
    }
    vec![("vakka-keys", keys.join(" ")), ("vakka-lock", minutes(preferences).to_owned())]
}

/// The forms of the settings page.
pub fn forms(op: &Op) -> Vec<Block> {
    let mut fields =
        vec![Field::new("kaytossa", op.t.get("keys-on"), if on(&op.preferences) { "on" } else { "" }, Input::Check)];
    for (act, usual) in ACTS {
        let key = key_of(&op.preferences, act, usual);
        fields.push(Field::line(format!("key-{act}"), op.t.get(&format!("key-{act}")), key));
    }
    let keys = Form::new("nappaimet", "/asetukset/nappaimet", fields, op.t.get("settings-save"));
    let offered = LOCKS.iter().map(|n| ((*n).to_owned(), op.t.with("lock-minutes", [("n", *n)]))).collect();
    let field = Field::new("minuutit", op.t.get("lock-after"), minutes(&op.preferences), Input::Choice(offered));
    let lock = Form::new("lukitus", "/asetukset/lukitus", vec![field], op.t.get("settings-save"));
    let pin = vec![
        Field::new("salasana", op.t.get("login-password"), "", Input::Line("password"))
            .required()
            .scoped("pin-")
            .autocomplete("current-password"),
        Field::new("pin", op.t.get("pin-new"), "", Input::Line("password"))
            .hint(op.t.get("pin-hint"))
            .autocomplete("new-password"),
    ];
    let pin = Form::new("pin", "/asetukset/pin", pin, op.t.get("settings-save"));
    vec![
        Block::Heading(op.t.get("keys-title")),
        Block::Form(keys.folded(op.t.get("keys-change"))),
        Block::Heading(op.t.get("lock-title")),
        Block::Form(lock),
        Block::Form(pin.folded(op.t.get("pin-title"))),
    ]
}

/// `POST /asetukset/nappaimet`: `kaytossa`, `key-…`, each one letter or sign, no two alike
///
/// # Errors
/// What the form lacks, in a sentence.
pub async fn save_keys(op: Op, posted: Posted) -> Result<Response> {
    let mut chosen: Vec<(&str, String)> = Vec::new();
    for (act, usual) in ACTS {
        let key = posted.get(&format!("key-{act}")).to_lowercase();
        let key = if key.is_empty() { usual.to_owned() } else { key };
        let one = key.chars().count() == 1 && !key.contains(char::is_whitespace);
        if !one || chosen.iter().any(|(_, had)| *had == key) {
            return Err(Fault::Form("fault-keys"));
        }
        chosen.push((act, key));
    }
    let mut tx = op.write().await?;
    keep(&op, &mut tx, "keys", if posted.ticked("kaytossa") { "" } else { "off" }).await?;
    for (act, key) in &chosen {
        keep(&op, &mut tx, &format!("key-{act}"), key).await?;
    }
    tx.commit().await?;
    Ok(see("/asetukset"))
}

/// `POST /asetukset/lukitus`: `minuutit`
///
/// # Errors
/// What the form lacks, in a sentence.
pub async fn save_lock(op: Op, posted: Posted) -> Result<Response> {
    let minutes = LOCKS.into_iter().find(|one| *one == posted.get("minuutit")).ok_or(Fault::Form("fault-lock"))?;
    let mut tx = op.write().await?;
    keep(&op, &mut tx, "lock", minutes).await?;
    tx.commit().await?;
    Ok(see("/asetukset"))
}

/// `GET /pikanappaimet`: every shortcut in words
///
/// # Errors
/// Never in practice.
pub async fn help(op: Op) -> Result<Response> {
    let mut pairs = Vec::new();
    if on(&op.preferences) {
        let own = ACTS
            .iter()
            .map(|(act, usual)| (key_of(&op.preferences, act, usual).to_uppercase(), op.t.get(&format!("key-{act}"))));
        pairs.extend(own);
    }
    let always = [
        ("Ctrl+K", "shortcut-commands"),
        ("Ctrl+Enter", "shortcut-finish"),
        ("Ctrl+Shift+Enter", "shortcut-finish-next"),
        ("Ctrl+S", "shortcut-draft"),
        ("Esc", "shortcut-back"),
    ];
    pairs.extend(always.map(|(key, text)| (key.to_owned(), op.t.get(text))));
    let links = vec![crate::sheet::Link::main("asetukset", "/asetukset", op.t.get("shortcuts-change"))];
    let sheet = Sheet::new(op.page(op.t.get("shortcuts-title")), op.t.get("shortcuts-title"))
        .with(Block::Text(op.t.get(if on(&op.preferences) { "shortcuts-text" } else { "shortcuts-off" })))
        .with(Block::Facts(pairs))
        .with(Block::Links(links));
    Ok(sheet.html())
}

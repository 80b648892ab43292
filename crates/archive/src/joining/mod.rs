//! Who has joined the archive, with which functions, and from which day an organiser's register access rights work
//! (functional specification 3.25; FR-24, FR-25).

use crate::sql::{flag, text};
use jiff::{Timestamp, civil::Date};
use sqlx::Row;
use std::{collections::HashMap, sync::Arc};
use store::{StoreError, Tx};

/// An organisation's joining.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Joining {
    /// The organisation.
    pub organisation: String,
    /// `not_joined`, `enrolled`, `applied`, `testing`, `joined`, `suspended` or `ended`.
    pub state: String,
    /// `direct`, `joint` or `parallel`.
    pub model: String,
    /// The main joiner (joint) or the organiser whose system is used (parallel); empty when direct.
    #[serde(default)]
    pub main_joiner: String,
    /// Own register in use.
    pub own_register: bool,
    /// Register access rights in use (rekisterinkäyttöoikeus).
    pub rko: bool,
    /// Disclosure in use.
    #[serde(default)]
    pub disclosure: bool,
    /// `client` or `patient`; a patient data system is refused always (FR-24).
    #[serde(default = "client_system")]
    pub system_kind: String,
    /// Strict mode: archiving needs a card (FR-47).
    #[serde(default)]
    pub strict: bool,
}

fn client_system() -> String {
    "client".to_owned()
}

impl Joining {
    /// A direct joiner with own register and register access rights.
    pub fn joined(organisation: &str) -> Self {
        Self {
            organisation: organisation.to_owned(),
            state: "joined".to_owned(),
            model: "direct".to_owned(),
            main_joiner: String::new(),
            own_register: true,
            rko: true,
            disclosure: false,
            system_kind: client_system(),
            strict: false,
        }
    }
}

/// All organisations that have any joining state; a few hundred rows in a county, read once per group.
///
/// # Errors
/// What the database says.
pub async fn all(tx: &mut Tx) -> Result<HashMap<String, Joining>, StoreError> {
    let rows = sqlx::query(
        "SELECT organisation, state, model, main_joiner, own_register, rko, disclosure, system_kind, strict FROM joining",
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let yes = |column: usize| row.get::<i64, _>(column) == 1;
            let joining = Joining {
                organisation: row.get(0),
                state: row.get(1),
                model: row.get(2),
                main_joiner: row.get(3),
                own_register: yes(4),
                rko: yes(5),
                disclosure: yes(6),
                system_kind: row.get(7),
                strict: yes(8),
            };
            (joining.organisation.clone(), joining)
        })
        .collect())
}

/// Sets an organisation's joining state and keeps the history.
///
/// # Errors
/// What the database says; an unknown word is refused by the table.
pub async fn set(tx: &mut Tx, joining: &Joining, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM joining WHERE organisation = $1")
        .bind(joining.organisation.clone())
        .execute(&mut **tx)
        .await?;
    let row = vec![
        text(joining.organisation.as_str()),
        text(joining.state.as_str()),
        text(joining.model.as_str()),
        text(joining.main_joiner.as_str()),
        flag(joining.own_register),
        flag(joining.rko),
        flag(joining.disclosure),
        text(joining.system_kind.as_str()),
        flag(joining.strict),
        store::db::Value::Int(at.as_microsecond()),
    ];
    store::db::insert_many(
        tx,
        "INSERT INTO joining (organisation, state, model, main_joiner, own_register, rko, disclosure, system_kind, \
         strict, since)",
        vec![row],
    )
    .await?;
    let functions = format!(
        "own={} rko={} disclosure={} system={} strict={}",
        joining.own_register, joining.rko, joining.disclosure, joining.system_kind, joining.strict
    );
    sqlx::query("INSERT INTO joining_history (organisation, at, state, functions) VALUES ($1, $2, $3, $4)")
        .bind(joining.organisation.clone())
        .bind(at.as_microsecond())
        .bind(joining.state.clone())
        .bind(functions)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// First days of register access rights, by organiser and task; task `*` stands for all tasks.
pub type GoLiveDays = HashMap<(String, String), Date>;

/// What every decision rests on and what seldom changes.
#[derive(Debug, Default)]
pub struct Steering {
    /// By organisation.
    pub joining: Arc<HashMap<String, Joining>>,
    /// By organiser and task.
    pub go_live: Arc<GoLiveDays>,
    /// By organiser.
    pub scopes: Arc<Scopes>,
}

/// Joinings, first days and narrowings as they are in this transaction. They are read once for each version of them: the
/// database itself counts every change (`0016_steering.sql`), whoever makes it, and the number is read each time.
///
/// # Errors
/// What the database says.
pub async fn steering(tx: &mut Tx) -> Result<Arc<Steering>, StoreError> {
    let version: Option<i64> =
        sqlx::query_scalar("SELECT version FROM steering_version").fetch_optional(&mut **tx).await?;
    if let Some(kept) = version.and_then(|version| tx.kept(version)) {
        return Ok(kept);
    }
    let steering = Arc::new(Steering {
        joining: Arc::new(all(tx).await?),
        go_live: Arc::new(go_live(tx).await?),
        scopes: Arc::new(scopes(tx).await?),
    });
    if let Some(version) = version {
        tx.keep(version, &steering);
    }
    Ok(steering)
}

/// All first days.
///
/// # Errors
/// What the database says.
pub async fn go_live(tx: &mut Tx) -> Result<GoLiveDays, StoreError> {
    let rows = sqlx::query("SELECT organiser, task, starts FROM go_live").fetch_all(&mut **tx).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some(((row.get(0), row.get(1)), row.get::<String, _>(2).parse().ok()?)))
        .collect())
}

/// What organisers have narrowed their grants to: by organiser, the service (`*` for every one) and the document types
/// that are left.
pub type Scopes = HashMap<String, Vec<(String, Vec<String>)>>;

/// What organisers have narrowed (decisions.md 4).
///
/// # Errors
/// What the database says.
pub async fn scopes(tx: &mut Tx) -> Result<Scopes, StoreError> {
    let rows = sqlx::query("SELECT organiser, service, types FROM scope_policies").fetch_all(&mut **tx).await?;
    let mut scopes = Scopes::new();
    for row in rows {
        scopes.entry(row.get(0)).or_default().push((row.get(1), crate::sql::split(row.get(2))));
    }
    Ok(scopes)
}

/// Narrows an organiser's grants for a service (`*` for every one) to document types, in place of what was set before;
/// with no types the grants have their whole scope again.
///
/// # Errors
/// What the database says.
pub async fn set_scope(tx: &mut Tx, organiser: &str, service: &str, types: &[String]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM scope_policies WHERE organiser = $1 AND service = $2")
        .bind(organiser.to_owned())
        .bind(service.to_owned())
        .execute(&mut **tx)
        .await?;
    if types.is_empty() {
        return Ok(());
    }
    sqlx::query("INSERT INTO scope_policies (organiser, service, types) VALUES ($1, $2, $3)")
        .bind(organiser.to_owned())
        .bind(service.to_owned())
        .bind(crate::sql::joined(types))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Sets the first day for an organiser and task.
///
/// # Errors
/// What the database says.
pub async fn set_go_live(tx: &mut Tx, organiser: &str, task: &str, starts: Date) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM go_live WHERE organiser = $1 AND task = $2")
        .bind(organiser.to_owned())
        .bind(task.to_owned())
        .execute(&mut **tx)
        .await?;
    sqlx::query("INSERT INTO go_live (organiser, task, starts) VALUES ($1, $2, $3)")
        .bind(organiser.to_owned())
        .bind(task.to_owned())
        .bind(starts.to_string())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The first day for an organiser and task: the task's own, else the one for all tasks. Without either it has not
/// come.
pub fn first_day(days: &GoLiveDays, organiser: &str, task: &str) -> Option<Date> {
    days.get(&(organiser.to_owned(), task.to_owned()))
        .or_else(|| days.get(&(organiser.to_owned(), "*".to_owned())))
        .copied()
}

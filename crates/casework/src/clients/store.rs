//! Clients of an organisation, register by register: the same person bought and by own contract is two rows (FR-26).

use records::access::Duty;
use records::id::{CaseId, ClientId, OrganisationId};
use records::refusal::Refusal;
use sqlx::{Row, any::AnyRow};
use store::Tx;

use crate::{
    app::App,
    error::{Fault, Result},
    op::{Kind, Op},
    people::{self, Person},
};

/// How a client came to the organisation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arrangement {
    /// A client of the organiser itself.
    Public,
    /// By a contract directly with the provider: the provider's own register.
    Own,
    /// Bought or by voucher: the organiser's register.
    Bought,
}

impl Arrangement {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Own => "own",
            Self::Bought => "bought",
        }
    }

    fn parse(word: &str) -> Self {
        match word {
            "own" => Self::Own,
            "bought" => Self::Bought,
            _ => Self::Public,
        }
    }
}

/// A client as stored.
#[derive(Clone)]
pub struct Client {
    /// Id of the row; random.
    pub id: String,
    /// The controller in whose register the client's documents are.
    pub register: OrganisationId,
    /// The person.
    pub person: Person,
    /// How the client came.
    pub arrangement: Arrangement,
    /// The unit of an own-contract client.
    pub unit: Option<String>,
    /// The service that was agreed with an own-contract client.
    pub service: Option<String>,
}

/// Why the worker may see the client, and until when; made only by [`open`].
#[derive(Clone)]
pub struct Seen {
    /// The client.
    pub client: Client,
    /// "palveluyksikkö X, asiakkuus 7.9.2026–": what the page says after "Näet tiedot:".
    pub why: String,
    /// Name of the register.
    pub register_name: String,
    /// Whether the organiser's documents in the local system are locked, because the right has ended (FR-21).
    pub locked: bool,
    /// The right that the worker's unit has, when the register is another's.
    pub right: Option<Right>,
}

/// A register access right as the provider received it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Right {
    /// The case.
    pub case: String,
    /// The organiser's name.
    pub organiser_name: String,
    /// The unit that has the right.
    pub unit: String,
    /// Service task.
    pub task: String,
    /// Social service.
    pub service: String,
    /// First day, ISO.
    pub from: String,
    /// Last day, ISO.
    pub to: Option<String>,
    /// Whether the archive has refused the right lately, though the own list holds it: it has ended without notice.
    pub refused: bool,
}

impl Right {
    /// Whether the day (ISO) lies within; ISO days compare as text.
    pub fn covers(&self, day: &str) -> bool {
        self.from.as_str() <= day && self.to.as_deref().is_none_or(|to| day <= to)
    }

    /// Whether the last day has passed.
    pub fn ended(&self, day: &str) -> bool {
        self.to.as_deref().is_some_and(|to| to < day)
    }
}

/// Blind index of an identifier in a register of an organisation.
pub fn identity_index(app: &App, org: &str, id: &ClientId) -> String {
    app.vault.blind_index(&format!("casework {org}"), &format!("{} {}", id.root(), id.extension()))
}

/// Blind index of one word of a name.
pub fn name_index(app: &App, org: &str, word: &str) -> String {
    app.vault.blind_index(&format!("casework {org} names"), word)
}

/// Makes a client, or gives the one that has this identifier in this register already.
///
/// # Errors
/// When the person's identifier is not one, or the database refuses.
#[expect(clippy::too_many_arguments, reason = "each is a fact of its own, named at the call")]
pub async fn ensure(
    app: &App,
    tx: &mut Tx,
    org: &OrganisationId,
    register: &OrganisationId,
    person: &Person,
    arrangement: Arrangement,
    unit: Option<(&str, &str)>,
    now: jiff::Timestamp,
) -> Result<String> {
    let id = person.id().map_err(|_| Fault::Form("fault-identity"))?;
    let index = identity_index(app, org.as_str(), &id);
    let had: Option<String> =
        sqlx::query_scalar("SELECT client FROM cw_client WHERE org = $1 AND register = $2 AND identity = $3")
            .bind(org.as_str())
            .bind(register.as_str())
            .bind(&index)
            .fetch_optional(&mut **tx)
            .await?;
    if let Some(client) = had {
        return Ok(client);
    }
    let client = crate::numbers::random_id();
    let key = app.vault.data_key(tx, org.as_str(), &client).await?;
    let sealed = key.seal(&serde_json::to_vec(person).map_err(Fault::failed)?, b"person");
    sqlx::query(
        "INSERT INTO cw_client (org, client, register, identity, person, unit, service, arrangement, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(org.as_str())
    .bind(&client)
    .bind(register.as_str())
    .bind(&index)
    .bind(sealed)
    .bind(unit.map(|(unit, _)| unit))
    .bind(unit.map(|(_, service)| service))
    .bind(arrangement.word())
    .bind(now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    for word in person.words() {
        sqlx::query("INSERT INTO cw_name (org, word, client) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(org.as_str())
            .bind(name_index(app, org.as_str(), &word))
            .bind(&client)
            .execute(&mut **tx)
            .await?;
    }
    crate::finding::index::client(app, tx, org.as_str(), &client, person).await?;
    Ok(client)
}

async fn read_row(app: &App, tx: &mut Tx, org: &str, row: &AnyRow) -> Result<Client> {
    let id: String = row.try_get("client")?;
    let sealed: Vec<u8> = row.try_get("person")?;
    let key = app.vault.existing_data_key(tx, org, &id).await?.ok_or(Fault::NotFound)?;
    let person =
        serde_json::from_slice(&key.open(&sealed, b"person")?).map_err(|_| Fault::damaged("cw_client.person"))?;
    Ok(Client {
        register: OrganisationId::parse(&row.try_get::<String, _>("register")?)
            .map_err(|_| Fault::damaged("cw_client.register"))?,
        arrangement: Arrangement::parse(&row.try_get::<String, _>("arrangement")?),
        unit: row.try_get("unit")?,
        service: row.try_get("service")?,
        person,
        id,
    })
}

/// A client without asking who looks: for the outbox and for building documents.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn by_id(app: &App, tx: &mut Tx, org: &str, client: &str) -> Result<Client> {
    let row = sqlx::query("SELECT * FROM cw_client WHERE org = $1 AND client = $2")
        .bind(org)
        .bind(client)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Fault::NotFound)?;
    read_row(app, tx, org, &row).await
}

/// Opens a client for the worker: the worker's active unit must have a relation to the client, otherwise the answer is
/// the same as for a client who does not exist (FR-50).
///
/// # Errors
/// `NoContextRelation` without a relation or without a client.
pub async fn open(op: &Op, tx: &mut Tx, client: &str) -> Result<Seen> {
    // A duty that writes nothing works with logs, rights and the archive, not with clients (FR-101).
    if !op.duty().is_some_and(Duty::writes) {
        return Err(op.refuse(Refusal::RoleForbidden));
    }
    let client = match by_id(&op.app, tx, op.org(), client).await {
        Ok(client) => client,
        Err(Fault::NotFound) => return Err(op.refuse(Refusal::NoContextRelation)),
        Err(other) => return Err(other),
    };
    seen(op, tx, client).await?.ok_or_else(|| op.refuse(Refusal::NoContextRelation))
}

async fn seen(op: &Op, tx: &mut Tx, client: Client) -> Result<Option<Seen>> {
    match client.arrangement {
        Arrangement::Public => public(op, tx, client).await,
        Arrangement::Own => {
            let mine = client.unit.as_deref() == Some(op.unit.as_str());
            let why = op.t.with("why-own-contract", [("unit", &op.unit_name)]);
            let register_name = op.t.with("register-own", [("name", &op.org_name)]);
            Ok(mine.then_some(Seen { client, why, register_name, locked: false, right: None }))
        }
        Arrangement::Bought => bought(op, tx, client).await,
    }
}

async fn public(op: &Op, tx: &mut Tx, client: Client) -> Result<Option<Seen>> {
    let row = sqlx::query(
        "SELECT from_day FROM cw_handling WHERE org = $1 AND client = $2 AND unit = $3
            AND (to_day IS NULL OR to_day >= $4) ORDER BY from_day LIMIT 1",
    )
    .bind(op.org())
    .bind(&client.id)
    .bind(op.unit.as_str())
    .bind(op.today().to_string())
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let from = people::day_text(&row.try_get::<String, _>("from_day")?);
    let why = op.t.with("why-handling", [("unit", op.unit_name.as_str()), ("from", from.as_str())]);
    let register_name = op.t.with("register-own", [("name", &op.org_name)]);
    Ok(Some(Seen { client, why, register_name, locked: false, right: None }))
}

async fn bought(op: &Op, tx: &mut Tx, client: Client) -> Result<Option<Seen>> {
    let rights = rights_of(op, tx, &client.id).await?;
    let today = op.today().to_string();
    let best = rights.iter().find(|right| right.covers(&today)).or_else(|| rights.first()).cloned();
    let Some(right) = best else { return Ok(None) };
    let from = people::day_text(&right.from);
    let to = right.to.as_deref().map(people::day_text).unwrap_or_default();
    let args = [("name", right.organiser_name.as_str()), ("from", from.as_str()), ("to", to.as_str())];
    let locked = !rights.iter().any(|right| right.covers(&today) && !right.refused);
    let why = match (locked, right.ended(&today)) {
        (false, _) => op.t.with("why-right", args),
        (true, true) => op.t.with("why-right-ended", args),
        (true, false) if right.covers(&today) => op.t.with("why-right-refused", args),
        (true, false) => op.t.with("why-right-future", args),
    };
    let register_name = op.t.with("register-organiser", [("name", &right.organiser_name)]);
    Ok(Some(Seen { client, why, register_name, locked, right: Some(right) }))
}

/// Rights of the worker's active unit to the client's cases, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn rights_of(op: &Op, tx: &mut Tx, client: &str) -> Result<Vec<Right>> {
    let rows = sqlx::query(
        "SELECT case_oid, organiser_name, unit, task, service, from_day, to_day, refused_at FROM cw_right
          WHERE org = $1 AND client = $2 AND unit = $3 ORDER BY from_day DESC",
    )
    .bind(op.org())
    .bind(client)
    .bind(op.unit.as_str())
    .fetch_all(&mut **tx)
    .await?;
    rows.iter().map(read_right).collect()
}

fn read_right(row: &AnyRow) -> Result<Right> {
    Ok(Right {
        case: row.try_get("case_oid")?,
        organiser_name: row.try_get("organiser_name")?,
        unit: row.try_get("unit")?,
        task: row.try_get("task")?,
        service: row.try_get("service")?,
        from: row.try_get("from_day")?,
        to: row.try_get("to_day")?,
        refused: row.try_get::<Option<i64>, _>("refused_at")?.is_some(),
    })
}

/// Every right that the organisation has received to a case, whatever the unit: the only place that may explain
/// `UNIT_MISMATCH` (decisions.md 3).
///
/// # Errors
/// When the database does not answer.
pub async fn rights_to_case(op: &Op, tx: &mut Tx, case: &CaseId) -> Result<Vec<Right>> {
    let rows = sqlx::query(
        "SELECT case_oid, organiser_name, unit, task, service, from_day, to_day, refused_at FROM cw_right
          WHERE org = $1 AND case_oid = $2",
    )
    .bind(op.org())
    .bind(case.as_str())
    .fetch_all(&mut **tx)
    .await?;
    rows.iter().map(read_right).collect()
}

/// Notes what the archive said of the unit's right to a case: a refusal locks the local copies of the organiser's
/// documents until the right is found again (FR-21).
///
/// # Errors
/// When the database refuses.
pub async fn note_answer(op: &Op, case: &CaseId, refused: bool) -> Result<()> {
    let mut tx = op.write().await?;
    sqlx::query("UPDATE cw_right SET refused_at = $4 WHERE org = $1 AND case_oid = $2 AND unit = $3")
        .bind(op.org())
        .bind(case.as_str())
        .bind(op.unit.as_str())
        .bind(refused.then(|| op.now.as_microsecond()))
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}

/// The clients that the worker's active unit works with, in order of name. A name search goes by whole words.
///
/// # Errors
/// When the database does not answer.
pub async fn list(op: &Op, tx: &mut Tx, words: &str) -> Result<Vec<Seen>> {
    let sql = match op.kind {
        Kind::Organiser => {
            "SELECT c.* FROM cw_client c WHERE c.org = $1 AND EXISTS (SELECT 1 FROM cw_handling h
               WHERE h.org = c.org AND h.client = c.client AND h.unit = $2)"
        }
        Kind::Provider => {
            "SELECT c.* FROM cw_client c WHERE c.org = $1 AND (c.unit = $2 OR EXISTS (SELECT 1 FROM cw_right r
               WHERE r.org = c.org AND r.client = c.client AND r.unit = $2))"
        }
    };
    let rows = sqlx::query(sql).bind(op.org()).bind(op.unit.as_str()).fetch_all(&mut **tx).await?;
    let wanted = matching(op, tx, words).await?;
    let mut found = Vec::new();
    for row in &rows {
        let id: String = row.try_get("client")?;
        if wanted.as_ref().is_some_and(|wanted| !wanted.contains(&id)) {
            continue;
        }
        let client = read_row(&op.app, tx, op.org(), row).await?;
        found.extend(seen(op, tx, client).await?);
    }
    found.sort_by_key(|seen| seen.client.person.name());
    Ok(found)
}

/// Ids of clients that fit what was typed: an identity code, a case OID or whole words of a name; `None` for nothing.
async fn matching(op: &Op, tx: &mut Tx, words: &str) -> Result<Option<Vec<String>>> {
    let words = words.trim();
    if words.is_empty() {
        return Ok(None);
    }
    if let Some(found) = by_identifier(op, tx, words).await? {
        return Ok(Some(found));
    }
    Ok(Some(by_name(op, tx, words).await?))
}

/// Ids of clients of the organisation whose name has every whole word; whether the worker may see them is the caller's to
/// ask.
///
/// # Errors
/// When the database does not answer.
pub async fn by_name(op: &Op, tx: &mut Tx, words: &str) -> Result<Vec<String>> {
    let mut common: Option<Vec<String>> = None;
    for word in people::name_words(words) {
        let found: Vec<String> = sqlx::query_scalar("SELECT client FROM cw_name WHERE org = $1 AND word = $2")
            .bind(op.org())
            .bind(name_index(&op.app, op.org(), &word))
            .fetch_all(&mut **tx)
            .await?;
        common = Some(match common {
            None => found,
            Some(had) => had.into_iter().filter(|id| found.contains(id)).collect(),
        });
    }
    Ok(common.unwrap_or_default())
}

/// Ids of clients of the organisation by an identity code or a case OID; `None` when it is neither. Whether the worker
/// may see them is the caller's to ask.
///
/// # Errors
/// When the database does not answer.
pub async fn by_identifier(op: &Op, tx: &mut Tx, typed: &str) -> Result<Option<Vec<String>>> {
    let words = typed.trim();
    if let Ok(id) = ClientId::parse(records::id::HETU_ROOT, words) {
        let found = sqlx::query_scalar("SELECT client FROM cw_client WHERE org = $1 AND identity = $2")
            .bind(op.org())
            .bind(identity_index(&op.app, op.org(), &id))
            .fetch_all(&mut **tx)
            .await?;
        return Ok(Some(found));
    }
    if CaseId::parse(words).is_ok() {
        let found = sqlx::query_scalar("SELECT client FROM cw_case WHERE org = $1 AND oid = $2")
            .bind(op.org())
            .bind(words)
            .fetch_all(&mut **tx)
            .await?;
        return Ok(Some(found));
    }
    Ok(None)
}

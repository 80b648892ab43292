//! The register of users, asked at the door.

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier, password_hash::SaltString};
use seal::CertificateFacts;
use sqlx::Row;
use store::Tx;

use crate::{
    app::App,
    error::{Fault, Result},
};

/// Who is at the door.
#[derive(Clone)]
pub struct Found {
    /// The organisation.
    pub org: String,
    /// The worker's id.
    pub person: String,
    /// Hash of the password.
    password: String,
}

impl Found {
    /// The same worker with another secret's hash, such as a PIN's.
    pub fn with_hash(org: &str, person: &str, hash: String) -> Self {
        Self { org: org.to_owned(), person: person.to_owned(), password: hash }
    }
}

/// Argon2id; in tests with the least cost, since every test makes all workers of the cast.
fn argon2() -> Argon2<'static> {
    #[cfg(test)]
    if let Ok(params) = argon2::Params::new(8, 1, 1, None) {
        return Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    }
    Argon2::default()
}

/// Hashes a password with argon2id and its library's default cost (19 MiB, two passes).
///
/// # Errors
/// Never in practice.
pub fn hash_password(password: &str) -> Result<String> {
    let mut salt = [0u8; 16];
    aws_lc_rs::rand::fill(&mut salt).map_err(|_| Fault::failed("no random bytes"))?;
    let salt = SaltString::encode_b64(&salt).map_err(Fault::failed)?;
    Ok(argon2().hash_password(password.as_bytes(), &salt).map_err(Fault::failed)?.to_string())
}

/// The worker of a user name, when employed on the day.
///
/// # Errors
/// When the database does not answer.
pub async fn by_login(app: &App, login: &str) -> Result<Option<Found>> {
    let mut tx = app.db.read().await?;
    find(
        &mut tx,
        "SELECT org, person, password FROM cw_user WHERE login = $1 AND employed_from <= $2
            AND (employed_to IS NULL OR employed_to >= $2)",
        &login.trim().to_lowercase(),
        &records::time::finnish_date(app.now()).to_string(),
    )
    .await
}

/// The worker of a card: of a professional's by registration number, of a staff card by the staff number, which is the
/// user name. A professional is never found by the second, so that a staff card cannot stand for a professional.
///
/// # Errors
/// When the database does not answer. `None` also when two workers share the number: then nobody is let in.
pub async fn by_card(app: &App, facts: &CertificateFacts, org: Option<&str>) -> Result<Option<Found>> {
    let mut tx = app.db.read().await?;
    let today = records::time::finnish_date(app.now()).to_string();
    let (sql, number) = match &facts.registration {
        Some(number) => (
            "SELECT org, person, password FROM cw_user WHERE registration = $1 AND employed_from <= $2
                AND (employed_to IS NULL OR employed_to >= $2)",
            number.as_str(),
        ),
        None => (
            "SELECT org, person, password FROM cw_user WHERE login = $1 AND registration IS NULL
                AND employed_from <= $2 AND (employed_to IS NULL OR employed_to >= $2)",
            facts.serial_number.as_str(),
        ),
    };
    let rows = sqlx::query(sql).bind(number).bind(today).fetch_all(&mut *tx).await?;
    let mut found = Vec::new();
    for row in rows {
        let one =
            Found { org: row.try_get("org")?, person: row.try_get("person")?, password: row.try_get("password")? };
        if org.is_none_or(|org| org == one.org) {
            found.push(one);
        }
    }
    Ok(if found.len() == 1 { found.pop() } else { None })
}

async fn find(tx: &mut Tx, sql: &'static str, key: &str, day: &str) -> Result<Option<Found>> {
    let row = sqlx::query(sql).bind(key).bind(day).fetch_optional(&mut **tx).await?;
    row.map(|row| {
        Ok(Found { org: row.try_get("org")?, person: row.try_get("person")?, password: row.try_get("password")? })
    })
    .transpose()
}

/// Whether the password is the worker's. For a user name that nobody has, the same work is done, so that the time does
/// not tell which names exist.
pub async fn password_fits(found: Option<Found>, password: String) -> Option<Found> {
    tokio::task::spawn_blocking(move || {
        let hash = match &found {
            Some(found) => found.password.clone(),
            None => hash_password("nobody's").ok()?,
        };
        let fits =
            PasswordHash::new(&hash).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok());
        found.filter(|_| fits)
    })
    .await
    .ok()
    .flatten()
}

/// The units that a worker may choose: OID and name.
///
/// # Errors
/// When the database does not answer.
pub async fn units(app: &App, org: &str, person: &str) -> Result<Vec<(String, String)>> {
    let mut tx = app.db.read().await?;
    let rows = sqlx::query(
        "SELECT n.unit, n.name FROM cw_membership m JOIN cw_unit n ON n.org = m.org AND n.unit = m.unit
          WHERE m.org = $1 AND m.person = $2 ORDER BY n.unit",
    )
    .bind(org)
    .bind(person)
    .fetch_all(&mut *tx)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("unit")?, row.try_get("name")?))).collect()
}

//! Fills the register of users and the catalogue of units from the cast of the demo (functional specification C.0).
//!
//! Doing it again changes nothing: an existing data folder is continued.

pub mod years;

use registers::{
    cast::{Cast, CastOrganisation, Employment, Worker},
    model::OrganisationKind,
};
use store::Tx;

use crate::{app::App, error::Result, login::store::hash_password};

/// Makes the organisations, units, workers and delegations of the cast.
///
/// # Errors
/// When the database refuses.
pub async fn seed(app: &App, cast: &Cast) -> Result<()> {
    let mut hashes = Vec::new();
    for worker in &cast.workers {
        let password = worker.password.clone();
        let hash = tokio::task::spawn_blocking(move || hash_password(&password)).await;
        hashes.push(hash.map_err(crate::error::Fault::failed)??);
    }
    let mut tx = app.db.write().await?;
    let active: Vec<&CastOrganisation> = cast.organisations.iter().filter(|one| kind(one).is_some()).collect();
    for one in &active {
        organisation(&mut tx, one).await?;
        for other in active.iter().filter(|other| other.oid != one.oid && kind(other) == Some("provider")) {
            catalogue(&mut tx, one.oid.as_str(), other).await?;
        }
    }
    for (worker, hash) in cast.workers.iter().zip(&hashes) {
        for employment in &worker.employments {
            user(app, &mut tx, worker, employment, hash).await?;
        }
    }
    for (provider, organiser, golive) in starts(&active) {
        sqlx::query("INSERT INTO cw_golive (org, organiser, task, day) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
            .bind(provider)
            .bind(organiser)
            .bind(&golive.task)
            .bind(golive.from.to_string())
            .execute(&mut *tx)
            .await?;
    }
    Ok(tx.commit().await?)
}

fn kind(one: &CastOrganisation) -> Option<&'static str> {
    match one.kind {
        OrganisationKind::Organiser => Some("organiser"),
        OrganisationKind::Provider => Some("provider"),
        _ => None,
    }
}

/// Which start of use every provider keeps of every organiser.
fn starts<'a>(active: &[&'a CastOrganisation]) -> Vec<(&'a str, &'a str, &'a registers::cast::GoLive)> {
    let mut all = Vec::new();
    for provider in active.iter().filter(|one| kind(one) == Some("provider")) {
        for organiser in active.iter().filter(|one| kind(one) == Some("organiser")) {
            all.extend(organiser.go_live.iter().map(|golive| (provider.oid.as_str(), organiser.oid.as_str(), golive)));
        }
    }
    all
}

/// What the prints of the demo's organisations begin with: organisation, the text in the place of a logo, address, contact.
const LETTERHEADS: [[&str; 4]; 2] = [
    ["1.2.246.10.99990015.10.0", "Järvi-Häme", "Satamakatu 5, Keskinen", "Vaihde 014 000 0000"],
    ["1.2.246.10.99990031.10.0", "Kielo", "Kielotie 1, Keskinen", "Puhelin 014 000 0031"],
];

async fn letterhead(tx: &mut Tx, org: &str) -> Result<()> {
    for [_, mark, address, contact] in LETTERHEADS.iter().filter(|one| one[0] == org) {
        let settings = [("letterhead.mark", mark), ("letterhead.address", address), ("letterhead.contact", contact)];
        for (name, value) in settings {
            sqlx::query("INSERT INTO cw_setting (org, name, value) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                .bind(org)
                .bind(name)
                .bind(*value)
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

async fn organisation(tx: &mut Tx, one: &CastOrganisation) -> Result<()> {
    sqlx::query(
        "INSERT INTO cw_organisation (org, name, business_id, kind) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(one.oid.as_str())
    .bind(&one.name)
    .bind(&one.business_id)
    .bind(kind(one))
    .execute(&mut **tx)
    .await?;
    letterhead(tx, one.oid.as_str()).await?;
    for unit in &one.units {
        sqlx::query("INSERT INTO cw_unit (org, unit, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(one.oid.as_str())
            .bind(unit.oid.as_str())
            .bind(&unit.name)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// The organiser's catalogue of providers' units (functional specification 3.3 step 1).
async fn catalogue(tx: &mut Tx, org: &str, provider: &CastOrganisation) -> Result<()> {
    for unit in &provider.units {
        sqlx::query(
            "INSERT INTO cw_catalogue (org, unit, unit_name, provider, provider_name) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
        )
        .bind(org)
        .bind(unit.oid.as_str())
        .bind(&unit.name)
        .bind(provider.oid.as_str())
        .bind(&provider.name)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

async fn user(app: &App, tx: &mut Tx, worker: &Worker, employment: &Employment, hash: &str) -> Result<()> {
    let org = employment.organisation.as_str();
    // The id of a worker is a blind index: stable over seeds, and it tells nothing.
    let person = app.vault.blind_index(&format!("casework {org} users"), worker.hetu.as_str())[..32].to_owned();
    let sealed = app.vault.register_key("casework-user", org).seal(worker.hetu.as_str().as_bytes(), person.as_bytes());
    sqlx::query(
        "INSERT INTO cw_user (org, person, login, family, given, title, phone, registration, hetu, hetu_index, password,
           roles, employed_from, employed_to)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING",
    )
    .bind(org)
    .bind(&person)
    .bind(&worker.login)
    .bind(&worker.family)
    .bind(&worker.calling)
    .bind(&worker.title)
    .bind(&worker.phone)
    .bind(worker.registration.as_ref().map(|number| number.as_str().to_owned()))
    .bind(sealed)
    .bind(app.vault.blind_index("casework workers", worker.hetu.as_str()))
    .bind(hash)
    .bind(worker.roles.join(" "))
    .bind(employment.from.to_string())
    .bind(employment.to.map(|day| day.to_string()))
    .execute(&mut **tx)
    .await?;
    if !worker.profession.is_empty() {
        sqlx::query("INSERT INTO cw_profession (org, person, profession) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(org)
            .bind(&person)
            .bind(&worker.profession)
            .execute(&mut **tx)
            .await?;
    }
    for membership in &employment.units {
        sqlx::query(
            "INSERT INTO cw_membership (org, person, unit, duty, tasks) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(org)
        .bind(&person)
        .bind(membership.unit.as_str())
        .bind(&membership.duty)
        .bind(membership.tasks.join(" "))
        .execute(&mut **tx)
        .await?;
    }
    for delegation in &worker.delegations {
        sqlx::query(
            "INSERT INTO cw_delegation (org, person, type_code, except_services) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
        )
        .bind(org)
        .bind(&person)
        .bind(&delegation.document)
        .bind(delegation.except_services.join(" "))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

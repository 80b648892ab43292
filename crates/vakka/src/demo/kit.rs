//! The connection kit: what a vendor's own system needs to speak to the demo's archive as one of its organisations.
//!
//! A folder of test keys and one file of facts, written beside the data. Nothing in it is secret outside the demo: its
//! certificates are of the demo's own test CA.

use super::keys::Keys;
use anyhow::{Context, Result};
use registers::cast::Cast;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Name of the folder in the data folder.
pub const FOLDER: &str = "connection-kit";
/// Name of the file of facts.
pub const FACTS: &str = "kit.json";

/// Who may speak, as their own systems know them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Facts {
    /// Organisations; the folder holds `OID-system` and `OID-tls` of each, as PEM.
    pub organisations: Vec<Organisation>,
    /// Workers with a card; the folder holds `card-LOGIN-login` and `card-LOGIN-signature` of each.
    pub workers: Vec<Worker>,
}

/// An organisation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Organisation {
    /// Its OID.
    pub oid: String,
    /// Its name.
    pub name: String,
}

/// A worker in the first unit of the first employment.
#[derive(Clone, Serialize, Deserialize)]
pub struct Worker {
    /// Login, also the name of the card.
    pub login: String,
    /// Identity code.
    pub hetu: String,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Registration number of a professional.
    pub registration: Option<String>,
    /// Employer's OID.
    pub organisation: String,
    /// Unit's OID.
    pub unit: String,
    /// Name of the unit.
    pub unit_name: String,
    /// Duty (työtehtävä).
    pub duty: String,
    /// Own service tasks.
    pub tasks: Vec<String>,
}

/// No personal data.
impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("login", &self.login).finish_non_exhaustive()
    }
}

/// Writes the kit into a folder, anew at every start.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(to: &Path, keys: &Keys, cast: &Cast) -> Result<()> {
    std::fs::create_dir_all(to)?;
    keys.copy_for_vendors(cast, to)?;
    let organisations =
        cast.organisations.iter().map(|one| Organisation { oid: one.oid.as_str().to_owned(), name: one.name.clone() });
    let workers = cast.workers.iter().filter(|worker| worker.card).map(|one| worker(cast, one));
    let facts = Facts { organisations: organisations.collect(), workers: workers.collect::<Result<_>>()? };
    Ok(std::fs::write(to.join(FACTS), serde_json::to_vec_pretty(&facts)?)?)
}

fn worker(cast: &Cast, worker: &registers::cast::Worker) -> Result<Worker> {
    let employment = worker.employments.first().context("a worker without employment")?;
    let membership = employment.units.first().context("a worker without a unit")?;
    let units = cast.organisations.iter().flat_map(|organisation| &organisation.units);
    let unit_name = units.filter(|unit| unit.oid == membership.unit).map(|unit| unit.name.clone()).next();
    Ok(Worker {
        login: worker.login.clone(),
        hetu: worker.hetu.as_str().to_owned(),
        family: worker.family.clone(),
        given: worker.given.clone(),
        registration: worker.registration.as_ref().map(|number| number.as_str().to_owned()),
        organisation: employment.organisation.as_str().to_owned(),
        unit: membership.unit.as_str().to_owned(),
        unit_name: unit_name.unwrap_or_default(),
        duty: membership.duty.clone(),
        tasks: membership.tasks.clone(),
    })
}

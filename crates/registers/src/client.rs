//! Asks the registers over HTTP.
//!
//! Organisations, units, codes and rights are remembered for at most a minute, so that a change in a register takes
//! effect within it; answers about clients are never remembered. An unreachable register is an error of its own, which
//! callers must not read as "unknown".

use crate::model::{CodeSystem, Guardianships, Mandate, Organisation, Person, PersonQuestion, ProfessionalRight, Unit};
use jiff::civil::Date;
use records::id::{OrganisationId, PersonalIdentityCode, RegistrationNumber, ServiceUnitId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an answer about an organisation, a unit, a list or a right may be used.
const REMEMBER: Duration = Duration::from_secs(60);
/// Answers kept at most; beyond it the memory is emptied, which costs a question each.
const REMEMBERED_MAX: usize = 10_000;
/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// Largest answer read, in bytes: the longest code list is a tenth of it.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// A register did not answer, or not in a way that can be understood. Holds nothing of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the register {register} is out of reach")]
pub struct OutOfReach {
    /// Which one, e.g. `units`.
    pub register: &'static str,
}

/// The name under which the client system knows the registers.
pub type Client = Registers;

/// A client of the registers; cheap to clone.
#[derive(Clone)]
pub struct Registers {
    base: Arc<str>,
    http: reqwest::Client,
    remembered: Arc<Mutex<HashMap<String, (Instant, serde_json::Value)>>>,
}

impl std::fmt::Debug for Registers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registers").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Registers {
    /// A client of the registers at `base`, e.g. `http://127.0.0.1:8705`.
    pub fn new(base: &str) -> Self {
        // Only a broken TLS set-up can fail the builder, and the registers are asked for over whatever `base` says.
        let http = reqwest::Client::builder().timeout(ANSWER_WITHIN).no_proxy().build().unwrap_or_default();
        Self { base: base.trim_end_matches('/').into(), http, remembered: Arc::default() }
    }

    /// The organisation, or none when the register does not know it.
    ///
    /// # Errors
    /// [`OutOfReach`]
    pub async fn organisation(&self, oid: &OrganisationId) -> Result<Option<Organisation>, OutOfReach> {
        self.look_up("organisations", &format!("/organisations/{oid}")).await
    }

    /// Every organisation, in the order of the register.
    ///
    /// # Errors
    /// [`OutOfReach`]
    pub async fn organisations(&self) -> Result<Vec<Organisation>, OutOfReach> {
        Ok(self.look_up("organisations", "/organisations").await?.unwrap_or_default())
    }

    /// The unit with its validity, or none when the register does not know it; see [`Unit::is_valid_on`].
    ///
    /// # Errors
    /// [`OutOfReach`]
    pub async fn unit(&self, oid: &ServiceUnitId) -> Result<Option<Unit>, OutOfReach> {
        self.look_up("units", &format!("/units/{oid}")).await
    }

    /// The units of an organisation, closed ones included.
    ///
    /// # Errors
    /// [`OutOfReach`]
    pub async fn units_of(&self, oid: &OrganisationId) -> Result<Vec<Unit>, OutOfReach> {
        Ok(self.look_up("units", &format!("/organisations/{oid}/units")).await?.unwrap_or_default())
    }

    /// The codes of a list, or none when the code server does not have it.
    ///
    /// # Errors
    /// [`OutOfReach`]
    pub async fn codes(&self, list: &str) -> Result<Option<CodeSystem>, OutOfReach> {
        self.look_up("codes", &format!("/codes/{list}")).await
    }

    /// A professional's right, or none when the number is unknown.
    ///
    /// # Errors
    /// [`OutOfReach`]
    pub async fn right(&self, number: &RegistrationNumber) -> Result<Option<ProfessionalRight>, OutOfReach> {
        self.look_up("rights", &format!("/rights/{}", number.as_str())).await
    }

    /// A person of the population data, or none. Where turvakielto holds, contact data are already left out.
    ///
    /// # Errors
    /// [`OutOfReach`]
    pub async fn person(&self, hetu: &PersonalIdentityCode) -> Result<Option<Person>, OutOfReach> {
        self.ask("population", "/population/person", &PersonQuestion { hetu: hetu.clone(), on: None }).await
    }

    /// Guardians and wards of a person on a day.
    ///
    /// # Errors
    /// [`OutOfReach`]
    pub async fn guardianships(&self, hetu: &PersonalIdentityCode, on: Date) -> Result<Guardianships, OutOfReach> {
        let question = PersonQuestion { hetu: hetu.clone(), on: Some(on) };
        Ok(self.ask("population", "/population/guardianships", &question).await?.unwrap_or_default())
    }

    /// Mandates that a person holds for others on a day.
    ///
    /// # Errors
    /// [`OutOfReach`]
    pub async fn mandates_of_agent(&self, hetu: &PersonalIdentityCode, on: Date) -> Result<Vec<Mandate>, OutOfReach> {
        let question = PersonQuestion { hetu: hetu.clone(), on: Some(on) };
        Ok(self.ask("mandates", "/mandates/of-agent", &question).await?.unwrap_or_default())
    }

    /// Forgets everything remembered; for tests and the demo's changes in the registers.
    pub fn forget(&self) {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    async fn look_up<T: DeserializeOwned>(&self, register: &'static str, path: &str) -> Result<Option<T>, OutOfReach> {
        let known = {
            let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
            remembered.get(path).filter(|(at, _)| at.elapsed() < REMEMBER).map(|(_, value)| value.clone())
        };
        let value = match known {
            Some(value) => value,
            None => {
                let value = self.answer(register, self.http.get(format!("{}{path}", self.base))).await?;
                let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
                if remembered.len() >= REMEMBERED_MAX {
                    remembered.clear();
                }
                remembered.insert(path.to_owned(), (Instant::now(), value.clone()));
                value
            }
        };
        serde_json::from_value(value).map_err(|_| OutOfReach { register })
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        register: &'static str,
        path: &str,
        question: &impl Serialize,
    ) -> Result<Option<T>, OutOfReach> {
        let value = self.answer(register, self.http.post(format!("{}{path}", self.base)).json(question)).await?;
        serde_json::from_value(value).map_err(|_| OutOfReach { register })
    }

    /// The JSON of an answer; `null` for 404.
    async fn answer(
        &self,
        register: &'static str,
        request: reqwest::RequestBuilder,
    ) -> Result<serde_json::Value, OutOfReach> {
        let out_of_reach = OutOfReach { register };
        let mut response = request.send().await.map_err(|_| out_of_reach)?;
        if response.status() == reqwest::StatusCode::NOT_FOUND {
            return Ok(serde_json::Value::Null);
        }
        if !response.status().is_success() {
            return Err(out_of_reach);
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| out_of_reach)? {
            if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(out_of_reach);
            }
            bytes.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&bytes).map_err(|_| out_of_reach)
    }
}

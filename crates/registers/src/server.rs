//! The registers' doors: HTTP with JSON, and plain pages that list what is there.
//!
//! Everything lives in memory and starts from the cast; changes made through the doors (a unit closed, a right
//! suspended) last as long as the process, which is what a demo and a test want.

use crate::cast::Cast;
use crate::model::{
    CodeRow, CodeSystem, Guardianships, Mandate, Named, Organisation, Person, PersonQuestion, ProfessionalRight, Unit,
};
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::civil::Date;
use records::Lang;
use records::id::{PersonalIdentityCode, RegistrationNumber, ServiceUnitId};
use serde::Deserialize;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use web::Problem;

mod pages;

pub(crate) use pages::TEXTS;

/// Age at which custody ends, in years (FR-68).
const ADULT_YEARS: i64 = 18;

/// The registers' content.
pub(crate) struct Content {
    organisations: Vec<Organisation>,
    units: Vec<Unit>,
    codes: Vec<CodeSystem>,
    rights: Vec<ProfessionalRight>,
    people: Vec<Person>,
    cast: Cast,
}

impl Content {
    fn of(cast: Cast) -> Self {
        let organisations = cast.organisations.iter().map(|one| Organisation {
            oid: one.oid.clone(),
            business_id: one.business_id.clone(),
            name: one.name.clone(),
            name_sv: one.name_sv.clone(),
            kind: one.kind,
            valid_from: one.valid_from,
            valid_to: one.valid_to,
        });
        let units = cast.organisations.iter().flat_map(|organisation| {
            organisation.units.iter().map(|unit| Unit {
                oid: unit.oid.clone(),
                organisation: organisation.oid.clone(),
                name: unit.name.clone(),
                name_sv: unit.name_sv.clone(),
                valid_from: unit.valid_from,
                valid_to: unit.valid_to,
                tasks: unit.tasks.clone(),
                services: unit.services.clone(),
            })
        });
        let rights = cast.workers.iter().filter_map(|worker| {
            Some(ProfessionalRight {
                registration: worker.registration.clone()?,
                family: worker.family.clone(),
                given: worker.given.clone(),
                profession: worker.profession.clone(),
                suspended: false,
            })
        });
        let (organisations, units, rights) = (organisations.collect(), units.collect(), rights.collect());
        Self { organisations, units, codes: codes(), rights, people: people(&cast), cast }
    }

    fn named(&self, hetu: &PersonalIdentityCode) -> Option<Named> {
        let person = self.people.iter().find(|person| &person.hetu == hetu)?;
        Some(Named { hetu: hetu.clone(), name: person.name() })
    }
}

fn people(cast: &Cast) -> Vec<Person> {
    let of_cast = cast.people.iter().map(|one| Person {
        hetu: one.hetu.clone(),
        family: one.family.clone(),
        given: one.given.clone(),
        calling: one.calling.clone(),
        birth_date: one.hetu.birth_date(),
        sex: one.sex.clone(),
        // What may not be disclosed is not sent: nobody can show it by mistake (FR-62).
        municipality: if one.non_disclosure { String::new() } else { one.municipality.clone() },
        address: if one.non_disclosure { String::new() } else { one.address.clone() },
        language: one.language.clone(),
        non_disclosure: one.non_disclosure,
        died: None,
    });
    of_cast.collect()
}

/// The lists that rules depend on, from `records`; other lists come with the document structures.
fn codes() -> Vec<CodeSystem> {
    use records::code::{CaseName, CaseState, RelatedRole, ServiceProcess, ServiceTask, SocialService};
    macro_rules! list {
        ($kind:ident, $name:literal) => {
            CodeSystem {
                oid: $kind::LIST.to_owned(),
                name: $name.to_owned(),
                codes: $kind::ALL
                    .iter()
                    .map(|row| CodeRow {
                        code: row.code().to_owned(),
                        fi: row.name(Lang::Fi).to_owned(),
                        sv: row.name(Lang::Sv).to_owned(),
                        confirmed: row.confirmed(),
                    })
                    .collect(),
            }
        };
    }
    let services = SocialService::table().map(|row| CodeRow {
        code: row.code.to_owned(),
        fi: row.name(Lang::Fi).to_owned(),
        sv: row.name(Lang::Sv).to_owned(),
        confirmed: row.confirmed,
    });
    vec![
        list!(ServiceTask, "Palvelutehtävä"),
        CodeSystem {
            oid: records::code::SOCIAL_SERVICES.to_owned(),
            name: "Sosiaalipalvelu".to_owned(),
            codes: services.collect(),
        },
        list!(ServiceProcess, "Palveluprosessi"),
        list!(CaseName, "Sosiaalihuollon asia"),
        list!(CaseState, "Asian tila"),
        list!(RelatedRole, "Asiakkuuteen liittyvä rooli"),
    ]
}

/// The registers; cheap to clone.
#[derive(Clone)]
pub struct Server {
    content: Arc<RwLock<Content>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Server(…)")
    }
}

impl Server {
    /// Registers that know the cast.
    pub fn new(cast: Cast) -> Self {
        Self { content: Arc::new(RwLock::new(Content::of(cast))) }
    }

    /// The doors, with the shell of [`web::wrap`].
    ///
    /// # Errors
    /// When the texts of the build are broken.
    pub fn routes(&self) -> Result<Router, web::texts::TextsError> {
        let texts = web::Texts::with(&TEXTS)?;
        let doors = Router::new()
            .route("/organisations", get(organisations))
            .route("/organisations/{oid}", get(organisation))
            .route("/organisations/{oid}/units", get(units_of))
            .route("/units", post(add_unit))
            .route("/units/{oid}", get(unit))
            .route("/units/{oid}/close", post(close_unit))
            .route("/codes", get(code_lists))
            .route("/codes/{oid}", get(code_list))
            .route("/rights/{number}", get(right))
            .route("/rights/{number}/suspend", post(|state, path| suspend(state, path, true)))
            .route("/rights/{number}/restore", post(|state, path| suspend(state, path, false)))
            .route("/population/person", post(person))
            .route("/population/death", post(death))
            .route("/population/guardianships", post(guardianships))
            .route("/mandates/of-agent", post(mandates))
            .with_state(self.clone());
        let kit = web::Kit::new(texts.clone(), web::Product::Registers);
        Ok(web::wrap(doors.merge(pages::routes(self.clone(), texts)), &kit))
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Content> {
        self.content.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Content> {
        self.content.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves the registers at an address until the process ends or the returned task is aborted; `127.0.0.1:0` picks a
/// port. Gives the base address for [`crate::client::Registers::new`].
///
/// # Errors
/// When the address cannot be listened at.
pub async fn spawn(cast: Cast, address: &str) -> std::io::Result<(String, tokio::task::JoinHandle<()>)> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let routes = Server::new(cast).routes().map_err(std::io::Error::other)?;
    let serving = tokio::spawn(async move {
        if let Err(error) = web::serve(listener, routes, None, web::Limits::default(), std::future::pending()).await {
            tracing::error!(%error, "the registers ended");
        }
    });
    Ok((base, serving))
}

fn found<T: serde::Serialize>(thing: Option<T>) -> Response {
    match thing {
        Some(thing) => Json(thing).into_response(),
        None => Problem::new(StatusCode::NOT_FOUND, "the register does not know it").into_response(),
    }
}

fn bad(detail: &str) -> Response {
    Problem::new(StatusCode::BAD_REQUEST, detail).into_response()
}

async fn organisations(State(server): State<Server>) -> Response {
    Json(server.read().organisations.clone()).into_response()
}

async fn organisation(State(server): State<Server>, Path(oid): Path<String>) -> Response {
    found(server.read().organisations.iter().find(|one| one.oid.as_str() == oid).cloned())
}

async fn units_of(State(server): State<Server>, Path(oid): Path<String>) -> Response {
    let content = server.read();
    let units: Vec<Unit> = content.units.iter().filter(|unit| unit.organisation.as_str() == oid).cloned().collect();
    Json(units).into_response()
}

#[derive(Deserialize)]
struct OnDay {
    on: Option<Date>,
}

/// The unit; with `?on=` only if it is valid on that day.
async fn unit(State(server): State<Server>, Path(oid): Path<String>, Query(day): Query<OnDay>) -> Response {
    let content = server.read();
    let unit = content.units.iter().find(|unit| unit.oid.as_str() == oid);
    found(unit.filter(|unit| day.on.is_none_or(|day| unit.is_valid_on(day))).cloned())
}

/// Adds a unit or replaces the one of the same OID.
async fn add_unit(State(server): State<Server>, unit: Result<Json<Unit>, JsonRejection>) -> Response {
    let Ok(Json(unit)) = unit else { return bad("not a unit") };
    let mut content = server.write();
    let known = content.organisations.iter().any(|one| one.oid == unit.organisation);
    if !known || !unit.oid.belongs_to(&unit.organisation) {
        return bad("the unit's OID does not lie under a known organisation");
    }
    content.units.retain(|other| other.oid != unit.oid);
    content.units.push(unit);
    StatusCode::CREATED.into_response()
}

#[derive(Deserialize)]
struct Close {
    valid_to: Date,
}

async fn close_unit(
    State(server): State<Server>,
    Path(oid): Path<String>,
    close: Result<Json<Close>, JsonRejection>,
) -> Response {
    let (Ok(Json(close)), Ok(oid)) = (close, ServiceUnitId::parse(&oid)) else { return bad("the last day is missing") };
    let mut content = server.write();
    let unit = content.units.iter_mut().find(|unit| unit.oid == oid);
    found(unit.map(|unit| {
        unit.valid_to = Some(close.valid_to);
        unit.clone()
    }))
}

async fn code_lists(State(server): State<Server>) -> Response {
    let content = server.read();
    let lists: Vec<_> =
        content.codes.iter().map(|list| serde_json::json!({ "oid": list.oid, "name": list.name })).collect();
    Json(lists).into_response()
}

async fn code_list(State(server): State<Server>, Path(oid): Path<String>) -> Response {
    found(server.read().codes.iter().find(|list| list.oid == oid).cloned())
}

async fn right(State(server): State<Server>, Path(number): Path<String>) -> Response {
    found(server.read().rights.iter().find(|right| right.registration.as_str() == number).cloned())
}

async fn suspend(State(server): State<Server>, Path(number): Path<String>, suspended: bool) -> Response {
    let Ok(number) = RegistrationNumber::parse(&number) else { return bad("not a registration number") };
    let mut content = server.write();
    let right = content.rights.iter_mut().find(|right| right.registration == number);
    found(right.map(|right| {
        right.suspended = suspended;
        right.clone()
    }))
}

/// A question about a person; a fault in it is answered without repeating it.
type Asked = Result<Json<PersonQuestion>, JsonRejection>;

async fn person(State(server): State<Server>, asked: Asked) -> Response {
    let Ok(Json(asked)) = asked else { return bad("not a question about a person") };
    found(server.read().people.iter().find(|person| person.hetu == asked.hetu).cloned())
}

/// Notes the day of a death, as the population information system would tell it.
async fn death(State(server): State<Server>, asked: Asked) -> Response {
    let Ok(Json(PersonQuestion { hetu, on: Some(day) })) = asked else {
        return bad("the person or the day is missing");
    };
    let mut content = server.write();
    let Some(person) = content.people.iter_mut().find(|person| person.hetu == hetu) else {
        return found(None::<Person>);
    };
    person.died = Some(day);
    StatusCode::NO_CONTENT.into_response()
}

fn is_minor(child: &PersonalIdentityCode, day: Date) -> bool {
    // A birthday on 29 February comes of age on 28 February in a common year, as jiff counts years.
    child.birth_date().checked_add(jiff::Span::new().years(ADULT_YEARS)).is_ok_and(|adult| day < adult)
}

async fn guardianships(State(server): State<Server>, asked: Asked) -> Response {
    let Ok(Json(PersonQuestion { hetu, on: Some(day) })) = asked else {
        return bad("the person or the day is missing");
    };
    let content = server.read();
    let mut answer = Guardianships::default();
    for one in content.cast.guardianships.iter().filter(|one| is_minor(&one.child, day)) {
        if one.child == hetu {
            answer.guardians.extend(content.named(&one.guardian));
        }
        // A child's turvakielto blocks a guardian's acting (law-and-codes R-308): the child is not in the list.
        let barred = content.cast.person(&one.child).is_some_and(|child| child.non_disclosure);
        if one.guardian == hetu && !barred {
            answer.wards.extend(content.named(&one.child));
        }
    }
    Json(answer).into_response()
}

async fn mandates(State(server): State<Server>, asked: Asked) -> Response {
    let Ok(Json(PersonQuestion { hetu, on: Some(day) })) = asked else {
        return bad("the person or the day is missing");
    };
    let content = server.read();
    let holds = |from: Date, to: Option<Date>| from <= day && to.is_none_or(|to| day <= to);
    let mandates: Vec<Mandate> = content
        .cast
        .mandates
        .iter()
        .filter(|one| one.agent == hetu && holds(one.valid_from, one.valid_to))
        .filter_map(|one| {
            let principal = content.named(&one.principal)?;
            Some(Mandate { principal, scope: one.scope, valid_from: one.valid_from, valid_to: one.valid_to })
        })
        .collect();
    Json(mandates).into_response()
}

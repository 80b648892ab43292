//! Opening: a contact makes client, relationship, case, notification and entry (FR-01, FR-02, FR-08); a further case of
//! the same client (FR-04); a provider's client by own contract, in the provider's own register (FR-26).

use axum::{extract::Path, http::StatusCode, response::Response};
use records::{
    access::Duty,
    code::{CaseName, ServiceTask, SocialService},
    id::{HETU_ROOT, PersonalIdentityCode},
    refusal::Refusal,
};
use serde_json::Value;
use structures::form::Form as DocumentForm;
use web::ui::{Field, Input, Notice, Tone};

use super::{
    doubles,
    open::{self, Opening},
    store::{self, Case},
};
use crate::{
    clients::{self, store::Arrangement},
    error::{Fault, Result},
    op::Op,
    people::{self, Person},
    posted::Posted,
    recording::{content, fields, pages as recording},
    routes::see,
    sheet::{Block, Form, Group, Link, Sheet},
};

/// Kind of the notification that a contact becomes.
const NOTIFICATION: &str = "4006";

/// Whether the worker's duty lets him open a case or a relationship.
///
/// # Errors
/// `RoleForbidden` when it does not.
pub fn may_open(op: &Op) -> Result<()> {
    if op.duty().is_some_and(Duty::opens_cases) { Ok(()) } else { Err(op.refuse(Refusal::RoleForbidden)) }
}

/// `GET /yhteydenotto`
pub async fn contact(op: Op) -> Result<Response> {
    may_open(&op)?;
    Ok(contact_sheet(&op, &[], None)?.html())
}

fn contact_sheet(op: &Op, typed: &[(String, String)], message: Option<String>) -> Result<Sheet> {
    let structure = op.app.config.catalogue.newest(NOTIFICATION).ok_or(Fault::NotFound)?;
    let mut groups = vec![
        Group { legend: op.t.get("group-client"), fields: client_fields(op, typed), ..Group::default() },
        Group { legend: op.t.get("group-case"), fields: case_fields(op, typed, true), ..Group::default() },
    ];
    groups.extend(fields::groups_of(op, structure, typed));
    let form = Form {
        id: "yhteydenotto".into(),
        action: "/yhteydenotto".into(),
        groups,
        submit: op.t.get("contact-submit"),
        ..Form::default()
    };
    let mut sheet = Sheet::new(op.page(op.t.get("contact-title")), op.t.get("contact-title"))
        .with(Block::Text(op.t.get("contact-text")));
    if let Some(message) = message {
        sheet = sheet.with(Block::Notice(Notice::new(Tone::Bad, message)));
    }
    Ok(sheet.with(Block::Form(form)))
}

fn typed_value(typed: &[(String, String)], name: &str) -> String {
    typed.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn client_fields(op: &Op, typed: &[(String, String)]) -> Vec<Field> {
    let line = |name: &'static str, key: &str| Field::line(name, op.t.get(key), typed_value(typed, name));
    let mut fields = vec![
        line("hetu", "field-code").hint(op.t.get("field-code-hint")).required(),
        line("sukunimi", "field-family").hint(op.t.get("field-name-hint")),
        line("etunimet", "field-given"),
        line("puhelin", "field-phone"),
    ];
    // Asked only when something looked wrong: a box that is always there is ticked without looking.
    if typed.iter().any(|(name, _)| name == TO_CONFIRM) {
        fields.push(Field::new("vahvistettu", op.t.get("field-person-confirmed"), "", Input::Check).required());
    }
    fields
}

/// Mark among the typed fields that the person has to be confirmed.
const TO_CONFIRM: &str = "vahvistettava";

/// What looks wrong about the person, in words, unless the worker has confirmed it: another name in the population data,
/// or a client of that name and day of birth under another code.
async fn doubt(op: &Op, posted: &Posted, person: &Person) -> Result<Option<String>> {
    if posted.ticked("vahvistettu") {
        return Ok(None);
    }
    if let Some(name) = doubles::other_name(posted.get("sukunimi"), posted.get("etunimet"), person) {
        return Ok(Some(op.t.with("fault-other-name", [("name", name)])));
    }
    let mut tx = op.read().await?;
    let namesake = doubles::namesake(op, &mut tx, person).await?;
    Ok(namesake.map(|who| op.t.with("fault-namesake", [("who", who)])))
}

/// What was typed, with the mark that the person has to be confirmed.
fn to_confirm(posted: &Posted) -> Vec<(String, String)> {
    let mut typed = posted.0.clone();
    typed.push((TO_CONFIRM.to_owned(), String::new()));
    typed
}

/// The fields that open a case.
pub fn case_fields(op: &Op, typed: &[(String, String)], urgency: bool) -> Vec<Field> {
    let own: Vec<ServiceTask> = op.actor.tasks.iter().filter_map(|code| ServiceTask::parse(code)).collect();
    let tasks: Vec<(String, String)> = ServiceTask::ALL
        .iter()
        .filter(|task| own.contains(task))
        .map(|task| (task.code().to_owned(), task.name(op.lang()).to_owned()))
        .collect();
    let names = CaseName::ALL.iter().map(|name| (name.code().to_owned(), name.name(op.lang()).to_owned())).collect();
    let first = tasks.first().map(|(code, _)| code.clone()).unwrap_or_default();
    let or = |name: &str, default: &str| match typed_value(typed, name) {
        value if value.is_empty() => default.to_owned(),
        value => value,
    };
    let now = op.now.to_zoned(records::time::finnish_zone()).strftime("%Y-%m-%dT%H:%M").to_string();
    let mut fields = vec![
        Field::new("tehtava", op.t.get("col-task"), or("tehtava", &first), Input::Choice(tasks)).required(),
        Field::new(
            "asian_nimi",
            op.t.get("col-case"),
            or("asian_nimi", CaseName::ServiceNeed.code()),
            Input::Choice(names),
        )
        .required(),
        Field::line("lisatieto", op.t.get("field-case-extra"), typed_value(typed, "lisatieto")),
        Field::new("tapahtuma", op.t.get("field-came"), or("tapahtuma", &now), Input::Line("datetime-local"))
            .required(),
    ];
    if urgency {
        let options = open::urgencies(op);
        let default = options.last().map(|(code, _)| code.clone()).unwrap_or_default();
        let chosen = or("kiireellisyys", &default);
        fields.push(Field::new("kiireellisyys", op.t.get("field-urgency"), chosen, Input::Choice(options)).required());
    }
    fields
}

/// The person: from the population data by the code, else as typed.
async fn person(op: &Op, posted: &Posted) -> Result<Result<Person, &'static str>> {
    let Ok(code) = PersonalIdentityCode::parse(posted.get("hetu")) else { return Ok(Err("fault-identity")) };
    let mut person = Person {
        root: HETU_ROOT.into(),
        code: code.as_str().to_owned(),
        family: posted.get("sukunimi").to_owned(),
        given: posted.get("etunimet").to_owned(),
        phone: posted.get("puhelin").to_owned(),
        ..Person::default()
    };
    match op.app.registers.person(&code).await {
        Ok(Some(known)) => {
            person.family = known.family;
            person.given = known.given;
            person.protected = known.non_disclosure;
            if !known.non_disclosure {
                let (street, place) = known.address.split_once(", ").unwrap_or((known.address.as_str(), ""));
                let (postal, office) = place.split_once(' ').unwrap_or(("", place));
                person.street = street.to_owned();
                person.postal_code = postal.to_owned();
                person.post_office = office.to_owned();
            }
        }
        Ok(None) => {}
        // Recording goes on when the population data do not answer: what was typed is used (3.28).
        Err(_) => tracing::warn!("the population data do not answer"),
    }
    if person.family.is_empty() || person.given.is_empty() {
        return Ok(Err("fault-name"));
    }
    Ok(Ok(person))
}

/// A case that is to be opened, as typed.
pub struct CaseForm {
    /// Service task, one of the worker's own.
    pub task: ServiceTask,
    /// Name.
    pub name: CaseName,
    /// Words for the name *other*.
    pub extra: String,
    /// When the matter came.
    pub event: jiff::Timestamp,
}

/// Reads the case that is to be opened. Its task is one of the worker's own, whatever the request says (FR-101), and a
/// matter that has not come yet opens nothing.
///
/// # Errors
/// The key of the sentence that says what is missing.
pub fn case_form(op: &Op, posted: &Posted) -> Result<CaseForm, &'static str> {
    let name = CaseName::parse(posted.get("asian_nimi")).ok_or("fault-case-name")?;
    let extra = posted.get("lisatieto").to_owned();
    if name == CaseName::Other && extra.is_empty() {
        return Err("fault-case-extra");
    }
    let task = ServiceTask::parse(posted.get("tehtava")).filter(|task| op.covers(*task)).ok_or("fault-task")?;
    // A browser's clock may run a little ahead of ours.
    let latest = op.now.checked_add(jiff::SignedDuration::from_mins(5)).unwrap_or(op.now);
    let event = people::read_moment(posted.get("tapahtuma")).filter(|at| *at <= latest).ok_or("fault-event")?;
    Ok(CaseForm { task, name, extra, event })
}

/// `POST /yhteydenotto`
pub async fn open(op: Op, posted: Posted) -> Result<Response> {
    may_open(&op)?;
    let again = |message: String| -> Result<Response> {
        Ok(contact_sheet(&op, &posted.0, Some(message))?.html_as(StatusCode::UNPROCESSABLE_ENTITY))
    };
    let person = match person(&op, &posted).await? {
        Ok(person) => person,
        Err(key) => return again(op.t.get(key)),
    };
    if let Some(doubt) = doubt(&op, &posted, &person).await? {
        let sheet = contact_sheet(&op, &to_confirm(&posted), Some(doubt))?;
        return Ok(sheet.html_as(StatusCode::UNPROCESSABLE_ENTITY));
    }
    let case = match case_form(&op, &posted) {
        Ok(case) => case,
        Err(key) => return again(op.t.get(key)),
    };
    let structure = op.app.config.catalogue.newest(NOTIFICATION).ok_or(Fault::NotFound)?;
    let notification = notification(structure, &posted);
    let opening = Opening {
        person: &person,
        arrangement: Arrangement::Public,
        task: case.task,
        name: case.name,
        extra: &case.extra,
        event: case.event,
        urgency: Some(posted.get("kiireellisyys")),
        notification: Some((structure, notification)),
        service: None,
        joins: None,
    };
    match open::open(&op, opening).await? {
        open::Opened::Client(client) => Ok(see(&format!("/asiakkaat/{client}"))),
        open::Opened::Faults(faults) => {
            let said: Vec<String> = faults.iter().take(10).map(|one| one.message(op.lang())).collect();
            again(said.join(" "))
        }
    }
}

fn notification(structure: &structures::Structure, posted: &Posted) -> Value {
    let own = [
        "hetu",
        "sukunimi",
        "etunimet",
        "puhelin",
        "tehtava",
        "asian_nimi",
        "lisatieto",
        "kiireellisyys",
        "vahvistettu",
    ];
    let fields: Vec<(String, String)> = posted
        .document_fields()
        .into_iter()
        .filter(|(name, _)| !own.contains(&name.as_str()) && !content::is_system_path(&recording::bare(name)))
        .collect();
    DocumentForm::of(structure).decode(&fields)
}

/// `GET /asiakkaat/{client}/asia`
pub async fn another(op: Op, Path(client): Path<String>) -> Result<Response> {
    may_open(&op)?;
    Ok(another_sheet(&op, &client, &[], None, &[]).await?.html())
}

/// The form of a further case; `same` are open ones of the same kind, of which the worker is asked.
async fn another_sheet(
    op: &Op,
    client: &str,
    typed: &[(String, String)],
    fault: Option<&'static str>,
    same: &[Case],
) -> Result<Sheet> {
    let mut tx = op.read().await?;
    let seen = clients::store::open(op, &mut tx, client).await?;
    drop(tx);
    let mut fields = case_fields(op, typed, true);
    if !same.is_empty() {
        fields.push(Field::new("silti", op.t.get("case-anyway"), "", Input::Check).required());
    }
    let form = Form::new("asia", format!("/asiakkaat/{client}/asia"), fields, op.t.get("case-submit"));
    let mut sheet = Sheet::new(op.page(op.t.get("case-new")), op.t.get("case-new"));
    sheet.identity = Some(clients::pages::identity(op, &seen));
    if let Some(fault) = fault {
        sheet = sheet.fault(op.t.get(fault));
    }
    if !same.is_empty() {
        let notice = Notice::new(Tone::Warning, op.t.get("case-open-already")).text(op.t.get("case-open-already-text"));
        let link = |case: &Case| {
            let label = format!("{} {}", clients::pages::case_name(op, case), people::day(case.opened));
            Link::new("jatka-asiaa", format!("/asiat/{}", case.oid), label)
        };
        sheet = sheet.with(Block::Notice(notice)).with(Block::Links(same.iter().map(link).collect()));
    }
    Ok(sheet.with(Block::Form(form)))
}

/// `POST /asiakkaat/{client}/asia`; `silti` opens it though one of the same kind is open
pub async fn open_another(op: Op, Path(client): Path<String>, posted: Posted) -> Result<Response> {
    may_open(&op)?;
    let case = match case_form(&op, &posted) {
        Ok(case) => case,
        Err(key) => {
            return Ok(another_sheet(&op, &client, &posted.0, Some(key), &[])
                .await?
                .html_as(StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let mut tx = op.read().await?;
    let seen = clients::store::open(&op, &mut tx, &client).await?;
    let (_, mut same) = store::only_case(&op, &mut tx, &client).await?;
    drop(tx);
    same.retain(|one| one.task == case.task && one.name == case.name && one.extra == case.extra);
    if !same.is_empty() && !posted.ticked("silti") {
        return Ok(another_sheet(&op, &client, &posted.0, None, &same)
            .await?
            .html_as(StatusCode::UNPROCESSABLE_ENTITY));
    }
    let opening = Opening {
        person: &seen.client.person,
        arrangement: seen.client.arrangement,
        task: case.task,
        name: case.name,
        extra: &case.extra,
        event: case.event,
        urgency: Some(posted.get("kiireellisyys")),
        notification: None,
        service: None,
        joins: None,
    };
    match open::open(&op, opening).await? {
        open::Opened::Client(client) => Ok(see(&format!("/asiakkaat/{client}"))),
        open::Opened::Faults(_) => Err(op.refuse(Refusal::SchemaInvalid)),
    }
}

/// `GET /oma-asiakas`
pub async fn own_client(op: Op) -> Result<Response> {
    may_open(&op)?;
    Ok(own_sheet(&op, &[], None).html())
}

fn own_sheet(op: &Op, typed: &[(String, String)], fault: Option<String>) -> Sheet {
    let services = SocialService::table().map(|row| (row.code.to_owned(), row.name(op.lang()).to_owned())).collect();
    let mut fields = case_fields(op, typed, false);
    fields.push(
        Field::new("palvelu", op.t.get("field-service"), typed_value(typed, "palvelu"), Input::Choice(services))
            .required(),
    );
    let form = Form {
        id: "oma-asiakas".into(),
        action: "/oma-asiakas".into(),
        groups: vec![
            Group { legend: op.t.get("group-client"), fields: client_fields(op, typed), ..Group::default() },
            Group { legend: op.t.get("group-case"), fields, ..Group::default() },
        ],
        submit: op.t.get("own-client-submit"),
        ..Form::default()
    };
    let mut sheet = Sheet::new(op.page(op.t.get("own-client-new")), op.t.get("own-client-new"))
        .with(Block::Text(op.t.get("own-client-text")));
    if let Some(fault) = fault {
        sheet = sheet.fault(fault);
    }
    sheet.with(Block::Form(form))
}

/// `POST /oma-asiakas`
pub async fn open_own(op: Op, posted: Posted) -> Result<Response> {
    may_open(&op)?;
    let again = |key| Ok(own_sheet(&op, &posted.0, Some(op.t.get(key))).html_as(StatusCode::UNPROCESSABLE_ENTITY));
    let person = match person(&op, &posted).await? {
        Ok(person) => person,
        Err(key) => return again(key),
    };
    if let Some(doubt) = doubt(&op, &posted, &person).await? {
        let sheet = own_sheet(&op, &to_confirm(&posted), Some(doubt));
        return Ok(sheet.html_as(StatusCode::UNPROCESSABLE_ENTITY));
    }
    let case = match case_form(&op, &posted) {
        Ok(case) => case,
        Err(key) => return again(key),
    };
    let opening = Opening {
        person: &person,
        arrangement: Arrangement::Own,
        task: case.task,
        name: case.name,
        extra: &case.extra,
        event: case.event,
        urgency: None,
        notification: None,
        service: Some(SocialService::new(posted.get("palvelu"))),
        joins: None,
    };
    match open::open(&op, opening).await? {
        open::Opened::Client(client) => Ok(see(&format!("/asiakkaat/{client}"))),
        open::Opened::Faults(_) => Err(op.refuse(Refusal::SchemaInvalid)),
    }
}

//! What a provider tells and asks, and a word about a case at either side: the forms that become messages (FR-19, FR-23).

use axum::{extract::Path, http::StatusCode, response::Response};
use records::id::{CaseId, ClientId, HETU_ROOT, OrganisationId};
use sqlx::Row as _;
use store::{Tx, log::Action};
use web::ui::{Field, Input};

use super::messages::{New, cases_of, send, text_of};
use crate::{
    clients::store as clients,
    error::{Fault, Result},
    op::{Kind, Op},
    people,
    posted::Posted,
    recording::documents,
    routes::see,
    sheet::{Block, Form, Sheet},
    use_log::{self, Event},
};

/// `GET /oikeudet/ilmoitus`: the provider tells that a client has chosen it, that it uses a subcontractor, or that the
/// service ends (FR-19)
pub async fn notice_form(op: Op) -> Result<Response> {
    Ok(notice_sheet(&op, &[], None).await?.html())
}

async fn notice_sheet(op: &Op, typed: &[(String, String)], fault: Option<String>) -> Result<Sheet> {
    let mut tx = op.read().await?;
    let rows = sqlx::query("SELECT org, name FROM cw_organisation WHERE kind = 'organiser' ORDER BY name")
        .fetch_all(&mut *tx)
        .await?;
    let organisers: Vec<(String, String)> =
        rows.iter().map(|row| Ok((row.try_get("org")?, row.try_get("name")?))).collect::<Result<_>>()?;
    drop(tx);
    let kinds = ["client_chose_us", "subcontractor", "service_ends"]
        .map(|kind| (kind.to_owned(), op.t.get(&format!("message-kind-{kind}"))))
        .to_vec();
    let value = |name: &str, otherwise: &str| {
        typed.iter().find(|(key, _)| key == name).map_or_else(|| otherwise.to_owned(), |(_, value)| value.clone())
    };
    let fields = vec![
        Field::new("laji", op.t.get("notice-kind"), value("laji", "client_chose_us"), Input::Radio(kinds)).required(),
        Field::new("jarjestaja", op.t.get("col-organiser"), value("jarjestaja", ""), Input::Choice(organisers))
            .required(),
        Field::line("hetu", op.t.get("field-code"), value("hetu", "")).required(),
        Field::line("asia", op.t.get("col-case-oid"), value("asia", "")).hint(op.t.get("notice-case-hint")),
        Field::line("yksikko", op.t.get("notice-unit"), value("yksikko", op.unit.as_str()))
            .hint(op.t.get("notice-unit-hint"))
            .required(),
        Field::new("alkaa", op.t.get("notice-day"), value("alkaa", &op.today().to_string()), Input::Line("date"))
            .required(),
        Field::new("teksti", op.t.get("notice-text"), value("teksti", ""), Input::Text(3)),
    ];
    let title = op.t.get("notice-title");
    let mut sheet = Sheet::new(op.page(&title), &title).with(Block::Text(op.t.get("notice-intro")));
    if let Some(fault) = fault {
        sheet = sheet.fault(fault);
    }
    Ok(sheet.with(Block::Form(Form::new("ilmoitus", "/oikeudet/ilmoitus", fields, op.t.get("message-send")))))
}

/// `POST /oikeudet/ilmoitus`: `laji`, `jarjestaja`, `hetu`, `asia`, `yksikko`, `alkaa`, `teksti`
pub async fn notice(op: Op, posted: Posted) -> Result<Response> {
    let again = async |key: &str| {
        let sheet = notice_sheet(&op, &posted.0, Some(op.t.get(key))).await?;
        Ok::<_, Fault>(sheet.html_as(StatusCode::UNPROCESSABLE_ENTITY))
    };
    let kind = posted.get("laji");
    if !["client_chose_us", "subcontractor", "service_ends"].contains(&kind) {
        return again("fault-notice").await;
    }
    let Ok(to) = OrganisationId::parse(posted.get("jarjestaja")) else { return again("fault-organiser").await };
    let hetu = posted.get("hetu").to_uppercase();
    if ClientId::parse(HETU_ROOT, &hetu).is_err() {
        return again("fault-identity").await;
    }
    let Ok(unit) = records::id::ServiceUnitId::parse(posted.get("yksikko")) else {
        return again("fault-unit-oid").await;
    };
    // A chosen client comes to an own unit; a subcontractor's is another organisation's.
    if unit.belongs_to(&op.org) == (kind == "subcontractor") {
        return again("fault-notice-unit").await;
    }
    let Some(day) = people::read_day(posted.get("alkaa")) else { return again("fault-day").await };
    let typed = posted.get("asia");
    let case = if typed.is_empty() { None } else { Some(CaseId::parse(typed)) };
    if matches!(case, Some(Err(_))) {
        return again("fault-case-oid").await;
    }
    let case = case.and_then(Result::ok).map(|case| case.to_string());
    let mut lines = vec![
        op.t.get(&format!("message-kind-{kind}")),
        format!("{}: {hetu}", op.t.get("field-code")),
        format!("{}: {unit}", op.t.get("col-unit")),
        format!("{}: {}", op.t.get("notice-day"), people::day(day)),
    ];
    lines.extend(case.iter().map(|case| format!("{}: {case}", op.t.get("col-case-oid"))));
    lines.extend(Some(posted.get("teksti").to_owned()).filter(|text| !text.is_empty()));
    let mut tx = op.write().await?;
    let cases = match case {
        Some(case) => vec![case],
        None => cases_of(&op.app, &mut tx, op.org(), &to, &hetu).await?,
    };
    let prefill = match kind {
        "service_ends" => String::new(),
        "subcontractor" => format!("yksikko={unit}&alkaa={day}&tuottaja={}", op.unit),
        _ => format!("yksikko={unit}&alkaa={day}"),
    };
    let text = lines.join("\n");
    let new = New { kind, to: &to, text: &text, cases, document: None, prefill, answers: None, hetu: Some(&hetu) };
    let id = send(&op, &mut tx, &new).await?;
    use_log::write(&op, &mut tx, Event::plain(Action::Grant, "own_task").detail(format!("ilmoitus {id}"))).await?;
    tx.commit().await?;
    Ok(see(&format!("/viestit/{id}")))
}

/// `GET /asiakirjat/{oid}/korjauspyynto`: what the provider may not correct any more, the organiser does (FR-23)
pub async fn correction_form(op: Op, Path(oid): Path<String>) -> Result<Response> {
    let mut tx = op.read().await?;
    let one = documents::by_oid(&mut tx, op.org(), &oid).await?;
    let seen = clients::open(&op, &mut tx, &one.client).await?;
    if one.register == op.org {
        return Err(Fault::NotFound);
    }
    let field = Field::new("teksti", op.t.get("correction-text"), "", Input::Text(5)).required();
    let form =
        Form::new("korjauspyynto", format!("/asiakirjat/{oid}/korjauspyynto"), vec![field], op.t.get("message-send"));
    let title = op.t.get("message-kind-correction_request");
    let mut sheet = Sheet::new(op.page(&title), &title);
    sheet.identity = Some(crate::clients::pages::identity(&op, &seen));
    Ok(sheet.with(Block::Text(op.t.get("correction-intro"))).with(Block::Form(form)).html())
}

/// `POST /asiakirjat/{oid}/korjauspyynto`: `teksti`
pub async fn correction(op: Op, Path(oid): Path<String>, posted: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let one = documents::by_oid(&mut tx, op.org(), &oid).await?;
    let seen = clients::open(&op, &mut tx, &one.client).await?;
    if one.register == op.org {
        return Err(Fault::NotFound);
    }
    drop(tx);
    let text = text_of(&posted)?;
    let new = New {
        kind: "correction_request",
        to: &one.register,
        text,
        cases: one.case.iter().map(ToString::to_string).collect(),
        document: Some(&oid),
        prefill: String::new(),
        answers: None,
        hetu: None,
    };
    let mut tx = op.write().await?;
    let id = send(&op, &mut tx, &new).await?;
    use_log::write(&op, &mut tx, Event::of_document(Action::Change, &seen.client, &one).detail("korjauspyyntö"))
        .await?;
    tx.commit().await?;
    Ok(see(&format!("/viestit/{id}")))
}

/// `GET /asiakkaat/{client}/viesti` and its `POST` (`asia`, `teksti`): a word about a case, at either side
pub async fn word_form(op: Op, Path(client): Path<String>) -> Result<Response> {
    let mut tx = op.read().await?;
    let seen = clients::open(&op, &mut tx, &client).await?;
    let choices = partners(&op, &mut tx, &client).await?;
    let title = op.t.get("message-new");
    let mut sheet = Sheet::new(op.page(&title), &title);
    sheet.identity = Some(crate::clients::pages::identity(&op, &seen));
    if choices.is_empty() {
        return Ok(sheet.with(Block::Empty(op.t.get("message-nobody"))).html());
    }
    let first = choices.first().map(|(value, _)| value.clone()).unwrap_or_default();
    let fields = vec![
        Field::new("asia", op.t.get("message-receiver"), first, Input::Choice(choices)).required(),
        Field::new("teksti", op.t.get("message-text"), "", Input::Text(5)).required(),
    ];
    let form = Form::new("viesti", format!("/asiakkaat/{client}/viesti"), fields, op.t.get("message-send"));
    Ok(sheet.with(Block::Form(form)).html())
}

/// With whom one may talk about the client's cases: value `case organisation`, and words.
async fn partners(op: &Op, tx: &mut Tx, client: &str) -> Result<Vec<(String, String)>> {
    let sql = match op.kind {
        Kind::Organiser => {
            "SELECT DISTINCT case_oid, provider AS other, provider_name AS name FROM cw_grant WHERE org = $1 AND client = $2"
        }
        Kind::Provider => {
            "SELECT DISTINCT case_oid, organiser AS other, organiser_name AS name FROM cw_right WHERE org = $1 AND client = $2"
        }
    };
    let rows = sqlx::query(sql).bind(op.org()).bind(client).fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            let (case, other, name): (String, String, String) =
                (row.try_get("case_oid")?, row.try_get("other")?, row.try_get("name")?);
            Ok((format!("{case} {other}"), format!("{name} · {case}")))
        })
        .collect()
}

/// `POST /asiakkaat/{client}/viesti`
pub async fn word(op: Op, Path(client): Path<String>, posted: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let seen = clients::open(&op, &mut tx, &client).await?;
    let choices = partners(&op, &mut tx, &client).await?;
    drop(tx);
    let chosen = posted.get("asia");
    if !choices.iter().any(|(value, _)| value == chosen) {
        return Err(Fault::Form("fault-message"));
    }
    let (case, other) = chosen.split_once(' ').ok_or(Fault::Form("fault-message"))?;
    let to = OrganisationId::parse(other).map_err(|_| Fault::Form("fault-organiser"))?;
    let new = New {
        kind: "message",
        to: &to,
        text: text_of(&posted)?,
        cases: vec![case.to_owned()],
        document: None,
        prefill: String::new(),
        answers: None,
        hetu: None,
    };
    let mut tx = op.write().await?;
    let id = send(&op, &mut tx, &new).await?;
    use_log::write(&op, &mut tx, Event::of_client(Action::Change, &seen.client).case(case).detail("viesti")).await?;
    tx.commit().await?;
    Ok(see(&format!("/viestit/{id}")))
}

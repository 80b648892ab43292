//! `/arkistointi/{oid}/henkilo`: the client's identity as we have it beside what the population register says, and one
//! button that takes it over and sends what came back.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use records::id::{HETU_ROOT, PersonalIdentityCode};
use store::{Tx, log::Action};
use web::ui::{Field, Input};

use super::{
    cause::Cause,
    resend::{Change, Sent, resend},
    rows,
};
use crate::{
    clients::{self, store::Seen},
    error::{Fault, Result},
    op::Op,
    people::Person,
    posted::Posted,
    recording::documents::{self, Stored},
    sheet::{Block, Form, Sheet},
    use_log::{self, Event},
};

async fn load(op: &Op, oid: &str) -> Result<(Stored, Seen)> {
    let mut tx = op.read().await?;
    let one = documents::by_oid(&mut tx, op.org(), oid).await?;
    let seen = clients::store::open(op, &mut tx, &one.client).await?;
    Ok((one, seen))
}

/// `GET /arkistointi/{oid}/henkilo`
pub async fn show(op: Op, Path(oid): Path<String>) -> Result<Response> {
    let (one, seen) = load(&op, &oid).await?;
    Ok(sheet(&op, &one, &seen, None).await.html())
}

async fn sheet(op: &Op, one: &Stored, seen: &Seen, fault: Option<String>) -> Sheet {
    let had = &seen.client.person;
    let known = match PersonalIdentityCode::parse(&had.code) {
        Ok(code) => op.app.registers.person(&code).await.ok().flatten(),
        Err(_) => None,
    };
    let told = match &known {
        Some(person) => op.t.with("identity-known", [("name", format!("{} {}", person.family, person.given))]),
        None => op.t.get("identity-unknown"),
    };
    let family = known.as_ref().map_or(&had.family, |person| &person.family);
    let given = known.as_ref().map_or(&had.given, |person| &person.given);
    let code = if had.root == HETU_ROOT { had.code.as_str() } else { "" };
    let fields = vec![
        Field::new("hetu", op.t.get("field-code"), code, Input::Line("text")).required(),
        Field::line("sukunimi", op.t.get("field-family"), family.clone()).required(),
        Field::line("etunimet", op.t.get("field-given"), given.clone()).required(),
    ];
    let path = format!("/arkistointi/{}/henkilo", one.oid);
    let form = Form::new("henkilo", path, fields, op.t.get("identity-submit"));
    let title = op.t.get("identity-title");
    let mut sheet = Sheet::new(op.page(&title), &title);
    sheet.identity = Some(clients::pages::identity(op, seen));
    if let Some(fault) = fault {
        sheet = sheet.fault(fault);
    }
    sheet.with(Block::Text(one.mend.clone().unwrap_or_default())).with(Block::Text(told)).with(Block::Form(form))
}

/// `POST /arkistointi/{oid}/henkilo`: `hetu`, `sukunimi`, `etunimet`; then everything of the client that came back for his
/// identity goes again
pub async fn mend(op: Op, Path(oid): Path<String>, posted: Posted) -> Result<Response> {
    let (one, seen) = load(&op, &oid).await?;
    let again = async |key: &str| {
        Ok::<_, Fault>(sheet(&op, &one, &seen, Some(op.t.get(key))).await.html_as(StatusCode::UNPROCESSABLE_ENTITY))
    };
    let Ok(code) = PersonalIdentityCode::parse(&posted.get("hetu").to_uppercase()) else {
        return again("fault-identity").await;
    };
    let (family, given) = (posted.get("sukunimi"), posted.get("etunimet"));
    if family.is_empty() || given.is_empty() {
        return again("fault-name").await;
    }
    let known = op.app.registers.person(&code).await.ok().flatten();
    let person = Person {
        root: HETU_ROOT.into(),
        code: code.as_str().to_owned(),
        family: family.to_owned(),
        given: given.to_owned(),
        protected: known.map_or(seen.client.person.protected, |known| known.non_disclosure),
        ..seen.client.person.clone()
    };
    let mut tx = op.write().await?;
    if !take_over(&op, &mut tx, &seen, &person).await? {
        drop(tx);
        return again("identity-taken").await;
    }
    use_log::write(&op, &mut tx, Event::of_client(Action::Change, &seen.client).detail("henkilötiedot tarkistettu"))
        .await?;
    tx.commit().await?;
    let mut tx = op.read().await?;
    let register = seen.client.register.as_str();
    let found = rows::of_group(&op, &mut tx, Cause::Identity, register, &seen.client.id).await?;
    drop(tx);
    let (mut done, mut left) = (0, 0);
    for one in found {
        match resend(&op, &one.oid, Cause::Identity, &Change::default()).await? {
            Sent::Again => done += 1,
            Sent::Faulty => left += 1,
            Sent::Gone => {}
        }
    }
    Ok(Redirect::to(&format!("/arkistointi?tehty=identity&maara={done}&jai={left}")).into_response())
}

/// Stores the person; `false` when another client of the register has the identity already.
async fn take_over(op: &Op, tx: &mut Tx, seen: &Seen, person: &Person) -> Result<bool> {
    let id = person.id().map_err(|_| Fault::Form("fault-identity"))?;
    let index = clients::store::identity_index(&op.app, op.org(), &id);
    let (org, client) = (op.org(), seen.client.id.as_str());
    let others: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM cw_client WHERE org = $1 AND register = $2 AND identity = $3 AND client <> $4",
    )
    .bind(org)
    .bind(seen.client.register.as_str())
    .bind(&index)
    .bind(client)
    .fetch_one(&mut **tx)
    .await?;
    if others > 0 {
        return Ok(false);
    }
    let key = op.app.vault.data_key(tx, org, client).await?;
    let sealed = key.seal(&serde_json::to_vec(person).map_err(Fault::failed)?, b"person");
    sqlx::query("UPDATE cw_client SET person = $3, identity = $4 WHERE org = $1 AND client = $2")
        .bind(org)
        .bind(client)
        .bind(sealed)
        .bind(&index)
        .execute(&mut **tx)
        .await?;
    sqlx::query("DELETE FROM cw_name WHERE org = $1 AND client = $2").bind(org).bind(client).execute(&mut **tx).await?;
    for word in person.words() {
        sqlx::query("INSERT INTO cw_name (org, word, client) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(org)
            .bind(clients::store::name_index(&op.app, org, &word))
            .bind(client)
            .execute(&mut **tx)
            .await?;
    }
    Ok(true)
}

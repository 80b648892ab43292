//! `/allekirjoitus`: what waits for a signature, and signing with a card (functional specification 3.5).

use axum::{extract::Path, response::Response};
use kanta::document::Signer;
use records::{
    Lang,
    access::{Operation, login},
    code::LoginMethod,
    refusal::Refusal,
};
use seal::{
    Purpose, Role,
    scs::{SignRequest, SignResponse},
};
use serde_json::Value;
use web::ui::{Chip, Field, Input, Notice, Tone};

use super::store;
use crate::{
    archiving,
    clients::{self, store::Seen},
    error::{Fault, Result},
    op::Op,
    people,
    posted::Posted,
    recording::{
        content,
        documents::{self, Stored},
        store as recording,
    },
    routes::see,
    sheet::{Block, Cell, Form, Link, Row, Sheet, Table},
    use_log::{self, Event},
};

/// `GET /allekirjoitus`
pub async fn list(op: Op) -> Result<Response> {
    let mut tx = op.read().await?;
    let waiting = store::waiting(&op, &mut tx).await?;
    drop(tx);
    let sheet = Sheet::new(op.page(op.t.get("signing-title")), op.t.get("signing-title"));
    if waiting.is_empty() {
        return Ok(sheet.with(Block::Empty(op.t.get("signing-none"))).html());
    }
    let rows = waiting.iter().map(|one| {
        let mine = one.signer.as_deref() == Some(op.actor.person.as_str());
        Row {
            key: one.oid.to_string(),
            state: one.state.clone(),
            kind: one.type_code.clone(),
            case: one.case.as_ref().map(ToString::to_string).unwrap_or_default(),
            cells: vec![
                Cell::link(format!("/allekirjoitus/{}", one.oid), one.title.clone()),
                Cell::Text(one.author.clone()),
                Cell::Text(people::moment(one.created)),
                Cell::Text(op.t.get(if mine { "signing-mine" } else { "signing-others" })),
                Cell::Chip(Chip::state(&op.t, one.word())),
            ],
        }
    });
    let table = Table {
        id: "allekirjoitettavat",
        caption: op.t.get("signing-title"),
        head: ["col-document", "col-author", "col-written", "col-signer", "col-state"]
            .map(|key| op.t.get(key))
            .to_vec(),
        rows: rows.collect(),
    };
    Ok(sheet.with(Block::Table(table)).html())
}

async fn load(op: &Op, oid: &str) -> Result<(Stored, Seen, Value)> {
    let mut tx = op.read().await?;
    let one = documents::by_oid(&mut tx, op.org(), oid).await?;
    let mine = [one.signer.as_deref(), Some(one.person.as_str())].contains(&Some(op.actor.person.as_str()));
    if !one.awaits_signer() || !mine {
        return Err(Fault::NotFound);
    }
    // The signer has the matter by the document itself, whatever unit is active.
    let client = clients::store::by_id(&op.app, &mut tx, op.org(), &one.client).await?;
    let register_name = op.t.with("register-own", [("name", &op.org_name)]);
    let why = op.t.get("why-signing");
    let seen = Seen { client, why, register_name, locked: false, right: None };
    let body = one.body(&op.app, &mut tx, op.org()).await?;
    Ok((one, seen, body))
}

/// `GET /allekirjoitus/{oid}`: shows the document and, to its signer with a card, what the card has to sign
pub async fn show(op: Op, Path(oid): Path<String>) -> Result<Response> {
    let (one, seen, body) = load(&op, &oid).await?;
    let structure = op.app.config.catalogue.get(&one.structure).ok_or(Fault::NotFound)?;
    let display = structures::Display {
        document: &one.oid,
        organisation: &op.org_name,
        date: records::time::finnish_date(one.event),
        language: op.lang(),
        on_behalf: None,
    };
    let xhtml = structures::display_form(structure, &body, &display);
    let mut sheet = Sheet::new(op.page(op.t.get("signing-title")), format!("{}: {}", op.t.get("sign"), one.title));
    sheet.identity = Some(clients::pages::identity(&op, &seen));
    let mine = one.signer.as_deref() == Some(op.actor.person.as_str());
    let strong = login::check(Operation::Sign, op.strength(), &records::access::Settings::default()).is_ok();
    sheet = sheet.with(Block::Document(xhtml));
    if mine && !strong {
        sheet = sheet.with(Block::Notice(
            Notice::new(Tone::Warning, op.t.get("signing-needs-card")).text(op.t.get("signing-needs-card-more")),
        ));
        let to_card = Link::new("kortti", "/kirjaudu/kortti", op.t.get("login-with-card"));
        sheet = sheet.with(Block::Links(vec![to_card]));
    }
    if !mine {
        sheet = sheet.with(Block::Notice(Notice::new(Tone::Info, op.t.get("signing-waits-for-other"))));
    }
    if mine {
        sheet = sheet.with(Block::Form(sign_form(&op, &one, &seen, &body, strong).await?));
    }
    let signers = store::signers(&op, &one.type_code).await?;
    let signers = signers.into_iter().filter(|(person, _)| Some(person) != one.signer.as_ref()).collect();
    let chosen = Field::new("allekirjoittaja", op.t.get("field-signer"), "", Input::Choice(signers)).required();
    let pass = Form::new("siirra", format!("/allekirjoitus/{oid}/siirra"), vec![chosen], op.t.get("signing-pass"));
    let back = Form::new("palauta", format!("/allekirjoitus/{oid}/palauta"), Vec::new(), op.t.get("signing-back"));
    Ok(sheet.with(Block::Form(pass)).with(Block::Form(back)).html())
}

/// Makes the bytes to be signed and keeps them: what is signed is what was shown.
async fn sign_form(op: &Op, one: &Stored, seen: &Seen, body: &Value, strong: bool) -> Result<Form> {
    let answer =
        Field::new("vastaus", op.t.get("card-answer"), "", Input::Text(4)).hint(op.t.get("signing-answer-hint"));
    let mut form = Form::new("allekirjoita", format!("/allekirjoitus/{}", one.oid), vec![answer], op.t.get("sign"));
    for group in &mut form.groups {
        group.legend = op.t.get("card-answer-open");
        group.folded = true;
    }
    if strong {
        let to_sign = prepare(op, one, seen, body).await?;
        form.scs = serde_json::to_string(&SignRequest::for_signature(&to_sign)).map_err(Fault::failed)?;
        form.scs_urls = op.app.config.card_urls.join(" ");
    }
    Ok(form)
}

async fn prepare(op: &Op, one: &Stored, seen: &Seen, body: &Value) -> Result<Vec<u8>> {
    let structure = op.app.config.catalogue.get(&one.structure).ok_or(Fault::NotFound)?;
    let method = LoginMethod::ProfessionalCard;
    let signer = Signer {
        registration: op.actor.registration.clone(),
        family: op.actor.family.clone(),
        given: op.actor.given.clone(),
        method: Some(kanta::Code::named(method.code(), method.name(Lang::Fi))),
        time: Some(op.now),
    };
    let unsigned = recording::bytes(op, one, structure, body, seen, vec![signer]).await?;
    let certificate = op
        .login
        .worker
        .as_ref()
        .and_then(|worker| worker.card.as_ref())
        .map(|card| card.evidence.certificate_der.clone());
    let certificate = certificate.ok_or_else(|| op.refuse(Refusal::StrongAuthRequired))?;
    let prepared = seal::prepare(&unsigned, Role::Professional, &certificate, op.now).map_err(Fault::failed)?;
    let mut kept = one.clone();
    kept.signed_at = Some(op.now);
    let mut tx = op.write().await?;
    documents::put_signed(&op.app, &mut tx, op.org(), &kept, body, &unsigned).await?;
    tx.commit().await?;
    Ok(prepared.to_sign)
}

/// `POST /allekirjoitus/{oid}`: `vastaus` is the card service's JSON answer
pub async fn sign(op: Op, Path(oid): Path<String>, posted: Posted) -> Result<Response> {
    let (one, seen, body) = load(&op, &oid).await?;
    if one.signer.as_deref() != Some(op.actor.person.as_str()) {
        return Err(op.refuse(Refusal::SignerForbidden));
    }
    let mut tx = op.read().await?;
    let unsigned = one.signed(&op.app, &mut tx, op.org()).await?;
    let answer = serde_json::from_str::<SignResponse>(posted.get("vastaus"));
    let (Ok(answer), Some(at), false) = (answer, one.signed_at, unsigned.is_empty()) else {
        // Without a card's signature a decision is not one (FR-40).
        return Err(op.refuse(Refusal::SignatureMissing));
    };
    login::check(Operation::Sign, op.strength(), &records::access::Settings::default())
        .map_err(|_| op.refuse(Refusal::SignatureMissing))?;
    store::check_power(&op, &mut tx, &op.actor.person, &one).await?;
    drop(tx);
    let (value, certificate) = answer.parts().map_err(|_| op.refuse(Refusal::SignatureMissing))?;
    let facts = op
        .app
        .config
        .trust
        .check(&certificate, Purpose::ProfessionalSignature, op.now)
        .map_err(|_| op.refuse(Refusal::SignatureInvalid))?;
    // The card holder must be the signer named in the content (FR-42).
    let own = op.actor.registration.as_ref();
    if own.is_none() || facts.registration.as_ref() != own {
        return Err(op.refuse(Refusal::SignerForbidden));
    }
    let prepared = seal::prepare(&unsigned, Role::Professional, &certificate, at).map_err(Fault::failed)?;
    let signed = seal::finish(prepared, &value);
    seal::verify(&signed, &one.oid).map_err(|_| op.refuse(Refusal::SignatureInvalid))?;
    store_signed(&op, one, &seen, &body, &signed).await?;
    Ok(see(&format!("/asiakirjat/{oid}")))
}

async fn store_signed(op: &Op, mut one: Stored, seen: &Seen, body: &Value, signed: &[u8]) -> Result<()> {
    one.state = "queued".into();
    let mut tx = op.write().await?;
    documents::put_signed(&op.app, &mut tx, op.org(), &one, body, signed).await?;
    archiving::store::enqueue(op, &mut tx, &one).await?;
    archiving::store::close_work(&mut tx, op.org(), one.oid.as_str(), op.now).await?;
    let event = Event::of_document(::store::log::Action::Change, &seen.client, &one).detail("signed");
    use_log::write(op, &mut tx, event).await?;
    crate::recording::restrictions::tell(op, &mut tx, &one, body).await?;
    tx.commit().await?;
    op.app.wake.notify_one();
    Ok(())
}

/// `POST /allekirjoitus/{oid}/siirra`: to another with the same power; the content's decision maker changes with it
pub async fn pass_on(op: Op, Path(oid): Path<String>, posted: Posted) -> Result<Response> {
    let (mut one, _, mut body) = load(&op, &oid).await?;
    let person = posted.get("allekirjoittaja").to_owned();
    let mut tx = op.read().await?;
    store::check_power(&op, &mut tx, &person, &one).await?;
    drop(tx);
    let structure = op.app.config.catalogue.get(&one.structure).ok_or(Fault::NotFound)?;
    let decider = recording::worker(&op, &person).await?;
    content::set_decider(structure, &mut body, &decider);
    one.signer = Some(person.clone());
    one.signed_at = None;
    let mut tx = op.write().await?;
    documents::put_signed(&op.app, &mut tx, op.org(), &one, &body, &[]).await?;
    archiving::store::close_work(&mut tx, op.org(), &oid, op.now).await?;
    let work = archiving::store::Work {
        kind: records::work::WorkKind::SignatureWaiting.code(),
        owner: &person,
        client: Some(&one.client),
        document: Some(&oid),
        detail: &one.title,
        due: None,
    };
    archiving::store::open_work(&mut tx, op.org(), &work, op.now).await?;
    tx.commit().await?;
    Ok(see("/allekirjoitus"))
}

/// `POST /allekirjoitus/{oid}/palauta`: back to a draft of its writer
pub async fn give_back(op: Op, Path(oid): Path<String>, _: Posted) -> Result<Response> {
    let (one, _, body) = load(&op, &oid).await?;
    let structure = op.app.config.catalogue.get(&one.structure).ok_or(Fault::NotFound)?;
    let mut fields = structures::form::Form::of(structure).encode(&body);
    fields.retain(|(name, _)| !content::is_system_path(&crate::recording::pages::bare(name)));
    if let Some(case) = &one.case {
        fields.push(("asia".into(), case.to_string()));
    }
    let draft = crate::numbers::random_id();
    let mut tx = op.write().await?;
    recording::give_draft(&op, &mut tx, &draft, &one, &fields).await?;
    sqlx::query("DELETE FROM cw_document WHERE org = $1 AND oid = $2 AND state = 'waiting_signature'")
        .bind(op.org())
        .bind(&oid)
        .execute(&mut *tx)
        .await?;
    archiving::store::close_work(&mut tx, op.org(), &oid, op.now).await?;
    tx.commit().await?;
    let mine = one.person == op.actor.person;
    Ok(see(&if mine { format!("/luonnokset/{draft}") } else { "/allekirjoitus".to_owned() }))
}

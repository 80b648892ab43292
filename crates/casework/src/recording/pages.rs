//! Writing: a new document, its drafts, its finishing, its correction.

use ::store::log::Action;
use axum::{
    extract::{Path, RawQuery},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use records::{
    access::{Duty, Operation, login},
    code::SocialService,
    id::CaseId,
    refusal::Refusal,
};
use serde_json::Value;
use structures::{Structure, form::Form as DocumentForm};
use web::ui::{Notice, Tone};

use super::{
    content, documents,
    editor::{self, Editing},
    listed, parts, shape,
    store::{self, Draft, Finished, Finishing},
};
use crate::{
    cases::store::Case,
    clients::{self, store::Seen},
    error::{Fault, Result},
    op::{Kind, Op},
    people,
    posted::Posted,
    rights,
    routes::see,
    sheet::{Bar, BarAlone, Block, Link, Sheet},
    use_log,
};

/// Kinds that a worker may choose from; an official catalogue has all, the built-in one those of the main path.
fn choices(op: &Op) -> Vec<Link> {
    let mut kinds: Vec<(&str, &str)> = op
        .app
        .config
        .catalogue
        .all()
        .filter(|one| !one.type_code().starts_with("1505"))
        .filter(|one| op.kind == Kind::Organiser || may_provider_write(one.type_code()))
        .map(|one| (one.type_code(), one.name(op.lang())))
        .collect();
    kinds.sort_by_key(|(kind, name)| (!editor::is_entry(kind), name.to_lowercase()));
    kinds.dedup();
    kinds.into_iter().map(|(kind, name)| Link::new("valitse-laji", kind.to_owned(), name.to_owned())).collect()
}

/// What a provider makes under a right: entries, implementation plans, summaries (functional specification 3.3).
fn may_provider_write(kind: &str) -> bool {
    editor::is_entry(kind) || kind == "15004" || (kind.len() == 5 && kind.starts_with("16"))
}

fn structure<'a>(op: &'a Op, kind: &str) -> Result<&'a Structure> {
    let known = op.app.config.catalogue.newest(kind).ok_or(Fault::NotFound)?;
    if kind.starts_with("1505") || (op.kind == Kind::Provider && !may_provider_write(kind)) {
        return Err(op.refuse(Refusal::RoleForbidden));
    }
    Ok(known)
}

/// `GET /asiakkaat/{client}/asiakirja/{kind}`; `valitse` lists the kinds
pub async fn new(op: Op, Path((client, kind)): Path<(String, String)>) -> Result<Response> {
    if kind == "valitse" {
        return choose(&op, &client).await;
    }
    let structure = structure(&op, &kind)?;
    let draft = crate::numbers::random_id();
    let page = Page { structure, draft: &draft, fields: Vec::new(), faults: &[], message: None };
    show(&op, &client, page).await
}

/// A new document that begins with some fields known, such as the time of a planned visit, in the draft of an id that the
/// caller can tell again. A draft that is there already goes on.
///
/// # Errors
/// As of opening the client and the kind.
pub async fn begin(op: &Op, client: &str, kind: &str, draft: &str, fields: Vec<(String, String)>) -> Result<Response> {
    let structure = structure(op, kind)?;
    let mut tx = op.read().await?;
    let had = store::draft(op, &mut tx, draft).await;
    drop(tx);
    let fields = match had {
        Ok(had) => had.fields,
        Err(Fault::NotFound) => fields,
        Err(other) => return Err(other),
    };
    show(op, client, Page { structure, draft, fields, faults: &[], message: None }).await
}

async fn choose(op: &Op, client: &str) -> Result<Response> {
    let mut tx = op.read().await?;
    let seen = clients::store::open(op, &mut tx, client).await?;
    let mut links = choices(op);
    for link in &mut links {
        link.href = format!("/asiakkaat/{client}/asiakirja/{}", link.href);
    }
    let mut sheet = Sheet::new(op.page(op.t.get("document-new")), op.t.get("document-new"));
    sheet.identity = Some(clients::pages::identity(op, &seen));
    Ok(sheet.with(Block::Links(links)).html())
}

struct Page<'a> {
    structure: &'a Structure,
    draft: &'a str,
    fields: Vec<(String, String)>,
    faults: &'a [structures::Fault],
    message: Option<String>,
}

async fn show(op: &Op, client: &str, page: Page<'_>) -> Result<Response> {
    let mut tx = op.read().await?;
    let seen = clients::store::open(op, &mut tx, client).await?;
    let (case, cases) = case_for(op, &mut tx, &seen, &page.fields).await?;
    let before = shape::before(op, &mut tx, &seen, page.structure).await?.map(|(before, _)| before);
    drop(tx);
    let now = with_facts(op, &seen, case.as_ref(), page.structure, &page.fields);
    let fields = if page.fields.is_empty() { prefilled(page.structure, &now) } else { page.fields };
    let kind = page.structure.type_code();
    let editing = Editing {
        seen: &seen,
        structure: page.structure,
        case: case.as_ref(),
        cases: &cases,
        fields: &fields,
        now: &now,
        faults: page.faults,
        draft: page.draft,
        action: format!("/asiakkaat/{client}/asiakirja/{kind}"),
        correcting: false,
        before: before.as_ref(),
    };
    editor_sheet(op, &seen, &editing, page.message).await
}

async fn editor_sheet(op: &Op, seen: &Seen, editing: &Editing<'_>, message: Option<String>) -> Result<Response> {
    let title = editing.structure.name(op.lang()).to_owned();
    let mut sheet = Sheet::new(op.page(&title), &title);
    sheet.identity = Some(clients::pages::identity(op, seen));
    let faulty = message.is_some() || !editing.faults.is_empty();
    let form = editor::form(op, editing).await?;
    if let Some(message) = message {
        sheet = sheet.with(Block::Notice(Notice::new(Tone::Bad, message).text(op.t.get("text-is-safe"))));
    } else if !editing.faults.is_empty() {
        let title = op.t.with("faults", [("n", editing.faults.len())]);
        let links = parts::fault_links(op, editing, &form.groups, &form.parts);
        sheet = sheet.with(Block::Faults { title, links, text: op.t.get("text-is-safe") });
    }
    if seen.locked {
        sheet = sheet.with(Block::Notice(Notice::new(Tone::Warning, op.t.get("right-missing-now"))));
    }
    let sheet = sheet.with(Block::Form(form));
    Ok(if faulty { sheet.html_as(StatusCode::UNPROCESSABLE_ENTITY) } else { sheet.html() })
}

/// The case: the one that was chosen, else that of the unit's right, else the only open one, else a choice.
async fn case_for(
    op: &Op,
    tx: &mut ::store::Tx,
    seen: &Seen,
    fields: &[(String, String)],
) -> Result<(Option<Case>, Vec<Case>)> {
    let chosen = fields.iter().find(|(key, _)| key == "asia").and_then(|(_, oid)| CaseId::parse(oid).ok());
    if let Some(oid) = chosen {
        let case = store::case_of(op, tx, &seen.client.id, &oid).await?;
        return Ok((Some(case), Vec::new()));
    }
    let (only, all) = store::only_case(op, tx, &seen.client.id).await?;
    if let Some(right) = &seen.right {
        let of_right = all.iter().find(|case| case.oid.as_str() == right.case).cloned();
        return Ok((of_right.or(only), all));
    }
    Ok((only, all))
}

/// The content that the fields say so far, with what the system fills.
fn with_facts(op: &Op, seen: &Seen, case: Option<&Case>, structure: &Structure, fields: &[(String, String)]) -> Value {
    let author = store::author(op);
    let service = store::default_service(seen);
    let facts = content::Facts {
        client: &seen.client.person,
        author: &author,
        decider: None,
        task: case.map_or(records::code::ServiceTask::Elderly, |case| case.task).to_code(records::Lang::Fi),
        service: service.map(|service| service.to_code(records::Lang::Fi)),
        event: op.now,
        today: op.today(),
        pending: case.map(|case| case.opened),
    };
    let mut body = body_of(structure, &Posted(fields.to_vec()));
    content::fill(structure, &mut body, &facts);
    body
}

/// What the system fills before the worker writes; the worker may change it. An entry is one text and shows none of it.
fn prefilled(structure: &Structure, body: &Value) -> Vec<(String, String)> {
    if editor::one_text(structure).is_some() {
        return Vec::new();
    }
    let form = DocumentForm::of(structure);
    form.encode(body).into_iter().filter(|(path, _)| !content::is_system_path(&bare(path))).collect()
}

/// A field's name without indexes: the path of its keys.
pub fn bare(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut inside = false;
    for c in name.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

/// The content that a form says, the entry's text included.
pub fn body_of(structure: &Structure, posted: &Posted) -> Value {
    let form = DocumentForm::of(structure);
    let fields: Vec<(String, String)> =
        posted.document_fields().into_iter().filter(|(name, _)| !content::is_system_path(&bare(name))).collect();
    let mut body = form.decode(&fields);
    if let Some(path) = editor::one_text(structure) {
        content::put_text(structure, &mut body, &path, posted.get("teksti"));
    }
    body
}

/// `POST /asiakkaat/{client}/asiakirja/{kind}`
pub async fn finish(op: Op, Path((client, kind)): Path<(String, String)>, posted: Posted) -> Result<Response> {
    let structure = structure(&op, &kind)?;
    let draft = draft_id(&posted);
    if !posted.get("toiminto").is_empty() {
        return reshape(&op, &client, structure, &draft, posted).await;
    }
    let refused = |message: String| Page {
        structure,
        draft: &draft,
        fields: posted.0.clone(),
        faults: &[],
        message: Some(message),
    };
    if let Some(path) = editor::one_text(structure)
        && posted.get("teksti").is_empty()
    {
        let field = editor::text_label(&op, structure, &path);
        return show(&op, &client, refused(op.t.with("entry-empty", [("field", field)]))).await;
    }
    let Some(event) = event_of(&op, &posted) else {
        keep(&op, &client, &kind, &draft, &posted, None).await?;
        return show(&op, &client, refused(op.t.get("fault-event"))).await;
    };
    let unlisted = listed::unlisted(structure, &posted.document_fields());
    if !unlisted.is_empty() {
        keep(&op, &client, &kind, &draft, &posted, None).await?;
        let page = Page { structure, draft: &draft, fields: posted.0.clone(), faults: &unlisted, message: None };
        return show(&op, &client, page).await;
    }
    let mut tx = op.read().await?;
    let seen = clients::store::open(&op, &mut tx, &client).await?;
    let (case, _) = case_for(&op, &mut tx, &seen, &posted.0).await?;
    drop(tx);
    let what = Finishing {
        seen: &seen,
        case: case.as_ref(),
        structure,
        body: body_of(structure, &posted),
        event,
        service: chosen_service(&posted),
        process: None,
        corrects: None,
        signer: Some(posted.get("allekirjoittaja")).filter(|person| !person.is_empty()),
        draft: &draft,
    };
    match store::finish(&op, what).await? {
        Finished::Stored { oid, state } if state == "waiting_signature" => Ok(see(&format!("/allekirjoitus/{oid}"))),
        Finished::Stored { .. } => Ok(see(&format!("/asiakkaat/{client}"))),
        Finished::Missing(item) => {
            keep(&op, &client, &kind, &draft, &posted, None).await?;
            let item = op.t.get(item);
            show(&op, &client, refused(op.t.with("context-missing", &[("item", item)]))).await
        }
        Finished::Faults(faults) => {
            keep(&op, &client, &kind, &draft, &posted, None).await?;
            let page = Page { structure, draft: &draft, fields: posted.0.clone(), faults: &faults, message: None };
            show(&op, &client, page).await
        }
    }
}

/// A button of the form itself: the form comes back changed, with what was typed kept as a draft.
async fn reshape(op: &Op, client: &str, structure: &Structure, draft: &str, posted: Posted) -> Result<Response> {
    let kind = structure.type_code();
    keep(op, client, kind, draft, &posted, None).await?;
    let button = posted.get("toiminto").to_owned();
    let mut fields = posted.0;
    let mut before = None;
    if button.starts_with("edellisesta:") {
        let mut tx = op.read().await?;
        let seen = clients::store::open(op, &mut tx, client).await?;
        before = shape::before(op, &mut tx, &seen, structure).await?;
        drop(tx);
        if let Some((_, one)) = &before {
            use_log::write_now(op, use_log::Event::of_document(Action::Read, &seen.client, one)).await?;
        }
    }
    shape::reshape(structure, &mut fields, &button, before.as_ref().map(|(before, _)| before));
    show(op, client, Page { structure, draft, fields, faults: &[], message: None }).await
}

fn draft_id(posted: &Posted) -> String {
    let id = posted.get("luonnos");
    let fits = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
    if fits { id.to_owned() } else { crate::numbers::random_id() }
}

/// When it happened: now when the field is empty; `None` when it cannot be read or lies in the future.
fn event_of(op: &Op, posted: &Posted) -> Option<jiff::Timestamp> {
    let text = posted.get("tapahtuma");
    if text.is_empty() {
        return Some(op.now);
    }
    let at = people::read_moment(text)?;
    // A browser's clock may run ahead of ours, and a day alone means noon.
    let end = records::time::finnish_date(op.now).tomorrow().ok()?;
    (records::time::finnish_date(at) < end).then_some(at)
}

fn chosen_service(posted: &Posted) -> Option<SocialService> {
    Some(posted.get("palvelu")).filter(|code| !code.is_empty()).map(SocialService::new)
}

async fn keep(op: &Op, client: &str, kind: &str, draft: &str, posted: &Posted, corrects: Option<String>) -> Result<()> {
    let mut tx = op.write().await?;
    let fields = posted.0.iter().filter(|(key, _)| key != "csrf").cloned().collect();
    let draft = Draft {
        id: draft.to_owned(),
        client: client.to_owned(),
        type_code: kind.to_owned(),
        fields,
        corrects,
        updated: op.now,
    };
    store::save_draft(op, &mut tx, &draft).await?;
    Ok(tx.commit().await?)
}

/// `POST /asiakkaat/{client}/luonnos/{kind}`: saves without judging; answers with the time for the page's script, or
/// leads to the list of drafts when a person pressed the button.
pub async fn save(
    op: Op,
    Path((client, kind)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response> {
    let structure = structure(&op, &kind)?;
    let mut tx = op.read().await?;
    let seen = clients::store::open(&op, &mut tx, &client).await?;
    drop(tx);
    keep(&op, &client, &kind, &draft_id(&posted), &posted, None).await?;
    if query.as_deref() == Some("lista") {
        return Ok(see(&format!("/asiakkaat/{client}")));
    }
    let text = people::time_of_day(op.now);
    let wanted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if wanted.starts_with("text/html")
        && let Some(bar) = bar(&op, &seen, structure, &posted).await?
    {
        let mut answer = web::html(&BarAlone { bar });
        if let Ok(text) = HeaderValue::from_str(&text) {
            answer.headers_mut().insert("x-tallennettu", text);
        }
        return Ok(answer);
    }
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// What the form lacks as it is now; nothing for an entry.
async fn bar(op: &Op, seen: &Seen, structure: &Structure, posted: &Posted) -> Result<Option<Bar>> {
    let mut tx = op.read().await?;
    let (case, cases) = case_for(op, &mut tx, seen, &posted.0).await?;
    drop(tx);
    let now = with_facts(op, seen, case.as_ref(), structure, &posted.0);
    let editing = Editing {
        seen,
        structure,
        case: case.as_ref(),
        cases: &cases,
        fields: &posted.0,
        now: &now,
        faults: &[],
        draft: "",
        action: String::new(),
        correcting: false,
        before: None,
    };
    Ok(editor::form(op, &editing).await?.bar)
}

/// `GET /luonnokset/{draft}`
pub async fn resume(op: Op, Path(draft): Path<String>) -> Result<Response> {
    let mut tx = op.read().await?;
    let draft = store::draft(&op, &mut tx, &draft).await?;
    drop(tx);
    if let Some(oid) = &draft.corrects {
        return show_correction(&op, oid, &draft.id, draft.fields.clone(), &[], None).await;
    }
    let structure = structure(&op, &draft.type_code)?;
    let page = Page { structure, draft: &draft.id, fields: draft.fields, faults: &[], message: None };
    show(&op, &draft.client, page).await
}

/// `POST /luonnokset/{draft}/poista`
pub async fn discard(op: Op, Path(draft): Path<String>, _: Posted) -> Result<Response> {
    let mut tx = op.write().await?;
    store::delete_draft(&mut tx, &op, &draft).await?;
    tx.commit().await?;
    Ok(see("/tanaan"))
}

/// A card, and a duty that may correct (functional specification 3.8b, FR-101).
fn may_correct(op: &Op) -> Result<()> {
    login::check(Operation::Correct, op.strength(), &records::access::Settings::default())
        .map_err(|refusal| op.refuse(refusal))?;
    if op.duty().is_some_and(Duty::corrects) { Ok(()) } else { Err(op.refuse(Refusal::RoleForbidden)) }
}

/// `GET /asiakirjat/{oid}/korjaa`
pub async fn correct(op: Op, Path(oid): Path<String>) -> Result<Response> {
    may_correct(&op)?;
    let draft = crate::numbers::random_id();
    show_correction(&op, &oid, &draft, Vec::new(), &[], None).await
}

async fn show_correction(
    op: &Op,
    oid: &str,
    draft: &str,
    typed: Vec<(String, String)>,
    faults: &[structures::Fault],
    message: Option<String>,
) -> Result<Response> {
    let mut tx = op.read().await?;
    let old = documents::by_oid(&mut tx, op.org(), oid).await?;
    let seen = clients::store::open(op, &mut tx, &old.client).await?;
    rights::check_read(op, &mut tx, &seen, &old).await?;
    let structure = op.app.config.catalogue.get(&old.structure).ok_or(Fault::NotFound)?;
    let body = old.body(&op.app, &mut tx, op.org()).await?;
    let case = match &old.case {
        Some(case) => Some(store::case_of(op, &mut tx, &old.client, case).await?),
        None => None,
    };
    drop(tx);
    let fields = if typed.is_empty() { fields_of(structure, &body, &old) } else { typed };
    let now = with_facts(op, &seen, case.as_ref(), structure, &fields);
    let editing = Editing {
        seen: &seen,
        structure,
        case: case.as_ref(),
        cases: &[],
        fields: &fields,
        now: &now,
        faults,
        draft,
        action: format!("/asiakirjat/{oid}/korjaa"),
        correcting: true,
        before: None,
    };
    editor_sheet(op, &seen, &editing, message).await
}

fn fields_of(structure: &Structure, body: &Value, old: &documents::Stored) -> Vec<(String, String)> {
    let mut fields = DocumentForm::of(structure).encode(body);
    fields.retain(|(name, _)| !content::is_system_path(&bare(name)));
    if let Some(path) = editor::one_text(structure) {
        fields.push(("teksti".into(), content::text_at(structure, body, &path)));
    }
    let local = old.event.to_zoned(records::time::finnish_zone()).strftime("%Y-%m-%dT%H:%M").to_string();
    fields.push(("tapahtuma".into(), local));
    if let Some(service) = &old.service {
        fields.push(("palvelu".into(), service.code().to_owned()));
    }
    fields
}

/// `POST /asiakirjat/{oid}/korjaa`: version n+1 with the same set id and the reason (FR-35)
pub async fn finish_correction(op: Op, Path(oid): Path<String>, posted: Posted) -> Result<Response> {
    may_correct(&op)?;
    let draft = draft_id(&posted);
    if !posted.get("toiminto").is_empty() {
        let mut tx = op.read().await?;
        let old = documents::by_oid(&mut tx, op.org(), &oid).await?;
        drop(tx);
        let structure = op.app.config.catalogue.get(&old.structure).ok_or(Fault::NotFound)?;
        let button = posted.get("toiminto").to_owned();
        let mut fields = posted.0;
        shape::reshape(structure, &mut fields, &button, None);
        return show_correction(&op, &oid, &draft, fields, &[], None).await;
    }
    let reason = posted.get("syy").to_owned();
    if reason.is_empty() {
        let message = Some(op.t.get("fault-reason"));
        return show_correction(&op, &oid, &draft, posted.0.clone(), &[], message).await;
    }
    let mut tx = op.read().await?;
    let old = documents::by_oid(&mut tx, op.org(), &oid).await?;
    let seen = clients::store::open(&op, &mut tx, &old.client).await?;
    let case = match &old.case {
        Some(case) => Some(store::case_of(&op, &mut tx, &old.client, case).await?),
        None => None,
    };
    drop(tx);
    if old.state != "archived" {
        return Err(op.refuse(Refusal::VersionConflict));
    }
    let structure = op.app.config.catalogue.get(&old.structure).ok_or(Fault::NotFound)?;
    let unlisted = listed::unlisted(structure, &posted.document_fields());
    if !unlisted.is_empty() {
        return show_correction(&op, &oid, &draft, posted.0.clone(), &unlisted, None).await;
    }
    let what = Finishing {
        seen: &seen,
        case: case.as_ref(),
        structure,
        body: body_of(structure, &posted),
        event: event_of(&op, &posted).unwrap_or(old.event),
        service: chosen_service(&posted).or_else(|| old.service.clone()),
        process: old.process,
        corrects: Some((&old, &reason)),
        signer: Some(posted.get("allekirjoittaja")).filter(|person| !person.is_empty()),
        draft: &draft,
    };
    match store::finish(&op, what).await? {
        Finished::Stored { oid, .. } => Ok(see(&format!("/asiakirjat/{oid}"))),
        Finished::Missing(item) => {
            let message = op.t.with("context-missing", &[("item", op.t.get(item))]);
            show_correction(&op, &oid, &draft, posted.0.clone(), &[], Some(message)).await
        }
        Finished::Faults(faults) => show_correction(&op, &oid, &draft, posted.0.clone(), &faults, None).await,
    }
}

/// The sender has the document, so that it may be in the archive already though its receipt is not here.
fn on_its_way(oid: &str) -> web::PageError {
    web::PageError::new(StatusCode::CONFLICT, "mend-on-its-way", "mend-on-its-way-advice")
        .safe("refusal-safe")
        .onward(format!("/asiakirjat/{oid}"), "mend-to-document")
}

/// `POST /asiakirjat/{oid}/luonnokseksi`: a document that has not gone yet, or that came back, becomes a draft again, and
/// its place in the queue ends. Its OID is not used again. What has gone in the meantime is corrected by a new version.
pub async fn mend(op: Op, Path(oid): Path<String>, _: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let old = documents::by_oid(&mut tx, op.org(), &oid).await?;
    let seen = clients::store::open(&op, &mut tx, &old.client).await?;
    rights::check_read(&op, &mut tx, &seen, &old).await?;
    let structure = op.app.config.catalogue.get(&old.structure).ok_or(Fault::NotFound)?;
    let body = old.body(&op.app, &mut tx, op.org()).await?;
    drop(tx);
    if old.state == "archived" && !old.type_code.starts_with("1505") {
        return Ok(see(&format!("/asiakirjat/{oid}/korjaa")));
    }
    // What is on its way is taken back by its writer alone, and only an entry: a signed decision stays decided.
    let own_entry = old.person == op.actor.person && editor::is_entry(&old.type_code);
    let waits = matches!(old.state.as_str(), "rejected" | "waiting_right")
        || (own_entry && matches!(old.state.as_str(), "waiting_go_live" | "queued" | "waiting_signature"));
    if !waits || old.type_code.starts_with("1505") {
        return Err(op.refuse(Refusal::VersionConflict));
    }
    let mut fields = fields_of(structure, &body, &old);
    if let Some(case) = &old.case {
        fields.push(("asia".into(), case.to_string()));
    }
    if let Some(reason) = old.reason(&op.app, op.org())? {
        fields.push(("syy".into(), reason));
    }
    let id = crate::numbers::random_id();
    let draft = Draft {
        id: id.clone(),
        client: old.client.clone(),
        type_code: old.type_code.clone(),
        fields,
        corrects: old.replaces.as_ref().map(ToString::to_string),
        updated: op.now,
    };
    let mut tx = op.write().await?;
    if let Some(item) = ::store::outbox::find(&mut tx, op.org(), &oid).await?
        && !::store::outbox::withdraw(&mut tx, op.org(), item.seq).await?
        && ::store::outbox::find(&mut tx, op.org(), &oid).await?.is_some()
    {
        return Err(on_its_way(&oid).into());
    }
    sqlx::query("DELETE FROM cw_errand WHERE org = $1 AND oid = $2")
        .bind(op.org())
        .bind(&oid)
        .execute(&mut *tx)
        .await?;
    let taken = sqlx::query("DELETE FROM cw_document WHERE org = $1 AND oid = $2 AND archived_at IS NULL")
        .bind(op.org())
        .bind(&oid)
        .execute(&mut *tx)
        .await?;
    if taken.rows_affected() == 0 {
        // The button was pressed twice: the draft is among the client's already.
        return Ok(see(&format!("/asiakkaat/{}", old.client)));
    }
    crate::archiving::store::close_work(&mut tx, op.org(), &oid, op.now).await?;
    crate::batches::store::forget(&mut tx, op.org(), &oid).await?;
    store::save_draft(&op, &mut tx, &draft).await?;
    let event = use_log::Event::of_document(Action::Change, &seen.client, &old).detail("palautettu luonnokseksi");
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(see(&format!("/luonnokset/{id}")))
}

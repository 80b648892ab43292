//! Writing: a new document, its drafts, its finishing.

use ::store::log::Action;
use axum::{
    extract::{Path, RawQuery},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use records::{Lang, code::SocialService, id::CaseId, refusal::Refusal};
use serde_json::Value;
use structures::{Structure, form::Form as DocumentForm};
use web::ui::{Notice, Tone};

use super::{
    content, correct, disclosure,
    documents::is_client_document,
    editor::{self, Beside, Editing},
    judge::{Judged, Sent, judge},
    parts, restrictions, shape,
    store::{self, Draft},
};
use crate::{
    cases::store::Case,
    clients::{self, store::Seen},
    error::{Fault, Result},
    notes::{hints::Hint, marks, moments, patient, phrases},
    op::{Kind, Op},
    people,
    phone::store::{self as phone, Sending},
    posted::{Posted, argument},
    routes::see,
    sheet::{Bar, BarAlone, Block, Form, Link, Sheet},
    use_log,
};

/// Kinds that a worker may choose from; an official catalogue has all, the built-in one those of the main path.
fn choices(op: &Op) -> Vec<Link> {
    let mut kinds: Vec<(&str, &str)> = op
        .app
        .config
        .catalogue
        .all()
        .filter(|one| is_client_document(one.type_code()))
        .filter(|one| op.kind == Kind::Organiser || may_provider_write(op, one.type_code()))
        .map(|one| (one.type_code(), one.name(op.lang())))
        .collect();
    kinds.sort_by_key(|(kind, name)| (!editor::is_entry(kind), name.to_lowercase()));
    kinds.dedup();
    kinds.into_iter().map(|(kind, name)| Link::new("valitse-laji", kind.to_owned(), name.to_owned())).collect()
}

/// What a provider makes under a right: entries, implementation plans, summaries (functional specification 3.3), and what
/// restricts a child in its care (3.34).
fn may_provider_write(op: &Op, kind: &str) -> bool {
    editor::is_entry(kind)
        || kind == "15004"
        || (kind.len() == 5 && kind.starts_with("16"))
        || restrictions::may_institution_write(op, kind)
}

pub(crate) fn structure<'a>(op: &'a Op, kind: &str) -> Result<&'a Structure> {
    let known = op.app.config.catalogue.newest(kind).ok_or(Fault::NotFound)?;
    if !is_client_document(kind) || (op.kind == Kind::Provider && !may_provider_write(op, kind)) {
        return Err(op.refuse(Refusal::RoleForbidden));
    }
    Ok(known)
}

/// `GET /asiakkaat/{client}/asiakirja/{kind}`; `valitse` lists the kinds, `?asia=` chooses the case of a late entry (FR-07),
/// `?luovutus=` the document that has been disclosed (FR-58)
pub async fn new(op: Op, Path((client, kind)): Path<(String, String)>, RawQuery(query): RawQuery) -> Result<Response> {
    if kind == "valitse" {
        return choose(&op, &client).await;
    }
    let structure = structure(&op, &kind)?;
    let draft = crate::numbers::random_id();
    let query = query.unwrap_or_default();
    let late = argument(&query, "asia").filter(|_| editor::is_entry(&kind));
    let fields = match argument(&query, "luovutus").filter(|_| kind == disclosure::ENTRY) {
        Some(oid) => disclosure::fields(&op, &client, structure, oid).await?,
        None => late.map(|case| ("asia".to_owned(), case.to_owned())).into_iter().collect(),
    };
    let page = Page { structure, draft: &draft, fields, faults: &[], message: None, hints: Vec::new(), kept: false };
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
    show(op, client, Page { structure, draft, fields, faults: &[], message: None, hints: Vec::new(), kept: false })
        .await
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
    hints: Vec<Hint>,
    /// Whether it is a draft that lies in store, which can be printed.
    kept: bool,
}

async fn show(op: &Op, client: &str, page: Page<'_>) -> Result<Response> {
    let mut tx = op.read().await?;
    let seen = clients::store::open(op, &mut tx, client).await?;
    let (case, cases) = case_for(op, &mut tx, &seen, &page.fields).await?;
    let before = shape::before(op, &mut tx, &seen, page.structure).await?.map(|(before, _)| before);
    let templates = crate::signing::templates::of_kind(op, &mut tx, page.structure.type_code()).await?;
    let beside = beside(op, &mut tx, &seen, page.structure.type_code(), page.hints).await?;
    drop(tx);
    let beside = Beside {
        health: editor::is_entry(page.structure.type_code()) && patient::has_health_profession(op).await?,
        kept: page.kept,
        ..beside
    };
    let now = with_facts(op, &seen, case.as_ref(), page.structure, &page.fields);
    let fields = if page.fields.is_empty() { prefilled(page.structure, &now, templates) } else { page.fields };
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
        beside: &beside,
        before: before.as_ref(),
    };
    editor_sheet(op, &seen, &editing, page.message).await
}

/// Goals and phrases beside a note, and what was noticed.
async fn beside(op: &Op, tx: &mut ::store::Tx, seen: &Seen, kind: &str, hints: Vec<Hint>) -> Result<Beside> {
    let goals = if editor::is_entry(kind) { marks::goals(op, tx, seen).await? } else { Vec::new() };
    Ok(Beside { goals, phrases: phrases::of_worker(op, tx).await?, hints, ..Beside::default() })
}

pub(super) async fn editor_sheet(
    op: &Op,
    seen: &Seen,
    editing: &Editing<'_>,
    message: Option<String>,
) -> Result<Response> {
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
    for hint in &editing.beside.hints {
        let said = op.t.with(hint.kind.text(), [("words", hint.words.join(", "))]);
        sheet = sheet.with(Block::Notice(Notice::new(Tone::Warning, said).text(op.t.get("hint-more"))));
    }
    let faulty = faulty || !editing.beside.hints.is_empty();
    if seen.locked {
        sheet = sheet.with(Block::Notice(Notice::new(Tone::Warning, op.t.get("right-missing-now"))));
    }
    let (missing, all) = only_finnish(editing.structure);
    if op.lang() == Lang::Sv && missing > 0 {
        let title = op.t.with("form-only-finnish", [("missing", missing), ("all", all)]);
        sheet = sheet.with(Block::Notice(Notice::new(Tone::Info, title)));
    }
    let mut sheet = sheet.with(Block::Form(form));
    if editing.beside.kept {
        let path = format!("/luonnokset/{}/tuloste", editing.draft);
        let label = op.t.get("print-draft-pdf");
        sheet = sheet.with(Block::Form(Form::new("tulosta", path, Vec::new(), label).quiet()));
    }
    Ok(if faulty { sheet.html_as(StatusCode::UNPROCESSABLE_ENTITY) } else { sheet.html() })
}

/// How many of a structure's names THL has published in Finnish only, and how many names there are. The form shows those in
/// Finnish, and says so instead of pretending.
fn only_finnish(structure: &Structure) -> (usize, usize) {
    let (mut missing, mut all) = (0, 0);
    structure.root().walk(&mut |_, field| {
        if !field.hidden_title && !field.name.fi.is_empty() {
            all += 1;
            missing += usize::from(field.name.sv.is_empty());
        }
    });
    (missing, all)
}

/// The case of a new document, and the open ones to choose from: the one that was chosen, else that of the unit's right, else the only open one, else a choice.
pub(crate) async fn case_for(
    op: &Op,
    tx: &mut ::store::Tx,
    seen: &Seen,
    fields: &[(String, String)],
) -> Result<(Option<Case>, Vec<Case>)> {
    let chosen = fields.iter().find(|(key, _)| key == "asia").and_then(|(_, oid)| CaseId::parse(oid).ok());
    if let Some(oid) = chosen {
        let case = crate::cases::store::case_of(op, tx, &seen.client.id, &oid).await?;
        return Ok((Some(case), Vec::new()));
    }
    let (only, all) = crate::cases::store::only_case(op, tx, &seen.client.id).await?;
    if let Some(right) = &seen.right {
        let of_right = all.iter().find(|case| case.oid.as_str() == right.case).cloned();
        return Ok((of_right.or(only), all));
    }
    Ok((only, all))
}

/// The content that the fields say so far, with what the system fills.
pub(crate) fn with_facts(
    op: &Op,
    seen: &Seen,
    case: Option<&Case>,
    structure: &Structure,
    fields: &[(String, String)],
) -> Value {
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
fn prefilled(structure: &Structure, body: &Value, templates: Vec<(String, String)>) -> Vec<(String, String)> {
    if editor::one_text(structure).is_some() {
        return Vec::new();
    }
    let form = DocumentForm::of(structure);
    let known = form.encode(body).into_iter().filter(|(path, _)| !content::is_system_path(&bare(path)));
    known.chain(templates).collect()
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

/// A form that was sent and cannot be finished yet: it is kept as a draft and comes back with everything in it.
struct Back<'a> {
    op: &'a Op,
    client: &'a str,
    structure: &'a Structure,
    draft: &'a str,
    posted: &'a Posted,
}

impl Back<'_> {
    async fn page(&self, faults: &[structures::Fault], message: Option<String>, hints: Vec<Hint>) -> Result<Response> {
        keep(self.op, self.client, self.structure.type_code(), self.draft, self.posted, None).await?;
        let fields = self.posted.0.clone();
        let page = Page { structure: self.structure, draft: self.draft, fields, faults, message, hints, kept: false };
        show(self.op, self.client, page).await
    }

    async fn message(&self, message: String) -> Result<Response> {
        self.page(&[], Some(message), Vec::new()).await
    }

    async fn faults(&self, faults: &[structures::Fault]) -> Result<Response> {
        self.page(faults, None, Vec::new()).await
    }

    /// An entry without words comes back as it is; there is nothing to keep.
    async fn empty(&self, path: &str) -> Result<Response> {
        let field = editor::text_label(self.op, self.structure, path);
        let message = Some(self.op.t.with("entry-empty", [("field", field)]));
        let fields = self.posted.0.clone();
        let page = Page {
            structure: self.structure,
            draft: self.draft,
            fields,
            faults: &[],
            message,
            hints: Vec::new(),
            kept: false,
        };
        show(self.op, self.client, page).await
    }
}

/// `POST /asiakkaat/{client}/asiakirja/{kind}`; `lahetys` is the script's name for this sending
pub async fn finish(op: Op, Path((client, kind)): Path<(String, String)>, posted: Posted) -> Result<Response> {
    let structure = structure(&op, &kind)?;
    let posted = moments::accepted(phrases::expand(&op, posted).await?);
    let draft = draft_id(&posted);
    if !posted.get("toiminto").is_empty() {
        return reshape(&op, &client, structure, &draft, posted).await;
    }
    let named = Some(posted.get("lahetys")).filter(|id| phone::is_id(id));
    let sending = named.map(|id| Sending { id: id.to_owned(), phone: None, written: None });
    let sent = Sent { client: &client, kind: &kind, posted: &posted, draft: &draft, sending: sending.as_ref() };
    let back = Back { op: &op, client: &client, structure, draft: &draft, posted: &posted };
    match judge(&op, sent).await? {
        Judged::Stored { onward, .. } => Ok(see(&onward)),
        Judged::Empty(path) => back.empty(&path).await,
        Judged::Message(message) => back.message(message).await,
        Judged::Faults(faults) => back.faults(&faults).await,
        Judged::Hints(hints) => back.page(&[], None, hints).await,
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
    show(op, client, Page { structure, draft, fields, faults: &[], message: None, hints: Vec::new(), kept: false })
        .await
}

pub(crate) fn draft_id(posted: &Posted) -> String {
    let id = posted.get("luonnos");
    let fits = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
    if fits { id.to_owned() } else { crate::numbers::random_id() }
}

/// When it happened: now when the field is empty; `None` when it cannot be read or lies in the future.
pub(crate) fn event_of(op: &Op, posted: &Posted) -> Option<jiff::Timestamp> {
    let text = posted.get("tapahtuma");
    if text.is_empty() {
        return Some(op.now);
    }
    let at = people::read_moment(text)?;
    // A browser's clock may run ahead of ours, and a day alone means noon.
    let end = records::time::finnish_date(op.now).tomorrow().ok()?;
    (records::time::finnish_date(at) < end).then_some(at)
}

pub(crate) fn chosen_service(posted: &Posted) -> Option<SocialService> {
    Some(posted.get("palvelu")).filter(|code| !code.is_empty()).map(SocialService::new)
}

/// Keeps a form as a draft, as it stands.
///
/// # Errors
/// `NotFound` when the id is another worker's draft.
pub async fn keep(
    op: &Op,
    client: &str,
    kind: &str,
    draft: &str,
    posted: &Posted,
    corrects: Option<String>,
) -> Result<()> {
    let mut tx = op.write().await?;
    keep_in(op, &mut tx, (client, kind), draft, posted, corrects).await?;
    Ok(tx.commit().await?)
}

async fn keep_in(
    op: &Op,
    tx: &mut ::store::Tx,
    (client, kind): (&str, &str),
    draft: &str,
    posted: &Posted,
    corrects: Option<String>,
) -> Result<()> {
    let fields = posted.0.iter().filter(|(key, _)| !["csrf", "lahetys"].contains(&key.as_str())).cloned().collect();
    let draft = Draft {
        id: draft.to_owned(),
        client: client.to_owned(),
        type_code: kind.to_owned(),
        fields,
        corrects,
        updated: op.now,
    };
    store::save_draft(op, tx, &draft).await
}

/// Keeps a note that came from a phone and cannot be finished yet as its writer's draft, with the receipt of its sending in
/// the same transaction. `false` when the same sending is here already.
///
/// # Errors
/// `NotFound` when the id is another worker's draft.
pub async fn put_away(op: &Op, sent: Sent<'_>, sending: &Sending) -> Result<bool> {
    let mut tx = op.write().await?;
    if !phone::give_receipt(op, &mut tx, sending, ("draft", sent.draft), sent.draft).await? {
        return Ok(false);
    }
    keep_in(op, &mut tx, (sent.client, sent.kind), sent.draft, sent.posted, None).await?;
    tx.commit().await?;
    Ok(true)
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
        beside: &Beside::default(),
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
        return correct::show_correction(&op, oid, &draft.id, draft.fields.clone(), &[], None).await;
    }
    let structure = structure(&op, &draft.type_code)?;
    let page = Page {
        structure,
        draft: &draft.id,
        fields: draft.fields,
        faults: &[],
        message: None,
        hints: Vec::new(),
        kept: true,
    };
    show(&op, &draft.client, page).await
}

/// `POST /luonnokset/{draft}/poista`
pub async fn discard(op: Op, Path(draft): Path<String>, _: Posted) -> Result<Response> {
    let mut tx = op.write().await?;
    store::delete_draft(&mut tx, &op, &draft).await?;
    tx.commit().await?;
    Ok(see("/tanaan"))
}

//! The rows of the work list, each from a query that is bounded: work items, own drafts, visits, times of the law,
//! rights that end. Nothing here opens a document's text.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use records::work::WorkKind;
use sqlx::{Row, any::AnyRow};
use store::Tx;
use web::ui::{Chip, Tone};

use super::{timers, visits};
use crate::{
    clients::store as clients,
    error::{Fault, Result},
    op::Op,
    people, recording,
};

/// Most rows that one source gives: more than anybody does in a day, and a bound for the page.
pub(super) const ROWS_MAX: i64 = 200;
/// A draft older than this is amber; the law says without delay (users-and-screens 3.3).
pub(crate) const AMBER: SignedDuration = SignedDuration::from_hours(8);
/// And older than this red.
const RED: SignedDuration = SignedDuration::from_hours(24);
/// A visit that begins within this time stands under "now".
const SOON: SignedDuration = SignedDuration::from_mins(30);

/// Whose work the list shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The worker's own, and what nobody of the unit has been named for.
    Mine,
    /// Everybody's of the active unit, for clients whom the unit has a relation to.
    Unit,
}

/// Under which heading a row stands; in the order of the page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// Should have been done.
    Late,
    /// To be done now.
    Now,
    /// Today and in the next days.
    Today,
    /// Others have to act first.
    Others,
    /// Recorded today; folded.
    Done,
}

impl Group {
    /// All, in the order of the page.
    pub const ALL: [Self; 5] = [Self::Late, Self::Now, Self::Today, Self::Others, Self::Done];

    /// The word in keys of texts and in `data-group`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Now => "now",
            Self::Today => "today",
            Self::Others => "others",
            Self::Done => "done",
        }
    }
}

/// What the row's button does.
pub struct Act {
    /// Address.
    pub href: String,
    /// Key of its label.
    pub label: &'static str,
    /// Whether the script may open the form in the row.
    pub in_row: bool,
}

impl Act {
    fn open(href: String) -> Self {
        Self { href, label: "open", in_row: false }
    }
}

/// A row.
pub struct Item {
    /// What snoozing and handing over name it by.
    pub key: String,
    /// For a player: the document, the draft or the row.
    pub row: String,
    /// For a player: the kind of row.
    pub state: String,
    /// The client.
    pub client: Option<String>,
    /// Where it stands.
    pub group: Group,
    /// Time of day or day.
    pub when: String,
    /// What has to be done.
    pub thing: String,
    /// More in small print, or empty.
    pub detail: String,
    /// Its state or age.
    pub chip: Option<Chip>,
    /// The one button.
    pub act: Act,
    /// Where a discarding form posts to; empty where nothing can be discarded.
    pub discard: String,
    /// Sorts within the group, the smallest first.
    pub rank: i64,
}

/// What the page shows.
pub struct Found {
    /// Rows in order.
    pub items: Vec<Item>,
    /// Rows that the worker has put off.
    pub snoozed: usize,
    /// Visits without a note.
    pub unrecorded: usize,
    /// Own drafts.
    pub drafts: usize,
    /// Returned documents.
    pub returned: usize,
    /// Clients of the unit.
    pub clients: i64,
    /// Names of the clients in the rows.
    pub names: HashMap<String, String>,
}

/// Reads the list.
///
/// # Errors
/// When the database does not answer.
pub async fn find(op: &Op, tx: &mut Tx, scope: Scope, with_snoozed: bool) -> Result<Found> {
    let drafts = drafts(op, tx).await?;
    let visits = visits::around_today(op, tx, scope).await?;
    let mut items = work(op, tx, scope).await?;
    let returned = items.iter().filter(|one| one.state == WorkKind::ReturnedDocument.code()).count();
    let mut begun = Vec::new();
    for visit in &visits {
        let draft = drafts.iter().find(|draft| draft.id == visits::draft_id(op, &visit.id));
        begun.extend(draft.map(|draft| draft.id.clone()));
        items.push(visit_item(op, visit, draft));
    }
    let own = drafts.len();
    items.extend(drafts.iter().filter(|draft| !begun.contains(&draft.id)).map(|draft| draft_item(op, draft)));
    items.extend(crate::together::drafts::items(op, tx).await?);
    items.extend(timers::items(op, tx, scope).await?);
    let put_off = snoozed(op, tx).await?;
    let before = items.len();
    if !with_snoozed {
        items.retain(|one| !put_off.contains_key(&one.key));
    }
    let hidden = before - items.len();
    items.sort_by(|a, b| (a.group, a.rank, &a.key).cmp(&(b.group, b.rank, &b.key)));
    let names = names(op, tx, &items).await?;
    let unrecorded = visits.iter().filter(|one| !one.recorded && one.ends <= op.now).count();
    let clients = count_clients(op, tx).await?;
    Ok(Found { items, snoozed: hidden, unrecorded, drafts: own, returned, clients, names })
}

/// Names of the clients in the rows; one that has gone is left out, its row stays.
async fn names(op: &Op, tx: &mut Tx, items: &[Item]) -> Result<HashMap<String, String>> {
    let mut names = HashMap::new();
    for id in items.iter().filter_map(|one| one.client.as_ref()) {
        if names.contains_key(id) {
            continue;
        }
        match clients::by_id(&op.app, tx, op.org(), id).await {
            Ok(client) => names.insert(id.clone(), client.person.name()),
            Err(Fault::NotFound) => None,
            Err(other) => return Err(other),
        };
    }
    Ok(names)
}

/// How many clients the unit has a relation to today.
async fn count_clients(op: &Op, tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "SELECT COUNT(*) FROM cw_client c WHERE c.org = $1 AND (c.unit = $2
            OR EXISTS (SELECT 1 FROM cw_handling h WHERE h.org = c.org AND h.client = c.client AND h.unit = $2
              AND (h.to_day IS NULL OR h.to_day >= $3))
            OR EXISTS (SELECT 1 FROM cw_right r WHERE r.org = c.org AND r.client = c.client AND r.unit = $2
              AND r.from_day <= $3 AND (r.to_day IS NULL OR r.to_day >= $3)))",
    )
    .bind(op.org())
    .bind(op.unit.as_str())
    .bind(op.today().to_string())
    .fetch_one(&mut **tx)
    .await?)
}

/// What the worker has put off and until when (ISO day); what is due again is not in it.
async fn snoozed(op: &Op, tx: &mut Tx) -> Result<HashMap<String, String>> {
    let rows = sqlx::query("SELECT item, until FROM cw_snooze WHERE org = $1 AND person = $2 AND until > $3")
        .bind(op.org())
        .bind(&op.actor.person)
        .bind(op.today().to_string())
        .fetch_all(&mut **tx)
        .await?;
    rows.iter().map(|row| Ok((row.try_get("item")?, row.try_get("until")?))).collect()
}

/// An own draft without its text.
struct OwnDraft {
    id: String,
    client: String,
    kind: String,
    corrects: bool,
    created: Timestamp,
    updated: Timestamp,
}

async fn drafts(op: &Op, tx: &mut Tx) -> Result<Vec<OwnDraft>> {
    let rows = sqlx::query(
        "SELECT id, client, type_code, corrects, created, updated FROM cw_draft
          WHERE org = $1 AND person = $2 ORDER BY updated DESC LIMIT $3",
    )
    .bind(op.org())
    .bind(&op.actor.person)
    .bind(ROWS_MAX)
    .fetch_all(&mut **tx)
    .await?;
    let at = |row: &AnyRow, column: &str| -> Result<Timestamp> { moment(row.try_get(column)?, "cw_draft") };
    rows.iter()
        .map(|row| {
            Ok(OwnDraft {
                id: row.try_get("id")?,
                client: row.try_get("client")?,
                kind: row.try_get("type_code")?,
                corrects: row.try_get::<Option<String>, _>("corrects")?.is_some(),
                created: at(row, "created")?,
                updated: at(row, "updated")?,
            })
        })
        .collect()
}

/// An instant as the database keeps it.
pub(crate) fn moment(micros: i64, place: &'static str) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|_| Fault::damaged(place))
}

/// How long ago, in the largest unit that says enough.
pub(crate) fn age(op: &Op, since: Timestamp) -> String {
    let passed = op.now.duration_since(since);
    let (key, n) = match passed.as_mins() {
        minutes @ ..=59 => ("age-minutes", minutes.max(0)),
        minutes @ 60..=2879 => ("age-hours", minutes / 60),
        minutes => ("age-days", minutes / 1440),
    };
    op.t.with(key, [("n", n)])
}

/// The colour of an age.
pub(crate) fn tone(passed: SignedDuration) -> Tone {
    if passed > RED {
        Tone::Bad
    } else if passed > AMBER {
        Tone::Warning
    } else {
        Tone::Info
    }
}

fn draft_item(op: &Op, draft: &OwnDraft) -> Item {
    let passed = op.now.duration_since(draft.created);
    let kind = op.app.config.catalogue.newest(&draft.kind).map_or(draft.kind.as_str(), |one| one.name(op.lang()));
    let chip = op.t.with("today-draft-age", [("age", age(op, draft.created))]);
    Item {
        key: format!("draft:{}", draft.id),
        row: draft.id.clone(),
        state: "draft".into(),
        client: Some(draft.client.clone()),
        group: if passed > AMBER { Group::Late } else { Group::Now },
        when: time_or_day(op, draft.updated),
        thing: kind.to_owned(),
        detail: String::new(),
        chip: Some(Chip::new(tone(passed), chip)),
        act: Act {
            href: format!("/luonnokset/{}", draft.id),
            label: "today-continue",
            in_row: recording::editor::is_entry(&draft.kind) && !draft.corrects,
        },
        discard: format!("/luonnokset/{}/poista", draft.id),
        rank: draft.created.as_microsecond(),
    }
}

fn visit_item(op: &Op, visit: &visits::Visit, draft: Option<&OwnDraft>) -> Item {
    let passed = op.now.duration_since(visit.ends);
    let over = visit.ends <= op.now;
    let group = match () {
        () if visit.recorded => Group::Done,
        () if over && passed > AMBER => Group::Late,
        () if visit.starts.duration_since(op.now) < SOON => Group::Now,
        () => Group::Today,
    };
    let chip = match (visit.recorded, draft, over) {
        (true, ..) => Some(Chip::new(Tone::Good, op.t.get("today-recorded"))),
        (_, Some(draft), _) => {
            let word = op.t.with("today-draft-age", [("age", age(op, draft.created))]);
            Some(Chip::new(tone(op.now.duration_since(draft.created)), word))
        }
        (_, None, true) => {
            let word = op.t.with("today-unrecorded-age", [("age", age(op, visit.ends))]);
            Some(Chip::new(if passed > AMBER { tone(passed) } else { Tone::Warning }, word))
        }
        _ => None,
    };
    let act = match (visit.recorded, draft) {
        (true, _) => Act::open(format!("/asiakkaat/{}", visit.client)),
        (_, Some(draft)) => Act { href: format!("/luonnokset/{}", draft.id), label: "today-continue", in_row: true },
        _ => Act { href: format!("/kaynnit/{}/kirjaa", visit.id), label: "record", in_row: true },
    };
    Item {
        key: format!("visit:{}", visit.id),
        row: visit.id.clone(),
        state: if visit.recorded {
            "visit_recorded"
        } else if over {
            "visit_unrecorded"
        } else {
            "visit"
        }
        .into(),
        client: Some(visit.client.clone()),
        group,
        when: time_or_day(op, visit.starts),
        thing: op.t.get(&format!("visit-{}", visit.kind)),
        detail: String::new(),
        chip,
        act,
        discard: String::new(),
        rank: visit.starts.as_microsecond(),
    }
}

/// The time of day for today, else the day.
pub(crate) fn time_or_day(op: &Op, at: Timestamp) -> String {
    let day = records::time::finnish_date(at);
    if day == op.today() { people::time_of_day(at) } else { short_day(day) }
}

/// `7.9.`: the year is plain on a list of now.
pub(super) fn short_day(day: Date) -> String {
    format!("{}.{}.", day.day(), day.month())
}

async fn work(op: &Op, tx: &mut Tx, scope: Scope) -> Result<Vec<Item>> {
    let sql = match scope {
        Scope::Mine => {
            "SELECT w.*, d.title AS title FROM cw_work w
               LEFT JOIN cw_document d ON d.org = w.org AND d.oid = w.document
              WHERE w.org = $1 AND w.owner = $2 AND w.done IS NULL AND $3 <> ''
              ORDER BY CASE WHEN w.due IS NULL THEN 1 ELSE 0 END, w.due, w.created DESC LIMIT $4"
        }
        Scope::Unit => {
            "SELECT w.*, d.title AS title FROM cw_work w
               LEFT JOIN cw_document d ON d.org = w.org AND d.oid = w.document
              WHERE w.org = $1 AND w.done IS NULL AND (w.owner = $2
                OR EXISTS (SELECT 1 FROM cw_membership m WHERE m.org = w.org AND m.person = w.owner AND m.unit = $3))
                AND (w.client IS NULL
                  OR EXISTS (SELECT 1 FROM cw_handling h WHERE h.org = w.org AND h.client = w.client AND h.unit = $3)
                  OR EXISTS (SELECT 1 FROM cw_right r WHERE r.org = w.org AND r.client = w.client AND r.unit = $3)
                  OR EXISTS (SELECT 1 FROM cw_client c WHERE c.org = w.org AND c.client = w.client AND c.unit = $3))
              ORDER BY CASE WHEN w.due IS NULL THEN 1 ELSE 0 END, w.due, w.created DESC LIMIT $4"
        }
    };
    let rows = sqlx::query(sql)
        .bind(op.org())
        .bind(&op.actor.person)
        .bind(op.unit.as_str())
        .bind(ROWS_MAX)
        .fetch_all(&mut **tx)
        .await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        let kind: String = row.try_get("kind")?;
        let detail: String = row.try_get("detail")?;
        if kind == timers::ASSESSMENT_DUE && timers::assessed(op, tx, &detail).await? {
            continue;
        }
        items.push(work_item(op, row, &kind, detail)?);
    }
    Ok(items)
}

fn work_item(op: &Op, row: &AnyRow, kind: &str, detail: String) -> Result<Item> {
    let due: Option<String> = row.try_get("due")?;
    let due: Option<Date> = due.and_then(|day| day.parse().ok());
    let client: Option<String> = row.try_get("client")?;
    let document: Option<String> = row.try_get("document")?;
    let title: Option<String> = row.try_get("title")?;
    let id: String = row.try_get("id")?;
    let created = moment(row.try_get("created")?, "cw_work.created")?;
    let known = WorkKind::ALL.iter().find(|one| one.code() == kind).copied();
    let thing = known.map_or_else(|| op.t.get("work-assessment_due"), |one| one.name(op.lang()).to_owned());
    let (group, chip) = match due {
        Some(day) => due_group(op, day),
        None => waiting(op, known, created),
    };
    Ok(Item {
        key: format!("work:{id}"),
        row: document.clone().unwrap_or(id),
        state: kind.to_owned(),
        group,
        when: due.map_or_else(|| time_or_day(op, created), short_day),
        thing,
        detail: title.unwrap_or(detail),
        chip,
        act: work_act(known, document.as_deref(), client.as_deref(), row.try_get::<String, _>("detail")?.as_str()),
        discard: String::new(),
        rank: due.map_or(created.as_microsecond(), day_rank),
        client,
    })
}

fn work_act(kind: Option<WorkKind>, document: Option<&str>, client: Option<&str>, detail: &str) -> Act {
    match (kind, document, client) {
        (Some(WorkKind::SignatureWaiting), Some(oid), _) => {
            Act { href: format!("/allekirjoitus/{oid}"), label: "sign", in_row: false }
        }
        (Some(WorkKind::CaseDelivery), Some(id), _) => {
            Act { href: format!("/oikeudet/{id}/tilaus"), label: "grant-order", in_row: false }
        }
        (Some(WorkKind::ReturnedDocument), Some(oid), _) => {
            Act { href: format!("/asiakirjat/{oid}"), label: "today-mend", in_row: false }
        }
        (Some(WorkKind::ProviderNotice | WorkKind::CorrectionRequest), Some(id), _) => {
            Act::open(format!("/viestit/{id}"))
        }
        // A provider's notice is a message, whose id is no OID; an own decision is the document itself.
        (Some(WorkKind::RestrictionNotice), Some(id), _) if !id.contains('.') => Act::open(format!("/viestit/{id}")),
        (Some(WorkKind::CardExpiry), ..) => Act::open("/asetukset".to_owned()),
        (Some(WorkKind::CertificateExpiry), ..) => Act::open("/arkistointi/varmenteet".to_owned()),
        (_, Some(oid), _) => Act::open(format!("/asiakirjat/{oid}")),
        (_, None, Some(client)) => Act::open(format!("/asiakkaat/{client}")),
        _ => {
            debug_assert!(!detail.is_empty(), "a work item tells of something");
            Act::open("/tanaan".to_owned())
        }
    }
}

/// Where something without a day stands: what others must do apart, a failure late after a day.
fn waiting(op: &Op, kind: Option<WorkKind>, created: Timestamp) -> (Group, Option<Chip>) {
    let passed = op.now.duration_since(created);
    let old = age(op, created);
    match kind {
        Some(WorkKind::RightMissing) => {
            (Group::Others, Some(Chip::new(tone(passed), op.t.with("today-waits-right", [("age", old)]))))
        }
        Some(WorkKind::ReturnedDocument) => {
            let group = if passed > RED { Group::Late } else { Group::Now };
            (group, Some(Chip::new(Tone::Bad, op.t.with("today-returned-age", [("age", old)]))))
        }
        _ => {
            let group = if passed > RED { Group::Late } else { Group::Now };
            (group, Some(Chip::new(tone(passed), op.t.with("today-waits", [("age", old)]))))
        }
    }
}

/// Where something with a last day stands, and how it is said.
pub(super) fn due_group(op: &Op, day: Date) -> (Group, Option<Chip>) {
    let left = (day - op.today()).get_days();
    match left {
        ..0 => (Group::Late, Some(Chip::new(Tone::Bad, op.t.with("today-overdue", [("n", -left)])))),
        0 => (Group::Now, Some(Chip::new(Tone::Warning, op.t.get("today-due-now")))),
        1..=3 => (Group::Today, Some(Chip::new(Tone::Warning, op.t.with("today-due-in", [("n", left)])))),
        _ => (Group::Today, Some(Chip::new(Tone::Info, op.t.with("today-due-in", [("n", left)])))),
    }
}

/// A day among instants: its end, so that what has a time of day comes first.
pub(super) fn day_rank(day: Date) -> i64 {
    let end = day.saturating_add(1.day()).to_zoned(records::time::finnish_zone());
    end.map_or(i64::MAX, |zoned| zoned.timestamp().as_microsecond())
}

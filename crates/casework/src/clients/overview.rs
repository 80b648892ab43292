//! The eight facts of a client, each in its fixed place (users-and-screens 3.5), so that a worker who has never seen the
//! client finds who is responsible, when the decision ends and what happened last. Nothing here is typed for the page: it
//! is read from the case, the relationship document, the rights, the decisions and the plans.

use ::store::{Tx, vault::DataKey};
use jiff::civil::Date;
use records::{relationship::Relationship, time::finnish_date};
use serde_json::Value;

use super::{
    events::{Class, Event, Source},
    marks::Pin,
    store::{Arrangement, Right, Seen},
};
use crate::{
    access_rights::grants::Grant,
    cases::store::Case,
    error::Result,
    op::Op,
    people,
    recording::{documents::Stored, heads},
};

/// Decisions and plans whose content is read for the facts; older ones have been followed by newer.
const READ_MAX: usize = 12;
/// Lines of one fact; the rest is told by number.
const LINES_MAX: usize = 4;

/// One line of a fact.
#[derive(Default)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// Where it leads; empty for nowhere.
    pub href: String,
    /// A phone number to call; empty for none.
    pub phone: String,
    /// What stands small beside it: who and when.
    pub note: String,
    /// Whether it is urgent: the end is near, or it warns.
    pub urgent: bool,
    /// Id of a pin that can be taken away; empty for none.
    pub pin: String,
}

impl Line {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The number as a telephone takes it.
    pub fn tel(&self) -> String {
        self.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    fn href(mut self, href: impl Into<String>) -> Self {
        self.href = href.into();
        self
    }

    fn urgent(mut self, urgent: bool) -> Self {
        self.urgent = urgent;
        self
    }
}

/// One fact in its place.
pub struct Fact {
    /// Its place: stable for the eye and for tests.
    pub id: &'static str,
    /// What it is.
    pub label: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// What is said when there is nothing.
    pub none: String,
    /// Whether a phone folds it away at first.
    pub folds: bool,
}

/// A goal of the newest plan, and when it was mentioned last.
pub struct Goal {
    /// Its name.
    pub name: String,
    /// "3 päivää sitten", or that nobody has mentioned it.
    pub mentioned: String,
    /// Where it was mentioned; empty for nowhere.
    pub href: String,
}

/// What the facts are made of.
pub struct Sources<'a> {
    /// The client.
    pub seen: &'a Seen,
    /// The cases, closed ones too.
    pub cases: &'a [Case],
    /// Names, titles and phones of the cases' workers by person.
    pub workers: &'a [Worker],
    /// The relationship, where this organisation keeps it.
    pub relationship: Option<&'a Relationship>,
    /// The organiser's grants.
    pub grants: &'a [Grant],
    /// The unit's rights.
    pub rights: &'a [Right],
    /// Every event, newest first.
    pub events: &'a [Event],
    /// Pinned notes.
    pub pins: &'a [Pin],
    /// Decisions and plans that were read.
    pub read: &'a [(Stored, Value)],
}

/// A worker of the organisation.
pub struct Worker {
    /// Id.
    pub person: String,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Phone.
    pub phone: String,
}

/// Workers by their ids.
///
/// # Errors
/// When the database does not answer.
pub async fn workers(op: &Op, tx: &mut Tx, cases: &[Case]) -> Result<Vec<Worker>> {
    let mut persons: Vec<&str> = cases.iter().filter(|case| case.open).map(|case| case.responsible.as_str()).collect();
    persons.sort_unstable();
    persons.dedup();
    let mut found = Vec::new();
    for person in persons.into_iter().take(LINES_MAX) {
        let row: Option<(String, String, String, String)> =
            sqlx::query_as("SELECT given, family, title, phone FROM cw_user WHERE org = $1 AND person = $2")
                .bind(op.org())
                .bind(person)
                .fetch_optional(&mut **tx)
                .await?;
        if let Some((given, family, title, phone)) = row {
            found.push(Worker { person: person.to_owned(), name: format!("{given} {family}"), title, phone });
        }
    }
    Ok(found)
}

/// Reads the newest live decisions and plans: the only documents that the facts open.
///
/// # Errors
/// When a document does not open.
pub async fn read(op: &Op, tx: &mut Tx, key: &DataKey, events: &[Event]) -> Result<Vec<(Stored, Value)>> {
    let wanted = |event: &&Event| event.live() && matches!(event.class, Class::Decision | Class::Plan);
    let heads: Vec<&Stored> = events
        .iter()
        .filter(wanted)
        .filter_map(|event| match &event.source {
            Source::Here(one) => Some(&**one),
            Source::Archive(_) => None,
        })
        .take(READ_MAX)
        .collect();
    let oids: Vec<&str> = heads.iter().map(|one| one.oid.as_str()).collect();
    let whole = heads::with_bodies(tx, op.org(), &oids).await?;
    whole.into_iter().map(|one| one.open_body(key).map(|body| (one, body))).collect()
}

/// The eight facts.
pub fn facts(op: &Op, from: &Sources<'_>) -> Vec<Fact> {
    let fact = |id, key: &str, lines: Vec<Line>, folds| Fact {
        id,
        label: op.t.get(key),
        none: op.t.get(&format!("{key}-none")),
        lines: cut(op, lines),
        folds,
    };
    vec![
        fact("fakta-tyontekija", "fact-worker", worker_lines(op, from), false),
        fact("fakta-asiat", "fact-cases", case_lines(op, from), false),
        fact("fakta-palvelut", "fact-services", service_lines(op, from), false),
        fact("fakta-paatokset", "fact-decisions", decision_lines(op, from), false),
        fact("fakta-suunnitelma", "fact-plan", plan_lines(op, from), true),
        fact("fakta-laheiset", "fact-people", people_lines(op, from), true),
        fact("fakta-nostot", "fact-alerts", alert_lines(op, from), true),
        fact("fakta-viimeksi", "fact-last", last_lines(op, from), false),
    ]
}

fn cut(op: &Op, mut lines: Vec<Line>) -> Vec<Line> {
    let more = lines.len().saturating_sub(LINES_MAX);
    if more > 0 {
        lines.truncate(LINES_MAX);
        lines.push(Line { note: op.t.with("fact-more", [("n", more)]), ..Line::default() });
    }
    lines
}

fn worker_lines(op: &Op, from: &Sources<'_>) -> Vec<Line> {
    let mut lines: Vec<Line> = from
        .workers
        .iter()
        .map(|one| Line { phone: one.phone.clone(), ..Line::new(&one.name).note(&one.title) })
        .collect();
    for worker in from.relationship.iter().flat_map(|whole| &whole.workers) {
        let name = format!("{} {}", worker.given, worker.family);
        if !lines.iter().any(|line| line.text == name) {
            let unit = worker.unit.as_ref().map(|unit| unit.display.clone()).unwrap_or_default();
            let phone = worker.phone.clone().unwrap_or_default();
            lines.push(Line { phone, ..Line::new(name).note(unit) });
        }
    }
    if from.seen.client.arrangement == Arrangement::Bought {
        // The organiser's worker stands in the organiser's document, which only the archive gives.
        let href = format!("/asiakkaat/{}/kooste", from.seen.client.id);
        lines.push(Line::new(op.t.get("fact-worker-of-organiser")).href(href));
    }
    lines
}

fn case_lines(op: &Op, from: &Sources<'_>) -> Vec<Line> {
    let open = from.cases.iter().filter(|case| case.open);
    open.map(|case| {
        let name = super::pages::case_name(op, case);
        let since = op.t.with("since", [("day", people::day(case.opened))]);
        Line::new(format!("{name} · {}", case.task.name(op.lang()))).note(since).href("#asiat")
    })
    .collect()
}

fn until(op: &Op, day: Option<Date>) -> String {
    day.map_or_else(|| op.t.get("until-further"), |day| op.t.with("until", [("day", people::day(day))]))
}

/// Whether an end is so near that somebody should act.
fn near(op: &Op, day: Option<Date>) -> bool {
    let soon = op.today().checked_add(jiff::Span::new().days(30)).unwrap_or(op.today());
    day.is_some_and(|day| day <= soon)
}

fn service_lines(op: &Op, from: &Sources<'_>) -> Vec<Line> {
    let today = op.today();
    let mut lines = Vec::new();
    for grant in from.grants.iter().filter(|grant| grant.to.is_none_or(|to| today <= to)) {
        let who = format!("{} / {}", grant.provider_name, grant.unit_name);
        let when = if grant.from > today {
            op.t.with("begins", [("day", people::day(grant.from))])
        } else {
            until(op, grant.to)
        };
        let text = format!("{} · {when}", grant.service.name(op.lang()));
        lines.push(Line::new(text).note(who).urgent(near(op, grant.to)));
    }
    let day = today.to_string();
    for right in from.rights.iter().filter(|right| right.covers(&day)) {
        let to = right.to.as_deref().and_then(|to| to.parse().ok());
        let service = records::code::SocialService::new(right.service.clone());
        let text = format!("{} · {}", service.name(op.lang()), until(op, to));
        lines.push(Line::new(text).note(format!("{} ({})", op.unit_name, right.organiser_name)).urgent(near(op, to)));
    }
    if let (Arrangement::Own, Some(service)) = (from.seen.client.arrangement, &from.seen.client.service) {
        let service = records::code::SocialService::new(service.clone());
        lines.push(Line::new(service.name(op.lang())).note(op.t.get("fact-own-contract")));
    }
    lines
}

fn class_of(op: &Op, one: &Stored) -> Class {
    Class::of(op, &one.type_code, &one.structure)
}

/// The day of a field anywhere in a content; structures of one kind keep the same field in groups of other names.
fn day_at(body: &Value, group: &str, key: &str) -> Option<Date> {
    people::holder(body, group)?.get(group)?.get(key)?.as_str()?.get(..10)?.parse().ok()
}

fn decision_lines(op: &Op, from: &Sources<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    for (one, body) in from.read.iter().filter(|(one, _)| class_of(op, one) == Class::Decision) {
        let end = day_at(body, "paatoksen_voimassaolo", "paattymispaiva");
        if end.is_some_and(|end| end < op.today()) {
            continue;
        }
        let service = people::holder(body, "sosiaalipalvelu_jota_paatos_koskee")
            .and_then(|group| group.pointer("/sosiaalipalvelu_jota_paatos_koskee/sosiaalipalvelu/display"))
            .and_then(Value::as_str)
            .unwrap_or(&one.title)
            .to_owned();
        let decider = people::holder(body, "paatoksentekija").and_then(|group| group.get("paatoksentekija"));
        let name = |key: &str| decider.and_then(|who| who.get(key)).and_then(Value::as_str).unwrap_or_default();
        let who = format!("{} {}", name("etunimet"), name("sukunimi"));
        let decided = people::day(finnish_date(one.event));
        let unsigned = one.state == "waiting_signature";
        let when = if unsigned { op.t.get("status-waiting_card") } else { until(op, end) };
        let note = op.t.with("decided-by", [("who", who.trim()), ("day", decided.as_str())]);
        let href = format!("/asiakirjat/{}", one.oid);
        lines.push(Line::new(format!("{service} · {when}")).note(note).href(href).urgent(unsigned || near(op, end)));
    }
    lines
}

fn plan_lines(op: &Op, from: &Sources<'_>) -> Vec<Line> {
    let mut seen: Vec<&str> = Vec::new();
    let mut lines = Vec::new();
    for (one, body) in from.read.iter().filter(|(one, _)| class_of(op, one) == Class::Plan) {
        if seen.contains(&one.type_code.as_str()) {
            continue;
        }
        seen.push(&one.type_code);
        let group = "suunnitelman_tarkistaminen";
        let day = day_at(body, group, "paivamaara_ja_kellonaika");
        let words = people::holder(body, group)
            .and_then(|found| found.get(group)?.get("ajankohta")?.as_str())
            .map(str::to_owned);
        let review = day.map(people::day).or(words).unwrap_or_else(|| op.t.get("review-not-agreed"));
        let drawn = people::day(finnish_date(one.event));
        lines.push(
            Line::new(super::pages::title(op, one))
                .note(op.t.with("plan-review", [("drawn", drawn.as_str()), ("review", review.as_str())]))
                .href(format!("/asiakirjat/{}", one.oid))
                .urgent(near(op, day)),
        );
    }
    lines
}

fn people_lines(op: &Op, from: &Sources<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    for person in from.relationship.iter().flat_map(|whole| &whole.related) {
        let mut roles: Vec<String> = person.roles.iter().map(|role| role.name(op.lang()).to_owned()).collect();
        roles.extend(person.other_roles.iter().map(|role| role.display.clone()));
        let phone = person
            .other
            .get("yhteystiedot")
            .and_then(|contacts| contacts.get("puhelinnumero")?.as_str())
            .filter(|_| !person.non_disclosure || person.represents())
            .unwrap_or_default()
            .to_owned();
        let authority = person.authority.clone().map(|words| format!(" · {words}")).unwrap_or_default();
        let note = format!("{}{authority}", roles.join(", "));
        lines.push(Line { phone, ..Line::new(format!("{} {}", person.given, person.family)).note(note) });
    }
    if !from.seen.client.person.phone.is_empty() {
        let phone = from.seen.client.person.phone.clone();
        lines.push(Line { phone, ..Line::new(op.t.get("fact-client-phone")) });
    }
    lines
}

fn alert_lines(op: &Op, from: &Sources<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    if from.seen.client.person.protected {
        lines.push(Line::new(op.t.get("alert-protected")).note(op.t.get("alert-protected-more")).urgent(true));
    }
    let risks = from.relationship.and_then(|whole| whole.other.get("riskitieto")).and_then(Value::as_array);
    for risk in risks.into_iter().flatten() {
        let ends = risk.get("maaraaikaisen_riskitiedon_paattymispaiva").and_then(Value::as_str);
        let past = ends.is_some_and(|day| day < op.today().to_string().as_str());
        if let (false, Some(text)) = (past, risk.get("riskin_kuvaus").and_then(Value::as_str)) {
            lines.push(Line::new(text).note(op.t.get("fact-risk")).urgent(true));
        }
    }
    let client = from.relationship.map(|whole| &whole.client.other);
    let interpreter = client.and_then(|other| other.get("tulkkaustiedot")?.get("tulkkauksen_tarve")?.as_bool());
    if interpreter == Some(true) {
        lines.push(Line::new(op.t.get("fact-interpreter")));
    }
    for pin in from.pins {
        let day = people::day(finnish_date(pin.at));
        let note = op.t.with("pinned-by", [("who", pin.by.as_str()), ("day", day.as_str())]);
        lines.push(Line { pin: pin.id.clone(), ..Line::new(&pin.text).note(note) });
    }
    lines
}

fn last_lines(op: &Op, from: &Sources<'_>) -> Vec<Line> {
    let line = |key: &str, event: &Event, title: String| {
        let note = format!("{}, {}", event.author().1, event.unit().1);
        let args = [("when", people::moment(event.at())), ("title", title)];
        Line::new(op.t.with(key, args)).note(note).href(format!("#t-{}", event.oid()))
    };
    let title = |event: &Event| match &event.source {
        Source::Here(one) => super::pages::title(op, one),
        Source::Archive(one) => one.title.clone(),
    };
    let live: Vec<&Event> = from.events.iter().filter(|event| event.live()).collect();
    let contact = live.iter().find(|event| event.class == Class::Entry);
    let incident = live.iter().find(|event| event.significant && event.class != Class::Decision);
    let mut lines = Vec::new();
    if let Some(event) = incident {
        lines.push(line("last-significant", event, title(event)).urgent(event.marked));
    }
    if let Some(event) = contact.filter(|contact| incident.is_none_or(|other| other.oid() != contact.oid())) {
        lines.push(line("last-entry", event, title(event)));
    }
    lines
}

/// The goals of the newest plan that has any, with their last mention: the newest entry since the plan whose words hold
/// the goal's own (`mentions` gives the OIDs per goal).
pub fn goals_of(op: &Op, read: &[(Stored, Value)]) -> Vec<String> {
    let plans = read.iter().filter(|(one, _)| class_of(op, one) == Class::Plan);
    for (_, body) in plans {
        let key = "asetettavat_tavoitteet";
        let Some(goals) = people::holder(body, key).and_then(|group| group.get(key)?.as_array()) else { continue };
        let names: Vec<String> = goals
            .iter()
            .filter_map(|goal| goal.get("nimi").or_else(|| goal.get("kuvaus"))?.as_str())
            .filter(|name| !name.trim().is_empty())
            .map(|name| name.chars().take(120).collect())
            .take(8)
            .collect();
        if !names.is_empty() {
            return names;
        }
    }
    Vec::new()
}

/// A goal with the newest event that mentions it.
pub fn goal(op: &Op, name: String, mention: Option<&Event>) -> Goal {
    let Some(event) = mention else {
        return Goal { name, mentioned: op.t.get("goal-not-mentioned"), href: String::new() };
    };
    let day = finnish_date(event.at());
    let days = op.today().since(day).map(|span| span.get_days()).unwrap_or(0);
    let mentioned = op.t.with("goal-mentioned", [("days", days)]);
    Goal { name, mentioned, href: format!("#t-{}", event.oid()) }
}

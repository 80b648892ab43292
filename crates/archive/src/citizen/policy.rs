//! What is shown to the client, as data (law-and-codes 8, functional specification 3.18). Hidden documents leave no
//! trace and no count.

use crate::{
    entry::{Basis, Entry},
    queries::found::Row,
    sabotage::{self, Fault},
    settings::Settings,
    sql,
};
use jiff::{Timestamp, ToSpan, civil::Date};
use records::{code::SocialService, relationship::Relationship, time::finnish_date};
use sqlx::Row as _;
use std::collections::HashMap;
use store::{StoreError, Tx};

/// General types that are shown: decisions, assessments, plans (law-and-codes 8).
const SHOWN_GENERAL: &[&str] = &["11", "1", "15"];
/// General type of narrative entries, shown from the day of the setting.
const ENTRIES: &str = "19";
/// General types that are never shown: payment commitments.
const NEVER_GENERAL: &[&str] = &["9"];
/// Types that are never shown: shelter's own documents, therapy and examinations.
const NEVER_TYPES: &[&str] = &["1011", "15019", "19014", "19015"];
/// Services whose documents are never shown.
const NEVER_SERVICES: &[&str] = &[SocialService::SHELTER, SocialService::MEDIATION, "VAKIVALTATYO"];

/// Groups that are never shown: old documents (FR-96) and recordings (FR-95).
const NEVER_GROUPS: &[&str] = &[kanta::code::GROUP_OLD, kanta::code::GROUP_RECORDING];

/// What a stored version says of showing its set, as a mode and its day (FR-70, FR-71). The controller's word holds as it
/// is: a delay ends on its day, and hiding stands in the document itself. A provider hides or delays at most for the days
/// of the setting; the controller confirms more by its own version. None when there is nothing to keep.
pub fn chosen(entry: &Entry, basis: Basis, settings: &Settings, now: Timestamp) -> Option<Date> {
    let hidden = !entry.inaccessible.is_empty();
    if basis == Basis::Own {
        return entry.shown_from.filter(|_| !hidden);
    }
    let days = i64::from(settings.provider_delay_days.max(0));
    // The sender's own time, but none that is still to come.
    let latest = finnish_date(entry.created.min(now)).checked_add(days.days()).unwrap_or(Date::MAX);
    if hidden { Some(latest) } else { entry.shown_from.map(|day| day.min(latest)) }
}

/// A rule of visibility that somebody has set.
pub struct Rule {
    mode: String,
    until: Option<Date>,
}

/// The rules of document sets.
///
/// # Errors
/// What the database says.
pub async fn rules(tx: &mut Tx, sets: &[String]) -> Result<HashMap<String, Rule>, StoreError> {
    let rows = sql::select_in(tx, "SELECT set_oid, mode, until FROM visibility_rules WHERE set_oid IN", sets).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.get(0), Rule { mode: row.get(1), until: row.get::<String, _>(2).parse().ok() }))
        .collect())
}

/// Whether a document is shown to its client today.
pub fn shown(row: &Row, rule: Option<&Rule>, settings: &Settings, today: Date) -> bool {
    if sabotage::active(Fault::CitizenSeesAll) {
        return true;
    }
    row.state == "current" && shown_by_type(row, settings, today) && shown_by_choice(row, rule, today)
}

fn shown_by_type(row: &Row, settings: &Settings, today: Date) -> bool {
    let never = NEVER_GROUPS.contains(&row.group.as_str())
        || NEVER_GENERAL.contains(&row.general_type.as_str())
        || NEVER_TYPES.contains(&row.type_code.as_str())
        || row.services.iter().any(|service| NEVER_SERVICES.contains(&service.as_str()));
    let entries = row.general_type == ENTRIES && settings.entries_shown_from.is_some_and(|from| from <= today);
    !never && (SHOWN_GENERAL.contains(&row.general_type.as_str()) || entries)
}

/// The professional's choice: special content and the header's reason hide; a delay ends on its day by itself (FR-71), also
/// where a provider meant to hide for longer (FR-70).
fn shown_by_choice(row: &Row, rule: Option<&Rule>, today: Date) -> bool {
    if row.special_content {
        return false;
    }
    match rule {
        None => row.inaccessible.is_empty(),
        Some(rule) if rule.mode == "show" => true,
        Some(rule) if rule.mode == "delay" => rule.until.is_some_and(|until| until <= today),
        Some(_) => false,
    }
}

/// Responsible workers of a relationship document: name and contact (FR-12).
pub fn workers(bytes: &[u8]) -> Vec<serde_json::Value> {
    let Ok(decoded) = kanta::document::decode(bytes, &kanta::Limits::default()) else { return Vec::new() };
    let json = decoded.document.body.json().and_then(|json| structures::parse_strict(json).ok());
    let Some(relationship) = json.and_then(|json| Relationship::parse(&json).ok()) else { return Vec::new() };
    relationship
        .workers
        .iter()
        .map(|worker| {
            serde_json::json!({
                "name": format!("{} {}", worker.given, worker.family),
                "phone": worker.phone,
                "contact": worker.other.get("yhteystiedot"),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{Timestamp, civil::date};
    use records::id::DocumentId;

    fn row(general: &str, type_code: &str) -> Row {
        Row {
            document: DocumentId::parse("1.2.246.10.1.95.2026.1.1").unwrap(),
            set: String::new(),
            version: 1,
            case: String::new(),
            group: "5".to_owned(),
            type_code: type_code.to_owned(),
            general_type: general.to_owned(),
            tasks: Vec::new(),
            services: Vec::new(),
            process: String::new(),
            unit: String::new(),
            author_organisation: String::new(),
            authors: Vec::new(),
            event_from: Timestamp::UNIX_EPOCH,
            created: Timestamp::UNIX_EPOCH,
            archived_at: Timestamp::UNIX_EPOCH,
            state: "current".to_owned(),
            clients: Vec::new(),
            sha256: String::new(),
            key_subject: String::new(),
            controller: String::new(),
            special_content: false,
            inaccessible: String::new(),
            header: None,
            structured: true,
            temporary: false,
        }
    }

    #[test]
    fn decisions_are_shown_and_payment_commitments_never() {
        let (settings, today) = (Settings::default(), date(2026, 10, 1));
        assert!(shown(&row("11", "11000"), None, &settings, today));
        assert!(!shown(&row("9", "9001"), None, &settings, today));
        assert!(!shown(&row("15", "15019"), None, &settings, today));
    }

    #[test]
    fn entries_are_shown_from_the_day_of_the_setting() {
        let today = date(2026, 10, 1);
        let on = Settings { entries_shown_from: Some(today), ..Settings::default() };
        assert!(shown(&row("19", "19007"), None, &on, today));
        assert!(!shown(&row("19", "19007"), None, &on, date(2026, 9, 30)));
        assert!(!shown(&row("19", "19007"), None, &Settings::default(), today));
        assert!(!shown(&row("19", "19014"), None, &on, today));
    }

    #[test]
    fn a_delayed_document_shows_itself_on_its_day() {
        let (settings, today) = (Settings::default(), date(2026, 10, 1));
        let rule = |until| Rule { mode: "delay".to_owned(), until: Some(until) };
        assert!(shown(&row("11", "11000"), Some(&rule(today)), &settings, today));
        assert!(!shown(&row("11", "11000"), Some(&rule(date(2026, 10, 2))), &settings, today));
        let hidden = Row { inaccessible: "1".to_owned(), ..row("11", "11000") };
        assert!(!shown(&hidden, None, &settings, today));
    }
}

//! What intake reads from a document's structured form: whom it is about, when, of which service, who decides, and the
//! facts of the two documents that steer the archive (1505.1 and 1505.2).

use crate::{
    entry::{CaseFacts, CaseMember, ClientKey, Denial, Derived, RelationshipFacts, UnitRow, Via},
    sabotage::{self, Fault},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use records::{
    Lang,
    case::{Case, CaseClient},
    code::ServiceTask,
    id::{ClientId, OrganisationId, RelationshipId},
    projection::Moment,
    refusal::Refusal,
    relationship::{self, RelationFault, Relationship, UnitKind},
    time::finnish_zone,
};
use serde_json::Value;

/// The value under the one key at the top.
pub fn root(json: &Value) -> &Value {
    json.as_object().and_then(|map| map.values().next()).unwrap_or(&Value::Null)
}

/// A field as a list: absent, one or many.
fn each<'v>(value: &'v Value, key: &str) -> Vec<&'v Value> {
    match value.get(key) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(all)) => all.iter().collect(),
        Some(one) => vec![one],
    }
}

fn id_value<'v>(value: &'v Value, key: &str) -> Option<(&'v str, &'v str)> {
    let id = value.get(key)?;
    let text = id.get("value")?.as_str()?;
    Some((id.get("system").and_then(Value::as_str).unwrap_or(""), text))
}

/// The clients that the content names; none when the structure has no client at all.
///
/// # Errors
/// `SCHEMA_INVALID` when an identifier in the content is not one.
pub fn clients(json: &Value) -> Result<Vec<ClientId>, Denial> {
    each(root(json), "asiakas").into_iter().filter_map(|client| client_of(client).transpose()).collect()
}

fn client_of(client: &Value) -> Result<Option<ClientId>, Denial> {
    let wrong = |_| Denial::with(Refusal::SchemaInvalid, "Asiakas: tunniste ei ole kelvollinen.");
    if let Some((_, hetu)) = id_value(client, "henkilotunnus") {
        return ClientId::parse(records::id::HETU_ROOT, hetu).map(Some).map_err(wrong);
    }
    match id_value(client, "tilapainen_yksilointitunnus") {
        Some((system, value)) => ClientId::parse(system, value).map(Some).map_err(wrong),
        None => Ok(None),
    }
}

/// Codes of social services (1222) anywhere in the content, without repeats, in order of appearance.
pub fn services(json: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(json, &mut |value| {
        let system = value.get("system").and_then(Value::as_str).unwrap_or("");
        let system = system.strip_prefix("urn:oid:").unwrap_or(system);
        if (system == "1.2.246.537.6.1222" || system.starts_with("1.2.246.537.6.1222."))
            && let Some(code) = value.get("code").and_then(Value::as_str)
            && !found.iter().any(|known| known == code)
        {
            found.push(code.to_owned());
        }
    });
    found
}

/// Calls `visit` with every object; the depth was limited when the JSON was parsed.
fn walk(value: &Value, visit: &mut dyn FnMut(&Value)) {
    match value {
        Value::Object(map) => {
            visit(value);
            map.values().for_each(|child| walk(child, visit));
        }
        Value::Array(all) => all.iter().for_each(|child| walk(child, visit)),
        _ => {}
    }
}

/// The time of the event: the first period (ajanjakso) of the content, else the date (paivamaara), else `otherwise`.
pub fn event(json: &Value, otherwise: Timestamp) -> (Timestamp, Timestamp) {
    let mut found = None;
    walk(json, &mut |value| {
        let start = value.get("ajanjakso").and_then(|period| moment(period, "alkamishetki", "alkamispaiva"));
        if let (None, Some(start)) = (&found, start) {
            let end = value.get("ajanjakso").and_then(|period| moment(period, "paattymishetki", "paattymispaiva"));
            found = Some((start, end.filter(|end| *end >= start).unwrap_or(start)));
        }
    });
    let date = || root(json).get("paivamaara").and_then(Value::as_str).and_then(parse_moment);
    found.or_else(|| date().map(|at| (at, at))).unwrap_or((otherwise, otherwise))
}

fn moment(period: &Value, instant: &str, day: &str) -> Option<Timestamp> {
    [instant, day].iter().find_map(|key| period.get(*key).and_then(Value::as_str).and_then(parse_moment))
}

/// A date (noon of the Finnish day, so that the day is the same whatever rounds it) or an instant.
fn parse_moment(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let day: Date = text.parse().ok()?;
    day.at(12, 0, 0, 0).to_zoned(finnish_zone()).ok().map(|at| at.timestamp())
}

/// Family name and given names of the person whom the content names as the one who decides or signs: the decision
/// maker, else the author (FR-42).
pub fn signer(json: &Value) -> Option<(String, String)> {
    let mut maker = None;
    walk(json, &mut |value| {
        if maker.is_none() {
            maker = each(value, "paatoksentekija").first().and_then(|person| name_of(person));
        }
    });
    maker.or_else(|| each(root(json), "laatija").first().and_then(|person| name_of(person)))
}

fn name_of(person: &Value) -> Option<(String, String)> {
    let text = |key: &str| person.get(key).and_then(Value::as_str).map(str::to_owned);
    Some((text("sukunimi")?, text("etunimet")?))
}

/// The facts of a relationship document; nothing for old relationship data, which open no right and close none (FR-96).
///
/// # Errors
/// `SCHEMA_INVALID` with the rule that does not hold (FR-09, FR-10, FR-11, FR-60).
pub fn relationship(json: &Value, controller: &OrganisationId) -> Result<Derived, Denial> {
    let read = Relationship::parse(json).map_err(|error| {
        Denial::with(Refusal::SchemaInvalid, format!("Asiakkuusasiakirja: kohta {}.", error.path()))
    })?;
    let hidden = |fault: &RelationFault| {
        matches!(fault, RelationFault::PlaceShown { .. } | RelationFault::RelatedContactsShown)
            && sabotage::active(Fault::NoTurvakieltoCheck)
    };
    if let Some(fault) = relationship::check(&read).iter().find(|fault| !hidden(fault)) {
        return Err(Denial::with(Refusal::SchemaInvalid, fault.sentence(Lang::Fi)));
    }
    if read.old {
        return Ok(Derived::Nothing);
    }
    let relationship: RelationshipId =
        read.id.clone().ok_or_else(|| Denial::with(Refusal::SchemaInvalid, "Asiakkuuden yksilöintitunnus puuttuu."))?;
    let mut rows: Vec<UnitRow> = read
        .units()
        .into_iter()
        .filter(|row| row.kind == UnitKind::Organiser || row.unit.belongs_to(controller))
        .map(|row| UnitRow {
            task: row.task.map_or_else(|| "*".to_owned(), |task: ServiceTask| task.code().to_owned()),
            services: Vec::new(),
            unit: row.unit,
            via: Via::Organiser,
            starts: row.period.start,
            ends: row.period.end,
        })
        .collect();
    rows.extend(relationship::grants(&read, controller, None, 0).into_iter().map(|grant| UnitRow {
        task: grant.task.code().to_owned(),
        services: grant.services.iter().map(|service| service.code().to_owned()).collect(),
        unit: grant.unit,
        via: Via::parse(grant.via.code()),
        starts: grant.period.start,
        ends: grant.period.end,
    }));
    Ok(Derived::Relationship(RelationshipFacts {
        relationship,
        started: read.period.start,
        ended: read.period.end,
        rows,
    }))
}

/// The facts of a case document. `keys` are the document's clients with their blind indexes.
///
/// # Errors
/// `SCHEMA_INVALID` with the field or the rule.
pub fn case(json: &Value, keys: &[(ClientId, ClientKey)]) -> Result<CaseFacts, Denial> {
    let read = Case::parse(json)
        .map_err(|error| Denial::with(Refusal::SchemaInvalid, format!("Asia-asiakirja: kohta {}.", error.path())))?;
    if let Some(fault) = records::case::check(&read).first() {
        return Err(Denial::with(Refusal::SchemaInvalid, fault.sentence(Lang::Fi)));
    }
    let member = |client: &CaseClient| {
        let key = keys.iter().find(|(known, _)| *known == client.id).map(|(_, key)| key);
        let key = key.ok_or_else(|| Denial::with(Refusal::SchemaInvalid, "Asia-asiakirja: kohta Asiakas."))?;
        Ok(CaseMember {
            client: key.index.clone(),
            joined: client.joined.map_or_else(|| start_of(read.opened), instant_of),
            left: client.left.map(instant_of),
        })
    };
    let clients = read.clients.iter().map(member).collect::<Result<_, Denial>>()?;
    let task = read.task.code().to_owned();
    Ok(CaseFacts { case: read.id.clone(), task, opened: read.opened, closed: read.closed, clients })
}

fn instant_of(moment: Moment) -> Timestamp {
    match moment {
        Moment::Instant(at) => at,
        Moment::Day(day) => start_of(day),
    }
}

fn start_of(day: Date) -> Timestamp {
    day.to_zoned(finnish_zone())
        .or_else(|_| day.to_zoned(TimeZone::UTC))
        .map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_event_is_the_first_period_and_a_day_keeps_its_finnish_date() {
        let entry = json!({"x": {"asiakaskertomusmerkinta": {"tapahtuma": {"ajanjakso":
            {"alkamishetki": "2026-09-30T14:20:00+03:00"}}}, "paivamaara": "2026-10-01"}});
        let (from, to) = event(&entry, Timestamp::UNIX_EPOCH);
        assert_eq!(from, "2026-09-30T11:20:00Z".parse().unwrap());
        assert_eq!(to, from);
        let (from, _) = event(&json!({"x": {"paivamaara": "2026-10-01"}}), Timestamp::UNIX_EPOCH);
        assert_eq!(records::time::finnish_date(from), jiff::civil::date(2026, 10, 1));
    }

    #[test]
    fn services_are_found_with_and_without_version_and_only_of_their_list() {
        let content = json!({"x": {"a": [{"system": "urn:oid:1.2.246.537.6.1222.201601", "code": "85", "display": ""},
            {"system": "1.2.246.537.6.12221", "code": "1", "display": ""}],
            "b": {"system": "1.2.246.537.6.1222", "code": "85", "display": ""}}});
        assert_eq!(services(&content), ["85"]);
    }
}

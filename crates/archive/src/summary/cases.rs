//! From case documents, decisions and plans: what is going on with the client; and the list of documents.

use super::{content, view::View};
use crate::queries::found::Row;
use jiff::civil::Date;
use kanta::{
    Code,
    query::{
        VersionState,
        summary::{Case, Decision, DocumentLine, Named, Plan, SUMMARY_TEXT_CHARACTERS_MAX},
    },
};
use records::{
    Lang, access,
    code::ServiceTask,
    id::{ServiceUnitId, SetId},
    time::finnish_date,
};
use serde_json::Value;

/// A source: its row and its content.
type Source<'a> = (&'a Row, &'a Value);

/// The cases, open ones first, then the newest.
pub fn cases(sources: &[Source<'_>]) -> Vec<Case> {
    let case = |(row, json): &Source<'_>| {
        let read = records::case::Case::parse(json).ok()?;
        Some(Case {
            id: read.id,
            source: row.document.clone(),
            name: Named { code: read.name.code, name: read.name.display },
            task: read.task.to_code(Lang::Fi).into(),
            opened: read.opened,
            closed: read.closed,
            joint: read.joint,
        })
    };
    let mut all: Vec<Case> = sources.iter().filter_map(case).collect();
    all.sort_by_key(|case| (case.closed.is_some(), std::cmp::Reverse(case.opened)));
    all
}

/// The decisions that have not ended, newest first. One without a period holds until another replaces it.
pub fn decisions(sources: &[Source<'_>], today: Date) -> Vec<Decision> {
    let restrictions = access::Settings::default().provider_types;
    let decision = |(row, json): &Source<'_>| {
        let field = |key: &str| content::holder(json, key);
        let period = field("paatoksen_voimassaolo").and_then(|group| group.get("paatoksen_voimassaolo"));
        let of_period = |key: &str| period.and_then(|period| content::day(period, key));
        Decision {
            source: row.document.clone(),
            type_code: type_of(row),
            tasks: tasks_of(row),
            services: row.services.iter().map(|code| Code::new(code.clone())).collect(),
            outcome: field("ratkaisun_laji").and_then(|group| content::named(group, "ratkaisun_laji")),
            decided: field("paatospaivamaara").and_then(|group| content::day(group, "paatospaivamaara")),
            from: of_period("alkamispaiva"),
            to: of_period("paattymispaiva"),
            restriction: restrictions.contains(&row.type_code),
        }
    };
    sources.iter().map(decision).filter(|decision| decision.to.is_none_or(|last| last >= today)).collect()
}

/// The plans, with their goals and the next review.
pub fn plans(sources: &[Source<'_>]) -> Vec<Plan> {
    let plan = |(row, json): &Source<'_>| {
        let goals = content::holder(json, "asetettavat_tavoitteet");
        let review = content::holder(json, "suunnitelman_tarkistaminen");
        let review = review.and_then(|group| group.get("suunnitelman_tarkistaminen"));
        Plan {
            source: row.document.clone(),
            type_code: type_of(row),
            tasks: tasks_of(row),
            drawn_up: content::holder(json, "paivamaara")
                .and_then(|group| content::day(group, "paivamaara"))
                .unwrap_or_else(|| finnish_date(row.created)),
            review: review.and_then(|group| {
                content::text(group, "paivamaara_ja_kellonaika").or_else(|| content::text(group, "ajankohta"))
            }),
            goals: goals
                .map(|group| content::each(group, "asetettavat_tavoitteet"))
                .unwrap_or_default()
                .into_iter()
                .filter_map(goal)
                .collect(),
        }
    };
    sources.iter().map(plan).collect()
}

/// Name and description of a goal in one text.
fn goal(goal: &Value) -> Option<String> {
    let parts: Vec<String> = ["nimi", "kuvaus"].iter().filter_map(|key| content::text(goal, key)).collect();
    (!parts.is_empty()).then(|| parts.join(": ").chars().take(SUMMARY_TEXT_CHARACTERS_MAX).collect())
}

/// A line of the list of documents.
pub fn line(row: &Row, view: &View<'_>, protects: bool) -> Option<DocumentLine> {
    Some(DocumentLine {
        id: row.document.clone(),
        set: SetId::parse(&row.set).ok()?,
        version: row.version,
        state: VersionState::Valid,
        type_code: type_of(row),
        tasks: tasks_of(row),
        event: finnish_date(row.event_from),
        unit: ServiceUnitId::parse(&row.unit).ok().filter(|unit| !view.protects(unit.as_str(), protects)),
    })
}

fn type_of(row: &Row) -> Code {
    Code::new(row.type_code.clone())
}

fn tasks_of(row: &Row) -> Vec<Code> {
    let named = |code: &String| match ServiceTask::parse(code) {
        Some(task) => task.to_code(Lang::Fi).into(),
        None => Code::new(code.clone()),
    };
    row.tasks.iter().map(named).collect()
}

//! Writes a summary. Absent values are absent attributes; free text stands in elements.

use super::{
    Address, AddressKind, Case, ClientSummary, Decision, DocumentLine, NAMESPACE, Named, Person, Plan, Related,
    Relationship, Risk, Summary, Unit, Worker,
};
use crate::code::{self, Code};
use crate::document::write_coded;
use crate::stamp;
use crate::xml::Writer;
use jiff::civil::Date;
use records::relationship::UnitKind;

/// Attributes with values of their own; what is none is not written.
#[derive(Default)]
struct Attributes(Vec<(&'static str, String)>);

impl Attributes {
    fn put(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    fn some(self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.put(name, value),
            None => self,
        }
    }

    fn day(self, name: &'static str, day: Option<Date>) -> Self {
        match day {
            Some(day) => self.put(name, stamp::write_date(day)),
            None => self,
        }
    }

    fn yes(self, name: &'static str, yes: bool) -> Self {
        if yes { self.put(name, "true") } else { self }
    }

    fn refs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    fn open(self, w: &mut Writer, element: &str) {
        w.open(element, &self.refs());
    }

    fn empty(self, w: &mut Writer, element: &str) {
        w.empty(element, &self.refs());
    }
}

fn attributes() -> Attributes {
    Attributes::default()
}

impl AddressKind {
    pub(super) const ALL: [(Self, &'static str); 3] =
        [(Self::Home, "home"), (Self::Temporary, "temporary"), (Self::Contact, "contact")];
}

/// The words of unit kinds.
pub(super) const UNIT_KINDS: [(UnitKind, &str); 3] =
    [(UnitKind::Organiser, "organiser"), (UnitKind::Provider, "provider"), (UnitKind::Subcontractor, "subcontractor")];

/// The word of a value in a table of words.
fn word<T: PartialEq>(table: &[(T, &'static str)], value: &T) -> &'static str {
    table.iter().find(|(known, _)| known == value).map_or("", |(_, word)| word)
}

/// Writes the element.
pub(in crate::query) fn write(w: &mut Writer, summary: &Summary) {
    attributes()
        .put("xmlns:k", NAMESPACE)
        .put("made", stamp::write(summary.made))
        .put("extent", if summary.enriched { "enriched" } else { "basic" })
        .put("basis", summary.basis.code())
        .put("controller", summary.controller.id.as_str())
        .put("controllerName", summary.controller.name.as_str())
        .open(w, "k:summary");
    for client in &summary.clients {
        write_client(w, client);
    }
    w.close("k:summary");
}

fn write_client(w: &mut Writer, client: &ClientSummary) {
    w.open("k:client", &[]);
    if let Some(person) = &client.person {
        write_person(w, person);
    }
    if let Some(relationship) = &client.relationship {
        write_relationship(w, relationship);
    }
    for Risk { from, to, text } in &client.risks {
        attributes().day("from", *from).day("to", *to).open(w, "k:risk");
        texts(w, "k:text", std::slice::from_ref(text));
        w.close("k:risk");
    }
    client.cases.iter().for_each(|case| write_case(w, case));
    client.decisions.iter().for_each(|decision| write_decision(w, decision));
    client.plans.iter().for_each(|plan| write_plan(w, plan));
    client.documents.iter().for_each(|line| write_line(w, line));
    w.close("k:client");
}

fn named(w: &mut Writer, element: &str, value: Option<&Named>) {
    if let Some(value) = value {
        attributes().put("code", value.code.as_str()).put("name", value.name.as_str()).empty(w, element);
    }
}

fn texts(w: &mut Writer, element: &str, all: &[String]) {
    for text in all {
        w.element(element, &[], text);
    }
}

fn coded(w: &mut Writer, element: &str, all: &[Code], system: code::System) {
    for one in all {
        write_coded(w, element, one, system);
    }
}

fn write_person(w: &mut Writer, person: &Person) {
    attributes()
        .put("root", person.id.root())
        .put("extension", person.id.extension())
        .put("family", person.family.as_str())
        .put("given", person.given.as_str())
        .some("birth", person.birth.as_deref())
        .put("nonDisclosure", if person.non_disclosure { "true" } else { "false" })
        .day("nonDisclosureUntil", person.non_disclosure_until)
        .yes("interpreter", person.interpreter)
        .some("phone", person.phone.as_deref())
        .some("email", person.email.as_deref())
        .open(w, "k:person");
    named(w, "k:municipality", person.municipality.as_ref());
    named(w, "k:motherTongue", person.mother_tongue.as_ref());
    named(w, "k:serviceLanguage", person.service_language.as_ref());
    for Address { kind, text } in &person.addresses {
        w.element("k:address", &[("kind", word(&AddressKind::ALL, kind))], text);
    }
    w.close("k:person");
}

fn write_relationship(w: &mut Writer, relationship: &Relationship) {
    attributes()
        .put("id", relationship.id.as_str())
        .some("source", relationship.source.as_ref().map(|source| source.as_str()))
        .day("from", Some(relationship.started))
        .day("to", relationship.ended)
        .day("childProtectionFrom", relationship.child_protection)
        .day("childProtectionTo", relationship.child_protection_until)
        .open(w, "k:relationship");
    texts(w, "k:endReason", relationship.end_reason.as_slice());
    for Unit { id, name, kind, task, services, from, to } in &relationship.units {
        attributes()
            .some("id", id.as_ref().map(|id| id.as_str()))
            .put("name", name.as_str())
            .put("kind", word(&UNIT_KINDS, kind))
            .day("from", Some(*from))
            .day("to", *to)
            .open(w, "k:unit");
        coded(w, "k:task", task.as_slice(), code::TASK);
        coded(w, "k:service", services, code::SERVICE);
        w.close("k:unit");
    }
    for Worker { family, given, unit, registration, phone } in &relationship.workers {
        attributes()
            .put("family", family.as_str())
            .put("given", given.as_str())
            .some("unit", unit.as_deref())
            .some("registration", registration.as_ref().map(|number| number.as_str()))
            .some("phone", phone.as_deref())
            .empty(w, "k:worker");
    }
    for Related { family, given, roles, authority, non_disclosure, phone } in &relationship.related {
        attributes()
            .put("family", family.as_str())
            .put("given", given.as_str())
            .yes("nonDisclosure", *non_disclosure)
            .some("phone", phone.as_deref())
            .open(w, "k:related");
        texts(w, "k:role", roles);
        texts(w, "k:authority", authority.as_slice());
        w.close("k:related");
    }
    w.close("k:relationship");
}

fn write_case(w: &mut Writer, case: &Case) {
    attributes()
        .put("id", case.id.as_str())
        .put("source", case.source.as_str())
        .day("from", Some(case.opened))
        .day("to", case.closed)
        .yes("joint", case.joint)
        .open(w, "k:case");
    named(w, "k:name", Some(&case.name));
    write_coded(w, "k:task", &case.task, code::TASK);
    w.close("k:case");
}

fn write_decision(w: &mut Writer, decision: &Decision) {
    attributes()
        .put("source", decision.source.as_str())
        .day("decided", decision.decided)
        .day("from", decision.from)
        .day("to", decision.to)
        .yes("restriction", decision.restriction)
        .open(w, "k:decision");
    write_coded(w, "k:type", &decision.type_code, code::DOCUMENT_TYPE);
    coded(w, "k:task", &decision.tasks, code::TASK);
    coded(w, "k:service", &decision.services, code::SERVICE);
    named(w, "k:outcome", decision.outcome.as_ref());
    w.close("k:decision");
}

fn write_plan(w: &mut Writer, plan: &Plan) {
    attributes()
        .put("source", plan.source.as_str())
        .day("drawnUp", Some(plan.drawn_up))
        .some("review", plan.review.as_deref())
        .open(w, "k:plan");
    write_coded(w, "k:type", &plan.type_code, code::DOCUMENT_TYPE);
    coded(w, "k:task", &plan.tasks, code::TASK);
    texts(w, "k:goal", &plan.goals);
    w.close("k:plan");
}

fn write_line(w: &mut Writer, line: &DocumentLine) {
    attributes()
        .put("id", line.id.as_str())
        .put("set", line.set.as_str())
        .put("version", line.version.to_string())
        .put("state", line.state.code())
        .day("event", Some(line.event))
        .some("unit", line.unit.as_ref().map(|unit| unit.as_str()))
        .open(w, "k:document");
    write_coded(w, "k:type", &line.type_code, code::DOCUMENT_TYPE);
    coded(w, "k:task", &line.tasks, code::TASK);
    w.close("k:document");
}

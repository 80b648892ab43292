//! Who can be written of in a common note: the clients whom the unit works with now, each with the case that his document
//! will belong to, and what stands against it.

use ::store::Tx;
use jiff::Timestamp;
use records::{
    Lang,
    code::{ServiceProcess, ServiceTask, SocialService},
};
use structures::Structure;
use web::ui::{Field, Input};

use crate::{
    cases::store::Case,
    clients::{
        pages::case_name,
        store::{self, Arrangement, Seen},
    },
    error::Result,
    op::{Kind, Op},
    posted::Posted,
    recording::{
        self,
        content::{self, Facts},
        editor, store as writing,
    },
    sheet::Group,
};

/// Most clients that the page offers; a unit has some thirty.
pub const CLIENTS_MAX: usize = 300;

/// A client whom the unit works with.
pub struct Candidate {
    /// The client, seen by right.
    pub seen: Seen,
    /// The case that is clear or was chosen.
    pub case: Option<Case>,
    /// The cases to choose from, when it is not clear.
    pub cases: Vec<Case>,
    /// Key of the sentence that tells why nothing can be written of him now.
    pub hindrance: Option<&'static str>,
}

impl Candidate {
    /// Name of the box in the form. It holds the row's random id, which tells nothing of a person.
    pub fn box_name(&self) -> String {
        format!("asiakas-{}", self.seen.client.id)
    }

    /// Name of the choice of a case.
    pub fn case_name(&self) -> String {
        format!("asia-{}", self.seen.client.id)
    }
}

/// The unit's clients, in order of name.
///
/// # Errors
/// When the database does not answer.
pub async fn candidates(op: &Op, tx: &mut Tx, typed: &Posted) -> Result<Vec<Candidate>> {
    let mut found = Vec::new();
    for seen in store::list(op, tx, "").await?.into_iter().take(CLIENTS_MAX) {
        found.push(candidate(op, tx, seen, typed).await?);
    }
    Ok(found)
}

async fn candidate(op: &Op, tx: &mut Tx, seen: Seen, typed: &Posted) -> Result<Candidate> {
    if seen.locked {
        return Ok(Candidate { seen, case: None, cases: Vec::new(), hindrance: Some("together-locked") });
    }
    let (clear, cases) = recording::pages::case_for(op, tx, &seen, &[]).await?;
    let chosen = typed.get(&format!("asia-{}", seen.client.id));
    let case = clear.or_else(|| cases.iter().find(|case| case.oid.as_str() == chosen).cloned());
    let hindrance = (case.is_none() && cases.is_empty()).then_some("together-no-case");
    let cases = if cases.len() > 1 { cases } else { Vec::new() };
    Ok(Candidate { seen, case, cases, hindrance })
}

/// Whether the right to the case covers the day of the event; a client of the own register needs none.
///
/// # Errors
/// When the database does not answer.
pub async fn covered(op: &Op, tx: &mut Tx, one: &Candidate, event: Timestamp) -> Result<bool> {
    if one.seen.client.arrangement != Arrangement::Bought {
        return Ok(true);
    }
    let day = records::time::finnish_date(event).to_string();
    let case = one.case.as_ref().map_or("", |case| case.oid.as_str());
    let rights = store::rights_of(op, tx, &one.seen.client.id).await?;
    Ok(rights.iter().any(|right| right.case == case && right.covers(&day)))
}

/// Entries that are each client's own whatever happens to others: the beginning and the end of his service, and therapy,
/// which the decree keeps from most duties.
const PERSONAL: [&str; 3] = ["19002", "19012", "19014"];

/// Entries for which a text is enough: those are the kinds that one text can be for many. The one that the unit writes
/// most stands first.
pub fn kinds(op: &Op, like: &Candidate) -> Vec<(String, String)> {
    let usual = crate::clients::pages::entry_kind(op.kind);
    let mut kinds: Vec<(String, String)> = op
        .app
        .config
        .catalogue
        .all()
        .filter(|one| editor::is_entry(one.type_code()) && recording::pages::structure(op, one.type_code()).is_ok())
        .filter(|one| !PERSONAL.contains(&one.type_code()) && text_is_enough(op, like, one))
        .map(|one| (one.type_code().to_owned(), one.name(op.lang()).to_owned()))
        .collect();
    kinds.sort_by_key(|(kind, name)| (kind != usual, name.to_lowercase()));
    kinds.dedup_by(|one, other| one.0 == other.0);
    kinds
}

fn text_is_enough(op: &Op, like: &Candidate, structure: &Structure) -> bool {
    if editor::one_text(structure).is_none() || structure.needs_professional_signature() {
        return false;
    }
    let author = writing::author(op);
    let service = writing::default_service(&like.seen).unwrap_or_else(|| SocialService::new("45"));
    let mut body = recording::pages::body_of(structure, &Posted(vec![("teksti".to_owned(), "x".to_owned())]));
    let facts = Facts {
        client: &like.seen.client.person,
        author: &author,
        decider: None,
        task: like.case.as_ref().map_or(ServiceTask::Elderly, |case| case.task).to_code(Lang::Fi),
        service: Some(service.to_code(Lang::Fi)),
        event: op.now,
        today: op.today(),
        pending: like.case.as_ref().map(|case| case.opened),
    };
    content::fill(structure, &mut body, &facts);
    structures::validate(structure, &body).is_ok()
}

/// The boxes, a group for each register (FR-26), and under each client of several cases the choice of one.
pub fn groups(op: &Op, all: &[Candidate], typed: &Posted) -> Vec<Group> {
    [Arrangement::Public, Arrangement::Bought, Arrangement::Own]
        .into_iter()
        .filter_map(|arrangement| {
            let of = |one: &&Candidate| one.hindrance.is_none() && one.seen.client.arrangement == arrangement;
            let fields: Vec<Field> = all.iter().filter(of).flat_map(|one| fields(op, one, typed)).collect();
            let legend = match arrangement {
                Arrangement::Public => "clients-table",
                Arrangement::Bought => "clients-table-bought",
                Arrangement::Own => "clients-table-own",
            };
            (!fields.is_empty()).then(|| Group { legend: op.t.get(legend), fields, folded: false })
        })
        .collect()
}

fn fields(op: &Op, one: &Candidate, typed: &Posted) -> Vec<Field> {
    let person = &one.seen.client.person;
    let label = format!("{} · {}", person.name(), person.masked());
    let mut fields = vec![Field::new(one.box_name(), label, typed.get(&one.box_name()), Input::Check)];
    if !one.cases.is_empty() {
        let mut options = vec![(String::new(), op.t.get("choose"))];
        let named = |case: &Case| format!("{} · {}", case_name(op, case), case.task.name(op.lang()));
        options.extend(one.cases.iter().map(|case| (case.oid.to_string(), named(case))));
        let label = op.t.with("together-case", [("name", person.name())]);
        fields.push(Field::new(one.case_name(), label, typed.get(&one.case_name()), Input::Choice(options)));
    }
    fields
}

/// Whether some client's service is told by nothing, so that the form asks for one.
pub fn asks_service(op: &Op, all: &[Candidate], kind: &str) -> bool {
    let needed = op.kind == Kind::Provider || writing::default_process(op.kind, kind) == ServiceProcess::CarryingOut;
    needed && all.iter().any(|one| one.hindrance.is_none() && writing::default_service(&one.seen).is_none())
}

//! Rights to the documents of the own register, decided by the archive's own function.
//!
//! [`records::access::decide`] is asked here with what this system's tables know, so that what a worker sees and may do
//! at his desk is what the archive would give him (decree 457/2024 with its four denied groups, FR-49, FR-50, FR-101).
//! The organisation may only narrow further: a worker sees the service tasks that his membership names.
//!
//! Documents of another's register lie here as local copies of the own unit; whether they are open is told by the
//! received right ([`Seen::locked`], FR-21), and the archive decides each search and message under it.

use jiff::civil::Date;
use records::{
    access::{
        Act, Actor, Allowed, CaseFacts, CaseMember, ClientKey, DocumentFacts, DocumentForm, LoginStrength,
        RelationshipFacts, Settings, Situation, Subject, decide, login,
    },
    code::{CaseState, DocumentGroup, GeneralType, ServiceTask},
    joining::{Functions, Joining},
    refusal::Refusal,
    time::finnish_date,
};
use store::Tx;

use crate::{
    cases::store::Case,
    clients::store::{Arrangement, Seen},
    error::{Fault, Result},
    op::Op,
    recording::documents::{self, Stored},
    relationships,
};

/// What a worker may see of a client's documents.
pub struct Reach(Option<Allowed>);

/// Asks for the right to look at a client's documents.
///
/// # Errors
/// The refusal that may be told, when the duty or the relation of the unit gives no right to the client.
pub async fn reach(op: &Op, tx: &mut Tx, seen: &Seen) -> Result<Reach> {
    if !own_register(seen) {
        return Ok(Reach(None));
    }
    let question = Question::new(op, tx, seen, None).await?;
    let allowed = question.decide(Act::Search, None).map_err(|refusal| op.refuse(refusal))?;
    Ok(Reach(Some(allowed)))
}

impl Reach {
    /// Whether a document stands in the worker's lists. A document that was made void keeps its row, which says so; what
    /// it told is not opened any more.
    pub fn shows(&self, op: &Op, one: &Stored) -> bool {
        let of_right = own_work(op, one)
            || self.0.as_ref().is_none_or(|allowed| {
                let facts = DocumentFacts { invalidated: false, ..facts(op, one) };
                allowed.covers(&facts)
            });
        of_right && one.task.is_none_or(|task| op.covers(task))
    }
}

/// Whether the worker may do the act with the document; `case` is the document's case, for acts that write.
///
/// # Errors
/// The refusal that may be told.
pub async fn check(op: &Op, tx: &mut Tx, seen: &Seen, act: Act, one: &Stored, case: Option<&Case>) -> Result<()> {
    if one.task.is_some_and(|task| !op.covers(task)) {
        return Err(op.refuse(Refusal::RoleForbidden));
    }
    if !own_register(seen) {
        return Ok(());
    }
    let question = Question::new(op, tx, seen, case).await?;
    question.decide(act, Some(facts(op, one))).map(drop).map_err(|refusal| op.refuse(refusal))
}

/// Whether the worker may open the document to read it.
///
/// # Errors
/// `NotFound` for what the duty does not cover, as for a document that does not exist; `DocInvalidated` for a void one.
pub async fn check_read(op: &Op, tx: &mut Tx, seen: &Seen, one: &Stored) -> Result<()> {
    if one.task.is_some_and(|task| !op.covers(task)) {
        return Err(Fault::NotFound);
    }
    if !own_register(seen) {
        return if one.state == "invalidated" { Err(op.refuse(Refusal::DocInvalidated)) } else { Ok(()) };
    }
    if own_work(op, one) {
        return Ok(());
    }
    let question = Question::new(op, tx, seen, None).await?;
    match question.decide(Act::Read, Some(facts(op, one))) {
        Ok(_) => Ok(()),
        Err(told @ Refusal::DocInvalidated) => Err(op.refuse(told)),
        Err(_) => Err(Fault::NotFound),
    }
}

/// What has not reached the archive is its writer's own work, to be signed, mended or withdrawn, as a draft is (FR-34).
fn own_work(op: &Op, one: &Stored) -> bool {
    one.person == op.actor.person && one.archived.is_none() && one.state != "invalidated"
}

fn own_register(seen: &Seen) -> bool {
    seen.client.arrangement != Arrangement::Bought
}

fn key(client: &str) -> ClientKey {
    ClientKey::new(client)
}

/// The facts of one question, read in one snapshot.
struct Question<'a> {
    op: &'a Op,
    client: &'a str,
    situation: Situation,
}

impl<'a> Question<'a> {
    async fn new(op: &'a Op, tx: &mut Tx, seen: &'a Seen, case: Option<&Case>) -> Result<Self> {
        let client = seen.client.id.as_str();
        let kept = relationships::store::of_client(&op.app, tx, op.org(), client).await?;
        let relationships = kept.and_then(|kept| {
            Some(RelationshipFacts { client: key(client), id: kept.whole.id.clone()?, units: kept.whole.units() })
        });
        // Whether the own organisation has joined is the archive's to say; here it is taken as joined, so that recording
        // goes on before the joining and during a break.
        let joined = Joining::joined(Functions { own: true, ..Functions::default() });
        let situation = Situation {
            actor_joining: joined.clone(),
            controller_joining: joined,
            relationships: relationships.into_iter().collect(),
            case: case.map(|case| case_facts(case, client)),
            settings: Settings { own_search_needs_card: false, ..Settings::default() },
            ..Situation::empty(op.now)
        };
        Ok(Self { op, client, situation })
    }

    /// The decision, or the refusal that may be told.
    fn decide(&self, act: Act, document: Option<DocumentFacts>) -> Result<Allowed, Refusal> {
        let duty = self.op.duty().ok_or(Refusal::RoleForbidden)?;
        let actor = Actor {
            organisation: self.op.org.clone(),
            unit: self.op.unit.clone(),
            duty,
            own_tasks: self.op.actor.tasks.iter().filter_map(|code| ServiceTask::parse(code)).collect(),
            // As on the wire: the register of users knows tasks, not services.
            own_services: Vec::new(),
            login: self.strength(act)?,
            access: None,
            may_use_special_reason: false,
        };
        let case = self.situation.case.as_ref().map(|case| case.id.clone());
        let subject = Subject { controller: self.op.org.clone(), clients: vec![key(self.client)], case, document };
        decide(&actor, act, &subject, &self.situation).map_err(|denied| denied.told())
    }

    /// Looking and writing at the own desk have rows of their own in the table of 3.8b, for which a password is enough;
    /// `decide` asks for what the archive wants of its search and its intake, so those rows are asked here and its own
    /// question is answered as met. The archive asks again when the document arrives.
    fn strength(&self, act: Act) -> Result<LoginStrength, Refusal> {
        let given = self.op.strength();
        let local = match act {
            Act::Search | Act::Read => login::Operation::ViewLocal,
            Act::Write => login::Operation::Record,
            Act::Correct | Act::Invalidate => return Ok(given),
        };
        login::check(local, given, &self.situation.settings)?;
        Ok(given.max(LoginStrength::SecondFactor))
    }
}

fn case_facts(case: &Case, client: &str) -> CaseFacts {
    CaseFacts {
        id: case.oid.clone(),
        controller: case.register.clone(),
        task: case.task,
        clients: vec![CaseMember { client: key(client), joined: None, left: None }],
        state: if case.open { CaseState::Open } else { CaseState::Closed },
        closed: case.closed,
    }
}

/// The document as a decision sees it.
fn facts(op: &Op, one: &Stored) -> DocumentFacts {
    let structure = op.app.config.catalogue.get(&one.structure);
    let event_day: Date = finnish_date(one.event);
    DocumentFacts {
        controller: one.register.clone(),
        clients: vec![key(&one.client)],
        case: one.case.clone(),
        group: match one.type_code.as_str() {
            documents::RELATIONSHIP => DocumentGroup::Relationship,
            documents::CASE => DocumentGroup::Case,
            _ => DocumentGroup::ClientDocument,
        },
        type_code: one.type_code.clone(),
        general_type: structure.and_then(|known| GeneralType::parse(known.general_type()?)),
        tasks: one.task.into_iter().collect(),
        services: one.service.iter().cloned().collect(),
        process: one.process,
        unit: Some(one.unit.clone()),
        author_arc: op.org.arc(),
        event_day,
        needs_professional_signature: structure.is_some_and(structures::Structure::needs_professional_signature),
        invalidated: one.state == "invalidated",
        set: Some(one.set_id.clone()),
        form: DocumentForm::Structured,
        // Asked of a disclosure between controllers alone, which is never decided here.
        temporary_client: false,
    }
}

//! What the archivist's duty allows, decided by `records::access`, and the log row without which no page leaves.
//!
//! The decree's § 23 gives the staff of an archive the necessary data of the own register, but for the four groups that
//! it keeps to those who work in them (law-and-codes 2). The register as a whole is the archivist's matter, so no
//! relation of a unit to the client is asked for; another's register stays closed to the duty.

use super::{Fault, Op, Result, login};
use crate::{app::App, entry::Denial, joining::Joining, log::Event, writer::Record};
use records::{
    Lang,
    access::{self, Act, Actor, Allowed, ClientKey, DocumentFacts, Duty, LoginStrength, Situation, Subject},
    id::{OrganisationId, ServiceUnitId},
    joining::{Functions, JoiningModel, JoiningState},
    refusal::Refusal,
};
use store::{Tx, log::Action};

/// Decides about an act on documents of the archivist's register.
///
/// # Errors
/// The refusal; what the database says.
pub async fn decide(
    op: &Op,
    tx: &mut Tx,
    act: Act,
    clients: Vec<ClientKey>,
    document: Option<DocumentFacts>,
) -> Result<Allowed> {
    let register = op.register()?;
    let refuse = |refusal| Fault::Refused(refusal, op.lang());
    let controller = OrganisationId::parse(register).map_err(|_| refuse(Refusal::OrgUnknown))?;
    let unit = ServiceUnitId::parse(&op.post.unit).map_err(|_| refuse(Refusal::UnitMismatch))?;
    let joining = crate::joining::all(tx).await?.get(register).map(joining_of);
    let actor = Actor {
        organisation: controller.clone(),
        unit,
        duty: Duty::Archivist,
        own_tasks: Vec::new(),
        own_services: Vec::new(),
        login: LoginStrength::Card,
        access: None,
        may_use_special_reason: false,
    };
    let case = document.as_ref().and_then(|document| document.case.clone());
    let subject = Subject { controller, clients, case, document };
    let mut situation = Situation::empty(op.now());
    situation.controller_joining = joining.clone().unwrap_or_else(records::joining::Joining::none);
    situation.actor_joining = situation.controller_joining.clone();
    situation.assigned = true;
    access::decide(&actor, act, &subject, &situation).map_err(|denied| refuse(denied.told()))
}

fn joining_of(joining: &Joining) -> records::joining::Joining {
    records::joining::Joining {
        state: JoiningState::parse(&joining.state).unwrap_or(JoiningState::NotJoined),
        model: JoiningModel::Direct,
        functions: Functions { own: joining.own_register, rko: joining.rko, disclosure: joining.disclosure },
        patient_system: joining.system_kind == "patient",
    }
}

/// An event of the person's in the register that is looked at.
pub fn event(op: &Op, action: Action) -> Event {
    let mut event = Event::of_connection(&op.post.organisation, action);
    event.register = Some(op.post.organisation.clone());
    event.unit = Some(op.post.unit.clone()).filter(|unit| !unit.is_empty());
    event.actor = login::actor(&op.card, op.post.role.word());
    event.purpose = Some("arkistonhoito".to_owned());
    event.ground.kind = "own_register".to_owned();
    event
}

/// Makes the log row durable; without it nothing is shown.
///
/// # Errors
/// The page that says that the service is out of reach.
pub async fn record(app: &App, mut event: Event, lang: Lang) -> Result<()> {
    event.name_places(&app.registers).await;
    let record = Record { event, rests: Vec::new(), nonce: None };
    app.writer.record(record).await.map_err(|denial: Denial| Fault::of(&denial, lang))
}

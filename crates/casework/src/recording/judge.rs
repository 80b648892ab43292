//! Judging a form that a worker finished: the same for pages and for phones.

use super::{
    editor, listed,
    pages::{body_of, case_for, chosen_service, event_of, structure},
    restrictions,
    store::{self, Finished, Finishing},
};
use crate::{
    clients,
    error::Result,
    notes::{
        hints::{self, Hint},
        marks, patient,
    },
    op::Op,
    phone::store::Sending,
    posted::Posted,
};

/// What came of a form that a worker finished.
pub enum Judged {
    /// Stored, now or when the same sending came before.
    Stored {
        /// The document; none for patient data, which are kept apart.
        oid: Option<String>,
        /// Where its writer goes on.
        onward: String,
    },
    /// The one text of an entry is empty; the path of its field.
    Empty(String),
    /// Something is missing; what, in a sentence.
    Message(String),
    /// The content breaks its structure.
    Faults(Vec<structures::Fault>),
    /// The writer has to look at something first.
    Hints(Vec<Hint>),
}

/// A form to be judged.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    /// The client.
    pub client: &'a str,
    /// Kind of document.
    pub kind: &'a str,
    /// The fields, phrases written out.
    pub posted: &'a Posted,
    /// The draft that ends with it.
    pub draft: &'a str,
    /// The browser's name for the sending.
    pub sending: Option<&'a Sending>,
}

/// Judges a form and stores what it says: the one door for pages and phones.
///
/// # Errors
/// The refusals of opening the client, of the case and of the right to write.
pub async fn judge(op: &Op, sent: Sent<'_>) -> Result<Judged> {
    let Sent { client, kind, posted, draft, sending } = sent;
    let structure = structure(op, kind)?;
    if let Some(path) = editor::one_text(structure).filter(|_| posted.get("teksti").is_empty()) {
        return Ok(Judged::Empty(path));
    }
    let Some(event) = event_of(op, posted) else { return Ok(Judged::Message(op.t.get("fault-event"))) };
    let unlisted = listed::unlisted(structure, &posted.document_fields());
    if !unlisted.is_empty() {
        return Ok(Judged::Faults(unlisted));
    }
    let mut tx = op.read().await?;
    let seen = clients::store::open(op, &mut tx, client).await?;
    let (case, _) = case_for(op, &mut tx, &seen, &posted.0).await?;
    let goals = if editor::is_entry(kind) { marks::goals(op, &mut tx, &seen).await? } else { Vec::new() };
    drop(tx);
    let mut hints = hints::open_ones(op, &seen, kind, posted).await?;
    if sending.is_some_and(|sending| sending.phone.is_some()) {
        // A phone sends what was finished earlier: nobody is there to accept a moment, and the note has its time.
        hints.retain(|hint| hint.kind != hints::Kind::Moment);
    }
    if !hints.is_empty() {
        return Ok(Judged::Hints(hints));
    }
    if editor::is_entry(kind) && posted.get("tieto") == "potilas" {
        // Patient data never become a document of social welfare (FR-87).
        let onward = patient::keep(op, &seen, posted.get("teksti"), event, (draft, sending)).await?;
        return Ok(Judged::Stored { oid: None, onward });
    }
    let marks = marks::read(op, &goals, posted);
    let what = Finishing {
        seen: &seen,
        case: case.as_ref(),
        structure,
        body: body_of(structure, posted),
        event,
        service: chosen_service(posted),
        process: None,
        corrects: None,
        signer: Some(posted.get("allekirjoittaja")).filter(|person| !person.is_empty()),
        draft,
        marks: &marks,
        sending,
    };
    let stored = |oid: String, onward: String| Judged::Stored { oid: Some(oid), onward };
    Ok(match store::finish(op, what).await? {
        Finished::Stored { oid, to_sign: true } => stored(oid.to_string(), format!("/allekirjoitus/{oid}")),
        Finished::Stored { oid, .. } => stored(oid.to_string(), format!("/asiakkaat/{client}")),
        Finished::Before { oid } => stored(oid, format!("/asiakkaat/{client}")),
        Finished::Missing(item) => Judged::Message(op.t.with("context-missing", &[("item", op.t.get(item))])),
        Finished::Faults(faults) => Judged::Faults(faults),
        Finished::Restricted(fault) => Judged::Message(restrictions::sentence(op, fault)),
    })
}

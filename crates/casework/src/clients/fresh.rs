//! What the worker has just written, offered for mending at once: a slip is seen in the moment after saving.

use jiff::SignedDuration;
use web::ui::{Notice, Tone};

use super::events::{Event, Source};
use crate::{
    op::Op,
    people,
    recording::{documents::Stored, editor, view},
    sheet::{Block, Form, Link, Sheet},
};

/// How long a note is "just written".
const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// The worker's own newest entry, when it was written a moment ago and can still be mended.
pub fn written<'a>(op: &Op, events: &'a [Event]) -> Option<&'a Stored> {
    events
        .iter()
        .filter_map(|event| match &event.source {
            Source::Here(one) => Some(&**one),
            Source::Archive(_) => None,
        })
        .filter(|one| one.person == op.actor.person && editor::is_entry(&one.type_code))
        .filter(|one| op.now.duration_since(one.created) < FRESH)
        .max_by_key(|one| one.created)
        .filter(|one| !matches!(one.word(), "replaced" | "invalidated"))
}

/// Says that it is saved and offers to mend it: before it has gone, by taking it back into the editor; afterwards by a
/// new version, for which the decree wants a card (FR-35, FR-46).
pub fn offer(op: &Op, sheet: Sheet, one: &Stored) -> Sheet {
    let args = [("title", one.title.clone()), ("time", people::time_of_day(one.created))];
    let sheet = sheet.with(Block::Notice(Notice::new(Tone::Good, op.t.with("fresh", args))));
    if one.state != "archived" {
        let take_back = format!("/asiakirjat/{}/luonnokseksi", one.oid);
        return sheet.with(Block::Form(Form::new("korjaa-tuore", take_back, Vec::new(), op.t.get("correct"))));
    }
    if view::may_change(op) {
        let correct = format!("/asiakirjat/{}/korjaa", one.oid);
        return sheet.with(Block::Links(vec![Link::new("korjaa-tuore", correct, op.t.get("correct"))]));
    }
    sheet.with(Block::Small(op.t.get("change-needs-card"))).with(Block::Links(vec![Link::new(
        "kortti",
        "/kirjaudu/kortti",
        op.t.get("login-with-card"),
    )]))
}

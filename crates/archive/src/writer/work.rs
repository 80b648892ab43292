//! What goes to the writer and what comes back, as values.

use super::express::Express;
use crate::{
    entry::{Denial, Entry},
    intake::{
        decide::Acting,
        rows::{NewKey, Sealed},
    },
    log::Event,
    retention::dispose::{Dispose, Disposed},
    special::SpecialUse,
};
use jiff::Timestamp;
use records::{id::OrganisationId, refusal::Refusal};
use tokio::sync::oneshot;

/// A message's single-use number, with the organisation that made it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Nonce {
    /// The connecting organisation.
    pub organisation: String,
    /// The number.
    pub value: String,
}

/// What a read rested on when it was decided in its snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// The register.
    pub controller: String,
    /// Blind index of the client.
    pub client: String,
    /// The relationship version then; none when there was none.
    pub version: Option<String>,
}

/// A document to store.
#[derive(Debug)]
pub struct Archive {
    /// The document's row and what it derives.
    pub entry: Entry,
    /// Who acts.
    pub acting: Acting,
    /// Special reasons given for its clients; those that it rests on begin their time with it (FR-51).
    pub specials: Vec<SpecialUse>,
    /// Its bytes.
    pub sealed: Sealed,
    /// The key, when it is not stored yet.
    pub key: Option<NewKey>,
    /// The durable blob of a recording (FR-95).
    pub blob: Option<String>,
    /// Nonce of the message.
    pub nonce: Nonce,
    /// Who, whose and why, for the log.
    pub event: Event,
}

/// A document to invalidate.
#[derive(Debug)]
pub struct Nullify {
    /// All its versions.
    pub set: String,
    /// The register.
    pub controller: OrganisationId,
    /// Blind indexes of its clients.
    pub clients: Vec<String>,
    /// Its case, when it has one.
    pub case: Option<String>,
    /// Who acts.
    pub acting: Acting,
    /// Special reasons given for its clients, as of [`Archive::specials`].
    pub specials: Vec<SpecialUse>,
    /// Nonce of the message.
    pub nonce: Nonce,
    /// For the log.
    pub event: Event,
}

/// Something to log, durable before anybody hears of it.
#[derive(Debug)]
pub struct Record {
    /// For the log.
    pub event: Event,
    /// What the decision rested on; checked again here (decisions.md 18).
    pub rests: Vec<Rest>,
    /// Nonce of the message, when it got so far.
    pub nonce: Option<Nonce>,
}

/// What a client had expressed when a reading was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WillRest {
    /// Index of the client among expressions of will.
    pub client: String,
    /// The newest versions then ([`crate::consents::Standing::versions`]).
    pub versions: Vec<String>,
}

/// A reading that rests on more than a relationship, or is told in more than one log.
#[derive(Debug)]
pub struct Reading {
    /// The use, in the log of the register that asked.
    pub record: Record,
    /// What was disclosed: one event in the log of each register that gave something (FR-57).
    pub disclosed: Vec<Event>,
    /// Expressions of will that it rested on; checked again here.
    pub wills: Vec<WillRest>,
    /// Special reasons that it used; the first use begins their time (FR-51).
    pub specials: Vec<SpecialUse>,
}

impl Reading {
    /// A reading that rests on relationships alone.
    pub fn of(record: Record) -> Self {
        Self { record, disclosed: Vec::new(), wills: Vec::new(), specials: Vec::new() }
    }
}

/// What became of a stored document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The receipt's reference.
    pub receipt: String,
    /// When it was stored first.
    pub archived_at: Timestamp,
}

pub(super) enum Work {
    Archive(Box<Archive>, oneshot::Sender<Result<Stored, Denial>>),
    Express(Box<Express>, oneshot::Sender<Result<Stored, Denial>>),
    Nullify(Box<Nullify>, oneshot::Sender<Result<Timestamp, Denial>>),
    Record(Box<Reading>, oneshot::Sender<Result<(), Denial>>),
    Dispose(Box<Dispose>, oneshot::Sender<Result<Disposed, Denial>>),
}

pub(super) enum Answer {
    Archive(oneshot::Sender<Result<Stored, Denial>>, Result<Stored, Denial>),
    Nullify(oneshot::Sender<Result<Timestamp, Denial>>, Result<Timestamp, Denial>),
    Record(oneshot::Sender<Result<(), Denial>>, Result<(), Denial>),
    Dispose(oneshot::Sender<Result<Disposed, Denial>>, Result<Disposed, Denial>),
}

impl Answer {
    /// Sends the answer; whoever hung up does not hear it, and resends later.
    pub(super) fn send(self) {
        match self {
            Self::Archive(to, answer) => drop(to.send(answer)),
            Self::Nullify(to, answer) => drop(to.send(answer)),
            Self::Record(to, answer) => drop(to.send(answer)),
            Self::Dispose(to, answer) => drop(to.send(answer)),
        }
    }

    pub(super) fn failed(self) -> Self {
        let down = || Denial::new(Refusal::ServiceUnavailable);
        match self {
            Self::Archive(to, _) => Self::Archive(to, Err(down())),
            Self::Nullify(to, _) => Self::Nullify(to, Err(down())),
            Self::Record(to, _) => Self::Record(to, Err(down())),
            Self::Dispose(to, _) => Self::Dispose(to, Err(down())),
        }
    }
}

/// An answer for an item that was never looked at.
pub(super) fn unanswered(work: Work) -> Answer {
    let down = || Denial::new(Refusal::ServiceUnavailable);
    match work {
        Work::Archive(_, to) | Work::Express(_, to) => Answer::Archive(to, Err(down())),
        Work::Nullify(_, to) => Answer::Nullify(to, Err(down())),
        Work::Record(_, to) => Answer::Record(to, Err(down())),
        Work::Dispose(_, to) => Answer::Dispose(to, Err(down())),
    }
}

//! The life cycle of a document in a client system (functional specification B.3).
//!
//! The enum, the diagram in `docs/life-cycles/document.md` and the `CHECK` of the tables say the same; a test compares
//! them. The words on the screens are one to one with the states (decisions.md 11).

use crate::Lang;
use crate::code::pick;
use crate::refusal::Refusal;
use jiff::civil::Date;

/// Where a document is, with what belongs to being there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentState {
    /// Being written; never leaves the client system (FR-34).
    Draft,
    /// Finished by its author and checked; it has its OID.
    Ready,
    /// Waits for a professional's signature, which needs a card.
    WaitingSignature,
    /// Signed and on its way to the archive; a failed connection keeps it here.
    Queued,
    /// The organiser has not taken the register access right into use (FR-25).
    WaitingGoLive {
        /// The first day of use, when it has been set.
        from: Option<Date>,
    },
    /// There is no register access right for the unit and the client.
    WaitingRight,
    /// In the archive, acknowledged.
    Archived,
    /// Refused by the archive.
    Rejected {
        /// Why.
        refusal: Refusal,
    },
    /// A newer version has been archived in its place.
    Replaced,
    /// Made void with a reason; out of use everywhere.
    Invalidated,
    /// Destroyed at the end of its retention.
    Disposed,
}

/// A state without its data: what the database stores and the diagram draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentStage {
    /// See [`DocumentState::Draft`].
    Draft,
    /// See [`DocumentState::Ready`].
    Ready,
    /// See [`DocumentState::WaitingSignature`].
    WaitingSignature,
    /// See [`DocumentState::Queued`].
    Queued,
    /// See [`DocumentState::WaitingGoLive`].
    WaitingGoLive,
    /// See [`DocumentState::WaitingRight`].
    WaitingRight,
    /// See [`DocumentState::Archived`].
    Archived,
    /// See [`DocumentState::Rejected`].
    Rejected,
    /// See [`DocumentState::Replaced`].
    Replaced,
    /// See [`DocumentState::Invalidated`].
    Invalidated,
    /// See [`DocumentState::Disposed`].
    Disposed,
}

/// The move from one state to another is not in the life cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a document cannot go from {} to {}", from.code(), to.code())]
pub struct TransitionError {
    /// Where the document is.
    pub from: DocumentStage,
    /// Where it was to go.
    pub to: DocumentStage,
}

impl DocumentState {
    /// The state without its data.
    pub fn stage(self) -> DocumentStage {
        match self {
            Self::Draft => DocumentStage::Draft,
            Self::Ready => DocumentStage::Ready,
            Self::WaitingSignature => DocumentStage::WaitingSignature,
            Self::Queued => DocumentStage::Queued,
            Self::WaitingGoLive { .. } => DocumentStage::WaitingGoLive,
            Self::WaitingRight => DocumentStage::WaitingRight,
            Self::Archived => DocumentStage::Archived,
            Self::Rejected { .. } => DocumentStage::Rejected,
            Self::Replaced => DocumentStage::Replaced,
            Self::Invalidated => DocumentStage::Invalidated,
            Self::Disposed => DocumentStage::Disposed,
        }
    }

    /// Moves to another state.
    ///
    /// # Errors
    /// [`TransitionError`] when the life cycle does not know the move.
    pub fn go(self, to: DocumentState) -> Result<DocumentState, TransitionError> {
        self.stage().check(to.stage()).map(|()| to)
    }

    /// Where an answer of the archive takes a queued document.
    pub fn after_refusal(refusal: Refusal, go_live: Option<Date>) -> DocumentState {
        match refusal {
            Refusal::GoLiveNotReached => Self::WaitingGoLive { from: go_live },
            Refusal::RkoNotValid => Self::WaitingRight,
            refusal if refusal.retryable() => Self::Queued,
            refusal => Self::Rejected { refusal },
        }
    }
}

impl DocumentStage {
    /// Every stage, in the order of a document's life.
    pub const ALL: &'static [DocumentStage] = &[
        Self::Draft,
        Self::Ready,
        Self::WaitingSignature,
        Self::Queued,
        Self::WaitingGoLive,
        Self::WaitingRight,
        Self::Archived,
        Self::Rejected,
        Self::Replaced,
        Self::Invalidated,
        Self::Disposed,
    ];

    /// The word in the database, the API and the diagram.
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Ready => "ready",
            Self::WaitingSignature => "waiting_signature",
            Self::Queued => "queued",
            Self::WaitingGoLive => "waiting_go_live",
            Self::WaitingRight => "waiting_right",
            Self::Archived => "archived",
            Self::Rejected => "rejected",
            Self::Replaced => "replaced",
            Self::Invalidated => "invalidated",
            Self::Disposed => "disposed",
        }
    }

    /// Reads the word.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|stage| stage.code() == code)
    }

    /// The word on the screens (users-and-screens 3.3).
    pub fn name(self, lang: Lang) -> &'static str {
        let words = match self {
            Self::Draft => ["Luonnos", "Utkast", "Draft"],
            Self::Ready => ["Valmis", "Klar", "Ready"],
            Self::WaitingSignature => ["Odottaa korttia", "Väntar på kort", "Waiting for card"],
            Self::Queued => ["Arkistoituu", "Arkiveras", "Being archived"],
            Self::WaitingGoLive => ["Pidätetty", "Kvarhållen", "Held back"],
            Self::WaitingRight => ["Odottaa oikeutta", "Väntar på rätt", "Waiting for right"],
            Self::Archived => ["Arkistoitu", "Arkiverad", "Archived"],
            Self::Rejected => ["Palautui", "Returnerad", "Returned"],
            Self::Replaced => ["Korvattu", "Ersatt", "Replaced"],
            Self::Invalidated => ["Mitätöity", "Makulerad", "Invalidated"],
            Self::Disposed => ["Hävitetty", "Förstörd", "Disposed"],
        };
        pick(words, lang)
    }

    /// The stages that may follow. Staying in the queue after a failed connection is not a move.
    pub fn next(self) -> &'static [DocumentStage] {
        match self {
            Self::Draft => &[Self::Ready],
            Self::Ready => &[Self::Draft, Self::WaitingSignature, Self::Queued],
            Self::WaitingSignature => &[Self::Draft, Self::Queued],
            Self::Queued => &[Self::Queued, Self::WaitingGoLive, Self::WaitingRight, Self::Archived, Self::Rejected],
            Self::WaitingGoLive | Self::WaitingRight => &[Self::Queued],
            Self::Rejected => &[Self::Draft, Self::Ready],
            Self::Archived => &[Self::Replaced, Self::Invalidated, Self::Disposed],
            Self::Replaced => &[Self::Invalidated, Self::Disposed],
            Self::Invalidated => &[Self::Disposed],
            Self::Disposed => &[],
        }
    }

    /// Whether the life cycle knows the move.
    ///
    /// # Errors
    /// [`TransitionError`] when it does not.
    pub fn check(self, to: DocumentStage) -> Result<(), TransitionError> {
        if self.next().contains(&to) { Ok(()) } else { Err(TransitionError { from: self, to }) }
    }

    /// Whether the document is still only in the client system.
    pub fn is_local(self) -> bool {
        !matches!(self, Self::Archived | Self::Replaced | Self::Invalidated | Self::Disposed)
    }

    /// The list for a `CHECK (state IN (…))`, quoted and joined.
    pub fn sql_list() -> String {
        let quoted: Vec<String> = Self::ALL.iter().map(|stage| format!("'{}'", stage.code())).collect();
        quoted.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disposed_document_has_no_way_onward_and_a_draft_only_one() {
        assert!(DocumentStage::Disposed.next().is_empty());
        assert_eq!(DocumentStage::Draft.next(), [DocumentStage::Ready]);
        assert!(DocumentState::Draft.go(DocumentState::Archived).is_err());
        assert_eq!(DocumentState::Ready.go(DocumentState::Queued), Ok(DocumentState::Queued));
    }

    #[test]
    fn fr_34_a_draft_cannot_reach_the_archive_without_being_ready() {
        let reaches = DocumentStage::ALL.iter().filter(|stage| stage.next().contains(&DocumentStage::Archived));
        assert_eq!(reaches.collect::<Vec<_>>(), [&DocumentStage::Queued]);
        assert!(!DocumentStage::Draft.next().contains(&DocumentStage::Queued));
    }

    #[test]
    fn fr_25_a_refusal_before_go_live_makes_the_document_wait_with_its_date() {
        let day = jiff::civil::date(2026, 10, 1);
        let state = DocumentState::after_refusal(Refusal::GoLiveNotReached, Some(day));
        assert_eq!(state, DocumentState::WaitingGoLive { from: Some(day) });
        assert_eq!(DocumentState::after_refusal(Refusal::RkoNotValid, None), DocumentState::WaitingRight);
        assert_eq!(DocumentState::after_refusal(Refusal::Timeout, None), DocumentState::Queued);
        let rejected = DocumentState::after_refusal(Refusal::SchemaInvalid, None);
        assert_eq!(rejected, DocumentState::Rejected { refusal: Refusal::SchemaInvalid });
    }

    #[test]
    fn every_stage_has_its_own_word_in_each_language() {
        for lang in [Lang::Fi, Lang::Sv, Lang::En] {
            let mut words: Vec<_> = DocumentStage::ALL.iter().map(|stage| stage.name(lang)).collect();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), DocumentStage::ALL.len());
        }
        assert!(DocumentStage::ALL.iter().all(|stage| DocumentStage::parse(stage.code()) == Some(*stage)));
    }
}

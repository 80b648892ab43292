//! Why a document is not in the archive yet: the causes of the failure catalogue (users-and-screens 3.7). One cause
//! fixes many documents, so the desk groups by it and gives each one its button.

use records::refusal::Refusal;

/// What holds a document back. The order is that of the desk: what a person can mend stands first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Cause {
    /// No register access right covers it, or it has ended.
    Right,
    /// The service unit is unknown to the organisation register or closed in it.
    Unit,
    /// The case is unknown, closed, or another register's.
    Case,
    /// A mandatory field, a code or a context item is missing or wrong.
    Content,
    /// The version of the document structure is not in use any more.
    Template,
    /// A professional's signature is missing.
    Signature,
    /// A certificate or a card is not valid, or a card is needed.
    Certificate,
    /// The client's identity does not fit.
    Identity,
    /// Another document has its identifier.
    Duplicate,
    /// It is too large.
    Size,
    /// Anything else that the archive refuses.
    Other,
    /// The archive does not answer; the queue tries again by itself.
    Down,
    /// The organiser's start of use is in the future.
    GoLive,
}

impl Cause {
    /// Every cause, in the order of the desk.
    pub const ALL: [Self; 13] = [
        Self::Right,
        Self::Unit,
        Self::Case,
        Self::Content,
        Self::Template,
        Self::Signature,
        Self::Certificate,
        Self::Identity,
        Self::Duplicate,
        Self::Size,
        Self::Other,
        Self::Down,
        Self::GoLive,
    ];

    /// The word in addresses and keys of texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Unit => "unit",
            Self::Case => "case",
            Self::Content => "content",
            Self::Template => "template",
            Self::Signature => "signature",
            Self::Certificate => "certificate",
            Self::Identity => "identity",
            Self::Duplicate => "duplicate",
            Self::Size => "size",
            Self::Other => "other",
            Self::Down => "down",
            Self::GoLive => "golive",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.code() == word)
    }

    /// The cause behind a refusal. `old_template` tells that a newer version of the structure is known here: then a
    /// content that does not fit is one of a version that is not in use any more.
    pub fn of_refusal(refusal: Option<Refusal>, old_template: bool) -> Self {
        use Refusal as R;
        let Some(refusal) = refusal else { return Self::Other };
        match refusal {
            R::RkoNotValid => Self::Right,
            R::GoLiveNotReached => Self::GoLive,
            R::UnitExpired | R::UnitMismatch | R::OrgUnknown => Self::Unit,
            R::CaseUnknown | R::CaseClosed | R::RegisterMismatch | R::ClientrelMissing => Self::Case,
            R::SchemaInvalid if old_template => Self::Template,
            R::SchemaInvalid
            | R::CodeInvalid
            | R::ContextMissing
            | R::ContextMismatch
            | R::HeaderInvalid
            | R::ReasonRequired
            | R::DisplayInvalid => Self::Content,
            R::SignatureMissing | R::SignerForbidden => Self::Signature,
            R::SignatureInvalid | R::CardExpired | R::CardRevoked | R::StrongAuthRequired | R::ActorInvalid => {
                Self::Certificate
            }
            R::CaseClientMismatch | R::TempIdNotAllowed => Self::Identity,
            R::DuplicateOid => Self::Duplicate,
            R::LimitExceeded => Self::Size,
            R::ServiceUnavailable | R::Timeout => Self::Down,
            _ => Self::Other,
        }
    }

    /// Whether one press mends every document of the group at once; otherwise each is opened.
    pub fn mends_many(self) -> bool {
        !matches!(self, Self::Content | Self::Identity | Self::Size | Self::Down | Self::GoLive)
    }

    /// Whether the choice to be made is the client's own (another case, another identity).
    pub fn per_client(self) -> bool {
        matches!(self, Self::Case | Self::Identity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_cause_and_every_cause_its_word() {
        for cause in Cause::ALL {
            assert_eq!(Cause::parse(cause.code()), Some(cause));
        }
        for refusal in Refusal::ALL {
            let cause = Cause::of_refusal(Some(*refusal), false);
            assert_eq!(refusal.retryable(), cause == Cause::Down, "{refusal}");
        }
        assert_eq!(Cause::of_refusal(Some(Refusal::SchemaInvalid), true), Cause::Template);
        assert_eq!(Cause::of_refusal(None, false), Cause::Other);
        assert_eq!(Cause::parse("muu"), None);
    }
}

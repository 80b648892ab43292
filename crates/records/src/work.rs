//! Work items: whatever has come back or waits has an owner, so that nothing is lost (functional specification 2.4).

use crate::Lang;
use crate::code::pick;
use crate::refusal::Refusal;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $code:literal $owner:ident [$fi:literal, $sv:literal, $en:literal])+) => {
        /// What has to be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum WorkKind { $($(#[$doc])* $name,)+ }

        impl WorkKind {
            /// Every kind.
            pub const ALL: &'static [WorkKind] = &[$(WorkKind::$name,)+];

            /// The word in the database and the API.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// Who owns an item of this kind when nobody has been named.
            pub fn owner(self) -> Owner {
                match self { $(Self::$name => Owner::$owner,)+ }
            }

            /// What the work list says.
            pub fn name(self, lang: Lang) -> &'static str {
                match self { $(Self::$name => pick([$fi, $sv, $en], lang),)+ }
            }
        }
    };
}

kinds! {
    /// The archive refused a document.
    ReturnedDocument "returned_document" Author ["Palautunut asiakirja", "Returnerad handling", "Returned document"]
    /// A document waits for a register access right.
    RightMissing "right_missing" UnitManager ["Rekisterinkäyttöoikeus puuttuu", "Rättighet till registret saknas", "Access right missing"]
    /// A document cannot be archived any more and has to be agreed on with the organiser.
    AgreeWithOrganiser "agree_with_organiser" ArchiveKeeper ["Sovittava palvelunjärjestäjän kanssa", "Avtalas med tjänsteanordnaren", "To be agreed with the organiser"]
    /// A document waits for a signature.
    SignatureWaiting "signature_waiting" Signer ["Odottaa allekirjoitusta", "Väntar på underskrift", "Waiting for signature"]
    /// A provider has told of a client, a unit change or a subcontractor (FR-19).
    ProviderNotice "provider_notice" CaseWorker ["Tuottajan ilmoitus", "Meddelande från producent", "Notice from a provider"]
    /// A provider asks the controller to correct a document (FR-23).
    CorrectionRequest "correction_request" CaseWorker ["Korjauspyyntö", "Begäran om rättelse", "Correction request"]
    /// The case identifier has not been delivered to the provider (FR-15).
    CaseDelivery "case_delivery" CaseWorker ["Asiatunnus toimittamatta", "Ärendebeteckning inte levererad", "Case identifier not delivered"]
    /// A required document is missing (FR-38).
    DocumentMissing "document_missing" Author ["Puuttuva asiakirja", "Handling saknas", "Missing document"]
    /// A long or permanent limit of visibility has to be confirmed (FR-70).
    VisibilityConfirmation "visibility_confirmation" CaseWorker ["Näyttämisen rajaus vahvistettava", "Begränsning av visning ska bekräftas", "Limit of visibility to confirm"]
    /// A special reason has to be looked at (FR-51).
    SpecialReasonReview "special_reason_review" UnitManager ["Erityinen syy tarkistettava", "Särskilt skäl ska granskas", "Special reason to review"]
    /// The rights of own people have to be confirmed (FR-80).
    AccessReview "access_review" UnitManager ["Käyttöoikeuksien katselmointi", "Granskning av åtkomsträtter", "Access review"]
    /// A restriction decision has come to the responsible social worker's knowledge (FR-44).
    RestrictionNotice "restriction_notice" CaseWorker ["Rajoitustoimenpide tiedoksi", "Begränsningsåtgärd för kännedom", "Notice of a restriction"]
    /// A document has waited for the archive for a day.
    ArchiveLate "archive_late" Author ["Ei arkistossa vuorokauteen", "Inte arkiverad på ett dygn", "Not archived for a day"]
    /// A document has waited for the archive for three days.
    ArchiveOverdue "archive_overdue" UnitManager ["Ei arkistossa kolmeen vuorokauteen", "Inte arkiverad på tre dygn", "Not archived for three days"]
    /// A certificate card ends within sixty days (FR-45).
    CardExpiry "card_expiry" UnitManager ["Toimikortti vanhenee", "Certifikatkortet går ut", "A card is about to expire"]
    /// The archive refuses certificates of the organisation.
    CertificateExpiry "certificate_expiry" ArchiveKeeper ["Arkisto ei hyväksy varmennetta", "Arkivet godtar inte certifikatet", "The archive refuses a certificate"]
    /// A client has asked for log data (FR-83).
    LogRequest "log_request" DataProtectionOfficer ["Lokitietopyyntö", "Begäran om logguppgifter", "Log request"]
    /// A client has asked for own documents (FR-102).
    DocumentRequest "document_request" CaseWorker ["Asiakirjapyyntö", "Begäran om handlingar", "Request for documents"]
}

/// Who owns an item until a person is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// The author of the document.
    Author,
    /// The worker responsible for the case.
    CaseWorker,
    /// The one who has to sign.
    Signer,
    /// The manager of the unit (yksikön vastuuhenkilö).
    UnitManager,
    /// The person responsible for Kanta and the archive (Kanta-vastuuhenkilö).
    ArchiveKeeper,
    /// The data protection officer (tietosuojavastaava).
    DataProtectionOfficer,
}

/// Whose work a refusal becomes. Downtime is nobody's: the queue retries by itself.
pub fn item_for(refusal: Refusal) -> Option<WorkKind> {
    match refusal {
        Refusal::ServiceUnavailable | Refusal::Timeout => None,
        Refusal::RkoNotValid | Refusal::UnitMismatch | Refusal::GoLiveNotReached => Some(WorkKind::RightMissing),
        Refusal::SignatureMissing | Refusal::SignerForbidden => Some(WorkKind::SignatureWaiting),
        _ => Some(WorkKind::ReturnedDocument),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_but_downtime_becomes_somebodys_work() {
        for refusal in Refusal::ALL {
            assert_eq!(item_for(*refusal).is_none(), refusal.retryable(), "{refusal}");
        }
    }

    #[test]
    fn kinds_are_named_once() {
        for kind in WorkKind::ALL {
            assert_eq!(WorkKind::ALL.iter().filter(|other| other.code() == kind.code()).count(), 1);
            assert_ne!(kind.name(Lang::Fi), kind.name(Lang::Sv));
        }
    }
}

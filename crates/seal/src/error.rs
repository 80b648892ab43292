//! What can go wrong, named by what the caller can do about it. No text here names a person or holds a certificate.

use records::refusal::Refusal;

/// Why a key or a PEM file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The PEM or DER cannot be read as a key or certificate.
    #[error("the key or certificate cannot be read")]
    Unreadable,
    /// Key and certificate do not belong together.
    #[error("the key does not belong to the certificate")]
    Mismatch,
    /// The key cannot sign (wrong kind, or the device refused).
    #[error("the key could not sign")]
    Signing,
    /// A file of the keys folder could not be read or written.
    #[error("a file of the keys folder could not be read or written")]
    File(#[from] std::io::Error),
}

/// Why a signature was not accepted, or could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// There is no signature where one must be (FR-39).
    #[error("the document has no signature")]
    Missing,
    /// Not well-formed XML, or with a DOCTYPE, or beyond a limit.
    #[error("the XML cannot be read: {0}")]
    Xml(&'static str),
    /// The signature's layout, references, positions or identifiers are not those of wire-format 7.1 and 15.
    #[error("the layout of the signature is wrong: {0}")]
    Layout(&'static str),
    /// An algorithm outside the allow-list: SHA-1, another canonicalisation, another transform.
    #[error("the signature uses an algorithm that is not allowed: {0}")]
    Algorithm(&'static str),
    /// A key smaller than RSA-2048 or P-256.
    #[error("the signing key is too small")]
    SmallKey,
    /// A digest differs: what was signed has been changed.
    #[error("the signed content has been changed")]
    Digest,
    /// The signature value does not fit the key of its certificate.
    #[error("the signature value is wrong")]
    Value,
    /// The certificate inside the signature cannot be read.
    #[error("the certificate of the signature cannot be read")]
    Certificate,
    /// The key could not be used for signing.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Why a certificate was not accepted for a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The certificate cannot be read.
    #[error("the certificate cannot be read")]
    Unreadable,
    /// No configured issuer of this purpose signed it: foreign, citizen's, or meant for another purpose.
    #[error("the issuer of the certificate is not trusted for this purpose")]
    Issuer,
    /// `keyUsage` does not fit the purpose.
    #[error("the certificate is not meant for this use")]
    KeyUsage,
    /// A test certificate in production, or the reverse.
    #[error("the certificate belongs to the other of test and production")]
    Policy,
    /// The key is smaller than RSA-2048 or P-256.
    #[error("the key of the certificate is too small")]
    SmallKey,
    /// The certificate was not yet valid at the moment asked.
    #[error("the certificate was not yet valid")]
    NotYetValid,
    /// The certificate had ended at the moment asked.
    #[error("the certificate has expired")]
    Expired,
    /// The certificate (or its issuer) was revoked before the moment asked.
    #[error("the certificate has been revoked")]
    Revoked,
    /// There is no fresh revocation list of its issuer.
    #[error("no fresh revocation list of the issuer is at hand")]
    NoFreshCrl,
    /// A revocation list that is older than the one held, or not signed by its issuer.
    #[error("the revocation list is older than the one held or not its issuer's")]
    BadCrl,
    /// The subject's serialNumber is not what the purpose needs (an organisation's OID, a registration number).
    #[error("the certificate does not name its holder as it should")]
    Subject,
}

/// Why a card login was refused. The caller's answer to the person is the same for most of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// The card service answered `failed`: cancelled, wrong PIN, no card.
    #[error("the card service did not sign")]
    NotSigned,
    /// The answer cannot be read, or used another algorithm than was asked.
    #[error("the answer of the card service cannot be read")]
    Unreadable,
    /// The signed text is not the challenge that was given, or names another origin.
    #[error("the signed challenge is another one")]
    Challenge,
    /// The challenge is older than 120 seconds.
    #[error("the login took too long")]
    TooOld,
    /// The signature does not fit the certificate.
    #[error("the signature of the login is wrong")]
    Signature,
    /// The certificate is not accepted for login.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

impl SealError {
    /// The fault as a Finnish sentence for the sender; the English words of `Display` are for the log.
    pub fn sentence(&self) -> &'static str {
        match self {
            Self::Missing => "Allekirjoitus puuttuu.",
            Self::Xml(_) => "Allekirjoitettua XML:ää ei voi lukea.",
            Self::Layout(_) => "Allekirjoituksen rakenne, viittaukset tai tunnisteet eivät ole määrityksen mukaiset.",
            Self::Algorithm(_) => "Allekirjoituksessa on algoritmi, jota ei sallita.",
            Self::SmallKey => "Allekirjoitusavain on liian lyhyt.",
            Self::Digest => "Allekirjoitettua sisältöä on muutettu allekirjoituksen jälkeen.",
            Self::Value => "Allekirjoitus ei vastaa varmenteen avainta.",
            Self::Certificate => "Allekirjoituksen varmennetta ei voi lukea.",
            Self::Key(_) => "Allekirjoitusavainta ei voi käyttää.",
        }
    }
}

impl TrustError {
    /// The fault as a Finnish sentence for the sender; the English words of `Display` are for the log.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Unreadable => "varmennetta ei voi lukea.",
            Self::Issuer => "varmenteen myöntäjään ei luoteta tässä käytössä.",
            Self::KeyUsage => "varmennetta ei ole tarkoitettu tähän käyttöön.",
            Self::Policy => "testi- ja tuotantovarmenteita ei voi käyttää ristiin.",
            Self::SmallKey => "varmenteen avain on liian lyhyt.",
            Self::NotYetValid => "varmenne ei ollut vielä voimassa.",
            Self::Expired => "varmenne oli vanhentunut.",
            Self::Revoked => "varmenne on suljettu.",
            Self::NoFreshCrl => "myöntäjän sulkulistaa ei ole saatavilla.",
            Self::BadCrl => "sulkulista on vanha tai toisen myöntäjän.",
            Self::Subject => "varmenne ei nimeä haltijaansa niin kuin pitää.",
        }
    }
}

impl From<&SealError> for Refusal {
    fn from(error: &SealError) -> Self {
        match error {
            SealError::Missing => Refusal::SignatureMissing,
            SealError::Xml(_) => Refusal::XmlInvalid,
            _ => Refusal::SignatureInvalid,
        }
    }
}

impl From<TrustError> for Refusal {
    /// For signatures; a login turns what is left into [`Refusal::StrongAuthRequired`].
    fn from(error: TrustError) -> Self {
        match error {
            TrustError::Revoked => Refusal::CardRevoked,
            TrustError::Expired => Refusal::CardExpired,
            // Our own list is old: the sender has done nothing wrong and may try again.
            TrustError::NoFreshCrl => Refusal::ServiceUnavailable,
            _ => Refusal::SignatureInvalid,
        }
    }
}

impl From<LoginError> for Refusal {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Trust(trust @ (TrustError::Revoked | TrustError::Expired | TrustError::NoFreshCrl)) => {
                trust.into()
            }
            _ => Refusal::StrongAuthRequired,
        }
    }
}

//! The catalogue of refusals (functional specification 2.4).
//!
//! One list serves the archive's answers, the client system's work items and the log, so that a code never means two
//! things. The codes are our own names, not Kela's. Every sentence says what happened and what to do next, in plain
//! language: the person who reads it is in the middle of work with a client.

use crate::Lang;

macro_rules! catalogue {
    ($($name:ident $code:literal { fi: $fi:literal, sv: $sv:literal, en: $en:literal })+) => {
        /// Why a request was not fulfilled.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Refusal {
            $(#[doc = $en] $name,)+
        }

        impl Refusal {
            /// Every refusal, in the order of the catalogue.
            pub const ALL: &'static [Refusal] = &[$(Refusal::$name,)+];

            /// The stable code that travels on the wire, in the API and in the log.
            pub fn code(self) -> &'static str {
                match self { $(Refusal::$name => $code,)+ }
            }

            /// One or two plain sentences for the person at the screen: what happened, what to do.
            pub fn sentence(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Refusal::$name, Lang::Fi) => $fi, (Refusal::$name, Lang::Sv) => $sv,
                      (Refusal::$name, Lang::En) => $en,)+
                }
            }
        }
    };
}

catalogue! {
    SchemaInvalid "SCHEMA_INVALID" {
        fi: "Asiakirjan sisältö ei vastaa asiakirjarakennetta. Korjaa luettelossa näkyvät kohdat ja lähetä uudelleen.",
        sv: "Handlingens innehåll följer inte handlingsstrukturen. Rätta punkterna i listan och skicka på nytt.",
        en: "The content does not match the document structure. Correct the fields listed and send again."
    }
    CodeInvalid "CODE_INVALID" {
        fi: "Koodi ei kuulu luokitukseen tai se ei ollut voimassa tapahtumapäivänä. Valitse voimassa oleva koodi.",
        sv: "Koden ingår inte i klassificeringen eller gällde inte på händelsedagen. Välj en gällande kod.",
        en: "A code is not in its list or was not valid on the day of the event. Choose a valid code."
    }
    ContextMissing "CONTEXT_MISSING" {
        fi: "Asiakirjalta puuttuu kontekstitieto (asia, palvelutehtävä, sosiaalipalvelu, palveluprosessi tai palveluyksikkö). Täydennä tieto.",
        sv: "En kontextuppgift saknas (ärende, serviceuppgift, socialservice, serviceprocess eller serviceenhet). Komplettera uppgiften.",
        en: "A context item is missing (case, service task, social service, service process or service unit). Add it."
    }
    ContextMismatch "CONTEXT_MISMATCH" {
        fi: "Asiakirjan kontekstitiedot eivät sovi asiaan tai asiakkuuteen. Tarkista asia ja palvelutehtävä.",
        sv: "Handlingens kontextuppgifter stämmer inte överens med ärendet eller klientrelationen. Kontrollera ärendet och serviceuppgiften.",
        en: "The context items do not agree with the case or the client relationship. Check the case and the service task."
    }
    CaseUnknown "CASE_UNKNOWN" {
        fi: "Asiatunnusta ei löydy rekisterinpitäjän rekisteristä. Tarkista asiatunnus tai avaa asia ensin.",
        sv: "Ärendebeteckningen finns inte i den personuppgiftsansvariges register. Kontrollera beteckningen eller öppna ärendet först.",
        en: "The case is not in the controller's register. Check the case identifier or open the case first."
    }
    CaseClosed "CASE_CLOSED" {
        fi: "Asia on suljettu. Avaa uusi asia tai pyydä asian vastuutyöntekijää avaamaan tämä uudelleen.",
        sv: "Ärendet är avslutat. Öppna ett nytt ärende eller be den ansvariga arbetstagaren öppna det på nytt.",
        en: "The case is closed. Open a new case or ask the responsible worker to reopen this one."
    }
    CaseClientMismatch "CASE_CLIENT_MISMATCH" {
        fi: "Asiakirjan asiakas ei ole asian asiakas tapahtumapäivänä. Tarkista asiakas tai liitä hänet asiaan.",
        sv: "Handlingens klient är inte klient i ärendet på händelsedagen. Kontrollera klienten eller anslut hen till ärendet.",
        en: "The client of the document is not a client of the case on the day of the event. Check the client or add them to the case."
    }
    ClientrelMissing "CLIENTREL_MISSING" {
        fi: "Asiakkaalla ei ole asiakkuusasiakirjaa tässä rekisterissä. Avaa asiakkuus ensin.",
        sv: "Klienten har ingen klientrelationshandling i det här registret. Öppna klientrelationen först.",
        en: "The client has no client relationship document in this register. Open the client relationship first."
    }
    RkoNotValid "RKO_NOT_VALID" {
        fi: "Rekisterinkäyttöoikeus ei ole voimassa. Tarkista asiatunnus ja palveluyksikkö, ja ota tarvittaessa yhteys palvelunjärjestäjään.",
        sv: "Rättigheten att använda registret gäller inte. Kontrollera ärendebeteckningen och serviceenheten och kontakta vid behov tjänsteanordnaren.",
        en: "The register access right is not valid. Check the case identifier and the service unit, and contact the organiser if needed."
    }
    UnitMismatch "UNIT_MISMATCH" {
        fi: "Valittu palveluyksikkö ei ole se, jolle oikeus on annettu. Vaihda yksikkö tai pyydä palvelunjärjestäjää korjaamaan yksikkö.",
        sv: "Den valda serviceenheten är inte den som rätten att använda registret har getts till. Byt enhet eller be tjänsteanordnaren rätta enheten.",
        en: "The active service unit is not the one that the right was given to. Change the unit or ask the organiser to correct it."
    }
    RegisterMismatch "REGISTER_MISMATCH" {
        fi: "Asiakirjan rekisterinpitäjä ei ole asian rekisterinpitäjä. Kirjaa asiakirja oikeaan asiaan.",
        sv: "Handlingens personuppgiftsansvariga är inte ärendets personuppgiftsansvariga. Registrera handlingen i rätt ärende.",
        en: "The controller of the document is not the controller of the case. Record the document in the right case."
    }
    SignatureMissing "SIGNATURE_MISSING" {
        fi: "Asiakirjalta puuttuu vaadittu allekirjoitus. Allekirjoita asiakirja varmennekortilla.",
        sv: "Handlingen saknar en nödvändig underskrift. Underteckna handlingen med certifikatkort.",
        en: "A required signature is missing. Sign the document with a card."
    }
    SignatureInvalid "SIGNATURE_INVALID" {
        fi: "Allekirjoitus ei kelpaa. Allekirjoita asiakirja uudelleen; jos virhe toistuu, ota yhteys pääkäyttäjään.",
        sv: "Underskriften är ogiltig. Underteckna handlingen på nytt; om felet upprepas, kontakta huvudanvändaren.",
        en: "A signature is not valid. Sign the document again; if it happens again, contact the administrator."
    }
    SignerForbidden "SIGNER_FORBIDDEN" {
        fi: "Allekirjoittaja ei ole asiakirjan allekirjoittajaksi merkitty henkilö tai hänellä ei ole oikeutta allekirjoittaa. Pyydä oikeaa henkilöä allekirjoittamaan.",
        sv: "Undertecknaren är inte den som anges i handlingen eller har inte rätt att underteckna. Be rätt person underteckna.",
        en: "The signer is not the person named in the document or may not sign it. Ask the right person to sign."
    }
    StrongAuthRequired "STRONG_AUTH_REQUIRED" {
        fi: "Toiminto vaatii kirjautumisen varmennekortilla. Kirjaudu kortilla tai jatka työasemalla.",
        sv: "Funktionen kräver inloggning med certifikatkort. Logga in med kort eller fortsätt vid en arbetsstation.",
        en: "This needs a login with a card. Log in with your card or continue at a workstation."
    }
    CardRevoked "CARD_REVOKED" {
        fi: "Varmennekortti on suljettu. Hanki uusi kortti; siihen asti kirjaa ilman korttia.",
        sv: "Certifikatkortet är spärrat. Skaffa ett nytt kort; registrera utan kort tills dess.",
        en: "The card has been revoked. Get a new card; until then record without a card."
    }
    CardExpired "CARD_EXPIRED" {
        fi: "Varmennekortin voimassaolo on päättynyt. Hanki uusi kortti; siihen asti kirjaa ilman korttia.",
        sv: "Certifikatkortets giltighetstid har gått ut. Skaffa ett nytt kort; registrera utan kort tills dess.",
        en: "The card has expired. Get a new card; until then record without a card."
    }
    NoContextRelation "NO_CONTEXT_RELATION" {
        fi: "Asiayhteyttä asiakkaaseen ei voitu todentaa. Valitse oikea palveluyksikkö tai perustele käyttö erityisellä syyllä.",
        sv: "Sakligt samband till klienten kunde inte verifieras. Välj rätt serviceenhet eller motivera användningen med ett särskilt skäl.",
        en: "No relation to the client could be verified. Choose the right service unit or give a special reason."
    }
    ReasonRequired "REASON_REQUIRED" {
        fi: "Toiminto vaatii perustelun. Valitse syy ja kirjoita perustelu.",
        sv: "Funktionen kräver en motivering. Välj orsak och skriv en motivering.",
        en: "This needs a reason. Choose the reason and write why."
    }
    NotInformed "NOT_INFORMED" {
        fi: "Asiakasta ei ole informoitu Kanta-palveluista. Informoi asiakas ja merkitse informointi.",
        sv: "Klienten har inte informerats om Kanta-tjänsterna. Informera klienten och anteckna informeringen.",
        en: "The client has not been informed of the Kanta services. Inform the client and record it."
    }
    NoConsent "NO_CONSENT" {
        fi: "Asiakas ei ole antanut luovutuslupaa. Kysy lupa asiakkaalta tai pyydä tiedot häneltä itseltään.",
        sv: "Klienten har inte gett tillstånd att lämna ut uppgifter. Be klienten om tillstånd eller om uppgifterna direkt.",
        en: "The client has given no permission for disclosure. Ask the client for permission or for the data themselves."
    }
    DenialInForce "DENIAL_IN_FORCE" {
        fi: "Asiakkaan luovutuskielto estää tietojen luovuttamisen. Tietoa ei anneta eikä kiellosta kerrota pyytäjälle.",
        sv: "Klientens förbud hindrar utlämnandet. Uppgifterna lämnas inte ut och förbudet nämns inte för den som begär.",
        en: "The client's denial stops the disclosure. The data are not given and the requester is not told of the denial."
    }
    VersionConflict "VERSION_CONFLICT" {
        fi: "Joku muu on tallentanut asiakirjasta uudemman version. Avaa uusin versio ja yhdistä muutoksesi siihen.",
        sv: "Någon annan har sparat en nyare version av handlingen. Öppna den nyaste versionen och för in dina ändringar i den.",
        en: "Somebody else has stored a newer version. Open the newest version and merge your changes into it."
    }
    DuplicateOid "DUPLICATE_OID" {
        fi: "Samalla tunnuksella on jo tallennettu toinen asiakirja. Ota yhteys pääkäyttäjään; tekstisi on tallessa.",
        sv: "En annan handling har redan sparats med samma identifierare. Kontakta huvudanvändaren; din text finns i behåll.",
        en: "Another document with the same identifier is already stored. Contact the administrator; your text is safe."
    }
    DocInvalidated "DOC_INVALIDATED" {
        fi: "Asiakirja on mitätöity, eikä sitä voi enää korjata. Tee tarvittaessa uusi asiakirja.",
        sv: "Handlingen har makulerats och kan inte längre rättas. Gör vid behov en ny handling.",
        en: "The document has been invalidated and can no longer be corrected. Make a new document if needed."
    }
    TempIdNotAllowed "TEMP_ID_NOT_ALLOWED" {
        fi: "Tämä asiakirja vaatii henkilötunnuksen. Selvitä asiakkaan henkilöllisyys tai käytä toista asiakirjaa.",
        sv: "Den här handlingen kräver personbeteckning. Utred klientens identitet eller använd en annan handling.",
        en: "This document needs a personal identity code. Find out the client's identity or use another document."
    }
    GoLiveNotReached "GO_LIVE_NOT_REACHED" {
        fi: "Palvelunjärjestäjä ei ole vielä ottanut rekisterinkäyttöoikeutta käyttöön tässä palvelutehtävässä. Asiakirja odottaa ja lähtee käyttöönoton jälkeen.",
        sv: "Tjänsteanordnaren har ännu inte tagit i bruk rätten att använda registret i den här serviceuppgiften. Handlingen väntar och skickas efter ibruktagandet.",
        en: "The organiser's start of use for this service task is in the future. The document waits and is sent after it."
    }
    PatientDataNotAllowed "PATIENT_DATA_NOT_ALLOWED" {
        fi: "Potilasasiakirjaa ei voi tallentaa sosiaalihuollon asiakasrekisteriin. Kirjaa se potilasrekisteriin.",
        sv: "En patienthandling kan inte sparas i socialvårdens klientregister. Registrera den i patientregistret.",
        en: "A patient document cannot be stored in the social welfare register. Record it in the patient register."
    }
    OrgNotJoined "ORG_NOT_JOINED" {
        fi: "Organisaatio ei ole liittynyt palveluun tai sen liittyminen ei kata tätä toimintoa. Ota yhteys Kanta-vastuuhenkilöön.",
        sv: "Organisationen har inte anslutit sig till tjänsten eller anslutningen omfattar inte den här funktionen. Kontakta den Kanta-ansvariga.",
        en: "The organisation has not joined the service, or not with this function. Contact the person responsible for Kanta."
    }
    OrgUnknown "ORG_UNKNOWN" {
        fi: "Organisaatiota tai palveluyksikköä ei löydy organisaatiorekisteristä. Tarkista tunnus.",
        sv: "Organisationen eller serviceenheten finns inte i organisationsregistret. Kontrollera identifieraren.",
        en: "The organisation or service unit is not in the organisation register. Check its identifier."
    }
    UnitExpired "UNIT_EXPIRED" {
        fi: "Palveluyksikkö ei ole voimassa tapahtumapäivänä. Valitse voimassa oleva yksikkö.",
        sv: "Serviceenheten gäller inte på händelsedagen. Välj en enhet som gäller.",
        en: "The service unit is not valid on the day of the event. Choose a unit that is."
    }
    RoleForbidden "ROLE_FORBIDDEN" {
        fi: "Työtehtäväsi ei anna oikeutta tähän. Jos tarvitset tietoa työssäsi, pyydä esihenkilöltä käyttöoikeutta.",
        sv: "Din arbetsuppgift ger inte rätt till detta. Om du behöver uppgiften i ditt arbete, be din chef om åtkomsträtt.",
        en: "Your duty does not give you this right. If you need it in your work, ask your manager for access."
    }
    AccessExpired "ACCESS_EXPIRED" {
        fi: "Käyttöoikeutesi ei ole voimassa. Pyydä esihenkilöä tarkistamaan voimassaolo.",
        sv: "Din åtkomsträtt gäller inte. Be din chef kontrollera giltigheten.",
        en: "Your access right is not in force. Ask your manager to check its validity."
    }
    NotAuthor "NOT_AUTHOR" {
        fi: "Voit korjata vain oman organisaatiosi laatimia asiakirjoja. Lähetä palvelunjärjestäjälle korjauspyyntö.",
        sv: "Du kan bara rätta handlingar som din egen organisation har gjort. Skicka en begäran om rättelse till tjänsteanordnaren.",
        en: "You may correct only documents made by your own organisation. Send a correction request to the organiser."
    }
    RetentionLock "RETENTION_LOCK" {
        fi: "Asiakirjaa ei voi hävittää: säilytysaika on kesken tai hävittäminen on estetty. Tarkista säilytysaika ja esto.",
        sv: "Handlingen kan inte förstöras: bevaringstiden pågår eller förstöringen är spärrad. Kontrollera bevaringstiden och spärren.",
        en: "The document cannot be disposed of: its time has not come or it is on hold. Check its retention and the hold."
    }
    XmlInvalid "XML_INVALID" {
        fi: "Sanoma ei ole oikein muodostettua XML:ää. Virhe on järjestelmässä: ilmoita toimittajalle, tekstisi on tallessa.",
        sv: "Meddelandet är inte välformad XML. Felet finns i systemet: meddela leverantören, din text finns i behåll.",
        en: "The message is not well-formed XML. The fault is in the system: tell the supplier; your text is safe."
    }
    DtdForbidden "DTD_FORBIDDEN" {
        fi: "Sanomassa on dokumenttityypin määrittely, jota ei hyväksytä. Virhe on järjestelmässä: ilmoita toimittajalle.",
        sv: "Meddelandet innehåller en dokumenttypsdefinition som inte godtas. Felet finns i systemet: meddela leverantören.",
        en: "The message has a document type declaration, which is not accepted. The fault is in the system: tell the supplier."
    }
    LimitExceeded "LIMIT_EXCEEDED" {
        fi: "Sanoma on liian suuri, liian syvä tai hakuja on liikaa. Jaa asiakirja pienempiin osiin tai yritä hetken kuluttua.",
        sv: "Meddelandet är för stort eller för djupt, eller sökningarna är för många. Dela handlingen i mindre delar eller försök om en stund.",
        en: "The message is too large, too deep, or there are too many requests. Split the document or try again in a while."
    }
    HeaderInvalid "HEADER_INVALID" {
        fi: "Asiakirjan kuvailutiedoissa on virhe. Tarkista luettelossa näkyvät tiedot ja lähetä uudelleen.",
        sv: "Det finns ett fel i handlingens metadata. Kontrollera uppgifterna i listan och skicka på nytt.",
        en: "An element of the document's header is missing or wrong. Check the items listed and send again."
    }
    FrameMismatch "FRAME_MISMATCH" {
        fi: "Siirtokehyksen ja asiakirjan tiedot ovat ristiriidassa. Virhe on järjestelmässä: ilmoita toimittajalle, tekstisi on tallessa.",
        sv: "Uppgifterna i överföringsramen och handlingen stämmer inte överens. Felet finns i systemet: meddela leverantören, din text finns i behåll.",
        en: "The transfer frame and the document disagree. The fault is in the system: tell the supplier; your text is safe."
    }
    DisplayInvalid "DISPLAY_INVALID" {
        fi: "Asiakirjan näyttömuotoa ei hyväksytty. Virhe on järjestelmässä: ilmoita toimittajalle, tekstisi on tallessa.",
        sv: "Handlingens visningsform godkändes inte. Felet finns i systemet: meddela leverantören, din text finns i behåll.",
        en: "The display form was not accepted. The fault is in the system: tell the supplier; your text is safe."
    }
    BadRequest "BAD_REQUEST" {
        fi: "Pyyntöä ei voitu lukea. Tarkista tiedot ja yritä uudelleen.",
        sv: "Begäran kunde inte läsas. Kontrollera uppgifterna och försök på nytt.",
        en: "The request could not be read. Check it and try again."
    }
    ActorInvalid "ACTOR_INVALID" {
        fi: "Käyttäjän tietoja ei voitu varmistaa. Kirjaudu uudelleen ja yritä sitten uudelleen.",
        sv: "Användarens uppgifter kunde inte verifieras. Logga in på nytt och försök igen.",
        en: "The identity of the user could not be verified. Log in again and retry."
    }
    ServiceUnavailable "SERVICE_UNAVAILABLE" {
        fi: "Palveluun ei juuri nyt saada yhteyttä. Tekstisi on tallessa, ja järjestelmä yrittää itse uudelleen.",
        sv: "Tjänsten är inte tillgänglig just nu. Din text finns i behåll och systemet försöker själv på nytt.",
        en: "The service cannot be reached just now. Your text is safe and the system retries by itself."
    }
    Timeout "TIMEOUT" {
        fi: "Palvelu ei vastannut ajoissa. Tekstisi on tallessa, ja järjestelmä yrittää itse uudelleen.",
        sv: "Tjänsten svarade inte i tid. Din text finns i behåll och systemet försöker själv på nytt.",
        en: "The service did not answer in time. Your text is safe and the system retries by itself."
    }
}

impl Refusal {
    /// Reads a code as [`Refusal::code`] writes it; `None` for a code that the catalogue does not hold.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|refusal| refusal.code() == code)
    }

    /// Whether the same request may succeed later without anybody changing it (retries, decisions.md 12).
    pub fn retryable(self) -> bool {
        matches!(self, Refusal::ServiceUnavailable | Refusal::Timeout)
    }

    /// Whether the refusal may be told to a requester at all. A denial never: a denied document is simply not there
    /// (functional specification 2.4, decisions.md 13).
    pub fn may_be_told(self) -> bool {
        self != Refusal::DenialInForce
    }

    /// Whether, under a register access right, the archive answers `RKO_NOT_VALID` in its place, so that neither a
    /// client nor another unit's grant can be probed (decisions.md 3).
    pub fn hidden_under_grant(self) -> bool {
        matches!(
            self,
            Refusal::CaseUnknown
                | Refusal::CaseClientMismatch
                | Refusal::ClientrelMissing
                | Refusal::UnitMismatch
                | Refusal::NoContextRelation
                | Refusal::RkoNotValid
        )
    }
}

/// The catalogue as a Markdown table, for the documentation.
pub fn markdown_table() -> String {
    let mut table =
        String::from("| Code | Told | Retried | Suomeksi | På svenska | In English |\n|---|---|---|---|---|---|\n");
    for refusal in Refusal::ALL {
        let yes = |value: bool| if value { "yes" } else { "no" };
        table.push_str(&format!(
            "| `{}` | {} | {} | {} | {} | {} |\n",
            refusal.code(),
            yes(refusal.may_be_told()),
            yes(refusal.retryable()),
            refusal.sentence(Lang::Fi),
            refusal.sentence(Lang::Sv),
            refusal.sentence(Lang::En),
        ));
    }
    table
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl serde::Serialize for Refusal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> serde::Deserialize<'de> for Refusal {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("not a code of the catalogue"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_is_named_once() {
        for refusal in Refusal::ALL {
            assert_eq!(Refusal::parse(refusal.code()), Some(*refusal));
            assert_eq!(Refusal::ALL.iter().filter(|other| other.code() == refusal.code()).count(), 1);
        }
        assert_eq!(Refusal::ALL.len(), 45);
        assert_eq!(Refusal::parse("rko_not_valid"), None);
    }

    #[test]
    fn every_sentence_is_written_in_each_language() {
        for refusal in Refusal::ALL {
            let sentences = [Lang::Fi, Lang::Sv, Lang::En].map(|lang| refusal.sentence(lang));
            assert!(sentences.iter().all(|s| s.ends_with('.') && s.len() > 30), "{refusal}");
            assert!(sentences[0] != sentences[1] && sentences[1] != sentences[2], "{refusal}");
        }
    }

    #[test]
    fn a_denial_is_never_told_and_only_downtime_is_retried() {
        assert!(!Refusal::DenialInForce.may_be_told());
        assert!(Refusal::NoConsent.may_be_told() && Refusal::NotInformed.may_be_told());
        assert_eq!(Refusal::ALL.iter().filter(|r| r.retryable()).count(), 2);
    }

    #[test]
    fn the_table_has_a_row_for_each_refusal() {
        insta::assert_snapshot!("catalogue", markdown_table());
    }
}

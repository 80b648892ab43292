//! The code lists that rules read.

use super::{Code, fixed, pick};
use crate::Lang;

macro_rules! code_list {
    ($(#[$doc:meta])* $name:ident in $list:literal version $system:literal {
        $($(#[$row_doc:meta])* $variant:ident $code:literal $confirmed:ident [$fi:literal, $sv:literal, $en:literal])+
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$row_doc])* #[doc = concat!($fi, " / ", $sv, ".")] $variant,)+ }

        impl $name {
            /// Every code, in the order of the list.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];
            /// The code system without a version.
            pub const LIST: &'static str = $list;
            /// The code system with its version, as documents name it.
            pub const SYSTEM: &'static str = $system;

            /// The code on the wire; a local key where the official code is not known.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The name shown to people.
            pub fn name(self, lang: Lang) -> &'static str {
                match self { $(Self::$variant => pick([$fi, $sv, $en], lang),)+ }
            }

            /// Whether code and meaning are known from an official source or from the wire.
            pub fn confirmed(self) -> bool {
                match self { $(Self::$variant => code_list!(@$confirmed),)+ }
            }

            /// Reads a bare code of this list.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|row| row.code() == code)
            }

            /// Reads a coded value; `None` when it is of another list or not known.
            pub fn from_code(code: &Code) -> Option<Self> {
                if code.is_of(Self::LIST) { Self::parse(&code.code) } else { None }
            }

            /// The coded value with its name in the language.
            pub fn to_code(self, lang: Lang) -> Code {
                Code { system: fixed($system), code: self.code().to_owned(), display: self.name(lang).to_owned() }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&code).ok_or_else(|| serde::de::Error::custom("not a code of the list"))
            }
        }
    };
    (@confirmed) => { true };
    (@provisional) => { false };
}

code_list! {
    /// Service task (palvelutehtävä, serviceuppgift). Seven are in force; the codes of three are not public, so they
    /// carry local keys (law-and-codes 4.2, wire-format 5.2).
    ServiceTask in "1.2.246.537.6.1221" version "1.2.246.537.6.1221.201601" {
        ChildProtection "10" confirmed ["Lastensuojelu", "Barnskydd", "Child protection"]
        SubstanceAbuse "15" confirmed ["Päihde- ja riippuvuustyön erityiset palvelut",
            "Särskild service inom alkohol- och drogarbete och beroendearbete", "Special services for substance abuse and dependency"]
        Disability "20" confirmed ["Vammaispalvelut", "Funktionshinderservice", "Disability services"]
        Families "24" confirmed ["Lapsiperheiden palvelut", "Service för barnfamiljer", "Services for families with children"]
        Elderly "IAKAS" provisional ["Iäkkäiden palvelut", "Äldreservice", "Services for older people"]
        WorkingAge "TYOIK" provisional ["Työikäisten palvelut", "Service för personer i arbetsför ålder", "Services for people of working age"]
        FamilyLaw "PERHEOIK" provisional ["Perheoikeudelliset palvelut", "Familjerättslig service", "Family law services"]
    }
}

code_list! {
    /// Service process (palveluprosessi). Only 3 has been seen on the wire; the other numbers follow its order.
    ServiceProcess in "1.2.246.537.6.1277" version "1.2.246.537.6.1277.201701" {
        Initiation "1" provisional ["Asian vireilletulon käsittely", "Inledande behandling av ärende", "Handling of a matter coming pending"]
        Assessment "2" provisional ["Palvelutarpeen arviointi", "Bedömning av servicebehov", "Assessment of service need"]
        Planning "3" confirmed ["Asiakkuuden suunnittelu", "Planering av klientrelationen", "Planning of the client relationship"]
        Arranging "4" provisional ["Palvelun järjestäminen", "Ordnande av service", "Arranging of the service"]
        CarryingOut "5" provisional ["Palvelun toteutus", "Genomförande av service", "Carrying out of the service"]
    }
}

code_list! {
    /// Document group (asiakirjaryhmä, wire-format 1). 1 and 5 have been seen on the wire; 2, 8 and 9 come from the
    /// OIDs of the structures, 3 and 4 are inferred. Informing has no group in the list: a local key (wire-format 10).
    DocumentGroup in "1.2.246.537.6.1505" version "1.2.246.537.6.1505.201601" {
        Relationship "1" confirmed ["Asiakkuusasiakirja", "Klientrelationshandling", "Client relationship document"]
        Case "2" provisional ["Asia-asiakirja", "Ärendehandling", "Case document"]
        FirstPhase "3" provisional ["I vaiheen asiakasasiakirja", "Klienthandling i skede I", "Client document of the first phase"]
        Old "4" provisional ["Vanha asiakasasiakirja", "Gammal klienthandling", "Old client document"]
        ClientDocument "5" confirmed ["Asiakasasiakirja", "Klienthandling", "Client document"]
        Permission "8" provisional ["Luovutuslupa-asiakirja", "Utlämningstillståndshandling", "Permission document"]
        Denial "9" provisional ["Kieltoasiakirja", "Förbudshandling", "Denial document"]
        Informing "INFORMOINTI" provisional ["Kanta-informointi", "Kanta-information", "Informing document"]
    }
}

code_list! {
    /// General type of a client document (the thousands of 1506; a structure says its own, see wire-format 6.4).
    GeneralType in "1.2.246.537.6.1506" version "1.2.246.537.6.1506.201701" {
        Assessment "1" provisional ["Arvio", "Bedömning", "Assessment"]
        Application "3" provisional ["Hakemus", "Ansökan", "Application"]
        Notification "4" provisional ["Ilmoitus", "Anmälan", "Notification"]
        Hearing "5" provisional ["Kuulemisasiakirja", "Handling om hörande", "Hearing document"]
        Calculation "6" provisional ["Laskelma", "Kalkyl", "Calculation"]
        Statement "7" provisional ["Lausunto", "Utlåtande", "Statement"]
        Referral "8" provisional ["Lähete", "Remiss", "Referral"]
        PaymentCommitment "9" provisional ["Maksusitoumus", "Betalningsförbindelse", "Payment commitment"]
        Request "10" provisional ["Pyyntö", "Begäran", "Request"]
        Decision "11" provisional ["Päätös", "Beslut", "Decision"]
        Report "12" provisional ["Selvitys", "Utredning", "Report"]
        Agreement "13" provisional ["Sopimus", "Avtal", "Agreement"]
        Consent "14" provisional ["Suostumus", "Samtycke", "Consent"]
        Plan "15" confirmed ["Suunnitelma", "Plan", "Plan"]
        Summary "16" provisional ["Yhteenveto", "Sammandrag", "Summary"]
        Entry "19" provisional ["Asiakaskertomusmerkintä", "Klientjournalanteckning", "Client narrative entry"]
    }
}

code_list! {
    /// State of a case (asian tila, list 1501). The official codes are not public; local keys (law-and-codes 4.4).
    CaseState in "1.2.246.537.6.1501" version "1.2.246.537.6.1501.201601" {
        Open "AVOIN" provisional ["Avoin", "Öppet", "Open"]
        Closed "SULJETTU" provisional ["Päättynyt", "Avslutat", "Closed"]
    }
}

code_list! {
    /// Name of a case (sosiaalihuollon asia, list 1265). Only 99 is public; the others are local keys for use until the
    /// list is had.
    CaseName in "1.2.246.537.6.1265" version "1.2.246.537.6.1265.201601" {
        ServiceNeed "PALVELUTARVE" provisional ["Palvelutarpeen arviointia koskeva asia", "Ärende som gäller bedömning av servicebehov", "Assessment of service need"]
        Housing "ASUMINEN" provisional ["Asumispalvelua koskeva asia", "Ärende som gäller boendeservice", "Housing service"]
        HomeCare "KOTIHOITO" provisional ["Kotihoitoa koskeva asia", "Ärende som gäller hemvård", "Home care"]
        FamilySupport "PERHETUKI" provisional ["Perheen tukea koskeva asia", "Ärende som gäller stöd till familjen", "Support for a family"]
        ChildWelfare "LASTENSUOJELU" provisional ["Lastensuojeluasia", "Barnskyddsärende", "Child protection"]
        Disability "VAMMAISPALVELU" provisional ["Vammaispalvelua koskeva asia", "Ärende som gäller funktionshinderservice", "Disability service"]
        Dependency "RIIPPUVUUS" provisional ["Päihde- ja riippuvuustyötä koskeva asia", "Ärende som gäller beroendearbete", "Dependency service"]
        Income "TOIMEENTULO" provisional ["Toimeentuloa koskeva asia", "Ärende som gäller utkomst", "Income"]
        CustodyAndVisits "HUOLTO_TAPAAMINEN" provisional ["Lapsen huoltoa ja tapaamisoikeutta koskeva asia", "Ärende som gäller vårdnad om barn och umgängesrätt", "Custody and visits"]
        Parenthood "VANHEMMUUS" provisional ["Vanhemmuutta koskeva asia", "Ärende som gäller föräldraskap", "Parenthood"]
        Emergency "PAIVYSTYS" provisional ["Sosiaalipäivystysasia", "Socialjoursärende", "Emergency duty"]
        OwnDocuments "ASIAKIRJAPYYNTO" provisional ["Asiakirjapyyntö", "Begäran om handlingar", "Request for documents"]
        Other "99" confirmed ["Muu", "Annat", "Other"]
    }
}

code_list! {
    /// Total retention class (kokonaissäilytysaika, list 1258). Only "1 permanently" has been seen; the rest are local
    /// keys for the periods of the annex of the Act (wire-format 12, law-and-codes 1.13).
    Retention in "1.2.246.537.6.1258" version "1.2.246.537.6.1258.201601" {
        Permanent "1" confirmed ["Säilytetään pysyvästi", "Bevaras varaktigt", "Kept permanently"]
        TwoYearsFromDeath "KUOLEMA2" provisional ["2 vuotta asiakkaan kuolemasta", "2 år efter klientens död", "2 years from the client's death"]
        TwelveYearsFromDeath "KUOLEMA12" provisional ["12 vuotta asiakkaan kuolemasta", "12 år efter klientens död", "12 years from the client's death"]
        TenYearsFromClosing "SULKEMINEN10" provisional ["10 vuotta asian päättymisestä", "10 år efter att ärendet avslutats", "10 years from the closing of the case"]
        ThirtyYearsFromClosing "SULKEMINEN30" provisional ["30 vuotta asian päättymisestä", "30 år efter att ärendet avslutats", "30 years from the closing of the case"]
        HundredTwentyYearsFromBirth "SYNTYMA120" provisional ["120 vuotta lapsen syntymästä", "120 år efter barnets födelse", "120 years from the child's birth"]
        TwelveYearsFromValidity "VOIMASSAOLO12" provisional ["12 vuotta päätöksen voimassaolon päättymisestä", "12 år efter att beslutet upphört att gälla", "12 years from the end of the decision"]
        FiveYears "PAIVAYS5" provisional ["5 vuotta asiakirjan päiväyksestä", "5 år från handlingens datum", "5 years from the date of the document"]
        ThreeYears "PAIVAYS3" provisional ["3 vuotta asiakirjan päiväyksestä", "3 år från handlingens datum", "3 years from the date of the document"]
    }
}

code_list! {
    /// Way of identification (tunnistautumistapa, list 40128). Only 1 has been seen; the others are local keys.
    LoginMethod in "1.2.246.537.5.40128" version "1.2.246.537.5.40128.2006" {
        ProfessionalCard "1" confirmed ["Sote-ammattihenkilön varmenne", "Certifikat för yrkesutbildad person", "Professional's certificate"]
        PersonnelCard "HENKILOSTO" provisional ["Henkilöstövarmenne", "Personalcertifikat", "Personnel certificate"]
        TemporaryCard "VARAKORTTI" provisional ["Varakortti", "Reservkort", "Temporary card"]
        SecondFactor "KAKSIVAIHEINEN" provisional ["Salasana ja toinen tunniste", "Lösenord och andra faktor", "Password and second factor"]
        Password "SALASANA" provisional ["Salasana", "Lösenord", "Password"]
    }
}

code_list! {
    /// Role of a person related to the client (asiakkuuteen liittyvä rooli, law-and-codes 4.6).
    RelatedRole in "1.2.246.537.6.1284" version "1.2.246.537.6.1284" {
        Parent "12" confirmed ["Vanhempi", "Förälder", "Parent"]
        Guardian "31" confirmed ["Huoltaja", "Vårdnadshavare", "Guardian of a minor"]
        Trustee "32" confirmed ["Edunvalvoja", "Intressebevakare", "Guardian of an adult"]
        ContinuingAttorney "33" confirmed ["Edunvalvontavaltuutettu", "Intressebevakningsfullmäktig", "Holder of a continuing power of attorney"]
        Attorney "34" confirmed ["Valtuutettu", "Befullmäktigad", "Holder of a power of attorney"]
        Other "99" confirmed ["Muu henkilö", "Annan person", "Other person"]
    }
}

code_list! {
    /// Special reason (erityinen syy) to reach a client without a verified relation: our own set until THL's list has
    /// been checked (functional specification 3.13).
    SpecialReason in "1.2.246.537.6.1299" version "1.2.246.537.6.1299" {
        UrgentHelp "KIIREELLINEN" provisional ["Kiireellinen avun tarve", "Brådskande behov av hjälp", "Urgent need of help"]
        CaseBeingOpened "AVAUS" provisional ["Asiaa avataan parhaillaan", "Ärendet öppnas just nu", "The case is being opened"]
        NotificationReceived "ILMOITUS" provisional ["Ilmoitus on juuri saatu", "Anmälan har just kommit in", "A notification was just received"]
        Guidance "OHJAUS" provisional ["Ohjaus- tai neuvontapuhelu", "Rådgivningssamtal", "Guidance call"]
        Supervision "VALVONTA" provisional ["Valvonta tai lokiselvitys", "Tillsyn eller loggutredning", "Supervision or log investigation"]
        Correction "KORJAUS" provisional ["Asiakirjojen korjaus tai hävittäminen", "Rättelse eller förstöring av handlingar", "Correction or disposal of documents"]
        Authority "VIRANOMAINEN" provisional ["Tuomioistuimen tai viranomaisen pyyntö", "Begäran från domstol eller myndighet", "Request of a court or an authority"]
        TechnicalFault "TEKNINEN" provisional ["Tekninen vika", "Tekniskt fel", "Technical fault"]
    }
}

impl RelatedRole {
    /// Whether the role is that of a legal representative, codes 31–34 (functional specification 3.2).
    pub fn represents(self) -> bool {
        matches!(self, Self::Guardian | Self::Trustee | Self::ContinuingAttorney | Self::Attorney)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_tasks_of_which_three_await_their_code() {
        assert_eq!(ServiceTask::ALL.len(), 7);
        let local: Vec<_> = ServiceTask::ALL.iter().filter(|t| !t.confirmed()).map(|t| t.code()).collect();
        assert_eq!(local, ["IAKAS", "TYOIK", "PERHEOIK"]);
    }

    #[test]
    fn codes_are_named_once_and_read_back() {
        for process in ServiceProcess::ALL {
            assert_eq!(ServiceProcess::parse(process.code()), Some(*process));
            assert_eq!(ServiceProcess::from_code(&process.to_code(Lang::Sv)), Some(*process));
        }
        assert_eq!(ServiceProcess::ALL.iter().filter(|p| p.confirmed()).count(), 1);
    }

    #[test]
    fn only_roles_31_to_34_represent() {
        assert_eq!(RelatedRole::ALL.iter().filter(|r| r.represents()).count(), 4);
        assert!(!RelatedRole::Parent.represents());
    }
}

//! What each code of the catalogue means to whoever has to mend it: why it comes, what to mend and where such a fault
//! stands. The catalogue itself (`records::refusal`) is for the person in the middle of work with a client; this is for
//! the archivist and the maker of the sending system. The error pages (`/virheet`) and `docs/errors` are made of it.

use records::{Lang, refusal::Refusal};

/// See the module.
#[derive(Debug, Clone, Copy)]
pub struct Explanation {
    /// The code.
    pub refusal: Refusal,
    /// An example of where the fault stands: an element, a field or a header. Never a value.
    pub place: &'static str,
    why: [&'static str; 2],
    mend: [&'static str; 2],
}

impl Explanation {
    /// Why the archive refuses.
    pub fn why(&self, lang: Lang) -> &'static str {
        self.why[usize::from(lang == Lang::Sv)]
    }

    /// The first sentence of [`Self::mend`]: the remedy of a single fault.
    pub fn remedy(&self, lang: Lang) -> &'static str {
        let mend = self.mend(lang);
        mend.find(". ").map_or(mend, |end| &mend[..=end])
    }

    /// What to mend, and who.
    pub fn mend(&self, lang: Lang) -> &'static str {
        self.mend[usize::from(lang == Lang::Sv)]
    }
}

/// The explanation of a code; every code of the catalogue has one.
pub fn explanation(refusal: Refusal) -> Option<&'static Explanation> {
    EXPLANATIONS.iter().find(|explanation| explanation.refusal == refusal)
}

macro_rules! explanations {
    ($($name:ident at $place:literal { why: $why:expr, mend: $mend:expr })+) => {
        /// All explanations, in the order of the catalogue.
        pub static EXPLANATIONS: &[Explanation] = &[
            $(Explanation { refusal: Refusal::$name, place: $place, why: $why, mend: $mend },)+
        ];
    };
}

explanations! {
    SchemaInvalid at "merkinta_asiakkaan_arjesta.laatija.sukunimi" {
        why: ["Asiakirjan JSON-sisältöä verrataan siihen THL:n asiakirjarakenteen versioon, jonka asiakirja itse nimeää. Pakollinen kenttä puuttuu, kenttä on väärää tyyppiä tai rakenteessa ei ole sellaista kenttää.",
            "Handlingens JSON-innehåll jämförs med den version av THL:s handlingsstruktur som handlingen själv anger. Ett obligatoriskt fält saknas, har fel typ eller finns inte i strukturen."],
        mend: ["Korjaa kohta asiakirjarakenteen mukaiseksi. Muodosta sitten näyttömuoto ja allekirjoitus uudelleen; hylätyn asiakirjan tunnusta voi käyttää, koska mitään ei tallennettu.",
            "Rätta punkten enligt handlingsstrukturen. Gör sedan visningsformen och underskriften på nytt; den avvisade handlingens identifierare kan användas eftersom inget sparades."] }
    CodeInvalid at "code[@codeSystem=1.2.246.537.6.1221]" {
        why: ["Koodi tai koodiston tunnus ei kuulu luokitukseen, tai koodi ei ollut voimassa tapahtumapäivänä.",
            "Koden eller kodsystemets identifierare hör inte till klassificeringen, eller så gällde koden inte på händelsedagen."],
        mend: ["Hae luokituksen voimassa oleva versio koodistopalvelusta ja valitse tapahtumapäivänä voimassa ollut koodi. Koodiston tunnuksen alussa on sisällössä aina urn:oid:.",
            "Hämta klassificeringens gällande version från kodtjänsten och välj en kod som gällde på händelsedagen. I innehållet börjar kodsystemets identifierare alltid med urn:oid:."] }
    ContextMissing at "localSocialHeader/functionCode, localSocialHeader/serviceProcess, componentOf/encompassingEncounter" {
        why: ["Jokainen asiakasasiakirja kuuluu asiaan, palvelutehtävään, palveluprosessiin ja palveluyksikköön; rekisterinkäyttöoikeudella tallennettaessa aina myös sosiaalipalveluun.",
            "Varje klienthandling hör till ett ärende, en serviceuppgift, en serviceprocess och en serviceenhet, och när den sparas med rätt att använda registret alltid även till en socialservice."],
        mend: ["Täydennä puuttuva kontekstitieto sekä kuvailutietoihin että sisältöön.",
            "Komplettera den saknade kontextuppgiften både i metadata och i innehållet."] }
    ContextMismatch at "localSocialHeader/functionCode" {
        why: ["Asialla on yksi palvelutehtävä, ja asiakirjan on oltava samassa.",
            "Ett ärende har en serviceuppgift, och handlingen måste höra till samma."],
        mend: ["Tarkista, että asiatunnus on oikea, ja kirjaa muun palvelutehtävän asiakirja omaan asiaansa.",
            "Kontrollera ärendebeteckningen och registrera en handling i en annan serviceuppgift i sitt eget ärende."] }
    CaseUnknown at "componentOf/encompassingEncounter (asiatunnus)" {
        why: ["Asiatunnusta ei ole rekisterinpitäjän rekisterissä, tai asia-asiakirja ei ole vielä saapunut arkistoon.",
            "Ärendebeteckningen finns inte i den personuppgiftsansvariges register, eller så har ärendehandlingen ännu inte kommit till arkivet."],
        mend: ["Lähetä ensin asiakkuusasiakirja, sitten asia-asiakirja ja vasta sitten asian muut asiakirjat.",
            "Skicka först klientrelationshandlingen, sedan ärendehandlingen och först därefter ärendets övriga handlingar."] }
    CaseClosed at "effectiveTime (tapahtuma-aika)" {
        why: ["Asia on suljettu, ja tapahtuma on sulkemisen jälkeen tai myöhäisen kirjaamisen aika on kulunut.",
            "Ärendet är avslutat, och händelsen ligger efter avslutandet eller tiden för sen registrering har gått ut."],
        mend: ["Avaa asia uudelleen uudella asia-asiakirjan versiolla tai kirjaa asiakirja uuteen asiaan.",
            "Öppna ärendet på nytt med en ny version av ärendehandlingen eller registrera handlingen i ett nytt ärende."] }
    CaseClientMismatch at "recordTarget/patientRole/id" {
        why: ["Joku asiakirjan asiakkaista ei kuulu asiaan tapahtumapäivänä.",
            "Någon av handlingens klienter hör inte till ärendet på händelsedagen."],
        mend: ["Tarkista asiakas. Jos hän kuuluu asiaan, lähetä asia-asiakirjasta uusi versio, jossa hänet on liitetty siihen.",
            "Kontrollera klienten. Om hen hör till ärendet, skicka en ny version av ärendehandlingen där hen har anslutits."] }
    ClientrelMissing at "recordTarget/patientRole/id" {
        why: ["Asiakkaalla ei ole asiakkuusasiakirjaa tässä rekisterissä.",
            "Klienten har ingen klientrelationshandling i registret."],
        mend: ["Lähetä asiakkuusasiakirja ensin.", "Skicka klientrelationshandlingen först."] }
    RkoNotValid at "asiakkuusasiakirjan palveluyksikkörivi" {
        why: ["Rekisterinkäyttöoikeutta ei ole tälle yksikölle, asiakkaalle ja päivälle. Sama vastaus tulee, kun asiaa tai asiakasta ei ole, jotta kenenkään asiakkuutta ei voi selvittää kokeilemalla.",
            "Det finns ingen rätt att använda registret för enheten, klienten och dagen. Svaret är detsamma när ärendet eller klienten inte finns, så att ingen kan ta reda på en klientrelation genom att pröva."],
        mend: ["Tarkista asiatunnus, asiakas ja palveluyksikkö tilauksesta. Jos ne ovat oikein, pyydä palvelunjärjestäjää tarkistamaan asiakkuusasiakirjan yksikkörivi.",
            "Kontrollera ärendebeteckningen, klienten och serviceenheten i beställningen. Om de stämmer, be tjänsteanordnaren kontrollera enhetsraden i klientrelationshandlingen."] }
    UnitMismatch at "author/assignedAuthor/representedOrganization/id" {
        why: ["Työntekijän palveluyksikkö on eri kuin asiakirjan tai oikeuden yksikkö. Saman organisaation toinen yksikkö ei kelpaa.",
            "Arbetstagarens serviceenhet är en annan än handlingens eller rättighetens. En annan enhet i samma organisation duger inte."],
        mend: ["Vaihda aktiivinen yksikkö tai pyydä järjestäjää lisäämään oikea yksikkö asiakkuusasiakirjaan.",
            "Byt aktiv enhet eller be anordnaren lägga till rätt enhet i klientrelationshandlingen."] }
    RegisterMismatch at "custodian/assignedCustodian/representedCustodianOrganization/id" {
        why: ["Asiakirjan rekisterinpitäjä on eri kuin asian rekisterinpitäjä.",
            "Handlingens personuppgiftsansvariga är en annan än ärendets."],
        mend: ["Kirjaa asiakirja rekisterinpitäjän omaan asiaan; oman rekisterin ja järjestäjän rekisterin asiakirjat pidetään erillään.",
            "Registrera handlingen i den personuppgiftsansvariges eget ärende; det egna registrets och anordnarens handlingar hålls isär."] }
    SignatureMissing at "localSocialHeader/signatureCollection" {
        why: ["Asiakirjassa ei ole allekirjoitusta, tai rakenne vaatii ammattihenkilön allekirjoituksen järjestelmän allekirjoituksen lisäksi.",
            "Handlingen saknar underskrift, eller så kräver strukturen en yrkesutbildad persons underskrift utöver systemets."],
        mend: ["Allekirjoita asiakirja järjestelmävarmenteella, ja ammattihenkilön asiakirja lisäksi varmennekortilla ennen lähettämistä.",
            "Underteckna handlingen med systemcertifikatet, och en yrkesutbildad persons handling även med certifikatkort, innan den skickas."] }
    SignatureInvalid at "localSocialHeader/signatureCollection/signature/ds:Signature" {
        why: ["Allekirjoitus ei kata täsmälleen asiakirjan sisältöä ja allekirjoitusaikaa, algoritmi on liian heikko, tai varmenne ei ole voimassa tai luotettu allekirjoitushetkellä.",
            "Underskriften täcker inte exakt handlingens innehåll och tidpunkten, algoritmen är för svag, eller så var certifikatet inte giltigt eller betrott när det undertecknades."],
        mend: ["Allekirjoita viimeisenä: mikään ei saa muuttua sen jälkeen. Tarkista viittaukset (sisältö ja aika), algoritmi (RSA vähintään 2048, SHA-256) ja varmenteen voimassaolo.",
            "Underteckna sist: inget får ändras efteråt. Kontrollera referenserna (innehåll och tid), algoritmen (RSA minst 2048, SHA-256) och certifikatets giltighet."] }
    SignerForbidden at "allekirjoittaja / ds:X509Certificate" {
        why: ["Kortin haltija on eri henkilö kuin asiakirjaan merkitty allekirjoittaja, tai hänen ammattioikeutensa ei ole voimassa.",
            "Kortets innehavare är en annan person än den undertecknare som anges i handlingen, eller så är yrkesrätten inte i kraft."],
        mend: ["Siirrä asiakirja oikean henkilön allekirjoitettavaksi. Työnimike ei anna oikeutta, rekisteröity ammattioikeus antaa.",
            "Överför handlingen till rätt person för underskrift. Titeln ger ingen rätt, den registrerade yrkesrätten gör det."] }
    StrongAuthRequired at "Toimija/kirjautuminen" {
        why: ["Toiminto vaatii kortilla tehdyn kirjautumisen, eikä sanoman mukana ole siitä kelpaavaa näyttöä.",
            "Funktionen kräver inloggning med kort, och meddelandet innehåller inget giltigt bevis på det."],
        mend: ["Kirjaudu kortilla. Järjestelmän valmistaja: liitä Toimijaan haaste, kortin allekirjoitus ja varmenne; kirjautuminen ei saa olla istunnon enimmäisaikaa vanhempi.",
            "Logga in med kort. Systemets tillverkare: bifoga utmaningen, kortets underskrift och certifikatet i Toimija; inloggningen får inte vara äldre än sessionens längsta tid."] }
    CardRevoked at "ds:X509Certificate" {
        why: ["Kortin varmenne on sulkulistalla.", "Kortets certifikat finns på spärrlistan."],
        mend: ["Hanki uusi kortti tai varakortti. Ennen sulkemista allekirjoitettu asiakirja kelpaa, jos se lähetetään heti.",
            "Skaffa ett nytt kort eller reservkort. En handling som undertecknats före spärren duger om den skickas genast."] }
    CardExpired at "ds:X509Certificate/notAfter" {
        why: ["Kortin varmenteen voimassaolo on päättynyt.", "Giltighetstiden för kortets certifikat har gått ut."],
        mend: ["Hanki uusi kortti ja allekirjoita uudelleen.", "Skaffa ett nytt kort och underteckna på nytt."] }
    NoContextRelation at "Toimija/yksikko" {
        why: ["Työntekijän yksiköllä ei ole asiakkuusasiakirjan mukaista yhteyttä asiakkaaseen, tai haettua asiakirjaa ei voi antaa.",
            "Arbetstagarens enhet har ingen förbindelse till klienten enligt klientrelationshandlingen, eller så kan den sökta handlingen inte lämnas ut."],
        mend: ["Valitse yksikkö, jonka asiakas hän on. Muuten tarvitaan erityinen syy ja perustelu, jotka jäävät lokiin.",
            "Välj den enhet vars klient det gäller. Annars behövs ett särskilt skäl med motivering, som blir kvar i loggen."] }
    ReasonRequired at "Toimija/erityinenSyy / controlActProcess/reasonOf" {
        why: ["Mitätöinti ja erityisen syyn käyttö vaativat perustelun, ja se puuttuu tai on liian lyhyt.",
            "Makulering och användning av särskilt skäl kräver en motivering, och den saknas eller är för kort."],
        mend: ["Valitse syy ja kirjoita perustelu omin sanoin.", "Välj orsak och skriv en motivering med egna ord."] }
    NotInformed at "informointiasiakirja" {
        why: ["Luovutus pysähtyy, koska asiakasta ei ole informoitu Kanta-palveluista.",
            "Utlämnandet stannar eftersom klienten inte har informerats om Kanta-tjänsterna."],
        mend: ["Informoi asiakas ja tallenna tieto informoinnista ennen luovutushakua.",
            "Informera klienten och spara uppgiften om det före en sökning av utlämnade uppgifter."] }
    NoConsent at "luovutuslupa" {
        why: ["Asiakkaan luovutuslupaa ei ole, eikä luovutukselle ole muuta laissa säädettyä perustetta.",
            "Klienten har inte gett tillstånd, och det finns ingen annan lagstadgad grund för utlämnandet."],
        mend: ["Kysy lupa asiakkaalta ja tallenna se, tai pyydä tiedot häneltä itseltään.",
            "Be klienten om tillstånd och spara det, eller be klienten själv om uppgifterna."] }
    DenialInForce at "luovutuskielto" {
        why: ["Asiakas on kieltänyt luovutuksen. Koodi näkyy vain rekisterinpitäjän lokissa; pyytäjälle tieto näyttää siltä kuin sitä ei olisi.",
            "Klienten har förbjudit utlämnandet. Koden syns bara i den personuppgiftsansvariges logg; för den som frågar ser det ut som om uppgiften inte fanns."],
        mend: ["Mitään ei korjata. Kielto voidaan muuttaa vain asiakkaan pyynnöstä.",
            "Inget ska rättas. Förbudet ändras endast på klientens begäran."] }
    VersionConflict at "relatedDocument/parentDocument/versionNumber" {
        why: ["Uusi versio ei korvaa asiakirjan uusinta tallennettua versiota, tai versionumero ei ole seuraava.",
            "Den nya versionen ersätter inte handlingens nyaste sparade version, eller så är versionsnumret inte nästa i ordningen."],
        mend: ["Hae uusin versio, yhdistä muutokset siihen ja lähetä se seuraavalla versionumerolla.",
            "Hämta den nyaste versionen, för in ändringarna i den och skicka den med nästa versionsnummer."] }
    DuplicateOid at "ClinicalDocument/id" {
        why: ["Samalla asiakirjatunnuksella on jo tallennettu eri tavut. Täsmälleen samojen tavujen lähettäminen uudelleen on sallittua ja palauttaa ensimmäisen kuittauksen.",
            "Andra byte har redan sparats med samma identifierare. Att skicka exakt samma byte igen är tillåtet och ger den första kvittensen."],
        mend: ["Anna jokaiselle asiakirjalle ja versiolle oma tunnus. Uudelleenlähetyksessä lähetä tallennetut tavut muuttamatta.",
            "Ge varje handling och version en egen identifierare. Skicka de sparade byten oförändrade vid omsändning."] }
    DocInvalidated at "ClinicalDocument/setId" {
        why: ["Asiakirja on mitätöity, eikä siitä voi tehdä uutta versiota.",
            "Handlingen är makulerad och kan inte få en ny version."],
        mend: ["Tee tarvittaessa uusi asiakirja.", "Gör vid behov en ny handling."] }
    TempIdNotAllowed at "recordTarget/patientRole/id" {
        why: ["Asiakirjan rakenne vaatii henkilötunnuksen, mutta asiakkaalla on tilapäinen yksilöintitunnus.",
            "Handlingens struktur kräver personbeteckning, men klienten har en tillfällig identifierare."],
        mend: ["Selvitä henkilöllisyys ja liitä tilapäinen tunnus henkilötunnukseen, tai käytä rakennetta, joka sallii tilapäisen tunnuksen.",
            "Utred identiteten och koppla den tillfälliga identifieraren till personbeteckningen, eller använd en struktur som tillåter den."] }
    GoLiveNotReached at "palvelutehtävä ja käyttöönottopäivä" {
        why: ["Palvelunjärjestäjän rekisterinkäyttöoikeuden ensimmäinen päivä tässä palvelutehtävässä ei ole vielä tullut, tai tallenteita ei vielä oteta vastaan.",
            "Den första dagen för anordnarens rätt att använda registret i serviceuppgiften har inte kommit, eller så tas inspelningar ännu inte emot."],
        mend: ["Pidä asiakirja jonossa ja lähetä se käyttöönottopäivästä alkaen. Päivän kertoo palvelunjärjestäjä.",
            "Håll handlingen i kön och skicka den från ibruktagningsdagen. Dagen meddelas av tjänsteanordnaren."] }
    PatientDataNotAllowed at "localSocialHeader/registryType" {
        why: ["Asiakirja on merkitty muuhun kuin sosiaalihuollon asiakasrekisteriin, tai järjestelmä on potilastietojärjestelmä.",
            "Handlingen hör till ett annat register än socialvårdens klientregister, eller så är systemet ett patientdatasystem."],
        mend: ["Tallenna potilasasiakirja potilastietovarantoon. Rekisterin koodi on sosiaalihuollossa 1.",
            "Spara patienthandlingen i patientdataarkivet. Registrets kod är 1 i socialvården."] }
    OrgNotJoined at "organisaation liittymistila" {
        why: ["Lähettävä organisaatio tai rekisterinpitäjä ei ole liittynyt, yhteys on suljettu, tai liittyminen ei kata toimintoa (oma rekisteri, rekisterinkäyttöoikeus, luovutus).",
            "Den sändande organisationen eller den personuppgiftsansvariga är inte ansluten, förbindelsen är stängd eller anslutningen omfattar inte funktionen (eget register, rätt att använda registret, utlämnande)."],
        mend: ["Tarkista liittymistila arkistonhoitajan näkymästä kohdasta Liittymiset ja ota yhteys arkiston ylläpitäjään.",
            "Kontrollera anslutningen i arkivariens vy under Anslutningar och kontakta arkivets förvaltare."] }
    OrgUnknown at "representedOrganization/id" {
        why: ["Organisaation tai palveluyksikön tunnusta ei ole SOTE-organisaatiorekisterissä.",
            "Organisationens eller serviceenhetens identifierare finns inte i SOTE-organisationsregistret."],
        mend: ["Tarkista tunnus, ja jos yksikkö on uusi, rekisteröi se ensin.",
            "Kontrollera identifieraren, och registrera enheten först om den är ny."] }
    UnitExpired at "representedOrganization/id ja effectiveTime" {
        why: ["Palveluyksikkö ei ollut organisaatiorekisterin mukaan voimassa tapahtumapäivänä tai asiakkuusrivin päivänä.",
            "Serviceenheten gällde enligt organisationsregistret inte på händelsedagen eller på enhetsradens dag."],
        mend: ["Valitse yksikkö, joka oli voimassa, tai pyydä korjaamaan rekisterin voimassaoloaika.",
            "Välj en enhet som gällde, eller be om rättelse av giltighetstiden i registret."] }
    RoleForbidden at "Toimija/tyotehtava" {
        why: ["Asetuksen 457/2024 mukaan työtehtävä ei anna oikeutta tähän tietoon tai toimintoon.",
            "Enligt förordning 457/2024 ger arbetsuppgiften inte rätt till uppgiften eller funktionen."],
        mend: ["Jos työ vaatii tietoa, esihenkilö tarkistaa työtehtävän ja käyttöoikeuden.",
            "Om arbetet kräver uppgiften kontrollerar chefen arbetsuppgiften och åtkomsträtten."] }
    AccessExpired at "käyttöoikeuden voimassaolo" {
        why: ["Työntekijän käyttöoikeus ei ole voimassa tänään.", "Arbetstagarens åtkomsträtt är inte i kraft i dag."],
        mend: ["Pääkäyttäjä tarkistaa palvelussuhteen ja käyttöoikeuden päivät.",
            "Huvudanvändaren kontrollerar anställningens och åtkomsträttens dagar."] }
    NotAuthor at "author/assignedAuthor" {
        why: ["Rekisterinkäyttöoikeudella saa korjata vain oman organisaation laatimia asiakirjoja.",
            "Med rätt att använda registret får man rätta bara den egna organisationens handlingar."],
        mend: ["Lähetä palvelunjärjestäjälle korjauspyyntö.", "Skicka en begäran om rättelse till tjänsteanordnaren."] }
    RetentionLock at "säilytysaika" {
        why: ["Asiakirjan säilytysaika on kesken, tai hävittäminen on estetty.",
            "Handlingens bevaringstid pågår, eller så är förstöringen spärrad."],
        mend: ["Tarkista säilytysajan peruste ja esto. Asian avaaminen uudelleen siirtää päivää.",
            "Kontrollera grunden för bevaringstiden och spärren. Dagen flyttas om ärendet öppnas på nytt."] }
    XmlInvalid at "sanoman rivi ja sarake" {
        why: ["Sanoma tai asiakirja ei ole hyvin muodostettua XML:ää, merkistö ei ole UTF-8 tai rakenne ei ole odotettu.",
            "Meddelandet eller handlingen är inte välformad XML, teckenkodningen är inte UTF-8 eller strukturen är oväntad."],
        mend: ["Järjestelmän valmistaja: tarkista XML:n tuottaminen ja merkistö. Asiakirja upotetaan kehykseen base64-muodossa.",
            "Systemets tillverkare: kontrollera hur XML produceras och teckenkodningen. Handlingen bäddas in i ramen som base64."] }
    DtdForbidden at "<!DOCTYPE" {
        why: ["Dokumenttityypin määrittelyä ei hyväksytä, koska sillä voi lukea tiedostoja ja kuormittaa palvelua.",
            "En dokumenttypsdefinition godtas inte, eftersom den kan läsa filer och överbelasta tjänsten."],
        mend: ["Järjestelmän valmistaja: jätä määrittely ja entiteetit pois.",
            "Systemets tillverkare: utelämna definitionen och entiteterna."] }
    LimitExceeded at "sanoman koko, syvyys tai määrä" {
        why: ["Sanoma ylittää koon, syvyyden tai määrän rajan, tai pyyntöjä tulee liikaa.",
            "Meddelandet överskrider gränsen för storlek, djup eller antal, eller så kommer det för många begäranden."],
        mend: ["Jaa asiakirja tai haku osiin. Rajat ovat sivulla docs/messages.",
            "Dela handlingen eller sökningen. Gränserna finns i docs/messages."] }
    HeaderInvalid at "ClinicalDocument/localSocialHeader" {
        why: ["Kuvailutieto puuttuu, on väärässä muodossa tai eri kuin allekirjoitetussa sisällössä.",
            "En metadatauppgift saknas, har fel form eller avviker från det undertecknade innehållet."],
        mend: ["Korjaa nimetty elementti. Kuvailutiedot muodostetaan samasta tiedosta kuin sisältö, jotta ne eivät eroa.",
            "Rätta det nämnda elementet. Bilda metadata av samma uppgifter som innehållet, så att de inte skiljer sig åt."] }
    FrameMismatch at "siirtokehys/subject ja ClinicalDocument" {
        why: ["Siirtokehyksen tunniste, asiakas, rekisterinpitäjä tai palvelupyyntö on eri kuin sen kuljettamassa asiakirjassa.",
            "Överföringsramens identifierare, klient, personuppgiftsansvariga eller servicebegäran skiljer sig från handlingens."],
        mend: ["Järjestelmän valmistaja: täytä kehys valmiista asiakirjasta ja valitse asiakirjaryhmän mukainen palvelupyyntö.",
            "Systemets tillverkare: fyll i ramen från den färdiga handlingen och välj servicebegäran enligt handlingsgruppen."] }
    DisplayInvalid at "structuredBody/component/section/text (XHTML)" {
        why: ["Näyttömuodossa on elementti tai attribuutti, jota ei sallita, henkilötunnus näkyvissä tai eri sisältö kuin asiakirjassa.",
            "Visningsformen innehåller ett element eller attribut som inte är tillåtet, en synlig personbeteckning eller annat innehåll än handlingen."],
        mend: ["Järjestelmän valmistaja: muodosta näyttömuoto asiakirjan sisällöstä sallituilla elementeillä; ei skriptejä, linkkejä eikä lomakkeita.",
            "Systemets tillverkare: bilda visningsformen av innehållet med tillåtna element; inga skript, länkar eller formulär."] }
    BadRequest at "pyynnön runko" {
        why: ["Pyyntöä ei voi lukea: pakollinen kenttä puuttuu, arvo on väärää tyyppiä tai palvelupyyntöä ei tunneta.",
            "Begäran kan inte läsas: ett obligatoriskt fält saknas, ett värde har fel typ eller servicebegäran är okänd."],
        mend: ["Vertaa pyyntöä rajapinnan kuvaukseen (/openapi.json tai docs/messages).",
            "Jämför begäran med gränssnittets beskrivning (/openapi.json eller docs/messages)."] }
    ActorInvalid at "soap:Header/Toimija" {
        why: ["Allekirjoitettu Toimija puuttuu, on väärennetty, liian vanha tai jo kerran käytetty, tai se on eri organisaation kuin yhteys.",
            "Den undertecknade Toimija saknas, är förfalskad, för gammal eller redan använd, eller hör till en annan organisation än förbindelsen."],
        mend: ["Järjestelmän valmistaja: tee jokaiseen sanomaan uusi Toimija, jossa on uusi kertakäyttöinen luku ja oikea aika, ja allekirjoita se yhteyden organisaation avaimella.",
            "Systemets tillverkare: gör en ny Toimija till varje meddelande med ett nytt engångstal och rätt tid, och underteckna den med förbindelsens organisations nyckel."] }
    ServiceUnavailable at "HTTP 503" {
        why: ["Arkisto tai rekisteri, jota se tarvitsee, ei ole juuri nyt käytettävissä. Ilman kuittausta asiakirjaa ei saa pitää tallennettuna.",
            "Arkivet eller ett register som det behöver är inte tillgängligt just nu. Utan kvittens får handlingen inte anses sparad."],
        mend: ["Pidä asiakirja jonossa ja lähetä samat tavut uudelleen 1, 5, 15 ja 60 minuutin kuluttua ja siitä eteenpäin tunnin välein.",
            "Håll handlingen i kön och skicka samma byte igen efter 1, 5, 15 och 60 minuter och därefter varje timme."] }
    Timeout at "vastausaika" {
        why: ["Vastausta ei ehtinyt tulla ajoissa. Asiakirja on voitu tallentaa.",
            "Svaret hann inte komma i tid. Handlingen kan ha sparats."],
        mend: ["Lähetä samat tavut uudelleen: jos asiakirja on tallessa, vastaus on ensimmäinen kuittaus.",
            "Skicka samma byte igen: om handlingen är sparad är svaret den första kvittensen."] }
}

/// The page of a code as Markdown, for `docs/errors`.
pub fn page(explanation: &Explanation) -> String {
    let refusal = explanation.refusal;
    let told = match (refusal.may_be_told(), refusal.hidden_under_grant()) {
        (false, _) => "Koodi on vain lokissa; pyytäjälle sitä ei kerrota.",
        (true, true) => {
            "Rekisterinkäyttöoikeudella toimivalle kerrotaan tämän sijasta `RKO_NOT_VALID`, jotta asiakkuutta ei voi selvittää kokeilemalla."
        }
        (true, false) => "Koodi kerrotaan lähettäjälle.",
    };
    let again = match refusal.retryable() {
        true => "Sama sanoma voi onnistua myöhemmin: yritä uudelleen.",
        false => "Sama sanoma ei onnistu uudelleen lähettämällä.",
    };
    format!(
        "<!-- Generated from crates/archive/src/validator/explain.rs by `VAKKA_BLESS=1 cargo test -p archive --test management`. -->\n\
         # {code}\n\n\
         **Mitä tapahtui.** {what}\n\n\
         **Miksi.** {why}\n\n\
         **Mitä korjataan.** {mend}\n\n\
         **Missä virhe on (esimerkki).** `{place}`\n\n\
         **Kerrotaanko.** {told} {again}\n\n\
         ## På svenska\n\n{what_sv} {why_sv} {mend_sv}\n\n\
         ## In English\n\n{what_en}\n\n\
         [All codes](README.md)\n",
        code = refusal.code(),
        what = refusal.sentence(Lang::Fi),
        why = explanation.why(Lang::Fi),
        mend = explanation.mend(Lang::Fi),
        place = explanation.place,
        what_sv = refusal.sentence(Lang::Sv),
        why_sv = explanation.why(Lang::Sv),
        mend_sv = explanation.mend(Lang::Sv),
        what_en = refusal.sentence(Lang::En),
    )
}

/// The index page of `docs/errors`.
pub fn index() -> String {
    let mut text = String::from(
        "<!-- Generated from crates/archive/src/validator/explain.rs by `VAKKA_BLESS=1 cargo test -p archive --test management`. -->\n\
         # Virhekoodit\n\n\
         Yksi sivu koodia kohden: mitä tapahtui, miksi, mitä korjataan ja missä virhe on. Koodit ovat omiamme, eivät \
         Kelan. Samat sivut ovat arkistossa osoitteessa `/virheet`, ja validaattorin vastaus viittaa niihin.\n\n\
         One page per code of the catalogue. The codes are ours, not Kela's.\n\n\
         | Koodi | Mitä tapahtui |\n|---|---|\n",
    );
    for explanation in EXPLANATIONS {
        let refusal = explanation.refusal;
        text.push_str(&format!("| [`{0}`]({0}.md) | {1} |\n", refusal.code(), refusal.sentence(Lang::Fi)));
    }
    text
}

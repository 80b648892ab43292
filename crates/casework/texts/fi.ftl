# Asiakastietojärjestelmän tekstit suomeksi. Selkeää kieltä: mitä tapahtui, onko teksti tallessa, mitä tehdä seuraavaksi.

nav-today = Tänään
nav-clients = Asiakkaat
nav-archiving = Arkistointi
nav-rights = Oikeudet
nav-search = Haku

banner-archive-down = Arkisto ei vastaa { $time } alkaen
banner-archive-down-more = Kirjaaminen jatkuu. Valmiit asiakirjat odottavat jonossa ja lähtevät itsestään, kun yhteys palaa. Näet oman järjestelmän tiedot.

login-title = Kirjaudu sisään
login-name = Käyttäjätunnus
login-password = Salasana
login-submit = Kirjaudu
login-failed = Käyttäjätunnus tai salasana ei täsmää. Tarkista ne ja yritä uudelleen.
login-slowed = Liian monta epäonnistunutta kirjautumista. Yritä uudelleen klo { $time }. Kortilla voit kirjautua heti.
login-card-text = Toimikortin tarvitset hakuun arkistosta, allekirjoitukseen, korjaukseen ja mitätöintiin. Voit kirjautua kortilla heti tai myöhemmin.
login-with-card = Kirjaudu kortilla
login-with-password = Kirjaudu salasanalla
card-title = Kirjaudu kortilla
card-text = Laita toimikortti lukijaan ja paina Kirjaudu. Kortinlukuohjelma kysyy tunnuslukusi (PIN1) omassa ikkunassaan.
card-answer = Korttipalvelun vastaus
card-answer-open = Liitä kortinlukuohjelman vastaus itse
card-answer-hint = Täyttyy itsestään, kun kortinlukuohjelma vastaa.
card-submit = Kirjaudu
card-without-script = Jos kirjautuminen ei etene
card-without-script-text = Vie alla oleva pyyntö kortinlukuohjelmalle ja liitä sen vastaus yllä olevaan kenttään. Pyyntö on voimassa kaksi minuuttia.
card-failed = Korttia ei hyväksytty
card-failed-more = Tarkista, että kortti on lukijassa ja oma, ja että se on voimassa. Jos kortti on kadonnut, ilmoita siitä heti sulkupalveluun.
card-again = Yritä uudelleen
unit-title = Valitse palveluyksikkö
unit-text = Näet ja kirjaat tietoja siinä yksikössä, jossa nyt työskentelet.
unit-label = Palveluyksikkö
unit-submit = Jatka

error-to-today = Tänään-sivulle
error-to-clients = Asiakkaisiin
error-form-advice-back = Palaa edelliselle sivulle, täydennä tieto ja lähetä lomake uudelleen.
error-form-safe = Mitään ei muutettu.
error-code-label = Virheen tunnus
refusal-advice = Jos et pääse eteenpäin, kysy esihenkilöltäsi tai Kanta-vastuuhenkilöltä.
refusal-safe = Kirjaamasi on tallessa.
mend-on-its-way = Asiakirjaa lähetetään jo arkistoon, joten sitä ei voi enää ottaa takaisin.
mend-on-its-way-advice = Korjaa se uudella versiolla, kun se on arkistoitu.
mend-to-document = Asiakirjaan

why = Näet tiedot: { $why }
why-handling = palveluyksikkö { $unit }, asiakkuus { $from }–
why-own-contract = palveluyksikkö { $unit }, oma sopimusasiakas
why-right = rekisterinkäyttöoikeus { $from }–{ $to }, { $name }
why-right-ended = oikeus päättyi { $to }, { $name }
why-right-refused = arkisto ei enää tunne oikeutta, { $name }
why-right-future = oikeus alkaa { $from }, { $name }
why-opening = asiaa avataan
why-signing = asiakirja odottaa allekirjoitusta
register-own = Oma rekisteri: { $name }
register-organiser = Järjestäjän rekisteri: { $name }
alert-protected = Turvakielto
alert-locked = Ei voimassa olevaa oikeutta
age = { $n } v

clients-title = Asiakkaat
clients-search = Hae asiakasta
clients-search-hint = Nimi, henkilötunnus tai asian tunnus. Haku etsii vain oman yksikkösi asiakkaista.
clients-search-submit = Hae
clients-none = Yksiköllä ei ole vielä asiakkaita. Asiakas tulee tähän, kun asia avataan tai oikeus otetaan vastaan.
clients-not-found = Oman yksikkösi asiakkaista ei löytynyt tällaista. Tarkista kirjoitusasu tai valittu yksikkö.
clients-table = Yksikön asiakkaat
clients-table-bought = Ostopalvelun asiakkaat: järjestäjän rekisteri
clients-table-own = Sopimusasiakkaat: oma rekisteri
record = Kirjaa
narrative = Asiakaskertomus
narrative-empty = Ei vielä merkintöjä. Aloita kirjauksesta.
narrative-newest = Uusin ensin
narrative-oldest = Vanhin ensin
digest-title = Koonti kirjauksista
digest-text = Valitse jakso. Vakka tekee yhteenvedon luonnoksen, jossa jakson kirjaukset ovat tavoitteittain. Muokkaa luonnosta ja kirjoita johtopäätökset: mitään ei lähde, ennen kuin viimeistelet sen.
digest-period = Jakso
digest-last-week = Viime viikko
digest-this-month = Tämä kuukausi tähän päivään
digest-last-month = Viime kuukausi
digest-own-days = Omat päivät
digest-from = Alkaa
digest-to = Päättyy
digest-own-hint = Täytä päivät, jos valitsit omat päivät.
digest-submit = Tee luonnos
digest-fault-days = Päiviä ei voitu lukea: alkupäivä ei saa olla loppupäivän jälkeen, eikä loppupäivä tulevaisuudessa.
digest-fault-case = Valitse asia, jonka kirjauksista koonti tehdään.
digest-none = Asiassa ei ole kirjauksia ajalta { $days }, joten luonnosta ei tehty. Valitse toinen jakso.
digest-too-many = Jaksolla on { $n } kirjausta, ja koontiin mahtuu 200. Valitse lyhyempi jakso.
digest-purpose = Kooste kirjauksista ajalta { $days }.
digest-count = Kirjauksia jaksolla yhteensä { $n }.
digest-goal = Tavoite: { $goal }
digest-see = { $day }: katso tavoite { $goal }
digest-others = Muut kirjaukset
fresh = Tallennettu klo { $time }: { $title }.
document-new = Uusi asiakirja
to-client = Asiakkaan sivulle

client-local-only = Arkisto ei vastaa. Näet oman järjestelmän tiedot, joita ei ole tarkistettu arkistosta.
client-cases = Asiat
client-no-cases = Ei avoimia asioita.
client-no-documents = Ei vielä kirjauksia. Aloita kirjauksesta tai hae asian tunnuksella.
client-grants = Rekisterinkäyttöoikeudet
client-locked = Järjestäjän asiakirjat on lukittu, koska oikeus ei ole voimassa
client-locked-more = Voit kirjata, mutta kirjaus odottaa oikeutta. Jos palvelu jatkuu, pyydä oikeus palvelunjärjestäjältä.
case-state-open = Avoin
case-state-closed = Päättynyt

overview-title = Asiakkaan tilanne
fact-worker = Vastuutyöntekijä
fact-worker-none = Vastuutyöntekijää ei ole merkitty.
fact-worker-of-organiser = Järjestäjän omatyöntekijä: hae kooste
fact-cases = Avoimet asiat
fact-cases-none = Ei avoimia asioita.
fact-services = Palvelut nyt
fact-services-none = Ei palveluja juuri nyt.
fact-own-contract = oma sopimus
fact-decisions = Voimassa olevat päätökset
fact-decisions-none = Ei voimassa olevia päätöksiä tässä järjestelmässä.
fact-plan = Suunnitelma ja tarkistus
fact-plan-none = Ei suunnitelmaa tässä järjestelmässä.
fact-people = Läheiset ja edustajat
fact-people-none = Ei merkittyjä läheisiä.
fact-client-phone = Asiakas
fact-alerts = Huomioitavaa
fact-alerts-none = Ei nostoja.
fact-risk = riskitieto
fact-interpreter = Tarvitsee tulkin
fact-last = Viimeksi
fact-last-none = Ei vielä kirjauksia.
fact-more = ja { $n } muuta
since = { $day } alkaen
until = { $day } asti
until-further = toistaiseksi
begins = alkaa { $day }
decided-by = { $who }, { $day }
review-not-agreed = tarkistusta ei sovittu
plan-review = laadittu { $drawn }, tarkistus: { $review }
alert-protected-more = Älä kerro asiakkaan asuinpaikkaa äläkä yhteystietoja.
pinned-by = { $who } nosti { $day }
pin-add = Nosta huomio
pin-label = Mitä jokaisen on hyvä huomata heti?
pinned-hint = Enintään 120 merkkiä. Nostoja voi olla kolme, ja nimesi näkyy vieressä.
pin-submit = Nosta
pin-remove = Poista nosto
last-significant = { $when } · merkittävä: { $title }
last-entry = { $when } · { $title }
goals-title = Tavoitteet
goal-mentioned = { $days ->
    [0] mainittu tänään
    [one] mainittu eilen
   *[other] mainittu { $days } päivää sitten
}
goal-not-mentioned = ei mainittu kirjauksissa
timeline-title = Aikajana
timeline-filter = Rajaa
timeline-filter-submit = Rajaa
timeline-all = Näytä kaikki
timeline-words = Etsi kirjauksista
timeline-count = { $n ->
    [one] Yksi tapahtuma
   *[other] { $n } tapahtumaa
}
timeline-filtered = { $n ->
    [one] Yksi tapahtuma, kaikkiaan { $all }
   *[other] { $n } tapahtumaa, kaikkiaan { $all }
}
timeline-none-fit = Mikään tapahtuma ei vastaa rajausta.
timeline-more-text = Teksti jatkuu asiakirjassa.
filter-class = Laji
filter-significant = Vain merkittävät
class-merkinta = Merkinnät
class-paatos = Päätökset
class-suunnitelma = Suunnitelmat
class-arvio = Arviot ja yhteenvedot
class-ilmoitus = Ilmoitukset ja hakemukset
class-muu = Muut asiakirjat
class-hallinta = Asia- ja asiakkuusasiakirjat
source-own = oma
source-organiser = järjestäjän
source-other = toisen tuottajan
significant = merkittävä
significant-add = Merkitse merkittäväksi
significant-remove = Poista merkittävyys
open-document = Avaa asiakirja
open-from-archive = Avaa arkistosta
kanta-fetch = Hae Kannasta
kanta-never = Arkistosta ei ole haettu.
kanta-fetched = Haettu { $when }
day-today = Tänään { $day }
day-yesterday = Eilen { $day }
day-name-1 = maanantai
day-name-2 = tiistai
day-name-3 = keskiviikko
day-name-4 = torstai
day-name-5 = perjantai
day-name-6 = lauantai
day-name-7 = sunnuntai
fault-pinned = Kirjoita nosto. Enintään 120 merkkiä.
fault-pins-full = Nostoja on jo kolme. Poista ensin yksi.

case-not-yours = Asian tilaa muuttaa palvelunjärjestäjän asiasta vastaava työntekijä.
case-close = Päätä asia
case-close-stopped = Asiaa ei voi vielä päättää
case-close-notes = Huomaa ennen päättämistä
obstacle-drafts = { $n ->
    [one] Yksi luonnos on kesken ({ $what }).
   *[other] { $n } luonnosta on kesken ({ $what }).
}
obstacle-go-drafts = Asiakkaan luonnokset
obstacle-unsigned = { $n ->
    [one] Yksi asiakirja odottaa allekirjoitusta ({ $what }).
   *[other] { $n } asiakirjaa odottaa allekirjoitusta ({ $what }).
}
obstacle-go-unsigned = Allekirjoitukset
obstacle-queued = { $n ->
    [one] Yksi asiakirja odottaa arkistointia ({ $what }).
   *[other] { $n } asiakirjaa odottaa arkistointia ({ $what }).
}
obstacle-go-queued = Odottavat
obstacle-rejected = { $n ->
    [one] Arkisto on palauttanut yhden asiakirjan ({ $what }).
   *[other] Arkisto on palauttanut { $n } asiakirjaa ({ $what }).
}
obstacle-go-rejected = Palautuneet
obstacle-decisions = { $n ->
    [one] Yksi palvelupäätös on voimassa ({ $what }).
   *[other] { $n } palvelupäätöstä on voimassa ({ $what }).
}
obstacle-go-decisions = Päätökset asiakkaan sivulla
obstacle-grants = { $n ->
    [one] Yhdellä yksiköllä on rekisterinkäyttöoikeus ({ $what }).
   *[other] { $n } yksiköllä on rekisterinkäyttöoikeus ({ $what }).
}
obstacle-go-grants = Oikeudet
obstacle-unended = Asiassa ei ole merkintää palvelun päättymisestä eikä yhteenvetoa.
obstacle-go-unended = Kirjaa palvelun päättyminen
field-closed-on = Päättymispäivä
field-close-reason = Miksi asia päätetään huomautuksista huolimatta?
field-close-reason-hint = Syy jää lokiin ja asia-asiakirjaan.
fault-obstacles = Asiaa ei päätetty. Hoida ensin alla olevat esteet.
fault-close-reason = Kirjoita, miksi asia päätetään huomautuksista huolimatta.
fault-closed-on = Tarkista päättymispäivä. Se ei voi olla ennen avaamista eikä tulevaisuudessa.
case-late = Asiaan voi kirjata jälkikäteen ennen päättymistä tapahtunutta { $day } asti.
case-late-entry = Kirjaa jälkikäteen
case-late-over = Asiaan ei voi enää kirjata. Avaa se uudelleen, jos työ jatkuu.
case-reopen = Avaa asia uudelleen
field-reopen-reason = Miksi asia avataan uudelleen?
case-extend = Jatka toisessa palvelutehtävässä
case-extend-open = Avaa uusi asia, joka liitetään tähän
case-extend-text = Asian palvelutehtävää ei muuteta. Toiseen tehtävään avataan uusi asia, ja asiat liitetään toisiinsa (asialiitos).
case-extend-submit = Avaa liitetty asia
case-kind-extends = Käsittely laajenee: tämä asia jatkuu
case-kind-moves = Käsittely siirtyy
field-link-kind = Mitä tapahtuu?
field-link-reason = Liitoksen syy
fault-same-task = Valitse toinen palvelutehtävä kuin tällä asialla.
case-link = { $task } · { $case } · { $day }, { $who } · { $reason }
case-link-back-extends = Laajentaa asiaa
case-link-on-extends = Laajenee asiaan
case-link-back-moves = Siirtyi asiasta
case-link-on-moves = Siirtyi asiaan

summary-title = Kooste
summary-text = Arkisto kokoaa koosteen omien oikeuksiesi mukaan. Sitä ei tallenneta tähän järjestelmään.
summary-extent = Laajuus
summary-perus = Perustiedot: asiat, asiakkuus, yksiköt ja työntekijät
summary-rikastettu = Rikastettu: myös voimassa olevat päätökset, suunnitelmat ja asiakirjat
summary-submit = Hae kooste
summary-needs-card = Koosteen haku arkistosta vaatii kirjautumisen kortilla.
summary-empty = Arkistossa ei ole koosteeseen koottavaa.
summary-basis-own = oma rekisteri
summary-basis-right = rekisterinkäyttöoikeus
summary-made = Koottu { $when }, { $who }. Rekisterinpitäjä: { $controller }. Peruste: { $basis }.
summary-person = Perustiedot
summary-language = Asiointikieli
summary-municipality = Kotikunta
summary-email = Sähköposti
summary-address = Osoite
summary-relationship = Asiakkuus
summary-workers = Palveluista vastaavat työntekijät
summary-units = Palveluyksiköt
summary-related = Läheiset ja edustajat
summary-role = Rooli
summary-cases = Asiat
summary-decisions = Voimassa olevat päätökset
summary-decided = Päätetty
summary-plans = Suunnitelmat
summary-drawn = Laadittu
summary-review = Tarkistus
summary-documents = Asiakirjat viimeisten 12 kuukauden ajalta

find-title = Etsi
find-label = Asiakas tai sana kirjauksista
find-hint = Nimen alku riittää. Kirjauksista etsitään kokonaisia sanoja, ja taivutusmuodot löytyvät. Näet vain ne, joihin sinulla on oikeus.
find-submit = Etsi
find-hits = Hakutulokset
find-clients = Asiakkaat
find-documents = Kirjaukset ja asiakirjat
find-more = Näytetään uusimmat. Kirjoita toinen sana, niin haku tarkentuu.
find-more-letters = Kirjoita vähintään kaksi kirjainta.
find-nothing = Mitään ei löytynyt. Tarkista kirjoitusasu tai valittu yksikkö.

col-action = Toiminto
col-archived = Arkistoitu
col-author = Laatija
col-case = Asian nimi
col-case-oid = Asian tunnus
col-client = Asiakas
col-closed = Päättynyt
col-code = Henkilötunnus
col-delivery = Asian tunnuksen toimitus
col-document = Asiakirja
col-document-oid = Asiakirjan tunnus
col-duty = Työtehtävä
col-event = Tapahtui
col-golive = Käyttöönottopäivä
col-name = Nimi
col-opened = Avattu
col-order = Tilaus
col-organiser = Palvelunjärjestäjä
col-period = Voimassa
col-process = Palveluprosessi
col-reason = Syy
col-register = Rekisteri
col-saved = Tallennettu
col-service = Sosiaalipalvelu
col-signer = Allekirjoittaja
col-state = Tila
col-task = Palvelutehtävä
col-title = Tehtävänimike
col-unit = Palveluyksikkö
col-version = Versio
col-why = Peruste
col-written = Laadittu
versions = Versiot
signatures = Sähköisiä allekirjoituksia

contact-new = Uusi yhteydenotto
contact-title = Yhteydenotto tai ilmoitus
contact-text = Kirjaa ilmoitus. Järjestelmä avaa asian ja asiakkuuden ja arkistoi asiakirjat.
contact-submit = Avaa asia
group-client = Asiakas
group-case = Asia
group-required = Täytettävät kohdat
group-optional = { $n ->
    [one] Yksi lisäkenttä
   *[other] { $n } lisäkenttää
}
case-new = Uusi asia
case-open-already = Asiakkaalla on jo avoin samanlainen asia
case-open-already-text = Jatka siinä, jos kyse on samasta asiasta: silloin asiakirjat pysyvät yhdessä. Kirjoittamasi on tallessa lomakkeella.
case-anyway = Kyse on eri asiasta: avaan uuden
case-submit = Avaa asia
case-of-organiser = Palvelunjärjestäjän asia
own-client-new = Uusi sopimusasiakas
own-client-text = Asiakas, jonka kanssa palvelusta on sovittu suoraan. Asiakirjat tallentuvat omaan rekisteriin, eivät järjestäjän rekisteriin.
own-client-submit = Avaa asiakkuus

field-code = Henkilötunnus
field-code-hint = Nimi haetaan väestötiedoista, jos ne vastaavat.
field-family = Sukunimi
field-given = Etunimet
field-name-hint = Täytä, jos henkilöä ei löydy väestötiedoista.
field-phone = Puhelin
field-case = Asia
field-case-extra = Tarkennus, jos asian nimi on Muu
field-came = Tuli vireille
field-urgency = Kiireellisyys
field-text = Mitä tapahtui?
field-event = Milloin?
field-service = Sosiaalipalvelu
field-service-hint = Järjestelmä ei tiedä palvelua. Valitse se tästä.
field-signer = Päätöksentekijä, joka allekirjoittaa
field-signer-hint = Valitse se, jolla on toimivalta päättää asiasta.
field-correction-reason = Korjauksen syy
field-invalidation-reason = Mitätöinnin syy
field-invalidation-hint = Esimerkiksi: kirjattu väärälle asiakkaalle.
field-unit = Palveluntuottaja ja yksikkö
field-from = Alkaa
field-to = Päättyy
field-to-hint = Jätä tyhjäksi, jos loppua ei tiedetä.
field-mistake = Oikeus myönnettiin vahingossa
field-mistake-hint = Oikeus poistuu heti.
field-way = Toimitustapa
field-receiver = Vastaanottaja
field-order = Tilaus
field-order-hint = Liitä tähän järjestäjältä saatu viesti. Järjestelmä etsii siitä asian tunnuksen ja muut tiedot.

choose = Valitse
any = Kaikki
yes = Kyllä
no = Ei
not-answered = Ei vastattu
all-tasks = Kaikki palvelutehtävät
open = Avaa

context-line = { $unit } · { $service } · { $task } · { $process } · asia { $case } · { $register }
context-service-none = ei sosiaalipalvelua
context-case-none = valitse asia
context-case = asia
context-service = sosiaalipalvelu
context-missing = Asiakirjalta puuttuu kontekstitieto: { $item }. Täydennä se ja paina Valmis uudelleen. (CONTEXT_MISSING)
finish = Valmis
entry-empty = Kirjoita ainakin yksi lause. Kenttä ”{ $field }” on tyhjä.
text-is-safe = Kirjoittamasi on tallessa.
faults = { $n ->
    [one] Yksi kohta on korjattava
   *[other] { $n } kohtaa on korjattava
}
right-missing-now = Yksiköllä ei ole juuri nyt oikeutta asiaan. Voit kirjata; kirjaus odottaa oikeutta eikä katoa.
drafts = Luonnokset
draft-save = Tallenna luonnos
draft-saved-at = Luonnos tallennettu
draft-not-saved = Luonnosta ei saatu tallennettua. Älä sulje sivua.
draft-discard = Poista
correct = Korjaa
change-needs-card = Korjaaminen ja mitätöinti vaativat kirjautumisen kortilla.
correct-submit = Tallenna uusi versio
invalidate = Mitätöi
invalidate-text = Mitätöity asiakirja poistuu käytöstä ja OmaKannasta kaikkine versioineen. Merkintä siitä, kuka mitätöi, milloin ja miksi, jää lokiin.
invalidate-submit = Mitätöi asiakirja
document-returned = Arkisto palautti asiakirjan
mend = Korjaa luonnoksena
retry = Lähetä uudelleen
sign = Allekirjoita

field-person-confirmed = Tarkistin: henkilötunnus ja henkilö ovat oikein
fault-other-name = Väestötiedoissa tämän henkilötunnuksen nimi on { $name }. Tarkista henkilötunnus ja nimi. Jos ne ovat oikein, vahvista se alla.
fault-namesake = Samanniminen ja samana päivänä syntynyt asiakas on jo yksikössäsi toisella tunnuksella: { $who }. Tarkista henkilötunnus. Jos kyseessä on eri ihminen, vahvista se alla.
fault-author = Laatijan rekisteröintinumerossa on 11 numeroa.
fault-case-extra = Kirjoita, mitä asia koskee, kun asian nimi on Muu.
fault-case-name = Valitse asian nimi.
fault-case-oid = Asian tunnus ei ole oikeanlainen. Se on pisteillä erotettuja numeroita.
fault-day = Tarkista päivämäärä. Päättymispäivä ei voi olla ennen alkamispäivää.
fault-delivery = Valitse toimitustapa ja kirjoita, kenelle tunnus toimitettiin.
fault-event = Tarkista ajankohta. Se ei voi olla tulevaisuudessa.
fault-grant-twice = Yksiköllä on jo oikeus näinä päivinä.
fault-identity = Henkilötunnus ei ole oikein. Tarkista se.
fault-name = Kirjoita asiakkaan sukunimi ja etunimet.
fault-organiser = Palvelunjärjestäjän tunnus ei ole oikein.
fault-reason = Kirjoita syy.
fault-task = Valitse palvelutehtävä.
fault-unit = Valitse palveluyksikkö luettelosta.
fault-unit-ended = Palveluyksikön tunnus ei ole voimassa SOTE-organisaatiorekisterissä alkamispäivänä.

signing-title = Allekirjoitukset
signing-none = Mikään ei odota allekirjoitustasi.
signing-mine = Sinä
signing-others = Toinen päätöksentekijä
signing-needs-card = Allekirjoitukseen tarvitaan kortti
signing-needs-card-more = Kirjaudu kortilla ja palaa tähän. Asiakirja odottaa.
signing-waits-for-other = Asiakirja odottaa toisen allekirjoitusta.
signing-answer-hint = Täyttyy itsestään, kun olet antanut allekirjoituksen tunnusluvun (PIN2) kortinlukuohjelmassa.
signing-pass = Siirrä allekirjoitettavaksi
signing-back = Palauta luonnokseksi

archiving-title = Arkistointi
archive-state = Kanta
archive-up = toimii
archive-up-at = toimii ({ $time })
archive-down-since = ei vastaa { $time } alkaen
count-today = Tänään arkistoitu
count-queued = Odottaa
count-rejected = Palautui
count-delay = Viive, 95 % alle
count-documents = { $n ->
    [one] Yksi asiakirja
   *[other] { $n } asiakirjaa
}
count-clients = { $n ->
    [one] yksi asiakas
   *[other] { $n } asiakasta
}
retry-now = Yritä nyt
desk-tabs = Asiakirjat tilan mukaan
tab-palautuneet = Palautuneet ({ $n })
tab-odottaa = Odottaa ({ $n })
tab-pidatetty = Pidätetty ({ $n })
tab-arkistoitu = Arkistoitu tänään ({ $n })
empty-palautuneet = Mikään ei ole palautunut.
empty-odottaa = Mikään ei odota lähetystä.
empty-pidatetty = Mikään ei odota järjestäjän käyttöönottoa.
empty-arkistoitu = Vielä mitään ei ole arkistoitu.
desk-all-done = Kaikki valmiit merkinnät on arkistoitu. Viimeisin { $time }.
desk-show = Näytä ({ $n })
desk-more = ja { $n } muuta. Kun nämä on korjattu, loput tulevat näkyviin.
desk-late = { $n ->
    [one] Yksi asiakirja on odottanut yli vuorokauden
   *[other] { $n } asiakirjaa on odottanut yli vuorokauden
}
desk-late-more = Kirjaukset on tehtävä viivytyksettä. Laatija saa muistutuksen vuorokauden ja esihenkilö kolmen vuorokauden kuluttua.
desk-age-days = { $n } vrk

cause-right = Rekisterinkäyttöoikeus puuttuu
cause-advice-right = Palvelunjärjestäjä ei ole antanut yksikölle oikeutta näihin asioihin, tai oikeus on päättynyt. Tekstit ovat tallessa ja lähtevät itsestään, kun oikeus on vastaanotettu.
cause-right-ended = Oikeus päättyi { $day }.
cause-right-asked = Oikeutta on pyydetty { $when }.
cause-unit = Palveluyksikön tunnus ei ole voimassa
cause-advice-unit = Yksikköä ei löydy SOTE-organisaatiorekisteristä voimassa olevana. Valitse yksikkö, jossa työ tehdään nyt.
cause-case = Asiaa ei löydy tällä tunnuksella
cause-advice-case = Asia on tuntematon tai se on suljettu. Valitse asiakkaan toinen avoin asia.
cause-content = Asiakirjassa on puuttuva tai virheellinen kohta
cause-advice-content = Avaa kohta, täydennä se ja paina Valmis.
cause-template = Asiakirjapohja on vanhentunut
cause-advice-template = Asiakirja on tehty pohjalla, joka ei ole enää käytössä. Muuntaminen säilyttää tekstin.
cause-signature = Asiakirja odottaa allekirjoitusta
cause-advice-signature = Ammattilaisen on allekirjoitettava asiakirja kortillaan ennen arkistointia.
cause-signature-of = Allekirjoittaja: { $who }
cause-certificate = Varmenne tai kortti ei kelpaa
cause-advice-certificate = Järjestelmän varmenne tai laatijan kortti on vanhentunut tai suljettu, tai arkistointiin tarvitaan kortti. Kun varmenne on kunnossa, lähetä uudelleen omalla kortillasi. Laatija säilyy.
cause-identity = Henkilötiedot eivät täsmää
cause-advice-identity = Asiakkaan tunnus ei ole asian asiakkaan tunnus, tai asiakirja vaatii henkilötunnuksen. Tarkista henkilö.
cause-duplicate = Samalla tunnuksella on jo asiakirja arkistossa
cause-advice-duplicate = Järjestelmä vertaa sisällöt. Jos ne ovat samat, asiakirja merkitään arkistoiduksi; jos eivät, se lähetetään uudella tunnuksella.
cause-size = Asiakirja on liian suuri
cause-advice-size = Avaa asiakirja ja lyhennä sitä tai jaa se kahdeksi.
cause-other = Arkisto ei ottanut asiakirjaa vastaan
cause-advice-other = Lähetä uudelleen. Jos asiakirja palautuu taas, näytä virheen tunnus pääkäyttäjälle.
cause-down = Kanta ei vastaa
cause-advice-down = Kirjaaminen jatkuu. Asiakirjat ovat tallessa ja lähtevät itsestään.
cause-down-next = Yritetään uudelleen { $time }.
cause-golive = Pidätetty käyttöönottoon asti
cause-advice-golive = Järjestäjä ei ole vielä aloittanut. Asiakirjat lähtevät itsestään käyttöönottopäivänä.
cause-golive-day = Järjestäjä aloittaa { $day }.
cause-queued = Arkistoituu
cause-card = Odottaa korttia
cause-archived = Arkistoitu

mend-right = Pyydä oikeus
mend-unit = Vaihda yksikkö ja lähetä
mend-case = Liitä asiaan ja lähetä
mend-content = Avaa kohta
mend-template = Muunna uuteen ja lähetä
mend-signature = Muistuta allekirjoittajaa
mend-certificate = Lähetä omalla kortilla
mend-certificate-guide = Ohje ylläpitäjälle
mend-identity-check = Tarkista henkilö
mend-duplicate = Merkitse arkistoiduksi
mend-size = Pienennä
mend-other = Lähetä uudelleen

done-right = { $n ->
    [one] Oikeus pyydetty yhdelle asiakirjalle. Se lähtee, kun oikeus on vastaanotettu.
   *[other] Oikeus pyydetty { $n } asiakirjalle. Ne lähtevät, kun oikeus on vastaanotettu.
}
done-unit = Yksikkö vaihdettu, asiakirjoja lähetetty: { $n }.
done-case = Asia vaihdettu, asiakirjoja lähetetty: { $n }.
done-template = Muunnettu uuteen pohjaan ja lähetetty: { $n }.
done-signature = Muistutettu, asiakirjoja: { $n }.
done-certificate = Lähetetty uudelleen: { $n }.
done-identity = Henkilötiedot tarkistettu, asiakirjoja lähetetty: { $n }.
done-duplicate = Selvitetty arkistosta: { $n }.
done-other = Lähetetty uudelleen: { $n }.
done-left = Asiakirjoja, joissa on vielä täydennettävää: { $n }. Ne näkyvät alla.

identity-title = Tarkista henkilö
identity-known = Väestötiedoissa: { $name }
identity-unknown = Väestötiedoista ei löytynyt henkilöä tällä tunnuksella. Kirjoita henkilötunnus.
identity-submit = Tallenna ja lähetä
identity-taken = Samalla henkilötunnuksella on jo asiakas tässä rekisterissä. Tarkista tunnus.

certificates-title = Varmenne ei kelpaa: ohje ylläpitäjälle
certificates-text = Asiakirjat ovat tallessa ja odottavat. Kirjaaminen jatkuu.
certificates-1 = 1. Tarkista järjestelmän ja yhteyden varmenteen päättymispäivä avainkansiosta.
certificates-2 = 2. Tilaa uusi varmenne ajoissa ja vaihda avaintiedostot. Käynnistä järjestelmä uudelleen.
certificates-3 = 3. Jos laatijan kortti on suljettu tai vanhentunut, joku toinen lähettää asiakirjan omalla kortillaan. Laatija säilyy.
certificates-4 = 4. Palaa arkistointiin ja paina Lähetä omalla kortilla.
certificates-tell = Ilmoita ylläpitäjälle

quality-title = Arkistoitu vuorokaudessa
quality-text = Kuinka suuri osa yksikön asiakirjoista oli arkistossa vuorokauden kuluessa tapahtumasta, { $n } viime päivää. Korjauksia ei lasketa.
quality-none = Viime päiviltä ei ole arkistoituja asiakirjoja.
quality-few = liian vähän
col-share = Vuorokaudessa
col-documents = Asiakirjoja

batch-title = Arkistoi valmiit merkinnät
batch-link = Arkistoi valmiit ({ $n })
batch-running-link = Erä käynnissä, { $n } %
batch-text = Kortittomien työntekijöiden valmiit merkinnät arkistoidaan yhdellä kertaa sinun kortillasi. Tekstejä ei avata. Laatija säilyy; lokiin jää, kuka arkistoi.
batch-narrow = Rajaa: { $from }–{ $to }
batch-show = Näytä
batch-nothing = Näillä rajauksilla mikään ei odota korttia.
batch-going = Lähtevät
batch-staying = Jäävät pois
batch-out-signature = Vaatii ammattilaisen allekirjoituksen
batch-out-right = Rekisterinkäyttöoikeus puuttuu
batch-out-golive = Järjestäjä ei ole vielä aloittanut
batch-submit = Arkistoi { $n }
batch-needs-card = Arkistointi vaatii kirjautumisen kortilla.
batch-history = Viimeisimmät erät
batch-state-running = Käynnissä
batch-state-paused = Tauolla
batch-state-sending = Lähetetään
batch-state-returned = Valmis, osa palautui
batch-state-done = Valmis
batch-one-title = Arkistointierä
batch-said = Arkistoitu { $done } / { $total }
batch-archived = Arkistoitu
batch-sent = Matkalla
batch-left = Jonossa
batch-failed = Palautuneet
batch-pause = Keskeytä
batch-go-on = Jatka
batch-refresh = Päivitä
col-count = Määrä
col-started = Alkoi
col-archiver = Arkistoija

rights-title = Rekisterinkäyttöoikeudet
rights-received = Saadut oikeudet
rights-none = Ei vielä oikeuksia. Liitä järjestäjältä saatu tilaus alla olevaan kenttään.
right-of-other-unit = Toisen yksikön asiakas
right-note-end = Merkitse päättyväksi
order-paste = Ota oikeus vastaan
order-submit = Ota vastaan
order-no-case = Tekstistä ei löytynyt asian tunnusta.
order-no-client = Tekstistä ei löytynyt asiakkaan nimeä ja henkilötunnusta.
order-no-unit = Tekstistä ei löytynyt oman organisaatiosi palveluyksikön tunnusta.
order-no-start = Tekstistä ei löytynyt alkamispäivää.
order-title = Tilaus: asian tunnus palveluntuottajalle
printed = Tulostettu { $when }, { $who }
grants = Myönnetyt oikeudet
grants-none = Ei myönnettyjä oikeuksia.
undelivered = Asian tunnus toimittamatta
undelivered-none = Kaikkien oikeuksien asian tunnus on toimitettu.
grant-new = Myönnä oikeus
grant-text = Oikeus syntyy, kun arkisto on tallentanut asiakkuusasiakirjan uuden version. Se koskee yhtä asiakasta ja yhtä yksikköä.
grant-submit = Myönnä oikeus
grant-order = Tilaus
grant-end = Päätä
grant-end-title = Päätä rekisterinkäyttöoikeus
grant-undelivered = Toimittamatta
grant-state-future = Alkaa myöhemmin
grant-state-valid = Voimassa
grant-state-ended = Päättynyt
delivery-title = Merkitse toimitetuksi
delivery-submit = Merkitse toimitetuksi
delivered = Asian tunnus toimitettu { $when }: { $way }, { $whom }
way-secure_mail = Suojattu sähköposti
way-order_form = Tilauslomake
way-phone = Puhelin
rights-arrived = Saapuneet oikeudet
way-system = Tämän järjestelmän kautta
messages = Viestit
col-message = Viesti
col-with = Kenen kanssa
col-when = Milloin
col-days = Määräaika, päivää alusta
col-due = Määräaika
message-from = { $name } → me
message-to = me → { $name }
message-kind-right_request = Pyyntö rekisterinkäyttöoikeudesta
message-kind-client_chose_us = Asiakas on valinnut meidät
message-kind-subcontractor = Käytämme alihankkijaa
message-kind-service_ends = Palvelu päättyy
message-kind-correction_request = Korjauspyyntö
message-kind-message = Viesti asiasta
message-state-sent = Toimita itse
message-state-received = Perillä
message-state-read = Luettu
message-state-handled = Käsitelty
message-by-hand = Vastaanottaja ei käytä tätä järjestelmää. Kopioi teksti suojattuun sähköpostiin tai tulosta se.
message-grant = Myönnä oikeus: { $case }
message-handle = Merkitse käsitellyksi
message-answer = Vastaa
message-send = Lähetä
message-new = Viesti asiasta
message-nobody = Asiakkaan asioissa ei ole toista osapuolta, jolle kirjoittaa.
message-receiver = Kenelle ja mistä asiasta
message-text = Viesti
request-text = Pyydämme rekisterinkäyttöoikeutta palveluyksikölle { $unit } ({ $oid }).
request-line = Asia { $case }: { $n } asiakirjaa odottaa, vanhin { $day }.
notice-title = Ilmoita järjestäjälle
notice-intro = Ilmoitus tulee järjestäjän tehtäväksi. Siitä avautuu oikeuden myöntäminen valmiiksi täytettynä.
notice-kind = Mitä ilmoitat?
notice-case-hint = Jos tiedät sen.
notice-unit = Palveluyksikön tunnus
notice-unit-hint = Yksikkö, jossa asiakas on. Alihankkijasta ilmoita sen yksikön tunnus.
notice-day = Mistä päivästä
notice-text = Lisätieto
correction-intro = Pyydä järjestäjää korjaamaan asiakirja. Kerro, mikä kohta on väärin ja mitä siinä pitäisi lukea.
correction-text = Mitä pitää korjata?
required-title = Tuottajilta vaadittavat asiakirjat
required-text = Palvelukohtainen luettelo. Se kulkee tilauksen mukana, ja tuottaja näkee, mikä puuttuu.
required-none = Tuottajilta ei vielä vaadita asiakirjoja. Lisää ensimmäinen.
required-add = Lisää
required-remove = Poista
due-title = Järjestäjälle tehtävät asiakirjat
due-late = Myöhässä
field-above = Alihankkijana tuottajan alla
field-above-hint = Jos yksikkö on alihankkija, valitse tuottaja, jonka alla se toimii.
field-above-none = Ei, yksikkö on tuottajan oma
fault-subcontract = Tuottajalla ei ole oikeutta näinä päivinä, tai alihankkijalla on se jo.
fault-message = Kirjoita viesti ja valitse, kenelle se menee. Viestissä voi olla enintään 4 000 merkkiä.
fault-notice = Valitse, mitä ilmoitat.
fault-notice-unit = Oman yksikön tunnus kuuluu ilmoitukseen asiakkaasta, alihankkijan tunnus ilmoitukseen alihankkijasta.
fault-unit-oid = Palveluyksikön tunnus ei ole oikeanlainen.
fault-required = Valitse palvelu ja asiakirja, ja anna määräaika päivinä (0–3650).
fault-card-years = Toimikortti on voimassa enintään viisi vuotta.

search-title = Haku arkistosta
search-case = Hae järjestäjän rekisteristä asian tunnuksella
search-case-hint = Tunnus on järjestäjän tilauksessa. Voit liittää koko viestin.
search-own = Hae omasta rekisteristä
search-client-hint = Hae henkilötunnuksella tai asian tunnuksella.
search-needs-key = Anna henkilötunnus tai asian tunnus.
search-more = Rajaa hakua
search-type = Asiakirjatyypin koodi
search-unit = Palveluyksikön tunnus
search-author = Laatijan rekisteröintinumero
search-from = Alkaen
search-to = Asti
search-state-valid = Voimassa olevat versiot
search-state-all = Kaikki versiot
search-submit = Hae
search-results = Hakutulos
search-found = { $n ->
    [one] Löytyi yksi asiakirja
   *[other] Löytyi { $n } asiakirjaa
}
search-empty = Asiakirjoja ei löytynyt.
search-more-rows = Näytetään uusimmat. Rajaa hakua, jos etsimäsi ei ole tässä.
search-of-organiser = Järjestäjän rekisteri
search-of-own = Oma rekisteri
display-not-shown = Asiakirjan näyttömuotoa ei voi näyttää turvallisesti.
explain-other-unit = Oikeus on toisella yksiköllä: { $unit }. Vaihda yksikköä, jos työskentelet siellä.
explain-future = Oman luettelosi mukaan oikeus alkaa { $day }.
explain-ended = Oman luettelosi mukaan oikeus päättyi { $day }.
explain-not-yet-stored = Oman luettelosi mukaan oikeuden pitäisi olla voimassa. Kysy palvelunjärjestäjältä, onko oikeus tallennettu.
explain-unknown = Tätä asiaa ei ole saatujen oikeuksien luettelossa. Tarkista tunnus tai kysy palvelunjärjestäjältä.

settings-title = Asetukset
golive-title = Järjestäjien käyttöönottopäivät
golive-none = Käyttöönottopäiviä ei ole merkitty.
golive-change = Muuta käyttöönottopäivää
golive-submit = Tallenna
users-title = Yksikön työntekijät

fields-more = { $n ->
    [one] + 1 kenttä
   *[other] + { $n } kenttää
}
field-unit-of = { $field }: yksikkö
field-name-of-code = { $field }: koodin nimi
field-example = Esimerkki: { $example }
field-search-hint = Kirjoita nimen alku ja valitse luettelosta.
field-code-open-hint = Kirjoita luokituksen koodi ja sen nimi.
field-from-before = Sama kuin asiakirjassa { $day }
part-add = Lisää toinen: { $field } ({ $n })
part-remove = Poista: { $field } { $n }
before-all = Hae vastaukset edellisestä asiakirjasta { $day }
before-section = Hae tämän osan vastaukset edellisestä ({ $day })
missing-none = Kaikki pakollinen on täytetty.
missing-one = 1 pakollinen kohta puuttuu
missing-other = # pakollista kohtaa puuttuu
missing-label = Puuttuvat kohdat

today-title = Tänään
today-views = Näkymät
today-mine = Minun
today-unit = Yksikön
today-shift = Vuoron vaihto
today-week = Viikko
today-unrecorded = kirjaamatta
today-drafts = luonnoksia
today-returned = palautunut
today-clients = asiakasta yksikössä
today-group-late = Myöhässä
today-group-now = Nyt
today-group-today = Tänään ja lähipäivinä
today-group-others = Odottaa muita
today-group-done = Kirjattu tänään
today-nothing = Kaikki on tehty. Tähän tulevat kirjaamattomat käynnit, luonnokset, palautuneet asiakirjat ja määräajat.
today-nothing-next = Kaikki kirjattu. Seuraava käynti { $time }.
today-record-client = Kirjaa asiakkaalle
today-continue = Jatka
today-mend = Korjaa
today-recorded = Kirjattu
today-draft-age = Luonnos { $age }
today-unrecorded-age = Kirjaamatta { $age }
today-returned-age = Palautui { $age } sitten
today-waits = Odottanut { $age }
today-waits-right = Odottaa oikeutta { $age }
today-overdue = { $n ->
    [one] Päivän myöhässä
   *[other] { $n } pv myöhässä
}
today-due-now = Viimeinen päivä
today-due-in = { $n ->
    [one] Huomenna
   *[other] { $n } pv jäljellä
}
today-right-ends = Rekisterinkäyttöoikeus päättyy
today-source-open = { $law } (tarkistettava)
age-minutes = { $n } min
age-hours = { $n } t
age-days = { $n } pv
today-pick = Valitse
today-chosen = Valitut rivit
today-snooze = Torkuta
today-snooze-until = Mihin asti (tyhjä = huomiseen)
today-snooze-reason = Syy
today-wake = Palauta listalle
today-colleague = Kollega
today-hand-over = Siirrä kollegalle
today-snoozed = { $n ->
    [one] Näytä yksi torkutettu
   *[other] Näytä { $n } torkutettua
}
today-snoozed-hide = Piilota torkutetut
today-said-torkutettu = { $n ->
    [one] Yksi rivi torkutettu.
   *[other] { $n } riviä torkutettu.
}
today-said-heratetty = { $n ->
    [one] Yksi rivi palautettu listalle.
   *[other] { $n } riviä palautettu listalle.
}
today-said-siirretty = { $n ->
    [one] Yksi rivi siirretty kollegalle.
   *[other] { $n } riviä siirretty kollegalle.
}
today-said-left = { $n ->
    [one] Yksi rivi jäi ennalleen. Luonnos on kirjoittajansa oma, ja määräaika seuraa asian työntekijää.
   *[other] { $n } riviä jäi ennalleen. Luonnos on kirjoittajansa oma, ja määräaika seuraa asian työntekijää.
}
today-done = Valmis, arkistoituu.
today-failed = Ei saatu tallennettua. Teksti on yhä tässä. Yritä uudelleen.
today-session-ended = Istunto on päättynyt tai lukittu. Teksti on yhä tässä. Kirjaudu toisessa välilehdessä ja paina uudelleen.
today-opening = Avataan…
today-close = Sulje
today-client-page = Asiakkaan sivu
work-assessment_due = Palvelutarpeen arviointi aloitettava
fault-nothing-selected = Valitse ensin rivi.
fault-snooze-day = Torkuta huomisesta enintään kuukaudeksi.
fault-snooze-reason = Kirjoita syy. Määräaikaa tai palautunutta asiakirjaa ei siirretä ilman syytä.
shift-since = Mitä yksikössä on tapahtunut { $since } jälkeen.
shift-hours = { $n } tuntia
shift-significant = Tavallisesta poikkeava
shift-significant-none = Ei tavallisesta poikkeavia merkintöjä.
shift-unrecorded = Kirjaamatta jääneet käynnit
shift-unrecorded-none = Kaikki käynnit on kirjattu.
shift-everyday = Arki
shift-everyday-none = Ei merkintöjä arjesta. Tähän tulevat yksikön kirjaukset.
print = Tulosta
print-pdf = Tulosta (PDF)
print-draft-pdf = Tulosta luonnos (PDF)
print-client = Asiakas
print-draft = LUONNOS
print-draft-text = Luonnos. Asiakirja on kesken: sitä ei ole allekirjoitettu eikä arkistoitu.
print-draft-saved = Luonnos tallennettu { $when }
print-unsigned = ALLEKIRJOITTAMATON
print-unsigned-text = Asiakirja odottaa allekirjoitusta, eikä se ole vielä voimassa.
print-replaced = KORVATTU
print-replaced-text = Tämä versio on korvattu uudemmalla. Voimassa on asiakirjan uusin versio.
print-rejected = EI ARKISTOSSA
print-rejected-text = Arkisto palautti asiakirjan korjattavaksi, eikä se ole rekisterissä.
letterhead-title = Kirjepohja
letterhead-text = Tulosteiden alkuun tulevat organisaation ja yksikön nimi sekä nämä tiedot.
letterhead-mark = Tunnusteksti
letterhead-mark-hint = Lyhyt nimi logon paikalla. Tyhjänä paikalla on organisaation nimi.
letterhead-address = Osoite
letterhead-address-hint = Esimerkiksi Satamakatu 5, 40100 Keskinen
letterhead-contact = Yhteystiedot
letterhead-contact-hint = Esimerkiksi vaihteen puhelinnumero ja verkkosivu
letterhead-submit = Tallenna kirjepohja
fault-letterhead = Tunnusteksti saa olla enintään 40 merkkiä, osoite ja yhteystiedot enintään 120 merkkiä.
form-only-finnish = THL on julkaissut tämän lomakkeen { $all } nimestä { $missing } vain suomeksi. Ne näkyvät suomeksi.
week-title = Viikko { $n }/{ $year }
week-before = Edellinen
week-now = Tämä viikko
week-after = Seuraava
week-empty = Viikolle ei ole suunniteltu käyntejä. Käynti suunnitellaan asiakkaan sivulla.
week-day-empty = Ei käyntejä
week-unrecorded = Kirjaamatta
weekday-1 = Maanantai
weekday-2 = Tiistai
weekday-3 = Keskiviikko
weekday-4 = Torstai
weekday-5 = Perjantai
weekday-6 = Lauantai
weekday-7 = Sunnuntai
visit-plan = Suunnittele käynti
visit-plan-submit = Tallenna käynti
visit-cancel = Peru käynti
visit-visit = Käynti
visit-care = Hoitohetki
visit-call = Puhelu
visit-meeting = Neuvottelu
visit-outing = Retki
visit-length = { $n } min
visit-anybody = Kuka tahansa yksiköstä
repeat-once = Ei toistu
repeat-daily = Joka päivä
repeat-workdays = Arkipäivisin
repeat-weekly = Joka viikko
field-visit-kind = Mitä
field-visit-start = Alkaa
field-visit-length = Kesto
field-visit-worker = Kuka
field-visit-repeat = Toistuu
field-visit-until = Viimeinen päivä
field-visit-until-hint = Toistuvalle käynnille, enintään kolmeksi kuukaudeksi.
fault-visit-kind = Valitse, mitä käynti on.
fault-visit-start = Anna alkamisaika, joka on viime viikon ja kolmen kuukauden välillä.
fault-visit-length = Valitse kesto.
fault-visit-worker = Valitse työntekijä omasta yksiköstä.
fault-visit-until = Anna toistumisen viimeinen päivä, enintään kolmen kuukauden päähän.
feed-title = Kalenterisyöte
feed-text = Näet omat käyntisi kalenteriohjelmassa. Syötteessä on vain aika ja käynnin laji, ei nimiä.
feed-create = Luo syötteen osoite
feed-remove = Poista syöte
feed-once = Kopioi osoite kalenteriohjelmaan nyt: sitä ei näytetä uudelleen. Jokainen, jolla osoite on, näkee ajat. Uusi osoite lopettaa vanhan.
feed-back = Takaisin asetuksiin
settings-save = Tallenna
keys-title = Pikanäppäimet
keys-change = Muuta pikanäppäimiä
keys-on = Yhden näppäimen komennot käytössä
key-next = Seuraava rivi
key-previous = Edellinen rivi
key-record = Kirjaa tai jatka
key-snooze = Torkuta
key-select = Valitse rivi
key-help = Näytä pikanäppäimet
fault-keys = Anna jokaiselle toiminnolle yksi oma merkki.
shortcuts-title = Pikanäppäimet
shortcuts-text = Yhden näppäimen komennot toimivat, kun kohdistin ei ole tekstikentässä.
shortcuts-off = Yhden näppäimen komennot eivät ole käytössä.
shortcuts-change = Muuta asetuksissa
shortcut-commands = Haku ja komennot
shortcut-finish = Valmis
shortcut-finish-next = Valmis ja seuraava
shortcut-draft = Tallenna luonnos
shortcut-back = Sulje rivin lomake, teksti jää luonnokseksi
commands-title = Haku ja komennot
commands-label = Asiakas tai komento
commands-hint = Kirjoita asiakkaan nimi kokonaan, henkilötunnus tai komento, esimerkiksi ”kirjaa Virtanen”.
commands-list = Komennot
commands-none = Ei osumia. Nimi haetaan kokonaisina sanoina.
lock-title = Lukitus
lock-heading = Lukittu: { $name }
lock-text = Kesken jäänyt teksti on luonnoksissasi. Avaa lukitus jatkaaksesi samasta kohdasta.
lock-open = Avaa
lock-secret-pin = Salasana tai PIN
lock-wrong = Ei täsmää. Yritä uudelleen.
lock-other = Vaihda käyttäjää
lock-other-title = Joku muu?
lock-other-text = Edellinen käyttäjä kirjataan ulos. Hänen luonnoksensa säilyvät.
lock-after = Lukitse, kun sivuun ei ole koskettu
lock-minutes = { $n } minuuttiin
fault-lock = Valitse aika luettelosta.
pin-title = Vaihda lukituksen PIN
pin-new = Uusi PIN
pin-hint = 4–8 numeroa. PIN avaa vain lukitun sivun. Tyhjä poistaa sen.
fault-pin = PIN on 4–8 numeroa.
fault-pin-password = Salasana ei täsmää.

group-beside = Tavoitteet ja merkintä
note-goal = Tavoite: { $goal }
note-significant = Merkittävä
hint-other-client = Tekstissä on toisen asiakkaan nimi: { $words }
hint-health = Kuuluuko tämä potilastietoihin? Tekstissä on: { $words }
hint-whereabouts = Asiakkaalla on turvakielto. Tekstissä on osoite: { $words }
hint-moment = Tekstin alussa lukee ”{ $words }”, mutta kirjauksen ajankohta on toinen. Valitse alta, milloin tämä tapahtui.
moment-question = Milloin tämä tapahtui?
moment-as-in-field = Ajankohta on oikein, kuten se on kentässä
hint-more = Tarkista teksti. Kirjoittamasi on tallessa, mutta sitä ei ole vielä viety valmiiksi.
hint-looked = Olen tarkistanut: teksti kuuluu tähän
field-data = Kumpaa tieto on?
field-data-hint = Potilastieto ei mene sosiaalihuollon asiakirjoihin. Se siirtyy omaan luetteloonsa, josta se luovutetaan potilastietoihin.
data-client = Asiakastieto
data-patient = Potilastieto
phrases-title = Fraasit
phrases-text = Kirjoita tekstiin puolipiste ja koodi, esimerkiksi ;aamu. Fraasi kirjoittuu auki, kun merkintä valmistuu.
phrases-none = Ei vielä fraaseja. Lisää ensimmäinen alla.
phrase-new = Uusi fraasi
phrase-code = Koodi
phrase-code-hint = Kirjaimia ja numeroita, enintään 20.
phrase-text = Teksti
phrase-whose = Kenen
phrase-own = Oma
phrase-shared = Yhteinen
phrase-shared-new = Yhteinen koko organisaatiolle
phrase-save = Tallenna fraasi
fault-phrase-code = Koodissa saa olla vain kirjaimia ja numeroita, enintään 20.
fault-phrase-text = Kirjoita fraasin teksti. Se on enintään 2000 merkkiä eikä siinä ole puolipistettä.
fault-phrase-many = Fraaseja on jo 200. Poista jokin ennen uutta.
patient-title = Potilastiedot
patient-text = Tässä ovat sosiaalihuollossa syntyneet potilastiedot. Ne eivät mene sosiaalihuollon arkistoon, vaan ne luovutetaan potilastietojärjestelmään.
patient-none = Ei potilastietoja. Ne tulevat tähän, kun merkinnässä valitaan Potilastieto.
patient-waits = Odottaa luovutusta
patient-late = Myöhässä
patient-handed = Luovutettu { $when }: { $whom }
patient-overdue = { $n ->
    [one] Yksi potilastieto on luovuttamatta
   *[other] { $n } potilastietoa on luovuttamatta
}
patient-overdue-more = Potilastietojen on oltava Potilastietovarannossa 1.3.2027 alkaen. Luovuta ne nyt.
patient-entry = Potilastieto
patient-file-title = Luovuta odottavat
patient-file = Hae odottavat tiedostona
patient-to-hint = Esimerkiksi potilastietojärjestelmän nimi.
patient-hand-over = Merkitse luovutetuksi
fault-receiver = Kirjoita, mihin tiedot luovutettiin.

served-title = Annettu tiedoksi
served-fact = { $whom } · { $way } · { $sent } · muutoksenhakuaika päättyy { $until }
served-new = Merkitse annetuksi tiedoksi
served-whom = Kenelle
served-day = Päivä, jona lähetettiin tai annettiin
served-submit = Merkitse tiedoksiannetuksi
served-kirje = Kirjeellä
served-sahkoinen = Sähköisesti
served-henkilokohtainen = Henkilökohtaisesti
fault-served = Kirjoita, kenelle päätös annettiin, valitse tapa ja tarkista päivä. Päivä ei voi olla ennen päätöstä eikä tulevaisuudessa.
templates-title = Päätöspohjat
templates-text = Organisaation valmiit tekstit päätöksiin. Ne täyttyvät uuteen päätökseen, ja kirjoittaja voi muuttaa niitä.
templates-none = Ei vielä valmiita tekstejä. Aloita muutoksenhakuohjeesta.
templates-field = Kohta
templates-appeal = Muutoksenhakuohje
templates-law = Lakiperuste
templates-decision = Ratkaisu ja perustelut
templates-hint = Tyhjä teksti poistaa pohjan.
fault-template = Valitse asiakirja ja kohta, joka siinä on. Teksti on enintään 10 000 merkkiä.
col-card = Toimikortti voimassa
card-none = ei tietoa
card-ends = vanhenee { $day }
card-ended = vanhentunut { $day }
card-change = Merkitse toimikortin voimassaolo
strict-label = Arkistointi vaatii kortin
strict-hint = Kortittoman työntekijän valmis merkintä odottaa, kunnes kortin haltija arkistoi sen.

together-title = Kirjaa usealle asiakkaalle
together-text = Kirjoita kerran, esimerkiksi ryhmätoiminnasta. Jokainen valittu asiakas saa oman asiakirjan omaan asiaansa ja rekisteriinsä. Kenenkään asiakirjasta ei näy, keille muille sama teksti kirjattiin.
together-text-hint = Kirjoita ryhmästä mainitsematta ketään nimeltä. Potilastiedot kirjataan jokaiselle erikseen.
together-kind-field = Merkinnän laji
together-case = Mihin asiaan: { $name }
together-submit = Kirjaa valituille
together-looked = Olen tarkistanut: teksti sopii jokaiselle valitulle
together-service-hint = Tarvitaan niille, joiden palvelu ei selviä oikeudesta tai sopimuksesta.
together-none = Valitse ainakin yksi asiakas.
together-gone = { $n ->
    [one] Yksi valituista ei ole enää yksikkösi asiakas. Kenellekään ei kirjattu mitään.
   *[other] { $n } valituista ei ole enää yksikkösi asiakkaita. Kenellekään ei kirjattu mitään.
}
together-names = Tekstissä on valitun asiakkaan nimi tai tunnus: { $words }. Sama teksti menee jokaiselle, joten kirjoita nimiä mainitsematta tai kirjaa hänelle erikseen.
together-kind = Tähän merkintään ei riitä pelkkä teksti. Valitse toinen laji tai kirjaa asiakkaalle erikseen.
together-locked = oikeus on päättynyt
together-no-case = ei avointa asiaa, johon voisit kirjata
together-case-missing = valitse asia
together-service = valittu palvelu ei kuulu hänen asiansa palvelutehtävään
together-not-covered = oikeus ei kata tapahtumapäivää
together-no-right = sinulla ei ole oikeutta kirjata hänelle
together-fault = { $name }: { $what }
together-faults = { $n ->
    [one] Yhdelle valitulle ei voi kirjata
   *[other] { $n } valitulle ei voi kirjata
}
together-safe = Kenellekään ei kirjattu vielä mitään. Kirjoittamasi on tallessa.
together-nobody = Yksiköllä ei ole nyt asiakkaita, joille voisit kirjata.
together-out = Näille ei voi nyt kirjata
together-more = Luettelossa on { $n } ensimmäistä asiakasta nimen mukaan.
today-said-yhteinen = { $n ->
    [one] Kirjattu yhdelle asiakkaalle.
   *[other] Kirjattu { $n } asiakkaalle, jokaiselle oma asiakirja.
}

message-kind-restriction = Rajoituspäätös tiedoksi
message-kind-restriction_month = Rajoitusten kuukausikooste
disclosure-record = Kirjaa luovutus
restriction-other-task = Rajoituspäätös kuuluu lastensuojelun asiaan. Valitse lapsen lastensuojelun asia.
restriction-adult = Rajoituspäätös koskee vain lasta. Asiakas on täysi-ikäinen.
restriction-no-period = Rajoituksen alkamis- ja päättymispäivä puuttuu tai ne ovat väärässä järjestyksessä.
restriction-too-long = Rajoituksesta voi tällä päätöksellä päättää enintään { $n } vuorokaudeksi. Lyhennä aikaa.
restriction-continued = Rajoituksen jatkamisesta päättää palvelunjärjestäjä. Pyydä päätös vastuusosiaalityöntekijältä.
restriction-not-placed = Lapsella ei ole voimassa olevaa sijoituspäätöstä tässä rekisterissä.
restriction-notice = { $title } on allekirjoitettu. Päättäjän yksikkö: { $unit }.
restriction-period = Voimassa { $from }–{ $to }.
restriction-document = Asiakirjan tunnus { $oid }.
restrictions-title = Rajoitukset
restrictions-none = Viimeisen vuoden ajalta ei ole rajoituspäätöksiä eikä merkintöjä rajoituksista.
restrictions-monthly = Kuukausikooste sosiaalityöntekijälle
restrictions-monthly-text = Rajoitukset annetaan lapsen asioista vastaavalle sosiaalityöntekijälle tiedoksi kuukausittain (LSL 74 §). Koosteessa ovat ajat, asiakirjojen nimet ja tunnukset. Sisällön hän lukee asiakirjoista.
restrictions-month = Kuukausi
restrictions-month-sent = { $month }, lähetetty
restrictions-month-empty = Valitse kuukausi, jolta on rajoituksia järjestäjän rekisterissä.
restrictions-send = Lähetä kooste
restrictions-monthly-head = Rajoitukset { $month }
restrictions-monthly-line = { $when } { $title } (asiakirja { $oid })
restrictions-limits = Rajoitusten enimmäisajat
restriction-days = Laitoksen päätöksellä enintään { $institution } vuorokautta, jatkopäätöksellä enintään { $continued } ja järjestäjän päätöksellä enintään { $organiser }.
restriction-unconfirmed = Lähde ei vahvista kaikkea tätä: tarkista laista.
restriction-days-open = Enimmäisaikaa ei ole vahvistetussa lähteessä. Tarkista laista ennen päätöstä.
today-restrictions = Rajoitusten kooste { $month } lähettämättä

# Puhelin ilman verkkoa.
client-page-title = Asiakas
phone-title = Kirjaaminen ilman verkkoa
phone-text = Kun otat puhelimen käyttöön, Tänään-sivu aukeaa myös ilman verkkoa ja voit kirjata päivän asiakkaille. Tiedot ovat puhelimessa salattuina, enintään { $n } tuntia viimeisestä yhteydestä. Kirjaukset lähtevät itsestään, kun yhteys palaa.
phone-needs-script = Kirjaaminen ilman verkkoa tarvitsee selaimen skriptit. Verkossa kaikki toimii ilman niitä.
phone-code-new = Puhelinkoodi tälle vuorolle
phone-code-hint = Vähintään 10 merkkiä. Koodi kysytään, jos avaat puhelimen ilman verkkoa. Sitä ei tallenneta mihinkään.
phone-code-short = Koodissa on oltava vähintään 10 merkkiä.
phone-take = Ota puhelin käyttöön
phone-taking = Otetaan käyttöön…
phone-taken = Valmis. Päivän asiakkaat ovat tallessa salattuina. Avaa Tänään.
phone-not-taken = Puhelinta ei saatu käyttöön. Tarkista yhteys ja yritä uudelleen. Mitään ei jäänyt puhelimeen.
phone-list = Käytössä olevat puhelimesi
phone-list-empty = Mikään puhelin ei ole käytössä. Kun otat puhelimen käyttöön, näet sen tässä ja voit poistaa sen, jos se katoaa.
phone-col-made = Otettu käyttöön
phone-col-seen = Viimeksi yhteydessä
phone-col-here = Tila
phone-col-end = Kadonnut tai ei enää käytössä
phone-in-use = Käytössä
phone-end = Poista käytöstä
phone-hours-title = Kuinka kauan puhelin näyttää tiedot
phone-hours = Tunteja viimeisestä yhteydestä
phone-hours-n = { $n } tuntia
fault-phone-hours = Valitse tunnit luettelosta.
fault-phone-sending = Selain ei nimennyt lähetystä. Lataa sivu uudelleen ja yritä uudelleen.
phone-no-network = Ei verkkoa
phone-no-network-today = Voit kirjata päivän asiakkaille. Kirjaukset lähtevät, kun yhteys palaa.
phone-no-network-page = Tämä sivu tarvitsee yhteyden. Kirjoittamasi on tallessa salattuna tässä selaimessa. Päivän asiakkaille voit kirjata Tänään-sivulla.
phone-day-from = Tiedot klo #, näkyvissä klo # asti. Kirjaukset lähtevät, kun yhteys palaa.
phone-back-online = Yhteys toimii. Avaa Tänään
phone-to-today = Avaa Tänään
phone-notes = Kirjaukset tässä puhelimessa
phone-waiting-one = 1 odottaa lähettämistä
phone-waiting-many = # odottaa lähettämistä
phone-sent-one = 1 kirjaus lähti
phone-sent-many = # kirjausta lähti
phone-restored-one = 1 keskeneräinen teksti palautettiin luonnoksiin
phone-restored-many = # keskeneräistä tekstiä palautettiin luonnoksiin
phone-why-network = Lähtee itsestään, kun yhteys palaa. Teksti on tallessa.
phone-why-server = Palvelin ei vastaa. Yritetään uudelleen itsestään. Teksti on tallessa.
phone-why-session = Kirjaudu, niin ne lähtevät. Teksti on tallessa.
phone-why-other = Ne lähtevät, kun kirjoittaja kirjautuu. Teksti on tallessa.
phone-emptied = Oikeutesi tähän puhelimeen on päättynyt. Asiakkaiden tiedot on poistettu puhelimesta.
phone-emptied-unsent = Oikeutesi on päättynyt, ja puhelin on tyhjennetty. Lähettämättä jäi kirjaus klo #. Kerro siitä esihenkilölle.
phone-state-waiting = Odottaa lähettämistä
phone-state-unfinished = Kesken
phone-state-draft = Luonnoksena
phone-state-refused = Ei tallennettu
phone-edit = Jatka
phone-remove = Poista
phone-remove-sure = Poistetaanko kirjaus tästä puhelimesta? Sitä ei saa takaisin.
phone-opening = Avataan…
phone-code = Puhelinkoodi
phone-code-wrong = Koodi ei täsmää. Kirjaukset ovat tallessa.
phone-open = Avaa
phone-kept = Tallessa tässä puhelimessa
phone-write-something = Kirjoita ainakin yksi lause.
phone-visits = Päivän käynnit
phone-no-visits = Tälle päivälle ei ole käyntejä. Muille asiakkaille voit kirjata, kun yhteys palaa.
phone-not-in-use = Tässä selaimessa ei ole päivän asiakkaita. Kun yhteys on, ota puhelin käyttöön sivulla Kirjaaminen ilman verkkoa.
phone-what-happened = Mitä tapahtui
phone-done = Valmis
phone-kind = Merkinnän laji
phone-when = Klo
phone-leave-sure = Kaikki kirjaukset eivät ole lähteneet. Uloskirjautuminen poistaa ne tästä selaimesta. Kirjaudutaanko ulos?
phone-empty = Kirjaus on tyhjä. Kirjoita ainakin yksi lause tai poista se.
phone-no-kind = Tätä merkinnän lajia ei voi kirjata puhelimella.
phone-refused = { $why } Teksti on yhä tässä puhelimessa. Kysy esihenkilöltä tai poista kirjaus.
phone-kept-as-draft = { $why } Teksti on luonnoksissasi. Avaa se, tarkista ja paina Valmis.
phone-draft-before = Kirjaus on jo luonnoksissa.

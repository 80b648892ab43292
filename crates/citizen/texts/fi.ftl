login-title = Kirjaudu
login-lead = Täällä näet tietoja, joita sosiaalipalvelut ovat tallentaneet sinusta.
login-stands-for = Tämä on harjoitus. Oikeassa palvelussa tunnistaudut pankkitunnuksilla, mobiilivarmenteella tai varmennekortilla. Täällä valitset, kuka harjoituksen henkilöistä olet. Kaikki henkilöt ovat keksittyjä.
login-who = Kuka olet?
login-button = Kirjaudu
login-other = Kirjaudu kirjoittamalla henkilötunnus
login-code = Henkilötunnus
login-code-hint = Esimerkki muodosta: ppkkvv-123X. Käytä vain harjoituksen tunnuksia.
login-unknown = Tällä tunnuksella ei voi kirjautua. Tarkista tunnus tai valitse henkilö luettelosta.
login-nobody = Tunnistautuminen ei ole käytössä. Palveluun ei voi nyt kirjautua.
ended-title = Olet kirjautunut ulos
ended-lead = Jos käytät yhteistä tietokonetta, sulje myös selain.
nav-overview = Tiedot
nav-uses = Kuka on käyttänyt tietojani
nav-behalf = Asioi toisen puolesta
acting-for = Asioit puolesta: { $name }
acting-change = Vaihda
moment = { $day } klo { $hour }
no-data = Tietoja ei ole
a-document = Asiakirja
case = Asian tunnus:
down-archive = Arkisto ei vastaa juuri nyt
down-registers = Väestötiedot tai valtuudet eivät vastaa juuri nyt
down-advice = Tietosi ovat tallessa. Yritä muutaman minuutin kuluttua uudelleen.
down-again = Yritä uudelleen
overview-title = Sosiaalipalvelujen tiedot
overview-lead = Tähän kootaan asiakkuudet, päätökset, suunnitelmat ja arviot. Avaa asiakirja nimestä.
overview-not-shown = Kaikkia sosiaalipalvelujen asiakirjoja ei näytetä tässä palvelussa. Voit pyytää asiakirjoja siltä hyvinvointialueelta, jonka asiakas olet.
section-asiakkuudet = Palvelut nyt
section-paatokset = Päätökset
section-suunnitelmat = Suunnitelmat
section-arviot = Arviot
section-merkinnat = Merkinnät
section-muut = Muut asiakirjat
service-since = Asiakkuus on alkanut { $start }.
service-was = Asiakkuus { $start }–{ $end }.
own-worker = Omatyöntekijä
back-to-overview = Takaisin tietoihin
what-is-this = Mikä tämä on?
what-1 =
    Tähän on kirjattu, millaista apua tarvitset ja miten asia selvitettiin.
    Jos jokin kohta on väärin, kerro siitä omatyöntekijällesi.
what-11 =
    Tämä on virallinen päätös palvelustasi tai tuestasi.
    Jos olet eri mieltä, lue päätöksen lopusta, miten voit hakea muutosta ja milloin viimeistään.
what-15 =
    Tässä kerrotaan, mitä sinun kanssasi on sovittu ja mihin palveluilla pyritään.
    Voit pyytää suunnitelman muuttamista, jos tilanteesi muuttuu.
what-15004 =
    Tässä palvelun tuottaja kertoo, miten sovittu palvelu hoidetaan arjessa.
    Jos palvelu ei toimi niin kuin tässä lukee, kerro siitä yksikölle tai omatyöntekijällesi.
what-19 =
    Tämä on työntekijän kirjaus: mitä tapahtui tai mitä sovittiin.
    Jos siinä on virhe, voit pyytää sen korjaamista siltä, joka kirjauksen teki.
what-other =
    Tämä on asiakirja, joka on tehty sosiaalipalvelussasi.
    Jos et ymmärrä jotain kohtaa, kysy omatyöntekijältäsi.
fact-date = Päivä
fact-controller = Kenen rekisterissä
fact-unit = Yksikkö
fact-task = Palvelutehtävä
fact-author = Tekijä
fact-signer = Allekirjoitus
signed-by-system = Järjestelmän sähköinen allekirjoitus
print-hint = Voit tulostaa sivun selaimen tulostustoiminnolla. Tulosteessa on vain asiakirja ja sen tiedot.
document-file = Lataa asiakirja (PDF)
document-not-shown = Asiakirjaa ei voi näyttää tässä. Pyydä se siltä, jonka rekisterissä se on.
uses-title = Kuka on käyttänyt tietojani
uses-lead = Tästä näet, mikä organisaatio on katsonut, tallentanut tai luovuttanut tietojasi, milloin ja millä perusteella. Työntekijöiden nimiä ei näytetä.
uses-organisation = Organisaatio
uses-time = Aika
uses-action = Mitä tehtiin
uses-purpose = Mihin tarkoitukseen
uses-basis = Millä perusteella
uses-register = Kenen rekisterissä
uses-register-wills = Luvat ja kiellot
uses-this-view = Tämä palvelu
uses-more = Voit pyytää tarkemmat lokitiedot siltä hyvinvointialueelta, jonka rekisterissä tiedot ovat. Jos epäilet, että tietojasi on katsottu ilman syytä, voit pyytää siitä selvityksen.
month-1 = tammikuu
month-2 = helmikuu
month-3 = maaliskuu
month-4 = huhtikuu
month-5 = toukokuu
month-6 = kesäkuu
month-7 = heinäkuu
month-8 = elokuu
month-9 = syyskuu
month-10 = lokakuu
month-11 = marraskuu
month-12 = joulukuu
month-of-year = { $month } { $year }
action-documents = { $n ->
    [one] { $action }: 1 asiakirja
   *[other] { $action }: { $n } asiakirjaa
}
action-read = Katsottu
action-write = Tallennettu
action-invalidate = Mitätöity
action-grant = Annettu rekisterinkäyttöoikeus
action-disclose = Luovutettu toiselle
action-consent = Lupa tai kielto muuttunut
action-dispose = Hävitetty
action-read_log = Katsottu lokitietoja
action-other = Muu käsittely
purpose-care = Asiakkuuden hoito
purpose-citizen = Omien tietojen katselu
purpose-citizen-act = Oma ilmoitus
purpose-none = Ei ilmoitettu
basis-own_register = Oma rekisteri
basis-grant = Järjestäjän antama rekisterinkäyttöoikeus
basis-citizen_self = Omat tiedot
basis-behalf = { $name } puolesta
basis-guardian = Huoltaja
basis-mandate = Valtuutettu
basis-checked = Luvan ja kieltojen tarkistus ennen tietojen antamista
basis-statute = Laissa säädetty oikeus
basis-disclosure = Lupa luovuttaa tietoja
basis-technical = Tekninen käsittely
basis-other = Muu lain mukainen peruste
behalf-title = Asioi toisen puolesta
behalf-lead = Voit katsoa alaikäisen lapsesi tietoja tai sellaisen aikuisen tietoja, joka on antanut sinulle valtuuden Suomi.fi-palvelussa.
behalf-who = Kenen tietoja haluat katsoa?
behalf-self = { $name } (omat tiedot)
behalf-guardian = { $name } (olet huoltaja)
behalf-mandate = { $name } (sinulla on valtuus)
behalf-mandate-view = { $name } (sinulla on valtuus vain katsoa)
behalf-nobody = Sinulla ei ole nyt ketään, jonka puolesta voisit asioida.
behalf-button = Näytä tiedot
behalf-note = Luettelo haetaan joka kerta väestötiedoista ja valtuuksista. Se, että asioit toisen puolesta, näkyy hänelle käyttötiedoissa.
behalf-ended = Et voi enää asioida tämän henkilön puolesta
behalf-ended-more = Oikeus on päättynyt tai muuttunut. Näytämme nyt omat tietosi.
nav-wills = Luvat ja kiellot
wills-title = Luvat ja kiellot
wills-lead = Tästä näet, mitä tietojen luovuttamisesta toisille rekisterinpitäjille on ilmoitettu. Rekisterinpitäjä on se, joka vastaa tiedoista, esimerkiksi hyvinvointialue.
wills-informing = Tieto valtakunnallisista palveluista
wills-informed = Tieto on annettu { $day }.
wills-not-informed = Ei ole merkitty, että tieto olisi annettu.
wills-acknowledge = Lue tieto ja kuittaa se
wills-read = Lue tieto
wills-permission = Lupa luovuttaa tietoja
wills-permission-text = Luvalla sosiaalihuollon työntekijä voi katsoa myös toisen rekisterinpitäjän tietoja, kun hän tarvitsee niitä palvelun järjestämiseen.
wills-permitted = Lupa on voimassa. Se on annettu { $day }.
wills-not-permitted = Lupaa ei ole voimassa.
wills-permit-after = Luvan voi antaa, kun tieto valtakunnallisista palveluista on luettu ja kuitattu.
wills-permit = Anna lupa
wills-withdraw = Peru lupa
wills-denials = Kiellot
wills-denials-text = Kiellolla voi rajata, mitä luvan nojalla luovutetaan.
wills-no-denials = Kieltoja ei ole.
wills-denied-controller = Kaikki tämän rekisterinpitäjän tiedot. Kielletty { $day }.
wills-denied-task = Tämän palvelutehtävän tiedot kaikilla rekisterinpitäjillä. Kielletty { $day }.
wills-denied-document = Kielletty { $day }.
wills-document-not-shown = Asiakirja, jota ei näytetä tässä palvelussa
wills-take-back = Peru tämä kielto
wills-deny = Lisää kielto
wills-elsewhere = Lupaa ja kieltoja voi muuttaa myös siinä sosiaalipalvelussa, jossa asiakkuus on. Sieltä saa niistä tulosteen.
wills-not-offered = Täällä lupaa ja kieltoja voi nyt vain katsoa, koska palvelu ei pysty allekirjoittamaan ilmoituksia. Muuta niitä siinä sosiaalipalvelussa, jossa asiakkuus on.
wills-view-only = Valtuutesi on vain katsomista varten. Sillä ei voi muuttaa lupaa eikä kieltoja.
wills-guardian = Huoltaja voi kuitata tiedon ja antaa tai perua luvan. Kieltoja huoltaja ei voi tässä palvelussa asettaa eikä perua lapsen puolesta.
back-to-wills = Takaisin lupiin ja kieltoihin
fact-oid = Asiakirjan tunnus:
fact-whose = Kenen puolesta
fact-how-widely = Kuinka laajasti
fact-what = Kiellon kohde
fact-when = Milloin
fact-receipt = Kuitti
informing-lead =
    Sosiaalihuollon asiakirjat tallennetaan valtakunnalliseen arkistoon. Jokainen rekisterinpitäjä vastaa omista tiedoistaan.
    Tietoja saa katsoa vain työntekijä, joka tarvitsee niitä työssään. Jokaisesta katsomisesta jää merkintä.
    Tämä on harjoituksen teksti. Oikean tiedon laativat THL ja Kela.
informing-rights = Mitä oikeuksia on
informing-effects =
    Ilman lupaa toinen rekisterinpitäjä ei saa tietoja, ellei laki anna siihen oikeutta.
    Lupa on vapaaehtoinen. Sen voi antaa ja perua milloin tahansa.
    Kiellolla voi rajata luvan: yhden asiakirjan, yhden palvelutehtävän tai kaikki yhden rekisterinpitäjän tiedot.
    Palvelua saa, vaikka lupaa ei anna.
    Kohdasta ”Kuka on käyttänyt tietojani” näkee, kuka tietoja on katsonut.
    Virheellisen tiedon voi pyytää korjaamaan.
informing-button = Olen lukenut tämän
check-meaning = Mitä tästä seuraa
check-leave = Älä tee muutosta
permit-title = Anna lupa luovuttaa tietoja
permit-lead = Lue tämä ennen kuin annat luvan.
permit-effects =
    Lupa alkaa heti.
    Työntekijä, joka järjestää tai toteuttaa palvelua, voi katsoa toisen rekisterinpitäjän sosiaalihuollon tietoja.
    Lupa koskee kaikkia tietoja: nykyisiä ja niitä, jotka tallennetaan myöhemmin.
    Kiellot, jotka on asetettu, rajaavat lupaa.
    Lupa on voimassa, kunnes se perutaan. Sen voi perua täällä milloin tahansa.
    Lupa ei koske terveydenhuollon tietoja.
permit-button = Anna lupa
withdraw-title = Peru lupa luovuttaa tietoja
withdraw-lead = Lue tämä ennen kuin perut luvan.
withdraw-effects =
    Lupa päättyy heti.
    Toinen rekisterinpitäjä ei enää saa tietoja luvan nojalla. Se, mitä on jo luovutettu, jää sille.
    Se rekisterinpitäjä, jonka tietoja ne ovat, näkee ne edelleen. Samoin sen lukuun toimiva palveluntuottaja.
    Laki voi joskus antaa oikeuden saada tietoja ilman lupaa.
    Luvan voi antaa myöhemmin uudelleen.
withdraw-button = Peru lupa
deny-title = Lisää kielto
deny-lead = Valitse ensin, kuinka laajasti luovuttaminen kielletään.
deny-choose = Valitse
deny-back = Valitse toinen laajuus
deny-onward = Jatka
deny-choose-one = Valitse yksi vaihtoehto.
deny-nothing = Tässä ei ole mitään, minkä voisi kieltää.
deny-document = Yksi asiakirja
deny-document-text = Muut tiedot voi edelleen luovuttaa.
deny-document-lead = Kielto koskee asiakirjan kaikkia versioita, myös tulevia.
deny-document-which = Minkä asiakirjan luovuttaminen kielletään?
deny-document-note = Luettelossa ovat asiakirjat, jotka näkyvät tässä palvelussa ja jotka voi kieltää yksitellen. Vanhaa tai pelkkänä tekstinä tallennettua asiakirjaa ei voi kieltää yksitellen.
deny-task = Yksi palvelutehtävä
deny-task-text = Esimerkiksi kaikki päihdepalvelujen tiedot, olivatpa ne millä rekisterinpitäjällä tahansa.
deny-task-lead = Kielto koskee palvelutehtävän tietoja kaikilla rekisterinpitäjillä, myös tulevia tietoja.
deny-task-which = Minkä palvelutehtävän tietojen luovuttaminen kielletään?
deny-controller = Kaikki yhden rekisterinpitäjän tiedot
deny-controller-text = Esimerkiksi kaikki tiedot, jotka ovat yhden hyvinvointialueen rekisterissä.
deny-controller-lead = Kielto koskee kaikkia rekisterinpitäjän sosiaalihuollon tietoja, myös tulevia tietoja.
deny-controller-which = Kenen tietojen luovuttaminen kielletään?
deny-own-controller = Asiakkuus on täällä
deny-check-title = Tarkista kielto
deny-check-lead = Lue tämä ennen kuin asetat kiellon.
deny-effects =
    Kielto alkaa heti.
    Kiellettyjä tietoja ei luovuteta toiselle rekisterinpitäjälle. Toinen ei näe, että jotain on kielletty.
    Kielto voi vaikuttaa siihen, miten hyvin toinen rekisterinpitäjä osaa auttaa.
    Se rekisterinpitäjä, jonka tietoja ne ovat, näkee ne edelleen. Samoin sen lukuun toimiva palveluntuottaja.
    Laki voi joskus antaa oikeuden saada tietoja kiellosta huolimatta.
    Kielto on voimassa, kunnes se perutaan. Sen voi perua täällä milloin tahansa.
deny-button = Aseta kielto
take-back-title = Peru kielto
take-back-lead = Lue tämä ennen kuin perut kiellon.
take-back-effects =
    Kielto päättyy heti.
    Tiedot voidaan taas luovuttaa, jos lupa on voimassa eikä toinen kielto koske niitä.
    Kiellon voi asettaa myöhemmin uudelleen.
take-back-button = Peru kielto
done-stored = Ilmoitus on tallennettu
done-informed = Tieto on kuitattu
done-informed-next = Merkintä on tallessa. Nyt voi antaa luvan luovuttaa tietoja. Sitä ei ole pakko antaa.
done-permitted = Lupa on annettu
done-permitted-next = Lupa on voimassa nyt. Kohdasta ”Kuka on käyttänyt tietojani” näkee, kenelle tietoja luovutetaan.
done-withdrawn = Lupa on peruttu
done-withdrawn-next = Tietoja ei enää luovuteta luvan nojalla. Muutos on voimassa nyt.
done-denied = Kielto on asetettu
done-denied-next = Tietoja ei enää luovuteta toiselle rekisterinpitäjälle. Kielto on voimassa nyt.
done-taken-back = Kielto on peruttu
done-taken-back-next = Muutos on voimassa nyt. Tiedot voidaan luovuttaa, jos lupa on voimassa eikä toinen kielto koske niitä.
done-change = Jos tämä oli virhe, muutoksen voi tehdä heti takaisin. Sivun voi tulostaa itselle.
stopped-conflict = Tiedot ehtivät muuttua, eikä valintaasi tallennettu
stopped-conflict-advice = Lupaa tai kieltoja muutettiin sillä välin, kun sivu oli auki: toisessa ikkunassa, sosiaalipalvelussa tai toisen henkilön tekemänä. Katso ensin, mikä nyt on voimassa. Tee muutos sitten uudelleen, jos se on vielä tarpeen.
stopped-unchanged = Tämä on jo voimassa, eikä mitään muutettu
stopped-unchanged-advice = Sama ilmoitus on jo tallessa. Voit tarkistaa sen luvista ja kielloista.
stopped-other-person = Vaihdoit henkilöä, eikä valintaasi tallennettu
stopped-other-person-advice = Sivu oli avattu toisen henkilön tiedoista kuin ne, joita nyt katsot. Tarkista sivun yläreunasta, kenen puolesta asioit, ja tee muutos uudelleen.
stopped-forbidden = Tätä ei voi tehdä toisen puolesta
stopped-forbidden-advice = Oikeutesi asioida tämän henkilön puolesta ei riitä tähän. Hän voi tehdä sen itse täällä tai siinä sosiaalipalvelussa, jossa asiakkuus on.
stopped-not-informed = Lue ensin tieto valtakunnallisista palveluista
stopped-not-informed-advice = Luvan voi antaa, kun tieto on luettu ja kuitattu. Se vie muutaman minuutin.
stopped-not-deniable = Tätä ei voi kieltää täällä
stopped-not-deniable-advice = Kiellon voi asettaa asiakirjalle, joka näkyy tässä palvelussa, palvelutehtävälle tai rekisterinpitäjälle. Muusta kysy siinä sosiaalipalvelussa, jossa asiakkuus on.
stopped-not-offered = Täällä lupaa ja kieltoja ei voi nyt muuttaa
stopped-not-offered-advice = Muuta niitä siinä sosiaalipalvelussa, jossa asiakkuus on. Mikään ei muuttunut.

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
purpose-none = Ei ilmoitettu
basis-own_register = Oma rekisteri
basis-grant = Järjestäjän antama rekisterinkäyttöoikeus
basis-citizen_self = Omat tiedot
basis-behalf = { $name } puolesta
basis-guardian = Huoltaja
basis-mandate = Valtuutettu
basis-technical = Tekninen käsittely
basis-other = Muu lain mukainen peruste
behalf-title = Asioi toisen puolesta
behalf-lead = Voit katsoa alaikäisen lapsesi tietoja tai sellaisen aikuisen tietoja, joka on antanut sinulle valtuuden Suomi.fi-palvelussa.
behalf-who = Kenen tietoja haluat katsoa?
behalf-self = { $name } (omat tiedot)
behalf-guardian = { $name } (olet huoltaja)
behalf-mandate = { $name } (sinulla on valtuus)
behalf-nobody = Sinulla ei ole nyt ketään, jonka puolesta voisit asioida.
behalf-button = Näytä tiedot
behalf-note = Luettelo haetaan joka kerta väestötiedoista ja valtuuksista. Se, että asioit toisen puolesta, näkyy hänelle käyttötiedoissa.
behalf-ended = Et voi enää asioida tämän henkilön puolesta
behalf-ended-more = Oikeus on päättynyt tai muuttunut. Näytämme nyt omat tietosi.
nav-wills = Luvat ja kiellot
wills-title = Luvat ja kiellot
wills-lead = Tästä näet, mitä tietojen luovuttamisesta toisille rekisterinpitäjille on ilmoitettu.
wills-informing = Tieto valtakunnallisista palveluista
wills-informed = Tieto on annettu { $day }.
wills-not-informed = Ei ole merkitty, että tieto olisi annettu.
wills-permission = Lupa luovuttaa tietoja
wills-permitted = Lupa on voimassa. Se on annettu { $day }.
wills-not-permitted = Lupaa ei ole voimassa.
wills-denials = Kiellot
wills-no-denials = Kieltoja ei ole.
wills-denied-controller = Rekisterinpitäjä { $what }, kielletty { $day }
wills-denied-task = { $what }, kielletty { $day }
wills-denied-document = Asiakirja { $what }, kielletty { $day }
wills-change = Täällä lupaa ja kieltoja voi vain katsoa. Niitä muutetaan siinä sosiaalipalvelussa, jossa asiakkuus on.

# Klientinformationssystemets texter på svenska.

nav-today = I dag
nav-clients = Klienter
nav-archiving = Arkivering
nav-rights = Rättigheter
nav-search = Sökning

banner-archive-down = Arkivet har inte svarat sedan { $time }
banner-archive-down-more = Dokumenteringen fortsätter. Färdiga handlingar väntar i kön och skickas av sig själva när förbindelsen är tillbaka. Du ser det egna systemets uppgifter.

login-title = Logga in
login-name = Användarnamn
login-password = Lösenord
login-submit = Logga in
login-failed = Användarnamnet eller lösenordet stämmer inte. Kontrollera dem och försök igen.
login-slowed = För många misslyckade inloggningar. Försök igen kl. { $time }. Med kort kan du logga in genast.
login-card-text = Du behöver aktivkortet för att söka i arkivet, skriva under, rätta och ogiltigförklara. Du kan logga in med kortet nu eller senare.
login-with-card = Logga in med kort
login-with-password = Logga in med lösenord
card-title = Logga in med kort
card-text = Sätt aktivkortet i läsaren och tryck på Logga in. Kortläsarprogrammet frågar efter din kod (PIN1) i ett eget fönster.
card-answer = Korttjänstens svar
card-answer-open = Klistra in kortläsarprogrammets svar själv
card-answer-hint = Fylls i av sig självt när kortläsarprogrammet svarar.
card-submit = Logga in
card-without-script = Om inloggningen inte går framåt
card-without-script-text = Ge begäran nedan till kortläsarprogrammet och klistra in dess svar i fältet ovan. Begäran gäller i två minuter.
card-failed = Kortet godkändes inte
card-failed-more = Kontrollera att kortet är i läsaren, att det är ditt eget och att det är i kraft. Om kortet är borta ska du genast anmäla det till spärrtjänsten.
card-again = Försök igen
unit-title = Välj serviceenhet
unit-text = Du ser och antecknar uppgifter i den enhet där du nu arbetar.
unit-label = Serviceenhet
unit-submit = Fortsätt

error-to-today = Till sidan I dag
error-to-clients = Till klienterna
error-form-advice-back = Gå tillbaka till föregående sida, komplettera uppgiften och skicka formuläret på nytt.
error-form-safe = Ingenting ändrades.
error-code-label = Felkod
refusal-advice = Om du inte kommer vidare, fråga din chef eller den Kanta-ansvariga.
refusal-safe = Det du har skrivit är sparat.
mend-on-its-way = Handlingen skickas redan till arkivet och kan inte längre tas tillbaka.
mend-on-its-way-advice = Rätta den med en ny version när den har arkiverats.
mend-to-document = Till handlingen

why = Du ser uppgifterna: { $why }
why-handling = serviceenhet { $unit }, klientrelation { $from }–
why-own-contract = serviceenhet { $unit }, egen avtalsklient
why-right = rätt att använda registret { $from }–{ $to }, { $name }
why-right-ended = rätten upphörde { $to }, { $name }
why-right-refused = arkivet känner inte längre rätten, { $name }
why-right-future = rätten börjar { $from }, { $name }
why-opening = ärendet öppnas
why-signing = handlingen väntar på underskrift
register-own = Eget register: { $name }
register-organiser = Anordnarens register: { $name }
alert-protected = Spärrmarkering
alert-locked = Ingen gällande rätt
age = { $n } år

clients-title = Klienter
clients-search = Sök klient
clients-search-hint = Namn, personbeteckning eller ärendebeteckning. Sökningen gäller bara din egen enhets klienter.
clients-search-submit = Sök
clients-none = Enheten har inga klienter ännu. En klient kommer hit när ett ärende öppnas eller en rätt tas emot.
clients-not-found = Ingen sådan klient finns i din enhet. Kontrollera stavningen eller den valda enheten.
clients-table = Enhetens klienter
clients-table-bought = Klienter i köpt service: anordnarens register
clients-table-own = Avtalsklienter: eget register
record = Anteckna
narrative = Klientjournal
narrative-empty = Inga anteckningar ännu. Börja med en anteckning.
narrative-newest = Nyaste först
narrative-oldest = Äldsta först
digest-title = Sammandrag av anteckningar
digest-text = Välj en period. Vakka gör ett utkast till sammanfattning där periodens anteckningar står enligt mål. Redigera utkastet och skriv slutsatserna: inget skickas innan du slutför det.
digest-period = Period
digest-last-week = Förra veckan
digest-this-month = Den här månaden till i dag
digest-last-month = Förra månaden
digest-own-days = Egna dagar
digest-from = Börjar
digest-to = Slutar
digest-own-hint = Fyll i dagarna om du valde egna dagar.
digest-submit = Gör utkast
digest-fault-days = Dagarna kunde inte läsas: den första dagen får inte vara efter den sista, och den sista inte i framtiden.
digest-fault-case = Välj det ärende vars anteckningar sammandraget görs av.
digest-none = Ärendet har inga anteckningar från { $days }, så inget utkast gjordes. Välj en annan period.
digest-too-many = Perioden har { $n } anteckningar, och i sammandraget ryms 200. Välj en kortare period.
digest-purpose = Sammandrag av anteckningar från { $days }.
digest-count = Anteckningar under perioden: { $n }.
digest-goal = Mål: { $goal }
digest-see = { $day }: se målet { $goal }
digest-others = Andra anteckningar
fresh = Sparad kl. { $time }: { $title }.
document-new = Ny handling
to-client = Till klientens sida

client-local-only = Arkivet svarar inte. Du ser det egna systemets uppgifter, som inte har kontrollerats mot arkivet.
client-cases = Ärenden
client-no-cases = Inga öppna ärenden.
client-no-documents = Inga anteckningar ännu. Börja med en anteckning eller sök med ärendebeteckningen.
client-grants = Rättigheter att använda registret
client-locked = Anordnarens handlingar är låsta, eftersom rätten inte gäller
client-locked-more = Du kan anteckna, men anteckningen väntar på rätten. Om servicen fortsätter, be anordnaren om rätten.
case-state-open = Öppet
case-state-closed = Avslutat

overview-title = Klientens situation
fact-worker = Ansvarig arbetstagare
fact-worker-none = Ingen ansvarig arbetstagare har antecknats.
fact-worker-of-organiser = Anordnarens egen kontaktperson: hämta sammandraget
fact-cases = Öppna ärenden
fact-cases-none = Inga öppna ärenden.
fact-services = Tjänster nu
fact-services-none = Inga tjänster just nu.
fact-own-contract = eget avtal
fact-decisions = Gällande beslut
fact-decisions-none = Inga gällande beslut i det här systemet.
fact-plan = Plan och granskning
fact-plan-none = Ingen plan i det här systemet.
fact-people = Närstående och företrädare
fact-people-none = Inga närstående har antecknats.
fact-client-phone = Klienten
fact-alerts = Att beakta
fact-alerts-none = Inget lyfts fram.
fact-risk = riskuppgift
fact-interpreter = Behöver tolk
fact-last = Senast
fact-last-none = Inga anteckningar ännu.
fact-more = och { $n } till
since = från { $day }
until = till { $day }
until-further = tills vidare
begins = börjar { $day }
decided-by = { $who }, { $day }
review-not-agreed = granskning inte avtalad
plan-review = upprättad { $drawn }, granskning: { $review }
alert-protected-more = Berätta inte var klienten bor och lämna inte ut kontaktuppgifter.
pinned-by = { $who } lyfte fram { $day }
pin-add = Lyft fram något
pin-label = Vad bör alla genast märka?
pinned-hint = Högst 120 tecken. Tre kan lyftas fram, och ditt namn syns bredvid.
pin-submit = Lyft fram
pin-remove = Ta bort
last-significant = { $when } · viktigt: { $title }
last-entry = { $when } · { $title }
goals-title = Mål
goal-mentioned = { $days ->
    [0] nämnt i dag
    [one] nämnt i går
   *[other] nämnt för { $days } dagar sedan
}
goal-not-mentioned = inte nämnt i anteckningarna
timeline-title = Tidslinje
timeline-filter = Avgränsa
timeline-filter-submit = Avgränsa
timeline-all = Visa alla
timeline-words = Sök i anteckningarna
timeline-count = { $n ->
    [one] En händelse
   *[other] { $n } händelser
}
timeline-filtered = { $n ->
    [one] En händelse, sammanlagt { $all }
   *[other] { $n } händelser, sammanlagt { $all }
}
timeline-none-fit = Ingen händelse motsvarar avgränsningen.
timeline-more-text = Texten fortsätter i handlingen.
filter-class = Typ
filter-significant = Endast viktiga
class-merkinta = Anteckningar
class-paatos = Beslut
class-suunnitelma = Planer
class-arvio = Bedömningar och sammandrag
class-ilmoitus = Anmälningar och ansökningar
class-muu = Övriga handlingar
class-hallinta = Ärende- och klientrelationshandlingar
source-own = egen
source-organiser = anordnarens
source-other = annan producents
significant = viktigt
significant-add = Märk som viktigt
significant-remove = Ta bort märkningen
open-document = Öppna handlingen
open-from-archive = Öppna ur arkivet
kanta-fetch = Hämta från Kanta
kanta-never = Inget har hämtats från arkivet.
kanta-fetched = Hämtat { $when }
day-today = I dag { $day }
day-yesterday = I går { $day }
day-name-1 = måndag
day-name-2 = tisdag
day-name-3 = onsdag
day-name-4 = torsdag
day-name-5 = fredag
day-name-6 = lördag
day-name-7 = söndag
fault-pinned = Skriv vad du vill lyfta fram. Högst 120 tecken.
fault-pins-full = Tre saker är redan framlyfta. Ta först bort en.

case-not-yours = Ärendets status ändras av den arbetstagare hos tjänsteanordnaren som ansvarar för ärendet.
case-close = Avsluta ärendet
case-close-stopped = Ärendet kan inte avslutas ännu
case-close-notes = Observera före avslutandet
obstacle-drafts = { $n ->
    [one] Ett utkast är inte färdigt ({ $what }).
   *[other] { $n } utkast är inte färdiga ({ $what }).
}
obstacle-go-drafts = Klientens utkast
obstacle-unsigned = { $n ->
    [one] En handling väntar på underskrift ({ $what }).
   *[other] { $n } handlingar väntar på underskrift ({ $what }).
}
obstacle-go-unsigned = Underskrifter
obstacle-queued = { $n ->
    [one] En handling väntar på arkivering ({ $what }).
   *[other] { $n } handlingar väntar på arkivering ({ $what }).
}
obstacle-go-queued = Väntande
obstacle-rejected = { $n ->
    [one] Arkivet har returnerat en handling ({ $what }).
   *[other] Arkivet har returnerat { $n } handlingar ({ $what }).
}
obstacle-go-rejected = Returnerade
obstacle-decisions = { $n ->
    [one] Ett servicebeslut gäller ({ $what }).
   *[other] { $n } servicebeslut gäller ({ $what }).
}
obstacle-go-decisions = Besluten på klientens sida
obstacle-grants = { $n ->
    [one] En enhet har rätt att använda registret ({ $what }).
   *[other] { $n } enheter har rätt att använda registret ({ $what }).
}
obstacle-go-grants = Rätterna
obstacle-unended = Ärendet saknar både anteckning om att tjänsten avslutats och sammandrag.
obstacle-go-unended = Anteckna att tjänsten avslutats
field-closed-on = Slutdatum
field-close-reason = Varför avslutas ärendet trots anmärkningarna?
field-close-reason-hint = Orsaken sparas i loggen och i ärendehandlingen.
fault-obstacles = Ärendet avslutades inte. Åtgärda först hindren nedan.
fault-close-reason = Skriv varför ärendet avslutas trots anmärkningarna.
fault-closed-on = Kontrollera slutdatumet. Det kan inte vara före öppnandet eller i framtiden.
case-late = Sådant som hänt före avslutandet kan antecknas i efterhand till och med { $day }.
case-late-entry = Anteckna i efterhand
case-late-over = Det går inte längre att anteckna i ärendet. Öppna det på nytt om arbetet fortsätter.
case-reopen = Öppna ärendet på nytt
field-reopen-reason = Varför öppnas ärendet på nytt?
case-extend = Fortsätt i en annan serviceuppgift
case-extend-open = Öppna ett nytt ärende som fogas till detta
case-extend-text = Ärendets serviceuppgift ändras inte. I den andra uppgiften öppnas ett nytt ärende, och ärendena fogas till varandra.
case-extend-submit = Öppna det fogade ärendet
case-kind-extends = Handläggningen utvidgas: detta ärende fortsätter
case-kind-moves = Handläggningen flyttas
field-link-kind = Vad händer?
field-link-reason = Orsak till att ärendena fogas ihop
fault-same-task = Välj en annan serviceuppgift än den som ärendet har.
case-link = { $task } · { $case } · { $day }, { $who } · { $reason }
case-link-back-extends = Utvidgar ärendet
case-link-on-extends = Utvidgas till ärendet
case-link-back-moves = Flyttades från ärendet
case-link-on-moves = Flyttades till ärendet

summary-title = Sammandrag
summary-text = Arkivet gör sammandraget enligt det som du själv har rätt till. Det sparas inte i det här systemet.
summary-extent = Omfattning
summary-perus = Basuppgifter: ärenden, klientrelation, enheter och arbetstagare
summary-rikastettu = Utvidgat: även gällande beslut, planer och handlingar
summary-submit = Hämta sammandraget
summary-needs-card = För att hämta sammandraget ur arkivet måste du logga in med kort.
summary-empty = Arkivet har inget att sammanfatta.
summary-basis-own = eget register
summary-basis-right = rätt att använda registret
summary-made = Sammanställt { $when }, { $who }. Personuppgiftsansvarig: { $controller }. Grund: { $basis }.
summary-person = Basuppgifter
summary-language = Kontaktspråk
summary-municipality = Hemkommun
summary-email = E-post
summary-address = Adress
summary-relationship = Klientrelation
summary-workers = Arbetstagare som ansvarar för tjänsterna
summary-units = Serviceenheter
summary-related = Närstående och företrädare
summary-role = Roll
summary-cases = Ärenden
summary-decisions = Gällande beslut
summary-decided = Beslutsdag
summary-plans = Planer
summary-drawn = Upprättad
summary-review = Granskning
summary-documents = Handlingar från de senaste 12 månaderna

find-title = Sök
find-label = Klient eller ord i anteckningarna
find-hint = Början av namnet räcker. I anteckningarna söks hela ord, också i böjda former. Du ser bara det som du har rätt till.
find-submit = Sök
find-hits = Sökresultat
find-clients = Klienter
find-documents = Anteckningar och handlingar
find-more = De nyaste visas. Skriv ett ord till så preciseras sökningen.
find-more-letters = Skriv minst två bokstäver.
find-nothing = Inget hittades. Kontrollera stavningen eller den valda enheten.

col-action = Åtgärd
col-archived = Arkiverad
col-author = Författare
col-case = Ärendets namn
col-case-oid = Ärendebeteckning
col-client = Klient
col-closed = Avslutat
col-code = Personbeteckning
col-delivery = Leverans av ärendebeteckningen
col-document = Handling
col-document-oid = Handlingens beteckning
col-duty = Arbetsuppgift
col-event = Hände
col-golive = Dag för ibruktagande
col-name = Namn
col-opened = Öppnat
col-order = Beställning
col-organiser = Serviceanordnare
col-period = Gäller
col-process = Serviceprocess
col-reason = Orsak
col-register = Register
col-saved = Sparat
col-service = Socialservice
col-signer = Undertecknare
col-state = Status
col-task = Serviceuppgift
col-title = Yrkesbeteckning
col-unit = Serviceenhet
col-version = Version
col-why = Grund
col-written = Upprättad
versions = Versioner
signatures = Elektroniska underskrifter

contact-new = Ny kontakt
contact-title = Kontakt eller anmälan
contact-text = Anteckna anmälan. Systemet öppnar ärendet och klientrelationen och arkiverar handlingarna.
contact-submit = Öppna ärendet
group-client = Klient
group-case = Ärende
group-required = Uppgifter att fylla i
group-optional = { $n ->
    [one] Ett tilläggsfält
   *[other] { $n } tilläggsfält
}
case-new = Nytt ärende
case-open-already = Klienten har redan ett öppet ärende av samma slag
case-open-already-text = Fortsätt i det om det gäller samma sak: då hålls handlingarna ihop. Det du har skrivit finns kvar i formuläret.
case-anyway = Det gäller en annan sak: jag öppnar ett nytt
case-submit = Öppna ärendet
case-of-organiser = Serviceanordnarens ärende
own-client-new = Ny avtalsklient
own-client-text = En klient med vilken servicen har avtalats direkt. Handlingarna sparas i det egna registret, inte i anordnarens.
own-client-submit = Öppna klientrelationen

field-code = Personbeteckning
field-code-hint = Namnet hämtas från befolkningsdata om de svarar.
field-family = Efternamn
field-given = Förnamn
field-name-hint = Fyll i om personen inte finns i befolkningsdata.
field-phone = Telefon
field-case = Ärende
field-case-extra = Precisering, om ärendets namn är Annat
field-came = Inleddes
field-urgency = Brådska
field-text = Vad hände?
field-event = När?
field-service = Socialservice
field-service-hint = Systemet känner inte till servicen. Välj den här.
field-signer = Beslutsfattare som skriver under
field-signer-hint = Välj den som har befogenhet att besluta.
field-correction-reason = Orsak till rättelsen
field-invalidation-reason = Orsak till ogiltigförklaringen
field-invalidation-hint = Till exempel: antecknat på fel klient.
field-unit = Serviceproducent och enhet
field-from = Börjar
field-to = Slutar
field-to-hint = Lämna tomt om slutet inte är känt.
field-mistake = Rätten gavs av misstag
field-mistake-hint = Rätten försvinner genast.
field-way = Leveranssätt
field-receiver = Mottagare
field-order = Beställning
field-order-hint = Klistra in meddelandet från anordnaren. Systemet söker ärendebeteckningen och de andra uppgifterna i det.

choose = Välj
any = Alla
yes = Ja
no = Nej
not-answered = Inte besvarat
all-tasks = Alla serviceuppgifter
open = Öppna

context-line = { $unit } · { $service } · { $task } · { $process } · ärende { $case } · { $register }
context-service-none = ingen socialservice
context-case-none = välj ärende
context-case = ärende
context-service = socialservice
context-missing = En kontextuppgift saknas: { $item }. Komplettera den och tryck på Färdig igen. (CONTEXT_MISSING)
finish = Färdig
entry-empty = Skriv åtminstone en mening. Fältet ”{ $field }” är tomt.
text-is-safe = Det du har skrivit är sparat.
faults = { $n ->
    [one] En punkt ska rättas
   *[other] { $n } punkter ska rättas
}
right-missing-now = Enheten har just nu ingen rätt till ärendet. Du kan anteckna; anteckningen väntar på rätten och försvinner inte.
drafts = Utkast
draft-save = Spara utkast
draft-saved-at = Utkastet sparat
draft-not-saved = Utkastet kunde inte sparas. Stäng inte sidan.
draft-discard = Radera
correct = Rätta
change-needs-card = För att rätta eller ogiltigförklara ska du logga in med kort.
correct-submit = Spara ny version
invalidate = Ogiltigförklara
invalidate-text = En ogiltigförklarad handling tas ur bruk och försvinner ur MittKanta med alla versioner. Uppgiften om vem som gjorde det, när och varför blir kvar i loggen.
invalidate-submit = Ogiltigförklara handlingen
document-returned = Arkivet returnerade handlingen
mend = Rätta som utkast
retry = Skicka på nytt
sign = Skriv under

field-person-confirmed = Jag har kontrollerat: personbeteckningen och personen stämmer
fault-other-name = Enligt befolkningsuppgifterna hör personbeteckningen till { $name }. Kontrollera personbeteckningen och namnet. Bekräfta nedan om de stämmer.
fault-namesake = Er enhet har redan en klient med samma namn och födelsedag men en annan beteckning: { $who }. Kontrollera personbeteckningen. Bekräfta nedan om det är en annan person.
fault-author = Författarens registreringsnummer har 11 siffror.
fault-case-extra = Skriv vad ärendet gäller när ärendets namn är Annat.
fault-case-name = Välj ärendets namn.
fault-case-oid = Ärendebeteckningen har fel form. Den består av siffror åtskilda av punkter.
fault-day = Kontrollera datumet. Slutdagen kan inte vara före den första dagen.
fault-delivery = Välj leveranssätt och skriv till vem beteckningen levererades.
fault-event = Kontrollera tidpunkten. Den kan inte ligga i framtiden.
fault-grant-twice = Enheten har redan rätten under dessa dagar.
fault-identity = Personbeteckningen är inte rätt. Kontrollera den.
fault-name = Skriv klientens efternamn och förnamn.
fault-organiser = Serviceanordnarens beteckning är inte rätt.
fault-reason = Skriv orsaken.
fault-task = Välj serviceuppgift.
fault-unit = Välj en serviceenhet i listan.
fault-unit-ended = Serviceenhetens beteckning gäller inte i SOTE-organisationsregistret på den första dagen.

signing-title = Underskrifter
signing-none = Ingenting väntar på din underskrift.
signing-mine = Du
signing-others = En annan beslutsfattare
signing-needs-card = Underskriften kräver kort
signing-needs-card-more = Logga in med kort och kom tillbaka hit. Handlingen väntar.
signing-waits-for-other = Handlingen väntar på en annan persons underskrift.
signing-answer-hint = Fylls i av sig självt när du har gett underskriftskoden (PIN2) i kortläsarprogrammet.
signing-pass = Flytta för underskrift
signing-back = Gör till utkast igen

archiving-title = Arkivering
archive-state = Kanta
archive-up = fungerar
archive-up-at = fungerar ({ $time })
archive-down-since = svarar inte sedan { $time }
count-today = Arkiverat i dag
count-queued = Väntar
count-rejected = Returnerat
count-delay = Dröjsmål, 95 % under
count-documents = { $n ->
    [one] En handling
   *[other] { $n } handlingar
}
count-clients = { $n ->
    [one] en klient
   *[other] { $n } klienter
}
retry-now = Försök nu
desk-tabs = Handlingar efter läge
tab-palautuneet = Returnerade ({ $n })
tab-odottaa = Väntar ({ $n })
tab-pidatetty = Kvarhållna ({ $n })
tab-arkistoitu = Arkiverade i dag ({ $n })
empty-palautuneet = Ingenting har returnerats.
empty-odottaa = Ingenting väntar på att skickas.
empty-pidatetty = Ingenting väntar på anordnarens ibruktagande.
empty-arkistoitu = Ingenting har arkiverats ännu.
desk-all-done = Alla färdiga anteckningar är arkiverade. Den senaste { $time }.
desk-show = Visa ({ $n })
desk-more = och { $n } till. De visas när dessa är åtgärdade.
desk-late = { $n ->
    [one] En handling har väntat över ett dygn
   *[other] { $n } handlingar har väntat över ett dygn
}
desk-late-more = Anteckningar ska göras utan dröjsmål. Författaren påminns efter ett dygn och chefen efter tre dygn.
desk-age-days = { $n } dygn

cause-right = Rätten att använda registret saknas
cause-advice-right = Serviceanordnaren har inte gett enheten rätt till dessa ärenden, eller så har rätten upphört. Texterna finns i behåll och skickas av sig själva när rätten har tagits emot.
cause-right-ended = Rätten upphörde { $day }.
cause-right-asked = Rätten har begärts { $when }.
cause-unit = Serviceenhetens beteckning gäller inte
cause-advice-unit = Enheten finns inte som gällande i SOTE-organisationsregistret. Välj den enhet där arbetet görs nu.
cause-case = Ärendet finns inte med den här beteckningen
cause-advice-case = Ärendet är okänt eller avslutat. Välj ett annat öppet ärende för klienten.
cause-content = En punkt i handlingen saknas eller är fel
cause-advice-content = Öppna punkten, komplettera den och tryck på Färdig.
cause-template = Handlingsmallen är föråldrad
cause-advice-template = Handlingen är gjord med en mall som inte längre används. Texten bevaras när den omvandlas.
cause-signature = Handlingen väntar på underskrift
cause-advice-signature = En yrkesutbildad person ska underteckna handlingen med sitt kort före arkiveringen.
cause-signature-of = Undertecknare: { $who }
cause-certificate = Certifikatet eller kortet godtas inte
cause-advice-certificate = Systemets certifikat eller författarens kort har gått ut eller spärrats, eller så behövs ett kort för arkiveringen. När certifikatet är i ordning, skicka på nytt med ditt eget kort. Författaren förblir densamma.
cause-identity = Personuppgifterna stämmer inte
cause-advice-identity = Klientens beteckning är inte ärendets klients, eller så kräver handlingen en personbeteckning. Kontrollera personen.
cause-duplicate = En handling med samma beteckning finns redan i arkivet
cause-advice-duplicate = Systemet jämför innehållet. Är det samma märks handlingen som arkiverad, annars skickas den med en ny beteckning.
cause-size = Handlingen är för stor
cause-advice-size = Öppna handlingen och förkorta den eller dela den i två.
cause-other = Arkivet tog inte emot handlingen
cause-advice-other = Skicka på nytt. Om handlingen returneras igen, visa felkoden för huvudanvändaren.
cause-down = Kanta svarar inte
cause-advice-down = Registreringen fortsätter. Handlingarna finns i behåll och skickas av sig själva.
cause-down-next = Nytt försök { $time }.
cause-golive = Kvarhållen tills ibruktagandet
cause-advice-golive = Anordnaren har inte börjat ännu. Handlingarna skickas av sig själva på dagen för ibruktagandet.
cause-golive-day = Anordnaren börjar { $day }.
cause-queued = Arkiveras
cause-card = Väntar på kort
cause-archived = Arkiverat

mend-right = Begär rätt
mend-unit = Byt enhet och skicka
mend-case = Anslut till ärendet och skicka
mend-content = Öppna punkten
mend-template = Omvandla till ny och skicka
mend-signature = Påminn undertecknaren
mend-certificate = Skicka med eget kort
mend-certificate-guide = Anvisning för administratören
mend-identity-check = Kontrollera personen
mend-duplicate = Märk som arkiverad
mend-size = Förminska
mend-other = Skicka på nytt

done-right = { $n ->
    [one] Rätten har begärts för en handling. Den skickas när rätten har tagits emot.
   *[other] Rätten har begärts för { $n } handlingar. De skickas när rätten har tagits emot.
}
done-unit = Enheten bytt, skickade handlingar: { $n }.
done-case = Ärendet bytt, skickade handlingar: { $n }.
done-template = Omvandlade till den nya mallen och skickade: { $n }.
done-signature = Påmint, handlingar: { $n }.
done-certificate = Skickade på nytt: { $n }.
done-identity = Personuppgifterna kontrollerade, skickade handlingar: { $n }.
done-duplicate = Utrett i arkivet: { $n }.
done-other = Skickade på nytt: { $n }.
done-left = Handlingar som ännu ska kompletteras: { $n }. De syns nedan.

identity-title = Kontrollera personen
identity-known = I befolkningsdatasystemet: { $name }
identity-unknown = Ingen person hittades med den här beteckningen i befolkningsdatasystemet. Skriv personbeteckningen.
identity-submit = Spara och skicka
identity-taken = En klient med samma personbeteckning finns redan i det här registret. Kontrollera beteckningen.

certificates-title = Certifikatet godtas inte: anvisning för administratören
certificates-text = Handlingarna finns i behåll och väntar. Registreringen fortsätter.
certificates-1 = 1. Kontrollera i nyckelmappen när systemets och förbindelsens certifikat går ut.
certificates-2 = 2. Beställ ett nytt certifikat i tid och byt nyckelfilerna. Starta om systemet.
certificates-3 = 3. Om författarens kort är spärrat eller har gått ut skickar någon annan handlingen med sitt eget kort. Författaren förblir densamma.
certificates-4 = 4. Gå tillbaka till arkiveringen och tryck på Skicka med eget kort.
certificates-tell = Meddela administratören

quality-title = Arkiverat inom ett dygn
quality-text = Hur stor del av enhetens handlingar som var i arkivet inom ett dygn från händelsen, de { $n } senaste dagarna. Rättelser räknas inte.
quality-none = Inga arkiverade handlingar från de senaste dagarna.
quality-few = för få
col-share = Inom ett dygn
col-documents = Handlingar

batch-title = Arkivera färdiga anteckningar
batch-link = Arkivera färdiga ({ $n })
batch-running-link = En omgång pågår, { $n } %
batch-text = Färdiga anteckningar av arbetstagare utan kort arkiveras på en gång med ditt kort. Texterna öppnas inte. Författaren förblir densamma; vem som arkiverade syns i loggen.
batch-narrow = Avgränsa: { $from }–{ $to }
batch-show = Visa
batch-nothing = Ingenting väntar på kort med den här avgränsningen.
batch-going = Skickas
batch-staying = Lämnas utanför
batch-out-signature = Kräver en yrkesutbildad persons underskrift
batch-out-right = Rätten att använda registret saknas
batch-out-golive = Anordnaren har inte börjat ännu
batch-submit = Arkivera { $n }
batch-needs-card = Arkiveringen kräver inloggning med kort.
batch-history = Senaste omgångar
batch-state-running = Pågår
batch-state-paused = Pausad
batch-state-sending = Skickas
batch-state-returned = Klar, en del returnerades
batch-state-done = Klar
batch-one-title = Arkiveringsomgång
batch-said = Arkiverat { $done } / { $total }
batch-archived = Arkiverat
batch-sent = På väg
batch-left = I kön
batch-failed = Returnerade
batch-pause = Pausa
batch-go-on = Fortsätt
batch-refresh = Uppdatera
col-count = Antal
col-started = Började
col-archiver = Arkiverare

rights-title = Rättigheter att använda registret
rights-received = Mottagna rättigheter
rights-none = Inga rättigheter ännu. Klistra in beställningen från anordnaren i fältet nedan.
right-of-other-unit = En annan enhets klient
right-note-end = Anteckna slutdag
order-paste = Ta emot en rätt
order-submit = Ta emot
order-no-case = Texten innehåller ingen ärendebeteckning.
order-no-client = Texten innehåller inte klientens namn och personbeteckning.
order-no-unit = Texten innehåller ingen beteckning för din organisations serviceenhet.
order-no-start = Texten innehåller ingen första dag.
order-title = Beställning: ärendebeteckningen till serviceproducenten
printed = Utskriven { $when }, { $who }
grants = Beviljade rättigheter
grants-none = Inga beviljade rättigheter.
undelivered = Ärendebeteckningen inte levererad
undelivered-none = Ärendebeteckningen har levererats för alla rättigheter.
grant-new = Bevilja rätt
grant-text = Rätten uppstår när arkivet har sparat en ny version av klientrelationshandlingen. Den gäller en klient och en enhet.
grant-submit = Bevilja rätten
grant-order = Beställning
grant-end = Avsluta
grant-end-title = Avsluta rätten
grant-undelivered = Inte levererad
grant-state-future = Börjar senare
grant-state-valid = Gäller
grant-state-ended = Upphört
delivery-title = Anteckna som levererad
delivery-submit = Anteckna som levererad
delivered = Ärendebeteckningen levererad { $when }: { $way }, { $whom }
way-secure_mail = Skyddad e-post
way-order_form = Beställningsblankett
way-phone = Telefon
rights-arrived = Rätter som har kommit
way-system = Genom det här systemet
messages = Meddelanden
col-message = Meddelande
col-with = Med vem
col-when = När
col-days = Tidsfrist, dagar från början
col-due = Tidsfrist
message-from = { $name } → vi
message-to = vi → { $name }
message-kind-right_request = Begäran om rätt till registret
message-kind-client_chose_us = Klienten har valt oss
message-kind-subcontractor = Vi använder en underleverantör
message-kind-service_ends = Servicen upphör
message-kind-correction_request = Begäran om rättelse
message-kind-message = Meddelande om ett ärende
message-state-sent = Leverera själv
message-state-received = Framme
message-state-read = Läst
message-state-handled = Behandlat
message-by-hand = Mottagaren använder inte det här systemet. Kopiera texten till skyddad e-post eller skriv ut den.
message-grant = Bevilja rätt: { $case }
message-handle = Märk som behandlat
message-answer = Svara
message-send = Skicka
message-new = Meddelande om ett ärende
message-nobody = I klientens ärenden finns ingen annan part att skriva till.
message-receiver = Till vem och om vilket ärende
message-text = Meddelande
request-text = Vi begär rätt att använda registret för serviceenheten { $unit } ({ $oid }).
request-line = Ärende { $case }: { $n } handlingar väntar, den äldsta { $day }.
notice-title = Meddela anordnaren
notice-intro = Meddelandet blir en uppgift för anordnaren. Därifrån öppnas beviljandet av rätt färdigt ifyllt.
notice-kind = Vad meddelar du?
notice-case-hint = Om du vet den.
notice-unit = Serviceenhetens beteckning
notice-unit-hint = Enheten där klienten är. För en underleverantör: beteckningen för dess enhet.
notice-day = Från vilken dag
notice-text = Tilläggsuppgift
correction-intro = Be anordnaren rätta handlingen. Berätta vilken punkt som är fel och vad där borde stå.
correction-text = Vad ska rättas?
required-title = Handlingar som krävs av producenter
required-text = En lista per service. Den följer med beställningen, och producenten ser vad som saknas.
required-none = Inga handlingar krävs ännu av producenterna. Lägg till den första.
required-add = Lägg till
required-remove = Ta bort
due-title = Handlingar som ska göras åt anordnaren
due-late = Försenad
field-above = Som underleverantör under producenten
field-above-hint = Om enheten är en underleverantör, välj den producent som den arbetar under.
field-above-none = Nej, enheten är producentens egen
fault-subcontract = Producenten har ingen rätt dessa dagar, eller så har underleverantören den redan.
fault-message = Skriv meddelandet och välj vem det går till. Högst 4 000 tecken.
fault-notice = Välj vad du meddelar.
fault-notice-unit = Den egna enhetens beteckning hör till ett meddelande om en klient, underleverantörens till ett meddelande om en underleverantör.
fault-unit-oid = Serviceenhetens beteckning har fel form.
fault-required = Välj service och handling och ange tidsfristen i dagar (0–3650).
fault-card-years = Ett certifikatkort gäller högst fem år.

search-title = Sökning i arkivet
search-case = Sök i anordnarens register med ärendebeteckningen
search-case-hint = Beteckningen finns i anordnarens beställning. Du kan klistra in hela meddelandet.
search-own = Sök i det egna registret
search-client-hint = Sök med personbeteckning eller ärendebeteckning.
search-needs-key = Ge en personbeteckning eller ärendebeteckning.
search-more = Avgränsa sökningen
search-type = Handlingstypens kod
search-unit = Serviceenhetens beteckning
search-author = Författarens registreringsnummer
search-from = Från
search-to = Till
search-state-valid = Gällande versioner
search-state-all = Alla versioner
search-submit = Sök
search-results = Sökresultat
search-found = { $n ->
    [one] En handling hittades
   *[other] { $n } handlingar hittades
}
search-empty = Inga handlingar hittades.
search-more-rows = De nyaste visas. Avgränsa sökningen om det du söker inte finns här.
search-of-organiser = Anordnarens register
search-of-own = Eget register
display-not-shown = Handlingens visningsform kan inte visas tryggt.
explain-other-unit = En annan enhet har rätten: { $unit }. Byt enhet om du arbetar där.
explain-future = Enligt er egen lista börjar rätten { $day }.
explain-ended = Enligt er egen lista upphörde rätten { $day }.
explain-not-yet-stored = Enligt er egen lista borde rätten gälla. Fråga serviceanordnaren om rätten har sparats.
explain-unknown = Ärendet finns inte i listan över mottagna rättigheter. Kontrollera beteckningen eller fråga serviceanordnaren.

settings-title = Inställningar
golive-title = Anordnarnas dagar för ibruktagande
golive-none = Inga dagar för ibruktagande har antecknats.
golive-change = Ändra dagen för ibruktagande
golive-submit = Spara
users-title = Enhetens arbetstagare

fields-more = { $n ->
    [one] + 1 fält
   *[other] + { $n } fält
}
field-unit-of = { $field }: enhet
field-name-of-code = { $field }: kodens namn
field-example = Exempel: { $example }
field-search-hint = Skriv början av namnet och välj i listan.
field-code-open-hint = Skriv klassifikationens kod och dess namn.
field-from-before = Samma som i handlingen { $day }
part-add = Lägg till: { $field } ({ $n })
part-remove = Ta bort: { $field } { $n }
before-all = Hämta svaren från föregående handling { $day }
before-section = Hämta den här delens svar från föregående ({ $day })
missing-none = Allt obligatoriskt är ifyllt.
missing-one = 1 obligatorisk punkt saknas
missing-other = # obligatoriska punkter saknas
missing-label = Punkter som saknas

today-title = I dag
today-views = Vyer
today-mine = Mina
today-unit = Enhetens
today-shift = Skiftbyte
today-week = Vecka
today-unrecorded = utan anteckning
today-drafts = utkast
today-returned = returnerade
today-clients = klienter i enheten
today-group-late = Försenat
today-group-now = Nu
today-group-today = I dag och de närmaste dagarna
today-group-others = Väntar på andra
today-group-done = Antecknat i dag
today-nothing = Allt är gjort. Här visas besök utan anteckning, utkast, returnerade handlingar och tidsfrister.
today-nothing-next = Allt är antecknat. Nästa besök { $time }.
today-record-client = Anteckna för en klient
today-continue = Fortsätt
today-mend = Rätta
today-recorded = Antecknat
today-draft-age = Utkast { $age }
today-unrecorded-age = Utan anteckning { $age }
today-returned-age = Returnerades för { $age } sedan
today-waits = Har väntat { $age }
today-waits-right = Väntar på rätt { $age }
today-overdue = { $n ->
    [one] En dag försenat
   *[other] { $n } dagar försenat
}
today-due-now = Sista dagen
today-due-in = { $n ->
    [one] I morgon
   *[other] { $n } dagar kvar
}
today-right-ends = Rätten att använda register upphör
today-source-open = { $law } (bör kontrolleras)
age-minutes = { $n } min
age-hours = { $n } h
age-days = { $n } dygn
today-pick = Välj
today-chosen = Valda rader
today-snooze = Skjut upp
today-snooze-until = Till när (tomt = i morgon)
today-snooze-reason = Orsak
today-wake = Ta tillbaka till listan
today-colleague = Kollega
today-hand-over = Överför till kollegan
today-snoozed = { $n ->
    [one] Visa en uppskjuten
   *[other] Visa { $n } uppskjutna
}
today-snoozed-hide = Dölj de uppskjutna
today-said-torkutettu = { $n ->
    [one] En rad skjuten framåt.
   *[other] { $n } rader skjutna framåt.
}
today-said-heratetty = { $n ->
    [one] En rad tagen tillbaka till listan.
   *[other] { $n } rader tagna tillbaka till listan.
}
today-said-siirretty = { $n ->
    [one] En rad överförd till kollegan.
   *[other] { $n } rader överförda till kollegan.
}
today-said-left = { $n ->
    [one] En rad blev som den var. Ett utkast är skribentens eget, och en tidsfrist följer ärendets arbetstagare.
   *[other] { $n } rader blev som de var. Ett utkast är skribentens eget, och en tidsfrist följer ärendets arbetstagare.
}
today-done = Klar, arkiveras.
today-failed = Det gick inte att spara. Texten finns kvar här. Försök igen.
today-session-ended = Sessionen är avslutad eller låst. Texten finns kvar här. Logga in i en annan flik och tryck på nytt.
today-opening = Öppnas…
today-close = Stäng
today-client-page = Klientens sida
work-assessment_due = Bedömningen av servicebehovet ska inledas
fault-nothing-selected = Välj först en rad.
fault-snooze-day = Skjut upp tidigast till i morgon och högst en månad.
fault-snooze-reason = Skriv en orsak. En tidsfrist eller en returnerad handling skjuts inte upp utan orsak.
shift-since = Vad som har hänt i enheten efter { $since }.
shift-hours = { $n } timmar
shift-significant = Utöver det vanliga
shift-significant-none = Inga anteckningar utöver det vanliga.
shift-unrecorded = Besök utan anteckning
shift-unrecorded-none = Alla besök är antecknade.
shift-everyday = Vardagen
shift-everyday-none = Inga anteckningar om vardagen. Här visas enhetens anteckningar.
print = Skriv ut
print-pdf = Skriv ut (PDF)
print-draft-pdf = Skriv ut utkastet (PDF)
print-client = Klient
print-draft = UTKAST
print-draft-text = Utkast. Dokumentet är inte färdigt: det är varken underskrivet eller arkiverat.
print-draft-saved = Utkastet sparades { $when }
print-unsigned = EJ UNDERSKRIVET
print-unsigned-text = Dokumentet väntar på underskrift och gäller inte ännu.
print-replaced = ERSATT
print-replaced-text = Denna version har ersatts av en nyare. Den nyaste versionen av dokumentet gäller.
print-rejected = INTE I ARKIVET
print-rejected-text = Arkivet returnerade dokumentet för rättelse, och det finns inte i registret.
letterhead-title = Brevhuvud
letterhead-text = Utskrifterna börjar med organisationens och enhetens namn samt dessa uppgifter.
letterhead-mark = Kort namn
letterhead-mark-hint = Står på logotypens plats. Om fältet är tomt står organisationens namn där.
letterhead-address = Adress
letterhead-address-hint = Till exempel Hamngatan 5, 40100 Mellersta
letterhead-contact = Kontaktuppgifter
letterhead-contact-hint = Till exempel växelns telefonnummer och webbplats
letterhead-submit = Spara brevhuvudet
fault-letterhead = Det korta namnet får ha högst 40 tecken, adressen och kontaktuppgifterna högst 120 tecken.
form-only-finnish = THL har publicerat { $missing } av { $all } texter på den här blanketten bara på finska. De visas på finska.
week-title = Vecka { $n }/{ $year }
week-before = Föregående
week-now = Denna vecka
week-after = Följande
week-empty = Inga besök är planerade för veckan. Ett besök planeras på klientens sida.
week-day-empty = Inga besök
week-unrecorded = Utan anteckning
weekday-1 = Måndag
weekday-2 = Tisdag
weekday-3 = Onsdag
weekday-4 = Torsdag
weekday-5 = Fredag
weekday-6 = Lördag
weekday-7 = Söndag
visit-plan = Planera ett besök
visit-plan-submit = Spara besöket
visit-cancel = Ställ in besöket
visit-visit = Besök
visit-care = Omsorgsstund
visit-call = Samtal
visit-meeting = Överläggning
visit-outing = Utflykt
visit-length = { $n } min
visit-anybody = Vem som helst i enheten
repeat-once = Upprepas inte
repeat-daily = Varje dag
repeat-workdays = Vardagar
repeat-weekly = Varje vecka
field-visit-kind = Vad
field-visit-start = Börjar
field-visit-length = Längd
field-visit-worker = Vem
field-visit-repeat = Upprepas
field-visit-until = Sista dagen
field-visit-until-hint = För ett besök som upprepas, högst tre månader.
fault-visit-kind = Välj vad besöket är.
fault-visit-start = Ange en starttid mellan förra veckan och tre månader framåt.
fault-visit-length = Välj längd.
fault-visit-worker = Välj en arbetstagare i den egna enheten.
fault-visit-until = Ange den sista dagen för upprepningen, högst tre månader framåt.
feed-title = Kalenderflöde
feed-text = Du ser dina besök i ett kalenderprogram. Flödet visar bara tid och typ av besök, inga namn.
feed-create = Skapa en adress till flödet
feed-remove = Ta bort flödet
feed-once = Kopiera adressen till kalenderprogrammet nu: den visas inte på nytt. Var och en som har adressen ser tiderna. En ny adress avslutar den gamla.
feed-back = Tillbaka till inställningarna
settings-save = Spara
keys-title = Kortkommandon
keys-change = Ändra kortkommandon
keys-on = Kommandon med en tangent används
key-next = Nästa rad
key-previous = Föregående rad
key-record = Anteckna eller fortsätt
key-snooze = Skjut upp
key-select = Välj raden
key-help = Visa kortkommandon
fault-keys = Ange ett eget tecken för varje funktion.
shortcuts-title = Kortkommandon
shortcuts-text = Kommandon med en tangent fungerar när markören inte är i ett textfält.
shortcuts-off = Kommandon med en tangent används inte.
shortcuts-change = Ändra i inställningarna
shortcut-commands = Sök och kommandon
shortcut-finish = Klar
shortcut-finish-next = Klar och nästa
shortcut-draft = Spara utkastet
shortcut-back = Stäng radens formulär, texten blir kvar som utkast
commands-title = Sök och kommandon
commands-label = Klient eller kommando
commands-hint = Skriv klientens hela namn, personbeteckning eller ett kommando, till exempel ”anteckna Virtanen”.
commands-list = Kommandon
commands-none = Inga träffar. Namn söks som hela ord.
lock-title = Låsning
lock-heading = Låst: { $name }
lock-text = Den text som blev på hälft finns bland dina utkast. Öppna låset för att fortsätta på samma ställe.
lock-open = Öppna
lock-secret-pin = Lösenord eller PIN
lock-wrong = Stämmer inte. Försök igen.
lock-other = Byt användare
lock-other-title = Någon annan?
lock-other-text = Den föregående användaren loggas ut. Hens utkast finns kvar.
lock-after = Lås när sidan inte har rörts på
lock-minutes = { $n } minuter
fault-lock = Välj en tid i listan.
pin-title = Byt PIN för låsningen
pin-new = Ny PIN
pin-hint = 4–8 siffror. PIN öppnar bara en låst sida. Tomt tar bort den.
fault-pin = PIN är 4–8 siffror.
fault-pin-password = Lösenordet stämmer inte.

group-beside = Mål och märkning
note-goal = Mål: { $goal }
note-significant = Viktig
hint-other-client = Texten innehåller en annan klients namn: { $words }
hint-health = Hör det här till patientuppgifterna? I texten finns: { $words }
hint-whereabouts = Klienten har spärrmarkering. Texten innehåller en adress: { $words }
hint-moment = Texten börjar med ”{ $words }”, men anteckningen har en annan tidpunkt. Välj nedan när det här hände.
moment-question = När hände det här?
moment-as-in-field = Tidpunkten i fältet är rätt
hint-more = Kontrollera texten. Det du skrivit är sparat men ännu inte färdigställt.
hint-looked = Jag har kontrollerat: texten hör hit
field-data = Vilken uppgift är det?
field-data-hint = Patientuppgifter går inte till socialvårdens handlingar. De flyttas till en egen förteckning och överlåts därifrån till patientuppgifterna.
data-client = Klientuppgift
data-patient = Patientuppgift
phrases-title = Fraser
phrases-text = Skriv ett semikolon och en kod i texten, till exempel ;morgon. Frasen skrivs ut när anteckningen blir klar.
phrases-none = Inga fraser ännu. Lägg till den första nedan.
phrase-new = Ny fras
phrase-code = Kod
phrase-code-hint = Bokstäver och siffror, högst 20.
phrase-text = Text
phrase-whose = Vems
phrase-own = Egen
phrase-shared = Gemensam
phrase-shared-new = Gemensam för hela organisationen
phrase-save = Spara frasen
fault-phrase-code = Koden får bara innehålla bokstäver och siffror, högst 20.
fault-phrase-text = Skriv frasens text. Den är högst 2000 tecken och har inget semikolon.
fault-phrase-many = Det finns redan 200 fraser. Ta bort någon först.
patient-title = Patientuppgifter
patient-text = Här finns patientuppgifter som uppkommit i socialvården. De går inte till socialvårdens arkiv utan överlåts till ett patientdatasystem.
patient-none = Inga patientuppgifter. De kommer hit när Patientuppgift väljs i en anteckning.
patient-waits = Väntar på överlåtelse
patient-late = Försenad
patient-handed = Överlåten { $when }: { $whom }
patient-overdue = { $n ->
    [one] En patientuppgift är inte överlåten
   *[other] { $n } patientuppgifter är inte överlåtna
}
patient-overdue-more = Patientuppgifterna ska finnas i Patientdataarkivet från 1.3.2027. Överlåt dem nu.
patient-entry = Patientuppgift
patient-file-title = Överlåt de som väntar
patient-file = Hämta de väntande som en fil
patient-to-hint = Till exempel patientdatasystemets namn.
patient-hand-over = Märk som överlåtna
fault-receiver = Skriv vart uppgifterna överläts.

served-title = Delgiven
served-fact = { $whom } · { $way } · { $sent } · tiden för ändringssökande går ut { $until }
served-new = Märk som delgiven
served-whom = Till vem
served-day = Dag då den skickades eller gavs
served-submit = Märk som delgiven
served-kirje = Med brev
served-sahkoinen = Elektroniskt
served-henkilokohtainen = Personligen
fault-served = Skriv vem beslutet gavs till, välj sätt och kontrollera dagen. Dagen kan inte vara före beslutet eller i framtiden.
templates-title = Beslutsmallar
templates-text = Organisationens färdiga texter till beslut. De fylls i ett nytt beslut, och den som skriver kan ändra dem.
templates-none = Inga färdiga texter ännu. Börja med anvisningen för ändringssökande.
templates-field = Punkt
templates-appeal = Anvisning för ändringssökande
templates-law = Laggrund
templates-decision = Avgörande och motiveringar
templates-hint = En tom text tar bort mallen.
fault-template = Välj en handling och en punkt som finns i den. Texten är högst 10 000 tecken.
col-card = Kortet gäller till
card-none = ingen uppgift
card-ends = går ut { $day }
card-ended = gick ut { $day }
card-change = Anteckna kortets giltighetstid
strict-label = Arkiveringen kräver kort
strict-hint = En färdig anteckning av en arbetstagare utan kort väntar tills en kortinnehavare arkiverar den.

together-title = Anteckna för flera klienter
together-text = Skriv en gång, till exempel om en gruppaktivitet. Varje vald klient får en egen handling i sitt eget ärende och register. Ingens handling visar vilka andra som fick samma text.
together-text-hint = Skriv om gruppen utan att nämna någon vid namn. Patientuppgifter antecknas för var och en för sig.
together-kind-field = Typ av anteckning
together-case = Till vilket ärende: { $name }
together-submit = Anteckna för de valda
together-looked = Jag har kontrollerat: texten passar alla valda
together-service-hint = Behövs för dem vars service inte framgår av rätten eller avtalet.
together-none = Välj minst en klient.
together-gone = { $n ->
    [one] En av de valda är inte längre klient hos din enhet. Ingenting antecknades för någon.
   *[other] { $n } av de valda är inte längre klienter hos din enhet. Ingenting antecknades för någon.
}
together-names = Texten innehåller en vald klients namn eller beteckning: { $words }. Samma text går till alla, så skriv utan namn eller anteckna separat för klienten.
together-kind = För den här anteckningen räcker det inte med bara text. Välj en annan typ eller anteckna separat för klienten.
together-locked = rätten har upphört
together-no-case = inget öppet ärende där du kan anteckna
together-case-missing = välj ärende
together-service = den valda servicen hör inte till serviceuppgiften i klientens ärende
together-not-covered = rätten täcker inte dagen för händelsen
together-no-right = du har inte rätt att anteckna för klienten
together-fault = { $name }: { $what }
together-faults = { $n ->
    [one] Det går inte att anteckna för en av de valda
   *[other] Det går inte att anteckna för { $n } av de valda
}
together-safe = Ingenting har ännu antecknats för någon. Det du skrivit är sparat.
together-nobody = Enheten har nu inga klienter som du kan anteckna för.
together-out = För dessa går det inte att anteckna nu
together-more = Listan har de { $n } första klienterna enligt namn.
today-said-yhteinen = { $n ->
    [one] Antecknat för en klient.
   *[other] Antecknat för { $n } klienter, en egen handling för var och en.
}

message-kind-restriction = Beslut om begränsning för kännedom
message-kind-restriction_month = Månadssammandrag av begränsningar
disclosure-record = Anteckna utlämnande
restriction-other-task = Ett beslut om begränsning hör till ett barnskyddsärende. Välj barnets barnskyddsärende.
restriction-adult = Ett beslut om begränsning gäller bara barn. Klienten är myndig.
restriction-no-period = Begränsningens start- och slutdag saknas eller står i fel ordning.
restriction-too-long = Med det här beslutet får begränsningen vara högst { $n } dygn. Förkorta tiden.
restriction-continued = Tjänsteanordnaren beslutar om fortsatt begränsning. Be den ansvariga socialarbetaren om ett beslut.
restriction-not-placed = Barnet har inget gällande beslut om placering i det här registret.
restriction-notice = { $title } har undertecknats. Beslutsfattarens enhet: { $unit }.
restriction-period = I kraft { $from }–{ $to }.
restriction-document = Handlingens beteckning { $oid }.
restrictions-title = Begränsningar
restrictions-none = Det finns inga beslut om begränsning eller anteckningar om begränsningar under det senaste året.
restrictions-monthly = Månadssammandrag till socialarbetaren
restrictions-monthly-text = Den socialarbetare som ansvarar för barnets ärenden ska informeras om begränsningarna varje månad (BskL 74 §). Sammandraget har tider samt handlingarnas namn och beteckningar. Innehållet läser socialarbetaren i handlingarna.
restrictions-month = Månad
restrictions-month-sent = { $month }, skickat
restrictions-month-empty = Välj en månad med begränsningar i anordnarens register.
restrictions-send = Skicka sammandraget
restrictions-monthly-head = Begränsningar { $month }
restrictions-monthly-line = { $when } { $title } (handling { $oid })
restrictions-limits = Begränsningarnas längsta tider
restriction-days = Genom anstaltens beslut högst { $institution } dygn, genom beslut om fortsättning högst { $continued } och genom anordnarens beslut högst { $organiser }.
restriction-unconfirmed = Källan bekräftar inte allt detta: kontrollera i lagen.
restriction-days-open = Den längsta tiden finns inte i någon bekräftad källa. Kontrollera i lagen före beslutet.
today-restrictions = Sammandraget av begränsningar { $month } har inte skickats

# Telefonen utan nät.
client-page-title = Klient
phone-title = Anteckna utan nät
phone-text = När du tar telefonen i bruk öppnas sidan I dag också utan nät, och du kan anteckna för dagens klienter. Uppgifterna är krypterade i telefonen, högst { $n } timmar efter den senaste kontakten. Anteckningarna går i väg av sig själva när förbindelsen är tillbaka.
phone-needs-script = Att anteckna utan nät kräver webbläsarens skript. Med nät fungerar allt utan dem.
phone-code-new = Telefonkod för det här arbetspasset
phone-code-hint = Minst 10 tecken. Koden frågas om du öppnar telefonen utan nät. Den sparas ingenstans.
phone-code-short = Koden måste ha minst 10 tecken.
phone-take = Ta telefonen i bruk
phone-taking = Tas i bruk…
phone-taken = Klart. Dagens klienter finns krypterade i telefonen. Öppna I dag.
phone-not-taken = Telefonen kunde inte tas i bruk. Kontrollera förbindelsen och försök igen. Inget blev kvar i telefonen.
phone-list = Dina telefoner i bruk
phone-list-empty = Ingen telefon är i bruk. När du tar en telefon i bruk ser du den här och kan ta den ur bruk om den försvinner.
phone-col-made = Togs i bruk
phone-col-seen = Senaste kontakt
phone-col-here = Läge
phone-col-end = Borttappad eller inte längre i bruk
phone-in-use = I bruk
phone-end = Ta ur bruk
phone-hours-title = Hur länge telefonen visar uppgifterna
phone-hours = Timmar efter den senaste kontakten
phone-hours-n = { $n } timmar
fault-phone-hours = Välj timmarna i listan.
fault-phone-sending = Webbläsaren gav inte sändningen något namn. Ladda sidan på nytt och försök igen.
phone-no-network = Inget nät
phone-no-network-today = Du kan anteckna för dagens klienter. Anteckningarna går i väg när förbindelsen är tillbaka.
phone-no-network-page = Den här sidan behöver nät. Det du har skrivit finns krypterat i den här webbläsaren. För dagens klienter kan du anteckna på sidan I dag.
phone-day-from = Uppgifter kl. #, visas till kl. #. Anteckningarna går i väg när förbindelsen är tillbaka.
phone-back-online = Förbindelsen fungerar. Öppna I dag
phone-to-today = Öppna I dag
phone-notes = Anteckningar i den här telefonen
phone-waiting-one = 1 väntar på att skickas
phone-waiting-many = # väntar på att skickas
phone-sent-one = 1 anteckning skickades
phone-sent-many = # anteckningar skickades
phone-restored-one = 1 oavslutad text återställdes bland utkasten
phone-restored-many = # oavslutade texter återställdes bland utkasten
phone-why-network = Går i väg av sig själv när förbindelsen är tillbaka. Texten finns kvar.
phone-why-server = Servern svarar inte. Vi försöker igen av oss själva. Texten finns kvar.
phone-why-session = Logga in så skickas de. Texten finns kvar.
phone-why-other = De skickas när den som skrev dem loggar in. Texten finns kvar.
phone-emptied = Din rätt till den här telefonen har upphört. Klienternas uppgifter har tagits bort ur telefonen.
phone-emptied-unsent = Din rätt har upphört och telefonen har tömts. En anteckning kl. # blev oskickad. Berätta det för din chef.
phone-state-waiting = Väntar på att skickas
phone-state-unfinished = Oavslutad
phone-state-draft = Bland utkasten
phone-state-refused = Inte sparad
phone-edit = Fortsätt
phone-remove = Ta bort
phone-remove-sure = Ta bort anteckningen ur den här telefonen? Den kan inte fås tillbaka.
phone-opening = Öppnas…
phone-code = Telefonkod
phone-code-wrong = Koden stämmer inte. Anteckningarna finns kvar.
phone-open = Öppna
phone-kept = Sparad i den här telefonen
phone-write-something = Skriv åtminstone en mening.
phone-visits = Dagens besök
phone-no-visits = Inga besök i dag. För andra klienter kan du anteckna när förbindelsen är tillbaka.
phone-not-in-use = Dagens klienter finns inte i den här webbläsaren. Ta telefonen i bruk på sidan Anteckna utan nät när förbindelsen fungerar.
phone-what-happened = Vad hände
phone-done = Klar
phone-kind = Typ av anteckning
phone-when = Kl.
phone-leave-sure = Alla anteckningar har inte skickats. När du loggar ut tas de bort ur den här webbläsaren. Logga ut?
phone-empty = Anteckningen är tom. Skriv åtminstone en mening eller ta bort den.
phone-no-kind = Den här typen av anteckning kan inte göras med telefonen.
phone-refused = { $why } Texten finns kvar i den här telefonen. Fråga din chef eller ta bort anteckningen.
phone-kept-as-draft = { $why } Texten finns bland dina utkast. Öppna den, kontrollera och tryck på Klar.
phone-draft-before = Anteckningen finns redan bland utkasten.

login-title = Logga in
login-lead = Här ser du uppgifter som socialservicen har sparat om dig.
login-stands-for = Det här är en övning. I den riktiga tjänsten identifierar du dig med bankkoder, mobilcertifikat eller certifikatkort. Här väljer du vem av övningens personer du är. Alla personer är påhittade.
login-who = Vem är du?
login-button = Logga in
login-other = Logga in genom att skriva personbeteckningen
login-code = Personbeteckning
login-code-hint = Exempel på formen: ddmmåå-123X. Använd bara övningens beteckningar.
login-unknown = Det går inte att logga in med den här beteckningen. Kontrollera den eller välj en person i listan.
login-nobody = Identifieringen är inte i bruk. Det går inte att logga in nu.
ended-title = Du har loggat ut
ended-lead = Stäng också webbläsaren om du använder en gemensam dator.
nav-overview = Uppgifter
nav-uses = Vem har använt mina uppgifter
nav-behalf = Uträtta ärenden för någon annan
acting-for = Du uträttar ärenden för: { $name }
acting-change = Byt
moment = { $day } kl. { $hour }
no-data = Inga uppgifter
a-document = Handling
case = Ärendets kod:
down-archive = Arkivet svarar inte just nu
down-registers = Befolkningsdata eller fullmakterna svarar inte just nu
down-advice = Dina uppgifter finns kvar. Försök igen om några minuter.
down-again = Försök igen
overview-title = Uppgifter om socialservice
overview-lead = Här samlas klientrelationer, beslut, planer och bedömningar. Öppna en handling genom att välja dess namn.
overview-not-shown = Alla handlingar inom socialservicen visas inte i den här tjänsten. Du kan begära handlingar av det välfärdsområde där du är klient.
section-asiakkuudet = Tjänster nu
section-paatokset = Beslut
section-suunnitelmat = Planer
section-arviot = Bedömningar
section-merkinnat = Anteckningar
section-muut = Andra handlingar
service-since = Klientrelationen började { $start }.
service-was = Klientrelationen { $start }–{ $end }.
own-worker = Egen kontaktperson
back-to-overview = Tillbaka till uppgifterna
what-is-this = Vad är det här?
what-1 =
    Här står vilken hjälp du behöver och hur saken utreddes.
    Om något är fel, berätta det för din egen kontaktperson.
what-11 =
    Det här är ett officiellt beslut om din service eller ditt stöd.
    Om du är av annan åsikt, läs i slutet av beslutet hur och senast när du kan söka ändring.
what-15 =
    Här står vad som har avtalats med dig och vad servicen siktar på.
    Du kan be om att planen ändras om din situation ändras.
what-15004 =
    Här berättar den som producerar servicen hur den sköts i vardagen.
    Om servicen inte fungerar så som det står här, berätta det för enheten eller din egen kontaktperson.
what-19 =
    Det här är en anteckning av en anställd: vad som hände eller vad som avtalades.
    Om den är fel kan du be den som gjorde anteckningen att rätta den.
what-other =
    Det här är en handling som har gjorts inom din socialservice.
    Om du inte förstår något, fråga din egen kontaktperson.
fact-date = Dag
fact-controller = I vems register
fact-unit = Enhet
fact-task = Serviceuppgift
fact-author = Gjord av
fact-signer = Underskrift
signed-by-system = Systemets elektroniska underskrift
print-hint = Du kan skriva ut sidan med webbläsarens utskrift. På utskriften finns bara handlingen och uppgifterna om den.
document-file = Ladda ner handlingen (PDF)
document-not-shown = Handlingen kan inte visas här. Begär den av den i vars register den finns.
uses-title = Vem har använt mina uppgifter
uses-lead = Här ser du vilken organisation som har sett, sparat eller lämnat ut dina uppgifter, när och på vilken grund. De anställdas namn visas inte.
uses-organisation = Organisation
uses-time = Tid
uses-action = Vad som gjordes
uses-purpose = För vilket ändamål
uses-basis = På vilken grund
uses-register = I vems register
uses-this-view = Den här tjänsten
uses-more = Du kan begära noggrannare logguppgifter av det välfärdsområde i vars register uppgifterna finns. Om du misstänker att någon har sett dina uppgifter utan orsak kan du begära en utredning.
month-1 = januari
month-2 = februari
month-3 = mars
month-4 = april
month-5 = maj
month-6 = juni
month-7 = juli
month-8 = augusti
month-9 = september
month-10 = oktober
month-11 = november
month-12 = december
month-of-year = { $month } { $year }
action-documents = { $n ->
    [one] { $action }: 1 handling
   *[other] { $action }: { $n } handlingar
}
action-read = Sett
action-write = Sparat
action-invalidate = Ogiltigförklarat
action-grant = Gett rätt att använda registret
action-disclose = Lämnat ut till någon annan
action-consent = Tillstånd eller förbud har ändrats
action-dispose = Förstört
action-read_log = Sett logguppgifter
action-other = Annan behandling
purpose-care = Skötsel av klientrelationen
purpose-citizen = Läsning av egna uppgifter
purpose-none = Inte meddelat
basis-own_register = Eget register
basis-grant = Rätt att använda registret, given av den som ordnar servicen
basis-citizen_self = Egna uppgifter
basis-behalf = { $name } för din räkning
basis-guardian = Vårdnadshavare
basis-mandate = Befullmäktigad
basis-technical = Teknisk behandling
basis-other = Annan grund enligt lag
behalf-title = Uträtta ärenden för någon annan
behalf-lead = Du kan se ditt minderåriga barns uppgifter, eller uppgifter om en vuxen som har gett dig fullmakt i Suomi.fi-tjänsten.
behalf-who = Vems uppgifter vill du se?
behalf-self = { $name } (egna uppgifter)
behalf-guardian = { $name } (du är vårdnadshavare)
behalf-mandate = { $name } (du har fullmakt)
behalf-nobody = Just nu finns det ingen som du kan uträtta ärenden för.
behalf-button = Visa uppgifterna
behalf-note = Listan hämtas varje gång från befolkningsdata och fullmakterna. Personen ser i användningsuppgifterna att du har uträttat ärenden för hen.
behalf-ended = Du kan inte längre uträtta ärenden för den här personen
behalf-ended-more = Rätten har upphört eller ändrats. Vi visar nu dina egna uppgifter.
nav-wills = Tillstånd och förbud
wills-title = Tillstånd och förbud
wills-lead = Här ser du vad som har meddelats om att uppgifter får lämnas ut till andra personuppgiftsansvariga.
wills-informing = Information om de riksomfattande tjänsterna
wills-informed = Informationen gavs { $day }.
wills-not-informed = Det finns ingen anteckning om att informationen har getts.
wills-permission = Tillstånd att lämna ut uppgifter
wills-permitted = Tillståndet gäller. Det gavs { $day }.
wills-not-permitted = Inget tillstånd gäller.
wills-denials = Förbud
wills-no-denials = Det finns inga förbud.
wills-denied-controller = Personuppgiftsansvarig { $what }, förbjudet { $day }
wills-denied-task = { $what }, förbjudet { $day }
wills-denied-document = Handling { $what }, förbjudet { $day }
wills-change = Här kan du bara se tillståndet och förbuden. De ändras i den socialservice där klientrelationen finns.

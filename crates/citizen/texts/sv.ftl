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
uses-register-wills = Tillstånd och förbud
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
purpose-citizen-act = Eget meddelande
purpose-none = Inte meddelat
basis-own_register = Eget register
basis-grant = Rätt att använda registret, given av den som ordnar servicen
basis-citizen_self = Egna uppgifter
basis-behalf = { $name } för din räkning
basis-guardian = Vårdnadshavare
basis-mandate = Befullmäktigad
basis-checked = Kontroll av tillstånd och förbud innan uppgifter ges
basis-statute = Rätt enligt lag
basis-disclosure = Tillstånd att lämna ut uppgifter
basis-technical = Teknisk behandling
basis-other = Annan grund enligt lag
behalf-title = Uträtta ärenden för någon annan
behalf-lead = Du kan se ditt minderåriga barns uppgifter, eller uppgifter om en vuxen som har gett dig fullmakt i Suomi.fi-tjänsten.
behalf-who = Vems uppgifter vill du se?
behalf-self = { $name } (egna uppgifter)
behalf-guardian = { $name } (du är vårdnadshavare)
behalf-mandate = { $name } (du har fullmakt)
behalf-mandate-view = { $name } (du har fullmakt att bara läsa)
behalf-nobody = Just nu finns det ingen som du kan uträtta ärenden för.
behalf-button = Visa uppgifterna
behalf-note = Listan hämtas varje gång från befolkningsdata och fullmakterna. Personen ser i användningsuppgifterna att du har uträttat ärenden för hen.
behalf-ended = Du kan inte längre uträtta ärenden för den här personen
behalf-ended-more = Rätten har upphört eller ändrats. Vi visar nu dina egna uppgifter.
nav-wills = Tillstånd och förbud
wills-title = Tillstånd och förbud
wills-lead = Här ser du vad som har meddelats om utlämnande av uppgifter till andra personuppgiftsansvariga. Personuppgiftsansvarig är den som ansvarar för uppgifterna, till exempel ett välfärdsområde.
wills-informing = Information om de riksomfattande tjänsterna
wills-informed = Informationen har getts { $day }.
wills-not-informed = Det finns ingen anteckning om att informationen har getts.
wills-acknowledge = Läs informationen och kvittera den
wills-read = Läs informationen
wills-permission = Tillstånd att lämna ut uppgifter
wills-permission-text = Med tillståndet kan en arbetstagare inom socialvården se även en annan personuppgiftsansvarigs uppgifter, när hen behöver dem för att ordna servicen.
wills-permitted = Tillståndet gäller. Det har getts { $day }.
wills-not-permitted = Inget tillstånd gäller.
wills-permit-after = Tillståndet kan ges när informationen om de riksomfattande tjänsterna är läst och kvitterad.
wills-permit = Ge tillstånd
wills-withdraw = Återkalla tillståndet
wills-denials = Förbud
wills-denials-text = Med ett förbud kan man begränsa vad som lämnas ut med stöd av tillståndet.
wills-no-denials = Det finns inga förbud.
wills-denied-controller = Alla uppgifter hos denna personuppgiftsansvariga. Förbjudet { $day }.
wills-denied-task = Uppgifterna i denna serviceuppgift hos alla personuppgiftsansvariga. Förbjudet { $day }.
wills-denied-document = Förbjudet { $day }.
wills-document-not-shown = En handling som inte visas i denna tjänst
wills-take-back = Återkalla detta förbud
wills-deny = Lägg till ett förbud
wills-elsewhere = Tillståndet och förbuden kan ändras också i den socialservice där klientrelationen finns. Där får man dem utskrivna.
wills-not-offered = Här kan tillstånd och förbud nu bara läsas, eftersom tjänsten inte kan underteckna meddelanden. Ändra dem i den socialservice där klientrelationen finns.
wills-view-only = Din fullmakt gäller bara läsning. Med den kan du inte ändra tillstånd eller förbud.
wills-guardian = En vårdnadshavare kan kvittera informationen och ge eller återkalla tillståndet. Förbud kan en vårdnadshavare varken meddela eller återkalla för barnet i denna tjänst.
back-to-wills = Tillbaka till tillstånd och förbud
fact-oid = Handlingens identifierare:
fact-whose = För vem
fact-how-widely = Hur omfattande
fact-what = Vad förbudet gäller
fact-when = När
fact-receipt = Kvitto
informing-lead =
    Socialvårdens handlingar sparas i ett riksomfattande arkiv. Varje personuppgiftsansvarig svarar för sina egna uppgifter.
    Bara en arbetstagare som behöver uppgifterna i sitt arbete får läsa dem. Varje gång någon läser dem blir det en anteckning.
    Detta är övningens text. Den riktiga informationen görs av THL och FPA.
informing-rights = Vilka rättigheter som finns
informing-effects =
    Utan tillstånd får en annan personuppgiftsansvarig inte uppgifter, om inte lagen ger rätt till det.
    Tillståndet är frivilligt. Det kan ges och återkallas när som helst.
    Med ett förbud kan tillståndet begränsas: en handling, en serviceuppgift eller alla uppgifter hos en personuppgiftsansvarig.
    Man får service även om man inte ger tillstånd.
    Under ”Vem har använt mina uppgifter” ser man vem som har läst uppgifterna.
    Man kan begära att en felaktig uppgift rättas.
informing-button = Jag har läst detta
check-meaning = Vad detta leder till
check-leave = Gör ingen ändring
permit-title = Ge tillstånd att lämna ut uppgifter
permit-lead = Läs detta innan du ger tillståndet.
permit-effects =
    Tillståndet börjar gälla genast.
    En arbetstagare som ordnar eller genomför servicen kan läsa en annan personuppgiftsansvarigs uppgifter inom socialvården.
    Tillståndet gäller alla uppgifter: de som finns nu och de som sparas senare.
    Förbud som har meddelats begränsar tillståndet.
    Tillståndet gäller tills det återkallas. Det kan återkallas här när som helst.
    Tillståndet gäller inte uppgifter inom hälso- och sjukvården.
permit-button = Ge tillstånd
withdraw-title = Återkalla tillståndet att lämna ut uppgifter
withdraw-lead = Läs detta innan du återkallar tillståndet.
withdraw-effects =
    Tillståndet upphör genast.
    En annan personuppgiftsansvarig får inte längre uppgifter med stöd av tillståndet. Det som redan har lämnats ut blir kvar där.
    Den personuppgiftsansvariga vars uppgifter det gäller ser dem fortfarande. Det gör också en serviceproducent som handlar för dess räkning.
    Lagen kan ibland ge rätt att få uppgifter utan tillstånd.
    Tillståndet kan ges på nytt senare.
withdraw-button = Återkalla tillståndet
deny-title = Lägg till ett förbud
deny-lead = Välj först hur omfattande förbudet ska vara.
deny-choose = Välj
deny-back = Välj en annan omfattning
deny-onward = Fortsätt
deny-choose-one = Välj ett alternativ.
deny-nothing = Här finns inget som kan förbjudas.
deny-document = En handling
deny-document-text = Övriga uppgifter kan fortfarande lämnas ut.
deny-document-lead = Förbudet gäller alla versioner av handlingen, också kommande.
deny-document-which = Vilken handling får inte lämnas ut?
deny-document-note = I listan finns de handlingar som visas i denna tjänst och som kan förbjudas en och en. En gammal handling eller en handling som är sparad bara som text kan inte förbjudas för sig.
deny-task = En serviceuppgift
deny-task-text = Till exempel alla uppgifter inom missbrukarvården, oavsett hos vilken personuppgiftsansvarig de finns.
deny-task-lead = Förbudet gäller serviceuppgiftens uppgifter hos alla personuppgiftsansvariga, också kommande uppgifter.
deny-task-which = Uppgifterna i vilken serviceuppgift får inte lämnas ut?
deny-controller = Alla uppgifter hos en personuppgifts­ansvarig
deny-controller-text = Till exempel alla uppgifter som finns i ett välfärdsområdes register.
deny-controller-lead = Förbudet gäller alla uppgifter inom socialvården hos den personuppgiftsansvariga, också kommande uppgifter.
deny-controller-which = Vems uppgifter får inte lämnas ut?
deny-own-controller = Klientrelationen finns här
deny-check-title = Kontrollera förbudet
deny-check-lead = Läs detta innan du meddelar förbudet.
deny-effects =
    Förbudet börjar gälla genast.
    Uppgifter som omfattas av förbudet lämnas inte ut till en annan personuppgiftsansvarig. Den andra ser inte att något är förbjudet.
    Förbudet kan påverka hur väl en annan personuppgiftsansvarig kan hjälpa.
    Den personuppgiftsansvariga vars uppgifter det gäller ser dem fortfarande. Det gör också en serviceproducent som handlar för dess räkning.
    Lagen kan ibland ge rätt att få uppgifter trots förbudet.
    Förbudet gäller tills det återkallas. Det kan återkallas här när som helst.
deny-button = Meddela förbudet
take-back-title = Återkalla förbudet
take-back-lead = Läs detta innan du återkallar förbudet.
take-back-effects =
    Förbudet upphör genast.
    Uppgifterna kan lämnas ut igen, om ett tillstånd gäller och inget annat förbud omfattar dem.
    Förbudet kan meddelas på nytt senare.
take-back-button = Återkalla förbudet
done-stored = Meddelandet har sparats
done-informed = Informationen är kvitterad
done-informed-next = Anteckningen är sparad. Nu är det möjligt att ge tillstånd att lämna ut uppgifter. Det är inget tvång.
done-permitted = Tillståndet har getts
done-permitted-next = Tillståndet gäller nu. Under ”Vem har använt mina uppgifter” ser man till vem uppgifter lämnas ut.
done-withdrawn = Tillståndet har återkallats
done-withdrawn-next = Uppgifter lämnas inte längre ut med stöd av tillståndet. Ändringen gäller nu.
done-denied = Förbudet har meddelats
done-denied-next = Uppgifterna lämnas inte längre ut till en annan personuppgiftsansvarig. Förbudet gäller nu.
done-taken-back = Förbudet har återkallats
done-taken-back-next = Ändringen gäller nu. Uppgifterna kan lämnas ut, om ett tillstånd gäller och inget annat förbud omfattar dem.
done-change = Om detta var ett misstag kan ändringen genast göras om. Sidan kan skrivas ut.
stopped-conflict = Uppgifterna hann ändras och ditt val sparades inte
stopped-conflict-advice = Tillståndet eller förbuden ändrades medan sidan var öppen: i ett annat fönster, i socialservicen eller av en annan person. Se först efter vad som gäller nu. Gör sedan ändringen på nytt, om den fortfarande behövs.
stopped-unchanged = Detta gäller redan och inget ändrades
stopped-unchanged-advice = Samma meddelande är redan sparat. Du kan kontrollera det under tillstånd och förbud.
stopped-other-person = Du bytte person och ditt val sparades inte
stopped-other-person-advice = Sidan öppnades med en annan persons uppgifter än de som du ser nu. Kontrollera högst upp på sidan för vem du uträttar ärenden och gör ändringen på nytt.
stopped-forbidden = Detta kan inte göras för en annan person
stopped-forbidden-advice = Din rätt att uträtta ärenden för personen räcker inte till detta. Hen kan göra det själv här eller i den socialservice där klientrelationen finns.
stopped-not-informed = Läs först informationen om de riksomfattande tjänsterna
stopped-not-informed-advice = Tillståndet kan ges när informationen är läst och kvitterad. Det tar några minuter.
stopped-not-deniable = Detta kan inte förbjudas här
stopped-not-deniable-advice = Ett förbud kan gälla en handling som visas i denna tjänst, en serviceuppgift eller en personuppgiftsansvarig. Om annat kan du fråga i den socialservice där klientrelationen finns.
stopped-not-offered = Här kan tillstånd och förbud inte ändras nu
stopped-not-offered-advice = Ändra dem i den socialservice där klientrelationen finns. Inget ändrades.

login-title = Log in
login-lead = Here you see the information that social services have stored about you.
login-stands-for = This is an exercise. In the real service you identify yourself with bank codes, a mobile certificate or a certificate card. Here you choose which of the people in the exercise you are. All of them are invented.
login-who = Who are you?
login-button = Log in
login-other = Log in by typing the personal identity code
login-code = Personal identity code
login-code-hint = Example of the form: ddmmyy-123X. Use only the codes of the exercise.
login-unknown = You cannot log in with this code. Check it or choose a person from the list.
login-nobody = Identification is not in use. You cannot log in now.
ended-title = You have logged out
ended-lead = If you use a shared computer, close the browser too.
nav-overview = Information
nav-uses = Who has used my information
nav-behalf = Act for somebody else
acting-for = You act for: { $name }
acting-change = Change
moment = { $day } at { $hour }
no-data = No information
a-document = Document
case = Number of the case:
down-archive = The archive does not answer right now
down-registers = The population data or mandates do not answer right now
down-advice = Your information is safe. Try again in a few minutes.
down-again = Try again
overview-title = Information from social services
overview-lead = Your client relationships, decisions, plans and assessments are gathered here. Choose the name of a document to open it.
overview-not-shown = Not every document of social services is shown here. You can ask for documents from the wellbeing services county whose client you are.
section-asiakkuudet = Services now
section-paatokset = Decisions
section-suunnitelmat = Plans
section-arviot = Assessments
section-merkinnat = Notes
section-muut = Other documents
service-since = You have been a client since { $start }.
service-was = You were a client { $start }–{ $end }.
own-worker = Your own worker
back-to-overview = Back to the information
what-is-this = What is this?
what-1 =
    This says what help you need and how that was found out.
    If something is wrong, tell your own worker.
what-11 =
    This is an official decision about your service or support.
    If you do not agree, read at the end of the decision how to appeal and by what day.
what-15 =
    This says what has been agreed with you and what the services aim at.
    You can ask for the plan to be changed if your situation changes.
what-15004 =
    Here the provider says how the agreed service is carried out in daily life.
    If the service does not work as written here, tell the unit or your own worker.
what-19 =
    This is a worker's note: what happened or what was agreed.
    If it is wrong, you can ask the one who wrote it to correct it.
what-other =
    This is a document made in your social services.
    If there is something that you do not understand, ask your own worker.
fact-date = Date
fact-controller = In whose register
fact-unit = Unit
fact-task = Service task
fact-author = Made by
fact-signer = Signature
signed-by-system = Electronic signature of the system
print-hint = You can print this page with your browser. Only the document and its details are printed.
document-file = Download the document (PDF)
document-not-shown = The document cannot be shown here. Ask for it from the one in whose register it is.
uses-title = Who has used my information
uses-lead = Here you see which organisation has viewed, stored or disclosed your information, when and on what basis. Names of workers are not shown.
uses-organisation = Organisation
uses-time = Time
uses-action = What was done
uses-purpose = For what purpose
uses-basis = On what basis
uses-register = In whose register
uses-this-view = This service
uses-more = You can ask for more detailed log information from the wellbeing services county in whose register the information is. If you think that somebody has looked at your information without a reason, you can ask for it to be investigated.
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
month-of-year = { $month } { $year }
action-documents = { $n ->
    [one] { $action }: 1 document
   *[other] { $action }: { $n } documents
}
action-read = Viewed
action-write = Stored
action-invalidate = Invalidated
action-grant = Access right given
action-disclose = Disclosed to another
action-consent = Permission or denial changed
action-dispose = Destroyed
action-read_log = Log information viewed
action-other = Other handling
purpose-care = Care of the client relationship
purpose-citizen = Viewing one's own information
purpose-none = Not told
basis-own_register = Own register
basis-grant = Access right given by the organiser
basis-citizen_self = Own information
basis-behalf = { $name } on your behalf
basis-guardian = Guardian
basis-mandate = Mandate
basis-technical = Technical handling
basis-other = Another legal basis
behalf-title = Act for somebody else
behalf-lead = You can see the information of your child under 18, or of an adult who has given you a mandate in the Suomi.fi service.
behalf-who = Whose information do you want to see?
behalf-self = { $name } (your own information)
behalf-guardian = { $name } (you are the guardian)
behalf-mandate = { $name } (you have a mandate)
behalf-nobody = Right now there is nobody for whom you could act.
behalf-button = Show the information
behalf-note = The list is read from the population data and mandates each time. The person sees in the log that you have acted for them.
behalf-ended = You can no longer act for this person
behalf-ended-more = The right has ended or changed. We now show your own information.
nav-wills = Permissions and denials
wills-title = Permissions and denials
wills-lead = Here you see what has been said about giving the data to other controllers.
wills-informing = Information about the national services
wills-informed = The information was given on { $day }.
wills-not-informed = There is no note that the information has been given.
wills-permission = Permission to disclose data
wills-permitted = The permission is in force. It was given on { $day }.
wills-not-permitted = No permission is in force.
wills-denials = Denials
wills-no-denials = There are no denials.
wills-denied-controller = Controller { $what }, denied on { $day }
wills-denied-task = { $what }, denied on { $day }
wills-denied-document = Document { $what }, denied on { $day }
wills-change = Here you can only look at the permission and the denials. They are changed at the social services where the client relationship is.

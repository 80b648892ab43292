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
uses-register-wills = Permissions and denials
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
purpose-citizen-act = Own expression
purpose-none = Not told
basis-own_register = Own register
basis-grant = Access right given by the organiser
basis-citizen_self = Own information
basis-behalf = { $name } on your behalf
basis-guardian = Guardian
basis-mandate = Mandate
basis-checked = Permission and denials checked before anything is given
basis-statute = A right given by law
basis-disclosure = Permission to give data
basis-technical = Technical handling
basis-other = Another legal basis
behalf-title = Act for somebody else
behalf-lead = You can see the information of your child under 18, or of an adult who has given you a mandate in the Suomi.fi service.
behalf-who = Whose information do you want to see?
behalf-self = { $name } (your own information)
behalf-guardian = { $name } (you are the guardian)
behalf-mandate = { $name } (you have a mandate)
behalf-mandate-view = { $name } (you have a mandate to view only)
behalf-nobody = Right now there is nobody for whom you could act.
behalf-button = Show the information
behalf-note = The list is read from the population data and mandates each time. The person sees in the log that you have acted for them.
behalf-ended = You can no longer act for this person
behalf-ended-more = The right has ended or changed. We now show your own information.
nav-wills = Permissions and denials
wills-title = Permissions and denials
wills-lead = Here you see what has been expressed about giving data to other controllers. A controller is who answers for the data, such as a wellbeing services county.
wills-informing = Information about the national services
wills-informed = The information was given { $day }.
wills-not-informed = It is not noted that the information was given.
wills-acknowledge = Read the information and confirm it
wills-read = Read the information
wills-permission = Permission to give data
wills-permission-text = With the permission a worker of social welfare can also see another controller's data when they are needed to arrange the service.
wills-permitted = The permission is in force. It was given { $day }.
wills-not-permitted = No permission is in force.
wills-permit-after = It can be given when the information about the national services has been read and confirmed.
wills-permit = Give permission
wills-withdraw = Withdraw the permission
wills-denials = Denials
wills-denials-text = A denial limits what is given under the permission.
wills-no-denials = There are no denials.
wills-denied-controller = All data of this controller. Denied { $day }.
wills-denied-task = Data of this service task at every controller. Denied { $day }.
wills-denied-document = Denied { $day }.
wills-document-not-shown = A document that is not shown in this service
wills-take-back = Take this denial back
wills-deny = Add a denial
wills-elsewhere = The permission and the denials can also be changed at the social service whose client one is. A printout is given there.
wills-not-offered = Here the permission and the denials can only be read now, because this service cannot sign what is expressed. Change them at the social service whose client one is.
wills-view-only = Your mandate is for viewing only. It does not let you change the permission or the denials.
wills-guardian = A guardian can confirm the information and give or withdraw the permission. In this service a guardian can neither make nor take back a denial for the child.
back-to-wills = Back to permissions and denials
fact-oid = Identifier of the document:
fact-whose = On whose behalf
fact-how-widely = How widely
fact-what = What the denial is about
fact-when = When
fact-receipt = Receipt
informing-lead =
    Documents of social welfare are kept in a national archive. Each controller answers for its own data.
    Only a worker who needs the data at work may look at them. Every look leaves a mark.
    This is a text of the exercise. The real information is made by THL and Kela.
informing-rights = What rights there are
informing-effects =
    Without permission another controller gets no data, unless the law gives a right to them.
    The permission is voluntary. It can be given and withdrawn at any time.
    A denial can limit it: one document, one service task or all data of one controller.
    One gets the service without giving the permission, too.
    “Who has used my data” shows who has looked at the data.
    One can ask for a mistake to be corrected.
informing-button = I have read this
check-meaning = What follows from this
check-leave = Change nothing
permit-title = Give permission to give data
permit-lead = Read this before you give the permission.
permit-effects =
    The permission begins at once.
    A worker who arranges or carries out the service can look at another controller's data of social welfare.
    The permission covers all data: those of now and those stored later.
    Denials that have been made limit it.
    It holds until it is withdrawn. It can be withdrawn here at any time.
    It does not cover data of health care.
permit-button = Give permission
withdraw-title = Withdraw the permission to give data
withdraw-lead = Read this before you withdraw the permission.
withdraw-effects =
    The permission ends at once.
    Another controller gets no more data under it. What has been given already stays there.
    The controller whose data they are still sees them. So does a provider acting for it.
    The law may sometimes give a right to data without permission.
    The permission can be given again later.
withdraw-button = Withdraw the permission
deny-title = Add a denial
deny-lead = Choose first how widely the giving of data is denied.
deny-choose = Choose
deny-back = Choose another extent
deny-onward = Go on
deny-choose-one = Choose one.
deny-nothing = There is nothing here that could be denied.
deny-document = One document
deny-document-text = The other data can still be given.
deny-document-lead = The denial holds for every version of the document, later ones too.
deny-document-which = Which document may not be given?
deny-document-note = The list has the documents that are shown in this service and can be denied one by one. An old document, or one stored as text only, cannot be denied by itself.
deny-task = One service task
deny-task-text = For example all data of substance abuse services, at whichever controller they are.
deny-task-lead = The denial holds for the data of the service task at every controller, later data too.
deny-task-which = Data of which service task may not be given?
deny-controller = All data of one controller
deny-controller-text = For example all data in the register of one wellbeing services county.
deny-controller-lead = The denial holds for all data of social welfare of the controller, later data too.
deny-controller-which = Whose data may not be given?
deny-own-controller = The client relationship is here
deny-check-title = Check the denial
deny-check-lead = Read this before you make the denial.
deny-effects =
    The denial begins at once.
    Denied data are not given to another controller. The other one does not see that anything is denied.
    A denial may affect how well another controller can help.
    The controller whose data they are still sees them. So does a provider acting for it.
    The law may sometimes give a right to data in spite of the denial.
    The denial holds until it is taken back. It can be taken back here at any time.
deny-button = Make the denial
take-back-title = Take the denial back
take-back-lead = Read this before you take the denial back.
take-back-effects =
    The denial ends at once.
    The data can be given again, if a permission is in force and no other denial covers them.
    The denial can be made again later.
take-back-button = Take the denial back
done-stored = It has been stored
done-informed = The information is confirmed
done-informed-next = The mark is stored. A permission to give data can be given now. It need not be given.
done-permitted = The permission is given
done-permitted-next = The permission is in force now. “Who has used my data” shows to whom data are given.
done-withdrawn = The permission is withdrawn
done-withdrawn-next = Data are no longer given under the permission. The change is in force now.
done-denied = The denial is made
done-denied-next = The data are no longer given to another controller. The denial is in force now.
done-taken-back = The denial is taken back
done-taken-back-next = The change is in force now. The data can be given, if a permission is in force and no other denial covers them.
done-change = If this was a mistake, it can be undone at once. The page can be printed.
stopped-conflict = Something changed meanwhile, and your choice was not stored
stopped-conflict-advice = The permission or the denials were changed while the page was open: in another window, at the social service or by another person. Look first at what is in force now. Then make the change again if it is still needed.
stopped-unchanged = This is in force already, and nothing was changed
stopped-unchanged-advice = The same has been stored already. You can check it among permissions and denials.
stopped-other-person = You changed the person, and your choice was not stored
stopped-other-person-advice = The page was opened from another person's data than those you look at now. See at the top of the page for whom you act, and make the change again.
stopped-forbidden = This cannot be done on another's behalf
stopped-forbidden-advice = Your right to act for this person does not reach so far. The person can do it here or at the social service whose client they are.
stopped-not-informed = Read first the information about the national services
stopped-not-informed-advice = The permission can be given when the information has been read and confirmed. It takes some minutes.
stopped-not-deniable = This cannot be denied here
stopped-not-deniable-advice = A denial can be made of a document that is shown in this service, of a service task or of a controller. Ask about anything else at the social service whose client one is.
stopped-not-offered = Permissions and denials cannot be changed here now
stopped-not-offered-advice = Change them at the social service whose client one is. Nothing was changed.

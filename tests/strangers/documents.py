"""Documents as another vendor's system would write them: header, display form and structured form, put together as text."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from lxml import etree

from signing import sign, signature_template

HELSINKI = ZoneInfo("Europe/Helsinki")
TASKS = "1.2.246.537.6.1221.201601"
SERVICES = "1.2.246.537.6.1222.201601"
TYPES = "1.2.246.537.6.1506.201701"
UNITS = "1.2.246.537.6.202.2008"
ELDERLY = ("IAKAS", "Iäkkäiden palvelut")
PERMISSION = "1.2.246.537.6.1505.8.2023.6.1"
HOUSING = ("85", "Ympärivuorokautinen palveluasuminen")


def stamp(at):
    """A moment as HL7 writes it: local time with offset."""
    return at.astimezone(HELSINKI).strftime("%Y%m%d%H%M%S%z")


def zulu(at):
    """A moment as xs:dateTime in Z."""
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Organisation:
    """An organisation or a service unit: OID and name; `short` names its key files."""

    oid: str
    name: str
    short: str = ""


@dataclass(frozen=True)
class Worker:
    """Who acts: identity, work and the organisation whose system connects."""

    login: str
    hetu: str
    registration: str
    family: str
    given: str
    unit: Organisation
    duty: str
    task: str
    employer: Organisation


@dataclass(frozen=True)
class Person:
    """A client of the 900 series."""

    hetu: str
    family: str
    given: str
    birth: str
    sex: str


@dataclass
class Document:
    """What the client system knows of a document before it is written out."""

    oid: str
    group: str
    structure: str
    client: Person
    organiser: Organisation
    at: datetime
    content: dict
    title: str
    lines: list
    author: Worker | None = None
    unit: Organisation | None = None
    case: str | None = None
    relationship: str | None = None
    general_type: tuple | None = None
    specific_type: str | None = None
    task: tuple | None = None
    process: tuple | None = None
    service: tuple | None = None
    replaces: "Document | None" = None
    reason: str = ""

    @property
    def set_id(self):
        """The first version's identifier."""
        return self.replaces.set_id if self.replaces else self.oid

    @property
    def version(self):
        """1, 2, …"""
        return self.replaces.version + 1 if self.replaces else 1


def coded(name, code, system, prefix=""):
    """A coded element; `code` is (code, display)."""
    return f'<{prefix}{name} code="{code[0]}" codeSystem="{system}" displayName="{escape(code[1])}"/>'


def term(code, system):
    """A code in the structured form."""
    return {"system": f"urn:oid:{system}", "code": code[0], "display": code[1]}


def identifier(value, system="1.2.246.1"):
    """An identifier in the structured form."""
    return {"system": f"urn:oid:{system}", "value": value}


def person(client):
    """A client in the structured form."""
    return {
        "sukunimi": client.family,
        "etunimet": client.given,
        "henkilotunnus": identifier(client.hetu, "1.2.246.21"),
    }


def display_form(document):
    """The XHTML fragment: the identity code is masked."""
    items = [("Asiakas", f"{document.client.family} {document.client.given}, {document.client.hetu[:6]}*****")]
    rows = "".join(
        f'<div class="soc-list"><div class="soc-item"><h1 class="soc-title">{escape(title)}</h1>'
        f'<div class="soc-content"><p>{escape(text)}</p></div></div></div>'
        for title, text in items + document.lines
    )
    date = document.at.astimezone(HELSINKI).strftime("%d.%m.%Y")
    return (
        f'<div class="soc-document" id="OID{document.oid}" xmlns="http://www.w3.org/1999/xhtml"><div class="soc-header">'
        f'<div class="soc-hdr1">{escape(document.organiser.name)}</div><div class="soc-hdr2">{escape(document.title)}</div>'
        f'<div class="soc-hdr3">{date}</div></div><div class="soc-main-wrapper"><h1 class="soc-fulltitle">'
        f'{escape(document.title)}</h1>{rows}</div><div class="soc-footer"><div class="soc-ftr1"/><div class="soc-ftr2"/>'
        '<div class="soc-ftr3"/></div></div>'
    )


def organisation(name, one):
    """An organisation inside an element of its own."""
    return f'<{name}><id root="{one.oid}"/><name>{escape(one.name)}</name></{name}>'


def header_cda(document):
    """The CDA part of the header, wire-format 5.1."""
    client, at, author = document.client, stamp(document.at), document.author
    code = coded("code", document.general_type, TYPES) if document.general_type else '<code nullFlavor="NA"/>'
    author = (
        f'<id root="1.2.246.537.26" extension="{author.registration}"/><assignedPerson><name><given>{author.given}</given>'
        f"<family>{author.family}</family></name></assignedPerson>"
        if author
        else '<id nullFlavor="NA"/>'
    )
    return (
        '<realmCode code="FI"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>'
        f'<id root="{document.oid}"/>{code}<effectiveTime value="{at}"/>'
        '<confidentialityCode code="6" codeSystem="1.2.246.777.5.99902.2006"/><languageCode code="fi"/>'
        f'<setId root="{document.set_id}"/><versionNumber value="{document.version}"/>'
        f'<recordTarget><patientRole><id root="1.2.246.21" extension="{client.hetu}"/><patient><name><given>{client.given}'
        f"</given><family>{client.family}</family></name>"
        f'<administrativeGenderCode code="{client.sex}" codeSystem="1.2.246.537.5.1.1997"/>'
        f'<birthTime value="{client.birth}"/></patient></patientRole></recordTarget>'
        f'<author><time nullFlavor="NA"/><assignedAuthor>{author}</assignedAuthor></author><custodian><assignedCustodian>'
        f"{organisation('representedCustodianOrganization', document.organiser)}</assignedCustodian></custodian>"
        f"{replaced(document.replaces) if document.replaces else ''}{encounter(document)}"
    )


def replaced(old):
    """The version that this one replaces."""
    return (
        f'<relatedDocument typeCode="RPLC"><parentDocument><id root="{old.oid}"/><setId root="{old.set_id}"/>'
        f'<versionNumber value="{old.version}"/></parentDocument></relatedDocument>'
    )


def encounter(document):
    """Case, organiser and unit; a client relationship document has none of them."""
    if not document.case:
        inner = '<id nullFlavor="NA"/><effectiveTime nullFlavor="NA"/>'
    else:
        entity = '<assignedEntity><id nullFlavor="NA"/>{}</assignedEntity>'
        organiser = entity.format(organisation("representedOrganization", document.organiser))
        unit = entity.format(organisation("representedOrganization", document.unit))
        inner = (
            f'<id root="{document.case}"/><effectiveTime nullFlavor="NA"/><responsibleParty>{organiser}</responsibleParty>'
            f'<encounterParticipant typeCode="ADM">{unit}</encounterParticipant>'
        )
    return f"<componentOf><encompassingEncounter>{inner}</encompassingEncounter></componentOf>"


def header_social(document, signatures):
    """`localSocialHeader`, wire-format 5.2, with our own `context` where a service is known."""
    document_on_behalf = document.author and document.unit and not document.unit.oid.startswith(document.organiser.oid[:-2])
    one = lambda name, code, system: f'<ep2:{name} code="{code}" codeSystem="{system}"/>'  # noqa: E731
    parts = [
        one("specificDocumentType", document.specific_type, TYPES) if document.specific_type else "",
        f'<ep2:creationTime value="{stamp(document.at)}"/>',
        one("documentGroup", document.group, "1.2.246.537.6.1505.201601"),
        one("fileFormat", "2", "1.2.246.537.6.1502.201601"),
        one("structuredFileFormat", "5", "1.2.246.537.5.40179.2008"),
        '<ep2:softwareSupport moderator="Vieras Oy" product="Vieras järjestelmä" version="1.0"/>',
        coded("functionCode", document.task, TASKS, "ep2:") if document.task else "",
        one("recordStatus", "3", "1.2.246.537.5.40154.2008"),
        one("registryType", "1", "1.2.246.537.6.1264.201701"),
        f'<ep2:outsourcingServiceCustomer root="{document.organiser.oid}"/><ep2:outsourcingServiceCustomerName>'
        f"{escape(document.organiser.name)}</ep2:outsourcingServiceCustomerName>"
        if document_on_behalf
        else "",
        one("totalRetentionPeriodClass", "1", "1.2.246.537.6.1258.201601"),
        f"<ep2:contentSpecificationId>{document.structure}</ep2:contentSpecificationId>",
        f'<ep2:encompassingClientRelationship root="{document.relationship}"/>' if document.relationship else "",
        "<ep2:serviceProcess><ep2:type>Sosiaalihuollon palveluprosessi</ep2:type>"
        f"{coded('code', document.process, '1.2.246.537.6.1277.201701', 'ep2:')}</ep2:serviceProcess>"
        if document.process
        else "",
        f"<ep2:reasonOfCorrection>{escape(document.reason)}</ep2:reasonOfCorrection>" if document.reason else "",
        f"<ep2:signatureCollection>{signatures}</ep2:signatureCollection>",
        f'<v:context xmlns:v="urn:vakka:header:1">{coded("service", document.service, SERVICES, "v:")}'
        f'<v:eventTime value="{stamp(document.at)}"/></v:context>'
        if document.service
        else "",
    ]
    return f'<ep2:localSocialHeader xmlns:ep2="urn:hl7finland">{"".join(parts)}</ep2:localSocialHeader>'


def signature(document, number, role):
    """One entry of the signature collection, still to be signed. `role` is of 40127: 1 professional, 3 system."""
    time = f"ST{number}-{document.oid}"
    # The system signature names the enveloped transform before canonicalisation, the professional's does not.
    enveloped = role == "3"
    return (
        f'<ep2:signature ID="S{number}-{document.oid}">'
        f'<ep2:signatureDescription code="{role}" codeSystem="1.2.246.537.5.40127.2006"/>'
        f'<ep2:signatureTimestamp ID="{time}">{zulu(document.at)}</ep2:signatureTimestamp>'
        f"{signature_template([(f'OID{document.oid}', enveloped), (time, enveloped)])}</ep2:signature>"
    )


def unsigned(document, roles=("3",), change=lambda display: display):
    """The whole document with unsigned signature templates, one per role; `change` alters the display form."""
    b64 = lambda text: base64.b64encode(text.encode()).decode()  # noqa: E731
    signatures = "".join(signature(document, number, role) for number, role in enumerate(roles, 1))
    content = json.dumps(document.content, ensure_ascii=False)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="urn:hl7-org:v3 ../../cda/CDA_Fi_sos.xsd">\n'
        f"{header_cda(document)}\n{header_social(document, signatures)}\n"
        f'<component><nonXMLBody ID="OID{document.oid}"><text mediaType="application/xhtml+xml" representation="B64">'
        f'{b64(change(display_form(document)))}</text><ep2:json xmlns:ep2="urn:hl7finland">{b64(content)}</ep2:json></nonXMLBody>'
        "</component>\n</ClinicalDocument>\n"
    ).encode()


def write(document, keys, signer):
    """A document signed by a system: what most of them are."""
    return sign(unsigned(document), keys, [f"{signer.short}-system"])


def write_otherwise(document, keys, signer):
    """The same, in another vendor's style."""
    return sign(restyle(unsigned(document)), keys, [f"{signer.short}-system"])


def frame_copy(document, worker, carried):
    """The frame's copy of the metadata, wire-format 2, around the carried package."""
    client = document.client
    name = f"<name><family>{client.family}</family><given>{client.given}</given></name>"
    return (
        '<clinicalDocument classCode="DOCCLIN" moodCode="EVN"><realmCode code="FI"/>'
        '<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>'
        f'<id root="{document.oid}"/><code code="1" codeSystem="1.2.246.537.6.1264.201701"/>'
        f'<text mediaType="multipart/related" representation="B64">{carried}</text><statusCode code="COMPLETED"/>'
        f'<effectiveTime value="{stamp(document.at)}"/><setId root="{document.set_id}"/>'
        f'<versionNumber value="{document.version}"/>'
        '<completionCode code="LA" codeSystem="1.2.246.537.5.40115.2006"/>'
        '<storageCode code="AC" codeSystem="1.2.246.537.5.40116.2006"/><recordTarget typeCode="RCT">'
        f'<patient classCode="PAT"><id root="1.2.246.21" extension="{client.hetu}"/><statusCode code="normal"/>'
        f'<patientPerson>{name}<birthTime value="{client.birth}"/></patientPerson></patient></recordTarget>'
        f'<author><time nullFlavor="NA"/><assignedAuthor><id root="1.2.246.21" extension="{worker.hetu}"/><assignedPerson>'
        f"<name><family>{worker.family}</family><given>{worker.given}</given></name></assignedPerson></assignedAuthor></author>"
        f"<custodian><assignedCustodian>{organisation('representedOrganization', document.organiser)}</assignedCustodian>"
        "</custodian></clinicalDocument>"
    )


def relationship(oid, relationship_oid, client, organiser, unit, provider, at):
    """Asiakkuusasiakirja 1505.1: the client relationship, and with it the grant of a provider's unit when one is named."""
    day = at.astimezone(HELSINKI).strftime("%Y-%m-%d")
    granted = provider and {
        "sosiaalipalvelu": [term(HOUSING, SERVICES)],
        "palveluyksikon_nimi": term((provider.oid, provider.name), UNITS),
        "asiakkuuden_alkamispvm": day,
    }
    content = {
        "asiakkuusasiakirja": {
            "palvelunjarjestajan_toimintayksikko": term((organiser.oid, organiser.name), UNITS),
            "asiakkuuden_yksilointitunnus": identifier(relationship_oid),
            "asiakas": person(client) | {"turvakielto": False},
            "sosiaalihuollon_asiakkuus": {"asiakkuuden_alkamispvm": day},
            "sosiaalihuollon_palvelutehtava": [
                {
                    "palvelutehtava": term(ELDERLY, TASKS),
                    "palvelunjarjestajan_palveluyksikko": [
                        {"palveluyksikon_nimi": term((unit.oid, unit.name), UNITS), "asiakkuuden_alkamispvm": day}
                    ],
                }
                | ({"palveluntuottaja": [granted]} if provider else {})
            ],
        }
    }
    return Document(
        oid, "1", "1.2.246.537.6.1505.1.2023.6.1", client, organiser, at, content, "Asiakkuusasiakirja",
        [("Asiakkuus alkanut", day)] + ([("Palveluntuottaja", provider.name)] if provider else []),
        relationship=relationship_oid,
    )  # fmt: skip


def case(oid, case_oid, client, organiser, unit, author, at):
    """Asia-asiakirja 1505.2: opens the case."""
    day = at.astimezone(HELSINKI).strftime("%Y-%m-%d")
    content = {
        "asia_asiakirja": {
            "palvelunjarjestajan_toimintayksikko": term((organiser.oid, organiser.name), UNITS),
            "asiakas": [person(client)],
            "asian_tiedot": {
                "asiatunnus": identifier(case_oid),
                "nimi": term(("ASUMINEN", "Asumispalvelua koskeva asia"), "1.2.246.537.6.1265.201601"),
                "tila": term(("AVOIN", "Avoin"), "1.2.246.537.6.1501.201601"),
                "avauspaiva": day,
                "palvelutehtava": term(ELDERLY, TASKS),
            },
        }
    }
    return Document(
        oid, "2", "1.2.246.537.6.1505.2.2022.6.28", client, organiser, at, content, "Asia-asiakirja",
        [("Asia", "Asumispalvelua koskeva asia, avoin")], author=author, unit=unit, case=case_oid, task=ELDERLY,
        process=("1", "Asian vireilletulon käsittely"),
    )  # fmt: skip


def note(oid, case_oid, client, organiser, author, at, words):
    """Asiakaskertomusmerkintä 19007, written by a provider's worker into the organiser's register."""
    moment = at.astimezone(HELSINKI).isoformat(timespec="seconds")
    content = {
        "merkinta_asiakkaan_arjesta": {
            "asiakas": [person(client)],
            "asiakaskertomusmerkinta": {
                "palvelutehtava": term(ELDERLY, TASKS),
                "sosiaalipalvelu": [term(HOUSING, SERVICES)],
                "tapahtuma": {"ajanjakso": {"alkamishetki": moment, "paattymishetki": moment}, "kuvaus": words},
            },
            "paivamaara": moment[:10],
            "laatija": {
                "sukunimi": author.family,
                "etunimet": author.given,
                "tehtavanimike": "lähihoitaja",
                "palveluyksikko": term((author.unit.oid, author.unit.name), UNITS),
            },
        }
    }
    return Document(
        oid, "5", "1.2.246.537.6.1506.19007.2022.1.10", client, organiser, at, content, "Merkintä asiakkaan arjesta",
        [("Kuvaus", words)], author=author, unit=author.unit, case=case_oid,
        general_type=("19", "Asiakaskertomusmerkintä"), specific_type="19007", task=ELDERLY,
        process=("5", "Palvelun toteutus"), service=HOUSING,
    )  # fmt: skip


def informing(oid, client, controller, author, at):
    """Kanta-informointi: the client has been told of the national service. Belongs to no register."""
    content = expression(client, author, at, {"informoitu": True, "informoinnin_ajankohta": day_of(at)})
    return Document(
        oid, "INFORMOINTI", "2.999.246.537.1.2026.11.25", client, controller, at, {"kanta_informointi": content},
        "Kanta-informointi", [("Informoitu", "Kyllä")], author=author,
    )  # fmt: skip


def permission(oid, client, controller, author, at, infotext):
    """Luovutuslupa 1505.8: the client lets other controllers' workers see his documents. `infotext` is the fixed text."""
    given = {"luovutuslupa": True, "luovutusluvan_antamisen_ajankohta": day_of(at)}
    more = {"infoteksti": infotext, "voimassa_oleva_luovutuslupa": given}
    return Document(
        oid, "8", PERMISSION, client, controller, at,
        {"luovutuslupa_asiakirja": expression(client, author, at, more)},
        "Luovutuslupa-asiakirja", [("Luovutuslupa", "Kyllä")], author=author,
    )  # fmt: skip


def expression(client, author, at, more):
    """What every expression of will says: whose, taken down by whom, when; and what it is."""
    by = {"sukunimi": author.family, "etunimet": author.given}
    made = {"ammattihenkilon_laatima_asiakirja": {"laatija": by}, "laatimispaivamaara": day_of(at)}
    return {"asiakas": person(client)} | more | made


def day_of(at):
    """The Finnish day of a moment."""
    return at.astimezone(HELSINKI).strftime("%Y-%m-%d")


PREFIXES = {
    "urn:hl7-org:v3": "c",
    "urn:hl7finland": "f",
    "http://www.w3.org/2000/09/xmldsig#": "sig",
    "urn:vakka:header:1": "x",
}


def restyle(xml):
    """The same document as yet another vendor would write it: other prefixes, apostrophes, attributes backwards, white
    space and line ends of CRLF, comments. To be signed after this."""

    def words(element, depth):
        name = etree.QName(element)
        tag = f"{PREFIXES[name.namespace]}:{name.localname}"
        attributes = [
            f"\n{'  ' * depth}{key}='{escape(value)}'" for key, value in reversed(element.items()) if not key.startswith("{")
        ]
        spaces = "".join(f" xmlns:{prefix}='{uri}'" for uri, prefix in PREFIXES.items()) if depth == 0 else ""
        inner = escape(element.text or "").strip()
        if inner and name.localname in ("text", "json"):
            half = len(inner) // 2
            inner = f"\n{inner[:half]}<!-- katko -->\n{inner[half:]}\n"
        children = "".join(f"\n{' ' * depth} {words(child, depth + 1)}" for child in element)
        return f"<{tag}{spaces}{''.join(attributes)} >{inner}{children}</{tag} >"

    root = etree.fromstring(xml)
    return (f"<?xml version='1.0' encoding='utf-8'?>\n<!-- toisen tekemä -->\n{words(root, 0)}\n").replace("\n", "\r\n").encode()

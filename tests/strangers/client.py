"""A small client of the archive, written in another language from `docs/messages` alone.

It shares no code with Vakka: documents are put together as text, signed by the outside program `xmlsec1`, sent by the
standard library, and answers are read by lxml. If it and the archive agree, they agree because of the written format.
"""

import base64
import email
import http.client
import os
import secrets
import ssl
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from lxml import etree

from documents import TASKS, frame_copy, stamp, zulu
from signing import b64, sign, signature_template, xml_parser

NS = {
    "h": "urn:hl7-org:v3",
    "f": "urn:hl7finland",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "k": "urn:vakka:kuittaus:1",
    "r": "urn:vakka:haku:1",
}


def login_evidence(keys, worker, at, origin=None):
    """Evidence of a card login: origin, time and nonce on a line each, signed with the authentication key."""
    challenge = f"{origin or keys.origin}\n{zulu(at)}\n{secrets.token_hex(32)}"
    card = f"card-{worker.login}-login"
    return (
        f"<challenge>{b64(challenge.encode())}</challenge>"
        f"<signature>{b64(keys.card_signature(card, challenge))}</signature>"
        f"<certificate>{b64(keys.certificate(card))}</certificate>"
    )


def actor(keys, worker, at, case=None, signed=True, change=lambda text: text):
    """The SOAP header `Toimija`: who acts, signed with the connecting organisation's system key.

    `change` alters the text after signing, for the refused twins.
    """
    nonce = secrets.token_hex(16)
    key = f'<searchKey kind="case" value="{case}"/>' if case else ""
    identity = f"T-{nonce}"
    xml = (
        f'<Toimija xmlns="urn:vakka:toimija:1" ID="{identity}"><worker root="1.2.246.21" extension="{worker.hetu}"/>'
        f'<registration root="1.2.246.537.26" extension="{worker.registration}"/><unit root="{worker.unit.oid}"/>'
        f'<duty code="{worker.duty}"/><ownTask code="{worker.task}" codeSystem="{TASKS}"/>'
        f'<login strength="card">{login_evidence(keys, worker, at)}</login><purpose code="asiakkuuden hoito"/>{key}'
        f'<time value="{stamp(at)}"/><nonce>{nonce}</nonce><connecting root="{worker.employer.oid}"/>'
        f"{signature_template([(identity, True)]) if signed else ''}</Toimija>"
    ).encode()
    xml = sign(xml, keys, [f"{worker.employer.short}-system"]) if signed else xml
    return change(xml.decode())


def package(document):
    """The MIME entity that carries a document, base64."""
    boundary = f"raja-{secrets.token_hex(8)}"
    head = f'Content-Type: multipart/related; boundary={boundary}; type="text/xml"\r\n\r\n--{boundary}\r\n'
    part = "Content-Type: text/xml; charset=UTF-8\r\n\r\n"
    return b64((head + part).encode() + document + f"\r\n--{boundary}--\r\n".encode())


def unpack(text):
    """The document's bytes from the package of an answer."""
    entity = email.message_from_bytes(base64.b64decode("".join(text.split())))
    return entity.get_payload(0).get_payload(decode=True)


def envelope(header, body):
    """SOAP 1.2 around a message."""
    head = f"<s:Header>{header}</s:Header>" if header else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">{head}<s:Body>{body}</s:Body></s:Envelope>'
    )


def frame(interaction, request, situation, worker, organiser, at, content, reason=""):
    """The transport frame around `content`, a subject or a question. Returns (message number, text)."""
    reason = f'<reasonCode nullFlavor="OTH"><originalText>{escape(reason)}</originalText></reasonCode>' if reason else ""
    number = str(secrets.randbelow(10**12))
    device = '<device classCode="DEV" determinerCode="INSTANCE">'
    xml = (
        f'<{interaction} xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0"><id root="{worker.employer.oid}" extension="{number}"/>'
        f'<creationTime value="{stamp(at)}"/><interactionId root="2.16.840.1.113883.1.6" extension="{interaction}"/>'
        '<processingCode code="D"/><processingModeCode code="T"/><acceptAckCode code="ER"/>'
        f'<receiver typeCode="RCV">{device}<id root="1.2.246.556.18007.2"/></device></receiver>'
        f'<sender typeCode="SND">{device}<id root="{organiser.oid}"/></device></sender>'
        '<controlActProcess classCode="CACT" moodCode="EVN"><priorityCode code="R"/>'
        f'<reasonCode code="{request}" codeSystem="1.2.246.537.6.1503.201601"/>'
        f'<reasonCode code="{situation}" codeSystem="1.2.246.537.6.1289.201901"/>{reason}'
        f'<authorOrPerformer typeCode="PRF"><assignedPerson><id root="1.2.246.21" extension="{worker.hetu}"/>'
        f"<assignedPerson><name><family>{worker.family}</family><given>{worker.given}</given></name></assignedPerson>"
        f'<representedOrganization><id root="{worker.unit.oid}"/><name>{escape(worker.unit.name)}</name>'
        f"</representedOrganization></assignedPerson></authorOrPerformer>{content}</controlActProcess></{interaction}>"
    )
    return number, xml


def question(organiser=None, case=None, document=None, client=None, holder=None, ground=None):
    """A question's parameters, those that are given; `holder` and `ground` (code, words) belong to a disclosure."""
    wanted = [
        ("custodianId", organiser and f'root="{organiser.oid}"'),
        ("patientId", client and f'root="1.2.246.21" extension="{client.hetu}"'),
        ("encounterId", case and f'root="{case}"'),
        ("clinicalDocumentId", document and f'root="{document}"'),
        ("disclosingCustodianId", holder and f'root="{holder.oid}"'),
    ]
    parts = "".join(f"<{name}><value {value}/></{name}>" for name, value in wanted if value)
    if ground:
        code, words = ground
        parts += f'<legalGround><value code="{code}"><originalText>{escape(words)}</originalText></value></legalGround>'
    return (
        f'<queryByParameter><queryId extension="haku-{secrets.token_hex(4)}"/><statusCode code="new"/>'
        f"<parameterList>{parts}</parameterList></queryByParameter>"
    )


class Answer:
    """An acknowledgement or an answer to a question, read by lxml."""

    def __init__(self, status, data):
        self.status, self.data = status, data
        self.xml = etree.fromstring(data, xml_parser())
        self.interaction = self.xml.xpath("string(//h:interactionId/@extension)", namespaces=NS)
        self.kind = self.xml.xpath("string(//h:acknowledgement/@typeCode)", namespaces=NS)
        self.target = self.xml.xpath("string(//h:targetMessage/h:id/@extension)", namespaces=NS)
        self.codes = self.xml.xpath("//h:acknowledgementDetail[@typeCode='E']/h:code/@code", namespaces=NS)
        self.texts = self.xml.xpath("//h:acknowledgementDetail/h:text/text()", namespaces=NS)
        self.receipt = {
            etree.QName(child).localname: child.get("root") or child.get("value")
            for child in self.xml.xpath("//k:receipt/*", namespaces=NS)
        }
        self.rows = {
            row.find("h:id", NS).get("root"): row for row in self.xml.xpath("//h:subject/h:clinicalDocument", namespaces=NS)
        }
        self.documents = {
            oid: unpack(row.findtext("h:text", namespaces=NS))
            for oid, row in self.rows.items()
            if row.find("h:text", NS) is not None
        }

    def __repr__(self):
        return f"{self.status} {self.interaction} {self.kind} {self.codes} {self.texts}"


class Client:
    """Sends messages for one worker over mutual TLS."""

    def __init__(self, demo, worker):
        self.demo, self.worker, self.keys = demo, worker, demo.keys

    def post(self, text, content_type="application/soap+xml; charset=utf-8"):
        """One request over a connection of its own, with the employer's TLS certificate."""
        key, certificate = self.keys.pair(f"{self.worker.employer.short}-tls")
        context = ssl.create_default_context(cafile=os.fspath(self.keys.root()))
        context.load_cert_chain(certificate, key)
        place = urlsplit(self.demo.places["messages"])
        connection = http.client.HTTPSConnection(place.hostname, place.port, context=context, timeout=60)
        try:
            connection.request("POST", "/sanomat", text.encode(), {"Content-Type": content_type})
            response = connection.getresponse()
            return Answer(response.status, response.read())
        finally:
            connection.close()

    def send(self, interaction, request, situation, organiser, content, case=None, header=None, reason=""):
        """Builds and posts one message; `header` replaces the signed Toimija."""
        at = self.demo.now()
        number, body = frame(interaction, request, situation, self.worker, organiser, at, content, reason)
        header = actor(self.keys, self.worker, at, case) if header is None else header
        answer = self.post(envelope(header, body))
        assert answer.target == number, f"the answer is to another message: {answer}"
        return answer

    def archive(self, document, xml, request, situation, header=None):
        """Archives a signed document; its case is the search key when the right comes from a grant."""
        subject = f"<subject>{frame_copy(document, self.worker, package(xml))}</subject>"
        case = document.case if situation == "2" else None
        return self.send("RCMR_IN200002FI01", request, situation, document.organiser, subject, case, header)

    def nullify(self, document, reason, situation="2"):
        """Nullifies a document, in words."""
        subject = f"<subject>{frame_copy(document, self.worker, '')}</subject>"
        return self.send(
            "RCMR_IN200002FI01", "SP6", situation, document.organiser, subject, document.case, reason=reason
        )

    def search(self, organiser, case, situation="2", header=None):
        """Metadata of a case's documents."""
        parameters = question(None if situation == "2" else organiser, case)
        return self.send("RCMR_IN200029FI01", "SP9", situation, organiser, parameters, case, header)

    def fetch(self, organiser, case, document, situation="2"):
        """One document with its bytes."""
        parameters = question(None if situation == "2" else organiser, case, document)
        return self.send("RCMR_IN200031FI01", "SP10", situation, organiser, parameters, case)

    def disclosed(self, own, client, holder=None, ground=None, documents=False):
        """Rows or documents of other controllers about a client: by permission, or by law when a ground is given."""
        parameters = question(own, client=client, holder=holder, ground=ground)
        interaction, request = ("RCMR_IN200031FI01", "SP15") if documents else ("RCMR_IN200029FI01", "SP14")
        return self.send(interaction, request, "4" if ground else "3", own, parameters)

    def consents(self, own, client):
        """What the client has expressed: informing, permission, denials."""
        return self.send("RCMR_IN200031FI01", "SP13", "1", own, question(own, client=client))

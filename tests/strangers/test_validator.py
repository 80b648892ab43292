"""The validator's door: silence for a good document, numbered faults for a bad one, whoever wrote it."""

import json
import re
import secrets
import subprocess
import urllib.error
import urllib.request

import pytest

import documents
from client import frame, package
from conftest import GUIDANCE, JARVI_HAME, KIELO, LIISA, MARJA, new_note
from signing import Keys, sign, signature_template, xmlsec


def ask(demo, request_body):
    """One request. Returns (status, content type, text)."""
    request = urllib.request.Request(
        demo.places["archive"].rstrip("/") + "/shark-validointi/validoi/asiakirja/tulos",
        request_body,
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers.get_content_type(), refused.read().decode()


class Faults(list):
    """The numbered sentences, and the code that came with them."""

    def __init__(self, code, sentences):
        super().__init__(sentences)
        self.code = code


def validate(demo, document, xml, worker, service_request="SP17", level="1", carried="", change=lambda text: text):
    """Validates a document with a frame made for it; returns the list of faults, numbers checked."""
    subject = f"<subject>{documents.frame_copy(document, worker, carried)}</subject>"
    _, text = frame("RCMR_IN200002FI01", service_request, "1", worker, document.organiser, document.at, subject)
    body = {
        "messageId": secrets.token_hex(4),
        "palveluPyynto": service_request,
        "level": level,
        "siirtokehysXml": change('<?xml version="1.0" encoding="UTF-8"?>\n' + text),
        "asiakirjaXml": xml.decode(),
    }
    status, _, answer = ask(demo, json.dumps(body).encode())
    assert status == 200, answer
    if not answer:
        return []
    faults = json.loads(answer)
    assert faults["code"], faults
    numbers = [int(number) for number in re.findall(r"(?:^|; )(\d+)\. ", faults["description"])]
    assert numbers and numbers == list(range(1, len(numbers) + 1)), faults
    return Faults(faults["code"], faults["description"].split("; "))


@pytest.fixture
def note(demo):
    """An entry that nobody has archived; the validator asks nothing of grants at level 1."""
    return new_note(demo, demo.person(), demo.oid(JARVI_HAME, 8))


def test_a_good_document_is_answered_by_nothing(demo, note):
    xml = documents.write(note, demo.keys, KIELO)
    assert validate(demo, note, xml, LIISA) == []
    assert validate(demo, note, xml, LIISA, carried=package(xml)) == [], "a package equal to the document"


def test_documents_of_every_group_that_the_stranger_writes(demo):
    client, at = demo.person(), demo.now()
    relationship = documents.relationship(
        demo.oid(JARVI_HAME, 7), demo.oid(JARVI_HAME, 9), client, JARVI_HAME, GUIDANCE, LIISA.unit, at
    )
    case = documents.case(demo.oid(JARVI_HAME, 7), demo.oid(JARVI_HAME, 8), client, JARVI_HAME, GUIDANCE, MARJA, at)
    for document, request in ((relationship, "SP1"), (case, "SP2")):
        xml = documents.write(document, demo.keys, JARVI_HAME)
        assert validate(demo, document, xml, MARJA, request) == []


def test_another_vendors_style_is_as_good(demo, note):
    assert validate(demo, note, documents.write_otherwise(note, demo.keys, KIELO), LIISA) == []


def test_a_professionals_signature_beside_the_systems(demo, note):
    xml = sign(documents.unsigned(note, ("1", "3")), demo.keys, ["card-liisa-signature", "kielo-system"])
    assert validate(demo, note, xml, LIISA) == []
    assert validate(demo, note, xml, LIISA, level="2") == []


def changed_body(demo, note, good):
    note.lines = [("Kuvaus", "toinen")]
    display = re.compile(rb'(xhtml\+xml" representation="B64">)[^<]+')
    return good.replace(display.search(good)[0], display.search(documents.unsigned(note))[0]), {}


def changed_time(demo, note, good):
    return re.sub(rb"(<ep2:signatureTimestamp[^>]*>)[^<]+", rb"\g<1>2026-09-01T00:00:00Z", good), {}


def no_signature(demo, note, good):
    return documents.unsigned(note, ()), {}


def outside_the_structure(demo, note, good):
    note.content["merkinta_asiakkaan_arjesta"]["oma_kentta"] = "x"
    return documents.write(note, demo.keys, KIELO), {}


def unknown_code_system(demo, note, good):
    entry = note.content["merkinta_asiakkaan_arjesta"]["asiakaskertomusmerkinta"]
    entry["palvelutehtava"]["system"] = "urn:oid:1.2.3"
    return documents.write(note, demo.keys, KIELO), {}


def identity_code_shown(demo, note, good):
    note.lines = [("Tunnus", note.client.hetu)]
    return documents.write(note, demo.keys, KIELO), {}


def active_content(demo, note, good):
    change = lambda text: text.replace("<p>", '<p onclick="x()">', 1)  # noqa: E731
    return sign(documents.unsigned(note, change=change), demo.keys, ["kielo-system"]), {}


def frame_of_another_client(demo, note, good):
    note.client = demo.person()
    return good, {}


def request_of_another_group(demo, note, good):
    return good, {"service_request": "SP1"}


def doctype(demo, note, good):
    return good.replace(b"?>\n", b'?>\n<!DOCTYPE x [<!ENTITY y "z">]>\n', 1), {}


def not_xml(demo, note, good):
    return good[:-10], {}


def other_package(demo, note, good):
    return good, {"carried": package(good.replace(b"Vieras Oy", b"Toinen Oy"))}


def client_of_the_body_is_another(demo, note, good):
    note.client = demo.person()
    return documents.write(note, demo.keys, KIELO), {}


FAULTS = [
    (changed_body, "SIGNATURE_INVALID"),
    (changed_time, "SIGNATURE_INVALID"),
    (no_signature, "SIGNATURE_MISSING"),
    (outside_the_structure, "SCHEMA_INVALID"),
    (unknown_code_system, "CODE_INVALID"),
    (identity_code_shown, "DISPLAY_INVALID"),
    (active_content, "DISPLAY_INVALID"),
    (frame_of_another_client, "FRAME_MISMATCH"),
    (request_of_another_group, "FRAME_MISMATCH"),
    (doctype, "DTD_FORBIDDEN"),
    (not_xml, "XML_INVALID"),
    (other_package, "FRAME_MISMATCH"),
    (client_of_the_body_is_another, "HEADER_INVALID"),
]


@pytest.mark.parametrize(("make", "code"), FAULTS, ids=lambda value: getattr(value, "__name__", value))
def test_a_bad_document_gets_numbered_faults(demo, note, make, code):
    good = documents.write(note, demo.keys, KIELO)
    assert validate(demo, note, good, LIISA) == [], "the twin is good"
    xml, options = make(demo, note, good)
    found = validate(demo, note, xml, LIISA, **options)
    assert found and found.code == code, found


def test_two_faults_get_two_numbers(demo, note):
    content = note.content["merkinta_asiakkaan_arjesta"]
    content["oma_kentta"] = "x"
    del content["laatija"]["sukunimi"]
    content["paivamaara"] = "eilen"
    assert len(validate(demo, note, documents.write(note, demo.keys, KIELO), LIISA)) >= 2


# Forgeries that xmlsec1 calls good: the mathematics hold, but of something else than the body and the time.
FORGERIES = {
    "time alone": [("time", True)],
    "body alone": [("body", True)],
    "body twice": [("body", True), ("body", True)],
    "the whole document": [("", True), ("time", True)],
    "a third reference": [("body", True), ("time", True), ("more", True)],
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_signature_of_other_things_is_refused(demo, note, what):
    time, body = f"ST1-{note.oid}", f"OID{note.oid}"
    names = {"time": time, "body": body, "more": time, "": ""}
    template = signature_template([(names[name], enveloped) for name, enveloped in FORGERIES[what]])
    whole = re.compile(rb"<ds:Signature .*</ds:Signature>", re.S)
    xml = whole.sub(template.replace('URI="#"', 'URI=""').encode(), documents.unsigned(note))
    xml = sign(xml, demo.keys, ["kielo-system"])
    assert xmlsec(["--verify", "--insecure", "--trusted-pem", str(demo.keys.root())], xml)[0] == 0, "xmlsec1 is content"
    assert validate(demo, note, xml, LIISA).code == "SIGNATURE_INVALID"


def test_a_wrapped_body_is_refused(demo, note):
    """The signed body is moved aside and another takes its place: the oldest trick against XML signatures."""
    good = documents.write(note, demo.keys, KIELO)
    signed = re.search(rb"<component>.*</component>", good, re.S)[0]
    note.content["merkinta_asiakkaan_arjesta"]["asiakaskertomusmerkinta"]["tapahtuma"]["kuvaus"] = "Väärennetty."
    other = re.search(rb"<component>.*</component>", documents.unsigned(note), re.S)[0]
    for other_id in (b"OID1.2.3", b"OID" + note.oid.encode()):
        forged = other.replace(b'ID="OID' + note.oid.encode(), b'ID="' + other_id)
        assert validate(demo, note, good.replace(signed, forged + signed), LIISA), "before"
        assert validate(demo, note, good.replace(signed, signed + forged), LIISA), "after"
        hidden = good.replace(signed, forged).replace(b"<componentOf>", b"<x>" + signed + b"</x><componentOf>")
        assert validate(demo, note, hidden, LIISA), "hidden in the header"


@pytest.mark.parametrize(("algorithm", "bits"), [("rsa-sha1", 2048), ("rsa-sha256", 1024)])
def test_a_weak_signature_is_refused(demo, note, tmp_path, algorithm, bits):
    xml = documents.unsigned(note)
    if algorithm == "rsa-sha1":
        old = b"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
        xml = xml.replace(old, b"http://www.w3.org/2000/09/xmldsig#rsa-sha1")
    found = validate(demo, note, sign(xml, own_keys(tmp_path, bits), ["own-system"]), LIISA)
    assert found and found.code == "SIGNATURE_INVALID", found


def own_keys(folder, bits):
    """A key that nobody has certified."""
    command = [
        "openssl", "req", "-x509", "-newkey", f"rsa:{bits}", "-nodes", "-subj", "/CN=kuka tahansa", "-days", "2",
        "-keyout", folder / "own-system.key.pem", "-out", folder / "own-system.cert.pem",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return Keys(folder)


def test_the_same_signer_must_be_trusted_only_at_level_2(demo, note, tmp_path):
    """A signature of a key that nobody has certified: form is right, trust is not."""
    xml = sign(documents.unsigned(note), own_keys(tmp_path, 2048), ["own-system"])
    assert validate(demo, note, xml, LIISA) == []
    assert validate(demo, note, xml, LIISA, level="2").code == "SIGNATURE_INVALID"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"SP17"', b'{"messageId": "1"}', b"\xff\xfe"])
def test_an_unreadable_request_is_a_problem(demo, body):
    status, kind, text = ask(demo, body)
    assert (status, kind) == (400, "application/problem+json"), text
    assert json.loads(text)["code"] == "BAD_REQUEST"

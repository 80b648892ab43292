"""The export judged by outsiders only: xmlsec1, lxml, jsonschema and the checksums.

What cannot be judged without Vakka is not an archive. Every document of the demo is judged, also those that the demo's
own history made.
"""

import base64
import csv
import hashlib
import json
import re
import subprocess

import jsonschema
import pytest
from cryptography import x509
from lxml import etree

import documents
from conftest import accepted, binary, new_note
from signing import DS, ENVELOPED, EXCLUSIVE, sign, xml_parser, xmlsec

NS = {"h": "urn:hl7-org:v3", "f": "urn:hl7finland", "ds": DS}
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


@pytest.fixture(scope="module")
def twice_signed(demo, liisa, path):
    """An entry with a professional's and a system's signature; returns its OID."""
    note = new_note(demo, path.client, path.case)
    xml = sign(documents.unsigned(note, ("1", "3")), demo.keys, ["card-liisa-signature", "kielo-system"])
    accepted(liisa.archive(note, xml, "SP17", "2"))
    return note.oid


@pytest.fixture(scope="module")
def export(demo, path, twice_signed, tmp_path_factory):
    """The export of the running archive, after a stranger has archived something."""
    folder = tmp_path_factory.mktemp("export") / "out"
    command = [binary(), "archive", "export", "--data-dir", demo.folder, "--out", folder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def exported(export):
    """Every exported document: OID and bytes."""
    found = {file.stem: file.read_bytes() for file in sorted(export.glob("*.xml"))}
    assert found, "nothing was exported"
    return found


def read(xml):
    """A parsed document."""
    return etree.fromstring(xml, xml_parser())


def body(xml):
    """The structured form as text, or None for a document without one."""
    text = read(xml).xpath("string(//h:component/h:nonXMLBody/f:json)", namespaces=NS)
    return base64.b64decode("".join(text.split())).decode() if text.strip() else None


def verify(export, xml, number):
    """xmlsec1's verdict on one signature, by its own node, up to the exported root. Returns (exit code, words)."""
    chain = [word for one in sorted((export / "intermediates").glob("*.pem")) for word in ("--untrusted-pem", str(one))]
    node = f"(//*[local-name()='signatureCollection']//*[local-name()='Signature'])[{number}]"
    code, _, words = xmlsec(
        ["--verify", "--trusted-pem", str(export / "ca.pem"), *chain, "--enabled-key-data", "x509", "--node-xpath", node], xml
    )
    return code, words


def signatures(xml):
    """How many signatures a document has."""
    return int(read(xml).xpath("count(//f:signatureCollection/f:signature/ds:Signature)", namespaces=NS))


def altered(text):
    """The same length with one character changed."""
    middle = len(text) // 2
    return text[:middle] + ("B" if text[middle] != "B" else "C") + text[middle + 1 :]


def test_what_the_stranger_archived_is_there_byte_for_byte(exported, path):
    assert exported[path.note.oid] == path.note_xml


def test_documents_of_others_are_there_too(exported, twice_signed):
    """What the demo's own client system wrote; so the other tests judge both."""
    assert len([oid for oid, xml in exported.items() if b"Vieras Oy" not in xml]) >= 10
    assert signatures(exported[twice_signed]) == 2


def test_every_signature_verifies_by_its_own_node(export, exported):
    for oid, xml in exported.items():
        count = signatures(xml)
        assert count >= 1, f"{oid} has no signature"
        for number in range(1, count + 1):
            code, words = verify(export, xml, number)
            assert code == 0, f"{oid}, signature {number}: {words}"


def test_every_signature_covers_the_body_and_its_own_time(exported):
    """xmlsec1 judges what a signature names; this judges whether it names the right things."""
    for oid, xml in exported.items():
        document = read(xml)
        identifiers = document.xpath("//@ID")
        assert len(identifiers) == len(set(identifiers)), f"{oid}: an ID twice"
        assert document.xpath("//h:nonXMLBody/@ID", namespaces=NS) == [f"OID{oid}"]
        for entry in document.xpath("//f:signatureCollection/f:signature", namespaces=NS):
            (time,) = entry.xpath("f:signatureTimestamp/@ID", namespaces=NS)
            references = entry.xpath("ds:Signature/ds:SignedInfo/ds:Reference", namespaces=NS)
            assert sorted(one.get("URI") for one in references) == sorted([f"#OID{oid}", f"#{time}"])
            for one in references:
                used = one.xpath("ds:Transforms/ds:Transform/@Algorithm", namespaces=NS)
                assert used in ([EXCLUSIVE], [ENVELOPED, EXCLUSIVE]), f"{oid}: {used}"
                assert one.xpath("string(ds:DigestMethod/@Algorithm)", namespaces=NS) == SHA256
            assert len(entry.xpath(".//ds:X509Certificate", namespaces=NS)) == 1


@pytest.mark.parametrize("what", ["structured form", "display form", "timestamp", "signature value"])
def test_one_changed_character_is_refused(export, exported, path, what):
    pattern = {
        "structured form": rb"<ep2:json[^>]*>([^<]+)<",
        "display form": rb'<text mediaType="application/xhtml\+xml"[^>]*>([^<]+)<',
        "timestamp": rb"<ep2:signatureTimestamp[^>]*>([^<]+)<",
        "signature value": rb"<ds:SignatureValue>([^<]+)<",
    }[what]
    xml = exported[path.note.oid]
    assert verify(export, xml, 1)[0] == 0
    found = re.search(pattern, xml)
    forged = xml[: found.start(1)] + altered(found[1].decode()).encode() + xml[found.end(1) :]
    assert len(forged) == len(xml) and forged != xml
    assert verify(export, forged, 1)[0] != 0


def test_every_body_fits_the_schema_that_it_names(exported, structures):
    checked = 0
    for oid, xml in exported.items():
        named = read(xml).xpath("string(//f:contentSpecificationId)", namespaces=NS)
        # The informing's structure is nobody's but the archive's own: it stands below the arc for examples.
        if (text := body(xml)) is None or named.startswith("2.999."):
            continue
        jsonschema.Draft7Validator(structures(named)).validate(json.loads(text))
        checked += 1
    assert checked, "no document had a structured form"


def test_a_changed_body_does_not_fit_the_schema(exported, path, structures):
    schema = jsonschema.Draft7Validator(structures(path.note.structure))
    content = json.loads(body(exported[path.note.oid]))
    assert schema.is_valid(content)
    entry = content["merkinta_asiakkaan_arjesta"]["asiakaskertomusmerkinta"]
    entry["palvelutehtava"]["system"] = "urn:oid:1.2.3"
    assert not schema.is_valid(content)
    content = json.loads(body(exported[path.note.oid]))
    content["merkinta_asiakkaan_arjesta"]["oma_kentta"] = "x"
    assert not schema.is_valid(content)


def test_the_header_can_be_read(exported, path):
    document = read(exported[path.note.oid])
    text = lambda expression: document.xpath(f"string({expression})", namespaces=NS)  # noqa: E731
    assert text("h:id/@root") == path.note.oid
    assert text("h:recordTarget/h:patientRole/h:id/@extension") == path.client.hetu
    assert text("h:custodian//h:id/@root") == path.note.organiser.oid
    assert text("h:componentOf//h:encompassingEncounter/h:id/@root") == path.case
    assert text("//f:specificDocumentType/@code") == "19007"
    assert text("//f:functionCode/@code") == "IAKAS"
    for oid, xml in exported.items():
        assert read(xml).xpath("string(h:id/@root)", namespaces=NS) == oid
        assert read(xml).xpath("string(//f:contentSpecificationId)", namespaces=NS)


def test_the_index_lists_every_document_once(export, exported, path):
    with (export / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["document"] for row in rows) == sorted(exported)
    (row,) = [row for row in rows if row["document"] == path.note.oid]
    assert (row["case"], row["controller"], row["type"]) == (path.case, path.note.organiser.oid, "19007")
    assert row["sha256"] == hashlib.sha256(path.note_xml).hexdigest()


def test_the_checksums_are_those_of_the_files(export, exported):
    listed = {}
    for line in (export / "sha256sums.txt").read_text(encoding="utf-8").splitlines():
        digest, name = line.split(maxsplit=1)
        listed[name.lstrip("*")] = digest
    assert {f"{oid}.xml" for oid in exported} <= set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256((export / name).read_bytes()).hexdigest() == digest, name


def test_the_root_is_one_and_signs_itself_and_the_intermediates_do_not(export):
    roots = x509.load_pem_x509_certificates((export / "ca.pem").read_bytes())
    assert len(roots) == 1 and roots[0].issuer == roots[0].subject
    issuing = sorted((export / "intermediates").glob("*.pem"))
    assert issuing
    for file in issuing:
        (one,) = x509.load_pem_x509_certificates(file.read_bytes())
        assert one.issuer == roots[0].subject and one.issuer != one.subject

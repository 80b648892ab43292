"""A provider's own client archives into the organiser's register by register access right, finds and fetches.

The organiser's relationship and case come the same way, so the whole path is walked by a stranger.
"""

import re
from dataclasses import replace

import pytest

import documents
from client import Client, actor, envelope, frame, question
from conftest import AHOLA, GUIDANCE, HENNA, JARVI_HAME, KIELO, LIISA, MAJAKKA, accepted, new_note, open_case


def bare(answer):
    """An answer without what differs in any two: message number, times and the question's name."""
    return re.sub(rb"extension=['\"][^'\"]*['\"]|value=['\"]\d{14}[^'\"]*['\"]", b"", answer.data)


def test_fr_13_the_receipt_names_document_set_and_version(path):
    assert path.receipt["document"] == path.note.oid
    assert path.receipt["set"] == path.note.oid
    assert path.receipt["version"] == "1"
    assert path.receipt["archived"]


def test_fr_13_without_a_grant_nothing_is_stored(demo, liisa, marja, path):
    """The refused twin: the same entry for a client whose relationship names no unit of Kielo's."""
    stranger = demo.person()
    note = new_note(demo, stranger, demo.oid(JARVI_HAME, 8))
    answer = liisa.archive(note, documents.write(note, demo.keys, KIELO), "SP17", "2")
    assert (answer.kind, set(answer.codes)) == ("AE", {"RKO_NOT_VALID"}), answer
    assert not answer.receipt
    assert note.oid not in marja.search(JARVI_HAME, note.case, "1").rows


def test_the_provider_finds_its_entry_by_the_case(liisa, path):
    answer = accepted(liisa.search(JARVI_HAME, path.case))
    assert path.note.oid in answer.rows
    assert not answer.documents, "metadata carry no content"
    row = answer.rows[path.note.oid]
    names = {"h": "urn:hl7-org:v3", "f": "urn:hl7finland"}
    assert row.xpath("string(.//f:specificDocumentType/@code)", namespaces=names) == "19007"
    assert row.xpath("string(h:recordTarget//h:id/@extension)", namespaces=names) == path.client.hetu


def test_the_organiser_finds_it_in_its_own_register(marja, path):
    assert path.note.oid in accepted(marja.search(JARVI_HAME, path.case, "1")).rows


def test_the_fetched_bytes_are_the_signed_bytes(liisa, marja, path):
    for answer in (
        liisa.fetch(JARVI_HAME, path.case, path.note.oid),
        marja.fetch(JARVI_HAME, path.case, path.note.oid, "1"),
    ):
        assert accepted(answer).documents[path.note.oid] == path.note_xml


def test_the_same_bytes_again_give_the_same_receipt(liisa, path):
    again = accepted(liisa.archive(path.note, path.note_xml, "SP17", "2"))
    assert again.receipt == path.receipt
    rows = accepted(liisa.search(JARVI_HAME, path.case)).rows
    assert list(rows).count(path.note.oid) == 1


def test_other_bytes_under_the_same_oid_are_refused(demo, liisa, path):
    other = new_note(demo, path.client, path.case, "Aivan toinen teksti.")
    other.oid = path.note.oid
    answer = liisa.archive(other, documents.write(other, demo.keys, KIELO), "SP17", "2")
    assert (answer.kind, set(answer.codes)) == ("AE", {"DUPLICATE_OID"}), answer
    assert liisa.fetch(JARVI_HAME, path.case, path.note.oid).documents[path.note.oid] == path.note_xml


def test_fr_17_another_unit_of_the_same_provider_gets_nothing(henna, path):
    answer = henna.search(JARVI_HAME, path.case)
    assert (answer.kind, set(answer.codes), answer.rows) == ("AE", {"RKO_NOT_VALID"}, {}), answer
    answer = henna.fetch(JARVI_HAME, path.case, path.note.oid)
    assert (answer.kind, set(answer.codes), answer.documents) == ("AE", {"RKO_NOT_VALID"}, {}), answer


def test_fr_17_an_unknown_case_and_another_units_case_look_the_same(demo, henna, path):
    assert bare(henna.search(JARVI_HAME, path.case)) == bare(henna.search(JARVI_HAME, demo.oid(JARVI_HAME, 8)))


def test_a_tls_certificate_of_another_organisation_is_refused(demo, path):
    """The connecting organisation is the one that the TLS certificate names, whatever the signed header says."""
    client = Client(demo, replace(LIISA, employer=MAJAKKA))
    answer = client.search(JARVI_HAME, path.case, header=actor(demo.keys, LIISA, demo.now(), path.case))
    assert (answer.kind, set(answer.codes), answer.rows) == ("AR", {"ACTOR_INVALID"}, {}), answer


@pytest.mark.parametrize("how", ["missing", "unsigned", "altered", "replayed", "another's card", "another's key"])
def test_an_unproven_actor_is_refused(demo, marja, liisa, how):
    client, case, _ = open_case(demo, marja)
    note = new_note(demo, client, case)
    xml = documents.write(note, demo.keys, KIELO)
    signed = actor(demo.keys, LIISA, demo.now(), case)
    if how == "replayed":
        accepted(liisa.search(JARVI_HAME, case, header=signed))
    borrowed = replace(KIELO, short=MAJAKKA.short)
    header = {
        "another's card": actor(demo.keys, replace(LIISA, login="henna"), demo.now(), case),
        "another's key": actor(demo.keys, replace(LIISA, employer=borrowed), demo.now(), case),
        "missing": "",
        "unsigned": actor(demo.keys, LIISA, demo.now(), case, signed=False),
        "altered": signed.replace(LIISA.hetu, HENNA.hetu),
        "replayed": signed,
    }[how]
    answer = liisa.archive(note, xml, "SP17", "2", header=header)
    assert (answer.kind, set(answer.codes)) == ("AR", {"ACTOR_INVALID"}), answer
    assert note.oid not in accepted(liisa.search(JARVI_HAME, case)).rows


def test_an_altered_body_is_refused_and_leaves_nothing(demo, marja, liisa):
    client, case, _ = open_case(demo, marja)
    note = new_note(demo, client, case)
    xml = documents.write(note, demo.keys, KIELO)
    note.content["merkinta_asiakkaan_arjesta"]["asiakaskertomusmerkinta"]["tapahtuma"]["kuvaus"] = "Väärennetty."
    body = re.compile(rb"<ep2:json[^>]*>[^<]*")
    forged = xml.replace(body.search(xml)[0], body.search(documents.unsigned(note))[0])
    assert forged != xml
    answer = liisa.archive(note, forged, "SP17", "2")
    assert (answer.kind, set(answer.codes)) == ("AE", {"SIGNATURE_INVALID"}), answer
    assert note.oid not in accepted(liisa.search(JARVI_HAME, case)).rows


def test_a_frame_about_another_client_is_refused(demo, marja, liisa):
    client, case, _ = open_case(demo, marja)
    note = new_note(demo, client, case)
    xml = documents.write(note, demo.keys, KIELO)
    note.client = demo.person()
    answer = liisa.archive(note, xml, "SP17", "2")
    assert (answer.kind, "FRAME_MISMATCH" in answer.codes) == ("AE", True), answer


def test_another_vendors_style_is_archived_byte_for_byte(demo, marja, liisa):
    client, case, _ = open_case(demo, marja)
    note = new_note(demo, client, case)
    xml = documents.write_otherwise(note, demo.keys, KIELO)
    assert b"\r\n" in xml and b"<c:ClinicalDocument" in xml
    accepted(liisa.archive(note, xml, "SP17", "2"))
    assert accepted(liisa.fetch(JARVI_HAME, case, note.oid)).documents[note.oid] == xml


def test_a_new_version_replaces_and_a_nullified_document_goes(demo, marja, liisa):
    client, case, _ = open_case(demo, marja)
    first = new_note(demo, client, case, "Tytär Paula kävi.")
    accepted(liisa.archive(first, documents.write(first, demo.keys, KIELO), "SP17", "2"))
    second = new_note(demo, client, case, "Tytär Pirkko kävi.")
    second.replaces, second.reason = first, "väärä nimi"
    answer = accepted(liisa.archive(second, documents.write(second, demo.keys, KIELO), "SP17", "2"))
    assert (answer.receipt["set"], answer.receipt["version"]) == (first.oid, "2")
    rows = accepted(liisa.search(JARVI_HAME, case)).rows
    assert second.oid in rows and first.oid not in rows, "only the newest version is found"
    accepted(liisa.nullify(second, "kirjattu väärälle asiakkaalle"))
    assert second.oid not in accepted(liisa.search(JARVI_HAME, case)).rows


def test_a_version_of_a_document_that_does_not_exist_is_refused(demo, liisa, path):
    lost = new_note(demo, path.client, path.case)
    second = new_note(demo, path.client, path.case)
    second.replaces, second.reason = lost, "väärä nimi"
    answer = liisa.archive(second, documents.write(second, demo.keys, KIELO), "SP17", "2")
    assert (answer.kind, set(answer.codes)) == ("AE", {"VERSION_CONFLICT"}), answer


def test_a_provider_cannot_grant_itself_a_right(demo, liisa):
    own = documents.relationship(
        demo.oid(JARVI_HAME, 7), demo.oid(JARVI_HAME, 9), demo.person(), JARVI_HAME, GUIDANCE, AHOLA, demo.now()
    )
    for signer, situation in ((KIELO, "1"), (KIELO, "2")):
        answer = liisa.archive(own, documents.write(own, demo.keys, signer), "SP1", situation)
        assert answer.kind == "AE" and not answer.receipt, answer


def test_a_document_signed_by_another_organisations_system_is_refused(demo, liisa, path):
    note = new_note(demo, path.client, path.case)
    answer = liisa.archive(note, documents.write(note, demo.keys, MAJAKKA), "SP17", "2")
    assert (answer.kind, set(answer.codes)) == ("AE", {"SIGNATURE_INVALID"}), answer


def test_a_grant_of_one_case_opens_no_other(demo, marja, liisa, path):
    """FR-14 for documents: the case in the question must be the document's own."""
    _, other, _ = open_case(demo, marja)
    answer = liisa.fetch(JARVI_HAME, other, path.note.oid)
    assert (answer.kind, set(answer.codes), answer.documents) == ("AE", {"RKO_NOT_VALID"}, {}), answer


def test_soap_1_1_is_answered_in_soap_1_1(demo, liisa, path):
    old = "http://schemas.xmlsoap.org/soap/envelope/"
    at = demo.now()
    _, body = frame("RCMR_IN200029FI01", "SP9", "2", LIISA, JARVI_HAME, at, question(case=path.case))
    text = envelope(actor(demo.keys, LIISA, at, path.case), body).replace("http://www.w3.org/2003/05/soap-envelope", old)
    answer = accepted(liisa.post(text, "text/xml; charset=utf-8"))
    assert answer.xml.tag == f"{{{old}}}Envelope" and path.note.oid in answer.rows


@pytest.mark.parametrize("text", ["", "ei XML", "<x/>", "<!DOCTYPE x><x/>"])
def test_what_is_no_message_is_rejected_in_words(liisa, text):
    answer = liisa.post(text)
    assert answer.kind == "AR" and answer.codes and answer.texts, answer

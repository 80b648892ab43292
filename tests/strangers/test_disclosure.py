"""Another controller's client searches across registers, written from the golden messages of `docs/messages/door/disclosure`.

The client of Järvi-Häme has moved to Rannikko-Savo, whose worker informs, takes down the permission, and asks.
"""

import pytest

import documents
from client import Client
from conftest import JARVI_HAME, KIELO, accepted, new_note, open_case, published, published_structure
from documents import Organisation, Worker

RANNIKKO_SAVO = Organisation("1.2.246.10.99990023.10.0", "Rannikko-Savon hyvinvointialue", "rshva")
ADULTS = Organisation("1.2.246.10.99990023.10.21", "Aikuissosiaalityö")
OONA = Worker(
    "oona", "140990-9483", "90000000095", "Heino", "Oona Matilda", ADULTS, "laaja_asiakasvastuu", "IAKAS", RANNIKKO_SAVO
)
WORDS = "Asiakas on hoidon tarpeessa eikä vastaa yhteydenottoihin."


@pytest.fixture(scope="module")
def oona(demo):
    """A worker of another controller with her own client program."""
    return Client(demo, OONA)


def archived(demo, oona, document, request="SP17"):
    """Signed by Rannikko-Savo's system, sent, accepted."""
    return accepted(oona.archive(document, documents.write(document, demo.keys, RANNIKKO_SAVO), request, "1"))


@pytest.fixture
def moved(demo, marja, liisa, oona):
    """A client with an entry in Järvi-Häme's register and a relationship in Rannikko-Savo's; (client, entry)."""
    client, case, _ = open_case(demo, marja)
    note = new_note(demo, client, case)
    accepted(liisa.archive(note, documents.write(note, demo.keys, KIELO), "SP17", "2"))
    relationship = documents.relationship(
        demo.oid(RANNIKKO_SAVO, 7), demo.oid(RANNIKKO_SAVO, 9), client, RANNIKKO_SAVO, ADULTS, None, demo.now()
    )
    archived(demo, oona, relationship, "SP1")
    return client, note


def infotext():
    """The permission's fixed text: THL's where its structures are at hand, for it is not ours to copy."""
    if not published().is_dir():
        return "Luvalla työntekijä voi katsoa toisen rekisterinpitäjän tietoja."
    fields = published_structure(documents.PERMISSION)["properties"]["luovutuslupa_asiakirja"]["properties"]
    return fields["infoteksti"]["enum"][0]


def told(demo, oona, client, kind, *more):
    """The client expresses his will at Rannikko-Savo."""
    document = kind(demo.oid(RANNIKKO_SAVO, 7), client, RANNIKKO_SAVO, OONA, demo.now(), *more)
    archived(demo, oona, document)
    return document


def test_fr_53_another_controllers_entry_is_found_after_informing_and_permission(demo, oona, moved):
    client, note = moved
    asked = oona.disclosed(RANNIKKO_SAVO, client)
    assert (asked.kind, asked.codes, asked.rows) == ("AE", ["NOT_INFORMED"], {}), asked
    informing = told(demo, oona, client, documents.informing)
    asked = oona.disclosed(RANNIKKO_SAVO, client)
    assert (asked.kind, asked.codes, asked.rows) == ("AE", ["NO_CONSENT"], {}), asked
    permission = told(demo, oona, client, documents.permission, infotext())
    assert set(accepted(oona.consents(RANNIKKO_SAVO, client)).rows) == {informing.oid, permission.oid}
    found = accepted(oona.disclosed(RANNIKKO_SAVO, client))
    assert note.oid in found.rows and not found.documents
    fetched = accepted(oona.disclosed(RANNIKKO_SAVO, client, holder=JARVI_HAME, documents=True))
    assert note.oid in fetched.documents


def test_fr_56_by_law_a_ground_with_words_is_enough_and_without_words_is_not(oona, moved):
    client, note = moved
    asked = oona.disclosed(RANNIKKO_SAVO, client, JARVI_HAME, ("L56-1", "lyhyt"))
    assert (asked.kind, asked.codes, asked.rows) == ("AE", ["REASON_REQUIRED"], {}), asked
    assert note.oid in accepted(oona.disclosed(RANNIKKO_SAVO, client, JARVI_HAME, ("L56-1", WORDS))).rows

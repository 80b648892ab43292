"""The client reads the written golden answers, which are in other styles than either side's own."""

import pytest

from client import Answer
from conftest import ROOT

MESSAGES = ROOT / "docs/messages"
ANSWERS = {
    "archive-client-document": ("MCCI_IN000002UV01", "AA", []),
    "refused": ("MCCI_IN000002UV01", "AE", ["FRAME_MISMATCH", "CONTEXT_MISSING"]),
    "rejected": ("MCCI_IN000002UV01", "AR", ["ACTOR_INVALID"]),
    "rko-not-valid": ("RCMR_IN200030FI01", "AE", ["RKO_NOT_VALID"]),
    "nothing-found": ("RCMR_IN200030FI01", "AA", []),
}


def read(name):
    """A golden answer."""
    return Answer(200, (MESSAGES / f"{name}.answer.xml").read_bytes())


@pytest.mark.parametrize("name", ANSWERS)
def test_a_golden_answer_is_understood(name):
    answer = read(name)
    assert (answer.interaction, answer.kind, answer.codes) == ANSWERS[name]


def test_a_golden_receipt_names_the_document():
    receipt = read("new-version").receipt
    assert receipt["document"].endswith(".95.2026.1.2") and receipt["set"].endswith(".95.2026.1.1")
    assert receipt["version"] == "2"


@pytest.mark.parametrize(
    ("name", "document"), [("query-case", "case"), ("query-document-rko", "note-2"), ("query-relationship", "relationship")]
)
def test_a_golden_package_holds_the_documents_bytes(name, document):
    (found,) = read(name).documents.values()
    assert found == (MESSAGES / f"documents/{document}.xml").read_bytes()

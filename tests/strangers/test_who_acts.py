"""Who acts is proved anew with every message; what a stranger once found missing stays found."""

from dataclasses import replace
from datetime import timedelta

import pytest

import client as client_module
from client import Client, actor
from conftest import HENNA, JARVI_HAME, KIELO, LIISA, new_note

import documents


def test_a_refused_question_is_answered_by_its_own_kind(demo, path):
    assert Client(demo, HENNA).search(JARVI_HAME, path.case).interaction == "RCMR_IN200030FI01"


def test_one_detail_per_fault(demo, liisa, path):
    assert liisa.search(JARVI_HAME, path.case, header="").codes == ["ACTOR_INVALID"]


@pytest.mark.parametrize("shift", [timedelta(days=-3), timedelta(days=30)], ids=["three days old", "of the future"])
def test_an_old_or_future_login_proves_nothing(demo, liisa, path, monkeypatch, shift):
    proof = client_module.login_evidence
    monkeypatch.setattr(client_module, "login_evidence", lambda keys, worker, at: proof(keys, worker, at + shift))
    assert liisa.search(JARVI_HAME, path.case).kind != "AA"


def test_a_staff_card_does_not_prove_a_professional(demo, liisa, path):
    header = actor(demo.keys, replace(LIISA, login="elina"), demo.now(), path.case)
    assert liisa.search(JARVI_HAME, path.case, header=header).kind != "AA"


def test_a_provider_does_not_use_the_register_as_its_own(demo, liisa, path):
    note = new_note(demo, path.client, path.case)
    assert liisa.archive(note, documents.write(note, demo.keys, KIELO), "SP17", "1").kind != "AA"

"""One demo per session, started from the real binary, and the stranger's view of it: addresses, keys, clock, cast.

`VAKKA` names the binary (target/debug/vakka unless told); `VAKKA_STRUCTURES` the folder of THL's published structures.
"""

import contextlib
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import documents
from client import Client
from documents import Organisation, Person, Worker
from signing import Keys

ROOT = Path(__file__).resolve().parents[2]
# Making the demo's keys takes most of a first start of a debug build.
START_SECONDS = 600

JARVI_HAME = Organisation("1.2.246.10.99990015.10.0", "Järvi-Hämeen hyvinvointialue", "jhhva")
GUIDANCE = Organisation("1.2.246.10.99990015.10.11", "Ikääntyneiden asiakasohjaus")
KIELO = Organisation("1.2.246.10.99990031.10.0", "Hoivakoti Kielo Oy", "kielo")
AHOLA = Organisation("1.2.246.10.99990031.10.31", "Kielo Ahola, ympärivuorokautinen palveluasuminen")
LEHTO = Organisation("1.2.246.10.99990031.10.32", "Kielo Lehto")
MAJAKKA = Organisation("1.2.246.10.99990058.10.0", "Nuorten talo Majakka Oy", "majakka")
MARJA = Worker(
    "marja", "140378-902N", "90000000011", "Salo", "Marja Helena", GUIDANCE, "jarjestaminen", "IAKAS", JARVI_HAME
)
LIISA = Worker(
    "liisa", "220690-908J", "90000000037", "Kettunen", "Liisa Maria", AHOLA, "yksityinen_toteutus", "IAKAS", KIELO
)
HENNA = Worker("henna", "190882-930V", "90000000053", "Aalto", "Henna", LEHTO, "yksityinen_toteutus", "IAKAS", KIELO)


@dataclass
class Demo:
    """A running demo."""

    folder: Path
    places: dict
    landing: str
    keys: Keys
    started: int = field(default_factory=lambda: int(time.time()) % 10**8)
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    def now(self):
        """The product's time, which only moves forward."""
        return datetime.fromisoformat(get_json(self.landing)["now"].replace("Z", "+00:00"))

    def oid(self, organisation, series):
        """A new identifier under an organisation's arc; the series is one that nobody else of the demo uses."""
        arc = organisation.oid.rsplit(".", 2)[0]
        return f"{arc}.95.2026.{series}{self.started}.{next(self.numbers)}"

    def person(self):
        """An invented client of the 900 series, a new one each time."""
        number = next(self.numbers)
        day, month, year, individual = 1 + number % 28, 1 + number // 28 % 12, 30 + number // 336, 901 + number % 98
        digits = f"{day:02}{month:02}{year:02}{individual}"
        check = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(digits) % 31]
        sex = "1" if individual % 2 else "2"
        birth = f"19{year:02}{month:02}{day:02}"
        return Person(f"{digits[:6]}-{individual}{check}", "Vieras", "Testi Tuntematon", birth, sex)


@dataclass
class MainPath:
    """A client with a relationship that grants Ahola, an open case and an entry of Liisa's, all archived."""

    client: Person
    case: str
    relationship: object
    note: object
    note_xml: bytes
    receipt: dict


def get_json(landing):
    """The demo's facts for programs."""
    with urllib.request.urlopen(f"{landing}/demo.json", timeout=10) as answer:
        return json.load(answer)


def binary():
    """The program under test."""
    path = Path(os.environ.get("VAKKA", ROOT / "target/debug/vakka"))
    if not path.is_file():
        pytest.exit(f"{path} is missing: build it with `cargo build -p vakka` or name it in VAKKA", 1)
    return path


def demo_environment():
    """The demo refuses a folder of structures that is named but missing; here that only skips the schema tests."""
    named = os.environ.get("VAKKA_STRUCTURES")
    return {key: value for key, value in os.environ.items() if key != "VAKKA_STRUCTURES" or Path(named).is_dir()}


def free_base():
    """A base from which the demo's ports are free."""
    for base in range(21000 + os.getpid() % 5000, 60000, 20):
        try:
            for port in range(base, base + 14):
                with socket.socket() as one:
                    one.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
    raise AssertionError("no free ports")


def wait_for(landing, process, log):
    """Waits until the demo says that it is ready, and its landing page answers."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(f"the demo ended:\n{log.read_text(errors='replace')[-3000:]}")
        if b"Ready." in log.read_bytes():
            return get_json(landing)
        time.sleep(0.2)
    raise AssertionError(f"the demo did not start in {START_SECONDS} s:\n{log.read_text(errors='replace')[-3000:]}")


@contextlib.contextmanager
def running(folder, keys=None):
    """A demo in a folder; with the keys of another one it starts in seconds."""
    base, log = free_base(), folder / "demo.log"
    data = folder / "data"
    if keys:
        shutil.copytree(keys, data / "keys")
    with log.open("wb") as output:
        command = [binary(), "demo", "--port-base", str(base), "--data-dir", data]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=demo_environment())
    landing = f"http://localhost:{base}"
    try:
        facts = wait_for(landing, process, log)
        yield Demo(data, facts["places"], landing, Keys(data / "keys", facts["places"]["casework_https"]))
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The running demo of the session."""
    if not shutil.which("xmlsec1"):
        pytest.exit("xmlsec1 is missing: these tests judge signatures with it", 1)
    with running(tmp_path_factory.mktemp("demo")) as started:
        yield started


@pytest.fixture(scope="session")
def marja(demo):
    """The organiser's worker with her own client program."""
    return Client(demo, MARJA)


@pytest.fixture(scope="session")
def liisa(demo):
    """The provider's worker in the unit that has the grant."""
    return Client(demo, LIISA)


@pytest.fixture(scope="session")
def henna(demo):
    """A worker of the same provider in another unit."""
    return Client(demo, HENNA)


def accepted(answer):
    """The answer, which must be an acceptance."""
    assert (answer.status, answer.kind) == (200, "AA"), answer
    return answer


def open_case(demo, marja):
    """Archives a relationship that grants Ahola and a case for a new client; returns (client, case OID, relationship)."""
    client, at = demo.person(), demo.now()
    relationship = documents.relationship(
        demo.oid(JARVI_HAME, 7), demo.oid(JARVI_HAME, 9), client, JARVI_HAME, GUIDANCE, AHOLA, at
    )
    accepted(marja.archive(relationship, documents.write(relationship, demo.keys, JARVI_HAME), "SP1", "1"))
    case_oid = demo.oid(JARVI_HAME, 8)
    case = documents.case(demo.oid(JARVI_HAME, 7), case_oid, client, JARVI_HAME, GUIDANCE, MARJA, at)
    accepted(marja.archive(case, documents.write(case, demo.keys, JARVI_HAME), "SP2", "1"))
    return client, case_oid, relationship


def new_note(demo, client, case_oid, words="Osallistui lauluhetkeen ja söi lounaan itse. Ääkköset: ÅÄÖ & <merkit>."):
    """An entry of Liisa's, not yet signed or sent."""
    return documents.note(demo.oid(KIELO, 7), case_oid, client, JARVI_HAME, LIISA, demo.now(), words)


@pytest.fixture(scope="session")
def path(demo, marja, liisa):
    """The main path once, for the tests that only read."""
    client, case_oid, relationship = open_case(demo, marja)
    note = new_note(demo, client, case_oid)
    xml = documents.write(note, demo.keys, KIELO)
    answer = accepted(liisa.archive(note, xml, "SP17", "2"))
    return MainPath(client, case_oid, relationship, note, xml, answer.receipt)


def published():
    """The folder of THL's published schemas, which may be missing."""
    return Path(os.environ.get("VAKKA_STRUCTURES", ROOT / "../shared/data/sosmeta"))


def published_structure(oid):
    """One of THL's published schemas."""
    return json.loads((published() / f"{oid}.json").read_text(encoding="utf-8-sig"))


@pytest.fixture(scope="session")
def structures():
    """THL's own published schemas by OID; without them the bodies cannot be judged, and the tests say so loudly."""
    if not published().is_dir():
        sentence = "!!! NOT RUN over THL's structures: no folder ../shared/data/sosmeta and no VAKKA_STRUCTURES"
        print(sentence, file=sys.stderr)
        pytest.skip(sentence)
    return published_structure

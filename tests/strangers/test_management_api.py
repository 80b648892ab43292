"""The management interface as a stranger's tool reads it: schemathesis makes requests from the archive's own description,
good ones and bad ones, and holds every answer against it.

It turns settings and joining upside down, so it has a demo of its own. The pages for people stand in the description
too; without a session they lead to the door, and are looked at by a browser elsewhere.
"""

import json
import subprocess
import sys
import urllib.request

from conftest import running

# Requests per operation and phase; enough to meet every rule of a schema several times.
EXAMPLES = 40


def test_the_interface_is_as_it_is_described(demo, tmp_path_factory):
    with running(tmp_path_factory.mktemp("api"), demo.folder / "keys") as own:
        url = own.places["archive"].rstrip("/") + "/openapi.json"
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert json.load(answer)["openapi"].startswith("3.1")
        command = [
            sys.executable, "-m", "schemathesis.cli", "run", url, "--checks", "all", "--mode", "all",
            "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES), "--generation-deterministic",
            "--exclude-tag", "pages", "--no-color",
        ]  # fmt: skip
        run = subprocess.run(command, capture_output=True, text=True, timeout=900)
        assert run.returncode == 0, f"{run.stdout[-6000:]}\n{run.stderr[-2000:]}"

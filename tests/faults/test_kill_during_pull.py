"""A process that fetches from a server is killed at any moment; the next one goes on and leaves what an undisturbed one would have left."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fakes.bulk_server import CLIENT, BulkServer

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
PERSONS, KILLS, SECONDS = 500, 5, 1.5

LOOK = """
import hashlib, json, os, django
os.environ['DJANGO_SETTINGS_MODULE'] = 'bluering.settings'; django.setup()
from bluering.intake.models import PullRun
from bluering.paths import home
from bluering.record import engine
facts = engine.connect().execute('SELECT source, id, value_quantity FROM observation ORDER BY ALL').fetchall()
runs = list(PullRun.objects.values_list('state', flat=True))
print(json.dumps({'facts': hashlib.sha256(repr(facts).encode()).hexdigest(), 'count': len(facts), 'runs': runs,
                  'files': [p.name for p in (home() / 'pulls').rglob('*.ndjson')]}))
"""


def lines(*resources: dict) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in resources)


def observation(n: int) -> dict:
    subject = {"reference": f"Patient/p{n % PERSONS}"}
    return {
        "resourceType": "Observation",
        "id": f"o{n}",
        "status": "final",
        "subject": subject,
        "valueQuantity": {"value": n % 97},
    }


def environment(home: Path) -> dict:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"BLUERING_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}


def verb(home: Path, *words: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "bluering.cli", "pull", *words, "--json"]
    return subprocess.Popen(
        command, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def said(home: Path, *words: str) -> dict:
    running = verb(home, *words)
    out, errors = running.communicate(timeout=120)
    assert running.returncode == 0, errors.decode()[-2_000:]
    return json.loads(out)


def look(home: Path) -> dict:
    done = subprocess.run([sys.executable, "-c", LOOK], env=environment(home), capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture
def server(tmp_path):
    published: dict = {}
    with BulkServer(lambda: published) as running:
        running.faults.seconds = SECONDS / 3
        running.files = [
            ("output", "Patient", lines(*({"resourceType": "Patient", "id": f"p{n}"} for n in range(PERSONS)))),
            ("output", "Observation", lines(*(observation(n) for n in range(PERSONS * 4)))),
            ("output", "Observation", lines(*(observation(n) for n in range(PERSONS * 4, PERSONS * 8)))),
        ]
        said(tmp_path, "ehr", "--add", running.base, "--client-id", CLIENT)
        published["keys"] = said(tmp_path, "--keys")["keys"]
        yield running


def test_killed_again_and_again_it_ends_as_if_it_had_not_been(server, tmp_path):
    for kill in range(KILLS):
        running = verb(tmp_path, "ehr")
        time.sleep(0.8 + (kill + random.random()) / KILLS * SECONDS)
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
    said(tmp_path, "ehr")
    seen = look(tmp_path)
    assert (seen["count"], set(seen["runs"]), seen["files"]) == (PERSONS * 8, {"done"}, [])
    assert "Observation" in said(tmp_path, "ehr", "--full")["pulls"][0]["run"]["summary"]["unchanged"]
    assert look(tmp_path)["facts"] == seen["facts"]

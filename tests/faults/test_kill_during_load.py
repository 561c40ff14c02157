"""A load is killed at any moment; the next load of the same files leaves what an undisturbed one would have left."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
PERSONS, KILLS = 4_000, 7

LOOK = """
import hashlib, json, os, django
os.environ['DJANGO_SETTINGS_MODULE'] = 'bluering.settings'; django.setup()
from bluering.identity.models import Person, PersonLink
from bluering.intake.models import Load, Quarantine
from bluering.record import charts, engine
from bluering.record.models import PersonSummary
links = dict(PersonLink.objects.values_list('person_id', 'subject_key'))
facts = engine.connect().execute('SELECT source, id, value_quantity FROM observation ORDER BY ALL').fetchall()
some = PersonLink.objects.get(subject_key='ehr/p7').person_id
print(json.dumps({
    'links': sorted(links.values()), 'persons': Person.objects.count(),
    'summaries': sorted(PersonSummary.objects.values_list('name', flat=True)),
    'quarantined': sorted(Quarantine.objects.values_list('line', flat=True)),
    'facts': hashlib.sha256(repr(facts).encode()).hexdigest(), 'count': len(facts),
    'chart': sorted(row['id'] for row in charts.facts_of(some)['observation']),
    'open loads': Load.objects.filter(finished_at=None).count(),
}))
"""


@pytest.fixture(scope="module")
def export(tmp_path_factory) -> Path:
    """Patients, results and two bad lines, in files large enough to be killed in the midst of."""
    folder = tmp_path_factory.mktemp("export")
    with (folder / "Patient.ndjson").open("w") as file:
        for n in range(PERSONS):
            name = [{"family": f"F{n:05}", "given": ["Ada"]}]
            file.write(json.dumps({"resourceType": "Patient", "id": f"p{n}", "name": name}) + "\n")
            if n in (100, 2_000):
                file.write('{"resourceType": "Patient", "id": \n')
    with (folder / "Observation.ndjson").open("w") as file:
        for n in range(PERSONS * 25):
            value = {
                "valueQuantity": {"value": n % 97, "unit": "%"},
                "subject": {"reference": f"Patient/p{n % PERSONS}"},
            }
            file.write(json.dumps({"resourceType": "Observation", "id": f"o{n}", "status": "final", **value}) + "\n")
    return folder


def environment(home: Path) -> dict:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"BLUERING_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}


def start(home: Path, export: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "bluering.cli", "load", str(export), "--source", "ehr", "--json"]
    return subprocess.Popen(
        command, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def look(home: Path) -> dict:
    done = subprocess.run([sys.executable, "-c", LOOK], env=environment(home), capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def undisturbed(export, tmp_path_factory) -> tuple[dict, float]:
    """What a load leaves when nobody kills it, and how long it takes."""
    home = tmp_path_factory.mktemp("calm")
    began = time.monotonic()
    load = start(home, export)
    out, _ = load.communicate(timeout=120)
    assert json.loads(out)["loaded"] == {"Observation": PERSONS * 25, "Patient": PERSONS}
    return look(home), time.monotonic() - began


def test_the_undisturbed_load_is_what_was_written(undisturbed):
    seen, _ = undisturbed
    assert seen["persons"] == PERSONS
    assert seen["count"] == PERSONS * 25
    assert seen["quarantined"] == [102, 2003]
    assert len(seen["chart"]) == 25
    assert seen["open loads"] == 0


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_and_loaded_again_is_the_same(undisturbed, export, tmp_path, kill):
    expected, seconds = undisturbed
    share = (kill + random.random()) / KILLS
    load = start(tmp_path, export)
    time.sleep(0.2 + share * seconds)
    os.killpg(load.pid, signal.SIGKILL)
    load.communicate()
    again = start(tmp_path, export)
    out, errors = again.communicate(timeout=120)
    assert again.returncode == 1, errors.decode()[-2_000:]
    assert json.loads(out)["quarantined"]
    assert look(tmp_path) == expected, f"killed after {share:.2f} of {seconds:.1f} s"

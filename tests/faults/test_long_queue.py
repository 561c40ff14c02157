"""A long queue: one batch is read and one judged while another goes into the record; it ends as if each message had come alone."""

import json
import subprocess
import sys

import pytest
from mllp import bluering, environment, stay

pytestmark = pytest.mark.slow
PERSONS = 6

TAKE_IN = """
import json, sys, django; django.setup()
from bluering import pipeline
from bluering.identity.models import Person
from bluering.intake import arrivals
from bluering.intake.arrivals import Incoming
from bluering.intake.models import Arrival, Load
from bluering.pipeline import loading
from bluering.population.models import Score
from bluering.record import engine

judge, turns = loading.Appended.judge, []
def judge_or_fail(self):
    turns.append(1)
    if len(turns) == int(sys.argv[2]):
        raise RuntimeError("out of memory")
    return judge(self)
loading.Appended.judge = judge_or_fail

raw = [line.encode("latin-1") for line in json.load(sys.stdin)]
arrivals.keep([Incoming("hospital", "hl7v2", "PAS|GENERAL", str(n), one) for n, one in enumerate(raw)])
failed, taken = 0, []
while Arrival.objects.filter(state="waiting").exists() or Load.objects.filter(finished_at=None).exists():
    try:
        taken.append(pipeline.process_arrivals(int(sys.argv[1])))
        if not taken[-1]:
            arrivals.keep([Incoming("hospital", "hl7v2", "PAS|GENERAL", "again", raw[-1])])
    except RuntimeError:
        failed += 1
stays = engine.connect().execute("SELECT count(*), count(DISTINCT person_id) FROM encounter WHERE status = 'finished'")
print(json.dumps({
    "failed": failed, "first": taken[:1], "stays": stays.fetchone(), "persons": Person.objects.count(),
    "judged": Score.objects.values("person_id").distinct().count(),
    "open": Load.objects.filter(finished_at=None).count(),
}))
"""


def take_in(home, at_once: int, fails_at: int = 0) -> dict:
    """Take in what a hospital says of some stays, their messages interleaved; at one turn the rules may fail."""
    assert bluering(home, "setup", stdout=subprocess.DEVNULL).wait() == 0
    told = [stay(number) for number in range(PERSONS)]
    queue = [one.decode("latin-1") for together in zip(*told, strict=True) for one in together]
    done = subprocess.run(
        [sys.executable, "-c", TAKE_IN, str(at_once), str(fails_at)],
        env=environment(home), input=json.dumps(queue).encode(), capture_output=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


ALL = {"failed": 0, "stays": [PERSONS, PERSONS], "persons": PERSONS, "judged": PERSONS, "open": 0}


def test_several_batches_in_hand_end_as_one(tmp_path):
    assert take_in(tmp_path / "one", 1_000) == ALL | {"first": [PERSONS * 4]}
    assert take_in(tmp_path / "many", 6) == ALL | {"first": [PERSONS * 4]}


def test_a_queue_without_end_lets_a_load_have_its_turn(tmp_path):
    assert take_in(tmp_path, 4)["first"] == [4 * 4]


def test_a_batch_at_whose_persons_no_rule_could_look_is_made_good(tmp_path):
    assert take_in(tmp_path, 7, fails_at=2) | {"first": []} == ALL | {"failed": 1, "first": []}

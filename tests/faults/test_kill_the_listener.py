"""The listener and the process behind it are killed again and again while a hospital sends: every message is in the record, once."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from mllp import Sender, bluering, environment, free_port, listen, stay, until

pytestmark = pytest.mark.slow
STAYS, SENDERS, KILLS = 2_500, 4, 6

LOOK = """
import json, django; django.setup()
from bluering.intake.models import Arrival, Load
from bluering.record import engine
from bluering.identity.models import Person
ask = lambda sql: engine.connect().execute(sql).fetchall()
print(json.dumps({
    'arrivals': Arrival.objects.count(), 'numbers': Arrival.objects.values('control_id').distinct().count(),
    'done': Arrival.objects.filter(state='done').count(), 'open loads': Load.objects.filter(finished_at=None).count(),
    'stays': ask("SELECT count(*), count(DISTINCT id), count(*) FILTER (status = 'finished') FROM encounter")[0],
    'persons': Person.objects.count(),
}))
"""


def look(home) -> dict:
    done = subprocess.run([sys.executable, "-c", LOOK], env=environment(home), capture_output=True, check=True)
    return json.loads(done.stdout)


def kill(process) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_every_message_is_in_the_record_once(tmp_path):
    port, chance = free_port(), random.Random(20261123)
    assert bluering(tmp_path, "setup", stdout=subprocess.DEVNULL).wait() == 0
    told = [stay(number) for number in range(STAYS)]
    senders = [Sender(port, [m for one in told[n::SENDERS] for m in one]) for n in range(SENDERS)]
    listener, reader = listen(tmp_path, port, "--no-work"), bluering(tmp_path, "work", "--only-arrivals")
    for sender in senders:
        sender.start()
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.3, 1.0))
        kill(listener)
        listener = listen(tmp_path, port, "--no-work")
        kill(reader)
        reader = bluering(tmp_path, "work", "--only-arrivals")
    until(lambda: not any(sender.is_alive() for sender in senders), 180)
    kill(listener)
    kill(reader)
    assert sum(sender.acknowledged for sender in senders) == STAYS * 4
    assert bluering(tmp_path, "work", "--only-arrivals", "--until-empty", stdout=subprocess.DEVNULL).wait() == 0
    assert look(tmp_path) == {
        "arrivals": STAYS * 4, "numbers": STAYS * 4, "done": STAYS * 4, "open loads": 0,
        "stays": [STAYS, STAYS, STAYS], "persons": STAYS,
    }  # fmt: skip

"""Send the demo hospital's messages to the listener, slowly, so that Today moves while one watches."""

import argparse
import datetime as dt
import json
import os
import random
import signal
import socket
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

SOURCE = "county-adt"
EARLY = dt.date(1900, 1, 1)
NO_STORY = r"^maple-ehr/p[0-9]+$"
MOST_KNOWN = 200
WAIT_SECONDS = 30


def main() -> None:
    """`python -m bluering.feeding PORT SECONDS`: an event about every so many seconds, until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("seconds", type=float)
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluering.settings")
    import django

    django.setup()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(args.seconds * random.uniform(0.7, 1.3)):
        try:
            happen(args.port)
        except OSError:
            print("The demo's hospital could not reach the listener; it tries again.", file=sys.stderr)


def happen(port: int) -> str:
    """Let one thing happen at the hospital and tell it; returns the message, '' where there is nobody to whom anything could happen.

    Raises OSError when nobody listens.
    """
    from django.conf import settings

    from bluering.demo.feed import next_event
    from bluering.paths import home

    memory = home() / "feed.json"
    people, before = known(), remembered(memory)
    if not people and not before:
        return ""
    message, visits = next_event(people, before, dt.datetime.now(ZoneInfo(settings.TIME_ZONE)))
    tell(port, message.encode())
    partial = memory.with_suffix(".part")
    partial.write_text(json.dumps([asdict(visit) for visit in visits]))
    partial.rename(memory)
    return message


def remembered(memory: Path) -> list:
    """Who is in the hospital, as it was left."""
    from bluering.demo.feed import Known, Visit

    if not memory.exists():
        return []
    return [Visit(**visit | {"person": Known(**visit["person"])}) for visit in json.loads(memory.read_text())]


def known() -> list:
    """Persons on somebody's panel; not those of whom the demo tells a story, so that the tutorial stays as it is written."""
    from bluering.coordination.models import Panel
    from bluering.demo.feed import Known
    from bluering.identity.models import PersonLink
    from bluering.record.models import PersonSummary

    held = Panel.objects.filter(until=None).values("person_id")
    nobodys = PersonLink.objects.filter(subject_key__regex=NO_STORY, undone_at=None).values("person_id")
    rows = PersonSummary.objects.filter(person_id__in=held, mrn__startswith="M", deceased_on=None, birth_date__gt=EARLY)
    told = rows.filter(person_id__in=nobodys).order_by("mrn")
    some = told.values_list("mrn", "family", "given", "birth_date", "gender")
    return [
        Known(mrn[1:], family, given, f"{born:%Y%m%d}", gender[:1].upper())
        for mrn, family, given, born, gender in some[:MOST_KNOWN]
    ]


def tell(port: int, message: bytes) -> None:
    """Send a message and wait for its acknowledgement. Raises OSError."""
    end = time.monotonic() + WAIT_SECONDS
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS) as line:
        line.sendall(b"\x0b" + message + b"\x1c\r")
        answer = b""
        while not answer.endswith(b"\x1c\r"):
            block = line.recv(4096)
            if not block or time.monotonic() > end:
                raise ConnectionError("no acknowledgement")
            answer += block
    if b"MSA|AA" not in answer:
        raise ConnectionError("not accepted")


if __name__ == "__main__":
    main()

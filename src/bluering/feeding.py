"""Send messages of the demo's hospital and front desk to the listener, slowly, so that Today moves while one watches."""

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

EARLY = dt.date(1900, 1, 1)
NO_STORY = r"^maple-ehr/p[0-9]+$"
MOST_KNOWN = 200
WAIT_SECONDS = 30
BOOKINGS = 0.25


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
            print("The demo's systems could not reach the listener; they try again.", file=sys.stderr)


def happen(port: int) -> bytes:
    """Let one thing happen at the hospital or the front desk and tell it; returns the message, b"" where there is nobody to whom anything could happen.

    Raises OSError when nobody listens.
    """
    from django.conf import settings

    from bluering.demo.feed.hospital import next_event
    from bluering.demo.feed.schedule import next_booking
    from bluering.paths import home

    memory, now = home() / "live.json", dt.datetime.now(ZoneInfo(settings.TIME_ZONE))
    people = known()
    visits, booked = remembered(memory)
    if not people and not visits:
        return b""
    if people and random.Random(int(now.timestamp())).random() < BOOKINGS:
        message, booked = next_booking(people, booked, now)
    else:
        message, visits = next_event(people, visits, now)
    tell(port, message)
    remember(memory, visits, booked)
    return message


def remember(memory: Path, visits: list, booked: list) -> None:
    """Who is in the hospital and who has booked, for the next time."""
    value = {"visits": [asdict(one) for one in visits], "booked": [asdict(one) for one in booked]}
    partial = memory.with_suffix(".part")
    partial.write_text(json.dumps(value))
    partial.rename(memory)


def remembered(memory: Path) -> tuple[list, list]:
    """Who is in the hospital and who has booked, as it was left."""
    from bluering.demo.feed.hospital import Visit
    from bluering.demo.feed.known import Known
    from bluering.demo.feed.schedule import Booked
    from bluering.demo.messages.bookings import Booking

    told = json.loads(memory.read_text()) if memory.exists() else {"visits": [], "booked": []}
    visits = [Visit(**one | {"person": Known(**one["person"])}) for one in told["visits"]]
    return visits, [Booked(Known(**one["person"]), Booking(**one["booking"])) for one in told["booked"]]


def known() -> list:
    """Persons on somebody's panel; not those of whom the demo tells a story, so that the tutorial stays as it is written."""
    from bluering.coordination.models import Panel
    from bluering.demo.feed.known import Known
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

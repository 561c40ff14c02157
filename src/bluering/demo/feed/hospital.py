"""Arrivals, admissions and discharges of made-up persons."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from bluering.demo.feed.known import Known, pid
from bluering.demo.messages.visits import HospitalVisit, adt

MOST_OPEN = 4
SEVERAL = 2
CAUSES = (
    ("J18.9", "Pneumonia, unspecified organism"),
    ("R07.9", "Chest pain, unspecified"),
    ("I50.9", "Heart failure, unspecified"),
    ("N39.0", "Urinary tract infection, site not specified"),
    ("R10.9", "Unspecified abdominal pain"),
)
# Number in a visit's messages, and type of its diagnosis.
EVENTS = {"A04": (1, "A"), "A06": (2, "A"), "A03": (3, "F")}


@dataclass(frozen=True)
class Visit:
    """Somebody in the hospital: E in the emergency department, I on a ward. `since` is a FHIR moment; `turns` counts what has happened since."""

    person: Known
    number: str
    kind: str
    since: str
    cause: int
    turns: int = 0


def next_event(known: Sequence[Known], open_visits: Sequence[Visit], now: dt.datetime) -> tuple[bytes, list[Visit]]:
    """(message, the visits that are open after it). `now` is in the hospital's zone."""
    rng = Random(int(now.timestamp()))
    waiting = sorted(open_visits, key=lambda visit: visit.turns, reverse=True)
    free = [person for person in known if all(visit.person.number != person.number for visit in open_visits)]
    if not waiting or (free and len(waiting) < MOST_OPEN and waiting[0].turns < SEVERAL):
        visit = Visit(rng.choice(free), f"F{int(now.timestamp())}", "E", _moment(now), rng.randrange(len(CAUSES)))
        return message("A04", visit, now), [*_older(open_visits), visit]
    oldest, others = waiting[0], _older(waiting[1:])
    if oldest.kind == "E" and rng.random() < 0.6:
        admitted = replace(oldest, kind="I", turns=0)
        return message("A06", admitted, now), [*others, admitted]
    return message("A03", oldest, now), others


def _older(visits: Sequence[Visit]) -> list[Visit]:
    return [replace(visit, turns=visit.turns + 1) for visit in visits]


def message(event: str, visit: Visit, now: dt.datetime) -> bytes:
    """An ADT message as the hospital's system writes it."""
    ward = visit.kind == "I"
    told = HospitalVisit(
        visit.number, "county-general", "IMP" if ward else "EMER", "dr-stay" if ward else "dr-night", CAUSES[visit.cause],
        visit.since, "4W-12-A" if ward else "ED-04",
    )  # fmt: skip
    if event == "A03":
        told = replace(told, ended=_moment(now), left="home")
    nth, diagnosis = EVENTS[event]
    return adt(event, nth, _moment(now), told, [pid(visit.person, hospital=True)], diagnosis)


def _moment(at: dt.datetime) -> str:
    return at.isoformat(timespec="seconds")

"""What the coordinators have done in the last weeks: contacts, handoffs and episodes.

It is told from the same plans as the files, so that who was called after a stay was called after that stay.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from bluering.demo.clock import ZONE, Clock
from bluering.demo.generate import SEED, people
from bluering.demo.panels import panels
from bluering.demo.profile import Profile
from bluering.demo.staff import BY_USERNAME
from bluering.demo.stories.work import story_work
from bluering.demo.timeline.life import life_of

WORKED_FOR = 5000
# Conditions from which somebody on a panel may be in chronic care management.
FOLLOWED_FROM = 2
CALLS_EVERYBODY = "teresa"
REMEMBERED = -60
CALLS = ("Checking in", "Medicines", "Reminder of a visit", "Goals", "Ride to a visit", "Home readings")
MODES = ("phone", "phone", "phone", "phone", "message", "video", "in_person", "mail")
# kind, title, receiver
WAITING = (
    ("records", "Consult note", "Dr Love"),
    ("records", "Consult note", "Dr Kidney"),
    ("records", "Discharge summary", "County General records"),
    ("community", "Weekday meals", "Meals Together"),
    ("community", "Ride to visits", "Prairie Rides"),
    ("question", "May the dose be raised?", "Dr Busy"),
    ("case_review", "Change of treatment, see the note", "Dr I. Care"),
)


def work(today: date, persons: int = WORKED_FOR, seed: int = SEED) -> list[dict]:
    """Contacts have a `mode`, handoffs a `kind`, episodes a `program`; `person` is the practice's patient id. Of the first `persons` only."""
    holders, clock = dict(panels(persons, seed)), Clock(today)
    found = story_work(today)
    for person in people(persons, seed):
        if not person.key:
            found += _work_for(person, holders.get(person.id, ""), clock)
    return found


def _work_for(person: Profile, holder: str, clock: Clock) -> Iterator[dict]:
    rng = person.stream("work")
    yield from _after_hospital(rng, person, holder or CALLS_EVERYBODY, clock)
    if holder:
        yield from _checking_in(rng, person, holder, clock)
        if rng.random() < 0.05:
            yield _handoff(rng, person, holder, clock)
        if person.burden >= FOLLOWED_FROM:
            yield from _followed(person.stream("program"), person, holder, clock)


def _after_hospital(rng: Random, person: Profile, by: str, clock: Clock) -> Iterator[dict]:
    """The call after a stay or an emergency visit, sometimes at the second attempt."""
    life = life_of(person, clock)
    ends = [(s.called, "Home from hospital") for s in life.stays]
    ends += [(e.called, "After the emergency visit") for e in life.emergencies]
    for day, purpose in ends:
        if day is None or day < REMEMBERED:
            continue
        if rng.random() < 0.15:
            yield _contact(rng, person, by, clock, day, 8, "phone", False, purpose)
        yield _contact(rng, person, by, clock, day, rng.randint(9, 15), "phone", True, purpose)


def _checking_in(rng: Random, person: Profile, holder: str, clock: Clock) -> Iterator[dict]:
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        day = clock.opening_day(-rng.randint(1, -REMEMBERED))
        mode, reached = rng.choice(MODES), rng.random() < 0.8
        yield _contact(rng, person, holder, clock, day, rng.randint(8, 16), mode, reached, rng.choice(CALLS))


def _contact(rng: Random, person: Profile, by: str, clock: Clock, day: int, hour: int, mode: str, reached: bool,
             purpose: str) -> dict:  # fmt: skip
    at = datetime.combine(clock.today + timedelta(days=day), time(hour, rng.randrange(0, 60, 5)), ZONE)
    return {
        "person": person.id, "username": by, "at": at, "mode": mode, "reached": reached,
        "whom": "caregiver" if person.caregiver and rng.random() < 0.5 else "person",
        "purpose": purpose, "minutes": rng.randint(4, 22) if reached else 2, "note": "",
    }  # fmt: skip


def _followed(rng: Random, person: Profile, holder: str, clock: Clock) -> Iterator[dict]:
    """Two in five of the panel's ill are in chronic care management, some are being asked."""
    state = rng.choices(("", "active", "outreach", "considered"), (12, 8, 1, 1))[0]
    if not state:
        return
    if state == "active" and rng.random() < 0.85:
        spoken = clock.opening_day(-rng.randint(2, 17))
        yield _contact(rng, person, holder, clock, spoken, rng.randint(8, 16), "phone", True, "Care plan")
    considered = -rng.randint(20, 170) if state == "active" else -rng.randint(1, 20)
    yield {
        "person": person.id, "username": holder, "program": "chronic_care_management", "state": state,
        "level": rng.choice(("steady", "steady", "watch")) if state == "active" else "",
        "found": "Several conditions that last, and a coordinator already.",
        "considered": clock.today + timedelta(days=considered),
        "since": clock.today + timedelta(days=considered + 6) if state == "active" else None,
        "decide_by": clock.today + timedelta(days=rng.randint(-2, 80) if state == "active" else rng.randint(0, 25)),
    }  # fmt: skip


def _handoff(rng: Random, person: Profile, holder: str, clock: Clock) -> dict:
    kind, title, receiver = rng.choice(WAITING)
    opened = clock.opening_day(-rng.randint(1, 25))
    member = BY_USERNAME[holder]
    return {
        "person": person.id, "username": holder, "kind": kind, "title": title,
        "sender": f"{member.name}, {member.credential}", "receiver": receiver,
        "state": rng.choice(("sent", "sent", "received", "accepted")),
        "opened": clock.today + timedelta(days=opened),
        "due": clock.today + timedelta(days=clock.next_opening_day(opened + 14)), "fact_key": "",
    }  # fmt: skip

"""The coming week: about one person in twenty has an appointment with the practice."""

from random import Random

from bluering.demo.clock import Clock
from bluering.demo.facts.appointments import book
from bluering.demo.profile import Profile
from bluering.demo.scribe import Scribe
from bluering.demo.timeline.life import Life, visits_a_year

WORDS = {
    "diabetes": "Diabetes follow-up",
    "hypertension": "Blood pressure",
    "depression": "Depression follow-up",
    "heart_failure": "Heart failure follow-up",
    "copd": "Breathing follow-up",
    "kidney": "Kidney function",
    "dementia": "Memory follow-up",
}
WEEK = 8


def booked_day(person: Profile, clock: Clock) -> int | None:
    """The opening day of the coming week on which the person comes in, or None."""
    rng = person.stream("schedule")
    if rng.random() > 0.022 * visits_a_year(person):
        return None
    return clock.next_opening_day(rng.randrange(WEEK))


def write_schedule(scribe: Scribe, life: Life) -> None:
    """What the plan of visits has ahead, and the coming week."""
    rng, person = scribe.person.stream("slots"), scribe.person
    day = booked_day(person, scribe.clock)
    for ahead in sorted({*life.booked, *(() if day is None else (day,))}):
        at = (rng.choice((8, 9, 10, 11, 13, 14, 15, 16)), rng.choice((0, 20, 40)))
        book(scribe, ahead, at, person.clinician, _words(person, rng))


def _words(person: Profile, rng: Random) -> str:
    own = [WORDS[key] for key in WORDS if key in person.conditions]
    if own and rng.random() < 0.8:
        return rng.choice(own)
    return "Well-child visit" if person.is_child else rng.choice(("Annual physical", "Sick visit", "Follow-up"))

"""Depression as the practice follows it: one PHQ-9 after the other, falling for most, not for all."""

from random import Random

from bluering.demo.conditions import CONCEPTS
from bluering.demo.facts.encounters import visit
from bluering.demo.facts.measurements import measure
from bluering.demo.medicines import ANTIDEPRESSANTS, MEDICINES, Regimen
from bluering.demo.scribe import Scribe
from bluering.demo.systems import MAPLE

WEEKS = (0, 4, 8, 12, 16, 22, 30, 42, 56, 70, 86, 100)
COURSES = {"answers": 78, "partly": 11, "stuck": 11}


def write_mood(scribe: Scribe, regimens: list[Regimen]) -> None:
    """The last episode: how it began and how it went; it may change a regimen."""
    if "depression" not in scribe.person.conditions or scribe.person.age < 12:
        return
    rng = scribe.person.stream("mood")
    began = max(scribe.person.conditions["depression"], -rng.randint(20, 640))
    first, course = rng.randint(11, 21), rng.choices(list(COURSES), list(COURSES.values()))[0]
    asked = scribe.clock.opening_day(began)
    for week in WEEKS:
        day = scribe.clock.opening_day(began + 7 * week + rng.randint(-3, 4))
        if day >= 0 or (week > 12 and rng.random() < 0.15):
            continue
        asked = day
        score(scribe, MAPLE, day, _value(rng, course, first, week), _item_nine(rng, first, week))
    if course != "answers":
        _change(rng, asked, regimens)
    if rng.random() < 0.85:
        _talk(scribe, rng, asked)


def score(scribe: Scribe, source: str, day: int, total: int, item_nine: int = 0, at: tuple[int, int] = (9, 10)) -> None:
    """A PHQ-9 with its last item."""
    measure(scribe, source, day, at, "phq9", total)
    measure(scribe, source, day, at, "phq9_item9", item_nine)


def _value(rng: Random, course: str, first: int, week: int) -> int:
    left = {"answers": max(0.15, 1 - week / 11), "partly": max(0.55, 1 - week / 25), "stuck": 0.95}[course]
    return max(0, min(27, round(first * left + rng.randint(-1, 1))))


def _item_nine(rng: Random, first: int, week: int) -> int:
    return rng.choice((1, 1, 2)) if first > 15 and week < 8 and rng.random() < 0.12 else 0


def _change(rng: Random, asked: int, regimens: list[Regimen]) -> None:
    """For most of those who do not get well, the dose is raised in time."""
    taken = [r for r in regimens if r.key in ANTIDEPRESSANTS]
    if not taken or rng.random() > 0.6:
        return
    regimen, day = taken[0], min(-1, asked + rng.randint(0, 6))
    doses = sorted(MEDICINES[regimen.key].products)
    if day > regimen.start:
        regimen.before, regimen.dose, regimen.start = doses[-2], doses[-1], day


def _talk(scribe: Scribe, rng: Random, asked: int) -> None:
    """Somebody spoke with them about it within three weeks."""
    day = scribe.clock.next_opening_day(asked + rng.randint(3, 20))
    if day < 0:
        visit(scribe, MAPLE, day, (11, 20), scribe.person.clinician, "telephone", CONCEPTS["depression", 0], "VR")

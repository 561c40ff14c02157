"""The plan of one person's three years, from which every topic is written: visits, stays, emergencies, referrals.

A plan is made without writing, so that the coordinators' work can be told from it too.
"""

from dataclasses import dataclass, field
from random import Random

from bluering.demo.clock import HORIZON, Clock
from bluering.demo.conditions import SERIOUS
from bluering.demo.profile import Profile

STAY_CAUSES = ("heart_failure", "copd", "diabetes", "fibrillation")
OTHER_CAUSES = ("pneumonia", "urine", "chest_pain", "fall")
EMERGENCY_CAUSES = ("chest_pain", "fall", "cut", "belly", "asthma", "copd")
LOST = 0.035


@dataclass
class Visit:
    """A visit to the practice that took place."""

    day: int
    at: tuple[int, int]
    kind: str = "office"
    code: str = "AMB"
    clinician: str = ""


@dataclass
class Stay:
    """`called` is the day of the practice's call afterwards, None when nobody called."""

    admitted: int
    discharged: int
    cause: str
    disposition: str = "home"
    through_emergency: bool = True
    summary: bool = True
    called: int | None = None


@dataclass
class Emergency:
    day: int
    hour: int
    cause: str
    called: int | None = None


@dataclass
class Life:
    """`lost` is set for somebody who stopped coming: the day after which nobody saw them."""

    visits: list[Visit] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    emergencies: list[Emergency] = field(default_factory=list)
    booked: list[int] = field(default_factory=list)
    lost: int | None = None


def life_of(person: Profile, clock: Clock) -> Life:
    """The same plan for the same person and day, whoever asks."""
    rng = person.stream("life")
    life = Life(lost=_lost_since(rng, person))
    days = _visit_days(rng, person)
    for _ in range(_stay_count(rng, person)):
        _plan_stay(rng, person, clock, life, days)
    for _ in range(_emergency_count(rng, person)):
        _plan_emergency(rng, person, clock, life, days)
    _add_visits(rng, person, clock, life, days)
    return life


def _lost_since(rng: Random, person: Profile) -> int | None:
    """Somebody who stopped coming; the ill less often."""
    share = LOST if person.burden < 2 else LOST / 2
    return -rng.randint(380, 620) if rng.random() < share and not person.is_child else None


def visits_a_year(person: Profile) -> float:
    serious = len(SERIOUS & person.conditions.keys())
    return min(6.0, 0.9 + 0.45 * person.burden + 0.55 * serious)


def _visit_days(rng: Random, person: Profile) -> list[int]:
    gap = 365 / visits_a_year(person)
    day: float = HORIZON + rng.randint(0, int(gap))
    found: list[int] = []
    while day < 0:
        found.append(int(day))
        day += gap * rng.uniform(0.7, 1.3)
    return found


def _stay_count(rng: Random, person: Profile) -> int:
    risk = 0.02 + 0.05 * len(SERIOUS & person.conditions.keys()) + (0.08 if person.age > 80 else 0)
    if "heart_failure" in person.conditions:
        risk += 0.25
    if person.is_child:
        risk = 0.01
    return sum(rng.random() < min(0.6, risk) for _ in range(3))


def _plan_stay(rng: Random, person: Profile, clock: Clock, life: Life, days: list[int]) -> None:
    discharged = -rng.randint(1, -HORIZON - 20)
    own = [c for c in STAY_CAUSES if c in person.conditions]
    cause = rng.choice(own) if own and rng.random() < 0.65 else rng.choice(OTHER_CAUSES)
    old = person.age > 75
    disposition = rng.choices(("home", "snf", "rehab"), (80, 12 if old else 3, 6))[0]
    made = Stay(discharged - rng.randint(2, 7), discharged, cause, disposition, rng.random() < 0.8, rng.random() < 0.93)
    if any(s.admitted - 12 <= made.discharged and made.admitted <= s.discharged + 12 for s in life.stays):
        return
    life.stays.append(made)
    if disposition == "home":
        made.called = _call_after(rng, clock, discharged, 0.90)
        if rng.random() < 0.90:
            days.append(discharged + rng.randint(2, 11))


def _call_after(rng: Random, clock: Clock, day: int, share: float) -> int | None:
    """One or two opening days later, if anybody called; not when that day is still to come."""
    called = clock.business_days_after(day, rng.choice((1, 1, 2)))
    return called if rng.random() < share and called < 0 else None


def _emergency_count(rng: Random, person: Profile) -> int:
    risk = 0.09 + 0.05 * len(SERIOUS & person.conditions.keys())
    return sum(rng.random() < risk for _ in range(3))


def _plan_emergency(rng: Random, person: Profile, clock: Clock, life: Life, days: list[int]) -> None:
    day = -rng.randint(1, -HORIZON)
    own = [c for c in ("asthma", "copd") if c in person.conditions]
    made = Emergency(day, rng.randint(1, 19), rng.choice([*own, *EMERGENCY_CAUSES[:4]]))
    if any(s.admitted - 3 <= day <= s.discharged + 8 for s in life.stays):
        return
    made.called = _call_after(rng, clock, day, 0.5)
    life.emergencies.append(made)
    if rng.random() < 0.6:
        days.append(day + rng.randint(2, 6))


def _add_visits(rng: Random, person: Profile, clock: Clock, life: Life, days: list[int]) -> None:
    """Opening days only, none during a stay, and what lies ahead becomes an appointment."""
    last = None
    for wanted in sorted(days):
        day = clock.next_opening_day(wanted)
        if day == last or any(s.admitted <= day < s.discharged for s in life.stays):
            continue
        last = day
        if day >= 0:
            life.booked.append(day)
        elif life.lost is None or day <= life.lost or _after_hospital(life, day):
            life.visits.append(_visit(rng, person, day))


def _after_hospital(life: Life, day: int) -> bool:
    return any(0 < day - s.discharged < 15 for s in life.stays) or any(0 < day - e.day < 10 for e in life.emergencies)


def _visit(rng: Random, person: Profile, day: int) -> Visit:
    code = "VR" if rng.random() < 0.07 else "AMB"
    kind = (
        "check-up"
        if rng.random() < (0.6 if person.burden < 2 else 0.18)
        else "follow-up"
        if person.burden
        else "office"
    )
    clinician = person.clinician if rng.random() < 0.9 else "np-ortiz"
    return Visit(day, (rng.randint(8, 16), rng.choice((0, 20, 40))), kind, code, clinician)

"""Medicines: ordered by the practice or a specialist, filled at one pharmacy or another, not always agreeing."""

from random import Random

from bluering.demo.directory import organization_ref
from bluering.demo.facts.orders import dispense, prescribe, tell
from bluering.demo.medicines import MEDICINES, Regimen, regimens_for
from bluering.demo.profile import Profile
from bluering.demo.scribe import Scribe
from bluering.demo.systems import LAKESIDE, MAPLE

DISAGREES = 0.2


def taken_by(person: Profile) -> list[Regimen]:
    """What the person takes now."""
    return regimens_for(person.stream("regimens"), person.conditions, person.age)


def write_drugs(scribe: Scribe, regimens: list[Regimen]) -> None:
    """Everything the person takes, and some of what they took."""
    rng, person = scribe.person.stream("drugs"), scribe.person
    for regimen in regimens:
        if regimen.specialist and rng.random() < 0.8:
            _by_specialist(scribe, rng, regimen)
        else:
            _by_practice(scribe, rng, regimen)
    if rng.random() < 0.25 and person.age > 17:
        _stopped(scribe, rng)


def _by_practice(scribe: Scribe, rng: Random, regimen: Regimen) -> None:
    doctor = scribe.person.clinician
    if regimen.before:
        began = max(-1090, regimen.start - rng.randint(60, 300))
        prescribe(scribe, MAPLE, began, regimen, doctor, "stopped", regimen.before)
    order = _renewed(scribe, rng, MAPLE, regimen, doctor)
    _fill(scribe, rng, MAPLE, regimen, "riverside-pharmacy", order)


def _by_specialist(scribe: Scribe, rng: Random, regimen: Regimen) -> None:
    """The specialist orders and the group's pharmacy fills; the practice lists it, sometimes at the dose of before."""
    if regimen.before:
        prescribe(
            scribe, LAKESIDE, max(-1090, regimen.start - 200), regimen, regimen.specialist, "stopped", regimen.before
        )
    order = _renewed(scribe, rng, LAKESIDE, regimen, regimen.specialist)
    _fill(scribe, rng, LAKESIDE, regimen, "lakeside-pharmacy", order)
    told = min(-3, regimen.start + rng.randint(5, 60))
    doses = [dose for dose in MEDICINES[regimen.key].products if dose != regimen.dose]
    other = doses[0] if doses and rng.random() < DISAGREES else None
    tell(scribe, MAPLE, told, regimen, organization_ref("maple-street"), dose=other)


def _renewed(scribe: Scribe, rng: Random, source: str, regimen: Regimen, doctor: str) -> str:
    """Orders last a year: an older one is completed and the one of this year stands. Returns the one that stands."""
    if regimen.start > -365:
        return prescribe(scribe, source, regimen.start, regimen, doctor)
    prescribe(scribe, source, regimen.start, regimen, doctor, "completed")
    return prescribe(scribe, source, scribe.clock.opening_day(-rng.randint(15, 355)), regimen, doctor)


def _fill(scribe: Scribe, rng: Random, source: str, regimen: Regimen, pharmacy: str, order: str) -> None:
    """The last three fills, ninety days apart, some late."""
    day = -rng.randint(2, 80) if rng.random() < 0.93 else -rng.randint(110, 160)
    for _ in range(3):
        if day < regimen.start:
            return
        dispense(scribe, source, day, regimen, pharmacy, order)
        day -= rng.randint(84, 104)


def _stopped(scribe: Scribe, rng: Random) -> None:
    key = rng.choice(("omeprazole", "gabapentin", "hydrochlorothiazide"))
    dose = next(iter(MEDICINES[key].products))
    began = -rng.randint(300, 1000)
    regimen = Regimen(key, dose, 1, began)
    order = prescribe(scribe, MAPLE, began, regimen, scribe.person.clinician, "stopped")
    dispense(scribe, MAPLE, began + 1, regimen, "riverside-pharmacy", order, days=30)

"""Turns of phrase that several stories use."""

from bluering.demo.conditions import CONCEPTS
from bluering.demo.facts.appointments import book
from bluering.demo.facts.encounters import visit
from bluering.demo.facts.measurements import measure, pressure
from bluering.demo.facts.orders import dispense, prescribe
from bluering.demo.medicines import Regimen
from bluering.demo.scribe import Scribe
from bluering.demo.systems import MAPLE
from bluering.demo.timeline.claims import KNOWN_AFTER, bill
from bluering.demo.timeline.problems import need, problem


def problems(scribe: Scribe, asserted_by: str = "") -> None:
    """The practice's list, by the person's own clinician unless another is named."""
    for key, onset in scribe.person.conditions.items():
        problem(scribe, MAPLE, CONCEPTS[key, 0], onset, asserted_by or scribe.person.clinician)
    for key in scribe.person.needs:
        need(scribe, key, -200)


def seen(
    scribe: Scribe, day: int, reason: str = "", bp: tuple[int, int] | None = None, weight: float = 0, doctor: str = "",
    kind: str = "follow-up", **results: float,
) -> str:  # fmt: skip
    """A visit to the practice on the opening day at or before `day`, with what was measured; the plan is billed."""
    day, at = scribe.clock.opening_day(day), (9, 40)
    doctor = doctor or scribe.person.clinician
    encounter = visit(scribe, MAPLE, day, at, doctor, kind, CONCEPTS[reason, 0] if reason else None)
    if bp:
        pressure(scribe, MAPLE, day, at, *bp, encounter)
    if weight:
        results["weight"] = weight
    for what, value in results.items():
        measure(scribe, MAPLE, day, at, what, value, encounter)
    if day < -KNOWN_AFTER:
        bill(scribe, day, day, "check-up" if kind == "check-up" else "visit", "maple-street")
    return encounter


def takes(
    scribe: Scribe, key: str, dose: float, start: int, frequency: int = 1, filled: int | None = None, days: int = 90
) -> Regimen:
    """A medicine the practice ordered, last filled at the pharmacy near home on day `filled`."""
    regimen = Regimen(key, dose, frequency, start)
    order = prescribe(scribe, MAPLE, start, regimen, scribe.person.clinician)
    if filled is not None:
        dispense(scribe, MAPLE, filled, regimen, "riverside-pharmacy", order, days=days)
    return regimen


def comes_in(scribe: Scribe, day: int, at: tuple[int, int], words: str) -> None:
    """An appointment with the person's clinician on the opening day at or after `day`."""
    book(scribe, scribe.clock.next_opening_day(day), at, scribe.person.clinician, words)

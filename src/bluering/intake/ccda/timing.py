"""When a medicine is taken: the effectiveTimes of a substanceAdministration as a FHIR Timing."""

from typing import Any

from bluering.intake.ccda.tree import Element, attribute, code_of, find, find_all, type_of
from bluering.intake.ccda.values import drop_empty, number_of, period_of, time_of

UNITS = {"s": "s", "min": "min", "h": "h", "d": "d", "wk": "wk", "mo": "mo", "a": "a", "hr": "h", "day": "d"}
MINUTES = {"s": 1 / 60, "min": 1, "h": 60, "d": 1440}
EVENTS = frozenset("AC ACD ACM ACV C CD CM CV HS PC PCD PCM PCV WAKE".split())  # noqa: SIM905
"""Codes that HL7's TimingEvent and FHIR's event-timing share."""


def taken(element: Element) -> dict[str, Any] | None:
    """The time during which a medicine is or was taken; one point is its start."""
    return next((said for one in _of_kind(element, "IVL_TS") if (said := period_of(one))), None)


def single(element: Element) -> str | None:
    """The moment of one administration, when the time is a point."""
    return next((said for one in _of_kind(element, "IVL_TS") if (said := time_of(one))), None)


def ends(element: Element) -> str | None:
    """When a medicine was or will be stopped."""
    return (taken(element) or {}).get("end")


def timing(element: Element, *, bounds: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """How often: every so many hours (PIVL), at meals or bedtime (EIVL). None when the sender does not say it in codes."""
    repeat: dict[str, Any] = {}
    for one in _of_kind(element, "PIVL_TS"):
        repeat |= _every(one)
    for one in _of_kind(element, "EIVL_TS"):
        repeat |= _at_events(one)
    if bounds:
        repeat = {"boundsPeriod": bounds} | repeat
    return {"repeat": repeat} if repeat else None


def _of_kind(element: Element, kind: str) -> list[Element]:
    return [one for one in find_all(element, "effectiveTime") if _kind(one) == kind]


def _kind(element: Element) -> str:
    if find(element, "period") is not None:
        return "PIVL_TS"
    if find(element, "event") is not None:
        return "EIVL_TS"
    said = type_of(element)
    return said if said in ("PIVL_TS", "EIVL_TS") else "IVL_TS"


def _every(element: Element) -> dict[str, Any]:
    """Once in each period; a period between two lengths has a longest."""
    period = find(element, "period")
    low, high = find(period, "low"), find(period, "high")
    shortest, unit = _length(period)
    if shortest is None:
        shortest, unit = _length(low)
    longest, longest_unit = _length(high)
    if shortest is None or longest_unit not in ("", unit):
        return {}
    return drop_empty({"frequency": 1, "period": shortest, "periodMax": longest, "periodUnit": unit})


def _length(element: Element | None) -> tuple[int | float | None, str]:
    """A length of time and its FHIR unit; nothing when the unit is none of time."""
    number = None if element is None else number_of(attribute(element, "value"))
    unit = UNITS.get(attribute(element, "unit"), "")
    return (number, unit) if number is not None and number > 0 and unit else (None, "")


def _at_events(element: Element) -> dict[str, Any]:
    event = code_of(element, "event")
    if event not in EVENTS:
        return {}
    low = find(element, "offset/low") if find(element, "offset/low") is not None else find(element, "offset")
    number = None if low is None else number_of(attribute(low, "value"))
    scale = MINUTES.get(attribute(low, "unit"))
    before = event.startswith("AC")
    fits = number is not None and scale and (number >= 0 or before)
    return {"when": [event]} | ({"offset": round(abs(number) * scale)} if fits and number and scale else {})

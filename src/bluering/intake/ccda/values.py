"""CDA's data types as FHIR's: times of any precision, intervals, quantities, identifiers. None where nothing is said."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, TypeVar

from bluering.intake.ccda.systems import UCUM, uri_of, urn_of
from bluering.intake.ccda.tree import Element, attribute, find, is_null

Item = TypeVar("Item")
HL7_TIME = re.compile(
    r"(?P<y>\d{4})((?P<m>\d\d)((?P<d>\d\d)((?P<H>\d\d)((?P<M>\d\d)((?P<S>\d\d)(?P<f>\.\d+)?)?)?)?)?)?"
    r"(?P<z>[+-]\d{2}:?\d{2}|Z)?"
)
ISO_TIME = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d\d)(-(?P<d>\d\d)(T(?P<H>\d\d):(?P<M>\d\d)(:(?P<S>\d\d)(?P<f>\.\d+)?)?)?)?"
    r"(?P<z>[+-]\d{2}:?\d{2}|Z)?"
)
NUMBER = re.compile(r"[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})([eE][+-]?\d{1,2})?")
UNIT = re.compile(r"[!-~]{1,64}")
ABSENT_SYSTEM = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
ABSENT_URL = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
ABSENT = {
    "ASKU": "asked-unknown",
    "NASK": "not-asked",
    "NAV": "temp-unknown",
    "MSK": "masked",
    "NA": "not-applicable",
    "NINF": "negative-infinity",
    "PINF": "positive-infinity",
}


def moment(text: str) -> str | None:
    """A FHIR dateTime of the same precision; None for what is no time.

    FHIR wants a time zone with every time of day. Where the sender gave none, the day alone is kept: it is the sender's
    own day, and no zone is made up. The same for an hour without minutes.
    """
    found = HL7_TIME.fullmatch(text) or ISO_TIME.fullmatch(text)
    if found is None:
        return None
    part = found.groupdict()
    day = "-".join(part[name] for name in "ymd" if part[name])
    zone = _zone(part["z"])
    try:
        dt.date.fromisoformat((day + "-01-01")[:10])
        clock = dt.time(int(part["H"] or 0), int(part["M"] or 0), int(part["S"] or 0))
    except ValueError:
        return None
    return f"{day}T{clock.isoformat()}{(part['f'] or '')[:4]}{zone}" if part["M"] and zone else day


def _zone(text: str | None) -> str:
    """`+00:00` as Z, `-0500` as -05:00; empty for none and for impossible ones."""
    if not text or text == "Z":
        return text or ""
    hours, minutes = text[:3], text[-2:]
    if int(hours[1:]) > 14 or int(minutes) > 59:
        return ""
    return "Z" if (hours[1:], minutes) == ("00", "00") else f"{hours}:{minutes}"


def time_of(element: Element | None) -> str | None:
    """The `value` of a point in time."""
    return None if is_null(element) else moment(attribute(element, "value"))


def day_of(element: Element | None) -> str | None:
    """A point in time as a date."""
    said = time_of(element)
    return said[:10] if said else None


def instant_of(element: Element | None) -> str | None:
    """A point in time where it is exact to the second, else None."""
    said = time_of(element)
    return said if said and "T" in said else None


def period_of(element: Element | None) -> dict[str, str] | None:
    """An interval of time; a single point is its start. None when neither end is known."""
    if element is None:
        return None
    start = time_of(find(element, "low")) or time_of(element) or time_of(find(element, "center"))
    period = drop_empty({"start": start, "end": time_of(find(element, "high"))})
    return None if _backwards(period) else period or None


def _backwards(period: dict[str, str]) -> bool:
    """Whether an interval ends on a day before it starts."""
    start, end = period.get("start", ""), period.get("end", "")
    shared = min(len(start), len(end), 10)
    return end[:shared] < start[:shared]


def start_of(element: Element | None) -> str | None:
    """The beginning of an interval, or the point itself."""
    return (period_of(element) or {}).get("start")


def number_of(text: str) -> int | float | None:
    """A number as JSON has it; None for what is none, or too long to be kept exactly."""
    text = text.strip()
    if not NUMBER.fullmatch(text):
        return None
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)


def quantity_of(element: Element | None, comparator: str = "") -> dict[str, Any] | None:
    """A physical quantity. Its unit is UCUM's unless it cannot be (`1` is no unit, blanks do not occur in UCUM)."""
    value = None if element is None else number_of(attribute(element, "value"))
    if value is None:
        return None
    unit = attribute(element, "unit")
    coded = {"system": UCUM, "code": unit} if UNIT.fullmatch(unit) and unit != "1" else {}
    return drop_empty({"value": value, "comparator": comparator, "unit": unit}) | coded


def range_of(element: Element | None) -> dict[str, Any] | None:
    """An interval of quantities as a Range."""
    bounds = {"low": quantity_of(find(element, "low")), "high": quantity_of(find(element, "high"))}
    return drop_empty(bounds) or None


def ratio_of(element: Element | None) -> dict[str, Any] | None:
    """A numerator over a denominator; None unless both are there."""
    above, below = quantity_of(find(element, "numerator")), quantity_of(find(element, "denominator"))
    return {"numerator": above, "denominator": below} if above and below else None


def identifier_of(element: Element | None) -> dict[str, Any] | None:
    """An instance identifier; None where it is null or has no root to tell it by."""
    if is_null(element):
        return None
    root, extension = attribute(element, "root"), attribute(element, "extension")
    named = {"assigner": {"display": name}} if (name := attribute(element, "assigningAuthorityName")) else {}
    if extension:
        return drop_empty({"system": uri_of(root), "value": extension}) | named
    urn = urn_of(root)
    return {"system": "urn:ietf:rfc:3986", "value": urn} if urn else None


def identifiers_of(elements: list[Element]) -> list[dict[str, Any]]:
    """All identifiers that say something."""
    return [said for one in elements if (said := identifier_of(one))]


def absent(element: Element | None) -> dict[str, Any]:
    """Why a value is not there, as a concept; `unknown` unless the sender is more exact."""
    return {"coding": [{"system": ABSENT_SYSTEM, "code": _absent_code(element)}]}


def absent_extension(element: Element | None = None) -> dict[str, Any]:
    """The same for an element that FHIR demands (`_occurrenceDateTime`)."""
    return {"extension": [{"url": ABSENT_URL, "valueCode": _absent_code(element)}]}


def _absent_code(element: Element | None) -> str:
    return ABSENT.get(attribute(element, "nullFlavor"), "unknown")


def once(items: Iterable[Item]) -> list[Item]:
    """Each of these JSON values once, in their order, in time that grows with their number only."""
    return list({repr(item): item for item in items}.values())


def drop_empty(resource: dict[str, Any]) -> dict[str, Any]:
    """Without what is None, empty text, list or object; false and 0 stay."""
    return {
        name: value
        for name, value in resource.items()
        if value is not None and value != "" and value != [] and value != {}
    }

"""What an appointment books: services (AIS), people (AIP), places (AIL), other resources (AIG), and from when to when.

Source: HL7 v2.8 chapter 10.6; the fields for time stand in another place in each of the four segments.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from bluering.intake.hl7v2.datatypes import concept, location, location_name, moment, number
from bluering.intake.hl7v2.message import Message, Segment
from bluering.intake.hl7v2.parts import Fields, clinicians, first
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Resource

# Start, duration and its unit, filler's status; type of what is booked. By segment.
PLACES = {"AIS": (4, 7, 8, 10, 0), "AIG": (8, 11, 12, 14, 4), "AIL": (6, 9, 10, 12, 4), "AIP": (6, 9, 10, 12, 4)}
NAMES = tuple(PLACES)
MINUTES = {
    **dict.fromkeys(("", "M", "MIN", "MINS", "MINUTE", "MINUTES"), 1.0),
    **dict.fromkeys(("S", "SEC", "SECOND", "SECONDS"), 1 / 60),
    **dict.fromkeys(("H", "HR", "HRS", "HOUR", "HOURS"), 60.0),
}


@dataclass(frozen=True)
class Booked:
    """One AIS, AIG, AIL or AIP."""

    segment: Segment

    @property
    def name(self) -> str:
        """Its segment's name."""
        return self.segment.name

    @property
    def status(self) -> str:
        """The filler's status (table 0278)."""
        return self.segment[PLACES[self.name][3]]

    def what(self, sender: Sender) -> dict | None:
        """The service of an AIS."""
        return concept(first(self.segment, 3), sender, "AIS-3")

    def kind(self, sender: Sender) -> list[dict]:
        """What the person, place or thing is booked as."""
        place = PLACES[self.name][4]
        found = concept(first(self.segment, place), sender, f"{self.name}-{place}") if place else None
        return [found] if found else []

    def actors(self, sender: Sender, others: list[Resource]) -> list[dict]:
        """References to who and what takes part; a service does not."""
        if self.name == "AIP":
            return clinicians(self.segment.reps(3), sender, others)
        if self.name == "AIL":
            return _places(self.segment, sender, others)
        if self.name == "AIG" and (rep := first(self.segment, 3)) is not None:
            return [{"display": rep.get(2) or rep.get(1)}]
        return []


@dataclass
class Told:
    """What one message says of an appointment's resources and of itself."""

    resources: list[tuple[tuple[str, str], Booked, str]] = field(default_factory=list)
    notes: list[Segment] = field(default_factory=list)


def booked(message: Message) -> Told:
    """The resources of a message with their keys (kind, code or number) and action codes, and the notes after SCH."""
    told, of_appointment = Told(), False
    for segment in message.segments:
        if segment.name in ("SCH", "TQ1"):
            of_appointment = True
        elif segment.name == "NTE" and of_appointment:
            told.notes.append(segment)
        else:
            of_appointment = False
        if segment.name in PLACES:
            key = segment.get(3) or segment.get(3, 2) or segment.get(3, 4) or segment[1]
            told.resources.append(((segment.name, key), Booked(segment), segment[2].upper()))
    return told


def moved(
    kept: dict[tuple[str, str], Booked], told: Iterable[tuple[tuple[str, str], Booked, str]], *, drop: bool = False
) -> None:
    """Add, change or take away (the whole event, or action code D) the resources that a message names."""
    for key, one, action in told:
        if action == "D" or (drop and action in ("", "D", "X")):
            kept.pop(key, None)
        elif not drop:
            kept[key] = one


def at(one: Booked, sender: Sender) -> str | None:
    """When a resource is booked from, where it says so."""
    return moment(one.segment[PLACES[one.name][0]], sender)


def span(message: Message, told: Told, known: Fields, sender: Sender) -> dict:
    """start, end and minutesDuration of one message: TQ1-7 and -8, else SCH-11.4 and .5, else the first resource's own time.

    Without an end the duration gives one: SCH-9 as it is known (`known`), else that of the resource; minutes where no unit
    is named. {} when the message names no time.
    """
    sch, tq1 = message.first("SCH"), message.first("TQ1")
    ends = [(tq1[7], tq1[8])] if tq1 is not None else []
    ends += [(sch.get(11, 4), sch.get(11, 5))] if sch is not None else []
    ordered = sorted((one for _, one, _ in told.resources), key=lambda one: NAMES.index(one.name))
    own = next((one for one in ordered if at(one, sender)), None)
    ends += [(own.segment[PLACES[own.name][0]], "")] if own is not None else []
    start, end = next(((start, end) for start, end in ends if moment(start, sender)), ("", ""))
    long = minutes(known[9], known.get(10, 1) or known.get(10, 2))
    if own is not None and long is None:
        _, length, unit, *_ = PLACES[own.name]
        long = minutes(own.segment[length], own.segment.get(unit, 1) or own.segment.get(unit, 2))
    return _written(moment(start, sender), moment(end, sender), long)


def minutes(length: str, unit: str) -> float | None:
    """A duration in minutes; None when it is none or its unit is not known."""
    told, factor = number(length), MINUTES.get(unit.upper().rstrip("."))
    return told * factor if told and told > 0 and factor and told * factor < 100_000 else None


def _written(start: str | None, end: str | None, long: float | None) -> dict:
    if not start or len(start) <= 10:
        return {"start": start} if start else {}
    begins = dt.datetime.fromisoformat(start)
    ends = dt.datetime.fromisoformat(end) if end and len(end) > 10 else None
    if ends is None or ends < begins:
        ends = begins + dt.timedelta(minutes=long) if long else None
    if ends is None:
        return {"start": start}
    lasts = round((ends - begins).total_seconds() / 60)
    return {"start": start, "end": ends.isoformat(timespec="seconds"), **({"minutesDuration": lasts} if lasts else {})}


def _places(segment: Segment, sender: Sender, others: list[Resource]) -> list[dict]:
    found = []
    for rep in segment.reps(3):
        if (one := location(rep, sender)) is not None:
            others.append(one)
            found.append({"reference": f"Location/{one['id']}", "display": location_name(rep, sender)})
    return found

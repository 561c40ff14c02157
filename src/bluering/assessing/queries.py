"""Reads of assessments: what was filled in about a person, what was begun, and how scores went, whoever took them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bluering.access.models import User
from bluering.assessing.instruments import Instrument, instruments
from bluering.coordination.models import Assessment
from bluering.coordination.sharing import Hidden
from bluering.record.timeline import when_of


@dataclass(frozen=True)
class Point:
    """One score of the record: when, how much, and which system told it."""

    day: date
    value: float
    source: str


@dataclass(frozen=True)
class Course:
    """The scores of one instrument, the oldest first."""

    instrument: Instrument
    points: list[Point]


def assessments_of(person_id: str, hidden: Hidden) -> list[Assessment]:
    """Every assessment begun here about a person, the newest first, without those of staff who are hidden from this user."""
    rows = (
        Assessment.objects.filter(person_id=person_id).select_related("begun_by", "finished_by", "link").order_by("-id")
    )
    return hidden.work(list(rows), lambda one: one.begun_by_id)


def begun_by(user: User) -> list[Assessment]:
    """What this user began and nobody has finished, the oldest first."""
    return list(Assessment.objects.filter(begun_by=user, state="part").order_by("changed_at"))


def courses(observations: Iterable[dict]) -> list[Course]:
    """The courses of every instrument that the record has scores of; several of one day and one value are told once."""
    rows = list(observations)
    found = []
    for one in instruments().values():
        points = {_point(row) for row in rows if one.total_code and row.get("code") == one.total_code}
        known = sorted((point for point in points if point), key=lambda point: (point.day, point.value, point.source))
        if known:
            found.append(Course(one, _once(known)))
    return found


def _point(row: dict) -> Point | None:
    text, value = row.get("effective_datetime"), row.get("value_quantity")
    if value is None:
        try:
            value = float(row.get("value_string") or "")
        except ValueError:
            return None
    if not text or row.get("status") == "entered-in-error":
        return None
    return Point(when_of(text)[1], value, row["source"])


def _once(points: list[Point]) -> list[Point]:
    told: dict[tuple[date, float], Point] = {}
    for point in points:
        told.setdefault((point.day, point.value), point)
    return list(told.values())

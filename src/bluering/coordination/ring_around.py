"""What every search for a link starts from, and how it reads rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bluering.coordination.ring_participants import Face, Faces
from bluering.coordination.ring_practice import Practice
from bluering.coordination.ring_values import Tables, day_in, fact_key, rows_of, say_day, text_of

LONG_AGO = date.min


@dataclass(frozen=True)
class Around:
    """Everything the links are made from."""

    faces: Faces
    tables: Tables
    practice: Practice
    contacts: list[Any]
    handoffs: list[Any]
    gaps: list[Any]
    today: date

    def say(self, day: date | None) -> str:
        return say_day(day, self.today)


@dataclass(frozen=True)
class Tie:
    """One piece of evidence for a link."""

    a: Face
    b: Face
    state: str
    why: str
    day: date | None = None


def is_of(face: Face, row: dict, resource: str) -> bool:
    return fact_key(row, resource) in face.facts


def newest_of(around: Around, face: Face, table: str, resource: str, column: str) -> date | None:
    rows = [row for row in rows_of(around.tables, table) if is_of(face, row, resource)]
    row = newest(rows, column, today=around.today)
    return day_in(row, column) if row else None


def newest(rows: Iterable[dict], *columns: str, today: date) -> dict | None:
    """The newest row of those that have happened; of equal days the last id."""
    dated = [(day, text_of(row, "id"), row) for row in rows if (day := day_in(row, *columns)) and day <= today]
    return max(dated, key=lambda row: row[:2])[2] if dated else None


def sentence(parts: list[str], ending: str = "") -> str:
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}{ending}."

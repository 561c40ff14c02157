"""The registry as a table: columns that sort, colours with their meaning, filters, and the same as CSV."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bluering.coordination.registry import Course, Row
from bluering.record.models import PersonSummary
from bluering.web import status
from bluering.web.words import day_words

UNITS = {"phq9": "", "gad7": "", "a1c": " %", "bp": ""}
SHOWS: dict[str, tuple[str, Callable[[Row, date], bool]]] = {
    "": ("Everybody", lambda row, today: True),
    "safety": ("Safety first", lambda row, today: row.danger),
    "stuck": ("Not better after ten weeks", lambda row, today: row.is_stuck(today)),
    "overdue": ("A talk was due", lambda row, today: row.is_overdue(today)),
    "unmeasured": ("No score in 30 days", lambda row, today: row.is_unmeasured(today)),
    "unreviewed": ("Not reviewed yet", lambda row, today: row.reviewed is None and row.program.by_score),
    "improved": ("Better: half, or below 5", lambda row, today: row.is_improved()),
}


@dataclass(frozen=True)
class Cell:
    """A first and a last value: as a sentence, how it changed, and what the colour means."""

    words: str
    change: str
    day: str
    look: str


@dataclass(frozen=True)
class RegistryRow:
    """One person in one program."""

    person_id: str
    name: str
    program: str
    state: status.Look
    level: str
    holder: str
    weeks: int
    talks: int
    last_talk: str
    due: status.Look | None
    cells: list[Cell | None]
    reviewed: str
    minutes: int
    flags: list[status.Look]


@dataclass(frozen=True)
class Column:
    """A heading that sorts."""

    key: str
    words: str
    sorted: str
    next: str


FAR = date.max
ORDERS: dict[str, tuple[str, Callable[[Row], Any], bool]] = {
    "name": ("Name", lambda row: 0, False),
    "program": ("Program", lambda row: row.program.title, False),
    "weeks": ("Weeks", lambda row: row.weeks, True),
    "talks": ("Talks", lambda row: row.talks, False),
    "due": ("Next talk", lambda row: row.next_due or FAR, False),
    "phq9": ("PHQ-9", lambda row: _last(row, "phq9"), True),
    "gad7": ("GAD-7", lambda row: _last(row, "gad7"), True),
    "a1c": ("A1c", lambda row: _last(row, "a1c"), True),
    "bp": ("Blood pressure", lambda row: _last(row, "bp"), True),
    "reviewed": ("Reviewed", lambda row: row.reviewed or date.min, False),
    "minutes": ("Min.", lambda row: row.minutes, True),
}
USUAL = "due"


def _last(row: Row, key: str) -> float:
    return row.courses[key].last if key in row.courses else -1


def narrowed(found: list[Row], show: str, today: date) -> list[Row]:
    _, test = SHOWS.get(show, SHOWS[""])
    return [row for row in found if test(row, today)]


def in_order(found: list[Row], people: Mapping[str, PersonSummary], sort: str) -> list[Row]:
    """By the column asked for (with a minus backwards); who is equal there stands by name. Safety is always first."""
    key, backwards = sort.removeprefix("-"), sort.startswith("-")
    _, value, downwards = ORDERS.get(key, ORDERS[USUAL])
    named = sorted(
        found, key=lambda row: people[row.episode.person_id].name.lower(), reverse=key == "name" and backwards
    )
    ordered = named if key == "name" else sorted(named, key=value, reverse=downwards != backwards)
    return sorted(ordered, key=lambda row: not row.danger)


def columns(sort: str) -> list[Column]:
    key, backwards = sort.removeprefix("-"), sort.startswith("-")
    key = key if key in ORDERS else USUAL
    made = []
    for name, (words, _, downwards) in ORDERS.items():
        here = name == key
        way = ("descending" if downwards != backwards else "ascending") if here else ""
        made.append(Column(name, words, way, "-" + name if here and not backwards else name))
    return made


def view(row: Row, people: Mapping[str, PersonSummary], today: date) -> RegistryRow:
    one = row.episode
    flags = [status.Look("safety", "critical")] if row.danger else []
    flags += [status.Look("not better", "gap")] if row.is_stuck(today) else []
    flags += [status.Look("no score in 30 days", "due")] if row.is_unmeasured(today) else []
    level = row.program.levels.get(one.level)
    due = status.due_look((row.next_due - today).days, "due") if row.next_due else None
    return RegistryRow(
        one.person_id, people[one.person_id].name, row.program.title, status.look(status.STAGE, one.state), level.title if level else "",
        row.holder, row.weeks, row.talks, day_words(row.last_talk, today) if row.last_talk else "not yet", due,
        [cell_of(key, row.courses.get(key), today, row) for key in UNITS], day_words(row.reviewed, today) if row.reviewed else "",
        row.minutes, flags,
    )  # fmt: skip


def cell_of(key: str, one: Course | None, today: date, row: Row) -> Cell | None:
    """A first and a last value in words; None where there is none."""
    if one is None:
        return None
    last = _value(key, one.last, one.last_second)
    both = one.first_on != one.last_on
    words = f"{_value(key, one.first, one.first_second)} → {last}" if both else last
    change, look = "", ""
    if key in ("phq9", "gad7") and one.fall is not None:
        change = f"{round(-100 * one.fall):+d} %" if one.fall else "as before"
        look = "ok" if one.improved else "gap" if row.is_stuck(today) else ""
    return Cell(words + UNITS[key], change, day_words(one.last_on, today), look)


def _value(key: str, value: float, second: float | None) -> str:
    return f"{value:g}/{second:g}" if key == "bp" and second is not None else f"{round(value, 1):g}"


HEADINGS = (
    "name", "mrn", "program", "state", "level", "coordinator", "since", "weeks", "talks", "last_talk", "next_talk_due",
    "phq9_first", "phq9_first_on", "phq9_last", "phq9_last_on", "gad7_first", "gad7_first_on", "gad7_last", "gad7_last_on",
    "a1c_first", "a1c_last", "a1c_last_on", "systolic_first", "diastolic_first", "systolic_last", "diastolic_last", "bp_last_on",
    "last_reviewed", "minutes_this_month", "safety",
)  # fmt: skip
# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(found: list[Row], people: Mapping[str, PersonSummary]) -> str:
    """The same rows for a spreadsheet; days as ISO dates, nothing that a spreadsheet would run."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for row in found:
        writer.writerow([_plain(value) for value in _values(row, people[row.episode.person_id])])
    return out.getvalue()


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _values(row: Row, who: PersonSummary) -> list[Any]:
    one, courses = row.episode, row.courses
    parts: list[Any] = [
        who.name, who.mrn, row.program.id, one.state, one.level, row.holder, one.since, row.weeks, row.talks, row.last_talk,
        row.next_due,
    ]  # fmt: skip
    for key in ("phq9", "gad7"):
        got = courses.get(key)
        parts += [got.first, got.first_on, got.last, got.last_on] if got else [None] * 4
    a1c, pressure = courses.get("a1c"), courses.get("bp")
    parts += [a1c.first, a1c.last, a1c.last_on] if a1c else [None] * 3
    parts += (
        [pressure.first, pressure.first_second, pressure.last, pressure.last_second, pressure.last_on]
        if pressure
        else [None] * 5
    )
    return [*parts, row.reviewed, row.minutes, "yes" if row.danger else ""]

"""A day's items as the page shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bluering.coordination.my_day import GRAVE, SAFETY, TODAY, Item
from bluering.record.models import PersonSummary
from bluering.web import status
from bluering.web.words import day_words

LOOKS = {SAFETY: "critical", GRAVE: "critical", TODAY: "gap"}


@dataclass(frozen=True)
class DayRow:
    """One person of the day; `above` and `below` are before whom a press of the arrows puts them."""

    person_id: str
    name: str
    words: str
    minutes: int
    why: list[str]
    things: list[tuple[str, str]]
    look: status.Look
    safety: bool
    waits: str
    above: str
    below: str


def rows(items: Iterable[Item], people: Mapping[str, PersonSummary], today: date) -> list[DayRow]:
    """Items in their order; those about persons of whom nothing is known are left out."""
    known = [one for one in items if one.person_id in people]
    ids = [one.person_id for one in known]
    return [
        _row(
            one,
            people[one.person_id].name,
            today,
            ids[place - 1] if place else "",
            ids[place + 2] if place + 2 < len(ids) else "",
        )
        for place, one in enumerate(known)
    ]


def _row(one: Item, name: str, today: date, above: str, below: str) -> DayRow:
    due = one.waits_until
    things = [(thing.words, day_words(thing.due, today) if thing.due else "") for thing in one.things]
    look = status.Look(
        "safety"
        if one.rank == SAFETY
        else "critical"
        if one.rank == GRAVE
        else "today"
        if one.rank == TODAY
        else "later",
        LOOKS.get(one.rank, "flat"),
    )
    return DayRow(
        one.person_id, name, one.first.words, one.minutes, one.why, things, look, one.rank == SAFETY,
        f"until {day_words(due, today)}" if due else "no day", above, below,
    )  # fmt: skip

"""The table of one's patients: a row for each, narrowed and put in order as asked."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone

from bluering.coordination import queries as coordination
from bluering.record.models import Visit
from bluering.record.queries import search_words
from bluering.web import status
from bluering.web.panel_view import Known, closed_share, worst
from bluering.web.words import age_on, ago_words, day_words, many

QUIET_DAYS = 30
SHOWS = {
    "": "Everybody",
    "gaps": "With open gaps",
    "quiet": f"No contact in {QUIET_DAYS} days",
    "clear": "Nothing open",
}


@dataclass(frozen=True)
class Row:
    """One person as the table shows them."""

    person_id: str
    name: str
    age: int | None
    born: date | None
    level: int
    gaps: int
    title: str
    grave: str
    done: float
    pill: status.Look
    contact: date | None
    contact_words: str
    visit: date | None
    visit_words: str
    practice: str = ""


@dataclass(frozen=True)
class Column:
    """A heading that sorts; `up` is the direction the next press asks for."""

    key: str
    words: str
    sorted: str
    next: str
    hide: bool = False


LATEST, EARLIEST = date.max, date.min
ORDERS: dict[str, tuple[str, Callable[[Row], Any], bool]] = {
    "name": ("Name", lambda row: row.name.lower(), False),
    "age": ("Age", lambda row: row.age or 0, True),
    "need": ("Need", lambda row: row.level, True),
    "gaps": ("Open gaps", lambda row: (-status.rank(row.grave), row.gaps), True),
    "contact": ("Last contact", lambda row: row.contact or EARLIEST, False),
    "visit": ("Next visit", lambda row: row.visit or LATEST, False),
}
USUAL = "gaps"


def rows(person_ids: Collection[str], known: Known) -> list[Row]:
    contacts, visits = coordination.last_contacts(person_ids), next_visits(person_ids)
    return [
        replace(
            _row(known.people[person_id], contacts.get(person_id), visits.get(person_id), known),
            practice=known.practices.get(person_id, ""),
        )
        for person_id in person_ids
        if person_id in known.people
    ]


def _row(who: Any, contact: Any, visit: Any, known: Known) -> Row:
    gaps = known.gaps.get(who.person_id, [])
    last, comes = contact and timezone.localdate(contact.at), visit and timezone.localdate(visit)
    grave = worst(gaps)
    return Row(
        person_id=who.person_id,
        name=who.name,
        age=age_on(who.birth_date, who.deceased_on or known.today),
        born=who.birth_date,
        level=known.level(who.person_id),
        gaps=len(gaps),
        title=gaps[0].title if gaps else "",
        grave=grave,
        done=closed_share(len(gaps)),
        pill=status.Look(many(len(gaps), "gap"), grave) if gaps else status.Look("clear", "ok"),
        contact=last,
        contact_words=ago_words(last, known.today),
        visit=comes,
        visit_words=day_words(comes, known.today),
    )


def next_visits(person_ids: Collection[str]) -> dict[str, Any]:
    """person_id → the moment of the next booked visit, for those who have one in the weeks ahead."""
    later = Visit.objects.filter(person_id__in=list(person_ids), start__gte=timezone.now()).order_by("-start")
    return dict(later.values_list("person_id", "start"))


def narrowed(
    found: list[Row], known: Known, *, words: str = "", need: str = "", show: str = "", practice: str = ""
) -> list[Row]:
    """Rows that hold every word, are at this need level and of this practice, and fit what to show."""
    wanted = search_words(words)
    tests: dict[str, Callable[[Row], bool]] = {
        "gaps": lambda row: row.gaps > 0,
        "clear": lambda row: row.gaps == 0,
        "quiet": lambda row: row.contact is None or (known.today - row.contact).days > QUIET_DAYS,
    }
    test = tests.get(show, lambda row: True)
    return [
        row
        for row in found
        if test(row)
        and (not need or str(row.level) == need)
        and (not practice or practice in row.practice.split(", "))
        and all(word in known.people[row.person_id].search for word in wanted)
    ]


def in_order(found: list[Row], key: str, backwards: bool) -> list[Row]:
    """By the column asked for; who is equal there stands by name."""
    _, value, downwards = ORDERS.get(key, ORDERS[USUAL])
    by_name = sorted(found, key=lambda row: row.name.lower())
    return sorted(by_name, key=value, reverse=downwards != backwards)


def columns(key: str, backwards: bool) -> list[Column]:
    """The headings: which one sorts, which way, and what pressing each asks for."""
    key = key if key in ORDERS else USUAL
    found = []
    for name, (words, _, downwards) in ORDERS.items():
        here = name == key
        way = ("descending" if downwards != backwards else "ascending") if here else ""
        found.append(
            Column(name, words, way, "-" + name if here and not backwards else name, name in ("age", "need", "visit"))
        )
    return found

"""Absences as pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from bluering.access.models import User
from bluering.coordination.absences import Back, Sheet
from bluering.coordination.models import Cover
from bluering.record.models import PersonSummary
from bluering.web import status
from bluering.web.person_view import language
from bluering.web.today_view import clock
from bluering.web.words import day_words, many


@dataclass(frozen=True)
class Row:
    """One absence."""

    id: int
    words: str
    days: str
    note: str
    state: status.Look
    may_end: bool
    may_read: bool
    over: bool


@dataclass(frozen=True)
class Person:
    """One person of a sheet or of a hand-back: who, what helps to talk with them, and lines."""

    person_id: str
    name: str
    facts: str
    lines: tuple[str, ...]


def rows(covers: Iterable[Cover], user: User, today: date) -> list[Row]:
    """Absences as this user reads them."""
    return [_row(one, user, today) for one in covers]


def _row(one: Cover, user: User, today: date) -> Row:
    begun, over = one.since <= today, one.until is not None and one.until < today
    who = "You" if one.absent_id == user.pk else one.absent.name
    by = "you" if one.covering_id == user.pk else one.covering.name
    state = (
        status.Look("over", "flat") if over else status.Look("now", "info") if begun else status.Look("to come", "flat")
    )
    party = one.absent_id == user.pk or (one.covering_id == user.pk and begun)
    own = one.absent_id == user.pk or user.role == "administrator"
    end = f" to {day_words(one.until, today)}" if one.until else " on"
    verb = "are" if who == "You" else "is"
    return Row(
        one.pk,
        f"{who} {verb} away, {by} cover{'' if by == 'you' else 's'}",
        f"{day_words(one.since, today)}{end}",
        one.note,
        state,
        own and not over,
        party,
        over,
    )


def sheet(found: Iterable[Sheet], people: Mapping[str, PersonSummary], today: date) -> list[Person]:
    """Each person with what they will want."""
    return [
        Person(one.person_id, people[one.person_id].name, _facts(people[one.person_id]), tuple(_wants(one, today)))
        for one in found
        if one.person_id in people
    ]


def _facts(who: PersonSummary) -> str:
    return " · ".join(part for part in (who.phone, language(who.language)) if part)


def _wants(one: Sheet, today: date) -> Iterable[str]:
    yield from (f"Flag of {flag.raised_by.name}: {flag.why}" for flag in one.flags)
    yield from (f"{gap.title}{_due(gap.due_date, today)}" for gap in one.gaps)
    yield from (f"{handoff.title}, with {handoff.receiver}{_due(handoff.due_date, today)}" for handoff in one.handoffs)
    yield from (
        f"Comes in {day_words(visit.start, today)}, {clock(visit.start)}: {visit.reason or visit.kind or 'visit'}"
        for visit in one.visits
    )


def _due(day: date | None, today: date) -> str:
    return f", due {day_words(day, today)}" if day else ""


def back(found: Iterable[Back], people: Mapping[str, PersonSummary]) -> list[Person]:
    """Each person with what happened, by name."""
    shown = [
        Person(one.person_id, people[one.person_id].name, "", tuple(_happened(one)))
        for one in found
        if one.person_id in people
    ]
    return sorted(shown, key=lambda one: one.name.lower())


def _happened(one: Back) -> Iterable[str]:
    for contact in one.contacts:
        reached = "reached" if contact.reached else "not reached"
        yield f"{day_words(contact.at)}: {contact.purpose}, {reached}, {contact.by.name}"
    for move in one.moves:
        words = status.look(status.HANDOFF_STATE, move.to_state).words
        yield f"{day_words(move.at)}: {move.handoff.title}, {words}, {move.by.name}"
    for event in one.flags:
        yield f"{day_words(event.at)}: flag, {event.note or event.flag.why}, {event.by.name}"
    yield from (f"{day_words(turn.at)}: closed, {turn.gap.title}" for turn in one.closed)
    yield from (f"{day_words(turn.at)}: opened, {turn.gap.title}" for turn in one.opened)


def summed(found: Iterable[Back]) -> str:
    """The whole in one sentence."""
    rows = list(found)
    contacts, closed, opened = (
        sum(len(getattr(row, name)) for row in rows) for name in ("contacts", "closed", "opened")
    )
    return f"{many(contacts, 'contact')}, {many(closed, 'gap')} closed, {opened} opened, {many(len(rows), 'person', 'persons')} in all, by {timezone.localtime():%-d %b, %H:%M}."

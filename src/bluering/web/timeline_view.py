"""One timeline of facts and work: what happened to somebody, and what we did about it, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils import timezone

from bluering.record.queries import source_name
from bluering.web import status
from bluering.web.words import day_words

SHOWN_AT_ONCE = 200
OURS = "Bluering"


@dataclass(frozen=True)
class Event:
    """One line."""

    when: date
    moment: datetime | None
    kind: str
    title: str
    detail: str
    source: str
    ours: bool = False

    @property
    def clock(self) -> str:
        return f"{timezone.localtime(self.moment):%H:%M}" if self.moment else ""


@dataclass(frozen=True)
class Day:
    words: str
    events: list[Event]


def fact_events(entries: Iterable[Any]) -> list[Event]:
    """From record.timeline entries."""
    return [Event(e.when, e.moment, e.kind, e.title, e.detail, source_name(e.source)) for e in entries]


def contact_events(contacts: Iterable[Any]) -> list[Event]:
    return [_ours(c.at, "Contact", c.purpose, _said_of(c)) for c in contacts]


def _said_of(contact: Any) -> str:
    reached = "reached" if contact.reached else "not reached"
    mode = status.CONTACT_MODE.get(contact.mode, contact.mode)
    return f"{mode} · {reached} · {contact.minutes} min · {contact.by.name}"


def handoff_events(handoffs: Iterable[Any]) -> list[Event]:
    return [
        _ours(
            event.at,
            "Handoff",
            handoff.title,
            f"{status.look(status.HANDOFF_STATE, event.to_state).words} · {handoff.sender} to {handoff.receiver} · {event.by.name}",
        )
        for handoff in handoffs
        for event in handoff.history.all()
    ]


def gap_events(gaps: Iterable[Any]) -> list[Event]:
    """When each gap opened and when it closed."""
    found = []
    for gap in gaps:
        found.append(_ours(gap.opened_at, "Gap opened", gap.title, ""))
        if gap.closed_at and gap.state == "closed":
            found.append(_ours(gap.closed_at, "Gap closed", gap.title, gap.closed_by_evidence or ""))
    return found


def _ours(moment: datetime, kind: str, title: str, detail: str) -> Event:
    return Event(timezone.localtime(moment).date(), moment, kind, title, detail, OURS, ours=True)


def days(events: Iterable[Event], today: date, limit: int = SHOWN_AT_ONCE) -> list[Day]:
    """The newest `limit` events by day."""
    ordered = sorted(events, key=lambda e: (e.when, e.moment.timestamp() if e.moment else 0.0), reverse=True)[:limit]
    return [Day(day_words(when, today), list(group)) for when, group in groupby(ordered, key=lambda e: e.when)]

"""One timeline of facts and work: what happened to somebody, and what we did about it, newest first."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from bluering.coordination.episodes.actions import what_words
from bluering.coordination.tasks import what_words as task_words
from bluering.record.queries import source_name
from bluering.web import status
from bluering.web.words import day_words

SHOWN_AT_ONCE = 200
OURS = "Bluering"
FILED = re.compile(r".*/DocumentReference/filed-(\d{1,18})")
GAP_TURN = {
    "opened": "Gap opened",
    "reopened": "Gap opened",
    "closed": "Gap closed",
    "set_aside": "Gap set aside",
    "resumed": "Gap taken up",
}


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
    filed: int = 0
    href: str = ""

    @property
    def clock(self) -> str:
        return f"{timezone.localtime(self.moment):%H:%M}" if self.moment else ""


@dataclass(frozen=True)
class Day:
    words: str
    events: list[Event]


def fact_events(
    entries: Iterable[Any], pages: Mapping[str, str] = MappingProxyType({}), stays: Iterable[Any] = ()
) -> list[Event]:
    """From record.timeline entries; `pages` says for a fact's key which page shows it whole, `stays` which are told by several."""
    told = {stay.key: stay for stay in stays}
    again = {key for stay in told.values() for key in stay.keys if key != stay.key}
    return [
        Event(
            e.when, e.moment, e.kind, e.title, _with_tellers(e, told.get(e.key)), source_name(e.source),
            filed=_filed(e.key), href=pages.get(e.key, ""),
        )
        for e in entries if e.key not in again
    ]  # fmt: skip


def _with_tellers(entry: Any, stay: Any | None) -> str:
    """The detail of an entry, and who else tells of the same stay."""
    others = [source_name(source) for source in stay.sources if source != entry.source] if stay else []
    also = f"also told by {', '.join(others)}" if others else ""
    return " · ".join(filter(None, (entry.detail, also)))


def _filed(key: str) -> int:
    """The number of the document that was filed here and that this fact is; 0 for every other fact."""
    found = FILED.fullmatch(key)
    return int(found[1]) if found else 0


def contact_events(contacts: Iterable[Any]) -> list[Event]:
    return [_ours(c.at, "Contact", c.purpose, _said_of(c)) for c in contacts]


def _said_of(contact: Any) -> str:
    reached = "reached" if contact.reached else "not reached"
    mode = status.CONTACT_MODE.get(contact.mode, contact.mode)
    return f"{mode} · {reached} · {contact.minutes} min · {contact.by.name}"


CONCERN_TURN = {
    "open": "Safety path opened", "again": "Another sign of danger", "take": "Taken on", "take_over": "Taken over",
    "hand_back": "Handed back", "settle": "Settled",
}  # fmt: skip
FLAG_TURN = {"raise": "Flag raised", "answer": "Flag answered", "again": "Flag raised again", "hear": "Answer heard"}


def flag_events(flags: Iterable[Any]) -> list[Event]:
    """Every turn of flags but that their answers were heard."""
    return [
        _ours(event.at, FLAG_TURN[event.what], event.note or flag.why, event.by.name)
        for flag in flags
        for event in flag.history.all()
        if event.what != "hear"
    ]


def concern_events(concerns: Iterable[Any]) -> list[Event]:
    """Every turn of a concern for somebody's safety."""
    return [
        _ours(
            event.at,
            "Safety",
            CONCERN_TURN.get(event.what, event.what),
            " · ".join(filter(None, (event.note, _by(event)))),
        )
        for concern in concerns
        for event in concern.history.all()
    ]


def task_events(tasks: Iterable[Any]) -> list[Event]:
    """Tasks that were opened, done or dropped."""
    return [
        _ours(event.at, "Task", task.title, f"{task_words(event)} · {event.by.name}")
        for task in tasks
        for event in task.history.all()
        if event.what in ("open", "done", "drop")
    ]


def episode_events(episodes: Iterable[tuple[str, Any]]) -> list[Event]:
    """Every decision about somebody's programs; `episodes` are titles with coordination.models.Episode. Attempts stand there as contacts."""
    return [
        _ours(event.at, "Program", title, f"{what_words(event)} · {event.by.name}")
        for title, episode in episodes
        for event in episode.history.all()
        if event.what not in ("attempt", "re_enter")
    ]


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


def gap_events(events: Iterable[Any]) -> list[Event]:
    """The turns in the life of gaps (population.models.GapEvent); what merely changed is left out."""
    return [
        _ours(event.at, GAP_TURN[event.what], event.gap.title, " · ".join(filter(None, (event.note, _by(event)))))
        for event in events
        if event.what in GAP_TURN
    ]


def _by(event: Any) -> str:
    return event.by.name if event.by else ""


def _ours(moment: datetime, kind: str, title: str, detail: str) -> Event:
    return Event(timezone.localtime(moment).date(), moment, kind, title, detail, OURS, ours=True)


def days(events: Iterable[Event], today: date, limit: int = SHOWN_AT_ONCE) -> list[Day]:
    """The newest `limit` events by day."""
    ordered = sorted(events, key=lambda e: (e.when, e.moment.timestamp() if e.moment else 0.0), reverse=True)[:limit]
    return [Day(day_words(when, today), list(group)) for when, group in groupby(ordered, key=lambda e: e.when)]


# The sorts a reader may ask for, and the kinds of event of each.
SORTS = {
    "visits": ("Visits", {"Visit", "Appointment", "Episode"}),
    "results": ("Results", {"Result", "Report"}),
    "medicines": ("Medicines", {"Prescribed", "Medicine told", "Filled", "Given"}),
    "conditions": ("Conditions", {"Condition", "Allergy", "Procedure", "Vaccine"}),
    "letters": ("Letters", {"Document", "Message", "Questionnaire", "Consent", "Referral or order"}),
    "work": (
        "What we did",
        {"Contact", "Handoff", "Program", "Safety", "Task", *FLAG_TURN.values(), *GAP_TURN.values()},
    ),
}


def narrowed(events: list[Event], sort: str, source: str) -> list[Event]:
    """Events of this sort and from this source; an empty word, or one nobody knows, narrows nothing."""
    kinds = SORTS[sort][1] if sort in SORTS else None
    return [e for e in events if (kinds is None or e.kind in kinds) and (not source or e.source == source)]


def sources(events: Iterable[Event]) -> list[str]:
    return sorted({event.source for event in events})


def filters(events: list[Event], sort: str, source: str) -> list[dict]:
    """The sorts as buttons, each with how many there are from this source."""
    every = [("", "Everything"), *((key, said) for key, (said, _) in SORTS.items())]
    counted = [(key, said, len(narrowed(events, key, source))) for key, said in every]
    return [
        {"key": key, "words": said, "count": count, "here": key == (sort if sort in SORTS else "")}
        for key, said, count in counted
        if count or not key
    ]

"""A coordinator's morning: who comes in, who came home from hospital, and what would otherwise fall through."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from bluering.access.models import Practice
from bluering.record import queries as record
from bluering.record.models import Visit
from bluering.web import status
from bluering.web.panel_view import Known, closed_share, worst
from bluering.web.words import age_on, many

# What a stay in hospital asks for: how its clock begins and how it ends.
TRANSITIONS = {"discharge_without_contact": ("Call", "to call"), "discharge_without_visit": ("Visit", "to be seen")}
SHOWN_AT_FIRST = 7
ALSO_SHOWN = 2
LOOK_AHEAD_DAYS = 4
# Source → the practice that it is of.
Practices = Mapping[str, Practice]


@dataclass(frozen=True)
class ComingIn:
    """One visit of today."""

    clock: str
    person_id: str
    name: str
    reason: str
    practitioner: str
    level: int
    says: str
    pill: status.Look
    practice: str


@dataclass(frozen=True)
class HomeCard:
    """Somebody who came home from hospital, with the clock that runs."""

    person_id: str
    name: str
    age: str
    title: str
    clocks: list[status.Look]
    also: list[str]
    more: int
    done: float
    variant: str
    practice: str


@dataclass(frozen=True)
class Falling:
    """One person for whom something would fall through: the gravest gap, and how many more there are."""

    person_id: str
    name: str
    gap_id: int
    title: str
    more: str
    due: status.Look
    level: int
    practice: str


def next_visits(
    day: date, without: Collection[str] = (), practices: Practices | None = None
) -> tuple[date, list[Visit]]:
    """The visits of `day`, or on a day without any those of the next day that has some, within a long weekend; `without` those of some sources."""
    zones = {source: ZoneInfo(one.time_zone) for source, one in (practices or {}).items()}
    for ahead in range(LOOK_AHEAD_DAYS + 1):
        later = day + timedelta(days=ahead)
        if visits := [one for one in record.visits_on(later, zones) if one.source not in without]:
            return later, visits
    return day, []


def coming_in(
    visits: Iterable[Visit], known: Known, practices: Practices | None = None, in_danger: Collection[str] = ()
) -> list[ComingIn]:
    """Rows of these visits; those of a clock elsewhere say so. Of whoever is in danger only that is said."""
    of = practices or {}
    return [
        _visit(visit, known, of.get(visit.source), danger=visit.person_id in in_danger)
        for visit in visits
        if visit.person_id in known.people
    ]


def _visit(visit: Visit, known: Known, practice: Practice | None, *, danger: bool) -> ComingIn:
    gaps = known.gaps.get(visit.person_id, [])
    calm = status.Look(many(len(gaps), "gap"), worst(gaps)) if gaps else status.Look("clear", "ok")
    return ComingIn(
        clock=clock(visit.start, ZoneInfo(practice.time_zone) if practice else None),
        person_id=visit.person_id,
        name=known.people[visit.person_id].name,
        reason=visit.reason or visit.kind or "Visit",
        practitioner=visit.practitioner,
        level=known.level(visit.person_id),
        says="Safety first" if danger else gaps[0].title if gaps else "Nothing open",
        pill=status.Look("safety", "critical") if danger else calm,
        practice=practice.name if practice and known.practices else "",
    )


def clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """9:40, and where the clock elsewhere says something else than ours, 9:40 MST."""
    local, ours = moment.astimezone(zone or timezone.get_current_timezone()), timezone.localtime(moment)
    said = f"{local.hour}:{local:%M}"
    return said if local.utcoffset() == ours.utcoffset() else f"{said} {local:%Z}"


def home_from_hospital(known: Known, without: Collection[str] = ()) -> list[HomeCard]:
    """Those whose discharge asks something of us, the clock that runs out first in front; `without` whoever is asked nothing else now."""
    found = []
    for person_id, gaps in known.gaps.items():
        if person_id in without:
            continue
        running = [gap for gap in gaps if gap.rule in TRANSITIONS]
        if running and person_id in known.people:
            found.append((_soonest(running), _home_card(person_id, running, gaps, known)))
    return [card for _, card in sorted(found, key=lambda pair: (pair[0], pair[1].name))]


def _soonest(gaps: list[Any]) -> date:
    return min((gap.due_date for gap in gaps if gap.due_date), default=date.max)


def _home_card(person_id: str, running: list[Any], gaps: list[Any], known: Known) -> HomeCard:
    who = known.people[person_id]
    others = [gap for gap in gaps if gap.rule not in TRANSITIONS]
    running = sorted(running, key=lambda gap: gap.due_date or date.max)
    age = age_on(who.birth_date, known.today)
    return HomeCard(
        person_id=person_id,
        name=who.name,
        age="" if age is None else f"{age} years",
        title=running[0].title,
        clocks=[clock_look(gap, known.today) for gap in running],
        also=[gap.title for gap in others[:ALSO_SHOWN]],
        more=max(0, len(others) - ALSO_SHOWN),
        done=closed_share(len(gaps)),
        variant=worst(running),
        practice=known.practices.get(person_id, ""),
    )


def clock_look(gap: Any, today: date) -> status.Look:
    """How long is left, in words: "1 day left to call"."""
    what, ends = TRANSITIONS[gap.rule]
    if gap.due_date is None:
        return status.Look(f"{what} is waiting", gap.severity)
    days = (gap.due_date - today).days
    if days < 0:
        return status.Look(f"{what} is {many(-days, 'day')} late", "critical")
    if days == 0:
        return status.Look(f"{what} is due today", "critical" if gap.severity == "critical" else "gap")
    return status.Look(f"{many(days, 'day')} left {ends}", "gap" if days < 3 else "due" if days < 7 else "later")


def falling_through(known: Known, without: Collection[str] = ()) -> list[Falling]:
    """One row for each person with other gaps, in the order of their gravest gap; `without` whoever is asked nothing else now."""
    rows = []
    for person_id, gaps in known.gaps.items():
        if person_id in without:
            continue
        others = [gap for gap in gaps if gap.rule not in TRANSITIONS]
        if others and person_id in known.people:
            rows.append((_rank(others[0]), _falling(person_id, others, known)))
    return [row for _, row in sorted(rows, key=lambda pair: (pair[0], pair[1].name))]


def _rank(gap: Any) -> tuple[int, date]:
    return status.rank(gap.severity), gap.due_date or date.max


def _falling(person_id: str, gaps: list[Any], known: Known) -> Falling:
    first = gaps[0]
    days = (first.due_date - known.today).days if first.due_date else None
    return Falling(
        person_id=person_id,
        name=known.people[person_id].name,
        gap_id=first.pk,
        title=first.title,
        more=f"and {len(gaps) - 1} more" if len(gaps) > 1 else "",
        due=status.due_look(days, first.severity),
        level=known.level(person_id),
        practice=known.practices.get(person_id, ""),
    )

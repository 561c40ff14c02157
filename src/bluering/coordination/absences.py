"""Absences: who covers for whom, what the one who covers has to know, and what happened meanwhile."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from bluering.access.models import Role, User
from bluering.coordination.models import Contact, Cover, Flag, FlagEvent, FlagState, Handoff, HandoffEvent, Panel
from bluering.coordination.sharing import NOTHING, Hidden, hidden_from
from bluering.errors import Refusal
from bluering.population.models import Gap, GapEvent, GapState
from bluering.record.models import Visit

KEPT_DAYS = 60
# A cover sheet looks no further ahead than this.
MOST_AHEAD = timedelta(days=31)


@dataclass(frozen=True)
class Sheet:
    """What a person of the panel needs while their coordinator is away."""

    person_id: str
    gaps: tuple[Gap, ...]
    handoffs: tuple[Handoff, ...]
    flags: tuple[Flag, ...]
    visits: tuple[Visit, ...]


@dataclass(frozen=True)
class Back:
    """What happened about a person meanwhile."""

    person_id: str
    contacts: tuple[Contact, ...]
    moves: tuple[HandoffEvent, ...]
    closed: tuple[GapEvent, ...]
    opened: tuple[GapEvent, ...]
    flags: tuple[FlagEvent, ...]


def covers_for(user: User) -> list[Cover]:
    """Covers that stand, are to come or ended lately: one's own absences and those one covers; all of them for an administrator."""
    rows = Cover.objects.select_related("absent", "covering").filter(called_off_at=None)
    rows = rows.filter(Q(until=None) | Q(until__gte=timezone.localdate() - timedelta(days=KEPT_DAYS)))
    if user.role != Role.ADMINISTRATOR:
        rows = rows.filter(Q(absent=user) | Q(covering=user))
    return list(rows.order_by("-since", "-id"))


def require_party(cover: Cover, user: User) -> None:
    """Nothing for who is away, and for who covers once it has begun. Raises Refusal naming them."""
    began = cover.since <= timezone.localdate()
    if cover.called_off_at or not (user.pk == cover.absent_id or (user.pk == cover.covering_id and began)):
        raise Refusal(f"This is for {cover.absent.name}, and from {cover.since:%-d %b} on for {cover.covering.name}.")


def panel_of_absence(cover: Cover) -> list[str]:
    """Whom the one who is away holds."""
    return list(Panel.objects.filter(coordinator_id=cover.absent_id, until=None).values_list("person_id", flat=True))


def sheet_of(cover: Cover) -> list[Sheet]:
    """Persons of the panel who will want something before the end, the gravest first; as many queries however many there are."""
    persons, today = set(panel_of_absence(cover)), timezone.localdate()
    last = min(cover.until or today + MOST_AHEAD, max(cover.since, today) + MOST_AHEAD)
    gaps = Gap.objects.filter(person_id__in=persons, state=GapState.OPEN).filter(
        Q(due_date__lte=last) | Q(severity="critical")
    )
    handoffs = Handoff.objects.open().filter(person_id__in=persons, due_date__lte=last)
    flags = Flag.objects.filter(person_id__in=persons, state=FlagState.OPEN).select_related("raised_by")
    start, end = _moments(max(cover.since, today), last)
    visits = Visit.objects.filter(person_id__in=persons, start__gte=start, start__lt=end).order_by("start")
    parts = [
        _by_person(rows)
        for rows in (gaps.order_by("due_date", "id"), handoffs.order_by("due_date", "id"), flags, visits)
    ]
    concerned = set().union(*parts)
    found = [Sheet(one, *(tuple(part.get(one, ())) for part in parts)) for one in concerned]
    return sorted(
        found,
        key=lambda one: (
            not one.flags,
            min((gap.due_date or date.max for gap in one.gaps), default=date.max),
            one.person_id,
        ),
    )


def back_of(cover: Cover) -> list[Back]:
    """What happened about the panel from the first day of the absence to its last, or until now."""
    persons = set(panel_of_absence(cover))
    start, end = _moments(cover.since, min(cover.until or timezone.localdate(), timezone.localdate()))
    when = {"at__gte": start, "at__lt": end}
    turns = GapEvent.objects.filter(gap__person_id__in=persons, **when).select_related("gap").order_by("id")
    parts = [
        _by_person(Contact.objects.filter(person_id__in=persons, **when).select_related("by").order_by("at")),
        _by_person(
            HandoffEvent.objects.filter(handoff__person_id__in=persons, **when).select_related("handoff", "by"),
            "handoff",
        ),
        _by_person(turns.filter(what="closed"), "gap"),
        _by_person(turns.filter(what__in=("opened", "reopened")), "gap"),
        _by_person(
            FlagEvent.objects.filter(flag__person_id__in=persons, **when)
            .exclude(what="hear")
            .select_related("flag", "by"),
            "flag",
        ),
    ]
    concerned = set().union(*parts)
    return [Back(one, *(tuple(part.get(one, ())) for part in parts)) for one in sorted(concerned)]


def shown(found: Iterable[Sheet | Back], user: User) -> list[Any]:
    """Sheets or hand-backs without what another practice keeps to itself; who has nothing left is left out."""
    rows = list(found)
    hidden = hidden_from(user, {one.person_id for one in rows})
    kept = [_kept(one, hidden.get(one.person_id, NOTHING), user) for one in rows]
    return [one for one in kept if any(getattr(one, part.name) for part in fields(one) if part.name != "person_id")]


def _kept(one: Sheet | Back, hidden: Hidden, user: User) -> Sheet | Back:
    if not hidden.sources:
        return one
    if isinstance(one, Sheet):
        return Sheet(
            one.person_id, tuple(hidden.gaps(one.gaps)), tuple(row for row in one.handoffs if not hidden.handoff(row, user)),
            tuple(hidden.work(one.flags, lambda flag: flag.raised_by_id)), tuple(row for row in one.visits if not hidden.of(row.source)),
        )  # fmt: skip
    closed, opened = (tuple(turn for turn in turns if not hidden.gap(turn.gap)) for turns in (one.closed, one.opened))
    contacts = tuple(hidden.work(one.contacts, lambda row: row.by_id))
    moves = tuple(hidden.work(one.moves, lambda row: row.by_id))
    flags = tuple(hidden.work(one.flags, lambda row: row.flag.raised_by_id))
    return Back(one.person_id, contacts, moves, closed, opened, flags)


def _by_person(rows, through: str = "") -> dict[str, list]:
    found: dict[str, list] = {}
    for row in rows:
        found.setdefault((getattr(row, through) if through else row).person_id, []).append(row)
    return found


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first day's midnight to that after the last day."""
    start, end = (timezone.make_aware(datetime.combine(day, time())) for day in (first, last + timedelta(days=1)))
    return start, end


def may_cover(user: User) -> Collection[User]:
    """Colleagues who could cover."""
    return list(
        User.objects.filter(role=Role.COORDINATOR, is_active=True)
        .exclude(pk=user.pk)
        .order_by("display_name", "username")
    )

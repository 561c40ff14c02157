"""Reads of the work. Each answers in a fixed number of queries, however many persons it is asked about."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from bluering.access.models import User
from bluering.coordination.caseload import Caseload
from bluering.coordination.caseload import caseload as weigh
from bluering.coordination.models import Contact, Cover, Handoff, Kind, Panel, State

NEW_ON_PANEL = timedelta(days=30)


@dataclass(frozen=True)
class Waiting:
    """One receiver we wait for: how many open handoffs, the oldest in days, and of which kinds."""

    receiver: str
    count: int
    oldest_days: int
    kinds: tuple[str, ...]


def panel_of(user: User) -> list[str]:
    """The persons this coordinator holds, longest first."""
    rows = Panel.objects.filter(coordinator=user, until=None).order_by("since", "id")
    return list(rows.values_list("person_id", flat=True))


def holder_of(person_id: str) -> str | None:
    """The username of the coordinator who holds the person; None when nobody does."""
    return holders_of([person_id]).get(person_id)


def holders_of(person_ids: Collection[str]) -> dict[str, str]:
    """person_id -> username, for those of these persons who are on a panel."""
    rows = Panel.objects.filter(person_id__in=list(person_ids), until=None)
    return dict(rows.values_list("person_id", "coordinator__username"))


def covered_by(user: User, day: date | None = None) -> set[str]:
    """The usernames `user` covers for on `day` (today when not said)."""
    day = day or timezone.localdate()
    rows = _covers_on(day).filter(covering_id=user.pk)
    return set(rows.values_list("absent__username", flat=True))


def covering(username: str, day: date | None = None) -> set[str]:
    """The usernames of those who cover for this colleague on `day` (today when not said)."""
    rows = _covers_on(day or timezone.localdate()).filter(absent__username=username)
    return set(rows.values_list("covering__username", flat=True))


def _covers_on(day: date) -> QuerySet[Cover]:
    return Cover.objects.filter(Q(until=None) | Q(until__gte=day), since__lte=day, called_off_at=None)


def working_panel(user: User, day: date | None = None) -> list[str]:
    """The persons on this user's panel and on the panels they cover today."""
    names = covered_by(user, day) | {user.username}
    rows = Panel.objects.filter(coordinator__username__in=names, until=None).order_by("since", "id")
    return list(rows.values_list("person_id", flat=True))


def contacts_of(person_id: str) -> list[Contact]:
    """Contacts about this person, newest first."""
    return list(Contact.objects.filter(person_id=person_id).select_related("by").order_by("-at", "-id"))


def last_contacts(person_ids: Collection[str]) -> dict[str, Contact]:
    """person_id -> the newest contact that reached somebody."""
    newest_first = Window(RowNumber(), partition_by="person_id", order_by=["-at", "-id"])
    rows = Contact.objects.filter(person_id__in=list(person_ids), reached=True).annotate(place=newest_first)
    return {contact.person_id: contact for contact in rows.filter(place=1).select_related("by")}


def handoffs_of(person_id: str) -> list[Handoff]:
    """Handoffs of this person with their people and history: open ones first, each part newest first."""
    rows = Handoff.objects.filter(person_id=person_id).select_related("owner", "receiver_user", "opened_by")
    newest = rows.prefetch_related("history__by").order_by("-opened_at", "-id")
    return sorted(newest, key=lambda handoff: handoff.closed_at is not None)


def open_handoffs(person_ids: Collection[str]) -> list[Handoff]:
    """Open handoffs of these persons, the earliest due first, those without a due date last."""
    rows = (
        Handoff.objects.open()
        .filter(person_id__in=list(person_ids))
        .select_related("owner", "receiver_user", "opened_by")
    )
    return sorted(rows, key=lambda handoff: (handoff.due_date or date.max, handoff.pk))


def board(user: User) -> list[Handoff]:
    """What this user answers for: open handoffs they own, they received, or of persons on their working panel."""
    mine = Q(owner=user) | Q(receiver_user=user) | Q(person_id__in=working_panel(user))
    rows = Handoff.objects.open().filter(mine).select_related("owner", "receiver_user", "opened_by")
    return sorted(rows, key=lambda handoff: (handoff.due_date or date.max, handoff.pk))


def waiting_on(user: User, handoffs: Iterable[Handoff]) -> list[Waiting]:
    """Whom this user waits for: receivers of these handoffs that are with the receiver, longest wait first."""
    with_receiver = (State.SENT, State.RECEIVED, State.ACCEPTED, State.IN_PROGRESS)
    by_receiver = defaultdict(list)
    for handoff in handoffs:
        if handoff.state in with_receiver and handoff.receiver_user_id != user.pk:
            by_receiver[handoff.receiver].append(handoff)
    rows = [_waiting(receiver, handoffs) for receiver, handoffs in by_receiver.items()]
    return sorted(rows, key=lambda row: (-row.oldest_days, row.receiver))


def _waiting(receiver: str, handoffs: list[Handoff]) -> Waiting:
    now = timezone.now()
    oldest = max((now - handoff.opened_at).days for handoff in handoffs)
    kinds = sorted({Kind(handoff.kind).label for handoff in handoffs})
    return Waiting(receiver, len(handoffs), oldest, tuple(kinds))


def caseload(user: User, needs: Mapping[str, Any], *, day: date | None = None) -> Caseload:
    """How heavy this user's panel is; `needs` is person_id -> level of need, or a score that has one."""
    return caseloads([user], needs, day=day)[user.username]


def caseloads(users: Collection[User], needs: Mapping[str, Any], *, day: date | None = None) -> dict[str, Caseload]:
    """username -> caseload, in two queries. On top come persons new this month, and persons on the way home."""
    day = day or timezone.localdate()
    held = Panel.objects.filter(coordinator__in=users, until=None)
    coming_home = set(_coming_home(held))
    panels: dict[str, dict[str, Any]] = {user.username: {} for user in users}
    extras = {user.username: {"intake": 0, "discharge": 0} for user in users}
    for person_id, since, username in held.values_list("person_id", "since", "coordinator__username"):
        panels[username][person_id] = needs.get(person_id)
        extras[username]["intake"] += since > day - NEW_ON_PANEL
        extras[username]["discharge"] += person_id in coming_home
    return {username: weigh(panel, extras=extras[username]) for username, panel in panels.items()}


def _coming_home(held):
    """Persons of these panels with an open discharge handoff."""
    rows = Handoff.objects.open().filter(kind=Kind.DISCHARGE, person_id__in=held.values("person_id"))
    return rows.values_list("person_id", flat=True).distinct()

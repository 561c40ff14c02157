"""Work follows its person: when two persons turn out to be one it goes over, and comes back when that was a mistake."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from bluering.access import audit
from bluering.coordination.models import (
    OPEN,
    Assessment,
    Concern,
    Contact,
    Episode,
    Flag,
    Handoff,
    Lead,
    LeftUndone,
    MovedWork,
    Panel,
    Review,
    Sharing,
    Task,
    TeamEvent,
    TeamMember,
)

KINDS: dict[str, Any] = {
    "contact": Contact, "handoff": Handoff, "panel": Panel, "team": TeamMember, "team event": TeamEvent, "lead": Lead,
    "sharing": Sharing, "flag": Flag, "episode": Episode, "assessment": Assessment, "concern": Concern, "task": Task, "review": Review, "left": LeftUndone,
}  # fmt: skip
ENDED = "panel ended"


@transaction.atomic
def move_work(*, from_person: str, to_person: str, only_what_came_from: str = "") -> int:
    """Give one person's contacts, handoffs and panel to another; returns how many rows went over.

    With `only_what_came_from` only rows that had come from that person go, which takes an earlier move back. A person who comes to a panel
    from another one keeps the coordinator they have; the other row ends today, and begins again should the move be taken back.
    """
    moved = 0
    for kind, model in KINDS.items():
        rows = model.objects.filter(person_id=from_person)
        if only_what_came_from:
            came = MovedWork.objects.filter(kind=kind, from_person=only_what_came_from, to_person=from_person)
            rows = rows.filter(pk__in=came.values("row"))
        ids = list(rows.values_list("pk", flat=True))
        if kind == "panel" and not only_what_came_from:
            _end_second_panel(ids, from_person, to_person)
        if kind == "episode":
            settle_doubles(ids, to_person)
        model.objects.filter(pk__in=ids).update(person_id=to_person)
        if kind == "panel" and only_what_came_from:
            _begin_again(ids)
        MovedWork.objects.bulk_create(
            MovedWork(kind=kind, row=row, from_person=from_person, to_person=to_person) for row in ids
        )
        moved += len(ids)
    if moved:
        audit.record(None, "work.move", to_person, f"{moved} rows from person {from_person}")
    return moved


@transaction.atomic
def bring_work_home(homes: Mapping[str, str]) -> int:
    """Give every contact, handoff and panel to whoever its first person is now; returns how many rows went over.

    `homes`: person → who that person is now. Work that was begun about a person stays with them, wherever it was moved meanwhile.
    """
    concerned = {*homes, *homes.values()}
    moved = 0
    for kind, model in KINDS.items():
        rows = dict(model.objects.filter(person_id__in=concerned).values_list("pk", "person_id"))
        first = dict(
            MovedWork.objects.filter(kind=kind, row__in=rows).order_by("-id").values_list("row", "from_person")
        )
        ways: dict[tuple[str, str], list[int]] = {}
        for row, person in rows.items():
            origin = str(first.get(row) or person)
            if (home := homes.get(origin, origin)) != person:
                ways.setdefault((person, home), []).append(row)
        for (person, home), ids in ways.items():
            _go(kind, ids, person, home, going_home=[row for row in ids if first.get(row) == home])
            moved += len(ids)
    if moved:
        audit.record(None, "work.move", None, f"{moved} rows between {len(concerned)} persons")
    return moved


def _go(kind: str, ids: list[int], person: str, home: str, *, going_home: list[int]) -> None:
    """Rows of one kind from one person to another. A panel that goes home begins again, one that meets another there ends."""
    if kind == "panel":
        _end_second_panel([row for row in ids if row not in going_home], person, home)
    if kind == "episode":
        settle_doubles(ids, home)
    KINDS[kind].objects.filter(pk__in=ids).update(person_id=home)
    if kind == "panel":
        _begin_again(going_home)
    MovedWork.objects.bulk_create(MovedWork(kind=kind, row=row, from_person=person, to_person=home) for row in ids)


def settle_doubles(ids: list[int], to_person: str) -> None:
    """Nobody is in a program twice: what comes where there is an open episode of it already is its double, and is one no more elsewhere."""
    open_ones = Episode.objects.filter(state__in=OPEN)
    taken = set(open_ones.filter(person_id=to_person, is_double=False).values_list("program", flat=True))
    for one in open_ones.filter(pk__in=ids).order_by("is_double", "pk"):
        if one.program in taken:
            Episode.objects.filter(pk=one.pk).update(is_double=True)
        else:
            Episode.objects.filter(pk=one.pk).update(is_double=False, person_id=to_person)
        taken.add(one.program)


def _end_second_panel(ids: list[int], from_person: str, to_person: str) -> None:
    """Nobody is on two panels: the rows that come end where there is one already."""
    if not Panel.objects.filter(person_id=to_person, until=None).exists():
        return
    ended = list(Panel.objects.filter(pk__in=ids, until=None).values_list("pk", flat=True))
    Panel.objects.filter(pk__in=ended).update(until=timezone.localdate())
    MovedWork.objects.bulk_create(
        MovedWork(kind=ENDED, row=row, from_person=from_person, to_person=to_person) for row in ended
    )


def _begin_again(ids: list[int]) -> None:
    ended = MovedWork.objects.filter(kind=ENDED, row__in=ids)
    Panel.objects.filter(pk__in=ended.values("row")).update(until=None)
    ended.delete()

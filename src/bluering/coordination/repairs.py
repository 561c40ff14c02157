"""Work that may be about somebody else: two persons were taken for one, work was done, and they turned out to be two.

What was begun before went home by itself (`moving`). What was done meanwhile stays where it was done and is listed here until somebody
says whose it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from bluering.access import audit, permissions
from bluering.access.models import User
from bluering.coordination import policies
from bluering.coordination.models import (
    Concern,
    Contact,
    Episode,
    Flag,
    Handoff,
    Lead,
    MovedWork,
    Repair,
    RepairState,
    Task,
    TeamMember,
)
from bluering.coordination.moving import settle_doubles
from bluering.errors import Refusal
from bluering.intake.models import IncomingDocument
from bluering.population.models import Gap, GapEvent

# What can be given to the other person here: the model and when it was done.
MOVABLE: dict[str, tuple[Any, str]] = {
    "contact": (Contact, "at"), "handoff": (Handoff, "opened_at"), "team": (TeamMember, "at"), "lead": (Lead, "at"),
    "flag": (Flag, "raised_at"), "episode": (Episode, "at"), "concern": (Concern, "opened_at"), "task": (Task, "at"),
}  # fmt: skip
# What is put right on a page of its own: a document is filed anew, a gap's rest is ended.
ELSEWHERE = ("document", "gap")


@dataclass(frozen=True)
class Parted:
    """`person` and `other` are two; from `since` until now they were taken for one, and work of both was done at `person`."""

    person: str
    other: str
    since: datetime


@transaction.atomic
def list_for_repair(parted: Iterable[Parted]) -> int:
    """Note what was done at these persons while they were taken for one; returns how many rows are new.

    What nobody had answered when they became one again is asked again.
    """
    parted = list(parted)
    for one in parted:
        unanswered = Repair.objects.filter(state=RepairState.GONE, person_id=one.person, other_id=one.other)
        open_too = Repair.objects.filter(state=RepairState.OPEN, kind=OuterRef("kind"), row=OuterRef("row"))
        unanswered.exclude(Exists(open_too)).update(state=RepairState.OPEN)
    rows = [
        Repair(kind=kind, row=row, person_id=one.person, other_id=one.other, since=one.since)
        for one in parted
        for kind, row in _done_meanwhile(one)
    ]
    known = set(Repair.objects.filter(state=RepairState.OPEN).values_list("kind", "row"))
    fresh = {(row.kind, row.row): row for row in rows if (row.kind, row.row) not in known}
    Repair.objects.bulk_create(fresh.values(), batch_size=500)
    return len(fresh)


def _done_meanwhile(one: Parted) -> Iterable[tuple[str, int]]:
    for kind, (model, moment) in MOVABLE.items():
        found = model.objects.filter(person_id=one.person, **{f"{moment}__gte": one.since}).values_list("pk", flat=True)
        yield from ((kind, row) for row in found)
    documents = IncomingDocument.objects.filter(filed_person_id=one.person, filed_at__gte=one.since)
    yield from (("document", row) for row in documents.values_list("pk", flat=True))
    rested = GapEvent.objects.filter(what=GapEvent.What.SET_ASIDE, at__gte=one.since, gap__person_id=one.person)
    yield from (("gap", row) for row in rested.values_list("gap_id", flat=True).distinct())


def forget_between(persons: Sequence[str], standing: set[str]) -> None:
    """Persons who are one again need no repair: of `persons`, those without any patient (not in `standing`) have gone into another one."""
    gone = [person for person in persons if person not in standing]
    for field in ("person_id", "other_id"):
        Repair.objects.filter(state=RepairState.OPEN, **{f"{field}__in": gone}).update(state=RepairState.GONE)


def waiting_for(user: User) -> tuple[list[Repair], int]:
    """Rows that wait and whose person this user may read, the newest first; and how many more wait for others."""
    waiting = list(Repair.objects.filter(state=RepairState.OPEN).order_by("-found_at", "-id"))
    reachable = policies.reachable(user, "person.read", {one.person_id for one in waiting})
    theirs = [one for one in waiting if one.person_id in reachable]
    return theirs, len(waiting) - len(theirs)


def count_waiting() -> int:
    """How many rows nobody has looked at."""
    return Repair.objects.filter(state=RepairState.OPEN).count()


@transaction.atomic
def settle_repair(*, repair: Repair, belongs: str, by: User) -> Repair:
    """Say whose a row of work is: `belongs` is one of the two persons. Given to the other, it goes there as if it had been begun there.

    Raises Refusal when it was said before, and for what is put right elsewhere.
    """
    permissions.require(by, "identity.review")
    policies.require_about(by, "person.read", repair.person_id)
    row = Repair.objects.select_for_update().get(pk=repair.pk)
    if row.state != RepairState.OPEN:
        raise Refusal(f"That was settled meanwhile: {RepairState(row.state).label.lower()}. Reload the page.")
    if belongs not in (row.person_id, row.other_id):
        raise Refusal("It belongs to one of the two. Choose one of them.")
    row.state = RepairState.STAYS if belongs == row.person_id else RepairState.MOVED
    if row.state == RepairState.MOVED:
        _give(row)
    row.settled_at, row.settled_by = timezone.now(), by
    row.save(update_fields=["state", "settled_at", "settled_by"])
    for person in (row.person_id, row.other_id):
        audit.record(by, "work.repair", person, f"{row.kind} {row.row}: {row.state}")
    return row


def _give(repair: Repair) -> None:
    if repair.kind not in MOVABLE:
        raise Refusal("It is put right on its own page: file the document anew, or take up the gap again.")
    model, _ = MOVABLE[repair.kind]
    MovedWork.objects.filter(kind=repair.kind, row=repair.row).delete()
    if repair.kind == "episode":
        settle_doubles([repair.row], repair.other_id)
    model.objects.filter(pk=repair.row).update(person_id=repair.other_id)


def rows_of(repairs: Iterable[Repair]) -> dict[tuple[str, int], Any]:
    """The rows themselves, with one question for each kind."""
    wanted: dict[str, list[int]] = {}
    for one in repairs:
        wanted.setdefault(one.kind, []).append(one.row)
    models = {kind: model for kind, (model, _) in MOVABLE.items()} | {"document": IncomingDocument, "gap": Gap}
    users = {"contact": "by", "handoff": "opened_by", "team": "by", "lead": "by", "flag": "raised_by", "episode": "by", "document": "filed_by", "gap": "set_aside_by"}  # fmt: skip
    return {
        (kind, row.pk): row
        for kind, rows in wanted.items()
        for row in models[kind].objects.filter(pk__in=rows).select_related(users[kind])
    }

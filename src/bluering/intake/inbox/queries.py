"""Reads of the queue. Reasons and places are named; bytes only by `raw_of`, for whoever may see them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, NamedTuple

from django.db.models import BooleanField, Count, Min, Model, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from bluering.errors import BadInput
from bluering.intake.models import Arrival, Claim, InboxEvent, Quarantine
from bluering.intake.models.inbox import ItemKind

MOST_COUNTED = 1_000
AGES = {"day": "Since yesterday", "week": "Older than a day", "old": "Older than a week"}


class Kept(NamedTuple):
    """Where the items of a kind lie, the state in which they wait, the one for set aside, and when they came."""

    model: type[Model]
    waiting: str
    aside: str
    at: str


KEPT = {
    ItemKind.PIECE.value: Kept(Quarantine, "waiting", "set_aside", "at"),
    ItemKind.MESSAGE.value: Kept(Arrival, "quarantined", "set_aside", "received_at"),
}


@dataclass(frozen=True)
class Wanted:
    """How the queue is narrowed; what is empty narrows nothing. `age` is one of AGES; `without` are sources of others."""

    kind: str = ""
    source: str = ""
    reason: str = ""
    age: str = ""
    item_id: int | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """One thing that could not be read. `file` may hold a name, so pages show it only to whoever may open items."""

    kind: str
    id: int
    source: str
    place: str
    file: str
    reason: str
    at: datetime
    state: str = ""


@dataclass(frozen=True)
class Reason:
    """How many items wait for one reason, and since when."""

    kind: str
    source: str
    reason: str
    count: int
    since: datetime


def rows(kind: str, wanted: Wanted = Wanted(), *, aside: bool = False) -> QuerySet[Any]:
    """The rows of one kind that wait (or are set aside), narrowed."""
    kept = KEPT[kind]
    found = kept.model._default_manager.filter(_in_state(kept.model, kept.aside if aside else kept.waiting))
    named = {"source": wanted.source, "reason": wanted.reason, "pk": wanted.item_id}
    found = found.filter(**{name: value for name, value in named.items() if value not in ("", None)})
    if wanted.without:
        found = found.exclude(source__in=wanted.without)
    return found.filter(**_ages(kept.at, wanted.age))


def _in_state(model: type[Model], state: str) -> RawSQL:
    """As a literal, not as a parameter: SQLite uses an index over some rows only when it sees that it fits."""
    return RawSQL(f"{model._meta.db_table}.state = '{state}'", (), output_field=BooleanField())


def _ages(at: str, age: str) -> dict[str, datetime]:
    now = timezone.now()
    day, week = now - timedelta(days=1), now - timedelta(days=7)
    return {"day": {f"{at}__gte": day}, "week": {f"{at}__lt": day}, "old": {f"{at}__lt": week}}.get(age, {})


def kinds(wanted: Wanted) -> list[str]:
    return [kind for kind in KEPT if wanted.kind in ("", kind)]


def queue(wanted: Wanted = Wanted(), *, limit: int, aside: bool = False) -> list[Item]:
    """The items that wait, the oldest first, at most `limit`."""
    found = [
        item(kind, row)
        for kind in kinds(wanted)
        for row in rows(kind, wanted, aside=aside).defer("raw").order_by(KEPT[kind].at, "pk")[:limit]
    ]
    return sorted(found, key=lambda one: (one.at, one.kind, one.id))[:limit]


def item(kind: str, row: Any) -> Item:
    """A row of Quarantine or Arrival as an item."""
    at = getattr(row, KEPT[kind].at)
    if isinstance(row, Quarantine):
        return Item(kind, row.pk, row.source, f"line {row.line}", PurePath(row.file).name, row.reason, at, row.state)
    said = f"{row.event or row.format} message {row.control_id}".strip()
    return Item(kind, row.pk, row.source, said, "", row.reason, at, row.state)


def find(kind: str, item_id: int) -> Item | None:
    """One item in whatever state, or None."""
    row = KEPT[kind].model._default_manager.defer("raw").filter(pk=item_id).first() if kind in KEPT else None
    return item(kind, row) if row else None


def raw_of(kind: str, item_id: int) -> bytes:
    """The bytes of an item as they came. Raises BadInput when there is no such item."""
    raw = KEPT[kind].model._default_manager.filter(pk=item_id).values_list("raw", flat=True).first()
    if raw is None:
        raise BadInput("This item is not kept any more. Go back to the Inbox.")
    return bytes(raw)


def reasons(wanted: Wanted = Wanted(), *, limit: int = 12) -> list[Reason]:
    """The reasons for which items wait, the most frequent first."""
    found = []
    for kind in kinds(wanted):
        grouped = rows(kind, wanted).order_by().values("source", "reason")
        counted = grouped.annotate(count=Count("pk"), since=Min(KEPT[kind].at)).order_by("-count")[:limit]
        found += [Reason(kind, **row) for row in counted]
    return sorted(found, key=lambda row: (-row.count, row.source, row.reason))[:limit]


def sources(wanted: Wanted = Wanted()) -> list[str]:
    """The sources of which anything waits."""
    return sorted(
        {name for kind in KEPT for name in rows(kind, wanted).order_by().values_list("source", flat=True).distinct()}
    )


def count(wanted: Wanted = Wanted(), *, aside: bool = False) -> int:
    """How many items wait in all."""
    return sum(rows(kind, wanted, aside=aside).count() for kind in kinds(wanted))


def count_up_to(most: int = MOST_COUNTED, wanted: Wanted = Wanted()) -> int:
    """How many items wait, counted no further than `most` of each kind: for a number beside a link."""
    return sum(rows(kind, wanted).order_by()[:most].count() for kind in KEPT)


def claims(items: Iterable[Item]) -> dict[tuple[str, int], Claim]:
    """(kind, id) → the claim that stands on it now, for those of the items that are claimed."""
    ids = {(one.kind, one.id) for one in items}
    standing = Claim.objects.filter(item_id__in={pk for _, pk in ids}, until__gt=timezone.now()).select_related("user")
    return {(one.kind, one.item_id): one for one in standing if (one.kind, one.item_id) in ids}


def claim_on(kind: str, item_id: int) -> Claim | None:
    """The claim that stands on an item now."""
    standing = Claim.objects.filter(kind=kind, item_id=item_id, until__gt=timezone.now())
    return standing.select_related("user").first()


def history(kind: str, item_id: int) -> list[InboxEvent]:
    """What was done about an item, oldest first."""
    return list(InboxEvent.objects.filter(kind=kind, item_id=item_id).select_related("by"))


def last_words(items: Collection[Item], what: str) -> dict[tuple[str, int], InboxEvent]:
    """(kind, id) → the newest event of this sort on it."""
    events = InboxEvent.objects.filter(item_id__in={one.id for one in items}, what=what).select_related("by")
    return {(event.kind, event.item_id): event for event in events}

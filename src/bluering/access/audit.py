"""Who read and who wrote what about whom: appended in the transaction of the act, chained afterwards.

Why the chain is made in batches. Chaining each row to the one before would make every reader of a chart wait for every
other (the tip of a chain has one writer at a time). So `record` is one plain insert, and every few minutes `seal` closes
the events since the last seal into one batch and hashes it together with the previous seal's digest. Changing, removing
or slipping in a sealed event breaks every later digest, which `verify_chain` shows. What is younger than the last seal is
protected by the database's trigger alone; `verify_chain` counts it. Somebody who can rewrite the whole table could also
rewrite all seals, so the newest digest is worth noting elsewhere: it is in what `verify_chain` returns.

Why a batch is complete. Ids are handed out before their rows are visible, so an event with a smaller id may commit after
one with a larger id. On PostgreSQL `seal` takes the events' table in SHARE mode, which waits for writers under way and
lets no new one start, for the moment it takes to read the largest id. On SQLite a transaction is the only writer.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from bluering.access.models import AuditEvent, AuditSeal, User

ORIGIN = "0" * 64
SAME_READ = timedelta(minutes=10)
LOOKED_BACK = 2_000
_where: ContextVar[str] = ContextVar("where", default="")
_again: ContextVar[bool] = ContextVar("again", default=False)


@dataclass(frozen=True)
class ChainReport:
    """What checking the chain found. `broken_at` is the first seal that does not fit; None when all fit."""

    sealed: int
    unsealed: int
    broken_at: int | None
    newest_digest: str

    @property
    def intact(self) -> bool:
        return self.broken_at is None


@contextmanager
def through(door: str) -> Iterator[None]:
    """Events recorded inside carry this door as their `where`, for example `web 10.0.0.7`."""
    token = _where.set(door[:80])
    try:
        yield
    finally:
        _where.reset(token)


@contextmanager
def again(by_itself: bool) -> Iterator[None]:
    """Inside, a page that brings itself up to date is the read it was: what was written down in the last ten minutes for this
    user, page, address and person is not written again. The trail itself says so, not the browser: a first read is always written.
    """
    token = _again.set(by_itself)
    try:
        yield
    finally:
        _again.reset(token)


def record(user: User | None, action: str, person_id: str | None = None, detail: str = "") -> AuditEvent:
    """Append one event. `detail` names rows by their ids; it never says what a record says about somebody."""
    if _again.get() and action.endswith(".read") and (known := _lately(user, action, detail).get(person_id)):
        return known
    return AuditEvent.objects.create(
        user=user, action=action, person_id=person_id, where=_where.get(), detail=detail[:200]
    )


def record_many(user: User | None, action: str, person_ids: Iterable[str], detail: str = "") -> None:
    """One event for each person, in one insert: for a page that shows many."""
    known = _lately(user, action, detail) if _again.get() and action.endswith(".read") else {}
    where, detail = _where.get(), detail[:200]
    AuditEvent.objects.bulk_create(
        AuditEvent(user=user, action=action, person_id=person_id, where=where, detail=detail)
        for person_id in person_ids
        if person_id not in known
    )


def _lately(user: User | None, action: str, detail: str) -> dict[str | None, AuditEvent]:
    """Person → this user's event of the same kind, page and address within ten minutes, among the newest of the user's events."""
    newest = AuditEvent.objects.filter(user=user).order_by("-id")[:LOOKED_BACK]
    same = (action, detail[:200], _where.get())
    start = timezone.now() - SAME_READ
    return {e.person_id: e for e in newest if e.at >= start and (e.action, e.detail, e.where) == same}


def reads_of(person_id: str, limit: int = 500) -> list[AuditEvent]:
    """Who looked at this person's chart, newest first."""
    events = AuditEvent.objects.filter(person_id=person_id, action__endswith=".read").select_related("user")
    return list(events.order_by("-id")[:limit])


@transaction.atomic
def seal() -> AuditSeal | None:
    """Close everything since the last seal into one batch; None when there is nothing new. Run every few minutes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            cursor.execute("LOCK TABLE access_auditevent IN SHARE MODE")
    previous = AuditSeal.objects.order_by("-last_id").first()
    start = previous.last_id if previous else 0
    last_id = AuditEvent.objects.filter(id__gt=start).aggregate(Max("id"))["id__max"]
    if last_id is None:
        return None
    digest, events = _digest(previous.digest if previous else ORIGIN, start, last_id)
    return AuditSeal.objects.create(last_id=last_id, events=events, digest=digest)


def verify_chain() -> ChainReport:
    """Compute every digest anew and compare. Reads the whole trail once."""
    digest, start, sealed, broken_at = ORIGIN, 0, 0, None
    for kept in AuditSeal.objects.order_by("last_id").iterator():
        computed, events = _digest(digest, start, kept.last_id)
        if broken_at is None and (computed, events) != (kept.digest, kept.events):
            broken_at = kept.pk
        digest, start, sealed = kept.digest, kept.last_id, sealed + events
    unsealed = AuditEvent.objects.filter(id__gt=start).count()
    return ChainReport(sealed, unsealed, broken_at, digest)


def _digest(previous: str, after_id: int, last_id: int) -> tuple[str, int]:
    """The digest of the events in (after_id, last_id] on top of `previous`, and how many they are."""
    running, events = hashlib.sha256(previous.encode()), 0
    rows = AuditEvent.objects.filter(id__gt=after_id, id__lte=last_id).order_by("id")
    for row in rows.values_list("id", "at", "user_id", "action", "person_id", "where", "detail").iterator():
        line = [row[0], row[1].isoformat(timespec="microseconds"), *row[2:]]
        running.update(json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode() + b"\n")
        events += 1
    return running.hexdigest(), events

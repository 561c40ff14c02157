"""Keep messages as they arrive, byte for byte and each once, before anybody is told that we have them; and tell what became of them."""

import contextlib
import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from bluering.intake.models import Arrival
from bluering.intake.models.arrivals import ArrivalState

INSERT = (
    "INSERT INTO intake_arrival (source, format, sender, control_id, digest, raw, received_at, state, reason, event) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '') ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True)
class Incoming:
    """A message on its way in. With a `reason` it could not be read and goes to quarantine."""

    source: str
    format: str
    sender: str
    control_id: str
    raw: bytes
    reason: str = ""

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


def keep(messages: Sequence[Incoming], at: dt.datetime | None = None) -> None:
    """Keep these messages, all or none; once this returns they are in the database. Those that are there already stay as they are."""
    received = database.ops.adapt_datetimefield_value(at or timezone.now())
    rows = [
        (
            one.source, one.format, one.sender, one.control_id, one.digest, one.raw, received,
            ArrivalState.QUARANTINED if one.reason else ArrivalState.WAITING, one.reason,
        )
        for one in messages
    ]  # fmt: skip
    with transaction.atomic(), database.cursor() as cursor:
        cursor.executemany(INSERT, rows)


def keep_arrival(
    *,
    source: str,
    format: str,
    sender: str,
    control_id: str,
    raw: bytes,
    event: str = "",
    event_at: dt.datetime | None = None,
) -> bool:
    """True when the message is new, False when these bytes came from this sender before. Either way it is safe on the disk.

    Raises django.db.Error when it could not be written, as on a full disk: then the sender must keep it.
    """
    digest = hashlib.sha256(raw).hexdigest()
    with durably():
        _, new = Arrival.objects.get_or_create(
            source=source,
            sender=sender,
            control_id=control_id,
            digest=digest,
            defaults={
                "format": format,
                "raw": raw,
                "event": event,
                "event_at": event_at,
                "received_at": timezone.now(),
            },
        )
    return new


@contextlib.contextmanager
def durably() -> Iterator[None]:
    """One transaction that outlives a loss of power once it has ended.

    SQLite as we run it writes its log to the disk now and then; inside here it does so at the end. PostgreSQL always does.
    """
    ours = database.vendor == "sqlite" and not database.in_atomic_block
    if ours:
        _synchronous("FULL")
    try:
        with transaction.atomic():
            yield
    finally:
        if ours:
            _synchronous("NORMAL")


def _synchronous(how: str) -> None:
    with database.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={how}")


def kept(messages: Sequence[Incoming]) -> list[Arrival]:
    """The arrivals that hold these messages, in their order."""
    found: dict[tuple, Arrival] = {}
    for start in range(0, len(messages), 2_000):
        some = messages[start : start + 2_000]
        rows = Arrival.objects.filter(source=some[0].source, digest__in=[one.digest for one in some])
        found.update({(row.sender, row.control_id, row.digest): row for row in rows})
    keys = dict.fromkeys((one.sender, one.control_id, one.digest) for one in messages)
    return [found[key] for key in keys]


@dataclass(frozen=True)
class Outcome:
    """What became of one arrival."""

    arrival_id: int
    state: str
    reason: str = ""
    event: str = ""
    event_at: dt.datetime | None = None


def settle(outcomes: Iterable[Outcome], load_id: int) -> None:
    """Write down what became of these arrivals in this load."""
    now = database.ops.adapt_datetimefield_value(timezone.now())
    rows = [
        (one.state, one.reason, one.event[:20], one.event_at and database.ops.adapt_datetimefield_value(one.event_at), load_id, now, one.arrival_id)
        for one in outcomes
    ]  # fmt: skip
    with transaction.atomic(), database.cursor() as cursor:
        cursor.executemany(
            "UPDATE intake_arrival SET state = %s, reason = %s, event = %s, event_at = %s, load_id = %s, done_at = %s WHERE id = %s",
            rows,
        )

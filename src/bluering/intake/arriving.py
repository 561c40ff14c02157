"""Keep a message, byte for byte and on the disk, before anybody is told that we have it."""

import contextlib
import datetime as dt
import hashlib
from collections.abc import Iterator

from django.db import connection, transaction
from django.utils import timezone

from bluering.intake.models import Arrival


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
    ours = connection.vendor == "sqlite" and not connection.in_atomic_block
    if ours:
        _synchronous("FULL")
    try:
        with transaction.atomic():
            yield
    finally:
        if ours:
            _synchronous("NORMAL")


def _synchronous(how: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={how}")

"""What arrived becomes facts: a batch of messages is read, appended, settled and judged, over and over, within a second or two."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from bluering.intake import arrivals, messages
from bluering.intake.fhir import parse
from bluering.intake.models import Arrival
from bluering.intake.models.arrivals import ArrivalState
from bluering.pipeline import loading, running
from bluering.pipeline.alone import LIVE, alone

AT_ONCE = 1_000
TURNS = 8
REPLAYED = (ArrivalState.QUARANTINED, ArrivalState.IGNORED)


def process_arrivals(at_once: int = AT_ONCE) -> int:
    """Take in what waits, oldest first; returns how many messages that were. Raises Refusal while a load is under way.

    A long queue is read ahead: while one batch goes into the record the next is read on a thread of its own. After some batches it
    returns all the same, so that a load that waits gets its turn.
    """
    if not _waiting().exists():
        return 0
    taken = 0
    with alone(LIVE), ThreadPoolExecutor(1, "read-ahead") as ahead:
        if left := loading.finish_earlier():
            running.run(person_ids=sorted(left))
        batches = _read(0, at_once)
        for turn in range(TURNS):
            last = max((max(batch.outcomes) for _, batch in batches), default=0)
            more = turn + 1 < TURNS and last and _waiting().filter(pk__gt=last).exists()
            following = ahead.submit(_read_aside, last, at_once) if more else None
            for source, batch in batches:
                _take_in(source, batch)
                taken += len(batch.outcomes)
            if following is None:
                break
            batches = following.result()
    return taken


def replay_arrivals(ids: Sequence[int]) -> int:
    """Read messages once more that could not be read or were left out; returns how many came in now."""
    chosen = list(ids)
    Arrival.objects.filter(pk__in=chosen, state__in=REPLAYED).update(state=ArrivalState.WAITING, reason="")
    while process_arrivals():
        pass
    return Arrival.objects.filter(pk__in=chosen, state=ArrivalState.DONE).count()


def _waiting() -> QuerySet[Arrival]:
    """Those that wait. As a literal: SQLite uses an index over some rows only when it sees that it fits."""
    literal = RawSQL(f"intake_arrival.state = '{ArrivalState.WAITING.value}'", (), output_field=BooleanField())
    return Arrival.objects.filter(literal)


def _read(after: int, at_once: int) -> list[tuple[str, messages.Batch]]:
    """The next messages that wait, read, a batch for each source."""
    waiting = list(_waiting().filter(pk__gt=after).order_by("id")[:at_once])
    sources = dict.fromkeys(one.source for one in waiting)
    return [(name, messages.read_batch(name, [one for one in waiting if one.source == name])) for name in sources]


def _read_aside(after: int, at_once: int) -> list[tuple[str, messages.Batch]]:
    try:
        return _read(after, at_once)
    finally:
        connections.close_all()


def _take_in(source: str, batch: messages.Batch) -> None:
    """One source's batch as one load: it ends when rules have looked at everybody it speaks of."""
    began = time.monotonic()
    done = loading.append(
        [parse.of_resources(batch.resources)],
        source=source,
        whereabouts=lambda place: (f"message {batch.origins[place - 1]}", 1),
        few=True,
    )
    arrivals.settle(batch.outcomes.values(), done.load.id)
    done.judge()
    loading.close(done.load, loading.summary_of(done, [], began))

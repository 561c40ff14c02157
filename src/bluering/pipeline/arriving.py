"""What arrived becomes facts: a batch of messages is read, appended, settled and judged, over and over, within a second or two."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from django.db import connections
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from bluering.intake import arrivals, messages
from bluering.intake.fhir import parse
from bluering.intake.models import Arrival
from bluering.intake.models.arrivals import ArrivalState
from bluering.pipeline import loading, running
from bluering.pipeline.alone import LIVE, alone

AT_ONCE = 2_000
TURNS = 4
T = TypeVar("T")
REPLAYED = (ArrivalState.QUARANTINED, ArrivalState.IGNORED)


def process_arrivals(at_once: int = AT_ONCE) -> int:
    """Take in what waits, oldest first; returns how many messages that were. Raises Refusal while a load is under way.

    Of a long queue three batches are in hand at a time, each on a thread of its own: the next one is read, one goes into the record,
    at the persons of the last one the rules look. After some batches it returns all the same, so that a load that waits gets its turn.
    """
    if not _waiting().exists():
        return 0
    taken = 0
    with alone(LIVE), ThreadPoolExecutor(1, "read-ahead") as ahead, ThreadPoolExecutor(1, "rules") as behind:
        if left := loading.finish_earlier():
            running.run(person_ids=sorted(left))
        batches = _read(0, at_once)
        judged: list[Future[None]] = []
        for turn in range(TURNS):
            last = max((max(batch.outcomes) for _, batch in batches), default=0)
            more = turn + 1 < TURNS and last and _waiting().filter(pk__gt=last).exists()
            following = ahead.submit(_aside, _read, last, at_once) if more else None
            ended = [_take_in(source, batch) for source, batch in batches]
            taken += sum(len(batch.outcomes) for _, batch in batches)
            _wait_for(judged)
            if following is None:
                break
            judged = [behind.submit(_aside, end) for end in ended]
            batches = following.result()
        for end in ended:
            end()
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


def _aside(work: Callable[..., T], *words: int) -> T:
    try:
        return work(*words)
    finally:
        connections.close_all()


def _wait_for(others: Sequence[Future[None]]) -> None:
    """Until they are done; what went wrong in one of them is raised."""
    for one in others:
        one.result()


def _take_in(source: str, batch: messages.Batch) -> Callable[[], None]:
    """One source's batch as one load; it ends with what is returned, when rules have looked at everybody it speaks of."""
    began = time.monotonic()
    done = loading.append(
        [parse.of_resources(batch.resources)],
        source=source,
        whereabouts=lambda place: (f"message {batch.origins[place - 1]}", 1),
        few=True,
    )
    arrivals.settle(batch.outcomes.values(), done.load.id)
    return partial(_end, done, began)


def _end(done: loading.Appended, began: float) -> None:
    done.judge()
    loading.close(done.load, loading.summary_of(done, [], began))

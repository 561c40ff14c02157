"""What arrived becomes facts: a batch of messages is read, appended, settled and judged, over and over, within a second or two."""

import time
from collections.abc import Sequence

from bluering.intake import arrivals, messages
from bluering.intake.fhir import parse
from bluering.intake.models import Arrival
from bluering.intake.models.arrivals import ArrivalState
from bluering.pipeline import loading, running
from bluering.pipeline.alone import LIVE, alone

AT_ONCE = 1_000
REPLAYED = (ArrivalState.QUARANTINED, ArrivalState.IGNORED)


def process_arrivals(limit: int = AT_ONCE) -> int:
    """Take in what waits, oldest first, at most `limit` messages; returns how many. Raises Refusal while a load is under way."""
    if not Arrival.objects.filter(state=ArrivalState.WAITING).exists():
        return 0
    with alone(LIVE):
        if left := loading.finish_earlier():
            running.run(person_ids=sorted(left))
        waiting = list(Arrival.objects.filter(state=ArrivalState.WAITING).order_by("id")[:limit])
        for source in dict.fromkeys(one.source for one in waiting):
            _take_in(source, [one for one in waiting if one.source == source])
    return len(waiting)


def replay_arrivals(ids: Sequence[int]) -> int:
    """Read messages once more that could not be read or were left out; returns how many came in now."""
    chosen = list(ids)
    Arrival.objects.filter(pk__in=chosen, state__in=REPLAYED).update(state=ArrivalState.WAITING, reason="")
    while process_arrivals():
        pass
    return Arrival.objects.filter(pk__in=chosen, state=ArrivalState.DONE).count()


def _take_in(source: str, waiting: list[Arrival]) -> None:
    """One source's messages as one load: it ends when rules have looked at everybody it speaks of."""
    began = time.monotonic()
    batch = messages.read_batch(source, waiting)
    done = loading.append(
        [parse.of_resources(batch.resources)],
        source=source,
        whereabouts=lambda place: (f"message {batch.origins[place - 1]}", 1),
        few=True,
    )
    arrivals.settle(batch.outcomes.values(), done.load.id)
    done.judge()
    loading.close(done.load, loading.summary_of(done, [], began))

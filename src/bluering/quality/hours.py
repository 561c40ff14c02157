"""Count what came from each source hour by hour, and keep the sources' own rows in step. Done by the clock, not on page views."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncHour
from django.utils import timezone

from bluering.intake.models import Arrival, Load, Quarantine
from bluering.quality.models import Source, SourceHour
from bluering.quality.rhythm import WEEKS

AGAIN = timedelta(hours=3)
KEPT = timedelta(days=7 * (WEEKS + 1))
LOOKED_AT = 1_000
NOT_READ = Q(state__in=("quarantined", "set_aside"))


Counts = dict[tuple[str, datetime], dict[str, int]]


@transaction.atomic
def refresh(now: datetime | None = None) -> int:
    """Count the hours since the last count, the last three anew, and bring every source's row up to date; returns how many."""
    now = now or timezone.now()
    newest = SourceHour.objects.aggregate(newest=Max("hour"))["newest"]
    start = max(now - KEPT, newest - AGAIN if newest else now - KEPT).replace(minute=0, second=0, microsecond=0)
    sources = {source.name: source for source in Source.objects.all()}
    loads = _loads(start if sources else None)
    for load in loads:
        sources.setdefault(load.source, Source(name=load.source))
    counted = _count(start, loads, sources)
    SourceHour.objects.filter(Q(hour__gte=start) | Q(hour__lt=now - KEPT)).delete()
    SourceHour.objects.bulk_create(
        [SourceHour(source=source, hour=hour, **counts) for (source, hour), counts in counted.items()], batch_size=500
    )
    for source in sources.values():
        _bring_up_to_date(source, max((load.started_at for load in loads if load.source == source.name), default=None))
    return len(sources)


def _loads(start: datetime | None) -> list[Load]:
    """Finished loads since a moment, or all: read from the newest on, as their numbers go by time."""
    newest_first = Load.objects.exclude(finished_at=None).only("source", "started_at", "summary").order_by("-id")
    return list(takewhile(lambda load: start is None or load.started_at >= start, newest_first.iterator()))


def _count(start: datetime, loads: list[Load], sources: Iterable[str]) -> Counts:
    """(source, hour) → messages, resources, unread. Every message also makes a load, so no source is missed."""
    found: Counts = {}

    def add(source: str, hour: datetime, name: str, number: int) -> None:
        counts = found.setdefault((source, hour), {})
        counts[name] = counts.get(name, 0) + number

    for source in sources:
        messages = Arrival.objects.filter(source=source, received_at__gte=start)
        for row in _by_hour(messages, "received_at", unread=Count("pk", filter=NOT_READ)):
            add(source, row["hour"], "messages", row["count"])
            add(source, row["hour"], "unread", row["unread"])
    first = min((load.pk for load in loads), default=0)
    for row in _by_hour(Quarantine.objects.filter(load_id__gte=first, at__gte=start), "at"):
        add(row["source"], row["hour"], "unread", row["count"])
    for load in loads:
        if load.started_at >= start:
            brought = sum(sum((load.summary.get(name) or {}).values()) for name in ("loaded", "replaced"))
            add(
                load.source,
                load.started_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0),
                "resources",
                brought,
            )
    return found


def _by_hour(rows: QuerySet[Any], at: str, **more: Any) -> QuerySet[Any]:
    hours = rows.order_by().annotate(hour=TruncHour(at, tzinfo=UTC)).values("source", "hour")
    return hours.annotate(count=Count("pk"), **more)


def _bring_up_to_date(source: Source, loaded_at: datetime | None) -> None:
    """When it last came, how, and how late."""
    lately = Arrival.objects.filter(source=source.name).order_by("-received_at").values_list("received_at", "event_at")
    arrivals = list(lately[:LOOKED_AT])
    moments = [moment for moment in (source.last_at, loaded_at, arrivals[0][0] if arrivals else None) if moment]
    source.last_at, source.kind = max(moments, default=None), "messages" if arrivals else "files"
    source.lag_median_seconds, source.lag_p95_seconds = _lags(arrivals)
    source.save()


def _lags(arrivals: list[tuple[datetime, datetime | None]]) -> tuple[int | None, int | None]:
    """Median and 95th percentile of the seconds from the event to its arrival; a clock that runs ahead counts as no lag."""
    lags = sorted(max(0, int((came - event).total_seconds())) for came, event in arrivals if event)
    if not lags:
        return None, None
    return lags[len(lags) // 2], lags[min(len(lags) - 1, int(len(lags) * 0.95))]

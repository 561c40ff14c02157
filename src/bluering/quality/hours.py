"""Count what came from each source hour by hour, and keep the sources' own rows in step. Done by the clock, not on page views."""

from datetime import UTC, datetime, timedelta
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


@transaction.atomic
def refresh(now: datetime | None = None) -> int:
    """Count the hours since the last count, the last three anew, and bring every source's row up to date; returns how many."""
    now = now or timezone.now()
    newest = SourceHour.objects.aggregate(newest=Max("hour"))["newest"]
    start = max(now - KEPT, newest - AGAIN if newest else now - KEPT).replace(minute=0, second=0, microsecond=0)
    counted = _count(start)
    SourceHour.objects.filter(Q(hour__gte=start) | Q(hour__lt=now - KEPT)).delete()
    SourceHour.objects.bulk_create(
        [SourceHour(source=source, hour=hour, **counts) for (source, hour), counts in counted.items()], batch_size=500
    )
    return _sources()


def _count(start: datetime) -> dict[tuple[str, datetime], dict[str, int]]:
    """(source, hour) → messages, resources, unread."""
    found: dict[tuple[str, datetime], dict[str, int]] = {}

    def add(source: str, hour: datetime, name: str, number: int) -> None:
        counts = found.setdefault((source, hour), {})
        counts[name] = counts.get(name, 0) + number

    for row in _by_hour(
        Arrival.objects.filter(received_at__gte=start), "received_at", unread=Count("pk", filter=NOT_READ)
    ):
        add(row["source"], row["hour"], "messages", row["count"])
        add(row["source"], row["hour"], "unread", row["unread"])
    for row in _by_hour(Quarantine.objects.filter(at__gte=start), "at"):
        add(row["source"], row["hour"], "unread", row["count"])
    for load in (
        Load.objects.filter(started_at__gte=start).exclude(finished_at=None).only("source", "started_at", "summary")
    ):
        brought = sum(sum((load.summary.get(name) or {}).values()) for name in ("loaded", "replaced"))
        hour = load.started_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        add(load.source, hour, "resources", brought)
    return found


def _by_hour(rows: QuerySet[Any], at: str, **more: Any) -> QuerySet[Any]:
    hours = rows.order_by().annotate(hour=TruncHour(at, tzinfo=UTC)).values("source", "hour")
    return hours.annotate(count=Count("pk"), **more)


def _sources() -> int:
    """Make rows for sources that are new, and note when each last came, how, and how late."""
    loads = dict(Load.objects.order_by().values("source").annotate(at=Max("started_at")).values_list("source", "at"))
    known = {source.name: source for source in Source.objects.all()}
    for name in loads.keys() | _with_messages():
        source = known.get(name) or Source(name=name)
        lately = list(
            Arrival.objects.filter(source=name)
            .order_by("-received_at")
            .values_list("received_at", "event_at")[:LOOKED_AT]
        )
        moments = [moment for moment in (loads.get(name), lately[0][0] if lately else None) if moment]
        source.last_at, source.kind = max(moments), "messages" if lately else "files"
        source.lag_median_seconds, source.lag_p95_seconds = _lags(lately)
        source.save()
    return len(loads.keys() | _with_messages())


def _with_messages() -> set[str]:
    return set(SourceHour.objects.filter(messages__gt=0).order_by().values_list("source", flat=True).distinct())


def _lags(arrivals: list[tuple[datetime, datetime | None]]) -> tuple[int | None, int | None]:
    """Median and 95th percentile of the seconds from the event to its arrival; a clock that runs ahead counts as no lag."""
    lags = sorted(max(0, int((came - event).total_seconds())) for came, event in arrivals if event)
    if not lags:
        return None, None
    return lags[len(lags) // 2], lags[min(len(lags) - 1, int(len(lags) * 0.95))]

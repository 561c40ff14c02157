"""Reads for the pages of the data steward: few and indexed, whatever the record holds."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum

from bluering.intake.models import Arrival
from bluering.intake.models.arrivals import NOTES, ArrivalState
from bluering.quality.models import DataGap, GateResult, Source, SourceHour, UnmappedCode
from bluering.quality.rhythm import DRAWN_WEEKS, WEEK

NEW = timedelta(days=7)
LATELY = timedelta(days=7)
TAKEN = (ArrivalState.DONE, ArrivalState.IGNORED)


def standing_gaps() -> list[DataGap]:
    """Open ones first, the oldest first; then those that rest."""
    gaps = DataGap.objects.exclude(state=DataGap.State.CLOSED).select_related("set_aside_by")
    return sorted(gaps, key=lambda gap: (gap.state != DataGap.State.OPEN, gap.since))


def volumes(names: Collection[str], now: datetime, hours: int) -> dict[str, dict[datetime, tuple[int, int]]]:
    """Source → hour → (messages, resources), of the last so many hours and of the same hours in the weeks before."""
    windows = Q()
    for week in range(DRAWN_WEEKS + 1):
        end = now - week * WEEK
        windows |= Q(hour__gt=end - timedelta(hours=hours), hour__lte=end)
    found: dict[str, dict[datetime, tuple[int, int]]] = {name: {} for name in names}
    rows = SourceHour.objects.filter(windows, source__in=names).values_list("source", "hour", "messages", "resources")
    for name, hour, came, new in rows:
        found[name][hour] = (came, new)
    return found


def unread_share(now: datetime) -> dict[str, float]:
    """Source → how much of what came in the last seven days could not be read, 0 to 1."""
    rows = SourceHour.objects.filter(hour__gte=now - LATELY).order_by().values("source")
    sums = rows.annotate(unread=Sum("unread"), messages=Sum("messages"), resources=Sum("resources"))
    return {row["source"]: _share(row["unread"], row["messages"], row["resources"]) for row in sums}


def _share(unread: int, messages: int, resources: int) -> float:
    """Unread messages are among the messages, unread pieces are not among the resources."""
    return unread / max(1, unread + resources + max(0, messages - unread))


def unmapped_counts() -> dict[str, int]:
    """Source → how many codes of it nobody can read."""
    return dict(UnmappedCode.objects.order_by().values_list("source").annotate(Count("id")))


def unmapped(source: str = "", *, limit: int = 50) -> list[UnmappedCode]:
    """Codes nobody can read, of one source or of all: those first seen last in front, then the most frequent."""
    codes = UnmappedCode.objects.filter(source=source) if source else UnmappedCode.objects.all()
    return list(codes.order_by("-first_seen", "-count")[:limit])


def kinds_of_message(source: str, since: datetime) -> list[tuple[str, int]]:
    """(event, how many came since), the most frequent first."""
    rows = Arrival.objects.filter(source=source, received_at__gte=since).order_by().values_list("event")
    return list(rows.annotate(found=Count("id")).order_by("-found")[:20])


def left_out(source: str, since: datetime, *, limit: int = 12) -> list[tuple[str, int]]:
    """(what of its messages was not kept and why, in how many since), the most frequent first."""
    rows = Arrival.objects.filter(source=source, received_at__gte=since, state__in=TAKEN).exclude(reason="")
    found: Counter[str] = Counter()
    for reason, count in rows.order_by().values_list("reason").annotate(Count("id")):
        for note in reason.split(NOTES):
            found[note] += count
    return found.most_common(limit)


def history(gate: str, *, limit: int = 10) -> list[GateResult]:
    """The newest looks of a gate."""
    return list(GateResult.objects.filter(gate=gate).order_by("-id")[:limit])


def source(name: str) -> Source | None:
    return Source.objects.select_related("steward").filter(name=name).first()


def sources() -> list[Source]:
    """Every source that ever spoke."""
    return list(Source.objects.exclude(last_at=None).select_related("steward"))

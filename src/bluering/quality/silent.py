"""Sources that have fallen silent, as data gaps."""

from datetime import datetime, timedelta

from django.utils import timezone

from bluering.quality.ledger import reconcile
from bluering.quality.models import Source, SourceHour
from bluering.quality.rhythm import Silence, silence

RULE = "source_silent"


def look(now: datetime | None = None) -> tuple[int, int]:
    """Open a gap for each source that is silent and close those of sources that speak again; returns how many of each."""
    now = now or timezone.now()
    found = {}
    for source, how in silences(now).items():
        if how.silent and source.last_at:
            found[source.name] = (source.last_at, _sentence(how))
    return reconcile(RULE, found, "Something came again.", now)


def silences(now: datetime) -> dict[Source, Silence]:
    """How silent each source is that ever spoke."""
    hours: dict[str, list[datetime]] = {}
    for name, hour in SourceHour.objects.order_by("hour").values_list("source", "hour"):
        hours.setdefault(name, []).append(hour)
    spoke = Source.objects.exclude(last_at=None).select_related("steward")
    return {one: silence(hours.get(one.name, []), one.last_at, now, one.silent_after) for one in spoke if one.last_at}


def _sentence(how: Silence) -> str:
    return f"Nothing has come for {span(how.lasting)}; at this time of the week {span(how.usual or timedelta())} is the longest usual."


def span(time: timedelta) -> str:
    """40 min, 5 h, 3 days."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 72 * 60 else f"{minutes // (24 * 60)} days"

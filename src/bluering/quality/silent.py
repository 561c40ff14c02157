"""Sources that have fallen silent, as data gaps."""

from datetime import datetime, timedelta

from django.utils import timezone

from bluering.quality.ledger import reconcile
from bluering.quality.models import Source, SourceHour
from bluering.quality.rhythm import Silence, judge, usual_silence

RULE = "source_silent"


def look(now: datetime | None = None) -> tuple[int, int]:
    """Learn each rhythm, open a gap for each source that is silent, close those of sources that speak again; how many of each."""
    now = now or timezone.now()
    hours: dict[str, list[datetime]] = {}
    for name, hour in SourceHour.objects.order_by("hour").values_list("source", "hour"):
        hours.setdefault(name, []).append(hour)
    found = {}
    for source in Source.objects.exclude(last_at=None):
        usual = usual_silence(hours.get(source.name, []), now)
        source.usual_silence_seconds = None if usual is None else int(usual.total_seconds())
        source.save(update_fields=["usual_silence_seconds"])
        how = silence_of(source, now)
        if how.silent and source.last_at:
            found[source.name] = (source.last_at, _sentence(source, how))
    return reconcile(RULE, found, "Something came again.", now)


def silence_of(source: Source, now: datetime) -> Silence:
    """How silent a source is by what was learned of it last."""
    seconds = source.usual_silence_seconds
    usual = None if seconds is None else timedelta(seconds=seconds)
    return judge(now - (source.last_at or now), usual, source.silent_after)


def _sentence(source: Source, how: Silence) -> str:
    if source.silent_after is not None:
        limit = span(timedelta(minutes=source.silent_after))
        return f"Nothing has come for {span(how.lasting)}; after {limit} this source counts as silent."
    usual = span(how.usual or timedelta())
    return f"Nothing has come for {span(how.lasting)}; at this moment of the week {usual} is the longest usual."


def span(time: timedelta) -> str:
    """40 min, 5 h, 3 days."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 72 * 60 else f"{minutes // (24 * 60)} days"

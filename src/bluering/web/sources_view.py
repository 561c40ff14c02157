"""Sources as their pages show them: how long ago, how late, how much against what is usual."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from bluering.quality.models import Source
from bluering.quality.rhythm import HOUR, Silence, usual_volume
from bluering.quality.silent import silence_of, span
from bluering.record.names import source_name
from bluering.web import status
from bluering.web.words import many

HOURS_SHOWN = 48
BAR, GAP, HEIGHT = 5, 1, 44
# hour → (messages, resources), as `quality.queries.volumes` gives them
Volume = Mapping[datetime, tuple[int, int]]


@dataclass(frozen=True)
class Bar:
    """One hour: where it stands, how high it is, how high is usual, and both in words."""

    x: int
    y: float
    height: float
    usual_y: float | None
    says: str


@dataclass(frozen=True)
class Bars:
    """The volume of the last 48 hours beside what is usual for each, and the same in one sentence."""

    bars: tuple[Bar, ...]
    path: str
    usual_path: str
    width: int
    height: int
    says: str


@dataclass(frozen=True)
class SourceRow:
    """One source in the list."""

    name: str
    title: str
    kind: str
    steward: str
    last: str
    silence: status.Look
    lag: str
    unread: status.Look
    unmapped: int
    bars: Bars


def title_of(source: Source) -> str:
    return source.title or source_name(source.name)


def row(source: Source, unread: float, unmapped: int, volume: Volume, now: datetime) -> SourceRow:
    how = silence_of(source, now)
    return SourceRow(
        name=source.name,
        title=title_of(source),
        kind=source.kind,
        steward=source.steward.name if source.steward else "",
        last=f"{span(how.lasting)} ago",
        silence=silence_look(how),
        lag=lag_words(source),
        unread=unread_look(unread),
        unmapped=unmapped,
        bars=draw(volume, source.kind, now),
    )


def silence_look(how: Silence) -> status.Look:
    if how.silent:
        return status.Look("silent", "critical")
    known = how.usual is not None
    return status.Look("as usual", "ok") if known else status.Look("rhythm unknown", "flat")


def unread_look(share: float) -> status.Look:
    if not share:
        return status.Look("all read", "ok")
    said = f"{share:.1%} unread" if share >= 0.001 else "under 0.1% unread"
    return status.Look(said, "gap" if share > 0.05 else "due")


def lag_words(source: Source) -> str:
    """For messages median and 95th percentile; for files how far the newest fact lies behind the load."""
    if source.lag_median_seconds is not None and source.lag_p95_seconds is not None:
        half, most = (span_seconds(s) for s in (source.lag_median_seconds, source.lag_p95_seconds))
        return f"{half} at the median, {most} for 95%"
    if source.newest_fact_at and source.last_at:
        return f"newest fact {span(max(timedelta(), source.last_at - source.newest_fact_at))} before the load"
    return "not known"


def span_seconds(seconds: int) -> str:
    return f"{seconds} s" if seconds < 120 else span(timedelta(seconds=seconds))


def draw(volume: Volume, kind: str, now: datetime) -> Bars:
    """Messages are counted where they come, else resources."""
    counts = {hour: messages if kind == "messages" else resources for hour, (messages, resources) in volume.items()}
    newest = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    shown = [newest - (HOURS_SHOWN - 1 - n) * HOUR for n in range(HOURS_SHOWN)]
    pairs = [(hour, counts.get(hour, 0), usual_volume(counts, hour)) for hour in shown]
    top = max((max(count, usual or 0) for _, count, usual in pairs), default=0) or 1
    bars = tuple(_bar(n, hour, count, usual, top) for n, (hour, count, usual) in enumerate(pairs))
    total, usual_total = sum(count for _, count, _ in pairs), sum(usual or 0 for _, _, usual in pairs)
    what = "message" if kind == "messages" else "resource"
    says = f"{many(total, what)} in the last {HOURS_SHOWN} hours, {usual_total:,.0f} are usual"
    path = "".join(f"M{bar.x} {HEIGHT}V{bar.y:g}h{BAR}V{HEIGHT}z" for bar in bars if bar.height)
    usual_path = "".join(f"M{bar.x} {bar.usual_y:g}h{BAR}" for bar in bars if bar.usual_y is not None)
    return Bars(bars, path, usual_path, HOURS_SHOWN * (BAR + GAP), HEIGHT, says)


def _bar(place: int, hour: datetime, count: int, usual: float | None, top: float) -> Bar:
    height = round(HEIGHT * count / top, 1)
    usual_y = None if usual is None else round(HEIGHT - HEIGHT * usual / top, 1)
    said = f"{timezone.localtime(hour):%a %H}:00: {count:,}" + ("" if usual is None else f", usual {usual:,.0f}")
    return Bar(place * (BAR + GAP), HEIGHT - height, height, usual_y, said)

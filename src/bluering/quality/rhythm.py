"""When has a source fallen silent? By minutes that somebody set, else by its own rhythm.

The rule: at the same moment of each of the last eight weeks, how long had it then been silent? The longest of these is
usual. A source is silent when nothing has come for longer than that and one hour more. So nights, weekends and weekly
files are no silence. With fewer than three such weeks of history the rhythm is not known, and nothing is said.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
WEEKS, FEWEST_WEEKS = 8, 3
# What is drawn as usual for an hour is the median of so many weeks: they are read on each view of the page.
DRAWN_WEEKS = 4


@dataclass(frozen=True)
class Silence:
    """How long nothing has come, how long is usual at this moment of the week (None: not known), and whether it is too long."""

    lasting: timedelta
    usual: timedelta | None
    silent: bool


def silence(hours: Sequence[datetime], last: datetime, now: datetime, silent_after: int | None = None) -> Silence:
    """`hours`: the beginnings of the hours in which something came, sorted. `silent_after`: minutes."""
    return judge(now - last, usual_silence(hours, now), silent_after)


def judge(lasting: timedelta, usual: timedelta | None, silent_after: int | None) -> Silence:
    """Too long, by the minutes that somebody set or by what is usual."""
    if silent_after is not None:
        return Silence(lasting, usual, lasting > timedelta(minutes=silent_after))
    return Silence(lasting, usual, usual is not None and lasting > usual + HOUR)


def usual_silence(hours: Sequence[datetime], now: datetime) -> timedelta | None:
    """The longest silence at this moment of the last weeks; None when fewer than three of them are known."""
    earlier = [one for week in range(1, WEEKS + 1) if (one := _silent_at(hours, now - week * WEEK)) is not None]
    return max(earlier) if len(earlier) >= FEWEST_WEEKS else None


def _silent_at(hours: Sequence[datetime], moment: datetime) -> timedelta | None:
    """How long nothing had come at a moment, what came later in the same hour left out; None before anything ever came."""
    place = bisect_left(hours, moment.replace(minute=0, second=0, microsecond=0))
    return max(timedelta(), moment - hours[place - 1] - HOUR) if place else None


def usual_volume(counts: dict[datetime, int], hour: datetime) -> float | None:
    """The median of the same hour in the weeks before, weeks before the first hour known left out; None without any."""
    first = min(counts, default=None)
    if first is None:
        return None
    earlier = [counts.get(hour - week * WEEK, 0) for week in range(1, DRAWN_WEEKS + 1) if hour - week * WEEK >= first]
    return median(earlier) if earlier else None
